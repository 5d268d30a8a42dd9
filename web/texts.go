package web

import (
	"net/http"

	"sportello/community"
)

// publishedText is the data of the page of a Regolamento or an Informativa.
type publishedText struct {
	Text        community.Text
	Summary     []string // in the reader's language
	Community   community.Community
	Communities []community.Community // to choose another, if there are several
	Path        string
	None        string // what to say when nothing is published
}

// asked is the community of ?community=, else the portal's own.
func asked(r *http.Request) (community.Community, error) {
	id, p := community.ID(r.URL.Query().Get("community")), portalOf(r)
	if id == "" && len(p.Communities) > 0 {
		return p.Communities[0], nil
	}
	for _, c := range p.Communities {
		if c.ID == id {
			return c, nil
		}
	}
	return community.Community{}, ErrNotFound
}

// getTerms shows the Regolamento that citizens accept.
func (s *Server) getTerms(w http.ResponseWriter, r *http.Request) error {
	c, err := asked(r)
	if err != nil {
		return err
	}
	p := s.page(r, "Regolamento delle credenziali").at()
	p.Data = publishedText{c.Terms, c.Terms.SummaryIn(p.Lang), c, portalOf(r).Communities, "/regolamento", "Il regolamento non è ancora pubblicato in questo sito."}
	return s.show(w, "text", p)
}

// getPrivacy shows the Informativa.
func (s *Server) getPrivacy(w http.ResponseWriter, r *http.Request) error {
	c, err := asked(r)
	if err != nil {
		return err
	}
	p := s.page(r, "Informativa sulla privacy").at()
	p.Data = publishedText{c.Privacy, c.Privacy.SummaryIn(p.Lang), c, portalOf(r).Communities, "/privacy", "L'informativa non è ancora pubblicata in questo sito."}
	return s.show(w, "text", p)
}

// getLegal says who publishes the pages and on whose work they stand.
func (s *Server) getLegal(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, "legal", s.page(r, "Note legali").at())
}
