package web

import (
	"net/http"
	"slices"

	"sportello/administration"
	"sportello/office"
)

const officePath = "/sportello/amministrazione"

var officeLink = Link{Text: "Amministrazione", Href: officePath}

// officeRoutes are those of the administration of enti, operators and texts.
func (s *Server) officeRoutes() []route {
	return slices.Concat([]route{
		{"GET " + officePath, s.only(office.ManageOffice, s.getOffice), operators, 0},
	}, s.staffRoutes(), s.entiRoutes(), s.textRoutes())
}

// officeProblems are what can go wrong in the administration of enti, operators and texts.
var officeProblems = []problem{
	{office.ErrMandate, http.StatusForbidden, words{},
		words{"L'incarico dell'ente non è in corso", "L'ente lavora per incarico, e oggi l'incarico non vale: non è ancora cominciato o è finito. Fino ad allora i suoi operatori non possono lavorare.",
			[]string{"Se si lavora anche per un altro ente, accedere di nuovo e scegliere quello.", "Per il rinnovo, rivolgersi all'amministrazione che ha dato l'incarico."}}},
	{office.ErrOwnAccount, http.StatusForbidden, words{},
		words{"Nessuno amministra il proprio account", "L'operatore scelto è quello che ha fatto l'accesso, o ha il suo stesso codice fiscale. Non è stato cambiato niente.",
			[]string{"Chiedere a un altro responsabile o a un amministratore.", "La propria password si cambia dal menu iniziale."}}},
	{office.ErrAbove, http.StatusForbidden, words{},
		words{"Ruolo superiore al proprio", "Non si può assegnare, cambiare o togliere un ruolo superiore al proprio. Non è stato cambiato niente.",
			[]string{"Rivolgersi a un amministratore."}}},
	{administration.ErrOtherEnti, http.StatusForbidden, words{},
		words{"L'operatore lavora anche per altri enti", "L'account vale anche dove non si ha voce: lo cambia solo un amministratore. Non è stato cambiato niente.",
			[]string{"Tornare alla pagina dell'operatore: si può togliere l'incarico presso il proprio ente.", "Per il resto, rivolgersi a un amministratore."}}},
	{administration.ErrLastPost, http.StatusConflict, words{},
		words{"È il suo unico incarico", "Un operatore ha sempre almeno un incarico. Non è stato cambiato niente.",
			[]string{"Se non lavora più, disabilitare l'operatore dalla sua pagina."}}},
	{administration.ErrDisabled, http.StatusConflict, words{},
		words{"L'operatore è disabilitato", "A chi è disabilitato non si dà una password.", []string{"Prima riabilitare l'operatore, dalla sua pagina."}}},
	{administration.ErrNotSo, http.StatusConflict, words{},
		words{"È già così", "Lo stato dell'operatore è cambiato nel frattempo: quello che è stato chiesto è già fatto, o non serve più.",
			[]string{"Tornare alla pagina dell'operatore e controllare lo stato."}}},
}

// adminOf is the operator whom the gate let in, as the deeds of administration want them.
func adminOf(r *http.Request) administration.Who {
	who := whoOf(r)
	return administration.By(who.Acting, who.Origin)
}

// A room is a page of administration, on the first one.
type room struct{ Title, Href, Icon, Text string }

var rooms = []room{
	{"Enti e sportelli", entiPath, "it-pa", "Gli enti, che cosa rilasciano e per quali comuni, gli incarichi dei soggetti terzi; indirizzi e orari degli sportelli."},
	{"Operatori", staffPath, "it-user", "Chi lavora per l'ente: incarichi, accesso al FSE, password provvisorie, secondo fattore, disabilitazione."},
	{"Testi e regole", textsPath, "it-file", "Le versioni di Regolamento e informativa, con quanti le hanno accettate, e le regole di ogni community con la sua base giuridica."},
}

func (s *Server) getOffice(w http.ResponseWriter, r *http.Request) error {
	p := s.page(r, "Amministrazione").at()
	p.Lead = "Gli atti di queste pagine restano nel registro, con il nome di chi li fa."
	p.Data = rooms
	return s.show(w, "office_home", p)
}

// officePage starts a page of administration, with its path.
func (s *Server) officePage(r *http.Request, title string, links ...Link) *page {
	return s.page(r, title).at(append([]Link{officeLink}, links...)...)
}
