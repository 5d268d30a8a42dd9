package web

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"sportello/administration"
	"sportello/audit"
	"sportello/communities"
	"sportello/community"
)

// Every version that was ever in force can be read; a text that changed under an old number does not start (mission S33).
func TestTextVersions(t *testing.T) {
	h := newHouse(t)
	h.must(h.Administration.PublishTexts(t.Context()))
	h.must(h.Administration.PublishTexts(t.Context())) // the next start
	published := 0
	h.must(h.Desk.Store.Audit(t.Context(), audit.Filter{Deed: audit.PublishText}, func(audit.Record) error { published++; return nil }))
	if want := 2 * len(h.Administration.Communities.IDs()); published != want {
		t.Errorf("%d texts published, want %d", published, want)
	}
	carla := h.login(t, "carla")
	p := carla.get("/sportello/amministrazione/testi")
	checkPage(t, "policies", p.Document)
	p.has(t, "Base giuridica", "Sistema Piemonte", "In vigore", "community.toml", "Codice su carta: secondo operatore")
	if strings.Contains(p.said(), "Trentino") {
		t.Error("a community of another realm is shown")
	}
	at := p.Find("table a").First().AttrOr("href", "")
	one := carla.get(at)
	checkPage(t, "text", one.Document)
	one.has(t, "Impronta SHA-256")
	if pdf := carla.get(at + "/pdf"); !bytes.HasPrefix(pdf.Body, []byte("%PDF-")) {
		t.Errorf("PDF: %d", pdf.Status)
	}
	for _, path := range []string{"/trentino/regolamento/1", "/sistemapiemonte/regolamento/0", "/sistemapiemonte/altro/1", "/sistemapiemonte/regolamento/%00"} {
		if p := carla.get("/sportello/amministrazione/testi" + path); p.Status != 404 {
			t.Errorf("%s: %d", path, p.Status)
		}
	}
}

// changedFiles are the files of one community, with one of them changed.
func (h *house) changedFiles(id community.ID, name string, change func([]byte) []byte) community.Set {
	h.Helper()
	c, _ := h.Administration.Communities.ByID(id)
	files := fstest.MapFS{}
	for _, file := range []string{string(id) + "/community.toml", c.Terms.File, c.Privacy.File} {
		b, err := communities.FS.ReadFile(file)
		h.must(err)
		if file == name {
			b = change(b)
		}
		files[file] = &fstest.MapFile{Data: b}
	}
	set, err := community.LoadAll(files)
	h.must(err)
	return set
}

func TestChangedTextDoesNotStart(t *testing.T) {
	h := newHouse(t)
	h.must(h.Administration.PublishTexts(t.Context()))
	c, _ := h.Administration.Communities.ByID("sistemapiemonte")
	h.Administration.Communities = h.changedFiles("sistemapiemonte", c.Terms.File, func(b []byte) []byte { return append(b, "\nUna riga in più.\n"...) })
	err := h.Administration.PublishTexts(t.Context())
	if !errors.Is(err, administration.ErrTextChanged) || !strings.Contains(err.Error(), c.Terms.File) {
		t.Errorf("a text changed under its old version: %v", err)
	}
}

// Where the community asks for four eyes, who booked does not print the code: a colleague does (mission S19).
func TestFourEyes(t *testing.T) {
	h := newHouse(t)
	h.Desk.Communities = h.changedFiles("sistemapiemonte", "sistemapiemonte/community.toml", func(b []byte) []byte {
		return bytes.Replace(b, []byte("four_eyes = false"), []byte("four_eyes = true"), 1)
	})
	h.Administration.Communities = h.Desk.Communities
	anna, bruno, carla := h.login(t, "anna"), h.login(t, "bruno"), h.login(t, "carla")
	carla.get("/sportello/amministrazione/testi").has(t, "Sì: chi ha prenotato non può stamparlo")
	at := anna.register(h.People.CIA[0]).Path
	if p := anna.post(at+"/codice", "motivo-codice", "Lo chiede il cittadino"); p.Status != 403 {
		t.Errorf("who booked prints the code: %d", p.Status)
	} else {
		p.has(t, "Serve un secondo operatore")
	}
	if p := bruno.post(at+"/codice", "motivo-codice", "Lo chiede il cittadino"); !bytes.HasPrefix(p.Body, []byte("%PDF-")) {
		t.Errorf("a colleague prints the code: %d", p.Status)
	}
	if p := bruno.post(at + "/pin"); p.Status != 403 {
		t.Errorf("a colleague prints the PIN: %d", p.Status)
	}
}
