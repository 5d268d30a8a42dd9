package letter

import (
	"strings"
	"unicode"

	"sportello/person"
	"sportello/postal"
)

// A Postal is an addressee, in the parts of which the Italian post's address block is made.
type Postal struct {
	Name       string // "Noè Müller", also used to greet
	CareOf     string // presso
	Street     string // with its number
	PostalCode string
	City       string
	Province   string   // two letters, "" abroad
	Nation     string   // only abroad
	Block      []string // in place of all parts: a block that was frozen when the letter was queued
}

// The post's standard: at most five lines in Italy, of 44 characters.
const (
	lineLength = postal.LineLength
	mostLines  = postal.MostLines
)

// PostalOf is where a person's letters go: the domicile if they chose one, otherwise the residence.
// The two places carry the resolved names of the comuni.
func PostalOf(p person.Person, residence, domicile Place) Postal {
	if d := p.Domicile; d.Elsewhere {
		return Postal{Name: p.FullName(), CareOf: d.CareOf, Street: street(d.Address, d.Number),
			PostalCode: d.PostalCode, City: domicile.Comune, Province: d.Province}
	}
	r := p.Residence
	if r.Abroad() {
		return Postal{Name: p.FullName(), Street: street(r.Address, r.Number), PostalCode: r.PostalCode,
			City: r.City, Nation: r.Nation}
	}
	return Postal{Name: p.FullName(), Street: street(r.Address, r.Number), PostalCode: r.PostalCode,
		City: residence.Comune, Province: r.Province}
}

func street(address, number string) string { return strings.TrimSpace(address + " " + number) }

// Lines is the address block: upper case, no punctuation, no empty line. A part longer than a line goes
// on in the next; if the lines are then too many, the long parts are cut, the town never.
func (a Postal) Lines() []string {
	if len(a.Block) > 0 {
		return a.Block
	}
	last := fold(printable(a.PostalCode + " " + a.City + " " + a.Province))
	if nation := printable(a.Nation); nation != "" {
		last = append(last, cutLine(nation))
	}
	var parts [][]string
	room := mostLines - len(last)
	if a.Nation != "" {
		room++ // six lines abroad
	}
	used := 0
	for _, part := range []string{a.Name, a.careOf(), a.Street} {
		if lines := fold(printable(part)); len(lines) > 0 {
			parts, used = append(parts, lines), used+len(lines)
		}
	}
	for i := len(parts) - 1; i >= 0 && used > room; i-- {
		used -= len(parts[i]) - 1
		parts[i] = parts[i][:1]
	}
	var out []string
	for _, lines := range parts {
		out = append(out, lines...)
	}
	return append(out, last...)
}

// Posted is the address as it is frozen with a letter that goes by post. Its fault says what of it would be lost or refused.
func (a Postal) Posted() postal.Address {
	lines := a.Lines()
	fault := postal.FaultOf(lines, a.Nation != "")
	if fault == postal.NoFault && strings.Join(lines, " ") != a.whole() {
		fault = postal.NotWhole
	}
	return postal.Address{Name: a.Name, Lines: lines, Fault: fault}
}

// whole is all that the block should say, in one line.
func (a Postal) whole() string {
	var parts []string
	for _, part := range []string{a.Name, a.careOf(), a.Street, a.PostalCode + " " + a.City + " " + a.Province, a.Nation} {
		if s := printable(part); s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " ")
}

func (a Postal) careOf() string {
	if a.CareOf == "" {
		return ""
	}
	return "c/o " + a.CareOf
}

// printable is upper case with single spaces; of the signs it keeps those that tell numbers and names apart.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.Is(unicode.Mn, r), strings.ContainsRune("'’/-", r):
			return r
		}
		return ' '
	}, s)
	return strings.Join(strings.Fields(strings.ToUpper(s)), " ")
}

// fold breaks a part into at most two lines.
func fold(s string) []string {
	if s == "" {
		return nil
	}
	if len([]rune(s)) <= lineLength {
		return []string{s}
	}
	runes := []rune(s)
	at := lineLength
	for i := lineLength; i > 0; i-- {
		if runes[i] == ' ' {
			at = i
			break
		}
	}
	return []string{string(runes[:at]), cutLine(strings.TrimSpace(string(runes[at:])))}
}

func cutLine(s string) string {
	runes := []rune(s)
	return strings.TrimSpace(string(runes[:min(len(runes), lineLength)]))
}
