package web

import (
	"net/http"

	"sportello/administration"
	"sportello/office"
)

// A publicDesk is a desk in the public list.
type publicDesk struct {
	branchRow
	Ente   string
	Issues string // what it gives, for a citizen
}

// A deskPlace is a comune with its desks.
type deskPlace struct {
	Name  string
	Desks []publicDesk
}

// desksPage is the data of the list of enabled desks (K05).
type desksPage struct {
	Province, Search string
	Provinces        []Option
	Places           []deskPlace
	Found, All       int
}

// getDesks shows where to go, by province and comune. What is asked stands in the address: it says nothing of who asks.
func (s *Server) getDesks(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	data := desksPage{Province: tidy(query.Get("provincia")), Search: firstRunes(tidy(query.Get("cerca")), 100)}
	list, err := s.deskList(r, administration.Wanted{Province: data.Province, Words: data.Search})
	if err != nil {
		return err
	}
	data.All, data.Found = list.All, len(list.Found)
	for _, sigla := range list.Provinces {
		data.Provinces = append(data.Provinces, Option{sigla, s.provinceName(sigla)})
	}
	for _, b := range list.Found {
		desk := s.publicDesk(b)
		if !visitOf(r).hasLocal() {
			desk.Issues = ""
		}
		data.add(s.comuneName(b.Comune)+" ("+b.Province+")", desk)
	}
	p := s.page(r, "Sportelli abilitati").at()
	p.Data = data
	return s.show(w, "desks", p)
}

// deskList is empty where nothing is published.
func (s *Server) deskList(r *http.Request, wanted administration.Wanted) (administration.DeskList, error) {
	if s.Administration == nil {
		return administration.DeskList{}, nil
	}
	return s.Administration.PublicBranches(r.Context(), portalOf(r).Community().Realm, wanted)
}

func (s *Server) publicDesk(b administration.PublicBranch) publicDesk {
	d := publicDesk{branchRow: s.branchRow(b.Branch), Ente: b.Of.Name, Issues: "Accerta la tua identità: le credenziali aprono anche i servizi sanitari."}
	if b.Of.Issues == office.IssuesWeak {
		d.Issues = "Rilascia credenziali che non aprono i servizi sanitari."
	}
	return d
}

func (d *desksPage) add(place string, desk publicDesk) {
	if n := len(d.Places); n == 0 || d.Places[n-1].Name != place {
		d.Places = append(d.Places, deskPlace{Name: place})
	}
	last := &d.Places[len(d.Places)-1]
	last.Desks = append(last.Desks, desk)
}

func firstRunes(s string, n int) string {
	runes := []rune(s)
	return string(runes[:min(n, len(runes))])
}
