package letter_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"sportello/letter"
	"sportello/postal"
)

func samplePosted() letter.PostedPIN {
	return letter.PostedPIN{Head: sampleHead(), To: postal.Address{Name: "Noè Müller D’Amico", Lines: []string{"NOÈ MÜLLER D’AMICO", "C/O WWWWWWWWWW WWWWWWWWWW WWWWWWWWWW WWWWW", "EDIFICIO C SCALA 12", "VIA PO 1", "10100 TORINO TO"}},
		Mark: "123456789012", Number: "1234567897", PIN: "K7M2X9PQ", Group: 4, Page: "https://credenziali.example/attivazione"}
}

func sampleBundle(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	bundle := newWriter(t).Bundle(&b, sampleHead(), "sistemapiemonte-1")
	in := samplePosted()
	first, err := bundle.PIN(in)
	if err != nil {
		t.Fatal(err)
	}
	in.Use = letter.ToReplace
	in.To.Lines = []string{"NOÈ MÜLLER D’AMICO", "BEI ROSSI", "HAUS 3", "SCHÖNHAUSER ALLEE 1", "10435 BERLIN", "GERMANIA"}
	second, err := bundle.PIN(in)
	if err != nil {
		t.Fatal(err)
	}
	third, err := bundle.Test(letter.TestLetter{Head: sampleHead(), To: samplePosted().To, Mark: "987654321098", Code: "AB12CD34EF56", Group: 4, Days: 7, Page: "https://credenziali.example/sportello/posta"})
	if err != nil {
		t.Fatal(err)
	}
	if first+second+third != 3 || bundle.Pages() != 3 {
		t.Errorf("letters of %d, %d, %d pages: each must be a sheet", first, second, third)
	}
	if err := bundle.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestABundleIsOneSoundFile(t *testing.T) {
	file := sampleBundle(t)
	run(t, file, "qpdf", "--check", "FILE")
	pages := strings.Split(run(t, file, "pdftotext", "-layout", "FILE", "-"), "\f")
	for i, want := range [][]string{
		{"K7M2 X9PQ", "1234 5678 9012", "10100 TORINO TO", "codice di attivazione", "Gentile Noè Müller D’Amico", "Pagina 1 di 1"},
		{"K7M2 X9PQ", "GERMANIA", "quello di prima non apre più niente"},
		{"AB12 CD34 EF56", "9876 5432 1098", "Non apre niente"},
	} {
		for _, words := range want {
			if !strings.Contains(strings.Join(strings.Fields(pages[i]), " "), words) {
				t.Errorf("page %d lacks %q", i+1, words)
			}
		}
	}
	if again := sampleBundle(t); !bytes.Equal(file, again) {
		t.Error("equal letters make other bytes: a run made again would differ")
	}
}

// The window shows address and barcode, and nothing else of a letter.
func TestTheWindowOfAPostedLetter(t *testing.T) {
	const mm = 72 / 25.4
	file := sampleBundle(t)
	var shown []string
	for _, word := range wordBoxes(run(t, file, "pdftotext", "-f", "2", "-l", "2", "-bbox", "FILE", "-")) {
		if mayShow := word.xMax > 90*mm && word.yMax > 34*mm && word.yMin < 90*mm; !mayShow {
			continue
		}
		if word.xMin < 110*mm || word.xMax > 190*mm || word.yMin < 45*mm || word.yMax > 79*mm {
			t.Errorf("%q at %.0f,%.0f mm is cut by the window", word.text, word.xMin/mm, word.yMin/mm)
		}
		shown = append(shown, word.text)
	}
	if got := strings.Join(shown, " "); got != "1234 5678 9012 NOÈ MÜLLER D’AMICO BEI ROSSI HAUS 3 SCHÖNHAUSER ALLEE 1 10435 BERLIN GERMANIA" {
		t.Errorf("the window shows %q", got)
	}
}

func TestAFullDiskIsTold(t *testing.T) {
	bundle := newWriter(t).Bundle(full{}, sampleHead(), "1")
	if _, err := bundle.PIN(samplePosted()); err == nil {
		t.Error("a letter that could not be written passes for written")
	}
}

// BenchmarkBundle tells letters a second in a run, and what a letter leaves in memory.
func BenchmarkBundle(b *testing.B) {
	bundle, in := newWriter(b).Bundle(io.Discard, sampleHead(), "1"), samplePosted()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := bundle.PIN(in); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "letters/s")
}
