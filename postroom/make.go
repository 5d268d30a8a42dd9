package postroom

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/letter"
	"sportello/postal"
	"sportello/printing"
	"sportello/registration"
	"sportello/store"
)

// How many letters are gathered, read and closed at a time, and for how long one process has a run to itself.
const (
	gathered = 500
	readAt   = 200
	closedAt = 100
	leased   = time.Minute
)

// errTaken ends the work on a run that another process has, or that has gone on meanwhile.
var errTaken = errors.New("another process works on the run")

// Make gathers the letters of a run and writes its files. It can be stopped at any moment and done again: a letter is in one run and once in its
// files, which appear whole or not at all. What goes wrong is kept with the run, in words for the back office, and returned.
func (p *Postroom) Make(ctx context.Context, id string) error {
	r, err := p.take(ctx, id, postal.Preparing)
	if errors.Is(err, errTaken) {
		return nil
	}
	if err != nil {
		return err
	}
	err = p.make(ctx, r)
	if errors.Is(err, errTaken) {
		return nil
	}
	if err == nil {
		return nil
	}
	if ctx.Err() == nil {
		r.Trouble = TroubleOf(err)
	}
	r.LeasedTo = time.Time{}
	return errors.Join(err, p.Store.KeepRun(context.WithoutCancel(ctx), r))
}

func (p *Postroom) make(ctx context.Context, r *postal.Run) error {
	c, err := p.community(r.Community)
	if err != nil {
		return err
	}
	if err := p.gather(ctx, r); err != nil {
		return err
	}
	if err := p.Folder.Sweep(r.Number); err != nil {
		return err
	}
	r.Key = c.Post.Key
	if err := p.write(ctx, r, c); err != nil {
		return err
	}
	return p.ready(ctx, r)
}

// take leases a run for this process, so that no other works on it; errTaken if it is not in that state.
func (p *Postroom) take(ctx context.Context, id string, state postal.RunState) (*postal.Run, error) {
	var r *postal.Run
	err := p.Store.Read(ctx, func(tx *store.Tx) (err error) { r, err = tx.Run(id); return err })
	if err != nil {
		return nil, err
	}
	if r.State != state {
		return nil, errTaken
	}
	r.LeasedTo = time.Time{}
	return r, p.hold(ctx, r)
}

// hold renews the lease.
func (p *Postroom) hold(ctx context.Context, r *postal.Run) error {
	mine, err := p.Store.LeaseRun(ctx, r, leased)
	if err == nil && !mine {
		err = errTaken
	}
	return err
}

func (p *Postroom) gather(ctx context.Context, r *postal.Run) error {
	for !r.Claimed {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := p.Store.ClaimLetters(ctx, r, gathered)
		if err != nil {
			return fmt.Errorf("gathering letters: %w", err)
		}
		if r.Claimed = n < gathered; r.Claimed {
			return p.Store.KeepRun(ctx, r)
		}
		if err := p.hold(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// write writes both files side by side: the letters, and the list of them.
func (p *Postroom) write(ctx context.Context, r *postal.Run, c community.Community) error {
	letters, err := p.Folder.Create(r.Number+printing.Letters, r.Key)
	if err != nil {
		return err
	}
	list, err := p.Folder.Create(r.Number+printing.Manifest, r.Key)
	if err != nil {
		return errors.Join(err, letters.Abandon())
	}
	head := letter.Head{Publisher: c.Publisher, Community: c.Name, At: r.CreatedAt.In(p.Zone)}
	w := &runWriter{Postroom: p, run: r, community: c, head: head, bundle: p.Letters.Bundle(letters, head, r.Number), list: csv.NewWriter(list)}
	if err := w.all(ctx); err != nil {
		return errors.Join(printing.Trouble(err), letters.Abandon(), list.Abandon())
	}
	r.Letters, r.Pages, r.Files = w.letters, w.bundle.Pages(), nil
	first, err := letters.Close()
	if err != nil {
		return errors.Join(err, list.Abandon())
	}
	second, err := list.Close()
	r.Files = []postal.RunFile{postal.RunFile(first), postal.RunFile(second)}
	return err
}

// A runWriter writes the letters of a run as they come.
type runWriter struct {
	*Postroom
	run       *postal.Run
	community community.Community
	head      letter.Head
	bundle    *letter.Bundle
	list      *csv.Writer
	letters   int
}

// manifest are the columns of the list of letters: which letter, the page it begins on, its pages, what the post is to do, the address.
var manifest = []string{"lettera", "pagina", "pagine", "prodotto", "riga_1", "riga_2", "riga_3", "riga_4", "riga_5", "riga_6"}

func (w *runWriter) all(ctx context.Context) error {
	if err := w.list.Write(manifest); err != nil {
		return err
	}
	for place := 0; ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		sheets, err := w.read(ctx, place)
		if err != nil {
			return err
		}
		if len(sheets) == 0 {
			break
		}
		for _, s := range sheets {
			if err := w.add(ctx, s); err != nil {
				return err
			}
		}
		place = sheets[len(sheets)-1].Place
		if err := w.hold(ctx, w.run); err != nil {
			return err
		}
	}
	w.list.Flush()
	if err := w.list.Error(); err != nil || w.letters == 0 {
		return err
	}
	return w.bundle.Close()
}

// A sheet is a letter with what else it says.
type sheet struct {
	*postal.Letter
	number registration.Number
}

func (w *runWriter) read(ctx context.Context, after int) (sheets []sheet, err error) {
	err = w.Store.Read(ctx, func(tx *store.Tx) error {
		list, err := tx.RunLetters(w.run.ID, after, readAt)
		for _, l := range list {
			s := sheet{Letter: l}
			if l.Registration != "" {
				reg, failed := tx.Registration(l.Registration)
				err = errors.Join(err, failed)
				if failed == nil {
					s.number = reg.Number
				}
			}
			sheets = append(sheets, s)
		}
		return err
	})
	return sheets, err
}

// unreadable is the fault of a letter whose secret cannot be opened: only another letter helps.
const unreadable postal.Fault = "il PIN sigillato non si apre: mandare una lettera nuova"

func (w *runWriter) add(ctx context.Context, s sheet) error {
	secret, err := w.Sealer.Open(postal.Seal(s.ID), s.Sealed)
	if err != nil {
		w.Log.Error("lettera fuori dal lotto", "lettera", string(s.Number), "lotto", w.run.Number, "errore", err)
		w.run.LeftOut++
		return w.Store.LeaveOut(ctx, s.ID, unreadable)
	}
	first := w.bundle.Pages() + 1
	pages, err := w.set(s, string(secret))
	if err != nil {
		return err
	}
	w.letters++
	line := make([]string, len(manifest))
	copy(line, []string{string(s.Number), strconv.Itoa(first), strconv.Itoa(pages), w.community.Post.Product})
	copy(line[4:], s.Lines)
	return w.list.Write(line)
}

func (w *runWriter) set(s sheet, secret string) (pages int, err error) {
	codes := w.community.Codes
	if s.Kind == postal.TestLetter {
		return w.bundle.Test(letter.TestLetter{Head: w.head, To: s.Address, Mark: s.Number, Code: secret, Group: codes.Activation.Group,
			Days: w.community.Post.TestDays, Page: w.Addresses.Page(w.community.ID, "sportello/posta")})
	}
	head := w.head
	head.Lang = s.Lang
	in := letter.PostedPIN{Head: head, To: s.Address, Mark: s.Number, Number: string(s.number), PIN: secret, Group: codes.PIN.Group,
		Use: letter.ToActivate, Page: w.Addresses.Page(w.community.ID, "attivazione")}
	if s.Operation == "" {
		in.Use, in.Page = letter.ToReplace, w.Addresses.Page(w.community.ID, "accesso")
	}
	return w.bundle.PIN(in)
}

// ready hands the run to the back office: in an act, because from now on its files can be carried away.
func (p *Postroom) ready(ctx context.Context, r *postal.Run) error {
	record := Console().record(audit.RunPost)
	record.Detail["lotto"], record.Detail["passo"], record.Detail["lettere"] = r.Number, "pronto", strconv.Itoa(r.Letters)
	err := p.Store.Act(ctx, record, func(tx *store.Tx) error {
		r.State, r.ReadyAt, r.Trouble, r.LeasedTo = postal.Ready, tx.Now, "", time.Time{}
		if r.Letters == 0 { // all of them were overtaken: there is nothing to send
			r.State, r.Files, r.SentAt = postal.Gone, nil, tx.Now
		}
		return tx.SaveRun(r)
	})
	if errors.Is(err, store.ErrStale) {
		return errTaken
	}
	if err == nil && r.State == postal.Gone {
		return p.Folder.Remove(r.Number)
	}
	return err
}

// troubles are what can go wrong with the files of a run, and what to do.
var troubles = []struct {
	err   error
	words string
}{
	{printing.ErrKey, "La chiave pubblica della tipografia non si legge: va corretta nel file della community."},
	{printing.ErrNoFolder, "Non c'è una cartella per la tipografia: l'amministratore la indica con letters_dir."},
	{printing.ErrFull, "Nella cartella della tipografia non c'è più spazio: liberarne, il lotto riparte da solo."},
	{printing.ErrFolder, "La cartella della tipografia non si può scrivere: l'amministratore ne controlli permessi e collegamento."},
}

// TroubleOf tells the back office what went wrong with a run.
func TroubleOf(err error) string {
	for _, t := range troubles {
		if errors.Is(err, t.err) {
			return t.words
		}
	}
	return "Il lotto non è riuscito per un errore del sistema: si ritenta da solo."
}

// Close notes the letters of a confirmed run as sent and destroys their secrets, some at a time; then the files go. It can be stopped and done again.
func (p *Postroom) Close(ctx context.Context, id string) error {
	r, err := p.take(ctx, id, postal.Closing)
	for err == nil {
		if err = ctx.Err(); err != nil {
			return err
		}
		var n int
		if n, err = p.closeSome(ctx, r); err == nil && n == 0 {
			return p.gone(ctx, r)
		}
		if err == nil {
			err = p.hold(ctx, r)
		}
	}
	if errors.Is(err, errTaken) {
		return nil
	}
	return err
}

func (p *Postroom) closeSome(ctx context.Context, r *postal.Run) (n int, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		list, err := tx.UnsentLetters(r.ID, 1)
		n = len(list)
		return err
	})
	if err != nil || n == 0 {
		return 0, err
	}
	record := Console().record(audit.DestroySecrets)
	record.Detail["lotto"] = r.Number
	act := func(tx *store.Tx) error {
		list, err := tx.UnsentLetters(r.ID, closedAt)
		for _, l := range list {
			err = errors.Join(err, sent(tx, l, r.SentAt))
		}
		n = len(list)
		tx.Record.Detail["lettere"] = strconv.Itoa(n)
		return err
	}
	if err = p.Store.Act(ctx, record, act); errors.Is(err, store.ErrStale) { // a desk was faster with one of them
		err = p.Store.Act(ctx, record, act)
	}
	return n, err
}

// sent notes one letter as handed over to the post, on the registration too: date and number of prints, and possession of the PIN (001 Allegato 7).
func sent(tx *store.Tx, l *postal.Letter, at time.Time) error {
	l.SentAt, l.Sealed = at, nil
	if l.State == postal.InRun {
		l.State = postal.Sent
	}
	if err := tx.SaveLetter(l); err != nil || l.Registration == "" {
		return err
	}
	reg, err := tx.Registration(l.Registration)
	if err != nil {
		return err
	}
	reg.PINHeld, reg.PINPrinted = true, at
	reg.PINPrints++
	return tx.SaveRegistration(reg)
}

func (p *Postroom) gone(ctx context.Context, r *postal.Run) error {
	if err := p.Folder.Remove(r.Number); err != nil {
		return err
	}
	r.State, r.LeasedTo = postal.Gone, time.Time{}
	return p.Store.KeepRun(ctx, r)
}

// Work makes and closes what runs there are, as long as ctx lasts; Kick wakes it.
func (p *Postroom) Work(ctx context.Context) {
	ticker := time.NewTicker(30 * time.Second)
	defer ticker.Stop()
	for {
		if err := p.Step(ctx); err != nil && ctx.Err() == nil {
			p.Log.Error("lotti di stampa", "errore", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-p.kicks():
		}
	}
}

// Step does all that can be done now.
func (p *Postroom) Step(ctx context.Context) error {
	var list []*postal.Run
	err := p.Store.Read(ctx, func(tx *store.Tx) (err error) { list, err = tx.UnfinishedRuns(); return err })
	for _, r := range list {
		switch r.State {
		case postal.Preparing:
			err = errors.Join(err, p.Make(ctx, r.ID))
		case postal.Closing:
			err = errors.Join(err, p.Close(ctx, r.ID))
		default:
			err = errors.Join(err, p.Withdraw(ctx, r.ID, r.State))
		}
	}
	return err
}

// Kick wakes Work.
func (p *Postroom) Kick() {
	select {
	case p.kicks() <- struct{}{}:
	default:
	}
}

func (p *Postroom) kicks() chan struct{} {
	p.once.Do(func() { p.kick = make(chan struct{}, 1) })
	return p.kick
}

// File opens a file of a run for download: it is encrypted, and only the printing house reads it. Errors: those of Begin, printing.ErrNoFile.
func (p *Postroom) File(ctx context.Context, who Who, id, name string) (file io.ReadCloser, f postal.RunFile, err error) {
	err = p.onRun(ctx, who, id, "copia", func(tx *store.Tx, r *postal.Run) error {
		for _, known := range r.Files {
			if known.Name == name && r.State == postal.Ready {
				f = known
				file, err = p.Folder.Open(name)
				return err
			}
		}
		return printing.ErrNoFile
	})
	return file, f, err
}
