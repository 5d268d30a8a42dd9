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

func TestChangedTextDoesNotStart(t *testing.T) {
	h := newHouse(t)
	h.must(h.Administration.PublishTexts(t.Context()))
	c, _ := h.Administration.Communities.ByID("sistemapiemonte")
	files := fstest.MapFS{}
	for _, name := range []string{"sistemapiemonte/community.toml", c.Terms.File, c.Privacy.File} {
		b, err := communities.FS.ReadFile(name)
		h.must(err)
		files[name] = &fstest.MapFile{Data: b}
	}
	files[c.Terms.File].Data = append(files[c.Terms.File].Data, "\nUna riga in più.\n"...)
	set, err := community.LoadAll(files)
	h.must(err)
	h.Administration.Communities = set
	err = h.Administration.PublishTexts(t.Context())
	if !errors.Is(err, administration.ErrTextChanged) || !strings.Contains(err.Error(), c.Terms.File) {
		t.Errorf("a text changed under its old version: %v", err)
	}
}
