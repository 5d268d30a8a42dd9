package main

import (
	"encoding/base32"

	"github.com/pquerna/otp/totp"

	"sportello/administration"
	"sportello/audit"
	"sportello/credential"
	"sportello/desk"
	"sportello/office"
	"sportello/person"
	"sportello/store"
	"sportello/web"
)

// demoPassword is every operator's; citizens have another.
const demoPassword = "pubblica-e-finta-1861"

// The enti of the demo: two hand over strong credentials, the comune weak ones only; the mandate of the CAF has ended. The last two are of
// other realms.
const (
	asl = iota
	asr
	comune
	caf
	prova
	trento
)

var demoEnti = []office.Ente{
	asl: {Name: "ASL Città Inventata", Community: "sistemapiemonte", Issues: office.IssuesStrong,
		Competence: office.Competence{Provinces: []string{"TO", "CN"}}, Address: "Via delle Prove 1, Torino"},
	asr: {Name: "ASR Colline Inventate", Community: "sistemapiemonte", Issues: office.IssuesStrong,
		Competence: office.Competence{Provinces: []string{"AT", "AL"}, Comuni: []string{"L219"}}, Address: "Corso degli Esempi 20, Asti"},
	comune: {Name: "Comune di Esempio", Community: "torinofacile", Issues: office.IssuesWeak,
		Competence: office.Competence{Provinces: []string{"TO"}}, Address: "Piazza del Modello 3, Torino"},
	caf: {Name: "CAF Moduli Riuniti", Community: "sistemapiemonte", Issues: office.IssuesWeak, Kind: office.ThirdParty,
		Mandate:    office.Mandate{Number: "17/2024", SignedOn: "2024-02-12", Authority: "Regione Esempio", From: "2024-03-01", To: "2024-12-31"},
		Competence: office.Competence{Comuni: []string{"A479", "L219"}}, Address: "Via dei Facsimili 8, Asti"},
	prova: {Name: "Comune di prova", Community: "ente", Issues: office.IssuesWeak,
		Competence: office.Competence{Provinces: []string{"MI"}}, Address: "Piazza della Prova 1, Milano"},
	trento: {Name: "Distretto sanitario dei Ciclamini", Community: "trentino", Issues: office.IssuesStrong,
		Competence: office.Competence{Provinces: []string{"TN"}}, Address: "Via delle Ipotesi 9, Trento"},
}

// workdays are the hours of most desks.
var workdays = week("8:30-12:30, 14-16", "8:30-12:30", "8:30-12:30, 14-16", "8:30-12:30", "8:30-12:30")

// week is the hours from Monday on, as they are typed.
func week(days ...string) (w office.Week) {
	for i, day := range days {
		w[i], _ = office.ParseDay(day) // a wrong one would show as closed
	}
	return w
}

// demoBranches are where the enti receive people.
var demoBranches = []struct {
	ente int
	office.Branch
}{
	{asl, office.Branch{Name: "Sportello di via delle Prove", Address: "Via delle Prove 1", Province: "TO", Comune: "L219", PostalCode: "10121", Phone: "011 0000001", Hours: workdays,
		Access: "Ingresso senza gradini da via dei Saggi; postazione con anello a induzione.", Active: true}},
	{asl, office.Branch{Name: "Casa della salute di Cuneo", Address: "Corso degli Abbozzi 14", Province: "CN", Comune: "D205", PostalCode: "12100", Phone: "0171 000002", Hours: week("", "9-13", "", "9-13, 14:30-17"),
		Note: "Solo su appuntamento, da prendere per telefono.", Active: true}},
	{asr, office.Branch{Name: "Distretto di Asti", Address: "Corso degli Esempi 20", Province: "AT", Comune: "A479", PostalCode: "14100", Phone: "0141 000003", Hours: workdays, Active: true}},
	{comune, office.Branch{Name: "Anagrafe centrale", Address: "Piazza del Modello 3", Province: "TO", Comune: "L219", PostalCode: "10122", Phone: "011 0000004", Hours: workdays,
		Access: "Ascensore; interprete LIS il mercoledì mattina.", Active: true}},
	{prova, office.Branch{Name: "Sportello polifunzionale", Address: "Piazza della Prova 1", Province: "MI", Comune: "F205", PostalCode: "20121", Phone: "02 0000003", Hours: workdays, Active: true}},
	{trento, office.Branch{Name: "Sportello di Trento", Address: "Via delle Ipotesi 9", Province: "TN", Comune: "L378", PostalCode: "38122", Phone: "0461 000005", Hours: workdays,
		Access: "Parcheggio riservato davanti all'ingresso.", Active: true}},
	{trento, office.Branch{Name: "Sportello di Rovereto", Address: "Corso delle Congetture 2", Province: "TN", Comune: "H612", PostalCode: "38068", Phone: "0464 000006", Hours: week("8-12", "", "8-12", "", "8-12"), Active: true}},
	{asr, office.Branch{Name: "Distretto di Alessandria", Address: "Via dei Tentativi 5", Province: "AL", Comune: "A182", PostalCode: "15121", Note: "In trasloco: riapre in primavera."}},
}

// addBranches keeps the desks of the enti.
func (s *seeder) addBranches() error {
	for _, row := range demoBranches {
		b := row.Branch
		b.Ente = s.enti[row.ente].ID
		if _, err := s.administration.OpenBranch(s.ctx, administration.Console(), b); err != nil {
			return err
		}
	}
	return nil
}

// A demoPost is a place of an operator of the demo.
type demoPost struct {
	ente int
	role office.Role
	fse  bool
}

// demoStaff are the operators; the last one books what the demo begins with, and nobody logs in as them.
var demoStaff = []struct {
	username, name, surname string
	enrolled                bool
	posts                   []demoPost
}{
	{"sportello", "Ortensia", "Inventati", true, []demoPost{{asl, office.Clerk, false}}},
	{"sportello.fse", "Tancredi", "Provetti", true, []demoPost{{asl, office.Clerk, true}}},
	{"sportello.asr", "Ersilia", "Fintoni", true, []demoPost{{asr, office.Clerk, true}}},
	{"comune", "Gualtiero", "Modellini", true, []demoPost{{comune, office.Clerk, false}}},
	{"due.enti", "Fiordaliso", "Doppietti", true, []demoPost{{asl, office.Clerk, false}, {asr, office.Clerk, true}}},
	{"nuovo", "Primo", "Novellini", false, []demoPost{{asl, office.Clerk, false}}},
	{"responsabile", "Zelinda", "Capisaldi", true, []demoPost{{asl, office.Supervisor, true}}},
	{"assistenza", "Amedea", "Aiutini", true, []demoPost{{asl, office.Helpdesk, false}}},
	{"revisore", "Ovidio", "Controllini", true, []demoPost{{asl, office.Auditor, false}}},
	{"amministratore", "Plinio", "Ordinati", true, []demoPost{{asl, office.Administrator, false}}},
	{"responsabile.asr", "Ilario", "Coordinati", true, []demoPost{{asr, office.Supervisor, false}}},
	{"amministratore.asr", "Berenice", "Assettati", true, []demoPost{{asr, office.Administrator, false}}},
	{"prova", "Casimiro", "Collaudi", true, []demoPost{{prova, office.Supervisor, false}}},
	{"amministratore.prova", "Ginevra", "Bozzetti", true, []demoPost{{prova, office.Administrator, false}}},
	{"trento", "Ladislao", "Congetturi", true, []demoPost{{trento, office.Clerk, false}}},
	{"caricamento", "Nessuno", "Fantasmi", false, []demoPost{{asl, office.Clerk, false}, {comune, office.Clerk, false}}},
}

// system begins the record of an act that nobody does at a page.
func system(d audit.Deed) audit.Record { return audit.Origin{}.Begin(d, audit.BySystem, "") }

// addEnti keeps the enti.
func (s *seeder) addEnti() error {
	for _, e := range demoEnti {
		id, err := s.store.NewID()
		if err != nil {
			return err
		}
		of, ok := s.desk.Communities.ByID(e.Community)
		if !ok {
			return desk.ErrNoCommunity
		}
		e.ID, e.Realm = id, of.Realm
		if err := s.store.Act(s.ctx, system(audit.EnteChange), func(tx *store.Tx) error { return tx.AddEnte(&e) }); err != nil {
			return err
		}
		s.enti = append(s.enti, e)
	}
	return s.addBranches()
}

// addStaff keeps the operators: one hash serves all, as they share the password.
func (s *seeder) addStaff() error {
	hash, err := s.hasher.Hash(credential.PurposePassword, demoPassword)
	if err != nil {
		return err
	}
	for i, row := range demoStaff {
		o := office.Operator{Username: row.username, Name: row.name, Surname: row.surname, Email: row.username + "@enti.example", Password: hash,
			TaxCode: person.ComputeTaxCode(row.surname, row.name, person.Date("1970-01-"+twoDigits(i+1)), person.Female, "L219")}
		if o.ID, err = s.store.NewID(); err != nil {
			return err
		}
		for _, p := range row.posts {
			o.Posts = append(o.Posts, office.Post{Ente: s.enti[p.ente].ID, Role: p.role, FSE: p.fse})
		}
		last := i == len(demoStaff)-1
		if last {
			o.DisabledAt = clock()
			s.loader = o
		}
		if err := s.store.Act(s.ctx, system(audit.OperatorChange), func(tx *store.Tx) error { return tx.AddOperator(&o) }); err != nil {
			return err
		}
		if last {
			return nil
		}
		if err := s.show(o, row.enrolled); err != nil {
			return err
		}
	}
	return nil
}

func twoDigits(n int) string { return string([]byte{'0' + byte(n/10), '0' + byte(n%10)}) }

// show puts an operator on the page of the demo, with the second factor set up unless that is what there is to try.
func (s *seeder) show(o office.Operator, enrolled bool) error {
	shown := web.DemoOperator{Username: o.Username, Password: demoPassword, Name: o.FullName(), Role: string(o.Posts[0].Role), FSE: o.Posts[0].FSE, Enrolled: enrolled}
	for _, p := range o.Posts {
		for _, e := range s.enti {
			if e.ID == p.Ente {
				shown.Enti = append(shown.Enti, e.Name)
			}
		}
	}
	if enrolled {
		secret := s.sealer.MAC("dimostrazione", []byte(o.Username))[:20]
		shown.TOTPSecret = base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
		err := s.store.Act(s.ctx, system(audit.OperatorEnrol), func(tx *store.Tx) error {
			return s.access.KeepSecondFactor(tx, o.ID, shown.TOTPSecret, 0)
		})
		if err != nil {
			return err
		}
	}
	s.staff = append(s.staff, shown)
	return nil
}

// operators are the staff with the codes of this moment; who enrols meanwhile is still shown as new.
func (d *demo) operators() []web.DemoOperator {
	now := clock()
	list := make([]web.DemoOperator, len(d.seeded.staff))
	for i, o := range d.seeded.staff {
		if o.Enrolled {
			o.Code, _ = totp.GenerateCode(o.TOTPSecret, now)
		}
		list[i] = o
	}
	return list
}
