package desk

import (
	"slices"
	"strings"
	"testing"
	"time"

	"sportello/audit"
	"sportello/credential"
	"sportello/mail"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/registry/simulator"
	"sportello/store"
	"sportello/testdb"
)

// concluded registers somebody and ends the desk.
func (h *house) concluded(x simulator.Person, change ...func(*Entry)) registration.Number {
	h.t.Helper()
	n := h.register(h.anna(), x, change...)
	for _, print := range []func() error{
		func() error {
			_, err := h.Print(h.t.Context(), h.anna(), Printing{Number: n, Paper: registration.PINLetter})
			return err
		},
		func() error {
			_, err := h.Print(h.t.Context(), h.anna(), Printing{Number: n, Paper: registration.SummarySheet})
			return err
		},
		func() error { return h.Conclude(h.t.Context(), h.anna(), n) },
	} {
		h.must(print())
	}
	return n
}

// edited opens the form, types into it and applies it.
func (h *house) edited(who Who, deed audit.Deed, n registration.Number, typed func(*Entry)) (Edited, error) {
	h.t.Helper()
	id, err := h.BeginEdit(h.t.Context(), who, Edit{Deed: deed, Number: n})
	if err != nil {
		return Edited{}, err
	}
	h.fill(who, id, typed)
	return h.Edit(h.t.Context(), who, id)
}

func (h *house) fill(who Who, id string, typed func(*Entry)) {
	h.t.Helper()
	e, err := h.OpenEdit(h.t.Context(), who, id)
	h.must(err)
	entry := Entry{Community: e.Community, Person: e.Shown, Note: e.Note, Checks: registration.Checks{Document: true}}
	typed(&entry)
	h.must(h.KeepEdit(h.t.Context(), e, map[string][]string{}, &entry))
}

func (h *house) personOf(n registration.Number) (p person.Person) {
	h.t.Helper()
	h.see(func(tx *store.Tx) error {
		r, err := tx.RegistrationByNumber(n)
		h.must(err)
		x, err := tx.Person(r.Person)
		p = x.Person
		return err
	})
	return p
}

// last is the newest record of a deed.
func (h *house) last(deed audit.Deed) (last audit.Record) {
	h.t.Helper()
	h.must(h.Store.Audit(h.t.Context(), audit.Filter{Deed: deed}, func(r audit.Record) error {
		last = r
		return nil
	}))
	return last
}

// count is how many acts of a kind there are.
func (h *house) count(deed audit.Deed) (n int) {
	h.t.Helper()
	h.must(h.Store.Audit(h.t.Context(), audit.Filter{Deed: deed}, func(audit.Record) error {
		n++
		return nil
	}))
	return n
}

// 001 §5.2.5: the data are changed in one act, whose record names the fields and holds no value.
func TestEdit(t *testing.T) {
	each(t, func(h *house) {
		n := h.concluded(h.people.CIA[0])
		done, err := h.edited(h.bruno(), audit.EditPerson, n, func(e *Entry) {
			e.Person.Residence.Address = "Via Nuova"
			e.Person.Contacts.Mobile = "3331234567"
			e.Person.Document.Number = "ya 7654321"
			e.Note = "Parla francese"
		})
		h.must(err)
		if p := h.personOf(n); p.Residence.Address != "Via Nuova" || p.Document.Number != "YA7654321" || done.Number != n || done.Astray {
			t.Errorf("%+v, %+v", p, done)
		}
		r := h.last(audit.EditPerson)
		if got := r.Detail["campi"]; got != "indirizzo, cellulare, documento-numero, nota" || r.Outcome != audit.Done || r.PersonMAC == "" {
			t.Errorf("%+v", r)
		}
		sources, err := []store.FieldSource(nil), error(nil)
		h.see(func(tx *store.Tx) error { sources, err = tx.Provenance(h.personOf(n).ID); return err })
		if i := slices.IndexFunc(sources, func(s store.FieldSource) bool { return s.Field == "address" }); i < 0 || !sources[i].Edited {
			t.Errorf("sources %+v", sources)
		}
	})
}

// A form sent twice is one change; one that was opened before another change is refused.
func TestEditTwiceAndStale(t *testing.T) {
	each(t, func(h *house) {
		n := h.concluded(h.people.CIA[0])
		first, err := h.BeginEdit(t.Context(), h.anna(), Edit{Deed: audit.EditPerson, Number: n, Back: "prenota"})
		h.must(err)
		second, err := h.BeginEdit(t.Context(), h.bruno(), Edit{Deed: audit.EditPerson, Number: n})
		h.must(err)
		h.fill(h.anna(), first, func(e *Entry) { e.Person.Contacts.Phone = "0110000001" })
		h.fill(h.bruno(), second, func(e *Entry) { e.Person.Contacts.Phone = "0110000002" })
		for range 2 {
			done, err := h.Edit(t.Context(), h.anna(), first)
			h.must(err)
			if done != (Edited{Number: n, Back: "prenota"}) {
				t.Errorf("%+v", done)
			}
		}
		_, err = h.Edit(t.Context(), h.bruno(), second)
		h.wants(err, ErrChanged)
		h.wants(err, store.ErrStale)
		if got := h.personOf(n).Contacts.Phone; got != "0110000001" {
			t.Errorf("phone %s", got)
		}
		_, err = h.OpenEdit(t.Context(), h.bruno(), first)
		h.wants(err, store.ErrNotFound)
	})
}

// 001 §5.2.5: what stops a change, field by field.
func TestReviewEdit(t *testing.T) {
	h := newHouse(t, testdb.SQLite(t))
	n := h.concluded(h.people.CIA[0])
	id, err := h.BeginEdit(t.Context(), h.anna(), Edit{Deed: audit.EditPerson, Number: n})
	h.must(err)
	e, err := h.OpenEdit(t.Context(), h.anna(), id)
	h.must(err)
	for _, tt := range []struct {
		field Field
		typed func(*Entry)
	}{
		{EmailField, func(e *Entry) { e.Person.Contacts.Email = "giulia@postacertificata.gov.it" }},
		{EmailField, func(e *Entry) { e.Person.Contacts.Email = "" }},
		{EmailField, func(e *Entry) { e.Person.Contacts.NoEmail = true }},
		{EmailField, func(e *Entry) { e.Person.Contacts.Email = "ANNA@sportello.example" }},
		{DocIssuerField, func(e *Entry) { e.Person.Document.Issuer = " " }},
		{DocExpiresField, func(e *Entry) { e.Person.Document.ExpiresOn = "2026-11-22" }},
		{DocKindField, func(e *Entry) { e.Person.Document.Kind = "tesserino" }},
		{MismatchField, func(e *Entry) { e.Person.Surname = "Zzyzx" }},
		{EmancipationField, func(e *Entry) { e.Person.BirthDate = "2015-01-01" }},
		{BirthField, func(e *Entry) { e.Person.BirthDate = "2030-01-01" }},
		{PostalCodeField, func(e *Entry) { e.Person.Residence.PostalCode = "1012" }},
		{ComuneField, func(e *Entry) { e.Person.Residence.Province, e.Person.Residence.Comune = "RM", "H501" }},
		{ComuneField, func(e *Entry) { e.Person.Residence.Comune = "H501" }},
		{CityField, func(e *Entry) {
			e.Person.Residence.Province, e.Person.Residence.Comune = person.AbroadProvince, person.AbroadComune
		}},
		{SeenDocument, func(e *Entry) { e.Checks.Document = false }},
	} {
		entry := Entry{Community: e.Community, Person: e.Shown, Checks: registration.Checks{Document: true}}
		tt.typed(&entry)
		review, err := h.ReviewEdit(h.anna(), e, entry, h.now)
		h.must(err)
		if !slices.ContainsFunc(review.Problems, func(r Remark) bool { return r.Field == tt.field }) {
			t.Errorf("%s: %v", tt.field, review.Problems)
		}
		h.fill(h.anna(), id, tt.typed)
		_, err = h.Edit(t.Context(), h.anna(), id)
		h.wants(err, ErrIncomplete)
		e, err = h.OpenEdit(t.Context(), h.anna(), id)
		h.must(err)
	}
}

// A name that does not match the tax code needs a reason when it is entered, and none when something else changes later.
func TestEditOfADisagreeingName(t *testing.T) {
	each(t, func(h *house) {
		n := h.concluded(h.people.CIA[0])
		_, err := h.edited(h.anna(), audit.EditPerson, n, func(e *Entry) { e.Person.Surname, e.Disagreement = "Zzyzx", "Sentenza di rettifica" })
		h.must(err)
		if r := h.last(audit.EditPerson); r.Reason != "Sentenza di rettifica" {
			t.Errorf("reason %q", r.Reason)
		}
		_, err = h.edited(h.anna(), audit.EditPerson, n, func(e *Entry) { e.Person.Contacts.Phone = "0112345678" })
		h.must(err)
	})
}

// A changed e-mail is told to both addresses; the code follows while it has not left.
func TestEditOfTheEmail(t *testing.T) {
	each(t, func(h *house) {
		n := h.concluded(h.people.CIA[0])
		to := func(address string) func(*Entry) {
			return func(e *Entry) { e.Person.Contacts.Email, e.Person.Contacts.NoEmail = address, address == "" }
		}
		done, err := h.edited(h.anna(), audit.EditPerson, n, to("nuova@esempio.it"))
		h.must(err)
		if done.Astray {
			t.Error("a code that has not left is astray")
		}
		got := h.queued()
		want := []string{"codice di attivazione nuova@esempio.it", "indirizzo e-mail sostituito giulia@esempio.it", "nuovo indirizzo e-mail nuova@esempio.it"}
		if !slices.Equal(got, want) {
			t.Errorf("queued %q, want %q", got, want)
		}
		if d := h.last(audit.EditPerson).Detail["campi"]; d != "email" {
			t.Errorf("detail %q", d)
		}
		h.send()
		done, err = h.edited(h.anna(), audit.EditPerson, n, to("altra@esempio.it"))
		h.must(err)
		if !done.Astray {
			t.Error("a code that has left is not astray")
		}
		_, err = h.edited(h.anna(), audit.EditPerson, n, to("ALTRA@esempio.it"))
		h.must(err)
		h.send()
		if got := h.queued(); len(got) != 0 {
			t.Errorf("queued %q", got)
		}
	})
}

// Without an address the code that has not left is dropped.
func TestEditRemovesTheEmail(t *testing.T) {
	each(t, func(h *house) {
		n := h.concluded(h.people.CIA[0])
		done, err := h.edited(h.anna(), audit.EditPerson, n, func(e *Entry) { e.Person.Contacts.Email, e.Person.Contacts.NoEmail = "", true })
		h.must(err)
		if got := h.queued(); !done.Astray || !slices.Equal(got, []string{"indirizzo e-mail sostituito giulia@esempio.it"}) {
			t.Errorf("astray %v, queued %q", done.Astray, got)
		}
	})
}

// queued are the mails that wait, as kind and address.
func (h *house) queued() (mails []string) {
	h.t.Helper()
	h.now = h.now.Add(time.Second)
	rows, err := h.Store.ClaimMail(h.t.Context(), 0, 100)
	h.must(err)
	for _, m := range rows {
		mails = append(mails, m.Kind+" "+m.To)
	}
	slices.Sort(mails)
	return mails
}

// send delivers all that waits.
func (h *house) send() {
	h.t.Helper()
	rows, err := h.Store.ClaimMail(h.t.Context(), 0, 100)
	h.must(err)
	for _, m := range rows {
		h.must(h.Store.MailSent(h.t.Context(), m.ID))
	}
}

// Who may not change whom: role, realm, own registration, state, competence; a citizen of elsewhere is moved in, never out (001 §5.6).
func TestWhoIsNotChanged(t *testing.T) {
	each(t, func(h *house) {
		n := h.concluded(h.people.CIA[0])
		elsewhere := h.anna()
		elsewhere.Ente.Competence = office.Competence{Comuni: []string{"H501"}}
		for _, tt := range []struct {
			name string
			who  Who
			deed audit.Deed
			want error
		}{
			{"helpdesk", h.at(anna, asl, office.Helpdesk), audit.EditPerson, office.ErrForbidden},
			{"auditor moves", h.at(anna, asl, office.Auditor), audit.MoveResidence, office.ErrForbidden},
			{"another realm", h.at(anna, office.Ente{ID: "tn", Realm: "trentino"}, office.Clerk), audit.EditPerson, store.ErrNotFound},
			{"another realm moves", h.at(anna, office.Ente{ID: "tn", Realm: "trentino"}, office.Clerk), audit.MoveResidence, store.ErrNotFound},
			{"own", h.at(office.Operator{ID: "x", TaxCode: h.people.CIA[0].TaxCode}, asl, office.Clerk), audit.EditPerson, office.ErrSelf},
			{"own residence", h.at(office.Operator{ID: "x", TaxCode: h.people.CIA[0].TaxCode}, asl, office.Clerk), audit.MoveResidence, office.ErrSelf},
			{"outside", elsewhere, audit.EditPerson, office.ErrCompetence},
			{"username of the inactive", h.anna(), audit.TellUsername, registration.ErrNotAllowed},
		} {
			_, err := h.BeginEdit(t.Context(), tt.who, Edit{Deed: tt.deed, Number: n})
			h.wants(err, tt.want)
			if t.Failed() {
				t.Fatal(tt.name)
			}
		}
		if r := h.last(audit.OpenDetail); r.Outcome != audit.Refused {
			t.Errorf("a refusal leaves %+v", r)
		}

		_, err := h.edited(elsewhere, audit.MoveResidence, n, func(e *Entry) { e.Person.Residence.Address = "Via Nuova" })
		h.wants(err, ErrIncomplete) // the comune stays that of elsewhere
		done, err := h.edited(elsewhere, audit.MoveResidence, n, func(e *Entry) {
			e.Person.Surname = "Altro"
			e.Person.Residence = person.Residence{Address: "Via Appia", Number: "1", Province: "RM", Comune: "H501", PostalCode: "00179"}
		})
		h.must(err)
		p := h.personOf(n)
		if p.Residence.Comune != "H501" || p.Surname != h.people.CIA[0].Surname || done.Number != n {
			t.Errorf("moved to %+v, surname %s", p.Residence, p.Surname)
		}
		if !slices.ContainsFunc(h.queued(), func(m string) bool { return strings.Contains(m, string(mail.ResidenceMoved)) }) {
			t.Error("the citizen is not told")
		}
		if d := h.last(audit.MoveResidence).Detail["campi"]; !strings.Contains(d, "residenza-comune") {
			t.Errorf("detail %q", d)
		}
		_, err = h.edited(h.anna(), audit.EditPerson, n, func(*Entry) {})
		h.wants(err, office.ErrCompetence)
		h.act(func(tx *store.Tx) error {
			r, err := tx.RegistrationByNumber(n)
			h.must(err)
			r.State = registration.Rejected
			return tx.SaveRegistration(r)
		})
		_, err = h.edited(h.anna(), audit.MoveResidence, n, func(*Entry) {})
		h.wants(err, registration.ErrNotAllowed)
	})
}

// 001 §5.7.1: the username is told to who was identified; the record does not hold it.
func TestTellUsername(t *testing.T) {
	each(t, func(h *house) {
		n := h.concluded(h.people.CIA[0])
		seen := registration.Checks{Document: true, HealthCard: true, InPerson: true}
		_, err := h.TellUsername(t.Context(), h.anna(), n, seen)
		h.wants(err, registration.ErrNotAllowed)
		h.act(func(tx *store.Tx) error {
			r, err := tx.RegistrationByNumber(n)
			h.must(err)
			r.State = registration.Active
			return tx.SaveRegistration(r)
		})
		_, err = h.TellUsername(t.Context(), h.anna(), n, seen)
		h.wants(err, ErrNoUsername)
		h.act(func(tx *store.Tx) error {
			r, err := tx.RegistrationByNumber(n)
			h.must(err)
			return tx.SetCredentials(r.Realm, &credential.Set{Registration: r.ID, Username: "giulia.tigli"})
		})
		_, err = h.TellUsername(t.Context(), h.anna(), n, registration.Checks{Document: true})
		h.wants(err, ErrIncomplete)
		_, err = h.TellUsername(t.Context(), h.at(anna, asl, office.Helpdesk), n, seen)
		h.wants(err, office.ErrForbidden)
		got, err := h.TellUsername(t.Context(), h.anna(), n, seen)
		h.must(err)
		r := h.last(audit.TellUsername)
		record, _ := r.Leaf()
		if got != "giulia.tigli" || r.Outcome != audit.Done || strings.Contains(string(record), got) {
			t.Errorf("%q, %s", got, record)
		}
	})
}
