package web

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"

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

		giulia := h.inside("giulia.b85", passwordOf("giulia.b85"))
		giulia.open("/area-personale/copia")
		giulia.press("Conferma", "PIN", pin)
		files := unpacked(t, giulia.post("/area-personale/copia", "formato", "zip"))
		list := string(files["i-miei-dati.json"])
		for _, held := range []string{string(n), `"domande_da_casa"`, "identificazione via fax", "La seconda pagina è chiara.", "codice di attivazione smarrito", `"nell_archivio"`} {
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
