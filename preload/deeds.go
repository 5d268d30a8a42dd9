package preload

import (
	"context"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"sportello/audit"
	"sportello/office"
	"sportello/store"
)

// Receive keeps an uploaded list, sealed, and has it tried. A file that the ente has given before is not kept twice: the id is the first one's.
// Errors: office.ErrForbidden, office.ErrStaleLogin, ErrNoDirectory, ErrTooLarge, ErrEmpty.
func (p *Preload) Receive(ctx context.Context, who Who, name string, in io.Reader) (id string, err error) {
	refusal := who.may(p.Store.Now())
	if refusal == nil && p.Dir == "" {
		refusal = ErrNoDirectory
	}
	x := &store.Import{State: Trying, Uploaded: true, Name: fileName(name)}
	if refusal == nil {
		refusal = p.receive(x, in)
	}
	sealed := x.ID
	err = p.begin(ctx, who, x, refusal)
	if refusal == nil && (err != nil || x.ID != sealed) {
		err = errors.Join(err, p.forget(sealed))
	}
	p.Kick()
	return x.ID, err
}

func (p *Preload) receive(x *store.Import, in io.Reader) (err error) {
	if x.ID, err = p.Store.NewID(); err != nil {
		return err
	}
	got, err := p.seal(x.ID, in)
	if err != nil {
		return err
	}
	x.SHA256, x.Bytes = got.sha256, got.bytes
	return hasPINs(x, func() (io.ReadCloser, error) { return p.unseal(x.ID) })
}

// hasPINs looks into the header of a list; one that is wrong is told after the trial.
func hasPINs(x *store.Import, open source) error {
	in, err := open()
	if err != nil {
		return err
	}
	defer in.Close()
	h, err := newLines(in).header()
	x.PINs = err == nil && slices.Contains(h.columns, colPIN)
	return nil
}

// fileName is a file's own name, as far as it can be shown.
func fileName(s string) string {
	s = clean(path.Base(strings.ReplaceAll(s, `\`, "/")))
	for utf8.RuneCountInString(s) > 80 {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}

// begin keeps a new import, or finds the one of the same file.
func (p *Preload) begin(ctx context.Context, who Who, x *store.Import, refusal error) error {
	act := func(tx *store.Tx) error {
		if err := errors.Join(refusal, who.may(tx.Now)); err != nil {
			return err
		}
		tx.Record.Detail["sha256"] = x.SHA256
		if first, err := tx.ImportOf(who.Ente.Realm, who.Ente.ID, x.SHA256); !errors.Is(err, store.ErrNotFound) {
			tx.Record.Detail["file"] = "già caricato"
			*x = *first
			return err
		}
		x.Realm, x.Ente, x.Operator, x.Community = who.Ente.Realm, who.Ente.ID, who.Operator.ID, who.Ente.Community
		tx.Record.Detail["importazione"] = x.ID
		return tx.AddImport(x)
	}
	err := p.Store.Act(ctx, who.record(audit.Import, "caricamento"), act)
	if errors.Is(err, store.ErrConflict) { // the same file twice in the same moment
		err = p.Store.Act(ctx, who.record(audit.Import, "caricamento"), act)
	}
	return err
}

// Imports reads the ente's imports, the newest first. Error: office.ErrForbidden.
func (p *Preload) Imports(ctx context.Context, who Who) (list []*store.Import, err error) {
	if !who.Can(office.ImportPeople) {
		return nil, office.ErrForbidden
	}
	err = p.Store.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = tx.Imports(who.Ente.ID, 50)
		return err
	})
	return list, err
}

// A Progress is an import and the first lines with remarks: of the import, or of its trial while it has not begun.
type Progress struct {
	store.Import
	Lines []store.ImportLine
}

// Tally is the trial's until the import has begun.
func (x Progress) Tally() Tally {
	if x.Begun() {
		return x.Taken
	}
	return x.Checked
}

// A Line is one with remarks; a Tally counts what became of all.
type (
	Line  = store.ImportLine
	Tally = store.Tally
)

// Begun tells whether somebody has been, or is being, imported.
func (x Progress) Begun() bool { return !x.BegunAt.IsZero() }

// shownLines are the first ones, on the page.
const shownLines = 20

// Progress reads an import of the ente. Errors: office.ErrForbidden, store.ErrNotFound.
func (p *Preload) Progress(ctx context.Context, who Who, id string) (x Progress, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		kept, err := p.open(tx, who, id)
		if err != nil {
			return err
		}
		x.Import = *kept
		x.Lines, err = linesOf(tx, kept, 0, shownLines)
		return err
	})
	return x, err
}

func linesOf(tx *store.Tx, x *store.Import, after int64, limit int) ([]store.ImportLine, error) {
	if x.BegunAt.IsZero() {
		return tx.TrialLines(x.ID, after, limit)
	}
	return tx.ImportLines(x.ID, after, limit)
}

func (p *Preload) open(tx *store.Tx, who Who, id string) (*store.Import, error) {
	if who.Operator.ID != "" && !who.Can(office.ImportPeople) {
		return nil, office.ErrForbidden
	}
	if strings.ContainsFunc(id, func(r rune) bool { return r != '-' && !unicode.IsDigit(r) && !unicode.IsLower(r) }) {
		return nil, store.ErrNotFound // an address typed by hand: PostgreSQL would not even take every byte
	}
	x, err := tx.Import(id)
	if err == nil && x.Ente != who.Ente.ID {
		return nil, store.ErrNotFound
	}
	return x, err
}

// A step is something that people decide of an import.
type step struct {
	act  string
	from []string
	to   string
}

var (
	start  = step{"avvio", []string{Tried, Stopped}, Running}
	stop   = step{"arresto", []string{Running}, Stopped}
	giveUp = step{"rinuncia", []string{Trying, Tried, Faulty, Stopped}, GivenUp}
)

// Start confirms an import after its trial, or goes on with a stopped one; its people come in the background. An import that runs already
// stays as it is. Errors: office.ErrForbidden, office.ErrStaleLogin, store.ErrNotFound, ErrNotSo, store.ErrStale.
func (p *Preload) Start(ctx context.Context, who Who, id string) error {
	defer p.Kick()
	return p.decide(ctx, who, id, start)
}

// Stop ends an import after the batch under way; who has come stays, and Start goes on. Errors: those of Start.
func (p *Preload) Stop(ctx context.Context, who Who, id string) error {
	return p.decide(ctx, who, id, stop)
}

// GiveUp forgets the file of an import that is not running; who has come stays. Errors: those of Start.
func (p *Preload) GiveUp(ctx context.Context, who Who, id string) error {
	err := p.decide(ctx, who, id, giveUp)
	if err != nil || p.Dir == "" {
		return err
	}
	return p.forget(id)
}

func (p *Preload) decide(ctx context.Context, who Who, id string, s step) error {
	decide := func(tx *store.Tx) error {
		if err := who.may(tx.Now); err != nil {
			return err
		}
		x, err := p.open(tx, who, id)
		if err != nil {
			return err
		}
		tx.Record.Detail["importazione"] = x.ID
		switch {
		case x.State == s.to:
			return nil
		case !slices.Contains(s.from, x.State):
			return ErrNotSo
		}
		if x.State = s.to; s.to == Running {
			x.Operator = who.Operator.ID // whoever goes on answers for what comes now
		}
		if s.to == Running && x.BegunAt.IsZero() {
			x.BegunAt = tx.Now
		}
		if s.to == GivenUp {
			x.EndedAt = tx.Now
		}
		return tx.SaveImport(x)
	}
	err := p.Store.Act(ctx, who.record(audit.Import, s.act), decide)
	if errors.Is(err, store.ErrStale) { // a batch was kept in the same moment
		err = p.Store.Act(ctx, who.record(audit.Import, s.act), decide)
	}
	return err
}

func (p *Preload) kicks() chan struct{} {
	p.once.Do(func() { p.kick = make(chan struct{}, 1) })
	return p.kick
}

// Kick wakes Run.
func (p *Preload) Kick() {
	select {
	case p.kicks() <- struct{}{}:
	default:
	}
}
