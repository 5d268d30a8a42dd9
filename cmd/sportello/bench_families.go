package main

import (
	"sportello/office"
	"sportello/store"
)

// A family is a kind of search: what an operator types who looks for somebody.
type family struct {
	name  string
	typed func(b *searchBench, x store.Preloaded, c *store.Criteria)
}

var families = []family{
	{"codice fiscale intero", func(b *searchBench, x store.Preloaded, c *store.Criteria) { c.TaxCode = string(x.Person.TaxCode) }},
	{"codice fiscale, primi 6", func(b *searchBench, x store.Preloaded, c *store.Criteria) { c.TaxCode = string(x.Person.TaxCode[:6]) }},
	{"codice fiscale, primi 8", func(b *searchBench, x store.Preloaded, c *store.Criteria) { c.TaxCode = string(x.Person.TaxCode[:8]) }},
	{"numero", func(b *searchBench, x store.Preloaded, c *store.Criteria) { c.Number = x.Registration.Number }},
	{"cognome, inizio di 3", func(b *searchBench, x store.Preloaded, c *store.Criteria) { c.Surname = begin(x.Person.Surname, 3) }},
	{"cognome, 3 ovunque", surname3},
	{"cognome, 4 ovunque", func(b *searchBench, x store.Preloaded, c *store.Criteria) { c.Surname = b.part(x.Person.Surname, 4) }},
	{"cognome, 6 ovunque", func(b *searchBench, x store.Preloaded, c *store.Criteria) { c.Surname = b.part(x.Person.Surname, 6) }},
	{"nome, 3 ovunque", name3},
	{"nome, 5 ovunque", func(b *searchBench, x store.Preloaded, c *store.Criteria) { c.Name = b.part(x.Person.Name, 5) }},
	{"cognome e nome, 3 ovunque", both(surname3, name3)},
	{"cognome 3, comune", both(surname3, inComune)},
	{"cognome 3, provincia", both(surname3, inProvince)},
	{"cognome 3, competenza", both(surname3, within)},
	{"cognome 3, stato", both(surname3, inState)},
	{"cognome 3, reg. forte", both(surname3, isStrong)},
	{"cognome 3, community", both(surname3, inCommunity)},
	{"cognome 3, date", both(surname3, inMonth)},
	{"nome 3, comune", both(name3, inComune)},
	{"nome 3, provincia", both(name3, inProvince)},
	{"nome 3, competenza", both(name3, within)},
	{"nome 3, stato", both(name3, inState)},
	{"nome 3, date", both(name3, inMonth)},
	{"cognome e nome, competenza, stato, date", both(surname3, name3, within, inState, inMonth)},
	{"cf primi 6, competenza", both(func(b *searchBench, x store.Preloaded, c *store.Criteria) { c.TaxCode = string(x.Person.TaxCode[:6]) }, within)},
	{"comune", inComune},
	{"competenza", within},
	{"comune, stato, date", both(inComune, inState, inMonth)},
	{"stato, date", both(inState, inMonth)},
	{"stato", inState},
	{"nessun filtro", func(*searchBench, store.Preloaded, *store.Criteria) {}},
	{"cognome, 2 ovunque", func(b *searchBench, x store.Preloaded, c *store.Criteria) { c.Surname = b.part(x.Person.Surname, 2) }},
	{"codice fiscale, nel mezzo", func(b *searchBench, x store.Preloaded, c *store.Criteria) { c.TaxCode = string(x.Person.TaxCode[8:13]) }},
}

func surname3(b *searchBench, x store.Preloaded, c *store.Criteria) {
	c.Surname = b.part(x.Person.Surname, 3)
}
func name3(b *searchBench, x store.Preloaded, c *store.Criteria) { c.Name = b.part(x.Person.Name, 3) }
func inComune(_ *searchBench, x store.Preloaded, c *store.Criteria) {
	c.Comune = x.Person.Residence.Comune
}
func inProvince(_ *searchBench, x store.Preloaded, c *store.Criteria) {
	c.Province = x.Person.Residence.Province
}
func inState(_ *searchBench, x store.Preloaded, c *store.Criteria) { c.State = x.Registration.State }
func isStrong(_ *searchBench, x store.Preloaded, c *store.Criteria) {
	c.Strong = map[bool]store.Strength{true: store.OnlyStrong, false: store.OnlyWeak}[x.Registration.Strong]
}
func inCommunity(_ *searchBench, x store.Preloaded, c *store.Criteria) {
	c.Community = x.Registration.Community
}
func inMonth(_ *searchBench, x store.Preloaded, c *store.Criteria) {
	c.From = x.Registration.CreatedAt.AddDate(0, 0, -10)
	c.To = c.From.AddDate(0, 1, 0)
}

// within is a desk's competence: the province of Torino, or 300 comuni.
func within(b *searchBench, x store.Preloaded, c *store.Criteria) {
	c.Within = &office.Competence{Provinces: []string{"TO"}}
	if b.chance.IntN(2) == 0 {
		c.Within = &office.Competence{}
		for _, home := range b.population.homes[50:350] {
			c.Within.Comuni = append(c.Within.Comuni, home.value.Code)
		}
	}
}

func both(parts ...func(*searchBench, store.Preloaded, *store.Criteria)) func(*searchBench, store.Preloaded, *store.Criteria) {
	return func(b *searchBench, x store.Preloaded, c *store.Criteria) {
		for _, part := range parts {
			part(b, x, c)
		}
	}
}

func begin(s string, n int) string { s = store.Key(s); return s[:min(n, len(s))] }

// part is a piece of a word, from anywhere in it.
func (b *searchBench) part(s string, n int) string {
	s = store.Key(s)
	if len(s) <= n {
		return s
	}
	at := b.chance.IntN(len(s) - n + 1)
	return s[at : at+n]
}
