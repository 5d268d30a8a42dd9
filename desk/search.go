package desk

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// Filters are those of Gestione utenti (001 §4.2), as typed; "" asks for nothing. Tax code and number may come from a reader, each in
// the other's field too.
type Filters struct {
	Community community.ID       `json:",omitempty"`
	TaxCode   string             `json:",omitempty"` // whole, or a part
	Surname   string             `json:",omitempty"` // whole, or a part
	Name      string             `json:",omitempty"`
	Province  string             `json:",omitempty"`
	Comune    string             `json:",omitempty"` // Belfiore code
	From, To  person.Date        `json:",omitempty"` // days of registration, both included
	State     registration.State `json:",omitempty"`
	Strong    Strength           `json:",omitempty"`
	Number    string             `json:",omitempty"` // whole
	Reason    string             `json:",omitempty"` // why a partial search is made, where the community asks (mission S32)
}

// Strength filters by "Reg. forte", Order is how the list is sorted, and a Hit is a line of it.
type (
	Strength = store.Strength
	Order    = store.Order
	Hit      = store.Hit
)

// The choices of the filter "Reg. forte" and of the order.
const (
	OnlyStrong  = store.OnlyStrong
	OnlyWeak    = store.OnlyWeak
	BySurname   = store.BySurname
	BySurnameUp = store.BySurnameUp
	NewestFirst = store.NewestFirst
	OldestFirst = store.OldestFirst
)

// What is wrong with filters.
var (
	ErrNoFilter   = errors.New("no filter is set")
	ErrFewLetters = errors.New("too few letters to search for")
	ErrPeriod     = errors.New("the period ends before it begins")
	ErrSearchGone = errors.New("the search is no longer kept")
)

// ResultRows are on a page of the list.
const ResultRows = 20

// used names the filters that are set, for the audit: never what they say.
func (f Filters) used() string {
	var names []string
	for _, x := range []struct {
		name string
		set  bool
	}{
		{"community", f.Community != ""}, {"codice fiscale", f.TaxCode != ""}, {"cognome", f.Surname != ""}, {"nome", f.Name != ""}, {"provincia", f.Province != ""},
		{"comune", f.Comune != ""}, {"data di registrazione", f.From != "" || f.To != ""}, {"stato", f.State != ""}, {"registrazione forte", f.Strong != ""},
		{"numero registrazione", f.Number != ""},
	} {
		if x.set {
			names = append(names, x.name)
		}
	}
	return strings.Join(names, ", ")
}

// scanned puts what a reader typed where it belongs, and a part of a tax code into its form.
func (f Filters) scanned() Filters {
	code, number := f.TaxCode, f.Number
	for _, typed := range []string{code, number} {
		if n, err := registration.ScanNumber(typed); err == nil {
			f.Number = string(n)
			if typed == code {
				f.TaxCode = ""
			}
		}
		if c, err := person.ScanTaxCode(typed); err == nil {
			f.TaxCode = string(c)
			if typed == number {
				f.Number = ""
			}
		}
	}
	f.TaxCode = strings.ToUpper(strings.Join(strings.Fields(f.TaxCode), ""))
	return f
}

// whole tells whether the filters name one person: a whole tax code, or a registration number.
func (f Filters) whole() bool {
	_, err := person.ParseTaxCode(f.TaxCode)
	return err == nil || f.Number != ""
}

// check says what is wrong with filters that have been scanned. Errors: ErrNoFilter, ErrTaxCode, registration.ErrNumber, ErrPeriod, and where the
// community asks for more of a partial search ErrFewLetters, ErrReason.
func (f Filters) check(asks community.Desk) error {
	_, number := registration.ParseNumber(f.Number)
	switch {
	case f.used() == "":
		return ErrNoFilter
	case f.Number != "" && number != nil:
		return number
	case f.From != "" && f.To != "" && f.To < f.From:
		return ErrPeriod
	case f.whole():
		return nil
	}
	if err := checkPart(f.TaxCode); err != nil {
		return err
	}
	if len([]rune(f.Surname)) < asks.SearchMinLetters && len([]rune(f.Name)) < asks.SearchMinLetters && len(f.TaxCode) < asks.SearchMinLetters {
		return ErrFewLetters
	}
	if asks.SearchReason && f.Reason == "" {
		return ErrReason
	}
	return nil
}

// checkPart refuses what stands in no tax code; sixteen characters are meant as a whole one.
func checkPart(code string) error {
	if len(code) >= 16 {
		_, err := person.ParseTaxCode(code)
		return errors.Join(ErrTaxCode, err)
	}
	if strings.ContainsFunc(code, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') }) {
		return ErrTaxCode
	}
	return nil
}

// SearchRules are what the operator's community asks of a search.
func (d *Desk) SearchRules(who Who) community.Desk {
	c, _ := d.Communities.ByID(who.Ente.Community)
	return c.Desk
}

// Search keeps filters sealed and gives the id of the search: criteria never stand in an address (mission S32). It is recorded, with the names of the
// filters alone. Errors: those of the filters, office.ErrForbidden.
func (d *Desk) Search(ctx context.Context, who Who, f Filters) (id string, err error) {
	f = f.scanned()
	record := who.record(audit.Search)
	record.Detail, record.Reason = map[string]string{"filtri": f.used()}, f.Reason
	refusal := f.check(d.SearchRules(who))
	err = d.Store.Act(ctx, record, func(tx *store.Tx) error {
		if err := errors.Join(who.May(office.FindPeople, tx.Now), refusal); err != nil {
			return err
		}
		if code, err := person.ParseTaxCode(f.TaxCode); err == nil {
			tx.Record.PersonMAC = tx.PersonMAC(code)
		}
		if r, err := registrationCalled(tx, who, f.Number); err == nil {
			f.Number = string(r.Number) // it may have been given to an application from home
		} else if !errors.Is(err, store.ErrNotFound) {
			return err
		}
		id, err = d.begin(tx, who, f)
		return err
	})
	return id, err
}

// registrationCalled reads the registration of the operator's realm that a number names, its own or that of an application from home (001 §3.1).
// Error: store.ErrNotFound.
func registrationCalled(tx *store.Tx, who Who, number string) (*registration.Registration, error) {
	n, err := registration.ParseNumber(number)
	if err != nil {
		return nil, store.ErrNotFound
	}
	r, err := tx.RegistrationCalled(n)
	if err == nil && r.Realm != who.Ente.Realm {
		return nil, store.ErrNotFound
	}
	return r, err
}

// A Leaf asks for one page of what a search finds: by the token that another page gave, or the first in an order.
type Leaf struct {
	Search, Token string
	Order         Order
}

// Results are one page of a search. The tokens lead to the other pages, "" where there is none; they are sealed, for a place in the list is personal data.
type Results struct {
	Filters              Filters
	Order                Order
	Hits                 []Hit
	First                int // place of the first line, from 1; 0 when it is not known
	Count                int
	Over, Cut            bool // there are more than Count; time ran out
	Previous, Next, Last string
}

// A place is what a token seals: where in the list a page lies.
type place struct {
	Slice store.Slice
	First int
}

func sealPlace(search string) string { return "pagina/" + search }

// Results reads one page. Who reads it is recorded: it shows people's data. Errors: ErrSearchGone, office.ErrForbidden.
func (d *Desk) Results(ctx context.Context, who Who, l Leaf) (r Results, err error) {
	r, refusal := d.results(ctx, who, l)
	record := who.record(audit.Search)
	record.Detail = map[string]string{"filtri": r.Filters.used(), "righe": strconv.Itoa(len(r.Hits)), "trovate": counted(r.Count, r.Over)}
	err = d.Store.Act(ctx, record, func(tx *store.Tx) error {
		if refusal != nil {
			return refusal
		}
		if r.Filters.whole() && len(r.Hits) > 0 {
			tx.Record.PersonMAC = tx.PersonMAC(r.Hits[0].Person.TaxCode)
		}
		return nil
	})
	if err != nil {
		return Results{}, err
	}
	return r, nil
}

func counted(n int, over bool) string {
	if over {
		return "oltre " + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

func (d *Desk) results(ctx context.Context, who Who, l Leaf) (r Results, err error) {
	if err := who.May(office.FindPeople, d.Store.Now()); err != nil {
		return r, err
	}
	if r.Filters, err = d.filters(ctx, who, l.Search); err != nil {
		return r, err
	}
	at, err := d.placeOf(l)
	if err != nil {
		return r, err
	}
	found, err := d.Store.Search(ctx, d.criteria(who, r.Filters), at.Slice)
	if err != nil {
		return r, err
	}
	r.Order, r.Hits, r.Count, r.Over, r.Cut = at.Slice.Order, found.Hits, found.Count, found.Over, found.Cut
	r.First = firstRow(at, found)
	return r, d.turn(&r, l.Search, found)
}

// filters opens what a search is about.
func (d *Desk) filters(ctx context.Context, who Who, search string) (f Filters, err error) {
	err = d.read(ctx, func(tx *store.Tx) error {
		_, err := d.reopen(tx, who, search, &f)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return f, ErrSearchGone
	}
	return f, err
}

// criteria are filters as the store takes them: who is named in full is found anywhere in the realm, everybody else where the ente is competent (G10).
func (d *Desk) criteria(who Who, f Filters) store.Criteria {
	c := store.Criteria{Realm: who.Ente.Realm, Community: f.Community, TaxCode: f.TaxCode, Surname: f.Surname, Name: f.Name, Province: f.Province, Comune: f.Comune,
		From: d.midnight(f.From, 0), To: d.midnight(f.To, 1), State: f.State, Strong: f.Strong, Number: registration.Number(f.Number)}
	if !f.whole() {
		c.Within = &who.Ente.Competence
	}
	return c
}

// midnight is when a day begins where the desk is, so many days later; the zero time for no day.
func (d *Desk) midnight(day person.Date, later int) time.Time {
	if day == "" {
		return time.Time{}
	}
	t := day.Time()
	return time.Date(t.Year(), t.Month(), t.Day()+later, 0, 0, 0, 0, d.Zone)
}

func (d *Desk) placeOf(l Leaf) (p place, err error) {
	if l.Token == "" {
		return place{store.Slice{Order: l.Order, Size: ResultRows}, 1}, nil
	}
	blob, err := base64.RawURLEncoding.DecodeString(l.Token)
	if err != nil {
		return p, ErrSearchGone
	}
	plain, err := d.Sealer.Open(sealPlace(l.Search), blob)
	if err != nil {
		return p, ErrSearchGone // made by hand, or for another search
	}
	return p, json.Unmarshal(plain, &p)
}

// firstRow is the place of the first line of a page; on the last page it follows from how many there are, if that is known.
func firstRow(at place, f store.Found) int {
	switch {
	case len(f.Hits) == 0:
		return 0
	case !f.HasPrevious:
		return 1
	case !f.HasNext && !f.Over:
		return f.Count - len(f.Hits) + 1
	}
	return at.First
}

// turn gives a page the ways to the others.
func (d *Desk) turn(r *Results, search string, f store.Found) error {
	after, before := 0, 0
	if r.First > 0 {
		after, before = r.First+len(f.Hits), r.First-ResultRows
	}
	var err error
	for _, x := range []struct {
		there bool
		to    *string
		place place
	}{
		{f.HasPrevious, &r.Previous, place{store.Slice{At: f.Previous, Back: true}, before}},
		{f.HasNext, &r.Next, place{store.Slice{At: f.Next}, after}},
		{f.HasNext, &r.Last, place{store.Slice{Last: true}, 0}},
	} {
		if !x.there {
			continue
		}
		x.place.Slice.Order, x.place.Slice.Size = r.Order, ResultRows
		token, bad := d.token(search, x.place)
		*x.to, err = token, errors.Join(err, bad)
	}
	return err
}

func (d *Desk) token(search string, p place) (string, error) {
	plain, err := json.Marshal(p)
	if err != nil {
		return "", err
	}
	blob, err := d.Sealer.Seal(sealPlace(search), plain)
	return base64.RawURLEncoding.EncodeToString(blob), err
}
