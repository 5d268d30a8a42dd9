package registry

import (
	"context"
	"errors"
	"time"

	"sportello/person"
)

// An Outcome is how asking one registry ended, as it is stored and shown.
type Outcome string

// Every consultation ends in one of these.
const (
	Found          Outcome = "trovato"
	OtherResidence Outcome = "residente altrove"
	NotFound       Outcome = "non trovato"
	Deceased       Outcome = "deceduto"
	Slow           Outcome = "lento"
	Down           Outcome = "non disponibile"
	Nonsense       Outcome = "risposta errata"
)

// A Consultation is one registry asked at one moment, kept with the registration that it helped to fill.
type Consultation struct {
	Source  Source
	At      time.Time
	Outcome Outcome

	// Where the person lives, for OtherResidence only.
	Province string
	Comune   string
}

// A Finding is all that the registries had to say. The zero Finding is a blank form with nothing to tell.
type Finding struct {
	Record    *Record // prefills the form; nil for a blank one
	Deceased  bool    // the desk stops: one registry knows the person as dead
	Consulted []Consultation
}

// A FieldSource is where a prefilled value comes from and when it was read (mission Y06).
type FieldSource struct {
	Source Source
	ReadAt time.Time
}

// Sources tells for each prefilled field who filled it.
func (f Finding) Sources() map[Field]FieldSource {
	sources := map[Field]FieldSource{}
	if f.Record == nil {
		return sources
	}
	for field := range f.Record.Values() {
		sources[field] = FieldSource{f.Record.Source, f.Record.ReadAt}
	}
	return sources
}

// Differences are the prefilled fields whose value is another now: what the operator changed, and what
// the page marks for a second look (mission Y06). A field absent from now counts as emptied.
func (f Finding) Differences(now map[Field]string) []Field {
	var changed []Field
	if f.Record == nil {
		return nil
	}
	values := f.Record.Values()
	for _, field := range formOrder {
		if said, ok := values[field]; ok && said != now[field] {
			changed = append(changed, field)
		}
	}
	return changed
}

var formOrder = []Field{
	Name, Surname, BirthDate, Sex, Address, Number, PostalCode, City, Nation, DocumentNumber, DocumentIssued,
}

// Notices are the consultations that the operator must know of: the registry could not be heard, or says
// that the person lives elsewhere.
func (f Finding) Notices() []Consultation {
	var notices []Consultation
	for _, c := range f.Consulted {
		if c.Outcome != Found && c.Outcome != NotFound && c.Outcome != Deceased {
			notices = append(notices, c)
		}
	}
	return notices
}

// A Cascade asks CIA, then AURA. A registry that the community does not have is nil.
type Cascade struct {
	CIA  Registry
	AURA Registry
	Now  func() time.Time

	// Failed, if set, hears every error but ErrNotFound, for logs and meters: no error holds personal data.
	Failed func(Source, error)
}

// Lookup asks CIA for a person resident where the query says and, if there is none, AURA for the tax code
// alone (001 §5.1.2). It never fails, and takes no longer than the registries' deadlines together.
//
// CIA's record of somebody who lives elsewhere is no match and fills nothing; AURA's fills all but the
// address. AURA is not asked when CIA has answered: who need not be asked is not told.
func (c Cascade) Lookup(ctx context.Context, q Query) Finding {
	var f Finding
	for _, step := range []struct {
		source   Source
		registry Registry
		use      func(Record, Query) *Record
	}{
		{CIA, c.CIA, residentOnly},
		{AURA, c.AURA, withoutOtherAddress},
	} {
		if step.registry == nil || ctx.Err() != nil {
			continue
		}
		record, err := step.registry.Find(ctx, q)
		entry := consultation(record, err, q)
		entry.Source, entry.At = step.source, c.Now()
		f.Consulted = append(f.Consulted, entry)
		if entry.Outcome == Deceased {
			f.Deceased = true
			return f
		}
		if err != nil {
			c.report(step.source, err)
			continue
		}
		if f.Record = step.use(record, q); f.Record != nil {
			return f
		}
	}
	return f
}

func (c Cascade) report(s Source, err error) {
	if c.Failed != nil && !errors.Is(err, ErrNotFound) {
		c.Failed(s, err)
	}
}

func consultation(r Record, err error, q Query) Consultation {
	switch {
	case err != nil:
		return Consultation{Outcome: outcomeOf(err)}
	case r.Deceased:
		return Consultation{Outcome: Deceased}
	case livesElsewhere(r, q):
		return Consultation{Outcome: OtherResidence, Province: r.Residence.Province, Comune: r.Residence.Comune}
	}
	return Consultation{Outcome: Found}
}

func outcomeOf(err error) Outcome {
	switch {
	case errors.Is(err, ErrNotFound):
		return NotFound
	case errors.Is(err, ErrSlow):
		return Slow
	case errors.Is(err, ErrNonsense):
		return Nonsense
	}
	return Down
}

func livesElsewhere(r Record, q Query) bool {
	return r.Residence.Comune != "" && r.Residence.Comune != q.Comune
}

func residentOnly(r Record, q Query) *Record {
	if livesElsewhere(r, q) {
		return nil
	}
	return &r
}

func withoutOtherAddress(r Record, q Query) *Record {
	if livesElsewhere(r, q) {
		r.Residence = person.Residence{}
	}
	return &r
}
