package communities_test

import (
	"slices"
	"strings"
	"testing"

	"sportello/communities"
	"sportello/community"
)

func load(t *testing.T) community.Set {
	t.Helper()
	set, err := community.LoadAll(communities.FS)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestTheSeedsCommunitiesLoad(t *testing.T) {
	set := load(t)
	want := []community.ID{"sistemapiemonte", "torinofacile", "torinofacile-light"}
	if got := set.IDs(); !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	var realm []community.ID
	for _, c := range set.Realm("sistemapiemonte") {
		realm = append(realm, c.ID)
	}
	if !slices.Equal(realm, want) {
		t.Errorf("the realm is %v", realm)
	}
	if _, ok := set.ByID("genova"); ok {
		t.Error("a community that nobody wrote")
	}
}

func TestSistemaPiemonte(t *testing.T) {
	c, _ := load(t).ByID("sistemapiemonte")
	for what, ok := range map[string]bool{
		"PIN of 8 (E01)":               c.Codes.PIN.Length == 8 && !strings.ContainsAny(c.Codes.PIN.Alphabet, "O01IL"),
		"activation code (S17)":        c.Codes.Activation.Length == 12 && c.Codes.Activation.ValidDays == 60 && c.Codes.Activation.MaxTries == 5,
		"revocation code (S17)":        c.Codes.Revocation.Length == 12 && c.Codes.Revocation.ValidDays == 30,
		"refused mail domain (D12)":    slices.Contains(c.Desk.RefusedMailDomains, "postacertificata.gov.it"),
		"legal basis (S33)":            c.LegalBasis.Kind == "legacy_migration" && c.LegalBasis.Note != "",
		"secret question (S21)":        c.Question.Asked && len(c.Question.Proposed) >= 3,
		"five documents (D14)":         len(c.Documents) == 5,
		"texts with their fingerprint": len(c.Terms.SHA256) == 64 && strings.HasPrefix(c.Terms.Markdown, "# Regolamento") && strings.HasPrefix(c.Privacy.Markdown, "# Informativa"),
	} {
		if !ok {
			t.Errorf("%s is not as asked", what)
		}
	}
	services := map[string]community.Service{}
	for _, s := range c.Services {
		services[s.ID] = s
	}
	if s := services["ritiro-referti"]; s.Proofing != "forte" || s.StrongFrom != "2014-05-02" {
		t.Errorf("health data (S15): %+v", s)
	}
	if s := services["fse"]; s.Authn != community.AuthnCard {
		t.Errorf("the FSE opens with %q (DM 7-9-2023 art. 11)", s.Authn)
	}
}

func TestTorinofacileStatesOnlyWhatDiffers(t *testing.T) {
	set := load(t)
	base, _ := set.ByID("sistemapiemonte")
	for _, id := range []community.ID{"torinofacile", "torinofacile-light"} {
		c, _ := set.ByID(id)
		if c.Publisher.Name != "Città di Torino" || c.Publisher.HelpPhone != base.Publisher.HelpPhone || c.Codes != base.Codes {
			t.Errorf("%s: %+v", id, c.Publisher)
		}
		if c.Terms.SHA256 != base.Terms.SHA256 || c.Privacy.SHA256 == base.Privacy.SHA256 || len(c.Services) != len(base.Services) {
			t.Errorf("%s: texts or services", id)
		}
	}
	if base.Publisher.Name != "Regione Piemonte" {
		t.Error("the child changed its parent")
	}
}

// Pages and letters know headings, paragraphs and lists: nothing else may stand in a text.
func TestTextsAreSimpleMarkdown(t *testing.T) {
	set := load(t)
	for _, id := range set.IDs() {
		c, _ := set.ByID(id)
		for _, text := range []community.Text{c.Terms, c.Privacy} {
			if strings.Count(text.Markdown, "\n# ") > 0 || strings.ContainsAny(text.Markdown, "*_`<>[]|\t\r") {
				t.Errorf("%s: %s holds other marks", id, text.File)
			}
			if len(text.Summary) != len(text.SummaryEN) {
				t.Errorf("%s: %s: the English summary is not complete", id, text.File)
			}
		}
	}
}
