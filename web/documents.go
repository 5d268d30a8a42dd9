package web

import (
	"errors"
	"net/http"
	"sync"

	"sportello/community"
	"sportello/desk"
	"sportello/locale"
)

// documentRoutes are those of the page with the documents to download (001 §2).
func (s *Server) documentRoutes() []route {
	return []route{
		{"GET /documenti", s.getDocuments, citizens, 0},
		{"GET /documenti/{file}", s.getDocument, citizens, 0},
	}
}

// A publication is a document that everybody may download (G12).
type publication struct {
	blank desk.Blank // the file's name too
	Title string
	Text  string

	translated bool // else Italian, as it was published
	atDesk     bool // of no use where credentials are asked of an ente (003)
}

// publications are the five of the manual, in its order.
var publications = []publication{
	{desk.Guide, "Manuale d'uso del servizio", "Come si lavora allo sportello, passo per passo: è scritto per gli operatori.", false, true},
	{desk.BlankTerms, "Regolamento delle credenziali", "Le condizioni che si accettano con le credenziali, con la dichiarazione da firmare su carta.", false, false},
	{desk.RevocationRequest, "Richiesta di revoca delle credenziali", "Per chi non vuole più le credenziali e chiede di cancellare i propri dati.", true, false},
	{desk.BlankMandate, "Modulo di delega", "Per mandare allo sportello un'altra persona al proprio posto.", true, true},
	{desk.BlankDeclaration, "Dichiarazione sostitutiva", "Per chi agisce a nome di una persona maggiorenne sotto tutela, o che non può firmare.", true, true},
}

// A download is a publication as one community offers it.
type download struct {
	publication
	Lang      string // of the file
	Href      string
	Kilobytes int // 0 on pages that do not say the size
}

// hrefOf is where a document is, in a language: what caches keep under one address is one file.
func hrefOf(b desk.Blank, id community.ID, lang string) string {
	return "/documenti/" + string(b) + ".pdf?community=" + string(id) + "&lingua=" + lang
}

// downloads are the documents of a community, without their sizes.
func downloads(id community.ID, lang string) []download {
	list := make([]download, len(publications))
	for i, p := range publications {
		list[i] = download{publication: p, Lang: lang, Href: hrefOf(p.blank, id, lang)}
		if !p.translated {
			list[i].Lang = locale.Italian
		}
	}
	return list
}

// documentsPage is the data of the page.
type documentsPage struct {
	Community   community.Community
	Communities []community.Community // to choose another, if there are several
	Downloads   []download
}

// getDocuments is the page with the five documents.
func (s *Server) getDocuments(w http.ResponseWriter, r *http.Request) error {
	c, err := asked(r)
	if err != nil {
		return err
	}
	d := documentsPage{Community: c, Communities: portalOf(r).Communities}
	for _, x := range downloads(c.ID, visitOf(r).Lang) {
		if c.EnteRequest.Offered && x.atDesk {
			continue
		}
		pdf, err := s.blanks.of(c, x.blank, visitOf(r).Lang, s.Desk.Blank)
		if errors.Is(err, desk.ErrNoDocument) {
			continue
		}
		if err != nil {
			return err
		}
		x.Kilobytes = (len(pdf) + 1023) / 1024
		d.Downloads = append(d.Downloads, x)
	}
	p := s.page(r, "Documenti da scaricare").at()
	p.Lead = "Si possono leggere, stampare e compilare a mano."
	p.publishedBy(c)
	p.Data = d
	return s.show(w, "documents", p)
}

// getDocument gives one of them: of the community in the query, else of the first.
func (s *Server) getDocument(w http.ResponseWriter, r *http.Request) error {
	c, err := asked(r)
	if err != nil {
		return err
	}
	for _, x := range publications {
		if r.PathValue("file") != string(x.blank)+".pdf" {
			continue
		}
		pdf, err := s.blanks.of(c, x.blank, visitOf(r).Lang, s.Desk.Blank)
		if errors.Is(err, desk.ErrNoDocument) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		w.Header().Set("Cache-Control", "public, max-age=3600")
		w.Header().Set("Vary", "Accept-Language, Cookie") // without a language in the address
		return sendPDF(w, r, string(x.blank)+"-"+string(c.ID)+".pdf", pdf)
	}
	return ErrNotFound
}

// keptBlanks keeps the documents that were asked for: nobody's data is in them.
type keptBlanks struct {
	mu  sync.Mutex
	pdf map[string][]byte
}

// of writes a document the first time that somebody asks, and again when the community's Regolamento is another.
func (k *keptBlanks) of(c community.Community, b desk.Blank, lang string, write func(community.ID, desk.Blank, string) ([]byte, error)) ([]byte, error) {
	key := string(b) + "/" + string(c.ID) + "/" + lang + "/" + c.Terms.SHA256
	k.mu.Lock()
	defer k.mu.Unlock()
	if pdf, ok := k.pdf[key]; ok {
		return pdf, nil
	}
	pdf, err := write(c.ID, b, lang)
	if err != nil {
		return nil, err
	}
	if k.pdf == nil {
		k.pdf = map[string][]byte{}
	}
	k.pdf[key] = pdf
	return pdf, nil
}
