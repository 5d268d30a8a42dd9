package preload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"sportello/office"
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
	mostBatch  = 4000
)

// mostNoted is how many lines with remarks are kept of an import.
const mostNoted = 100_000

// A pace is the size of the batches, and how long one should take; nil at is always the same size.
type pace struct {
	size int
	held time.Duration
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
		suits := int(float64(s.size) * float64(s.held) / float64(took))
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
	partsAhead = 120
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
