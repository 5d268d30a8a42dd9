package postal

import (
	"fmt"
	"time"

	"sportello/community"
)

// A RunState is how far a run has come.
type RunState string

// The states of a run.
const (
	Preparing RunState = "in preparazione" // its letters are being gathered and written
	Ready     RunState = "pronto"          // its files wait for the printing house
	Closing   RunState = "in chiusura"     // handed over; the secrets are being destroyed
	Gone      RunState = "inviato"

	// Of a run that never went: its letters go back one by one, and what is left of it is a line in the list.
	Requeueing RunState = "da rimettere in coda" // to wait for the next run, with the same PINs
	Discarding RunState = "da annullare"         // their PINs are being destroyed
	Withdrawn  RunState = "annullato"
)

// Forgotten is after how long without a confirmation a run that is ready raises the alarm: so long its PINs have been lying sealed.
const Forgotten = 5 * 24 * time.Hour

// Unconfirmed tells whether a run is ready and nobody has said for too long that the printing house has it.
func (r *Run) Unconfirmed(now time.Time) bool {
	return r.State == Ready && !now.Before(r.ReadyAt.Add(Forgotten))
}

// A Run is a lot of letters that a printing house prints and posts together (lotto).
type Run struct {
	ID        string
	Number    string // "sistemapiemonte-20261122-1", for people and file names
	Community community.ID
	State     RunState
	Claimed   bool // its letters are all gathered: no other joins it
	Letters   int
	Pages     int
	LeftOut   int    // letters that could not be written and wait for the back office
	Remakes   int    // how often its files were made again
	Key       string // of the printing house to which the files are encrypted
	Files     []RunFile
	Trouble   string // why it could not be written so far, in words for the back office
	CreatedBy string // operator's id, "" for the command
	SentBy    string
	CreatedAt time.Time
	ReadyAt   time.Time
	SentAt    time.Time
	LeasedTo  time.Time // until then one process writes it
	Version   int
}

// A RunFile is one file for the printing house, as it is on disk: encrypted.
type RunFile struct {
	Name   string
	Bytes  int64
	SHA256 string
}

// RunNumber names the nth run of a community on a day.
func RunNumber(of community.ID, day time.Time, n int) string {
	return fmt.Sprintf("%s-%s-%d", of, day.Format("20060102"), n)
}
