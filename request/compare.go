package request

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"sportello/person"
)

// An Agreement says whether a stored datum stands in what somebody wrote. It helps a clerk and decides nothing: people write in many ways.
type Agreement struct {
	Datum  string // "Numero del documento"
	Stored string
	Agrees bool
}

// Compare looks for a person's data in the text of a request (001 §5.3.1), and for their address in its sender.
func Compare(c Content, p person.Person) []Agreement {
	text := newWriting(c.Subject + "\n" + c.Text)
	day, month, year := p.Document.IssuedOn.Parts()
	issued := ""
	if p.Document.IssuedOn != "" {
		issued = day + "/" + month + "/" + year
	}
	return []Agreement{
		{"Indirizzo del mittente", p.Contacts.Email, p.Contacts.Email != "" && strings.EqualFold(c.Sender, p.Contacts.Email)},
		{"Cognome", p.Surname, text.names(p.Surname)},
		{"Nome", p.Name, text.names(p.Name)},
		{"Codice fiscale", string(p.TaxCode), text.holds(string(p.TaxCode))},
		{"Numero del documento", p.Document.Number, text.holds(p.Document.Number)},
		{"Data di rilascio", issued, text.dates(p.Document.IssuedOn)},
	}
}

// codeShape is what a tax code looks like, omocodia included (DM 23 Dec 1976).
var codeShape = regexp.MustCompile(`[A-Z]{6}[0-9LMNP-V]{2}[ABCDEHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]`)

// TaxCodes are the tax codes that a text holds, each once, no more than a few.
func TaxCodes(text string) (codes []person.TaxCode) {
	for _, found := range codeShape.FindAllString(newWriting(text).squeezed, 20) {
		if code, err := person.ParseTaxCode(found); err == nil && !slices.Contains(codes, code) && len(codes) < 3 {
			codes = append(codes, code)
		}
	}
	return codes
}

// signs are words by which a text is thought to be about a problem; the first that has all its words is taken. A clerk corrects it.
var signs = []struct {
	words   []string
	problem Problem
}{
	{[]string{"CODICE", "ATTIVAZIONE"}, LostCode},
	{[]string{"PASSWORD"}, LostPassword},
	{[]string{"TRUFFA"}, Fraud},
	{[]string{"LETTERA", "PIN"}, NoLetter},
	{[]string{"CARTA", "PIN"}, CardPIN},
	{[]string{"TESSERA", "PIN"}, CardPIN},
	{[]string{"PIN"}, LostPIN},
	{[]string{"ERRORE"}, SiteFault},
}

// Guess is the problem that a mail seems to be about.
func Guess(text string) Problem {
	words := strings.Fields(newWriting(text).spaced)
	for _, s := range signs {
		if !slices.ContainsFunc(s.words, func(w string) bool { return !slices.Contains(words, w) }) {
			return s.problem
		}
	}
	return Other
}

// A writing is a text in the forms in which it can be compared: capitals without accents.
type writing struct {
	plain    string // as it was written
	spaced   string // words with one space around each
	joined   string // the same, with what an apostrophe parts written as one word
	squeezed string // letters and digits only
}

func newWriting(s string) writing {
	apart := func(r rune) string { return " " }
	return writing{s, fold(s, apart), fold(s, func(r rune) string {
		if strings.ContainsRune("'’`´", r) {
			return ""
		}
		return " "
	}), fold(s, func(rune) string { return "" })}
}

// fold writes letters and digits in capitals without accents, and asks what to write for anything else.
func fold(s string, other func(rune) string) string {
	var b strings.Builder
	b.WriteString(other(' '))
	for _, r := range norm.NFD.String(strings.ToUpper(s)) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		case !unicode.Is(unicode.Mn, r):
			b.WriteString(other(r))
		}
	}
	b.WriteString(other(' '))
	if other(' ') == "" {
		return b.String()
	}
	return " " + strings.Join(strings.Fields(b.String()), " ") + " "
}

// names tells whether a name stands in the text as words of its own.
func (w writing) names(name string) bool {
	n := newWriting(name)
	return name != "" && (strings.Contains(w.spaced, n.spaced) || strings.Contains(w.joined, n.joined))
}

// holds tells whether a number stands in the text, however it is spaced.
func (w writing) holds(number string) bool {
	n := newWriting(number).squeezed
	return len(n) > 4 && strings.Contains(w.squeezed, n)
}

var (
	dayFirst  = regexp.MustCompile(`(\d{1,2})[./\- ]+(\d{1,2})[./\- ]+(\d{4}|\d{2})\b`)
	yearFirst = regexp.MustCompile(`\b(\d{4})-(\d{1,2})-(\d{1,2})\b`)
	inWords   = regexp.MustCompile(`(?i)(\d{1,2})[°º]?\s+(gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre)\s+(\d{4})`)
	months    = []string{"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"}
)

// dates tells whether a day stands in the text, however it is written.
func (w writing) dates(d person.Date) bool {
	if d == "" {
		return false
	}
	for _, m := range dayFirst.FindAllStringSubmatch(w.plain, 50) {
		year := m[3]
		if len(year) == 2 {
			year = "20" + year
		}
		if same(d, m[1], m[2], year) {
			return true
		}
	}
	for _, m := range yearFirst.FindAllStringSubmatch(w.plain, 50) {
		if same(d, m[3], m[2], m[1]) {
			return true
		}
	}
	for _, m := range inWords.FindAllStringSubmatch(w.plain, 50) {
		month := slices.Index(months, strings.ToLower(m[2])) + 1
		if same(d, m[1], string(rune('0'+month/10))+string(rune('0'+month%10)), m[3]) {
			return true
		}
	}
	return false
}

func same(d person.Date, day, month, year string) bool {
	written, err := person.ParseDate(day, month, year)
	return err == nil && written == d
}
