package letter_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sportello/letter"
	"sportello/locale"
	"sportello/person"
)

func TestPostalLines(t *testing.T) {
	long := strings.Repeat("Lunghissimo ", 9)
	for name, c := range map[string]struct {
		in   letter.Postal
		want []string
	}{
		"plain": {letter.Postal{Name: "Noè Müller", Street: "Via Roma, 12/B", PostalCode: "10128", City: "Torino", Province: "TO"},
			[]string{"NOÈ MÜLLER", "VIA ROMA 12/B", "10128 TORINO TO"}},
		"care of": {letter.Postal{Name: "Ada Neri", CareOf: "Bruno D'Amico", Street: "C.so Italia 1", PostalCode: "00100", City: "Roma", Province: "RM"},
			[]string{"ADA NERI", "C/O BRUNO D'AMICO", "C SO ITALIA 1", "00100 ROMA RM"}},
		"abroad": {letter.Postal{Name: "Ada Neri", Street: "10, rue de l’Église", PostalCode: "75001", City: "Paris", Nation: "Francia"},
			[]string{"ADA NERI", "10 RUE DE L’ÉGLISE", "75001 PARIS", "FRANCIA"}},
		"no address": {letter.Postal{Name: "Ada Neri"}, []string{"ADA NERI"}},
		"a long street goes on": {letter.Postal{Name: "Ada Neri", Street: "Strada comunale della Madonna delle Nevi e dei Santi Martiri 123",
			PostalCode: "10100", City: "Torino", Province: "TO"},
			[]string{"ADA NERI", "STRADA COMUNALE DELLA MADONNA DELLE NEVI E", "DEI SANTI MARTIRI 123", "10100 TORINO TO"}},
		"too much of all": {letter.Postal{Name: long, CareOf: long, Street: long, PostalCode: "10100", City: "Torino", Province: "TO"},
			[]string{"LUNGHISSIMO LUNGHISSIMO LUNGHISSIMO", "LUNGHISSIMO LUNGHISSIMO LUNGHISSIMO LUNGHISS", "C/O LUNGHISSIMO LUNGHISSIMO LUNGHISSIMO",
				"LUNGHISSIMO LUNGHISSIMO LUNGHISSIMO", "10100 TORINO TO"}},
	} {
		if got := c.in.Lines(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestPostalOfPrefersTheDomicile(t *testing.T) {
	p := samplePerson()
	p.Domicile = person.Domicile{Elsewhere: true, CareOf: "Rossi", Address: "Via Po", Number: "3", Province: "CN", PostalCode: "12100"}
	got := letter.PostalOf(p, torino(), letter.Place{Comune: "Cuneo", Province: "CN"}).Lines()
	want := []string{"NOÈ MÜLLER D’AMICO", "C/O ROSSI", "VIA PO 3", "12100 CUNEO CN"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// Whatever people are called and wherever they live, nothing is lost, nothing leaves the page.
func TestLongAndForeignData(t *testing.T) {
	w := newWriter(t)
	in := sampleSummary()
	in.Person.Name, in.Person.Surname = "Đorđević Nguyễn ǰ", "Ж"+strings.Repeat("Precipitevolissimevolmente ", 6)
	in.Person.Contacts.Email = strings.Repeat("indirizzo", 14) + "@posta.example"
	in.Person.Residence.Address = strings.Repeat("Via dei Quattro Cantoni ", 12)
	var b bytes.Buffer
	if err := w.Summary(&b, in); err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(run(t, b.Bytes(), "pdftotext", "FILE", "-")), " ")
	for _, want := range []string{"Đorđević Nguyễn j ?Prec", "?Precipitevolissimevolmente", "Via dei Quattro Cantoni 12/B"} {
		if !strings.Contains(text, want) {
			t.Errorf("text lacks %q", want)
		}
	}
	if joined := strings.ReplaceAll(text, " ", ""); !strings.Contains(joined, in.Person.Contacts.Email) {
		t.Error("the e-mail address is not whole")
	}
	for _, word := range wordBoxes(run(t, b.Bytes(), "pdftotext", "-bbox", "FILE", "-")) {
		if word.xMin < 0 || word.xMax > 595.28-50 {
			t.Errorf("%q stands outside the column: %.0f to %.0f", word.text, word.xMin, word.xMax)
		}
	}
}

// A sheet that is folded into an envelope is one page, however long the names are, in every language.
func TestLettersStayOnOnePage(t *testing.T) {
	w := newWriter(t)
	for _, l := range locale.Languages {
		head := sampleHead()
		head.Lang, head.Publisher.Name = l.Code, "Azienda Sanitaria Locale della Provincia di Verbano-Cusio-Ossola e dei Comuni della Valle Vigezzo"
		head.Publisher.Website = "https://www.azienda-sanitaria-verbano-cusio-ossola.example/sportello/credenziali"
		pin, code, revocation, posted := samplePINLetter(), sampleActivation(), sampleRevocation(), samplePosted()
		pin.Head, code.Head, revocation.Head, posted.Head = head, head, head, head
		pin.ActivationPage = "https://credenziali.azienda-sanitaria-verbano-cusio-ossola.example/sportello/attivazione"
		revocation.RevocationPage, code.ActivationPage, posted.Page = pin.ActivationPage, pin.ActivationPage, pin.ActivationPage
		pin.To.Name = "Maria Antonietta Giuseppina Precipitevolissimevolmente Bonaccorsi"
		revocation.To.Name, code.To.Name, posted.To.Name = pin.To.Name, pin.To.Name, pin.To.Name
		pin.Code, pin.Ending, code.Ending = letter.OnPaper, letter.ChooseOthers, letter.ChooseOthers
		for name, write := range map[string]func(io.Writer) error{
			"pin": func(b io.Writer) error { return w.PIN(b, pin) }, "code": func(b io.Writer) error { return w.ActivationCode(b, code) },
			"revocation": func(b io.Writer) error { return w.RevocationCode(b, revocation) },
		} {
			var b bytes.Buffer
			if err := write(&b); err != nil {
				t.Fatal(err)
			}
			if n := bytes.Count(b.Bytes(), []byte("/MediaBox")); n != 1 {
				t.Errorf("%s in %s has %d pages", name, l.Name, n)
			}
		}
		if pages, err := w.Bundle(io.Discard, head, "1").PIN(posted); err != nil || pages != 1 {
			t.Errorf("posted in %s has %d pages: %v", l.Name, pages, err)
		}
	}
}

// Who sorts letters finds the code in one place: language and kind do not move it.
func TestTheCodeStandsInOnePlace(t *testing.T) {
	places := map[string]bool{}
	for name, first := range map[string]string{"pin": "K7QX", "activation": "H4RT", "activation-reset": "H4RT", "revocation": "H4RT", "posted": "K7M2", "posted-again": "K7M2"} {
		for _, suffix := range []string{"", ".en", ".de"} {
			for _, word := range wordBoxes(run(t, documents(t)[name+suffix], "pdftotext", "-bbox", "FILE", "-")) {
				if word.text == first {
					places[fmt.Sprintf("%.1f %.1f", word.xMin, word.yMin)] = true
				}
			}
		}
	}
	if len(places) != 1 {
		t.Errorf("the code stands at %v", places)
	}
}

// The address must be seen through the window, and nothing else of the letter.
func TestOnlyTheAddressShowsInTheWindow(t *testing.T) {
	const mm = 72 / 25.4
	in := samplePINLetter()
	in.Lang = locale.German
	in.To.Street = "Strada comunale della Madonna delle Nevi e dei Santi Martiri 123"
	in.To.CareOf = "WWWWWWWWWW WWWWWWWWWW WWWWWWWWWW WWWWWWW"
	var b bytes.Buffer
	if err := newWriter(t).PIN(&b, in); err != nil {
		t.Fatal(err)
	}
	address := strings.Join(in.To.Lines(), " ")
	for _, word := range wordBoxes(run(t, b.Bytes(), "pdftotext", "-bbox", "FILE", "-")) {
		mayShow := word.xMax > 90*mm && word.yMax > 34*mm && word.yMin < 90*mm
		alwaysShows := word.xMin >= 110*mm && word.xMax <= 190*mm && word.yMin >= 45*mm && word.yMax <= 79*mm
		if mayShow && (!alwaysShows || !strings.Contains(address, word.text)) {
			t.Errorf("%q at %.0f,%.0f mm: window says visible=%v", word.text, word.xMin/mm, word.yMin/mm, mayShow)
		}
	}
}

func TestOnePageLettersAreSmall(t *testing.T) {
	for _, name := range []string{"pin", "activation", "revocation"} {
		if n := len(documents(t)[name]); n > 60_000 {
			t.Errorf("%s has %d bytes, want at most 60000", name, n)
		}
	}
}

func TestLongTermsRunOverPages(t *testing.T) {
	in := sampleTerms()
	_, body, _ := strings.Cut(sampleMarkdown, "\n")
	in.Text.Markdown += strings.Repeat(body, 6)
	var b bytes.Buffer
	if err := newWriter(t).Terms(&b, in); err != nil {
		t.Fatal(err)
	}
	run(t, b.Bytes(), "qpdf", "--check", "FILE")
	pages := strings.Split(strings.TrimSuffix(run(t, b.Bytes(), "pdftotext", "-layout", "FILE", "-"), "\f"), "\f")
	for i, page := range pages {
		if want := fmt.Sprintf("Pagina %d di %d", i+1, len(pages)); !strings.Contains(page, want) {
			t.Errorf("page lacks %q", want)
		}
		lines := strings.Split(strings.TrimSpace(page), "\n")
		if i > 0 && !strings.HasPrefix(lines[0], "Regolamento per il rilascio") {
			t.Errorf("page %d begins with %q, not with the running title", i+1, lines[0])
		}
		if last := lastContent(lines); regexp.MustCompile(`^\d(\.\d)? |^\d\. `).MatchString(last) && len(last) < 40 {
			t.Errorf("page %d ends with the heading %q", i+1, last)
		}
	}
	if last := pages[len(pages)-1]; len(pages) < 3 || !strings.Contains(last, "Accettazione") || !strings.Contains(last, "Firma") {
		t.Errorf("%d pages; declaration and signature are not together on the last", len(pages))
	}
	if n := strings.Count(strings.Join(pages, ""), "Questo Regolamento dice come"); n != 7 {
		t.Errorf("%d of 7 repetitions are in the text", n)
	}
}

// lastContent is a page's last line above the footer.
func lastContent(lines []string) string {
	for i := len(lines) - 2; i > 0; i-- {
		if s := strings.TrimSpace(lines[i]); s != "" {
			return s
		}
	}
	return ""
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestWriteErrorIsTold(t *testing.T) {
	if err := newWriter(t).PIN(full{}, samplePINLetter()); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("%v, want the writer's own error", err)
	}
}

func BenchmarkPINLetter(b *testing.B) {
	w, in := newWriter(b), samplePINLetter()
	if err := w.PIN(io.Discard, in); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := w.PIN(io.Discard, in); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "letters/s")
}
