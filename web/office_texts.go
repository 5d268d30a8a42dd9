package web

import (
	"net/http"
	"strconv"
	"strings"

	"sportello/administration"
	"sportello/community"
	"sportello/office"
)

const textsPath = "/sportello/amministrazione/testi"

// textRoutes are those of the communities' policies and the versions of their texts.
func (s *Server) textRoutes() []route {
	const one = textsPath + "/{community}/{testo}/{versione}"
	return []route{
		{"GET " + textsPath, s.only(office.ManageOffice, s.getPolicies), operators, 0},
		{"GET " + one, s.only(office.ManageOffice, s.getTextVersion), operators, 0},
		{"GET " + one + "/pdf", s.only(office.ManageOffice, s.getTextPDF), operators, 0},
	}
}

// basisWords say why a community may still give credentials of its own (DL 76/2020 art. 24 c. 4, mission S33).
var basisWords = map[string]string{
	"legacy_migration": "Credenziali già rilasciate, in via di migrazione", "non_citizen": "Persone che non possono avere SPID o CIE",
	"enterprise_professional": "Imprese e professionisti", "operator_internal": "Personale interno",
	"gestore_pubblico_servizio": "Gestore di pubblico servizio", "outside_italy": "Fuori dall'Italia", "test": "Prova e formazione: non vale per cittadini veri",
}

// A policyPage is a community on the page of policies.
type policyPage struct {
	community.Community
	Basis    string
	Items    []Item
	Versions []textRow
}

// A textRow is a version of a text.
type textRow struct {
	Href, Name, Version, From, Published, Accepted, Print string
	Current                                               bool
}

func (s *Server) getPolicies(w http.ResponseWriter, r *http.Request) error {
	policies, err := s.Administration.Policies(r.Context(), adminOf(r))
	if err != nil {
		return err
	}
	var data []policyPage
	for _, x := range policies {
		data = append(data, policyPage{Community: x.Community, Basis: basisWords[x.Community.LegalBasis.Kind], Items: policyItems(x.Community), Versions: textRows(x.Texts)})
	}
	p := s.officePage(r, "Testi e regole delle community")
	p.Data = data
	return s.show(w, "office_texts", p)
}

// policyItems are what a community's file says, in words.
func policyItems(c community.Community) []Item {
	fourEyes := "No: lo stampa chi ha prenotato"
	if c.Desk.FourEyes {
		fourEyes = "Sì: chi ha prenotato non può stamparlo"
	}
	return []Item{
		{Label: "Credenziali proprie ai cittadini", Value: localWords(c.Local)},
		{Label: "Altri modi di entrare", Value: strings.Join(doorKinds(c), ", ")},
		{Label: "PIN", Value: codeWords(c.Codes.PIN)},
		{Label: "Codice di attivazione", Value: codeWords(c.Codes.Activation)},
		{Label: "Codice di revoca", Value: codeWords(c.Codes.Revocation)},
		{Label: "Codice su carta: secondo operatore", Value: fourEyes},
		{Label: "PIN e codice non stampati si distruggono dopo", Value: strconv.Itoa(c.Desk.SealedHours) + " ore"},
		{Label: "Pausa dopo il cambio di e-mail", Value: pauseWords(c)},
		{Label: "Età minima", Value: strconv.Itoa(c.Desk.MinimumAge) + " anni, salvo emancipati"},
		{Label: "Documenti accettati", Value: strings.Join(c.Documents, ", ")},
		{Label: "Password dei cittadini", Value: "da " + strconv.Itoa(c.Password.MinLength) + " a " + strconv.Itoa(c.Password.MaxLength) + " caratteri"},
		{Label: "Apertura del FSE", Value: capital(yesNo(c.Desk.FSE != ""))},
	}
}

func pauseWords(c community.Community) string {
	switch hours := strconv.Itoa(c.Desk.ContactPauseHours) + " ore: "; {
	case c.Desk.ContactPauseHours == 0:
		return "No"
	case c.Desk.FourEyes:
		return hours + "prenota e rigenera codici solo un responsabile"
	default:
		return hours + "chi ha cambiato l'e-mail non prenota e non rigenera codici"
	}
}

// localWords say whether the community has credentials of its own, and until when.
func localWords(l community.Local) string {
	words := capital(yesNo(l.Issues))
	if l.EndsOn != "" {
		words += "; finiscono il " + inWords(l.EndsOn)
	}
	return words
}

func doorKinds(c community.Community) (kinds []string) {
	for _, d := range c.Doors {
		kinds = append(kinds, d.Kind)
	}
	return kinds
}

func codeWords(f community.CodeFormat) string {
	words := strconv.Itoa(f.Length) + " caratteri"
	if f.ValidDays > 0 {
		words += ", vale " + strconv.Itoa(f.ValidDays) + " giorni"
	}
	if f.MaxTries > 0 {
		words += ", " + strconv.Itoa(f.MaxTries) + " tentativi"
	}
	return words
}

func textRows(versions []administration.TextVersion) []textRow {
	var rows []textRow
	for _, v := range versions {
		at := textsPath + "/" + string(v.Community) + "/" + v.Kind + "/" + v.Version
		row := textRow{Href: at, Print: at + "/pdf", Name: capital(v.Kind), Version: v.Version, From: inWords(v.ValidFrom), Published: momentInWords(v.PublishedAt),
			Accepted: strconv.Itoa(v.Accepted), Current: v.Current}
		if v.More {
			row.Accepted = "più di " + row.Accepted
		}
		rows = append(rows, row)
	}
	return rows
}

// textPage is the data of one version.
type textPage struct {
	Community, Version, From, Published, SHA256, Markdown, Print string
}

func (s *Server) getTextVersion(w http.ResponseWriter, r *http.Request) error {
	c, x, err := s.Administration.Text(r.Context(), adminOf(r), community.ID(r.PathValue("community")), administration.TextKind(r.PathValue("testo")), r.PathValue("versione"))
	if err != nil {
		return err
	}
	p := s.officePage(r, capital(x.Kind)+", versione "+x.Version, Link{Text: "Testi e regole", Href: textsPath})
	p.Subtitle = c.Name
	p.Data = textPage{c.Name, x.Version, inWords(x.ValidFrom), momentInWords(x.PublishedAt), x.SHA256, x.Markdown, r.URL.EscapedPath() + "/pdf"}
	return s.show(w, "office_text", p)
}

func (s *Server) getTextPDF(w http.ResponseWriter, r *http.Request) error {
	c, x, err := s.Administration.Text(r.Context(), adminOf(r), community.ID(r.PathValue("community")), administration.TextKind(r.PathValue("testo")), r.PathValue("versione"))
	if err != nil {
		return err
	}
	pdf, err := s.Administration.TextPDF(c, x)
	if err != nil {
		return err
	}
	return sendPDF(w, r, x.Kind+"-"+x.Version+".pdf", pdf)
}
