package desk

import (
	"context"
	"errors"
	"time"

	"sportello/audit"
	"sportello/store"
)

// ErrLapsed refuses a proposal whose time is over.
var ErrLapsed = errors.New("the proposal has lapsed")

// A proposal waits for ProposalDays days; that it has lapsed is told in the list for lapsedDays more.
const (
	ProposalDays = 30
	lapsedDays   = 30
)

// proposedBefore is when a proposal was made whose time is over at now: document and proof were seen too long ago.
func proposedBefore(now time.Time) time.Time { return now.AddDate(0, 0, -ProposalDays) }

// lapsed tells whether the time of a proposal is over, also before the house-keeping has seen it.
func lapsed(p *store.CodeProposal, now time.Time) bool {
	return !p.LapsedAt.IsZero() || !p.At.After(proposedBefore(now))
}

// lapseProposals ends the proposals that nobody has confirmed in time, each by an act of the system, and forgets those that lapsed long ago.
func (d *Desk) lapseProposals(ctx context.Context) error {
	var due []*store.CodeProposal
	err := d.read(ctx, func(tx *store.Tx) (err error) {
		due, err = tx.CodeProposalsBefore(proposedBefore(tx.Now))
		return err
	})
	for _, p := range due {
		record := audit.Origin{}.Begin(audit.ProposeTaxCode, audit.BySystem, "")
		record.Registration, record.Ente, record.Detail = p.Registration, p.Ente, map[string]string{"esito": "scaduto", "proposto da": p.Operator}
		failed := d.Store.Act(ctx, record, func(tx *store.Tx) error {
			if err := tx.LapseCodeProposal(p); !errors.Is(err, store.ErrStale) {
				return err
			}
			return errSwept // confirmed, given up or proposed anew meanwhile
		})
		if !errors.Is(failed, errSwept) {
			err = errors.Join(err, failed)
		}
	}
	return errors.Join(err, d.Store.DropLapsedProposals(ctx, d.Store.Now().AddDate(0, 0, -lapsedDays)))
}
