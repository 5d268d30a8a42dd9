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
	if got := set.IDs(); !slices.Equal(got, []community.ID{"ente", "genova", "moderno", "sistemapiemonte", "torinofacile", "torinofacile-light", "trentino"}) {
		t.Errorf("got %v", got)
	}
	var realm []community.ID
	for _, c := range set.Realm("sistemapiemonte") {
		realm = append(realm, c.ID)
	}
	if !slices.Equal(realm, []community.ID{"sistemapiemonte", "torinofacile", "torinofacile-light"}) {
		t.Errorf("the realm is %v", realm)
	}
	for _, id := range []community.ID{"ente", "genova", "moderno", "trentino"} {
		if c, _ := set.ByID(id); c.Realm != community.Realm(id) || len(set.Realm(c.Realm)) != 1 {
			t.Errorf("%s shares its people with others (S9)", id)
		}
	}
	if _, ok := set.ByID("milano"); ok {
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
			if len(text.Summary) != len(text.SummaryEN) || len(text.Summary) != len(text.SummaryDE) {
				t.Errorf("%s: %s: a translated summary is not complete", id, text.File)
			}
		}
	}
}

// Which communities have credentials of their own is what a body must decide first (DL 76/2020 art. 24; mission S33).
func TestLocalCredentials(t *testing.T) {
	set := load(t)
	for id, want := range map[community.ID]community.Stage{"sistemapiemonte": community.OpenLocal, "torinofacile": community.OpenLocal,
		"ente": community.OpenLocal, "trentino": community.NeverLocal, "moderno": community.NeverLocal, "genova": community.EndedLocal} {
		c, _ := set.ByID(id)
		if got := c.Local.Stage("2026-11-22"); got != want {
			t.Errorf("%s: stage %d, not %d", id, got, want)
		}
		if c.Local.Issues != (c.LegalBasis.Kind != "") {
			t.Errorf("%s: issues %t on the basis %q", id, c.Local.Issues, c.LegalBasis.Kind)
		}
	}
	genova, _ := set.ByID("genova")
	if genova.Local.Stage("2017-05-21") != community.NeverLocal || genova.Local.Stage("2017-05-22") != community.EndedLocal {
		t.Error("genova ended its credentials on another day than 22 May 2017 (004)")
	}
}

// A new installation begins with what is safest.
func TestTheModernDefaultIsSafe(t *testing.T) {
	c, _ := load(t).ByID("moderno")
	if c.Local.Issues || c.Question.Asked || !c.Desk.FourEyes || !c.Desk.SearchReason || c.Desk.SearchMinLetters < 3 || c.Password.MinLength < 15 {
		t.Errorf("%+v", c)
	}
}

// The PIN of an ente's portal comes in two parts of four and five figures (003).
func TestTheEnteHasNineFigures(t *testing.T) {
	c, _ := load(t).ByID("ente")
	if c.Codes.PIN.Length != 9 || c.Codes.PIN.Alphabet != "0123456789" {
		t.Errorf("%+v", c.Codes.PIN)
	}
}

// Whoever reads the pages in another language reads the hours of the help in it too.
func TestHoursInEveryLanguage(t *testing.T) {
	set := load(t)
	for _, id := range set.IDs() {
		c, _ := set.ByID(id)
		for _, lang := range []string{"en", "de"} {
			p := c.Publisher.In(lang)
			if p.HelpHours == c.Publisher.HelpHours || c.Publisher.HelpPhoneNote != "" && p.HelpPhoneNote == c.Publisher.HelpPhoneNote {
				t.Errorf("%s: hours or note are not in %s", id, lang)
			}
		}
	}
}

// The pages of help are in the three languages, and each community tells of scams, SPID and CIE (K07, L06, N07).
func TestHelpIsComplete(t *testing.T) {
	set := load(t)
	for _, id := range set.IDs() {
		c, _ := set.ByID(id)
		for _, topic := range c.Help {
			for _, lang := range []string{"it", "en", "de"} {
				if title, body, in := topic.In(lang); in != lang || title == "" || body == "" {
					t.Errorf("%s: %s is not in %s", id, topic.ID, lang)
				}
			}
		}
		for _, topic := range []string{"truffe", "spid", "stato-spid", "cie-cns"} {
			if _, ok := c.Topic(topic); !ok {
				t.Errorf("%s does not tell of %s", id, topic)
			}
		}
	}
	for id, topic := range map[community.ID]string{"torinofacile": "casella-di-posta", "genova": "esportare-la-pec", "trentino": "pin-e-puk"} {
		if c, _ := set.ByID(id); len(c.Help) > 0 {
			if _, ok := c.Topic(topic); !ok {
				t.Errorf("%s does not tell of %s", id, topic)
			}
		}
	}
}

func TestHelpIsFoundByItsWords(t *testing.T) {
	c, _ := load(t).ByID("sistemapiemonte")
	for _, tt := range []struct{ lang, words, first string }{
		{"it", "identita sanitaria SPORTELLO", "allo-sportello"},
		{"it", "  pop   smtp ", "casella-di-posta"},
		{"en", "mailbox", "casella-di-posta"},
		{"de", "zurechenbare", "imputabili"},
		{"it", "xilofono", ""},
	} {
		found := c.FindTopics(tt.lang, tt.words)
		if tt.first == "" && len(found) > 0 || tt.first != "" && (len(found) == 0 || found[0].ID != tt.first) {
			t.Errorf("%s %q: %v", tt.lang, tt.words, found)
		}
	}
	if all := c.FindTopics("it", ""); len(all) != len(c.Help) {
		t.Errorf("no words find %d of %d", len(all), len(c.Help))
	}
}
