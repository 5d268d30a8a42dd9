package simulator

import (
	"fmt"
	"math/rand/v2"

	"sportello/person"
)

// A Person is somebody who does not exist, as they are; CIA and AURA hold what each registry believes,
// nil for a registry that has never heard of them.
type Person struct {
	person.Person
	BirthPlace string // Belfiore code
	CIA        *Entry
	AURA       *Entry
}

// An Entry is a person as one registry has them.
type Entry struct {
	person.Person
	Deceased bool
}

// People draws n people with tax codes of their own, the same ones for the same seed on any day: about
// 60 in 100 known to CIA, half of these to AURA too, 37 to AURA alone, 3 to nobody. A few are deceased, under age,
// abroad, or known to CIA under an address that they have left. The places must have the comuni of Piemonte
// and the postal codes of its capitals, as person.ItalianPlaces has.
func People(n int, seed uint64, places *person.Places) []Person {
	d := drawer{rand.New(rand.NewPCG(seed, 1976)), places}
	people := make([]Person, 0, n)
	taken := map[person.TaxCode]bool{}
	for len(people) < n {
		p := d.person()
		if taken[p.TaxCode] {
			continue
		}
		taken[p.TaxCode] = true
		d.register(&p)
		people = append(people, p)
	}
	return people
}

type drawer struct {
	*rand.Rand
	places *person.Places
}

func (d drawer) in100(percent int) bool { return d.IntN(100) < percent }

func pick[T any](d drawer, list []T) T { return list[d.IntN(len(list))] }

// weighted picks from a list whose weights add up to a hundred.
func weighted[T any](d drawer, list []T, weight func(T) int) T {
	left := d.IntN(100)
	for _, item := range list {
		if left -= weight(item); left < 0 {
			return item
		}
	}
	return list[0]
}

func (d drawer) person() Person {
	from := weighted(d, origins, func(o origin) int { return o.weight })
	p := Person{BirthPlace: pick(d, from.born)}
	p.Surname, p.Sex, p.Name = pick(d, from.surnames), person.Female, pick(d, from.female)
	if d.in100(49) {
		p.Sex, p.Name = person.Male, pick(d, from.male)
	}
	p.BirthDate = d.birthDate()
	p.TaxCode = person.ComputeTaxCode(p.Surname, p.Name, p.BirthDate, p.Sex, p.BirthPlace)
	p.Residence = d.home()
	p.Document = d.card(p.BirthDate)
	return p
}

// birthDate is 1940 to 2005 for adults, and late enough for the five in a hundred who are under age to
// stay so for some years.
func (d drawer) birthDate() person.Date {
	year := 1940 + d.IntN(66)
	if d.in100(5) {
		year = 2014 + d.IntN(9)
	}
	return day(year, 1+d.IntN(12), 1+d.IntN(28))
}

// day is a date that exists because no day here is after the 28th.
func day(year, month, dayOfMonth int) person.Date {
	return person.Date(fmt.Sprintf("%04d-%02d-%02d", year, month, dayOfMonth))
}

func (d drawer) home() person.Residence {
	if d.in100(2) {
		h := pick(d, foreignHomes)
		return person.Residence{
			Address: h.address, Number: h.number, Province: person.AbroadProvince, Comune: person.AbroadComune,
			PostalCode: h.postalCode, City: h.city, Nation: h.nation,
		}
	}
	p := weighted(d, piemonte, func(p province) int { return p.weight })
	comune := p.capital
	if d.in100(55) {
		comune = pick(d, d.places.Comuni(p.code)).Code
	}
	codes := d.places.PostalCodes(comune)
	if len(codes) == 0 { // a comune so new that no list has its CAP
		comune = p.capital
		codes = d.places.PostalCodes(comune)
	}
	return person.Residence{
		Address: pick(d, streets), Number: pick(d, civicNumbers),
		Province: p.code, Comune: comune, PostalCode: pick(d, codes),
	}
}

// card is an electronic identity card: the number's form and how long it lasts are those of DL 70/2011
// and DL 5/2012 art. 7 (to the birthday after the term).
func (d drawer) card(birth person.Date) person.Document {
	issued := day(2023+d.IntN(3), 1+d.IntN(12), 1+d.IntN(28))
	years := 10
	switch age := birth.YearsAt(issued); {
	case age < 3:
		years = 3
	case age < 18:
		years = 5
	}
	expires := issued.Time().Year() + years
	if birth[5:] < issued[5:] {
		expires++
	}
	return person.Document{
		Kind:      person.IdentityCard,
		Number:    fmt.Sprintf("C%c%05d%c%c", d.letter(), d.IntN(100_000), d.letter(), d.letter()),
		IssuedOn:  issued,
		ExpiresOn: person.Date(fmt.Sprintf("%04d%s", expires, birth[4:])),
	}
}

func (d drawer) letter() rune { return rune('A' + d.IntN(26)) }

// register decides who knows a person, and what is wrong in there.
func (d drawer) register(p *Person) {
	deceased := d.in100(2)
	know := func() *Entry { return &Entry{Person: p.Person, Deceased: deceased} }
	switch where := d.IntN(100); {
	case where < 30:
		p.CIA = know()
	case where < 60:
		p.CIA, p.AURA = know(), know()
		d.differ(p.AURA)
	case where < 97:
		p.AURA = know()
	}
	if p.CIA != nil && d.in100(4) {
		p.CIA.Residence = d.home()
	}
}

// differ makes AURA, which hears later of a move, disagree with CIA about one person in five.
func (d drawer) differ(e *Entry) {
	switch d.IntN(10) {
	case 0:
		e.Residence.Address, e.Residence.Number = pick(d, streets), pick(d, civicNumbers)
	case 1:
		e.Residence = d.home()
	}
}

// Samples are people to show what the desk does in each case. Each list has the people in the order of
// People, and only adults but for Minors.
type Samples struct {
	CIA      []Person // resident where CIA says, alive
	AURA     []Person // known to AURA alone
	Neither  []Person // with a valid tax code that no registry knows
	Deceased []Person
	Moved    []Person // CIA has them in another comune
	Minors   []Person
}

// SamplesOf takes the first few of each sort.
func SamplesOf(people []Person, each int) Samples {
	var s Samples
	for _, p := range people {
		if list := s.listFor(p); len(*list) < each {
			*list = append(*list, p)
		}
	}
	return s
}

// adultYear is the last one in which People bears adults.
const adultYear = "2005-12-31"

func (s *Samples) listFor(p Person) *[]Person {
	switch {
	case p.CIA != nil && p.CIA.Deceased, p.AURA != nil && p.AURA.Deceased:
		return &s.Deceased
	case string(p.BirthDate) > adultYear:
		return &s.Minors
	case p.CIA != nil && p.CIA.Residence.Comune != p.Residence.Comune:
		return &s.Moved
	case p.CIA != nil:
		return &s.CIA
	case p.AURA != nil:
		return &s.AURA
	}
	return &s.Neither
}
