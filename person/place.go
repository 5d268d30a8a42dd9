package person

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A Place is a comune, or a foreign state, during a stretch of its history. One code can have several, as when its
// comune passes to another province.
type Place struct {
	Code     string // Belfiore code; Z and three digits for a state
	Name     string // in small letters, with its accents
	Province string // sigla; AbroadProvince for a state
	From     Date   // first day, "" when not known
	To       Date   // last day, "" while it exists
}

// Exists tells whether the place still is what it was.
func (p Place) Exists() bool { return p.To == "" }

// Foreign tells a state from a comune.
func (p Place) Foreign() bool { return p.Province == AbroadProvince }

func (p Place) on(day Date) bool {
	return p.From <= day && (p.Exists() || day <= p.To)
}

// A Province by its sigla and the name that ISTAT gives it.
type Province struct{ Sigla, Name string }

// Places are the comuni of Italy, living and ceased, and the foreign states. They never change.
type Places struct{ tables func() *tables }

// tables are made at the first question: making them takes longer than the start of everything else.
type tables struct {
	byCode      map[string][]Place // oldest first, the one that exists last
	byProvince  map[string][]Place // existing comuni by name
	provinces   []Province
	states      []Place
	postalCodes map[string][]string
}

// Provinces are those with a living comune, by name.
func (p *Places) Provinces() []Province { return slices.Clone(p.tables().provinces) }

// Comuni are those that exist in a province, by name; none for a sigla that is no province.
func (p *Places) Comuni(province string) []Place {
	return slices.Clone(p.tables().byProvince[province])
}

// States are the foreign states that exist, by name.
func (p *Places) States() []Place { return slices.Clone(p.tables().states) }

// Comune is the latest history of a comune, ceased or not; for a state, false.
func (p *Places) Comune(code string) (Place, bool) {
	place, ok := p.Latest(code)
	return place, ok && !place.Foreign()
}

// Latest is the latest history of a comune or state, ceased or not.
func (p *Places) Latest(code string) (Place, bool) {
	rows := p.tables().byCode[code]
	if len(rows) == 0 {
		return Place{}, false
	}
	return rows[len(rows)-1], true
}

// At is what the code of a comune or state named on a day: a tax code keeps the place as it was at birth (DM 23-12-1976).
// Comuni ceded with the peace treaty stay Italian for who was born there before (L. 54/1989).
func (p *Places) At(code string, day Date) (Place, bool) {
	for _, place := range slices.Backward(p.tables().byCode[code]) {
		if place.on(day) {
			return place, true
		}
	}
	return Place{}, false
}

// PostalCodes are the CAP that a comune had in 2020: a hint for the form, which may be incomplete.
func (p *Places) PostalCodes(code string) []string { return slices.Clone(p.tables().postalCodes[code]) }

// newTables sorts rows in any order; provinceNames gives the names, a sigla without one stands for itself.
func newTables(rows []Place, provinceNames map[string]string) *tables {
	p := &tables{byCode: map[string][]Place{}, byProvince: map[string][]Place{}}
	slices.SortStableFunc(rows, byHistory)
	for _, place := range rows {
		p.byCode[place.Code] = append(p.byCode[place.Code], place)
	}
	for _, history := range p.byCode {
		p.list(history[len(history)-1])
	}
	for _, comuni := range p.byProvince {
		byName(comuni, func(c Place) string { return c.Name })
	}
	for sigla := range maps.Keys(p.byProvince) {
		p.provinces = append(p.provinces, Province{sigla, cmp.Or(provinceNames[sigla], sigla)})
	}
	byName(p.provinces, func(p Province) string { return p.Name })
	byName(p.states, func(s Place) string { return s.Name })
	return p
}

func (p *tables) list(latest Place) {
	switch {
	case !latest.Exists():
	case latest.Foreign():
		p.states = append(p.states, latest)
	default:
		p.byProvince[latest.Province] = append(p.byProvince[latest.Province], latest)
	}
}

// byHistory puts what exists last: the archives repeat some first days.
func byHistory(a, b Place) int {
	const never = Date("9999-12-31")
	return cmp.Or(
		cmp.Compare(a.Code, b.Code),
		cmp.Compare(cmp.Or(a.To, never), cmp.Or(b.To, never)),
		cmp.Compare(a.From, b.From),
	)
}

// byName sorts as an Italian index does: accents, case and apostrophes do not count, spaces come first.
func byName[T any](list []T, name func(T) string) {
	keys := make(map[string]string, len(list))
	for _, item := range list {
		keys[name(item)] = folded(name(item))
	}
	slices.SortFunc(list, func(a, b T) int {
		return cmp.Or(cmp.Compare(keys[name(a)], keys[name(b)]), cmp.Compare(name(a), name(b)))
	})
}

func folded(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) || r == '\'' || r == '’' {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(name))
}
