package web

import (
	"html/template"
	"io"
	"net/http"
	"strings"
	"testing"
)

// samplePieces draws every piece once.
const samplePieces = `{{define "main"}}{{template "top" .}}
{{template "alert" (alert "warning" "Attenzione" "Il documento scade tra dieci giorni.")}}
<div class="row"><div class="col-lg-8">
<h2 class="h4" id="documenti">Documenti</h2>
<ol class="documenti" aria-labelledby="documenti">{{range .Data.Documents}}{{template "document" .}}{{end}}</ol>
<p id="motivo">Manca la lettera con il PIN.</p>
<section class="riquadro"><h2 class="h5">Dati</h2>{{template "items" .Data.Items}}</section>
<p>{{range .Data.Badges}}{{template "badge" .}} {{end}}</p>
</div><div class="col-lg-4">{{template "callout" .Data.Callout}}</div></div>{{end}}`

// deskRoute is a page as an operator sees it after log-in.
func deskRoute(s *Server) route {
	return route{"GET /pezzi", func(w http.ResponseWriter, r *http.Request) error {
		v := visitOf(r)
		v.enter(operators)
		v.Operator = &Operator{"Anna Ferrero", "ASL Città di Esempio", "Sportello"}
		v.Nav = []Link{{Text: "Menu iniziale", Href: "/sportello"}, {Text: "Registrazione utenti", Href: "/pezzi", Current: true}}
		p := s.page(r, "Stampa dei documenti").at(Link{Text: "Registrazione utenti", Href: "/pezzi"})
		p.Steps = Steps{[]string{"Ricerca", "Dati del cittadino", "Conferma", "Stampa"}, 4}
		p.Notice = Alert{Kind: "success", Text: "Registrazione salvata."}
		p.Data = map[string]any{
			"Documents": []Document{
				{Icon: "it-key", Title: "Lettera con il PIN", State: Badge{"manca", "Da stampare"}, Note: "Obbligatoria.", Action: "/pin", Button: "Genera pdf", Main: true},
				{Icon: "it-mail", Title: "Codice di attivazione", State: Badge{"fatto", "Inviato"}, When: "oggi alle 10:42", Action: "/codice", Button: "Stampa codice"},
				{Icon: "it-files", Title: "Riepilogo dei dati", State: Badge{"neutro", "Non serve"}, Action: "/riepilogo", Button: "Stampa riepilogo", Blocked: "motivo"},
			},
			"Items":   []Item{{Label: "Nome", Value: "Giulia"}, {Label: "Numero registrazione", Value: "1234567897", Code: true}, {Label: "Email", Missing: true}},
			"Badges":  []Badge{{"registrato", "registrato"}, {"riscontrato", "riscontrato"}, {"attivo", "attivo"}, {"respinto", "respinto"}},
			"Callout": Callout{ID: "aiuto", Icon: "it-help-circle", Title: "Serve aiuto?", Points: []Link{{Text: "Il PIN non compare a video."}, {Text: "Regolamento", Href: "/regolamento"}}},
		}
		t := template.Must(parts(newTranslator("it")).Parse(samplePieces))
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		return t.ExecuteTemplate(w, "layout", p)
	}, citizens, 0}
}

func TestDeskPieces(t *testing.T) {
	s := newServer(io.Discard)
	d := document(t, ask(s.handle([]route{deskRoute(s)}), "GET", "/pezzi", with("Accept-Language", "en")))
	checkPage(t, "desk", d)
	for selector, want := range map[string]string{
		"html[lang=it]": "", ".lingue": "none", `form[method=post][action="/sportello/esci"] button`: "Esci", ".operatore dd:first-of-type": "",
		`nav[aria-label="Menu principale"] a[aria-current=page]`: "Registrazione utenti", `li[aria-current=step]`: "4Stampa",
		".steppers li.confirmed": "", ".documento button[disabled][aria-describedby=motivo]": "Stampa riepilogo", `.breadcrumb [aria-current=page]`: "Stampa dei documenti",
		".alert-success[role=status]": "Registrazione salvata.", ".manca": "Manca",
	} {
		found := d.Find(selector)
		if (found.Length() == 0) != (want == "none") {
			t.Errorf("%d of %s", found.Length(), selector)
		}
		if got := strings.TrimSpace(found.First().Text()); want != "" && want != "none" && got != want {
			t.Errorf("%s says %q, want %q", selector, got, want)
		}
	}
	for kind, icon := range badgeIcons {
		if icon == "" {
			t.Errorf("badge %s has no icon", kind)
		}
	}
}
