package postal

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The post's standard for the address block.
const (
	LineLength = 44 // characters
	FewLines   = 3  // in Italy: addressee, street, town
	MostLines  = 5
	MostAbroad = 6
)

// A Fault is what is wrong with an address block, in words for the back office.
type Fault string

// The faults.
const (
	NoFault     Fault = ""
	TooFew      Fault = "mancano delle righe: servono almeno destinatario, via e località"
	TooMany     Fault = "ha troppe righe: al massimo cinque in Italia, sei all'estero"
	TooLong     Fault = "una riga supera i 44 caratteri"
	NotWhole    Fault = "l'indirizzo non sta tutto nelle righe ammesse e va abbreviato"
	EmptyLine   Fault = "c'è una riga vuota"
	BadSign     Fault = "c'è un segno che la posta non legge: ammesse lettere maiuscole, cifre, spazio, apostrofo, barra e trattino"
	NoTown      Fault = "l'ultima riga in Italia deve essere CAP, LOCALITÀ e SIGLA della provincia"
	ForeignOnly Fault = "fuori d'Italia l'ultima riga deve essere lo Stato, senza cifre"
)

// townLine is CAP LOCALITÀ SIGLA.
var townLine = regexp.MustCompile(`^[0-9]{5} \p{Lu}[\p{Lu}\p{M}'’/ -]* [A-Z]{2}$`)

// FaultOf tells what the post would not take of a block; abroad is a block whose last line names a state.
func FaultOf(lines []string, abroad bool) Fault {
	most := MostLines
	if abroad {
		most = MostAbroad
	}
	switch {
	case len(lines) < FewLines:
		return TooFew
	case len(lines) > most:
		return TooMany
	}
	for _, line := range lines {
		if f := faultOfLine(line); f != NoFault {
			return f
		}
	}
	last := lines[len(lines)-1]
	switch {
	case abroad && strings.ContainsAny(last, "0123456789"):
		return ForeignOnly
	case !abroad && !townLine.MatchString(last):
		return NoTown
	}
	return NoFault
}

func faultOfLine(line string) Fault {
	if line == "" {
		return EmptyLine
	}
	if utf8.RuneCountInString(line) > LineLength {
		return TooLong
	}
	for _, r := range line {
		capital := unicode.Is(unicode.Latin, r) && !unicode.IsLower(r)
		if !capital && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r) && !readable[r] {
			return BadSign
		}
	}
	return NoFault
}

var readable = map[rune]bool{' ': true, '\'': true, '’': true, '/': true, '-': true}
