package preload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"sportello/audit"
	"sportello/credential"
	"sportello/office"
	"sportello/person"
	"sportello/store"
)

// A source opens a list from its beginning.
type source func() (io.ReadCloser, error)

// How many lines make a batch. One of people is an act, and the desks wait while it is under way: from the first size on, a batch is as large
// as the one before it was quick. PINs are hashed beforehand, one after the other, which leaves the other cores to those who log in.
const (
	trialBatch = 2000
	batch      = 250
	batchPINs  = 50
	leastBatch = 25
	mostBatch  = 2000
	heldFor    = 45 * time.Millisecond // what an act of people should take
)

// mostNoted is how many lines with remarks are kept of an import.
const mostNoted = 100_000

// A pace is the size of the batches; nil at is always the same size.
type pace struct {
	size int
	at   func() time.Time
}

// measured runs a batch and suits the size of the next one to what it took: at most twice or half of it.
func (s *pace) measured(run func() error) error {
	if s.at == nil {
		return run()
	}
	begin := s.at()
	err := run()
	if took := s.at().Sub(begin); took > 0 {
		suits := int(float64(s.size) * float64(heldFor) / float64(took))
		s.size = max(leastBatch, s.size/2, min(suits, 2*s.size, mostBatch))
	}
	return err
}

// A checked line, or why there is no other.
type checked struct {
	list []*candidate
	err  error
}

// partSize is how many lines pass from who checks them to who keeps them at a time, and partsAhead how many such parts may wait.
const (
	partSize   = 50
	partsAhead = 40
)

// readBatches checks the lines after one, and gives them to keep, so many at a time. The next lines are checked meanwhile.
func (p *Preload) readBatches(ctx context.Context, x *store.Import, open source, after int64, size *pace, keep func([]*candidate) error) error {
	r, err := lookForRepeats(open, x.Bytes)
	if err != nil {
		return err
	}
	who, err := p.importer(ctx, x)
	if err != nil {
		return err
	}
	in, err := open()
	if err != nil {
		return err
	}
	defer in.Close()
	l := newLines(in)
	if _, err := l.header(); err != nil {
		return err
	}
	reading, stop := context.WithCancel(ctx)
	parts := make(chan checked, partsAhead)
	go func() {
		defer close(parts)
		err := p.newChecker(x, who, r).checkAll(reading, l, after, parts)
		if err != nil {
			parts <- checked{err: err}
		}
	}()
	defer func() {
		stop()
		for range parts { // the reader ends before its file is closed
		}
	}()
	return inBatches(ctx, parts, size, keep)
}

// checkAll checks every line after one and hands them on in parts.
func (k *checker) checkAll(ctx context.Context, l *lines, after int64, parts chan<- checked) error {
	list := make([]*candidate, 0, partSize)
	for {
		next, err := l.next()
		if errors.Is(err, io.EOF) {
			parts <- checked{list: list}
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading the list: %w", err)
		}
		if next.number <= after {
			k.repeats.pass(next)
			continue
		}
		if list = append(list, k.check(next)); len(list) == partSize {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			parts <- checked{list: list}
			list = make([]*candidate, 0, partSize)
		}
	}
}

// inBatches gathers parts and has them kept until there are no more, or until ctx ends.
func inBatches(ctx context.Context, parts <-chan checked, size *pace, keep func([]*candidate) error) error {
	var list []*candidate
	flush := func(n int) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := size.measured(func() error { return keep(list[:n]) })
		list = append([]*candidate(nil), list[n:]...)
		return err
	}
	for part := range parts {
		if part.err != nil {
			return part.err
		}
		list = append(list, part.list...)
		for len(list) >= size.size {
			if err := flush(size.size); err != nil {
				return err
			}
		}
	}
	if len(list) == 0 {
		return ctx.Err()
	}
	return flush(len(list))
}

// importer is the operator and the ente of an import, by whose competence lines are judged.
func (p *Preload) importer(ctx context.Context, x *store.Import) (who office.Acting, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		e, err := tx.Ente(x.Ente)
		if err != nil {
			return err
		}
		who.Ente = *e
		if x.Operator == "" {
			return nil
		}
		o, err := tx.Operator(x.Operator)
		if err == nil {
			who.Operator = *o
		}
		return err
	})
	return who, err
}

// try goes through a list and imports nobody.
func (p *Preload) try(ctx context.Context, x *store.Import, open source) error {
	if err := p.Store.BeginTrial(ctx, x); err != nil {
		return err
	}
	err := p.readBatches(ctx, x, open, 0, &pace{size: trialBatch}, func(list []*candidate) error {
		var known map[person.TaxCode]store.Known
		err := p.Store.Read(ctx, func(tx *store.Tx) (err error) {
			known, err = tx.KnownPeople(x.Realm, comers(list))
			return err
		})
		if err != nil {
			return err
		}
		return p.Store.KeepTrial(ctx, x, counted(&x.Checked, list, known))
	})
	var fault FileFault
	switch {
	case errors.As(err, &fault):
		x.State, x.Fault = Faulty, fault.kept()
	case err != nil:
		return err
	case x.Checked.Lines == 0:
		x.State, x.Fault = Faulty, FileFault{Code: "vuoto"}.kept()
	default:
		x.State = Tried
	}
	return p.Store.KeepTrial(ctx, x, nil)
}

// comers are the tax codes of the people whom the checks let in.
func comers(list []*candidate) (codes []person.TaxCode) {
	for _, c := range list {
		if c.comes() {
			codes = append(codes, c.person.TaxCode)
		}
	}
	return codes
}

// counted adds what becomes of some lines to a tally, and gives what to note of them.
func counted(t *store.Tally, list []*candidate, in map[person.TaxCode]store.Known) (noted []store.ImportLine) {
	for _, c := range list {
		remarks := c.remarks
		if k, there := in[c.person.TaxCode]; there && c.comes() {
			remarks = append(remarks[:len(remarks):len(remarks)], present(k))
		}
		outcome := outcomeOf(remarks)
		t.Lines, t.Last = t.Lines+1, c.line.number
		if c.line.latin {
			t.Latin++
		}
		switch outcome {
		case Accepted:
			t.Accepted++
			continue
		case Warned:
			t.Accepted++
			t.Warned++
		case Skipped:
			t.Skipped++
		case Refused:
			t.Refused++
		}
		if t.Warned+t.Skipped+t.Refused <= mostNoted {
			noted = append(noted, store.ImportLine{Line: c.line.number, Outcome: outcome, TaxCode: c.person.TaxCode.Masked(), Remarks: remarks})
		}
	}
	t.Batches++
	return noted
}

func present(k store.Known) store.ImportRemark {
	if k.State == "" {
		return store.ImportRemark{Code: knownRejected, Column: colTaxCode}
	}
	return store.ImportRemark{Code: known, Column: colTaxCode, Value: fmt.Sprintf("community %s, stato %s", k.Community, k.State)}
}

// take imports the people of a list who have not been yet, batch by batch, until the end or until somebody stops it.
func (p *Preload) take(ctx context.Context, x *store.Import, open source) error {
	size := &pace{size: batch, at: p.Store.Now}
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

const (
	pollEvery = 10 * time.Second
	keptFor   = 30 * 24 * time.Hour // an uploaded file that nobody confirms
)

// Run works on uploaded imports until ctx ends: those that a stop or a crash broke off go on.
func (p *Preload) Run(ctx context.Context) {
	if p.Dir == "" {
		return
	}
	for ctx.Err() == nil {
		worked, err := p.Step(ctx)
		if err != nil && ctx.Err() == nil {
			p.Log.Error("importazione", "errore", err)
		}
		if worked && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-p.kicks():
		case <-time.After(pollEvery):
		}
	}
}

// Step works on the oldest uploaded import that waits for it, and tells whether there was one.
func (p *Preload) Step(ctx context.Context) (worked bool, err error) {
	var list []*store.Import
	err = p.Store.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = tx.UploadedImports(Trying, Running)
		return err
	})
	for _, x := range list {
		if worked, err = p.work(ctx, x); worked || err != nil {
			return worked, err
		}
	}
	return false, errors.Join(err, p.tidy(ctx))
}

func (p *Preload) work(ctx context.Context, x *store.Import) (worked bool, err error) {
	open := func() (io.ReadCloser, error) { return p.unseal(x.ID) }
	if x.State == Trying {
		err = p.try(ctx, x, open)
	} else {
		err = p.take(ctx, x, open)
	}
	switch {
	case errors.Is(err, ErrGone): // the file is on another machine
		return false, nil
	case errors.Is(err, store.ErrStale): // somebody has stopped it
		return true, nil
	case err == nil && (x.State == Finished || x.State == Faulty):
		err = p.forget(x.ID)
	}
	return true, err
}

// tidy gives up what has waited for too long.
func (p *Preload) tidy(ctx context.Context) error {
	var list []*store.Import
	err := p.Store.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = tx.UploadedImports(Tried, Stopped)
		return err
	})
	for _, x := range list {
		if err == nil && p.Store.Now().Sub(x.CreatedAt) > keptFor {
			err = errors.Join(p.Store.Act(ctx, p.record(x, "scadenza"), func(tx *store.Tx) error {
				x.State, x.EndedAt = GivenUp, tx.Now
				tx.Record.ActorKind, tx.Record.Actor = audit.BySystem, ""
				return tx.SaveImport(x)
			}), p.forget(x.ID))
		}
	}
	return err
}
