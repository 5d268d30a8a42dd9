package mail_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sportello/community"
	"sportello/locale"
	"sportello/mail"
)

var update = flag.Bool("update", false, "write the golden files anew")

var piemonte = community.Community{
	ID:   "sistemapiemonte",
	Name: "Sistema Piemonte",
	Publisher: community.Publisher{
		Name:       "Regione Piemonte",
		Website:    "https://www.example.test",
		HelpPhone:  "800 000 000",
		HelpEmail:  "assistenza@example.test",
		HelpHours:  "dal lunedì al venerdì, 8-18",
		MailSender: "sportello@example.test",
	},
	Codes: community.Codes{
		Activation: community.CodeFormat{Length: 12, Group: 4},
		Revocation: community.CodeFormat{Length: 12, Group: 4},
	},
}

const (
	code   = "7KQ29XWMPC4T"
	number = "1234567897"
)

// letter is a complete letter of a kind; tests spoil one thing at a time.
func letter(kind mail.Kind) mail.Letter {
	l := mail.Letter{
		Kind:      kind,
		Community: piemonte,
		To:        "nicolo.pero@example.test",
		Name:      "Niccolò Però",
		Number:    number,
		Ente:      "Comune di Torino",
		At:        time.Date(2026, 11, 22, 23, 30, 0, 0, time.UTC), // the 23rd in Rome
		ID:        "0190f5b6@sportello.example.test",
	}
	switch kind {
	case mail.ActivationCode, mail.FaxCode:
		l.Code, l.Page = code, "https://sportello.example.test/attivazione"
		l.Expires = time.Date(2027, 1, 21, 22, 59, 59, 0, time.UTC)
	case mail.RevocationCode:
		l.Code, l.Page = code, "https://sportello.example.test/revoca"
		l.Expires = time.Date(2026, 12, 22, 22, 59, 59, 0, time.UTC)
	case mail.Activated:
		l.Strength = mail.Strong
	case mail.ConfirmAddress, mail.PasswordLink, mail.RequestLink:
		l.Code, l.Page = "Zk3PqT0w", "https://sportello.example.test/collegamento"
		l.Expires = time.Date(2026, 11, 23, 22, 59, 59, 0, time.UTC)
	case mail.RequestRefused, mail.FaxRefused:
		l.Page = "https://sportello.example.test/sportelli"
	case mail.BarrierTold:
		l.Name, l.Number, l.Page = "Regione Piemonte", "", "https://sportello.example.test/sportello/istanze"
		l.Code = "Pagina: /accesso. Con la sola tastiera non arrivo al pulsante. Recapito: nicolo.pero@example.test"
	case mail.ForgottenSoon:
		l.Expires, l.Page = time.Date(2026, 12, 23, 22, 30, 0, 0, time.UTC), "https://sportello.example.test/sportelli"
	case mail.UsernameReminder:
		l.Code, l.Page = "nicolo.pero", "https://sportello.example.test/accesso"
	case mail.NewDevice:
		l.Browser, l.System, l.Page = "Firefox", "Windows", "https://sportello.example.test/area-personale/accessi"
	case mail.LoginDisowned:
		l.Page = "https://sportello.example.test/area-personale/password"
	}
	return l
}

var kinds = map[string]mail.Letter{
	"codice-attivazione":    letter(mail.ActivationCode),
	"codice-revoca":         letter(mail.RevocationCode),
	"attive-forti":          letter(mail.Activated),
	"attive-deboli":         weak(letter(mail.Activated)),
	"promosse":              letter(mail.Promoted),
	"pin-attivato":          letter(mail.PINActivated),
	"reimpostate":           letter(mail.ResetDone),
	"revocate":              letter(mail.Revoked),
	"cambio-residenza":      withoutEnte(letter(mail.ResidenceMoved)),
	"cambio-codice-fiscale": withoutEnte(letter(mail.TaxCodeChanged)),
	"indirizzo-nuovo":       withoutEnte(letter(mail.AddressAdded)),
	"indirizzo-tolto":       withoutEnte(letter(mail.AddressRemoved)),

	"operatore-secondo-fattore": letter(mail.OperatorSecondFactor),
	"operatore-password":        letter(mail.OperatorPassword),
	"operatore-indirizzo":       letter(mail.OperatorAddress),
	"ritiro-delegato":           letter(mail.DelegateCollected),
	"codice-letto":              letter(mail.CodeTaken),

	"istanza-respinta":      refused(letter(mail.RequestRefused), "I dati non coincidono con quelli registrati"),
	"revoca-chiesta":        withoutEnte(letter(mail.RevocationAsked)),
	"fax-accettato":         letter(mail.FaxCode),
	"fax-respinto":          refused(letter(mail.FaxRefused), "Il fax non è firmato"),
	"nuovo-dispositivo":     withoutEnte(letter(mail.NewDevice)),
	"accesso-disconosciuto": withoutEnte(letter(mail.LoginDisowned)),
	"conferma-indirizzo":    withoutEnte(letter(mail.ConfirmAddress)),
	"indirizzo-cambiato":    withoutEnte(letter(mail.OwnAddress)),
	"indirizzo-lasciato":    withoutEnte(letter(mail.OwnAddressGone)),
	"domicilio-cambiato":    withoutEnte(letter(mail.DomicileChanged)),
	"collegamento-password": withoutEnte(letter(mail.PasswordLink)),
	"password-cambiata":     withoutEnte(letter(mail.PasswordChanged)),
	"promemoria-username":   withoutEnte(letter(mail.UsernameReminder)),
	"link-documenti":        letter(mail.RequestLink),
	"pin-per-posta":         withoutEnte(letter(mail.PINOnItsWay)),
	"copia-dati":            withoutEnte(letter(mail.DataTaken)),
	"dati-da-cancellare":    withoutEnte(letter(mail.ForgottenSoon)),
	"ostacolo":              withoutEnte(letter(mail.BarrierTold)),
	"fine-credenziali":      ending(letter(mail.EndAnnounced)),
}

func withoutEnte(l mail.Letter) mail.Letter { l.Ente = ""; return l }

func refused(l mail.Letter, reason string) mail.Letter { l.Ente, l.Reason = "", reason; return l }
func ending(l mail.Letter) mail.Letter {
	l.Community.Local = community.Local{Issues: true, EndsOn: "2027-06-30", AnnouncedOn: "2027-01-01"}
	l.Page = "https://www.example/come-registrarsi"
	return l
}

func weak(l mail.Letter) mail.Letter { l.Strength = mail.Weak; return l }

func TestLettersReadAsTheGoldenFiles(t *testing.T) {
	for name, l := range kinds {
		t.Run(name, func(t *testing.T) {
			m := render(t, l)
			golden(t, name+".txt", "Oggetto: "+m.Subject+"\n\n"+m.Text)
			golden(t, name+".html", m.HTML)
		})
	}
}

func TestNoLetterCarriesMoreThanItShould(t *testing.T) {
	address := regexp.MustCompile(`https?://\S+`)
	remote := regexp.MustCompile(`(?i)<img|<link|<script|<table|url\(|@import|\bsrc=`)
	for name, l := range kinds {
		t.Run(name, func(t *testing.T) {
			m := render(t, l)
			for _, link := range address.FindAllString(m.Text+m.HTML, -1) {
				if strings.Contains(strings.ReplaceAll(link, "-", ""), code) {
					t.Errorf("link carries the code: %s", link)
				}
			}
			if strings.Contains(m.Subject, "7KQ2") {
				t.Errorf("subject carries the code: %s", m.Subject)
			}
			if found := remote.FindString(m.HTML); found != "" {
				t.Errorf("HTML holds %q", found)
			}
			if strings.Contains(m.Text+m.HTML, "%!") {
				t.Error("a sentence has a verb without a value")
			}
			if l.Code == code && (!strings.Contains(m.Text, "7KQ2-9XWM-PC4T") || !strings.Contains(m.HTML, "7KQ2-9XWM-PC4T")) {
				t.Error("the code does not stand in its groups in both parts")
			}
			for _, pressed := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(m.HTML, -1) {
				if !strings.Contains(m.Text, pressed[1]) || l.Code == "Zk3PqT0w" && !strings.HasSuffix(pressed[1], l.Code) || pressed[1] == "" {
					t.Errorf("what can be pressed leads to %q, which the text does not tell", pressed[1])
				}
			}
			if !strings.Contains(m.Text, piemonte.Publisher.HelpPhone) || !strings.Contains(m.HTML, piemonte.Publisher.HelpPhone) {
				t.Error("no way to reach the publisher")
			}
		})
	}
}

func TestLettersThatCannotBeWritten(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*mail.Letter)
		want  error
	}{
		"unknown kind":         {func(l *mail.Letter) { l.Kind = "auguri" }, mail.ErrKind},
		"no name":              {func(l *mail.Letter) { l.Name = " \r\n" }, mail.ErrIncomplete},
		"no code":              {func(l *mail.Letter) { l.Code = "" }, mail.ErrIncomplete},
		"no expiry":            {func(l *mail.Letter) { l.Expires = time.Time{} }, mail.ErrIncomplete},
		"no page":              {func(l *mail.Letter) { l.Page = "" }, mail.ErrIncomplete},
		"no number":            {func(l *mail.Letter) { l.Number = "" }, mail.ErrIncomplete},
		"no message id":        {func(l *mail.Letter) { l.ID = "" }, mail.ErrIncomplete},
		"no sender":            {func(l *mail.Letter) { l.Community.Publisher.MailSender = "" }, mail.ErrPublisher},
		"no address":           {func(l *mail.Letter) { l.To = "" }, mail.ErrAddress},
		"header in address":    {func(l *mail.Letter) { l.To = "a@example.test\r\nBcc: b@example.test" }, mail.ErrAddress},
		"two addresses":        {func(l *mail.Letter) { l.To = "a@example.test,b@example.test" }, mail.ErrAddress},
		"name with an address": {func(l *mail.Letter) { l.To = "Mario <a@example.test>" }, mail.ErrAddress},
		"accented local part":  {func(l *mail.Letter) { l.To = "niccolò@example.test" }, mail.ErrAddress},
		"no domain":            {func(l *mail.Letter) { l.To = "a@" }, mail.ErrAddress},
	} {
		t.Run(name, func(t *testing.T) {
			l := letter(mail.ActivationCode)
			c.spoil(&l)
			_, err := mail.Render(l)
			if !errors.Is(err, c.want) {
				t.Fatalf("got %v, want %v", err, c.want)
			}
			if strings.Contains(err.Error(), "example.test") || strings.Contains(err.Error(), code) {
				t.Errorf("the error names somebody: %v", err)
			}
		})
	}
}

func TestNamesForgeNothing(t *testing.T) {
	l := letter(mail.Activated)
	l.Name = "Mario\r\nBcc: b@example.test\r\n\r\n<script>alert(1)</script>\u2028\u202e"
	m := render(t, l)
	if strings.ContainsAny(m.Subject+m.To.Name, "\r\n") {
		t.Errorf("a header breaks: %q %q", m.Subject, m.To.Name)
	}
	if strings.Contains(m.HTML, "<script>") {
		t.Error("HTML of the name is not escaped")
	}
	if !strings.HasPrefix(m.Text, "Ciao Mario Bcc: b@example.test <script>alert(1)</script>,\n") {
		t.Errorf("the name leaves its line: %q", m.Text[:80])
	}
}

func TestAddressesOfAccentedDomains(t *testing.T) {
	l := letter(mail.Activated)
	l.To = "Mario.Rossi@Città.example"
	if got := render(t, l).To.Address; got != "Mario.Rossi@xn--citt-3na.example" {
		t.Errorf("got %s", got)
	}
}

// Every sentence of this package has its words in the other languages.
func TestSentencesAreTranslated(t *testing.T) {
	var sentences []string
	call := regexp.MustCompile(`\bt\("((?:[^"\\]|\\.)*)"`)
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range call.FindAllStringSubmatch(string(source), -1) {
			sentences = append(sentences, strings.ReplaceAll(match[1], `\"`, `"`))
		}
	}
	slices.Sort(sentences)
	sentences = slices.Compact(sentences)
	for _, language := range locale.Languages {
		missing := locale.Missing(language.Code, sentences...)
		for _, sentence := range missing {
			t.Errorf("%s: no words for %q", language.Code, sentence)
		}
	}
}

func render(t *testing.T, l mail.Letter) mail.Message {
	t.Helper()
	m, err := mail.Render(l)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; go test ./mail -update writes it anew. Got:\n%s", path, got)
	}
}
