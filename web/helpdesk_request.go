package web

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"sportello/helpdesk"
	"sportello/office"
	"sportello/person"
	"sportello/registry"
	"sportello/request"
	"sportello/scan"
)

// The widths of a page of a document, in pixels: as it stands beside the data, and larger.
var lookWidths = []int{900, 1400, 2000}

// lookPolicy is the policy of a picture: opened alone it is nothing but that.
const lookPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox"

// applicationRoutes are those by which a clerk looks at a request to the ente (003).
func (s *Server) applicationRoutes() []route {
	handle := func(h handler) handler { return s.only(office.ApproveRequests, h) }
	const at = requestsPath + "/{id}"
	return []route{
		{"POST " + at + "/confronto", handle(s.postCompare), operators, 0},
		{"GET " + at + "/documenti/{documento}/{pagina}", handle(s.getLook), operators, 0},
		{"GET " + at + "/documenti/{documento}/{pagina}/immagine", handle(s.getPicture), operators, 0},
	}
}

// An applicationView is what the page of a request to the ente shows beside the documents.
type applicationView struct {
	Asked     []Item
	Documents []documentView
	Gone      bool // their time is over
	Compare   string
	Compared  *comparisonView
	Stranger  bool
	Renews    bool
}

// A documentView is a document with its pages.
type documentView struct {
	Title string
	Pages []lookView
}

type lookView struct {
	Number              int
	Href, Picture, Text string
}

func (s *Server) applicationOf(c helpdesk.Case) *applicationView {
	if c.Problem != request.Credentials {
		return nil
	}
	v := &applicationView{Gone: true, Compare: requestPath(c.ID) + "/confronto"}
	if c.Asked == nil {
		return v
	}
	a := c.Asked
	v.Asked, v.Gone, v.Stranger, v.Renews = s.askedItems(a.Asked), false, a.Stranger, a.Renews
	for _, text := range []struct {
		label string
		shown request.Shown
	}{{"Informativa letta", a.Privacy}, {"Regolamento accettato", a.Terms}} {
		v.Asked = append(v.Asked, told(text.label, "versione "+text.shown.Version+", "+momentInWords(text.shown.At)))
	}
	for i, d := range a.Documents {
		view := documentView{Title: fmt.Sprintf("Documento %d: %s", i+1, d.Kind)}
		for n := range d.Pages {
			at := fmt.Sprintf("%s/documenti/%s/%d", requestPath(c.ID), d.ID, n+1)
			view.Pages = append(view.Pages, lookView{n + 1, at, at + "/immagine", fmt.Sprintf("%s, pagina %d di %d", capital(d.Kind), n+1, d.Pages)})
		}
		v.Documents = append(v.Documents, view)
	}
	return v
}

// askedItems are what was written in the request.
func (s *Server) askedItems(a request.Asked) []Item {
	p, born, citizen := a.Person, s.birthplace(a.Birth), "No"
	if a.Italian {
		citizen = "Sì"
	}
	items := []Item{told("Cognome", p.Surname), told("Nome", p.Name), {Label: "Codice fiscale", Value: string(p.TaxCode), Code: true}, told("Sesso", string(p.Sex)),
		told("Data di nascita", inWords(p.BirthDate)), told("Luogo di nascita", born), told("Cittadino italiano", citizen)}
	if code := p.TaxCode.BirthPlaceCode(); code != "" && a.Birth.Comune != code && a.Birth.Nation != code {
		items[5].Source = "Il codice fiscale ne dice un altro: " + s.placeOfCode(code)
	}
	items = append(items, s.residenceItems(p.Residence)...)
	return append(items, told("E-mail", p.Contacts.Email), told("Telefono", p.Contacts.Phone))
}

func (s *Server) birthplace(b request.Birthplace) string {
	if b.Nation != "" {
		return s.placeOfCode(b.Nation)
	}
	return s.placeOfCode(b.Comune) + " (" + b.Province + ")"
}

func (s *Server) placeOfCode(code string) string {
	if p, ok := s.Places.Latest(code); ok {
		return p.Name
	}
	return code
}

// A comparisonView is what the registries say beside what was written.
type comparisonView struct {
	Answer string
	Rows   []comparedRow
}

// A comparedRow is one datum; Differs marks it for a second look.
type comparedRow struct {
	Label, Written, Known string
	Differs               bool
}

var consultedWords = map[registry.Outcome]string{registry.Found: "la conosce", registry.OtherResidence: "la conosce, residente altrove", registry.NotFound: "non la conosce", registry.Deceased: "la dà per deceduta",
	registry.Slow: "non ha risposto in tempo", registry.Down: "non risponde", registry.Nonsense: "ha dato una risposta che non si capisce"}

func comparisonOf(written person.Person, f registry.Finding) *comparisonView {
	v := &comparisonView{Answer: "Nessuna anagrafe è collegata."}
	for i, c := range f.Consulted {
		if i == 0 {
			v.Answer = ""
		}
		v.Answer += string(c.Source) + " " + consultedWords[c.Outcome] + ". "
	}
	if f.Record == nil {
		return v
	}
	k := f.Record
	for _, row := range []comparedRow{{Label: "Cognome", Written: written.Surname, Known: k.Surname}, {Label: "Nome", Written: written.Name, Known: k.Name},
		{Label: "Data di nascita", Written: inWords(written.BirthDate), Known: inWords(k.BirthDate)}, {Label: "Sesso", Written: string(written.Sex), Known: string(k.Sex)},
		{Label: "Indirizzo", Written: written.Residence.Address, Known: k.Residence.Address + " " + k.Residence.Number}, {Label: "CAP", Written: written.Residence.PostalCode, Known: k.Residence.PostalCode}} {
		row.Differs = row.Known != "" && !person.SameName(row.Written, row.Known)
		v.Rows = append(v.Rows, row)
	}
	return v
}

// postCompare asks the registries and shows the request with their answer; asking again does no harm.
func (s *Server) postCompare(w http.ResponseWriter, r *http.Request) error {
	found, err := s.Helpdesk.Compare(r.Context(), whoOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.showCase(w, r, caseForms{found: &found})
}

// lookPage is the data of a page of a document.
type lookPage struct {
	Picture, Text string
	Width         int
	Zoom, Pages   []Link // an empty address is where we are
	Back          string
}

func (s *Server) getLook(w http.ResponseWriter, r *http.Request) error {
	c, err := s.Helpdesk.Case(r.Context(), whoOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("pagina"))
	if err != nil || c.Asked == nil {
		return ErrNotFound
	}
	for _, d := range c.Asked.Documents {
		if d.ID == r.PathValue("documento") && 1 <= n && n <= d.Pages {
			return s.showLook(w, r, capital(d.Kind), look{n, d.Pages})
		}
	}
	return ErrNotFound
}

type look struct{ at, of int }

func (s *Server) showLook(w http.ResponseWriter, r *http.Request, title string, l look) error {
	here, width := requestPath(r.PathValue("id"))+"/documenti/"+r.PathValue("documento")+"/", widthOf(r)
	p := s.page(r, title).at(requestsLink, Link{Text: "Istanza", Href: requestPath(r.PathValue("id"))})
	data := lookPage{Text: fmt.Sprintf("%s, pagina %d di %d", title, l.at, l.of), Width: width, Back: requestPath(r.PathValue("id")),
		Picture: fmt.Sprintf("%s%d/immagine?larghezza=%d", here, l.at, width)}
	for i, wide := range lookWidths {
		link := Link{Text: []string{"Normale", "Grande", "Molto grande"}[i], Href: fmt.Sprintf("%s%d?larghezza=%d", here, l.at, wide)}
		if wide == width {
			link.Href = ""
		}
		data.Zoom = append(data.Zoom, link)
	}
	for n := 1; n <= l.of && l.of > 1; n++ {
		link := Link{Text: fmt.Sprintf("Pagina %d", n), Href: fmt.Sprintf("%s%d?larghezza=%d", here, n, width)}
		if n == l.at {
			link.Href = ""
		}
		data.Pages = append(data.Pages, link)
	}
	p.Data = data
	return s.show(w, "helpdesk_look", p)
}

// widthOf is one of the widths that are offered, whatever the address says.
func widthOf(r *http.Request) int {
	for _, wide := range lookWidths {
		if r.URL.Query().Get("larghezza") == strconv.Itoa(wide) {
			return wide
		}
	}
	return lookWidths[0]
}

// getPicture draws a page. Nobody keeps it, and opened alone it runs nothing.
func (s *Server) getPicture(w http.ResponseWriter, r *http.Request) error {
	n, err := strconv.Atoi(r.PathValue("pagina"))
	if err != nil {
		return ErrNotFound
	}
	who := whoOf(r)
	mark := who.Operator.FullName() + ", " + who.Ente.Name + ", " + visitOf(r).now.In(rome).Format("02/01/2006 15:04")
	picture, err := s.Helpdesk.DocumentPage(r.Context(), who, helpdesk.Look{Request: r.PathValue("id"), Document: r.PathValue("documento"), Page: n - 1, Width: widthOf(r), Mark: mark})
	if errors.Is(err, scan.ErrNoPicture) {
		return ErrNotFound
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Content-Security-Policy", lookPolicy)
	w.Header().Set("Cache-Control", "no-store")
	_, err = w.Write(picture)
	return err
}
