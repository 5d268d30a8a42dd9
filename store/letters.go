package store

import (
	"database/sql"
	"errors"
	"fmt"

	"sportello/community"
	"sportello/postal"
)

var letters = newTable("letter", `id number kind community registration_id operation_id lang name lines fault proof note sealed secret replaces instead
	state cause run_id place created_at sent_at closed_at used_at alarmed_at version`)

func letterRow(l *postal.Letter) []any {
	return []any{&l.ID, &l.Number, &l.Kind, &l.Community, &l.Registration, &l.Operation, &l.Lang, &l.Name, asJSON{&l.Lines}, &l.Fault, &l.Proof, &l.Note, &l.Sealed, &l.Secret,
		&l.Replaces, &l.Instead, &l.State, &l.Cause, &l.Run, &l.Place, stamp{&l.CreatedAt}, stamp{&l.SentAt}, stamp{&l.ClosedAt}, stamp{&l.UsedAt}, stamp{&l.AlarmedAt}, &l.Version}
}

// Letter reads a letter.
func (tx *Tx) Letter(id string) (*postal.Letter, error) { return tx.letter("id = $1", id) }

// LetterByNumber reads a letter by what is printed on it.
func (tx *Tx) LetterByNumber(n postal.Number) (*postal.Letter, error) {
	return tx.letter("number = $1", n)
}

func (tx *Tx) letter(where string, args ...any) (*postal.Letter, error) {
	var l postal.Letter
	return &l, tx.one(letters.sel(where), args, letterRow(&l)...)
}

// LettersOf reads the letters of a registration, the newest first.
func (tx *Tx) LettersOf(registrationID string) ([]*postal.Letter, error) {
	return tx.lettersWhere("registration_id = $1 AND registration_id <> '' ORDER BY created_at DESC, id DESC", registrationID)
}

func (tx *Tx) lettersWhere(where string, args ...any) (list []*postal.Letter, err error) {
	err = tx.all(letters.sel(where), args, func(rows *sql.Rows) error {
		var l postal.Letter
		list = append(list, &l)
		return rows.Scan(letterRow(&l)...)
	})
	return list, err
}

// QueueLetter keeps a letter with a PIN that waits for the next run of its community; pin is sealed here, bound to the letter, and Secret must be its
// hash. The caller sets Community, Registration, Address (letter.Postal.Posted), Proof, Secret, Lang unless it is the one that the person is known to read, and Operation where the PIN completes an
// operation at home, whose handover holds the same hash. Without an operation the PIN takes the place of the one of the credentials when it is first
// used, and the old one dies then (mission S22). An address that does not fit is kept too: the back office corrects it before the run.
// Errors: postal.ErrUnproven (C06), postal.ErrDeskPIN (E16), postal.ErrQueued, postal.ErrTooMany.
func (tx *Tx) QueueLetter(policy community.Post, l *postal.Letter, pin string) error {
	if err := tx.mayPost(policy, l); err != nil {
		return err
	}
	if l.Lang == "" {
		var err error
		if l.Lang, err = tx.Language(l.Registration); err != nil {
			return err
		}
	}
	l.Kind = postal.PINLetter
	return tx.addLetter(l, pin)
}

// QueueTest keeps a test letter, whose code the addressee confirms (Y07).
func (tx *Tx) QueueTest(l *postal.Letter, code string) error {
	l.Kind, l.Proof = postal.TestLetter, postal.ByConfiguration
	return tx.addLetter(l, code)
}

func (tx *Tx) addLetter(l *postal.Letter, secret string) (err error) {
	if l.ID, err = tx.NewID(); err != nil {
		return err
	}
	if l.Number, err = postal.DrawNumber(tx.db.Rand); err != nil {
		return err
	}
	if l.Sealed, err = tx.db.Sealer.Seal(postal.Seal(l.ID), []byte(secret)); err != nil {
		return fmt.Errorf("seal the secret of a letter: %w", err)
	}
	l.State, l.CreatedAt, l.Version = postal.Waiting, tx.Now, 1
	if l.Fault != postal.NoFault {
		l.State = postal.Unfit
	}
	if err := tx.exec(letters.insert(), letterRow(l)...); !errors.Is(err, ErrConflict) {
		return err
	}
	return postal.ErrQueued // in this very moment
}

// mayPost checks what is known of a person's letters before another is queued, and notes which PIN it replaces.
func (tx *Tx) mayPost(policy community.Post, l *postal.Letter) error {
	earlier, err := tx.LettersOf(l.Registration)
	if err != nil {
		return err
	}
	within := 0
	for _, e := range earlier {
		if e.State.Open() {
			return postal.ErrQueued
		}
		if e.CreatedAt.After(tx.Now.AddDate(-1, 0, 0)) {
			within++
		}
	}
	if policy.Yearly > 0 && within >= policy.Yearly {
		return postal.ErrTooMany
	}
	if l.Operation == "" {
		if err := tx.replacesPosted(l, earlier); err != nil {
			return err
		}
	}
	return proven(l, earlier)
}

// proven refuses an address that nobody has proved (C06); an earlier letter proves one only if its PIN was used.
func proven(l *postal.Letter, earlier []*postal.Letter) error {
	switch l.Proof {
	case postal.ByRegistry, postal.ByDocument, postal.ByPaper, postal.ByHelpdesk:
		return nil
	case postal.ByEarlierLetter:
		for _, e := range earlier {
			if !e.UsedAt.IsZero() && fmt.Sprint(e.Lines) == fmt.Sprint(l.Lines) {
				return nil
			}
		}
	}
	return postal.ErrUnproven
}

// replacesPosted notes the PIN that the letter's will replace, which must itself have come by post: one from a desk is renewed at a desk (E16).
func (tx *Tx) replacesPosted(l *postal.Letter, earlier []*postal.Letter) error {
	set, err := tx.Credentials(l.Registration)
	if err != nil {
		return err
	}
	reg, err := tx.Registration(l.Registration)
	if err != nil {
		return err
	}
	l.Replaces = set.PIN
	posted := set.PIN == "" || len(earlier) == 0 && reg.PINPrints > 0
	for _, e := range earlier {
		posted = posted || e.Secret == set.PIN
	}
	if reg.Strong || !posted {
		return postal.ErrDeskPIN
	}
	return nil
}

// PostedPIN reads the letter whose PIN would take the place of one in credentials, or ErrNotFound: the newest that has been printed, while the PIN
// that it replaces is still the one in use. One that came back is given too, so that whoever types its PIN is told why AdoptPIN refuses it.
func (tx *Tx) PostedPIN(registrationID, pinInUse string) (*postal.Letter, error) {
	return tx.letter(`registration_id = $1 AND operation_id = '' AND replaces = $2 AND secret <> '' AND state IN ('in lotto', 'inviata', 'consegnata', 'resa') ORDER BY created_at DESC, id DESC LIMIT 1`,
		registrationID, pinInUse)
}

// AdoptPIN puts the PIN of a letter into the credentials: it was used, so the letter has arrived and the old one dies. Errors: ErrStale if the
// PIN in use is not any more the one that the letter replaces, postal.ErrFrozen if the letter came back.
func (tx *Tx) AdoptPIN(l *postal.Letter) error {
	if l.State == postal.Returned {
		return postal.ErrFrozen
	}
	err := tx.change(`UPDATE credential SET pin = $2, version = version + 1 WHERE registration_id = $1 AND pin = $3`, l.Registration, l.Secret, l.Replaces)
	if err != nil {
		return err
	}
	return tx.arrived(l)
}

// LetterArrived notes that the PIN of an operation's letter was used at home: so it has arrived.
func (tx *Tx) LetterArrived(operationID string) error {
	l, err := tx.letter("operation_id = $1 AND operation_id <> '' AND state IN ('in lotto', 'inviata') ORDER BY created_at DESC LIMIT 1", operationID)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return tx.arrived(l)
}

func (tx *Tx) arrived(l *postal.Letter) error {
	l.State, l.ClosedAt, l.UsedAt, l.Sealed = postal.Delivered, tx.Now, tx.Now, nil
	return tx.SaveLetter(l)
}

// SaveLetter keeps changes, or returns ErrStale.
func (tx *Tx) SaveLetter(l *postal.Letter) error {
	if err := tx.change(letters.update(), letterRow(l)...); err != nil {
		return err
	}
	l.Version++
	return nil
}

// Frozen tells whether a PIN, known by its hash, stood in a letter that came back: it opens nothing until another is sent.
func (tx *Tx) Frozen(registrationID, secret string) (bool, error) {
	_, err := tx.letter("registration_id = $1 AND secret = $2 AND secret <> '' AND state = 'resa' LIMIT 1", registrationID, secret)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// ForgetPIN takes a PIN, known by its hash, out of the credentials: it stood in a letter that came back.
func (tx *Tx) ForgetPIN(registrationID, secret string) error {
	return tx.exec(`UPDATE credential SET pin = '', version = version + 1 WHERE registration_id = $1 AND pin = $2 AND pin <> ''`, registrationID, secret)
}
