package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"sportello/audit"
	"sportello/citizen"
	"sportello/desk"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/registry/simulator"
	"sportello/store"
	"sportello/web"
)

// A seeder fills the demo's database: by the deeds wherever there is one, so that what it shows is what the system makes.
type seeder struct {
	*house
	ctx context.Context

	enti   []office.Ente
	loader office.Operator // books everything that is there at the start
	unused []simulator.Person

	write      func(mail string) error                          // to the helpdesk's mailbox
	oldAccount func(code person.TaxCode, service string) string // gives somebody credentials of an obsolete process

	staff         []web.DemoOperator
	people        []web.DemoPerson
	citizens      []web.DemoCitizen
	registrations []web.DemoRegistration
}

// errNotEmpty means that a demo was asked to fill a database that is somebody's.
var errNotEmpty = errors.New("la base dati contiene già dati: la dimostrazione ne vuole una vuota")

func (s *seeder) fill(people []simulator.Person) error {
	err := s.store.Read(s.ctx, func(tx *store.Tx) error {
		enti, err := tx.Enti()
		if len(enti) > 0 {
			return errNotEmpty
		}
		return err
	})
	if err != nil {
		return err
	}
	s.choose(people)
	for _, step := range []func() error{s.addEnti, s.addStaff, s.addCitizens, s.addTable, s.addRest, s.addRequests, s.addPosted, s.addAskings} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// samplesEach is how many tax codes of each sort the page offers.
const samplesEach = 8

// choose puts aside the people to try, and those to register: residents of Torino whom CIA knows.
func (s *seeder) choose(people []simulator.Person) {
	var near []simulator.Person
	for _, p := range people {
		if p.Residence.Province == "TO" {
			near = append(near, p)
		}
	}
	samples := simulator.SamplesOf(near, samplesEach)
	for _, sort := range []struct {
		knownTo string
		people  []simulator.Person
	}{{"CIA", samples.CIA}, {"AURA", samples.AURA}, {"nessuno", samples.Neither}, {"deceduto", samples.Deceased}} {
		for _, p := range sort.people {
			s.people = append(s.people, s.sample(p, sort.knownTo))
		}
	}
	s.unused = simulator.SamplesOf(near, samplesEach+100).CIA[len(samples.CIA):]
	for range 3 {
		p := s.unused[0]
		s.unused = s.unused[1:]
		s.oldAccount(p.TaxCode, "Torinofacile")
		s.people = append(s.people, s.sample(p, "vecchie credenziali"))
	}
}

func (s *seeder) sample(p simulator.Person, knownTo string) web.DemoPerson {
	home := p.Residence
	if p.CIA != nil {
		home = p.CIA.Residence
	}
	place, _ := s.desk.Places.Latest(home.Comune)
	return web.DemoPerson{TaxCode: string(p.TaxCode), KnownTo: knownTo, Surname: p.Surname, Name: p.Name, BirthDate: string(p.BirthDate), Sex: string(p.Sex),
		Province: home.Province, Comune: home.Comune, ComuneName: place.Name}
}

// next is a person not used yet, with what a registry does not tell.
func (s *seeder) next() person.Person {
	p := s.unused[0].Person
	s.unused = s.unused[1:]
	p.Contacts = person.Contacts{Email: strings.ReplaceAll(strings.ToLower(store.Fold(p.Name+" "+p.Surname)), " ", ".") + "@posta.example", Mobile: "3331234567"}
	place, _ := s.desk.Places.Latest(p.Residence.Comune)
	p.Document.Issuer = "Comune di " + place.Name
	return p
}

// at is the loader at work for one of the enti.
func (s *seeder) at(ente int) desk.Who {
	now := s.store.Now()
	return desk.Who{Acting: office.Acting{Operator: s.loader, Ente: s.enti[ente], Post: office.Post{Ente: s.enti[ente].ID, Role: office.Clerk}, FreshAt: now, FreshFor: time.Hour}}
}

// allChecks are the ticks of a desk that has done its duty.
var allChecks = registration.Checks{Document: true, HealthCard: true, InPerson: true, PrivacyNotice: true, ResidenceProof: true}

// An issued is a registration with the secrets that a desk has handed over.
type issued struct {
	person    person.Person
	number    registration.Number
	pin, code string
}

// register does a desk's work: look up, register, print, conclude.
func (s *seeder) register(ente int) (i issued, err error) {
	who := s.at(ente)
	i.person = s.next()
	id, err := s.desk.Look(s.ctx, who, desk.Query{TaxCode: string(i.person.TaxCode), Province: i.person.Residence.Province, Comune: i.person.Residence.Comune})
	if err != nil {
		return i, fmt.Errorf("look up: %w", err)
	}
	draft, err := s.desk.Draft(s.ctx, who, id)
	if err != nil {
		return i, err
	}
	entry := desk.Entry{Community: s.enti[ente].Community, Person: i.person, Checks: allChecks}
	if review, err := s.desk.Review(who, draft, entry, s.store.Now()); err != nil || len(review.Problems) > 0 {
		return i, fmt.Errorf("review: %v %w", review.Problems, err)
	}
	if err := s.desk.Keep(s.ctx, draft, nil, &entry); err != nil {
		return i, err
	}
	if i.number, err = s.desk.Register(s.ctx, who, id); err != nil {
		return i, fmt.Errorf("register: %w", err)
	}
	if i.pin, i.code, err = s.secrets(i.number); err != nil {
		return i, err
	}
	for _, paper := range []registration.Paper{registration.PINLetter, registration.SummarySheet} {
		if _, err := s.desk.Print(s.ctx, who, desk.Printing{Number: i.number, Paper: paper}); err != nil {
			return i, fmt.Errorf("print: %w", err)
		}
	}
	return i, s.desk.Conclude(s.ctx, who, i.number)
}

// secrets opens what was sealed for the operation in progress, as the letters do.
func (s *seeder) secrets(n registration.Number) (pin, code string, err error) {
	err = s.store.Read(s.ctx, func(tx *store.Tx) error {
		r, err := tx.RegistrationByNumber(n)
		if err != nil {
			return err
		}
		op, err := tx.PendingOperation(r.ID)
		if err != nil {
			return err
		}
		h, err := tx.Handover(op.ID)
		if err != nil {
			return err
		}
		plainPIN, err := s.sealer.Open("handover/"+op.ID+"/pin", h.SealedPIN)
		plainCode, failed := s.sealer.Open("handover/"+op.ID+"/code", h.SealedCode)
		pin, code = string(plainPIN), string(plainCode)
		return errors.Join(err, failed)
	})
	return pin, code, err
}

// citizenPassword is every demo citizen's.
const citizenPassword = "trifoglio-lampada-sette"

// activate does the citizen's part at home.
func (s *seeder) activate(i issued, username string) error {
	from := audit.Origin{Address: "127.0.0.1"}
	token, err := s.citizen.CheckCodes(s.ctx, from, citizen.Codes{TaxCode: string(i.person.TaxCode), Code: i.code, PIN: i.pin})
	if err != nil {
		return fmt.Errorf("check codes: %w", err)
	}
	if err := s.citizen.Accept(s.ctx, from, token, citizen.Acceptance{Terms: true, Privacy: true, Lang: "it"}); err != nil {
		return fmt.Errorf("accept: %w", err)
	}
	if err := s.citizen.Complete(s.ctx, from, token, citizen.Chosen{Username: username, Password: citizenPassword, Repeat: citizenPassword,
		Question: "In quale via abitavi da bambino?", Answer: "via dei Prati"}); err != nil {
		return fmt.Errorf("complete: %+v %w", err, err)
	}
	return nil
}

// active makes a citizen with credentials, strong from the ASL, weak from the comune.
func (s *seeder) active(ente int, username string) (issued, error) {
	i, err := s.register(ente)
	if err != nil {
		return i, err
	}
	s.citizens = append(s.citizens, web.DemoCitizen{Username: username, Password: citizenPassword, PIN: i.pin, Strength: strengthAt[ente],
		Number: string(i.number), Surname: i.person.Surname, Name: i.person.Name, TaxCode: string(i.person.TaxCode)})
	return i, s.activate(i, username)
}

var strengthAt = map[int]string{asl: "forti", asr: "forti", comune: "deboli"}

// addCitizens makes those who log in, one of each class.
func (s *seeder) addCitizens() error {
	_, err := s.active(asl, "cittadino.forte")
	if err != nil {
		return err
	}
	if _, err = s.active(comune, "cittadino.debole"); err != nil {
		return err
	}
	return s.addEnding()
}

// addEnding makes somebody whose credentials are about to end: the house tells them by mail as soon as it runs.
func (s *seeder) addEnding() error {
	i, err := s.active(comune, "cittadino.in.scadenza")
	if err != nil {
		return err
	}
	err = s.store.Act(s.ctx, system(audit.Import), func(tx *store.Tx) error {
		r, err := tx.RegistrationByNumber(i.number)
		if err != nil {
			return err
		}
		r.Community = demoEnding
		return tx.SaveRegistration(r)
	})
	if err != nil {
		return err
	}
	return s.proposeCode(i)
}

// proposeCode leaves another tax code to a second responsabile (mission S9).
func (s *seeder) proposeCode(i issued) error {
	who := s.at(asl)
	who.Post.Role = office.Supervisor
	id, err := s.desk.BeginEdit(s.ctx, who, desk.Edit{Deed: audit.ChangeTaxCode, Number: i.number})
	if err != nil {
		return err
	}
	e, err := s.desk.OpenEdit(s.ctx, who, id)
	if err != nil {
		return err
	}
	entry := desk.Entry{Community: e.Community, Person: e.Shown, Checks: registration.Checks{Document: true, CopiesArchived: true},
		TaxCode: desk.CodeChange{Cause: desk.Replaced, Proof: desk.NoticeProof, Reason: "Omocodia: un'altra persona aveva lo stesso codice"}}
	entry.Person.TaxCode = omocode(e.Shown.TaxCode)
	if err := s.desk.AskCode(s.ctx, who, &e, entry.Person.TaxCode); err != nil {
		return err
	}
	if err := s.desk.KeepEdit(s.ctx, e, nil, &entry); err != nil {
		return err
	}
	_, err = s.desk.Edit(s.ctx, who, id)
	return err
}

// omocode is the code that is given to the second of two people who would have the same: a letter for its last digit.
func omocode(code person.TaxCode) person.TaxCode {
	first := string(code[:14]) + string("LMNPQRSTUV"[code[14]-'0'])
	for c := 'A'; c <= 'Z'; c++ {
		if found, err := person.ParseTaxCode(first + string(c)); err == nil {
			return found
		}
	}
	return code
}

// A start is a state in which a registration can be.
type start struct {
	state  registration.State
	strong bool
}

// addTable makes one registration for each row of the table, with the operation booked.
func (s *seeder) addTable() error {
	for _, rule := range registration.Rules {
		from := start{rule.State, rule.Strong}
		i, err := s.begin(from, rule.Kind)
		if err != nil {
			return fmt.Errorf("%s, %s: %w", rule.State, rule.Kind, err)
		}
		ente := asl
		if rule.Kind == registration.Verification {
			ente = comune
		}
		if _, err := s.book(i.number, rule.Kind, ente); err != nil {
			return fmt.Errorf("%s, book %s: %w", rule.State, rule.Kind, err)
		}
		s.list(i, from, string(rule.Kind))
	}
	return nil
}

func (s *seeder) list(i issued, from start, operation string) {
	s.registrations = append(s.registrations, web.DemoRegistration{Number: string(i.number), TaxCode: string(i.person.TaxCode), Surname: i.person.Surname,
		Name: i.person.Name, State: string(from.state), Strong: from.strong, Operation: operation})
}

// begin brings a new registration into a state: through the desk and the citizen where that leads there, otherwise as an import.
func (s *seeder) begin(from start, kind registration.Kind) (i issued, err error) {
	switch from {
	case start{registration.Verified, false}:
		return s.register(comune)
	case start{registration.Active, false}, start{registration.Active, true}:
		ente, username := comune, "debole."
		if from.strong {
			ente, username = asl, "forte."
		}
		i, err = s.active(ente, username+strings.ReplaceAll(strings.ToLower(string(kind)), " ", "."))
		s.citizens[len(s.citizens)-1].Pending = string(kind)
		return i, err
	}
	return s.importAs(from)
}

// importAs keeps a registration as another system had it.
func (s *seeder) importAs(from start) (i issued, err error) {
	i.person = s.next()
	if from == (start{registration.Registered, false}) {
		i.person.Document.Issuer = "" // weak channels never asked for it (001 §4.2.1)
	}
	realm := s.enti[asl].Realm
	err = s.store.Act(s.ctx, system(audit.Import), func(tx *store.Tx) error {
		ids := make([]string, 2)
		for n := range ids {
			if ids[n], err = tx.NewID(); err != nil {
				return err
			}
		}
		if i.number, err = registration.DrawNumber(chance); err != nil {
			return err
		}
		i.person.ID = person.ID(ids[0])
		r := &registration.Registration{ID: ids[1], Number: i.number, Person: i.person.ID, Realm: realm, Community: s.enti[asl].Community,
			State: from.state, Strong: from.strong, CreatedAt: tx.Now}
		if from.state == registration.Verified || from.strong {
			r.VerifiedAt, r.VerifiedBy = tx.Now, s.enti[asl].ID
		}
		tx.Record.Registration, tx.Record.PersonMAC = r.ID, tx.PersonMAC(i.person.TaxCode)
		return errors.Join(tx.AddPerson(&store.Person{Person: i.person, Realm: realm}), tx.AddRegistration(r))
	})
	return i, err
}

// addRest makes the registrations without an operation, each state once.
func (s *seeder) addRest() error {
	for _, from := range []start{{registration.Registered, false}, {registration.Registered, true}, {registration.Verified, false},
		{registration.Verified, true}, {registration.Rejected, false}} {
		i, err := s.importAs(from)
		if err != nil {
			return err
		}
		s.list(i, from, "")
	}
	for n, from := range []start{{registration.Active, true}, {registration.Active, false}} {
		c := s.citizens[n]
		s.list(issued{person: person.Person{TaxCode: person.TaxCode(c.TaxCode), Surname: c.Surname, Name: c.Name}, number: registration.Number(c.Number)}, from, "")
	}
	return nil
}
