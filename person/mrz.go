package person

import (
	"errors"
	"strings"
	"unicode"
)

// An MRZ is what the machine-readable zone of a document says (ICAO 9303 parts 4 to 6). Names come without accents and may be cut; the day of
// issue and the issuer do not stand in it.
type MRZ struct {
	Kind      DocumentKind
	State     string // that issued it, three letters as ICAO has them
	Number    string
	Surname   string
	Name      string
	BirthDate Date // "" if a part of it is unknown
	Sex       Sex  // "" if unspecified
	ExpiresOn Date
}

// Why a zone is not read.
var (
	ErrMRZShape = errors.New("not a machine-readable zone")
	ErrMRZCheck = errors.New("a check digit of the machine-readable zone does not match")
)

// A stretch is a part of the zone, from one character to before another.
type stretch struct{ from, to int }

func (s stretch) of(zone string) string { return zone[s.from:s.to] }

// A zoneLayout says where the parts of a format stand in the zone without line breaks.
type zoneLayout struct {
	number, optional, birth, expiry, names stretch // number, birth and expiry are followed by their check digit
	sex, composite                         int
	over                                   []stretch // what the composite check digit is over
}

// zoneLayouts are the three formats, by their length: TD1 (cards), TD2 (older cards), TD3 (passports).
var zoneLayouts = map[int]zoneLayout{
	90: {number: stretch{5, 14}, optional: stretch{15, 30}, birth: stretch{30, 36}, sex: 37, expiry: stretch{38, 44}, composite: 59, names: stretch{60, 90},
		over: []stretch{{5, 30}, {30, 37}, {38, 45}, {48, 59}}},
	72: {number: stretch{36, 45}, optional: stretch{64, 71}, birth: stretch{49, 55}, sex: 56, expiry: stretch{57, 63}, composite: 71, names: stretch{5, 36},
		over: []stretch{{36, 46}, {49, 56}, {57, 71}}},
	88: {number: stretch{44, 53}, optional: stretch{72, 86}, birth: stretch{57, 63}, sex: 64, expiry: stretch{65, 71}, composite: 87, names: stretch{5, 44},
		over: []stretch{{44, 54}, {57, 64}, {65, 87}}},
}

// zoneKinds are the documents that the first letters of a zone mean.
var zoneKinds = []struct {
	prefix string
	kind   DocumentKind
}{
	{"P", Passport}, {"IR", ResidencePermit}, {"C", IdentityCard}, {"I", IdentityCard}, {"A", IdentityCard},
}

// ReadMRZ reads a zone as a reader types it or a person pastes it, with or without line breaks; today decides the century of the birth.
// Errors: ErrMRZShape, ErrMRZCheck.
func ReadMRZ(typed string, today Date) (MRZ, error) {
	zone := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, strings.ReplaceAll(typed, "«", "<<"))
	at, known := zoneLayouts[len(zone)]
	if !known || strings.IndexFunc(zone, func(r rune) bool { return r != '<' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') }) >= 0 {
		return MRZ{}, ErrMRZShape
	}
	kind, ok := zoneKind(zone)
	if !ok {
		return MRZ{}, ErrMRZShape
	}
	if !at.checks(zone) {
		return MRZ{}, ErrMRZCheck
	}
	m := MRZ{Kind: kind, State: strings.TrimRight(zone[2:5], "<"), Number: at.documentNumber(zone), Sex: zoneSexes[zone[at.sex]],
		BirthDate: zoneDate(at.birth.of(zone), centuryOfBirth(at.birth.of(zone), today)), ExpiresOn: zoneDate(at.expiry.of(zone), "20")}
	surname, name, _ := strings.Cut(strings.TrimRight(at.names.of(zone), "<"), "<<")
	m.Surname, m.Name = strings.ReplaceAll(surname, "<", " "), strings.ReplaceAll(name, "<", " ")
	return m, nil
}

func zoneKind(zone string) (DocumentKind, bool) {
	for _, x := range zoneKinds {
		if strings.HasPrefix(zone, x.prefix) {
			return x.kind, true
		}
	}
	return "", false
}

var zoneSexes = map[byte]Sex{'M': Male, 'F': Female}

// checks tells whether all check digits match. A number too long for its place goes on in the optional data, and is covered by the composite digit.
func (at zoneLayout) checks(zone string) bool {
	for _, part := range []stretch{at.birth, at.expiry} {
		if checkDigit(part.of(zone)) != zone[part.to] {
			return false
		}
	}
	if zone[at.number.to] != '<' && checkDigit(at.number.of(zone)) != zone[at.number.to] {
		return false
	}
	var all strings.Builder
	for _, part := range at.over {
		all.WriteString(part.of(zone))
	}
	return checkDigit(all.String()) == zone[at.composite]
}

// documentNumber is the number, with the rest of a long one, whose last character is its check digit.
func (at zoneLayout) documentNumber(zone string) string {
	number := strings.TrimRight(at.number.of(zone), "<")
	rest, _, _ := strings.Cut(at.optional.of(zone), "<")
	if zone[at.number.to] == '<' && len(rest) > 1 {
		return at.number.of(zone) + rest[:len(rest)-1]
	}
	return number
}

// checkDigit weighs 7, 3, 1; letters count from ten, fillers nothing.
func checkDigit(s string) byte {
	sum := 0
	for i, r := range []byte(s) {
		value := 0
		switch {
		case r >= '0' && r <= '9':
			value = int(r - '0')
		case r >= 'A' && r <= 'Z':
			value = int(r-'A') + 10
		}
		sum += value * [3]int{7, 3, 1}[i%3]
	}
	return byte('0' + sum%10)
}

// centuryOfBirth: nobody is born after today.
func centuryOfBirth(yymmdd string, today Date) string {
	if len(today) == 10 && "20"+yymmdd[:2] > string(today)[:4] {
		return "19"
	}
	return "20"
}

func zoneDate(yymmdd, century string) Date {
	d, err := ParseDate(yymmdd[4:], yymmdd[2:4], century+yymmdd[:2])
	if err != nil {
		return ""
	}
	return d
}

// SameName tells whether a name as typed can be the one that a zone shows, which has no accents and may be cut short.
func SameName(typed, read string) bool {
	tc, tv := lettersOf(typed)
	rc, rv := lettersOf(read)
	return strings.HasPrefix(tc, rc) && strings.HasPrefix(tv, rv)
}
