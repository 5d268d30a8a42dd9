package main

import (
	"fmt"
	"hash/maphash"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"sportello/community"
	"sportello/credential"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// Common Italian surnames, the commonest first, and names; the rest of the population bears made up ones.
var (
	benchSurnames = strings.Fields(`Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti De_Luca Mancini Costa Giordano
		Rizzo Lombardi Moretti Barbieri Fontana Santoro Mariani Rinaldi Caruso Ferrara Galli Martini Leone Longo Gentile Martinelli Vitale Lombardo Serra
		Coppola De_Santis D'Angelo Marchetti Parisi Villa Conte Ferraro Ferri Fabbri Bianco Marini Grasso Valentini Messina Sala De_Angelis Gatti Pellegrini
		Palumbo Sanna Farina Rizzi Monti Cattaneo Morelli Amato Silvestri Mazza Testa Grassi Pellegrino Carbone Giuliani Benedetti Barone Rossetti Caputo
		Montanari Guerra Palmieri Bernardi Martino Fiore De_Rosa Ferretti Bellini Basile Riva Donati Piras Vitali Battaglia Sartori Neri Costantini Milani
		Pagano Ruggiero Sorrentino D'Amico Orlando Damico Negri Mantovani Nicolò Cantù Müller Dell'Orto Lo_Presti La_Rosa`)
	benchWomen = strings.Fields(`Maria Anna Giuseppina Rosa Angela Giovanna Teresa Lucia Carmela Caterina Francesca Anna_Maria Antonietta Carla Elena Concetta
		Rita Margherita Franca Paola Giulia Laura Sara Chiara Martina Silvia Federica Alessandra Beatrice Ilaria Noemi Aurora Sofia Alice Ginevra Emma Zoè`)
	benchMen = strings.Fields(`Giuseppe Giovanni Antonio Mario Luigi Francesco Angelo Vincenzo Pietro Salvatore Carlo Franco Domenico Bruno Paolo Michele
		Giorgio Aldo Sergio Luciano Marco Luca Andrea Alessandro Matteo Lorenzo Davide Riccardo Stefano Roberto Simone Federico Leonardo Niccolò Tommaso Ivo`)
	benchStarts = strings.Fields(`Al An Ba Bar Ben Ber Bo Bra Bu Ca Cal Can Car Ce Co Col Cor Da Del Do Fa Fer Fi Fo Fra Ga Gam Ghe Gia Gra Gua La Le Li Lo Lu
		Ma Man Mar Me Mo Mon Mu Na Ne No Or Pa Pan Pe Per Pi Po Pra Qua Ra Ri Ro Ru Sa San Sca Se So Spa Sta Ta Te To Tra Va Ven Ve Vi Vol Za Zan Zu`)
	benchMiddles = strings.Fields(`ba be bi bo ca ce chi co da de di do fa fe fi ga gi go la le li lla lle lo ma me mi mo na ne ni no pa pe po ra re ri ro
		rra sa se si so ssa sta ste ta te ti to tta tte va ve vi vo za zza`)
	benchEnds = strings.Fields(`li ni ri ti ci nelli netti nini netto rini rotti lotti ssi tti zzi sco scu tano liano gnoli glia gna ccio zzo rdo rdi ldi
		ncini sini tello relli voli`)
)

// A population is people without end, some names and places far commoner than others. It is the same each time.
type population struct {
	chance   *rand.Rand
	surnames []weighted[string]
	women    []weighted[string]
	men      []weighted[string]
	homes    []weighted[person.Place]
	today    time.Time
	seen     []uint64 // bits of tax codes given, by hash
	seed     maphash.Seed
	made     int
}

// A weighted value and the sum of the weights up to it.
type weighted[T any] struct {
	value T
	upTo  float64
}

func draw[T any](c *rand.Rand, list []weighted[T]) T {
	x := c.Float64() * list[len(list)-1].upTo
	i, _ := slices.BinarySearchFunc(list, x, func(w weighted[T], x float64) int {
		if w.upTo <= x {
			return -1
		}
		return 1
	})
	return list[min(i, len(list)-1)].value
}

// zipf weighs values by their rank.
func zipf[T any](values []T, offset float64) []weighted[T] {
	list, sum := make([]weighted[T], len(values)), 0.0
	for i, v := range values {
		sum += 1 / (float64(i) + offset)
		list[i] = weighted[T]{v, sum}
	}
	return list
}

func newPopulation(places *person.Places, today time.Time) *population {
	p := &population{chance: rand.New(rand.NewPCG(20, 26)), today: today, seen: make([]uint64, 1<<23), seed: maphash.MakeSeed()}
	p.surnames = zipf(p.invented(spaced(benchSurnames), 120_000), 30)
	p.women = zipf(p.combined(spaced(benchWomen), 14_000, "a"), 12)
	p.men = zipf(p.combined(spaced(benchMen), 14_000, "o"), 12)
	p.homes = zipf(p.towns(places), 25)
	return p
}

func spaced(words []string) []string {
	for i := range words {
		words[i] = strings.ReplaceAll(words[i], "_", " ")
	}
	return words
}

// invented adds made up surnames until there are n.
func (p *population) invented(list []string, n int) []string {
	known := map[string]bool{}
	for len(list) < n {
		s := pick(p.chance, benchStarts) + pick(p.chance, benchMiddles)
		if p.chance.IntN(2) == 0 {
			s += pick(p.chance, benchMiddles)
		}
		if s += pick(p.chance, benchEnds); !known[s] {
			known[s] = true
			list = append(list, s)
		}
	}
	return list
}

// combined adds pairs of names, and then made up ones, until there are n.
func (p *population) combined(list []string, n int, end string) []string {
	simple := slices.Clone(list)
	known := map[string]bool{}
	for len(list) < n {
		s := pick(p.chance, simple) + " " + pick(p.chance, simple)
		if len(list) > n/12 {
			s = pick(p.chance, benchStarts) + pick(p.chance, benchMiddles) + strings.TrimRight(pick(p.chance, benchMiddles), "aeio") + end
		}
		if !known[s] {
			known[s] = true
			list = append(list, s)
		}
	}
	return list
}

func pick[T any](c *rand.Rand, list []T) T { return list[c.IntN(len(list))] }

// towns are all comuni: the great cities first, the others in any order.
func (p *population) towns(places *person.Places) []person.Place {
	great := strings.Fields("H501 F205 F839 L219 G273 D969 A944 D612 A662 C351 L781 L736 F158 G224 L424 B354 D643 L840 F257 H223")
	var list, rest []person.Place
	for _, code := range great {
		if home, ok := places.Comune(code); ok {
			list = append(list, home)
		}
	}
	for _, province := range places.Provinces() {
		for _, home := range places.Comuni(province.Sigla) {
			if !slices.Contains(great, home.Code) {
				rest = append(rest, home)
			}
		}
	}
	p.chance.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	return append(list, rest...)
}

// one makes the next person with the registration, and for one in twenty an operation in progress.
func (p *population) one(newID func() (string, error)) (store.Preloaded, error) {
	var ids [3]string
	for i := range ids {
		var err error
		if ids[i], err = newID(); err != nil {
			return store.Preloaded{}, err
		}
	}
	who := p.person(person.ID(ids[0]))
	x := store.Preloaded{Person: who, Registration: p.registration(ids[1], who)}
	if p.chance.IntN(20) == 0 {
		x.Operation = &registration.Operation{ID: ids[2], Registration: ids[1], Kind: registration.Reset, Outcome: registration.Pending, BookedAt: x.Registration.CreatedAt, ConcludedAt: x.Registration.CreatedAt}
		x.Handover = &credential.Handover{Operation: ids[2], PIN: strings.Repeat("x", 90), Code: strings.Repeat("y", 44), CodeExpiresAt: p.today.AddDate(0, 2, 0)}
	}
	p.made++
	return x, nil
}

func (p *population) person(id person.ID) *store.Person {
	home := draw(p.chance, p.homes)
	who := &store.Person{Realm: "sistemapiemonte", Person: person.Person{ID: id, Surname: draw(p.chance, p.surnames), Sex: person.Female,
		Residence: person.Residence{Address: "Via Roma", Number: fmt.Sprint(1 + p.chance.IntN(200)), Province: home.Province, Comune: home.Code, PostalCode: "10100"},
		Document:  person.Document{Kind: person.IdentityCard, Number: "CA00000AA", IssuedOn: "2021-03-10", ExpiresOn: "2031-01-01", Issuer: "Comune"}}}
	names := p.women
	if p.chance.IntN(2) == 0 {
		who.Sex, names = person.Male, p.men
	}
	who.Name = draw(p.chance, names)
	if p.chance.IntN(100) == 0 {
		who.Residence = person.Residence{Address: "Rue de Rome", Number: "1", Province: person.AbroadProvince, Comune: person.AbroadComune, City: "Lyon", Nation: "Z110"}
	}
	who.Contacts.Email = fmt.Sprint("posta", p.made, "@posta.example")
	p.give(who)
	return who
}

// give gives a tax code that nobody has.
func (p *population) give(who *store.Person) {
	for who.TaxCode == "" {
		born := p.today.AddDate(-18-p.chance.IntN(70), 0, -p.chance.IntN(365))
		who.BirthDate = person.Date(born.Format(time.DateOnly))
		code := person.ComputeTaxCode(who.Surname, who.Name, who.BirthDate, who.Sex, draw(p.chance, p.homes).Code)
		bit := maphash.String(p.seed, string(code)) % uint64(len(p.seen)*64)
		if code != "" && p.seen[bit/64]>>(bit%64)&1 == 0 {
			p.seen[bit/64] |= 1 << (bit % 64)
			who.TaxCode = code
		}
	}
}

// benchStates are how far registrations have come, of a hundred.
var benchStates = []struct {
	of     int
	state  registration.State
	strong bool
}{{22, registration.Registered, false}, {17, registration.Verified, false}, {1, registration.Verified, true}, {30, registration.Active, false}, {28, registration.Active, true}, {2, registration.Rejected, false}}

func (p *population) registration(id string, who *store.Person) *registration.Registration {
	years := 12 * math.Sqrt(p.chance.Float64()) // more and more of them
	at := p.today.AddDate(-12, 0, 0).Add(time.Duration(years * 365.2 * 24 * float64(time.Hour)))
	r := &registration.Registration{ID: id, Number: benchNumber(p.made), Person: who.ID, Realm: who.Realm, Community: "sistemapiemonte", CreatedAt: at.Truncate(time.Second)}
	if p.chance.IntN(10) == 0 {
		r.Community = community.ID(pick(p.chance, []string{"torinofacile", "torinofacile", "torinofacile", "genova"}))
	}
	x := p.chance.IntN(100)
	for _, s := range benchStates {
		if r.State, r.Strong = s.state, s.strong; x < s.of {
			return r
		}
		x -= s.of
	}
	return r
}

// benchNumber is the n-th number, in no visible order.
func benchNumber(n int) registration.Number {
	digits := 100_000_000 + uint64(n)*7_368_787%900_000_000
	for check := uint64(0); ; check++ {
		if number, err := registration.ParseNumber(fmt.Sprint(digits*10 + check)); err == nil {
			return number
		}
	}
}
