package store

import (
	"errors"
	"time"

	"sportello/community"
	"sportello/credential"
	"sportello/person"
	"sportello/registration"
)

// A Recoverable is what is judged when somebody has forgotten password or username. Empty for who does not exist: it takes one statement either way, so that
// nobody can tell by the time who is registered.
type Recoverable struct {
	Registration   string
	Number         registration.Number
	Community      community.ID
	Person         person.ID
	Name, Surname  string
	Email          string
	EmailChangedAt time.Time
	Username       string
	Question       string
	Answer         string // its hash
}

// Named is the person with the name alone.
func (r *Recoverable) Named() person.Person {
	return person.Person{ID: r.Person, Name: r.Name, Surname: r.Surname}
}

const recoverable = `SELECT registration.id, registration.number, registration.community, person.id, person.name, person.surname, person.email, person.email_changed_at,
	credential.username, credential.question, credential.answer
	FROM credential JOIN registration ON registration.id = credential.registration_id JOIN person ON person.id = registration.person_id
	WHERE registration.state = 'attivo' AND registration.realm = $1 AND `

// RecoverableByUsername looks for who has a username now.
func (tx *Tx) RecoverableByUsername(realm community.Realm, username string) (*Recoverable, error) {
	folded := credential.FoldUsername(username)
	r, err := tx.recoverable(`registration.id = (SELECT registration_id FROM username WHERE realm = $1 AND folded = $2)`, realm, folded)
	if err == nil && credential.FoldUsername(r.Username) != folded {
		return &Recoverable{}, nil // an earlier username
	}
	return r, err
}

// RecoverableByTaxCode looks for who has, or once had, a tax code.
func (tx *Tx) RecoverableByTaxCode(realm community.Realm, code person.TaxCode) (*Recoverable, error) {
	return tx.recoverable(`person.id IN `+everOf, realm, code)
}

func (tx *Tx) recoverable(where string, args ...any) (*Recoverable, error) {
	var r Recoverable
	err := tx.one(recoverable+where, args, &r.Registration, &r.Number, &r.Community, &r.Person, &r.Name, &r.Surname, &r.Email, stamp{&r.EmailChangedAt}, &r.Username, &r.Question, &r.Answer)
	if errors.Is(err, ErrNotFound) {
		return &Recoverable{}, nil
	}
	return &r, err
}
