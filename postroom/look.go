package postroom

import (
	"context"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/office"
	"sportello/person"
	"sportello/postal"
	"sportello/registration"
	"sportello/store"
)

// A Box is the post of one community, as the back office's page shows it.
type Box struct {
	Community community.Community
	Count     map[postal.State]int
	Unfit     []Sheet       // whose address has to be corrected, the oldest first
	Runs      []*postal.Run // the last ones, the newest first
	Tests     []*postal.Letter
	Late      []*postal.Letter // test letters that nobody has confirmed in time
	NoKey     bool
	NoFolder  bool
}

// A Sheet is a letter and whose it is; a test letter is nobody's.
type Sheet struct {
	postal.Letter
	Person       person.Person
	Registration registration.Registration
	Run          *postal.Run // nil if it is in none
}

// shown is how many letters, runs and tests a page lists.
const shown = 20

// Boxes reads the post of every community of the operator's realm. Error: office.ErrForbidden.
func (p *Postroom) Boxes(ctx context.Context, who Who) (boxes []Box, err error) {
	if !who.Can(office.RunPost) {
		return nil, office.ErrForbidden
	}
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		for _, c := range p.communities(who) {
			b, err := p.box(tx, c)
			if err != nil {
				return err
			}
			boxes = append(boxes, b)
		}
		return nil
	})
	return boxes, err
}

func (p *Postroom) box(tx *store.Tx, c community.Community) (b Box, err error) {
	b = Box{Community: c, NoKey: c.Post.Key == "", NoFolder: p.Folder.Dir == ""}
	if b.Count, err = tx.CountLetters(c.ID); err != nil {
		return b, err
	}
	if b.Runs, err = tx.Runs(c.ID, shown); err != nil {
		return b, err
	}
	if len(c.Post.TestAddress) > 0 {
		if b.Tests, err = tx.TestLetters(c.ID, watched); err != nil {
			return b, err
		}
		b.Late = Overdue(b.Tests, c.Post, tx.Now)
		b.Tests = b.Tests[:min(len(b.Tests), 7)]
	}
	unfit, err := tx.LettersIn(c.ID, postal.Unfit, shown)
	if err != nil {
		return b, err
	}
	b.Unfit, err = p.sheets(tx, unfit)
	return b, err
}

func (p *Postroom) sheets(tx *store.Tx, list []*postal.Letter) (sheets []Sheet, err error) {
	for _, l := range list {
		s, err := p.sheet(tx, l)
		if err != nil {
			return nil, err
		}
		sheets = append(sheets, s)
	}
	return sheets, nil
}

func (p *Postroom) sheet(tx *store.Tx, l *postal.Letter) (Sheet, error) {
	s := Sheet{Letter: *l}
	if l.Run != "" {
		r, err := tx.Run(l.Run)
		if err != nil {
			return s, err
		}
		s.Run = r
	}
	if l.Registration == "" {
		return s, nil
	}
	reg, err := tx.Registration(l.Registration)
	if err != nil {
		return s, err
	}
	of, err := tx.Person(reg.Person)
	if err != nil {
		return s, err
	}
	s.Registration, s.Person = *reg, of.Person
	return s, nil
}

// Returned reads the letters of the realm that came back and wait for somebody, the oldest first. Error: office.ErrForbidden.
func (p *Postroom) Returned(ctx context.Context, who Who) (sheets []Sheet, err error) {
	if !who.Can(office.RunPost) {
		return nil, office.ErrForbidden
	}
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		for _, c := range p.communities(who) {
			list, err := tx.ReturnedLetters(c.ID, 5*shown)
			if err != nil {
				return err
			}
			more, err := p.sheets(tx, list)
			if err != nil {
				return err
			}
			sheets = append(sheets, more...)
		}
		return nil
	})
	return sheets, err
}

// Sheet reads one letter, and leaves a record that somebody has: it shows a person and an address. Errors: office.ErrForbidden, store.ErrNotFound.
func (p *Postroom) Sheet(ctx context.Context, who Who, id string) (s Sheet, err error) {
	if !who.Can(office.RunPost) {
		return s, office.ErrForbidden
	}
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		l, err := p.letterOf(tx, who, id)
		if err != nil {
			return err
		}
		s, err = p.sheet(tx, l)
		return err
	})
	if err != nil || s.Letter.Registration == "" {
		return s, err
	}
	record := who.record(audit.OpenDetail)
	record.Registration, record.PersonMAC, record.Detail["lettera"] = s.Letter.Registration, p.Store.PersonMAC(s.Person.TaxCode), string(s.Number)
	return s, p.Store.Act(ctx, record, func(*store.Tx) error { return nil })
}

// Find gives the id of a letter by its number, as typed or read by a scanner. Errors: office.ErrForbidden, postal.ErrNumber, store.ErrNotFound.
func (p *Postroom) Find(ctx context.Context, who Who, typed string) (id string, err error) {
	if !who.Can(office.RunPost) {
		return "", office.ErrForbidden
	}
	n, err := postal.ParseNumber(typed)
	if err != nil {
		return "", err
	}
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		l, err := tx.LetterByNumber(n)
		if err != nil {
			return err
		}
		id = l.ID
		return p.sees(who, l.Community)
	})
	return id, err
}

// A RunView is a run as its page shows it.
type RunView struct {
	postal.Run
	Community community.Community
	By        string // who began it, "" for the command
	SentBy    string
}

// Run reads one run. Errors: office.ErrForbidden, store.ErrNotFound.
func (p *Postroom) Run(ctx context.Context, who Who, id string) (v RunView, err error) {
	if !who.Can(office.RunPost) {
		return v, office.ErrForbidden
	}
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		r, err := tx.Run(id)
		if err != nil {
			return err
		}
		if err := p.sees(who, r.Community); err != nil {
			return err
		}
		v.Run = *r
		if v.Community, err = p.community(r.Community); err != nil {
			return err
		}
		v.By, v.SentBy = nameOf(tx, r.CreatedBy), nameOf(tx, r.SentBy)
		return nil
	})
	return v, err
}

func nameOf(tx *store.Tx, operator string) string {
	o, err := tx.Operator(operator)
	if err != nil {
		return ""
	}
	return o.FullName()
}

// Overdue counts the test letters of all communities that are late, for the measures.
func (p *Postroom) Overdue(ctx context.Context) (late, waiting int, oldest time.Time, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		for _, id := range p.Communities.IDs() {
			c, _ := p.Communities.ByID(id)
			list, err := p.overdue(tx, c)
			if err != nil {
				return err
			}
			late += len(list)
			n, err := tx.CountLetters(id)
			if err != nil {
				return err
			}
			waiting += n[postal.Waiting]
			first, err := tx.LettersIn(id, postal.Waiting, 1)
			if err != nil {
				return err
			}
			if len(first) > 0 && (oldest.IsZero() || first[0].CreatedAt.Before(oldest)) {
				oldest = first[0].CreatedAt
			}
		}
		return nil
	})
	return late, waiting, oldest, err
}
