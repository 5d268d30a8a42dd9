package web

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"sportello/desk"
	"sportello/locale"
	"sportello/office"
)

// A function is an item of the operator's menu (G04).
type function struct {
	Title, Href, Icon, Text string
	needs                   office.Permission
	NewTab                  bool
	Aside                   bool // in the header only of who has few of the others: it has room for the manual's four
}

// functions are the menu: everybody sees what the role can use (G02, G03).
var functions = []function{
	{"Registrazione utenti", "/sportello/registrazione", "it-plus-circle",
		"Registra un cittadino che non ha ancora le credenziali e consegna PIN e codice di attivazione.", office.Register, false, false},
	{"Gestione utenti", "/sportello/gestione", "it-search",
		"Cerca una registrazione esistente per vederne i dati e lo stato e lavorarci.", office.FindPeople, false, false},
	{"Cambio residenza", "/sportello/cambio-residenza", "it-map-marker",
		"Aggiorna la residenza di un cittadino già registrato, anche se vive in un comune di un altro sportello.", office.MovePeople, false, false},
	{"Lavori da fare", workPath, "it-list",
		"Le consegne non concluse, le e-mail respinte e le operazioni che i cittadini non hanno completato.", office.PrintPapers, false, true},
	{"Istanze", requestsPath, "it-inbox",
		"Le richieste arrivate per e-mail, fax, posta e telefono: prenderle in carico, controllarle, deciderle.", office.HandleRequests, false, true},
	{"Statistiche", figuresPath, "it-chart-line",
		"Quante operazioni ha fatto l'ente, di che tipo, e quanto aspettano i cittadini.", office.ReadFigures, false, true},
	{"Gestione servizi on line per il cittadino", "/sportello/fse", "it-external-link",
		"Apre il Fascicolo Sanitario Elettronico (FSE) in una nuova scheda. Visibile solo a chi è abilitato al FSE.", office.OpenFSE, true, false},
	{"Importazioni", importPath, "it-upload",
		"Precarica da un elenco i residenti di un territorio, o gli iscritti di un servizio.", office.ImportPeople, false, true},
	{"Posta", postPath, "it-mail",
		"Le lettere con i PIN: lotti per la tipografia, lettere tornate indietro, lettera di prova.", office.RunPost, false, true},
	{"Amministrazione", officePath, "it-settings",
		"Enti, sportelli e operatori: chi lavora, dove, e con quali incarichi.", office.ManageOffice, false, true},
}

// functionsOf are those of an operator. An ente whose community has no health application offers none.
func (s *Server) functionsOf(a office.Acting) []function {
	var mine []function
	for _, f := range functions {
		if a.Can(f.needs) && (f.needs != office.OpenFSE || s.Desk.HealthApplication(a) != "") {
			mine = append(mine, f)
		}
	}
	return mine
}

// keys are the letters that open a function from the keyboard; the menu's page lists them.
var keys = map[string]string{menuPath: "m", registrationPath: "r", managePath: "g", "/sportello/cambio-residenza": "c", launchPath: "f"}

// nav is the same menu as links, with the reader's place in it.
func (s *Server) nav(a office.Acting, path string) []Link {
	if under(path, bookingPath) {
		path = managePath // where a booking begins
	}
	links := []Link{{Text: "Menu iniziale", Href: menuPath, Current: path == menuPath, Key: keys[menuPath]}}
	mine, desk := s.functionsOf(a), 0
	for _, f := range mine {
		if !f.Aside {
			desk++
		}
	}
	for _, f := range mine {
		if f.Aside && desk > 1 {
			continue
		}
		links = append(links, Link{Text: f.Title, Href: f.Href, NewTab: f.NewTab, Key: keys[f.Href],
			Current: path == f.Href || under(path, f.Href)})
	}
	return links
}

func under(path, folder string) bool { return strings.HasPrefix(path, folder+"/") }

// menu is the page after the log-in.
type menu struct {
	Functions []function
	Keys      []Link // functions with a letter
	Role      office.Role
	Downloads []download // of the ente's community
	LastLogin time.Time
}

func (s *Server) getMenu(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	p := s.page(r, "Menu iniziale")
	data := menu{Functions: s.functionsOf(v.Who.Acting), Role: v.Who.Post.Role, Downloads: downloads(v.Who.Ente.Community, locale.Italian), LastLogin: v.LastLogin}
	for _, l := range v.Nav {
		if l.Key != "" {
			data.Keys = append(data.Keys, l)
		}
	}
	if len(data.Functions) > 0 {
		p.Lead = "Scegliere la funzione da usare."
	}
	p.Notice, p.Data = doneNotice(r), data
	if p.Notice.Title == "" {
		stopped, err := s.Desk.StoppedMail(r.Context())
		if err != nil {
			return err
		}
		p.Notice = stoppedMail(stopped)
	}
	return s.show(w, "operator_menu", p)
}

// stoppedMail warns of a mail server that takes nothing; there is nothing to say where all is well.
func stoppedMail(x desk.StoppedMail) Alert {
	if x.Addresses < 2 { // one may be a mailbox of its own trouble
		return Alert{}
	}
	return Alert{"warning", "Le e-mail non partono", fmt.Sprintf("Dal %s il server di posta non le accetta: ne aspettano %d indirizzi. Non va perso niente, partono da sole quando torna. "+
		"Intanto i codici si possono stampare e consegnare. Avvisare l'amministratore.", momentInWords(x.Since), x.Addresses)}
}
