package desk

import (
	"context"
	"time"

	"sportello/audit"
	"sportello/office"
	"sportello/postal"
	"sportello/store"
)

// Work is what an ente has left to do: what citizens have not completed, mails that did not arrive or wait for a mail server, handovers not printed.
type Work struct {
	Uncompleted, Undelivered, Delayed, Unprinted []store.Left
	Proposed                                     []store.Left  // tax codes that wait for a second responsabile
	Runs                                         []*postal.Run // of the realm, that nobody has confirmed
	Days                                         int           // after which an operation is thought forgotten
}

// A Left is a line of what is left to do.
type Left = store.Left

const (
	mailLate      = time.Hour // after which a mail that was tried in vain is told
	forgottenDays = 14        // days without the citizen's confirmation
	mailDays      = 60        // how far back mails are looked for
	// WorkLimit is how many lines each list shows at most.
	WorkLimit = 100
)

// ToDo reads what the operator's ente has left to do. Reading it is an act: it shows people. Error: office.ErrForbidden.
func (d *Desk) ToDo(ctx context.Context, who Who) (w Work, err error) {
	w.Days = forgottenDays
	err = d.Store.Act(ctx, who.record(audit.ReadWorkList), func(tx *store.Tx) (err error) {
		if err := who.May(office.FindPeople, tx.Now); err != nil {
			return err
		}
		if w.Uncompleted, err = tx.Uncompleted(who.Ente.ID, tx.Now.AddDate(0, 0, -forgottenDays), WorkLimit); err != nil {
			return err
		}
		if w.Undelivered, err = tx.Undelivered(who.Ente.ID, tx.Now.AddDate(0, 0, -mailDays), WorkLimit); err != nil {
			return err
		}
		if w.Delayed, err = tx.Delayed(who.Ente.ID, tx.Now.Add(-mailLate), WorkLimit); err != nil {
			return err
		}
		if w.Proposed, err = tx.CodeProposals(who.Ente.ID, WorkLimit); err != nil {
			return err
		}
		for _, c := range d.Communities.Realm(who.Ente.Realm) {
			late, err := tx.UnconfirmedRuns(c.ID, tx.Now.Add(-postal.Forgotten))
			if err != nil {
				return err
			}
			w.Runs = append(w.Runs, late...)
		}
		w.Unprinted, err = tx.Unprinted(who.Ente.ID, WorkLimit)
		return err
	})
	return w, err
}

// Waited is how many whole days something has waited.
func Waited(since, now time.Time) int { return int(now.Sub(since) / (24 * time.Hour)) }
