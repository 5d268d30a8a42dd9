package letter_test

import (
	"bytes"
	"flag"
	"fmt"
	"html"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"sportello/letter"
	"sportello/locale"
)

var update = flag.Bool("update", false, "write the golden files anew")

// One writer serves all tests, as in the program: it is safe for concurrent use.
var theWriter = sync.OnceValues(letter.New)

// newWriter fails where the typefaces must be, and skips where a newcomer has not fetched them.
func newWriter(t testing.TB) *letter.Writer {
	t.Helper()
	w, err := theWriter()
	if err != nil {
		absent(t, err.Error())
	}
	return w
}

// absent ends a test that lacks something: on the build machine that is a failure.
func absent(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// run gives a program a document and answers what it says.
func run(t testing.TB, document []byte, program string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		absent(t, program+" is missing: apt-get install -y poppler-utils qpdf")
	}
	file := filepath.Join(t.TempDir(), "letter.pdf")
	if err := os.WriteFile(file, document, 0o600); err != nil {
		t.Fatal(err)
	}
	for i, a := range args {
		if a == "FILE" {
			args[i] = file
		}
	}
	out, err := exec.Command(program, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", program, args, err, out)
	}
	return string(out)
}

// documents are all letters with the sample data: in Italian, and where they are the citizen's in every language ("pin.de").
func documents(t testing.TB) map[string][]byte {
	newWriter(t)
	return sampleDocuments()
}

var sampleDocuments = sync.OnceValue(writeDocuments)

func writeDocuments() map[string][]byte {
	w, _ := theWriter()
	out := map[string][]byte{}
	for _, l := range locale.Languages {
		head := sampleHead()
		head.Lang = l.Code
		papers, suffix := citizens(w, head), "."+l.Code
		if l.Code == locale.Italian {
			maps.Copy(papers, offices(w))
			suffix = ""
		}
		for name, write := range papers {
			var b bytes.Buffer
			if err := write(&b); err != nil {
				panic(fmt.Sprintf("%s: %v", name, err))
			}
			out[name+suffix] = b.Bytes()
		}
	}
	return out
}

// citizens are the letters that citizens read.
func citizens(w *letter.Writer, head letter.Head) map[string]func(*bytes.Buffer) error {
	pin, code, revocation, summary := samplePINLetter(), sampleActivation(), sampleRevocation(), sampleSummary()
	mandate, declaration, request := sampleMandate(), sampleDeclaration(), sampleRequest()
	for _, h := range []*letter.Head{&pin.Head, &code.Head, &revocation.Head, &summary.Head, &mandate.Head, &declaration.Head, &request.Head} {
		*h = head
	}
	promoted, reset, newPIN := pin, code, code
	promoted.Ending, reset.Ending, newPIN.Ending = letter.KeepAndStrengthen, letter.ChooseOthers, letter.KeepWithNewPIN
	promoted.Code = letter.OnPaper
	return map[string]func(*bytes.Buffer) error{
		"pin":               func(b *bytes.Buffer) error { return w.PIN(b, pin) },
		"activation":        func(b *bytes.Buffer) error { return w.ActivationCode(b, code) },
		"pin-promotion":     func(b *bytes.Buffer) error { return w.PIN(b, promoted) },
		"activation-reset":  func(b *bytes.Buffer) error { return w.ActivationCode(b, reset) },
		"activation-newpin": func(b *bytes.Buffer) error { return w.ActivationCode(b, newPIN) },
		"revocation":        func(b *bytes.Buffer) error { return w.RevocationCode(b, revocation) },
		"summary":           func(b *bytes.Buffer) error { return w.Summary(b, summary) },
		"mandate":           func(b *bytes.Buffer) error { return w.Mandate(b, mandate) },
		"mandate-blank":     func(b *bytes.Buffer) error { return w.Mandate(b, letter.Mandate{Head: head}) },
		"declaration":       func(b *bytes.Buffer) error { return w.Declaration(b, declaration) },
		"declaration-blank": func(b *bytes.Buffer) error { return w.Declaration(b, letter.Declaration{Head: head}) },
		"request":           func(b *bytes.Buffer) error { return w.RevocationRequest(b, request) },
		"request-blank":     func(b *bytes.Buffer) error { return w.RevocationRequest(b, letter.RevocationRequest{Head: head}) },
		"fax-cover": func(b *bytes.Buffer) error {
			return w.FaxCover(b, letter.FaxCover{Head: head, Number: "1234567897", Person: sampleParty(), Fax: "011 000 0001"})
		},
		"receipt": func(b *bytes.Buffer) error {
			return w.Receipt(b, letter.Receipt{Head: head, Number: "1234567897", Person: sampleParty(), Weak: true, DesksPage: "https://credenziali.example/sportelli"})
		},
		"second-part": func(b *bytes.Buffer) error {
			return w.SecondPart(b, letter.SecondPart{Head: head, Code: "7391", First: 4})
		},
		"own-data":     func(b *bytes.Buffer) error { return w.OwnData(b, sampleOwnData(head)) },
		"posted":       func(b *bytes.Buffer) error { return postedRun(w, b, head, letter.ToActivate) },
		"posted-again": func(b *bytes.Buffer) error { return postedRun(w, b, head, letter.ToReplace) },
	}
}

// offices are the papers that stay in Italian: texts as they were published, and what operators read.
func offices(w *letter.Writer) map[string]func(*bytes.Buffer) error {
	blank := sampleTerms()
	blank.Person, blank.Number = nil, ""
	return map[string]func(*bytes.Buffer) error{
		"terms":       func(b *bytes.Buffer) error { return w.Terms(b, sampleTerms()) },
		"terms-blank": func(b *bytes.Buffer) error { return w.Terms(b, blank) },
		"outcome":     func(b *bytes.Buffer) error { return w.Outcome(b, sampleOutcome()) },
		"handbook":    func(b *bytes.Buffer) error { return w.Handbook(b, sampleHandbook()) },
	}
}

// postedRun is a run of one letter.
func postedRun(w *letter.Writer, b *bytes.Buffer, head letter.Head, use letter.Use) error {
	run := w.Bundle(b, sampleHead(), "sistemapiemonte-1")
	in := samplePosted()
	in.Head, in.Use = head, use
	if _, err := run.PIN(in); err != nil {
		return err
	}
	return run.Close()
}

func TestExtractedText(t *testing.T) {
	for name, document := range documents(t) {
		t.Run(name, func(t *testing.T) {
			got := run(t, document, "pdftotext", "-layout", "FILE", "-")
			golden := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("extracted text differs from %s (go test -update writes it anew):\n%s", golden, got)
			}
		})
	}
}

// What no catalogue translates comes out in Italian: these are Italian's small words, which no sentence does without.
var italianWords = regexp.MustCompile(`(?i)(^|\s)(il|gli|che|questo|questa|con|non|una|tuo|tua|sono|è)(\s|$)`)

func TestNoItalianIsLeftInATranslation(t *testing.T) {
	for name := range documents(t) {
		lang := filepath.Ext(name)
		if lang == "" {
			continue
		}
		text, err := os.ReadFile(filepath.Join("testdata", name+".golden"))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			translated, _, _ := strings.Cut(line, " / ") // the heading in Italian, for the office
			if italianWords.MatchString(translated) {
				t.Errorf("%s: %s", name, strings.TrimSpace(line))
			}
		}
	}
}

// A document says its language, so that it is read aloud in it.
func TestDocumentsSayTheirLanguage(t *testing.T) {
	for name, document := range documents(t) {
		want := "it-IT"
		switch filepath.Ext(name) {
		case ".en":
			want = "en-GB"
		case ".de":
			want = "de-IT"
		}
		if strings.HasPrefix(name, "posted") || name == "outcome" {
			continue // the run is Italian, each letter in it its own: TestABundleIsOneSoundFile
		}
		if !bytes.Contains(document, []byte(">"+want+"<")) {
			t.Errorf("%s is not said to be in %s", name, want)
		}
	}
}

func TestDocumentsAreSoundAndTagged(t *testing.T) {
	for name, document := range documents(t) {
		if filepath.Ext(name) != "" && name != "pin.de" && name != "summary.de" && name != "mandate.de" {
			continue // set as in Italian
		}
		t.Run(name, func(t *testing.T) {
			run(t, document, "qpdf", "--check", "FILE")
			info := run(t, document, "pdfinfo", "FILE")
			for _, want := range []string{"Title: ", "Tagged:          yes", "Page size:       595.28 x 841.89 pts (A4)"} {
				if !strings.Contains(info, want) {
					t.Errorf("pdfinfo lacks %q:\n%s", want, info)
				}
			}
			structure := run(t, document, "pdfinfo", "-struct", "FILE")
			for _, tag := range wantTags[strings.TrimSuffix(strings.TrimSuffix(name, ".de"), ".en")] {
				if !strings.Contains(structure, tag) {
					t.Errorf("structure lacks %s", tag)
				}
			}
			plain := run(t, document, "qpdf", "--qdf", "--object-streams=disable", "FILE", "-")
			for _, want := range []string{"/DisplayDocTitle true", "/OutputIntents", "<pdfuaid:part>1<", "<pdfaid:part>2<"} {
				if !strings.Contains(plain, want) {
					t.Errorf("lacks %s", want)
				}
			}
			fonts := strings.Split(strings.TrimSpace(run(t, document, "pdffonts", "FILE")), "\n")[2:]
			for _, line := range fonts {
				f := strings.Fields(line) // ... emb sub uni object generation
				if n := len(f); f[n-5] != "yes" || f[n-4] != "yes" || f[n-3] != "yes" {
					t.Errorf("font not embedded, subset and mapped: %s", line)
				}
			}
		})
	}
}

var wantTags = map[string][]string{
	"pin":               {"H1", "H2", "P ", "L ", "LI", "Lbl", "LBody", "Link", "Figure"},
	"activation":        {"H1", "H2", "P ", "L ", "Link", "Figure"},
	"revocation":        {"H1", "H2", "P ", "L ", "Link", "Figure"},
	"summary":           {"H1", "H2", "Table", "TR", "TH", "TD"},
	"terms":             {"H1", "H2", "H3", "P ", "L ", "Link", "Table"},
	"terms-blank":       {"H1", "Table"},
	"mandate":           {"H1", "H2", "Table", "TR", "TH", "L ", "LBody"},
	"mandate-blank":     {"H1", "H2", "Table", "TH", "L ", "LI", "LBody"},
	"declaration":       {"H1", "H2", "Table", "L "},
	"declaration-blank": {"H1", "H2", "Table", "L "},
	"request":           {"H1", "H2", "Table", "L "},
	"request-blank":     {"H1", "H2", "Table", "L "},
	"outcome":           {"H1", "H2", "Table", "TR", "TH", "TD"},
	"handbook":          {"H1", "H2", "H3", "Table", "TH", "L ", "Link"},
}

// A wordBox is where a word stands on the page, in points from the top left.
type wordBox struct {
	xMin, yMin, xMax, yMax float64
	text                   string
}

var wordLine = regexp.MustCompile(`<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*)</word>`)

func wordBoxes(bbox string) []wordBox {
	var out []wordBox
	for _, m := range wordLine.FindAllStringSubmatch(bbox, -1) {
		var n [4]float64
		for i := range n {
			n[i], _ = strconv.ParseFloat(m[i+1], 64)
		}
		out = append(out, wordBox{n[0], n[1], n[2], n[3], html.UnescapeString(m[5])})
	}
	return out
}
