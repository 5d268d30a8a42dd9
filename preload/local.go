package preload

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"

	"sportello/store"
)

// A Local is a list that lies on the program's own machine, for the command line: no copy of it is made.
type Local struct {
	store.Import
	p    *Preload
	who  Who
	open source
}

// Local finds the import of a file, or begins one. Error: ErrEmpty.
func (p *Preload) Local(ctx context.Context, who Who, name string, open func() (io.ReadCloser, error)) (*Local, error) {
	x := &store.Import{State: Trying, Name: fileName(name)}
	if err := identify(x, open); err != nil {
		return nil, err
	}
	var err error
	if x.ID, err = p.Store.NewID(); err != nil {
		return nil, err
	}
	err = p.begin(ctx, who, x, nil)
	return &Local{*x, p, who, open}, err
}

func identify(x *store.Import, open source) error {
	in, err := open()
	if err != nil {
		return err
	}
	defer in.Close()
	sum := sha256.New()
	if x.Bytes, err = io.Copy(sum, in); err != nil {
		return err
	}
	x.SHA256 = hex.EncodeToString(sum.Sum(nil))
	if x.Bytes == 0 {
		return ErrEmpty
	}
	return hasPINs(x, open)
}

// Try goes through the list and imports nobody. It does nothing for a list that is past that.
func (l *Local) Try(ctx context.Context) error {
	if l.State != Trying && l.State != Tried {
		return nil
	}
	return l.p.try(ctx, &l.Import, l.open)
}

// Take imports the list, from where it was broken off. It does nothing for a list that is finished. Error: ErrNotSo.
func (l *Local) Take(ctx context.Context) error {
	if l.State == Finished {
		return nil
	}
	if err := l.p.decide(ctx, l.who, l.ID, start); err != nil {
		return err
	}
	err := l.p.Store.Read(ctx, func(tx *store.Tx) error {
		x, err := tx.Import(l.ID)
		if err == nil {
			l.Import = *x
		}
		return err
	})
	if err != nil {
		return err
	}
	return l.p.take(ctx, &l.Import, l.open)
}
