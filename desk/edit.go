package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/mail"
	"sportello/person"
	"sportello/registration"
	"sportello/registry"
	"sportello/store"
)

// An Edit is a change under way of what is known of a citizen: what was shown, and what was typed. Its Deed is audit.EditPerson
// (001 §5.2.5), audit.MoveResidence, which changes the residence alone (001 §5.6), or audit.ChangeTaxCode (mission S9).
type Edit struct {
	ID        string `json:"-"`
	Deed      audit.Deed
	Number    registration.Number
	Back      string // what the operator was doing, for the page that comes after; "" if nothing
	Community community.ID
	Shown     person.Person
	Note      string // for the desk clerk, as shown
	Version   int    // of the person that was shown
	Typed     map[string][]string
	Entry     *Entry           // once the form was complete
	Finding   registry.Finding // of audit.ChangeTaxCode: what the registries say of Asked
	Asked     person.TaxCode   // the new code that they were asked about, "" while they were not
	Done      *Edited          `json:"-"` // once it was applied: then nothing typed is left
	kept      store.Draft
}

// Edited is how a change ended.
type Edited struct {
	Number   registration.Number
	Back     string
	Proposed bool // a tax code waits for a second responsabile: nothing has changed
	Astray   bool // the code in progress does not reach the new address: it has left for the former one, or there is no new one
}

// ErrChanged is a store.ErrStale that loading the page again does not mend: the form has to be opened again.
var ErrChanged = fmt.Errorf("the person was changed since the form was opened: %w", store.ErrStale)

// BeginEdit opens the form for a change: Deed, Number and Back of e must be set. Reading a person is recorded.
// Errors: office.ErrForbidden, store.ErrNotFound, office.ErrSelf, registration.ErrNotAllowed, office.ErrCompetence.
func (d *Desk) BeginEdit(ctx context.Context, who Who, e Edit) (id string, err error) {
	record := who.record(audit.OpenDetail)
	record.Detail = map[string]string{"per": string(e.Deed)}
	err = d.Store.Act(ctx, record, func(tx *store.Tx) error {
		s, err := d.serve(tx, who, e.Deed, e.Number)
		if err != nil {
			return err
		}
		e.Community, e.Shown, e.Note, e.Version = s.reg.Community, s.person.Person, s.reg.DeskNote, s.person.Version
		id, err = d.begin(tx, who, e)
		return err
	})
	return id, err
}

// OpenEdit reads a change under way. Only the operator who began it, for the same ente, finds it. Error: store.ErrNotFound.
func (d *Desk) OpenEdit(ctx context.Context, who Who, id string) (Edit, error) {
	return store.Look(ctx, d.Store, func(tx *store.Tx) (Edit, error) { return d.openEdit(tx, who, id) })
}

func (d *Desk) openEdit(tx *store.Tx, who Who, id string) (e Edit, err error) {
	kept, err := d.reopen(tx, who, id, &e)
	if err != nil {
		return Edit{}, err
	}
	e.ID, e.kept = id, *kept
	if kept.Answer == "" {
		if services[e.Deed].needs == "" { // a form of another kind
			return Edit{}, store.ErrNotFound
		}
		return e, nil
	}
	if json.Unmarshal([]byte(kept.Answer), &e.Done) != nil || e.Done == nil {
		return Edit{}, store.ErrNotFound
	}
	e.Number = e.Done.Number
	return e, nil
}

// KeepEdit keeps what was typed, right or wrong, so that nothing is lost. entry is nil while the form is not complete.
func (d *Desk) KeepEdit(ctx context.Context, e Edit, typed map[string][]string, entry *Entry) error {
	e.Typed, e.Entry = typed, entry
	return d.keep(ctx, &e.kept, e)
}

// ReviewEdit checks a change by the rules of a registration (001 §5.2.5, §5.6). What was accepted once and stays as it was, a tax code that does
// not match or the age of somebody emancipated, is not asked again.
func (d *Desk) ReviewEdit(who Who, e Edit, entry Entry, now time.Time) (Review, error) {
	c, err := d.communityOf(e.Community)
	if err != nil {
		return Review{}, err
	}
	var r Review
	if e.Deed == audit.ChangeTaxCode {
		r.codeChange(e, entry, c, d.today(now))
		r.codeKnown(e, entry)
		return r, nil
	}
	p := &entry.Person
	p.TaxCode = e.Shown.TaxCode
	r.problem(d.checkPlace(p.Residence.Province, p.Residence.Comune) != nil, ComuneField, "Il comune non appartiene alla provincia: scegliere di nuovo.")
	r.problem(who.MayPlace(p.Residence.Province, p.Residence.Comune) != nil, ComuneField, "Il comune non è tra quelli di competenza dell'ente: qui non si può impostare.")
	if e.Deed == audit.MoveResidence {
		r.residence(*p)
		return r, nil
	}
	r.data(who, entry, c, d.today(now))
	if p.Surname == e.Shown.Surname && p.Name == e.Shown.Name && p.Sex == e.Shown.Sex && p.BirthDate == e.Shown.BirthDate {
		r.Problems = slices.DeleteFunc(r.Problems, func(x Remark) bool { return x.Field == MismatchField || x.Field == EmancipationField })
	}
	if hours := c.Desk.ContactPauseHours; hours > 0 && e.Shown.Contacts.Email != "" && !strings.EqualFold(e.Shown.Contacts.Email, p.Contacts.Email) {
		r.Warnings = append(r.Warnings, Remark{EmailField, fmt.Sprintf(pauseAhead, hours)})
	}
	r.problem(!entry.Checks.Document, SeenDocument, "Confermare di aver visto il documento originale e valido.")
	return r, nil
}

// After is the person as an entry leaves them.
func (e Edit) After(entry Entry) person.Person {
	now := e.Shown
	now.Residence = entry.Person.Residence
	switch e.Deed {
	case audit.MoveResidence:
		return now
	case audit.ChangeTaxCode:
		return recoded(e.Shown, entry.Person)
	}
	now = entry.Person
	now.ID, now.TaxCode = e.Shown.ID, e.Shown.TaxCode
	now.Document.Number = person.NormalizeNumber(now.Document.Number)
	return now
}

// Edit applies a change: person, sources, mails and audit record, all or nothing. The same form sent again gets the first answer.
// Errors: those of BeginEdit, ErrIncomplete, ErrChanged.
func (d *Desk) Edit(ctx context.Context, who Who, id string) (Edited, error) {
	e, err := d.OpenEdit(ctx, who, id)
	switch {
	case err != nil:
		return Edited{}, err
	case e.Done != nil:
		return *e.Done, nil
	case e.Entry == nil:
		return Edited{}, ErrIncomplete
	}
	var done Edited
	err = d.Store.Act(ctx, who.record(e.Deed), func(tx *store.Tx) (err error) {
		done, err = d.edit(tx, who, id)
		return err
	})
	if errors.Is(err, store.ErrStale) || errors.Is(err, store.ErrConflict) { // perhaps the same form in the same moment
		if again, e := d.OpenEdit(ctx, who, id); e == nil && again.Done != nil {
			return *again.Done, nil
		}
	}
	if err == nil {
		d.MailQueued()
	}
	return done, err
}

func (d *Desk) edit(tx *store.Tx, who Who, id string) (done Edited, err error) {
	e, err := d.openEdit(tx, who, id)
	if err != nil {
		return done, err
	}
	if e.Done != nil {
		tx.Record.Detail = map[string]string{"modulo": "già inviato"}
		return *e.Done, nil
	}
	if err := tx.SaveDraft(&e.kept); err != nil { // the same form sent twice at once waits here
		return done, err
	}
	s, err := d.serve(tx, who, e.Deed, e.Number)
	if err != nil {
		return done, err
	}
	if err := d.mayEdit(who, e, s, tx.Now); err != nil {
		return done, err
	}
	done = Edited{Number: e.Number, Back: e.Back}
	if done.Proposed = e.Deed == audit.ChangeTaxCode && d.fourEyes(s.reg); done.Proposed {
		err = d.propose(tx, who, e, s)
	} else {
		done.Astray, err = d.apply(tx, who, e, s)
	}
	if err != nil {
		return done, err
	}
	answer, err := json.Marshal(done)
	if err != nil {
		return done, fmt.Errorf("write the answer: %w", err)
	}
	e.kept.Data, e.kept.Answer = []byte{}, string(answer)
	return done, tx.SaveDraft(&e.kept)
}

// mayEdit looks again at what may have changed since the form was shown.
func (d *Desk) mayEdit(who Who, e Edit, s served, now time.Time) error {
	if s.person.Version != e.Version || e.Deed == audit.EditPerson && s.reg.DeskNote != e.Note {
		return ErrChanged
	}
	review, err := d.ReviewEdit(who, e, *e.Entry, now)
	if err == nil && len(review.Problems) > 0 {
		return ErrIncomplete
	}
	return err
}

// apply keeps what is new, with the names of the changed fields in the record, and tells whether the code in progress has gone astray.
func (d *Desk) apply(tx *store.Tx, who Who, e Edit, s served) (astray bool, err error) {
	if e.Deed == audit.ChangeTaxCode {
		return false, d.changeCode(tx, who, e, s)
	}
	before, after := s.person.Person, e.After(*e.Entry)
	changed := changedFields(before, after)
	if e.Deed == audit.EditPerson && s.reg.DeskNote != e.Entry.Note {
		changed = append(changed, NoteField)
		s.reg.DeskNote = e.Entry.Note
		if err := tx.SaveRegistration(s.reg); err != nil {
			return false, err
		}
	}
	tx.Record.Detail = map[string]string{"campi": list(changed)}
	if e.Entry.Checks.Document {
		tx.Record.Detail["controlli"] = "documento"
	}
	tx.Record.Reason = strings.TrimSpace(e.Entry.Disagreement + " " + e.Entry.Emancipation)
	if after == before {
		return false, nil
	}
	s.person.Person = after
	if err := errors.Join(tx.SavePerson(s.person), editedSources(tx, before, after)); err != nil {
		return false, err
	}
	if e.Deed == audit.MoveResidence { // whoever moves a citizen into the own competence can act on them next: the citizen learns of it
		return false, d.announce(tx, s, mail.ResidenceMoved, before.Contacts.Email)
	}
	return d.redirectMail(tx, who, s, before.Contacts.Email)
}
