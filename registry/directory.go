package registry

import (
	"context"
	"regexp"

	"sportello/person"
)

// An Account is a set of credentials outside the database, handed out by a process that did not check who the person was (001 §5.1.2.3).
type Account struct {
	ID      string `json:"id"`       // opaque: the directory's own
	Service string `json:"servizio"` // what it opens, as people call it: "Torinofacile"
}

// A Closing asks the directory to erase an account because the person signed the request.
type Closing struct {
	Account  string
	Operator string // an opaque id
	Ente     string
}

// A Directory is the directory of obsolete accounts behind HTTP, by docs/registry-contract.md. It fails as a Client does.
type Directory struct{ line *line }

// NewDirectory checks the settings, whose source it fills in, and asks nothing yet.
func NewDirectory(c Config) (*Directory, error) {
	c.Source = Credentials
	l, err := newLine(c, Credentials)
	if err != nil {
		return nil, err
	}
	return &Directory{l}, nil
}

// What the directory says.
const (
	wireClosed  = "CHIUSO"
	mostAccount = 20
)

var accountForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

type accountQuestion struct {
	Version  string         `json:"versione"`
	TaxCode  person.TaxCode `json:"codiceFiscale"`
	Purpose  string         `json:"motivo"`
	Operator string         `json:"operatore"`
	Ente     string         `json:"ente"`
}

type closingQuestion struct {
	Version  string `json:"versione"`
	Account  string `json:"account"`
	Purpose  string `json:"motivo"`
	Operator string `json:"operatore"`
	Ente     string `json:"ente"`
}

type accountAnswer struct {
	Version  string    `json:"versione"`
	Source   Source    `json:"registro"`
	Request  string    `json:"richiesta"`
	Outcome  string    `json:"esito"`
	Accounts []Account `json:"account"`
}

// Find asks which open accounts a person has; of the query it tells tax code, purpose, operator and ente. Nobody is no error: there is nothing in
// the list then. Errors: ErrUnavailable and its kinds, ErrNonsense.
func (d *Directory) Find(ctx context.Context, q Query) (accounts []Account, err error) {
	err = d.line.call(ctx, func(ctx context.Context) error {
		a, err := d.ask(ctx, "ricerca", accountQuestion{version, q.TaxCode, q.Purpose, q.Operator, q.Ente})
		if err != nil {
			return err
		}
		accounts, err = a.list()
		return err
	})
	return accounts, err
}

// Close erases an account. It may be asked again: an account that is closed already is closed. Errors: ErrUnavailable and its kinds, after which nobody knows
// whether it was done; ErrNonsense; ErrNotFound for an account that the directory never had.
func (d *Directory) Close(ctx context.Context, in Closing) error {
	return d.line.call(ctx, func(ctx context.Context) error {
		a, err := d.ask(ctx, "chiusura", closingQuestion{version, in.Account, "richiesta di revoca firmata", in.Operator, in.Ente})
		switch {
		case err != nil:
			return err
		case a.Outcome == wireNotFound:
			return ErrNotFound
		case a.Outcome != wireClosed:
			return nonsense("an outcome that the contract does not have")
		}
		return nil
	})
}

func (d *Directory) ask(ctx context.Context, operation string, question any) (a accountAnswer, err error) {
	body, id, err := d.line.post(ctx, operation, question)
	if err != nil {
		return a, err
	}
	if err := strictly(body, &a); err != nil {
		return a, err
	}
	switch {
	case a.Version != version:
		return a, nonsense("another version of the contract")
	case a.Source != Credentials:
		return a, nonsense("it comes from another registry")
	case a.Request != id:
		return a, nonsense("it answers another request")
	}
	return a, nil
}

func (a accountAnswer) list() ([]Account, error) {
	if a.Outcome == wireNotFound && len(a.Accounts) == 0 {
		return nil, nil
	}
	if a.Outcome != wireFound || len(a.Accounts) == 0 || len(a.Accounts) > mostAccount {
		return nil, nonsense("an outcome that the contract does not have")
	}
	for _, x := range a.Accounts {
		if !accountForm.MatchString(x.ID) || x.Service == "" || !isText(x.Service) {
			return nil, nonsense("not an account")
		}
	}
	return a.Accounts, nil
}

// Consulted is how asking the directory ended, as the cascade keeps it of CIA and AURA.
func Consulted(accounts []Account, err error) Outcome {
	switch {
	case err != nil:
		return outcomeOf(err)
	case len(accounts) == 0:
		return NotFound
	}
	return Found
}
