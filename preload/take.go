package preload

import (
	"context"
	"errors"
	"fmt"

	"sportello/audit"
	"sportello/credential"
	"sportello/office"
	"sportello/person"
	"sportello/store"
)

// take imports the people of a list who have not been yet, batch by batch, until the end or until somebody stops it.
func (p *Preload) take(ctx context.Context, x *store.Import, open source) error {
	size := &pace{size: batch, held: p.Store.BulkTime(), at: p.Store.Now}
	if x.PINs {
		size = &pace{size: batchPINs}
	}
	err := p.readBatches(ctx, x, open, x.Taken.Last, size, func(list []*candidate) error { return p.takeBatch(ctx, x, list) })
	if errors.Is(err, errDismissed) {
		return p.halt(ctx, x)
	}
	if err != nil {
		return err
	}
	return p.Store.Act(ctx, p.record(x, "fine"), func(tx *store.Tx) error {
		x.State, x.EndedAt = Finished, tx.Now
		tx.Record.Detail = tallied(tx.Record.Detail, store.Tally{}, x.Taken)
		return tx.SaveImport(x)
	})
}

func tallied(detail map[string]string, before, after store.Tally) map[string]string {
	detail["importate"] = fmt.Sprint(after.Accepted - before.Accepted)
	detail["già presenti"] = fmt.Sprint(after.Skipped - before.Skipped)
	detail["non importate"] = fmt.Sprint(after.Refused - before.Refused)
	return detail
}

// record begins the audit record of what is done for an import in the background.
func (p *Preload) record(x *store.Import, act string) audit.Record {
	kind := audit.ByOperator
	if x.Operator == "" {
		kind = audit.BySystem
	}
	r := audit.Origin{}.Begin(audit.Import, kind, x.Operator)
	r.Ente, r.Detail = x.Ente, map[string]string{"azione": act, "importazione": x.ID, "sha256": x.SHA256}
	return r
}

// takeBatch is one act, which is ended once it has begun. When another desk registers one of the people in the same moment, the act is done again and finds them there.
func (p *Preload) takeBatch(ctx context.Context, x *store.Import, list []*candidate) error {
	if err := p.hashPINs(ctx, x, list); err != nil {
		return err
	}
	for range 3 {
		next := *x
		err := p.Store.Act(context.WithoutCancel(ctx), p.record(x, "lotto"), func(tx *store.Tx) error { return p.takeIn(tx, &next, list) })
		if err == nil {
			*x = next
		}
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
	return store.ErrConflict
}

// errDismissed means that the operator of an import may not import any more.
var errDismissed = errors.New("the operator may not import any more")

// mayGoOn looks at the operator as of now: an import lasts hours.
func mayGoOn(tx *store.Tx, x *store.Import) error {
	if x.Operator == "" {
		return nil
	}
	o, err := tx.Operator(x.Operator)
	if err != nil {
		return err
	}
	for _, post := range o.Posts {
		if post.Ente == x.Ente && o.DisabledAt.IsZero() && (office.Acting{Operator: *o, Post: post}).Can(office.ImportPeople) {
			return nil
		}
	}
	return errDismissed
}

// halt stops an import whose operator may not go on: somebody else decides.
func (p *Preload) halt(ctx context.Context, x *store.Import) error {
	record := p.record(x, stop.act)
	record.ActorKind, record.Actor, record.Reason = audit.BySystem, "", errDismissed.Error()
	return p.Store.Act(context.WithoutCancel(ctx), record, func(tx *store.Tx) error {
		x.State = Stopped
		return tx.SaveImport(x)
	})
}

func (p *Preload) takeIn(tx *store.Tx, x *store.Import, list []*candidate) error {
	if err := mayGoOn(tx, x); err != nil {
		return err
	}
	in, err := tx.KnownPeople(x.Realm, comers(list))
	if err != nil {
		return err
	}
	before := x.Taken
	noted := counted(&x.Taken, list, in)
	tx.Record.Detail = tallied(tx.Record.Detail, before, x.Taken)
	tx.Record.Detail["lotto"] = fmt.Sprint(x.Taken.Batches)
	tx.Record.Detail["righe"] = fmt.Sprintf("%d-%d", list[0].line.number, x.Taken.Last)
	if err := errors.Join(tx.SaveImport(x), tx.AddImportLines(x.ID, noted)); err != nil {
		return err
	}
	arrivals, err := p.arrivals(tx, x, list, in)
	if err != nil {
		return err
	}
	return tx.AddPreloaded(arrivals)
}

// hashPINs hashes the PINs of those who are not there yet: it is slow, and comes before the act.
func (p *Preload) hashPINs(ctx context.Context, x *store.Import, list []*candidate) error {
	if !x.PINs {
		return nil
	}
	var in map[person.TaxCode]store.Known
	err := p.Store.Read(ctx, func(tx *store.Tx) (err error) {
		in, err = tx.KnownPeople(x.Realm, comers(list))
		return err
	})
	for _, c := range list {
		if _, there := in[c.person.TaxCode]; there || !c.comes() || c.pin == "" || c.pinHash != "" {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if c.pinHash, err = p.Hasher.Hash(credential.PurposePIN, c.pin); err != nil {
			return err
		}
	}
	return err
}
