// Package preload takes in people who come with a list: the residents of a province, or the members of a service that moves in (A11, Y10, 001
// §4.2.1 Caso 2.3). They are left riscontrati and weak, and a desk gives them their first code.
//
// A list is tried before it is imported, goes on where it was broken off, and never makes anybody twice. This package reads lists and writes
// reports; it does not know how a page looks (package web).
package preload

import (
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/credential"
	"sportello/office"
	"sportello/person"
	"sportello/store"
	"sportello/vault"
)

// A Preload imports lists into one store. All fields must be set, but Dir and Log.
type Preload struct {
	Store       *store.DB
	Communities community.Set
	Places      *person.Places
	Hasher      *credential.Hasher
	Sealer      vault.Sealer
	Rand        io.Reader
	Zone        *time.Location // of the day by which ages are judged
	Dir         string         // where uploaded files wait, sealed; "" takes none
	Log         *slog.Logger   // of what goes on in the background

	once sync.Once
	kick chan struct{}
}

// MaxBytes is the largest file that can be uploaded.
const MaxBytes = 300 << 20

// The states of an import, as they are kept and shown.
const (
	Trying   = "in prova"   // the lines are looked at, nobody is imported
	Tried    = "provata"    // somebody has to look at the result and confirm
	Running  = "in corso"   // people are being imported
	Stopped  = "fermata"    // by somebody; what was imported stays
	Finished = "conclusa"   // every line has been gone through
	Faulty   = "non valida" // the file cannot be read
	GivenUp  = "annullata"  // nobody wants it any more; the file is gone
)

// Who imports, and where the request comes from.
type Who struct {
	office.Acting
	audit.Origin
}

func (w Who) record(d audit.Deed, act string) audit.Record {
	r := w.Origin.Begin(d, audit.ByOperator, w.Operator.ID)
	if w.Operator.ID == "" {
		r = w.Origin.Begin(d, audit.BySystem, "")
	}
	r.Ente, r.Detail = w.Ente.ID, map[string]string{"azione": act}
	return r
}

// may returns office's refusals, but for the command line, which is bound by nothing but its machine.
func (w Who) may(now time.Time) error {
	if w.Operator.ID == "" {
		return nil
	}
	return w.May(office.ImportPeople, now)
}

// Console is whoever runs the program's command on its machine, for an ente.
func Console(ente office.Ente) Who { return Who{Acting: office.Acting{Ente: ente}} }

// The refusals.
var (
	ErrNoDirectory = errors.New("no directory for uploaded lists is set")
	ErrTooLarge    = errors.New("the list is larger than may be uploaded")
	ErrEmpty       = errors.New("the list is empty")
	ErrNotSo       = errors.New("the import is not in the state for this")
	ErrGone        = errors.New("the file of the import is not there any more")
)
