package area

import (
	"context"
	"time"

	"sportello/audit"
	"sportello/store"
)

// A Sight is that an ente looked at the person's data, or changed them (Y11). The operator's name is the ente's business.
type Sight struct {
	At     time.Time
	Deed   audit.Deed
	Ente   string // its name
	Reason string // as the operator wrote it, "" if none was asked for
	Fields string // that were changed, by their names in the form; "" if none
	Times  int    // on that day, for that reason
}

// Seen is a page of who has seen or changed the data, the newest first: what stands before a record's number, or the last for 0. next is where the page
// after it begins, 0 if there is none. What other realms did is not told here: they see nothing of each other (mission S9). Error: ErrLoggedOut.
func (a *Area) Seen(ctx context.Context, token string, before int64) (list []Sight, next int64, err error) {
	err = a.read(ctx, token, func(tx *store.Tx, m member) error {
		macs, err := m.macs(tx)
		if err != nil {
			return err
		}
		records, err := tx.Trail(store.Trail{Registration: m.reg.ID, People: macs, Actor: audit.ByOperator, Outcome: audit.Done,
			Before: before, Limit: seenPage + 1})
		if err != nil {
			return err
		}
		if len(records) > seenPage {
			records = records[:seenPage]
			next = records[seenPage-1].Seq
		}
		list, err = a.sights(tx, m, records)
		return err
	})
	return list, next, err
}

// seenPage is how many records make a page.
const seenPage = 50

// sights puts together what was done on one day by one ente for one reason.
func (a *Area) sights(tx *store.Tx, m member, records []audit.Record) (list []Sight, err error) {
	enti := map[string]string{}
	for _, r := range records {
		name, known := enti[r.Ente]
		if !known {
			if e, err := tx.Ente(r.Ente); err == nil && e.Realm == m.reg.Realm {
				name = e.Name
			}
			enti[r.Ente] = name
		}
		if name == "" {
			continue
		}
		s := Sight{At: r.At, Deed: r.Deed, Ente: name, Reason: r.Reason, Fields: r.Detail["campi"], Times: 1}
		if n := len(list) - 1; n >= 0 && a.sameDay(list[n], s) {
			list[n].Times++
			continue
		}
		list = append(list, s)
	}
	return list, nil
}

func (a *Area) sameDay(x, y Sight) bool {
	day := func(t time.Time) string { return t.In(a.Zone).Format(time.DateOnly) }
	return x.Deed == y.Deed && x.Ente == y.Ente && x.Reason == y.Reason && x.Fields == y.Fields && day(x.At) == day(y.At)
}

// macs are how the audit names the person: by the tax code, and by those that were theirs before (mission S9).
func (m member) macs(tx *store.Tx) ([]string, error) {
	macs := []string{tx.PersonMAC(m.person.TaxCode)}
	former, err := tx.TaxCodesOf(m.person.ID)
	for _, c := range former {
		macs = append(macs, tx.PersonMAC(c.Code))
	}
	return macs, err
}
