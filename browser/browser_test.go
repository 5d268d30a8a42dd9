package browser_test

import (
	"fmt"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sportello/browser"
)

// soundPage has a form as ours are; its answer comes after a 303.
const soundPage = `<!DOCTYPE html>
<html lang="it">
<head><title>Prova</title><link rel="icon" href="data:,"><meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body>
<main>
<h1>Prova</h1>
<form method="post" action="/prova">
<p><label for="cognome">Cognome (obbligatorio)</label> <input id="cognome" name="cognome" value="da sostituire"></p>
<fieldset><legend>Data di nascita</legend>
<label for="g1">Giorno</label> <input id="g1" name="g1">
</fieldset>
<fieldset><legend>Data del documento</legend>
<label for="g2">Giorno</label> <input id="g2" name="g2">
</fieldset>
<p><label for="provincia">Provincia</label> <select id="provincia" name="provincia"><option value="">scegli</option><option value="TO">TORINO</option></select></p>
<p><input type="checkbox" id="si" name="si"> <label for="si">Accetto</label></p>
<p><input type="radio" id="f" name="sesso" value="F"> <label for="f">Femmina</label> <input type="radio" id="m" name="sesso" value="M"> <label for="m">Maschio</label></p>
<details><summary>Perché?</summary><p>Per prova.</p></details>
<p><button>prosegui</button> <button formaction="/lettera" formtarget="_blank" name="quale" value="PIN">genera pdf</button></p>
</form>
</main>
</body>
</html>`

// faultyPage breaks a rule of each kind that the harness looks for.
const faultyPage = `<!DOCTYPE html>
<html lang="it">
<head><title>Guasta</title><style>.largo { width: 900px } a:focus { outline: none }</style></head>
<body>
<main>
<h1>Guasta</h1>
<div class="largo">largo</div>
<input name="senza-etichetta">
<p><a href="/">senza fuoco</a> <a href="/" style="position: absolute; left: -3000px">fuori vista</a></p>
<img src="/manca.png" alt=""><p><div>annidato</p>
</main>
</body>
</html>`

// serve shows the two pages, and at /prova what a form brought.
func serve(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:")
		io.WriteString(w, soundPage)
	})
	mux.HandleFunc("POST /lettera", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/pdf")
		fmt.Fprintf(w, "%%PDF\xff %s %s", r.FormValue("cognome"), r.FormValue("quale"))
	})
	mux.HandleFunc("GET /guasta", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, faultyPage) })
	mux.HandleFunc("POST /prova", func(w http.ResponseWriter, r *http.Request) {
		r.ParseForm()
		http.SetCookie(w, &http.Cookie{Name: "visto", Value: "1"})
		http.Redirect(w, r, "/esito?"+r.PostForm.Encode(), http.StatusSeeOther)
	})
	mux.HandleFunc("GET /esito", func(w http.ResponseWriter, r *http.Request) {
		cookies := len(r.Cookies())
		w.WriteHeader(http.StatusUnprocessableEntity)
		q := r.URL.Query()
		fmt.Fprintf(w, `<!DOCTYPE html><html lang="it"><title>Esito</title><link rel="icon" href="data:,"><h1>Esito</h1><p>Cognome: %s; nato: %s; documento: %s; provincia: %s; sì: %s; sesso: %s; biscotti: %d; lingua: %s</p>`,
			q.Get("cognome"), q.Get("g1"), q.Get("g2"), q.Get("provincia"), q.Get("si"), q.Get("sesso"), cookies, r.Header.Get("Accept-Language"))
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// fillAndSend goes through the sound page's form as a person does.
func fillAndSend(p *browser.Page) {
	p.Fill("Cognome", "D’Agostino")
	p.Fill("Data di nascita > Giorno", "7")
	p.Fill("Data del documento > Giorno", "")
	p.Choose("Provincia", "TORINO")
	p.Tick("Accetto")
	p.Tick("Maschio")
	p.Follow("prosegui")
}

func TestForm(t *testing.T) {
	address := serve(t)
	b := browser.Start(t)
	for name, visitor := range map[string]browser.Visitor{
		"at a desk":          {},
		"on a phone":         {Size: browser.Phone},
		"without JavaScript": {NoScript: true},
	} {
		t.Run(name, func(t *testing.T) {
			p := b.Open(t, address, visitor)
			if p.Status() != http.StatusOK || p.Title() != "Prova" {
				t.Errorf("status %d, title %q", p.Status(), p.Title())
			}
			fillAndSend(p)
			if p.Status() != http.StatusUnprocessableEntity || !strings.Contains(p.URL(), "/esito") {
				t.Errorf("status %d at %s", p.Status(), p.URL())
			}
			p.MustHave("Cognome: D’Agostino", "nato: 7;", "documento: ;", "provincia: TO", "sì: on", "sesso: M", "biscotti: 1", "lingua: it-IT")
			if source := p.Source(); !strings.HasPrefix(source, "<!DOCTYPE html><html lang=\"it\"><title>Esito") {
				t.Errorf("source is %q", source)
			}
			if said := p.Complaints(); len(said) > 0 {
				t.Errorf("a refused form is no fault of the page: %q", said)
			}
			p.Back()
			if p.Title() != "Prova" {
				t.Errorf("Back leads to %q", p.Title())
			}
			other := b.Open(t, address+"/esito", visitor)
			other.MustHave("biscotti: 0")
		})
	}
}

func TestFetch(t *testing.T) {
	p := browser.Start(t).Open(t, serve(t), browser.Visitor{})
	p.Fill("Cognome", "Rossi")
	got := p.Fetch("genera pdf")
	if got.Status != http.StatusOK || got.Type != "application/pdf" || string(got.Body) != "%PDF\xff Rossi PIN" {
		t.Errorf("got %d %s %q", got.Status, got.Type, got.Body)
	}
	p.Follow("prosegui")
}

func TestShoot(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("SCREENSHOTS", dir)
	browser.Start(t).Open(t, serve(t), browser.Visitor{Size: browser.Phone}).Shoot("prova")
	file, err := os.Open(filepath.Join(dir, "prova-320.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	picture, err := png.DecodeConfig(file)
	if err != nil || picture.Width != 320 {
		t.Errorf("a picture %d px wide, %v", picture.Width, err)
	}
}

func TestKeyboard(t *testing.T) {
	p := browser.Start(t).Open(t, serve(t), browser.Visitor{})
	p.Check()
	p.CheckKeyboard()
	if stops := len(p.Tour()); stops != 9 {
		t.Errorf("%d stops, want 9: two radio buttons of a group are one", stops)
	}
	p.Go(p.URL())
	p.Press("Tab", "Rossi", "Tab", "9", "Tab", "Tab", "Down", "Tab", "Space")
	if got := p.Value("Provincia"); got != "TORINO" {
		t.Errorf("Provincia is %q", got)
	}
	p.PressAndFollow("Enter")
	p.MustHave("Cognome: Rossi", "nato: 9", "provincia: TO", "sì: on")
}

// TestFaultsAreSeen shows that the harness can fail a page.
func TestFaultsAreSeen(t *testing.T) {
	p := browser.Start(t).Open(t, serve(t)+"/guasta", browser.Visitor{Size: browser.Phone})
	rules := make([]string, 0)
	for _, v := range p.Violations() {
		rules = append(rules, v.ID)
	}
	if !slices.Contains(rules, "label") {
		t.Errorf("axe sees %q, not the field without a label", rules)
	}
	if p.Overflow() < 500 {
		t.Errorf("the page overflows by %d px, it should be over 500", p.Overflow())
	}
	if said := strings.Join(p.Complaints(), " "); !strings.Contains(said, "manca.png") {
		t.Errorf("the browser says %q, nothing of the missing picture", said)
	}
	var unseen, unmarked []string
	for _, stop := range p.Tour() {
		if !stop.InView {
			unseen = append(unseen, stop.Name)
		}
		if !stop.Indicated {
			unmarked = append(unmarked, stop.Name)
		}
	}
	if len(unseen) != 1 || !strings.Contains(unseen[0], "fuori vista") {
		t.Errorf("out of sight: %q", unseen)
	}
	if len(unmarked) != 2 {
		t.Errorf("without a look of focus: %q", unmarked)
	}
}

func TestHTML(t *testing.T) {
	if testing.Short() {
		t.Skip("no validator under -short")
	}
	found := browser.Faults(t, map[string]string{"sana": soundPage, "guasta": faultyPage})
	if len(found) == 0 {
		t.Error("the validator finds nothing wrong with the faulty page")
	}
	for _, fault := range found {
		if fault.Document != "guasta" {
			t.Error(fault)
		}
	}
}
