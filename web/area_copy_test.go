package web

import (
	"archive/zip"
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"sportello/area"
	"sportello/locale"
	"sportello/request"
	"sportello/store"
)

// unpacked are the files of an archive by name; nil for what is none.
func unpacked(t *testing.T, p *shown) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(p.Body), int64(len(p.Body)))
	if err != nil {
		t.Fatalf("%s (%d) is no archive: %v", p.Path, p.Status, err)
	}
	files := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// Giulia registered from home and sent a fax: her copy says so and gives the fax back; a mail that somebody else sent in her name is only counted
// (regulation EU 2016/679 art. 15).
func TestTheCopyHoldsRequestsAndFaxes(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		h.T = t
		x := h.residents()[0]
		n := h.registeredOnline(x)
		fax := h.faxOf(n)
		h.sendFax(h.faxFolder(), "fax-0001.pdf", fax)
		elena := h.back(t, "elena")
		elena.open("/sportello/istanze?tipo=fax")
		elena.follow("Identificazione via fax")
		elena.press("Prendi in carico")
		elena.press("Aggiungi la nota", "Nota", "La seconda pagina è chiara.")
		elena.press("Accetta l'identificazione", livingThere...)
		pin := h.faxedPIN(n)
		h.home(x).activate(papers{taxCode: string(x.TaxCode), code: h.grabbed(h.lastMail("Il tuo codice di attivazione"), writtenCode), pin: pin}, "giulia.b85")
		h.act(func(tx *store.Tx) error {
			reg, err := tx.RegistrationByNumber(n)
			h.must(err)
			return tx.AddRequest(&request.Request{Realm: "sistemapiemonte", Community: "sistemapiemonte", Kind: request.Email, Problem: request.LostCode, Registration: reg.ID,
				Content: request.Content{Sender: "impostore@esempio.it", Text: "sono io", Verdict: request.Forged}})
		})

		elena.open("/sportello/istanze?tipo=e-mail")
		elena.follow("Codice di attivazione smarrito")
		elena.press("Prendi in carico")
		elena.press("Concludi", "Respinta", "sì", "Motivo", "Il messaggio non arriva dall'indirizzo registrato")

		giulia := h.inside("giulia.b85", passwordOf("giulia.b85"))
		giulia.open("/area-personale/copia")
		giulia.press("Conferma", "PIN", pin)
		files := unpacked(t, giulia.post("/area-personale/copia", "formato", "zip"))
		list := string(files["i-miei-dati.json"])
		for _, held := range []string{string(n), `"domande_da_casa"`, "identificazione via fax", "La seconda pagina è chiara.", "codice di attivazione smarrito", `"nell_archivio"`, `"stato": "respinta"`, "Il messaggio non arriva dall'indirizzo registrato", `"contenuto_non_dato": true`} {
			if !strings.Contains(list, held) {
				t.Errorf("the copy has no %q", held)
			}
		}
		for _, hidden := range []string{"impostore@esempio.it", "sono io", "argon2id", pin} {
			if strings.Contains(list, hidden) {
				t.Errorf("the copy holds %q", hidden)
			}
		}
		given := false
		for name, content := range files {
			if name != "i-miei-dati.json" && (!strings.HasPrefix(name, "documenti/") || strings.Contains(name, "..")) {
				t.Errorf("a file is called %q", name)
			}
			given = given || bytes.Equal(content, fax)
		}
		if !given {
			t.Error("the fax is not in the archive")
		}
		giulia.open("/area-personale?lingua=de")
		paper := giulia.post("/area-personale/copia", "formato", "pdf")
		h.says(h.textOf(paper),
			[]string{"Aktivierungscode verloren", "(E-Mail). Abgelehnt", "Grund: Die Nachricht kommt nicht von der gespeicherten Adresse", "Es könnte von einer anderen Person sein", "Identifizierung per Fax", "Angenommen"},
			[]string{"respinta", "impostore@esempio.it", "Identificazione via fax", "smarrito"})
	})
}

// What was asked of an ente is given back with its documents.
func TestTheCopyHoldsDocumentsForTheEnte(t *testing.T) {
	onEachEnte(t, func(t *testing.T, h *house) {
		pin := h.asks(mario()...)
		olga := h.login(t, "olga")
		olga.approve(olga.opened(), granting...)
		c := h.visitor()
		secret := h.firstPasswordOf("approvate")
		c.submit(c.enters(pin, secret), `form[action="`+firstPath+`"]`, "attuale", secret, "nuova", marioChose, "ripeti", marioChose)
		files := unpacked(t, c.post("/area-personale/copia", "formato", "zip"))
		if len(files) != 2 {
			t.Errorf("%d files", len(files))
		}
		list := string(files["i-miei-dati.json"])
		if !strings.Contains(list, "carta d'identità") || !strings.Contains(list, "richiesta di credenziali") || strings.Contains(list, "argon2id") || strings.Contains(list, secret) || strings.Contains(list, pin) {
			t.Error("the copy lacks the request, or holds a secret")
		}
		if p := c.post("/area-personale/copia", "formato", "pdf"); !strings.HasPrefix(string(p.Body), "%PDF-") {
			t.Errorf("no PDF: %d", p.Status)
		}
	})
}

// Every word that the house stores and a copy of one's data may hold has a translation: who adds a kind, a state or a deed adds its words.
func TestStoredWordsAreTranslated(t *testing.T) {
	types := map[string][]string{"../audit": {"Deed", "Outcome", "ActorKind"}, "../mail": {"Kind"}, "../request": {"Kind", "State", "Problem"}, "../store": {"CredentialRequestState"},
		"../postal": {"Kind", "Cause"}, "../citizen": {"Door"}}
	for dir, names := range types {
		found := storedWords(t, dir, names)
		if len(found) < 2 {
			t.Errorf("%s: only %q is stored", dir, found)
		}
		for _, l := range locale.Languages[1:] {
			if missing := locale.Missing(l.Code, found...); len(missing) > 0 {
				t.Errorf("%s: no words for %q of %s", l.Code, missing, dir)
			}
		}
	}
	for _, l := range locale.Languages[1:] {
		if missing := locale.Missing(l.Code, slices.Collect(maps.Values(refusedBecause))...); len(missing) > 0 {
			t.Errorf("%s: no words for %q", l.Code, missing)
		}
	}
}

// storedWords are the values of a package's constants of some types.
func storedWords(t *testing.T, dir string, types []string) (found []string) {
	t.Helper()
	sources, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, source := range sources {
		f, err := parser.ParseFile(token.NewFileSet(), source, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			block, is := d.(*ast.GenDecl)
			if !is || block.Tok != token.CONST || strings.HasSuffix(source, "_test.go") {
				continue
			}
			for _, spec := range block.Specs {
				v := spec.(*ast.ValueSpec)
				if kind, named := v.Type.(*ast.Ident); named && slices.Contains(types, kind.Name) {
					word, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
					if err != nil {
						t.Fatal(err)
					}
					found = append(found, word)
				}
			}
		}
	}
	return found
}

// What a copy may hold is written down for whoever reads it elsewhere: a name that is added is added there.
func TestNamesOfTheCopyAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../docs/integrators.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(page), "## The copy of one's data")
	if !found {
		t.Fatal("no section on the copy")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	named := 0
	var walk func(reflect.Type)
	walk = func(of reflect.Type) {
		for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
			of = of.Elem()
		}
		if of.Kind() != reflect.Struct || of == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range of.NumField() {
			name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
			if name == "" || name == "-" {
				continue
			}
			if named++; !strings.Contains(section, "`"+name+"`") {
				t.Errorf("%s.%s: `%s` is not in docs/integrators.md", of.Name(), of.Field(i).Name, name)
			}
			walk(of.Field(i).Type)
		}
	}
	walk(reflect.TypeFor[area.OwnData]())
	if named < 80 {
		t.Errorf("only %d names", named)
	}
}
