package web

import (
	"io"
	"net/http"
	"os"
	"testing"
)

func TestPreview(t *testing.T) {
	if os.Getenv("PREVIEW") == "" {
		t.Skip()
	}
	s := newServer(io.Discard)
	rs := append(sampleRoutes(s, func(*Form) {}), deskRoute(s))
	// errors shown by GET, for screenshots
	rs = append(rs, route{"GET /errato", func(w http.ResponseWriter, r *http.Request) error {
		f := sampleForm()
		f.Field("nome").Value = "Giulia"
		f.Field("nascita").Day, f.Field("nascita").Month, f.Field("nascita").Year = "12", "13", "1985"
		f.Check()
		v := visitOf(r)
		v.enter(operators)
		v.Operator = &Operator{"Anna Ferrero", "ASL Città di Esempio", "Sportello"}
		v.Nav = []Link{{Text: "Menu iniziale", Href: "/sportello"}, {Text: "Registrazione utenti", Href: "/pezzi", Current: true}}
		p := s.page(r, "Registrazione utenti").at().withErrors(f)
		p.Data = f
		p.Steps = Steps{[]string{"Ricerca", "Dati del cittadino", "Conferma"}, 2}
		return s.render(w, 200, "form", p)
	}, citizens, 0})
	s.PublicURL.Scheme = "http"
	_ = http.ListenAndServe("127.0.0.1:8199", s.handle(rs))
}
