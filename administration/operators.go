package administration

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/credential"
	"sportello/office"
	"sportello/person"
	"sportello/store"
)

// firstPassword is how passwords that are handed over look: 80 bits. temporaryFor is how long one lets in.
var firstPassword = community.CodeFormat{Alphabet: "23456789abcdefghjkmnpqrstvwxyz", Length: 20, Group: 5}

const temporaryFor = 14 * 24 * time.Hour

// usernames is what operators' usernames must satisfy.
var usernames = community.Password{UsernameMin: 3, UsernameMax: 50}

// A Staff is what the list of operators shows: those with a post at an ente that may be administered.
type Staff struct {
	Operators []*office.Operator
	Enti      []*office.Ente // that may be administered, by name
}

// Operators reads them, by surname; ente narrows them to one, "" to none.
func (a *Administration) Operators(ctx context.Context, who Who, ente string) (s Staff, err error) {
	err = a.Store.Read(ctx, func(tx *store.Tx) error {
		if err := who.may(office.ManageOffice, tx.Now); err != nil {
			return err
		}
		byID, enti, err := who.enti(tx)
		if err != nil {
			return err
		}
		all, err := tx.Operators()
		s.Enti = enti
		for _, o := range all {
			if slices.ContainsFunc(o.Posts, func(p office.Post) bool { return byID[p.Ente] != nil && (ente == "" || p.Ente == ente) }) {
				s.Operators = append(s.Operators, o)
			}
		}
		return err
	})
	slices.SortStableFunc(s.Operators, func(x, y *office.Operator) int {
		return strings.Compare(store.Fold(x.Surname+" "+x.Name), store.Fold(y.Surname+" "+y.Name))
	})
	return s, err
}

// Find tells where in the list somebody stands whose surname and name, or username, begin with a text, or else hold it, whatever the case and the accents,
// and how many there are; -1 for nobody.
func (s Staff) Find(text string) (first, count int) {
	wanted := store.Fold(text)
	for _, matches := range []func(s, text string) bool{strings.HasPrefix, strings.Contains} {
		first = -1
		for i, o := range s.Operators {
			if wanted != "" && (matches(store.Fold(o.Surname+" "+o.Name), wanted) || matches(store.Fold(o.Username), wanted)) {
				if count++; first < 0 {
					first = i
				}
			}
		}
		if count > 0 {
			break
		}
	}
	return first, count
}

// A Dossier is an operator as the one sees them who administers.
type Dossier struct {
	office.Operator
	Enti    []*office.Ente // that may be administered, by name
	Others  int            // posts at enti that may not
	Refusal error          // why account and posts cannot be changed, nil if they can
	Seen    string         // what an edit must bring back: see Seen
}

// Operator reads one. Error: store.ErrNotFound.
func (a *Administration) Operator(ctx context.Context, who Who, id string) (d Dossier, err error) {
	err = a.Store.Read(ctx, func(tx *store.Tx) error {
		o, byID, err := who.operator(tx, id)
		if err != nil {
			return err
		}
		d = Dossier{Operator: *o, Seen: Seen(*o), Refusal: who.wholly(o, byID)}
		for _, p := range o.Posts {
			if byID[p.Ente] == nil {
				d.Others++
			}
		}
		_, d.Enti, err = who.enti(tx)
		return err
	})
	return d, err
}

// operator reads an operator with a post at an ente that may be administered, and those enti.
func (w Who) operator(tx *store.Tx, id string) (*office.Operator, map[string]*office.Ente, error) {
	if err := w.may(office.ManageOffice, tx.Now); err != nil {
		return nil, nil, err
	}
	if !plain(id) {
		return nil, nil, store.ErrNotFound
	}
	o, err := tx.Operator(id)
	if err != nil {
		return nil, nil, err
	}
	byID, _, err := w.enti(tx)
	if !slices.ContainsFunc(o.Posts, func(p office.Post) bool { return byID[p.Ente] != nil }) {
		err = errors.Join(err, store.ErrNotFound)
	}
	return o, byID, err
}

// wholly returns why the account as a whole is not this administrator's to change: it is their own, holds a role above theirs, or has
// a post where they have no say.
func (w Who) wholly(o *office.Operator, byID map[string]*office.Ente) error {
	if w.console {
		return nil
	}
	if err := w.MayLookAfter(*o); err != nil {
		return err
	}
	for _, p := range o.Posts {
		if byID[p.Ente] == nil {
			return ErrOtherEnti
		}
	}
	return nil
}

// Seen is the fingerprint of what a page showed of an operator: an edit that brings another one is store.ErrStale. The version would not do,
// for it grows with every log-in.
func Seen(o office.Operator) string {
	b, err := json.Marshal([]any{o.Name, o.Surname, o.Email, o.Posts, o.DisabledAt.Unix(), o.EnrolledAt.Unix(), o.TemporaryUntil.Unix()})
	if err != nil {
		panic(fmt.Sprintf("an operator is always text: %v", err))
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// A Candidate is an operator to be.
type Candidate struct {
	Username, TaxCode    string
	Name, Surname, Email string
	Post                 office.Post
}

// AddOperator takes in an operator and gives the password to hand over: it is shown this once, and the operator replaces it at the first log-in.
// Errors: ErrUsername, ErrTaxCode, ErrName, ErrEmail, ErrRole, joined; office.ErrAbove, office.ErrOwnAccount, store.ErrConflict (username or tax code known).
func (a *Administration) AddOperator(ctx context.Context, who Who, c Candidate) (id, password string, err error) {
	o, refusal := c.operator()
	password, hash, err := a.drawPassword()
	if err != nil {
		return "", "", err
	}
	if o.ID, err = a.Store.NewID(); err != nil {
		return "", "", err
	}
	o.Password = hash
	err = a.Store.Act(ctx, who.record(audit.OperatorChange), func(tx *store.Tx) error {
		tx.Record.Detail = map[string]string{"azione": "aggiunta", "operatore": o.ID, "incarichi": postsIn(o.Posts)}
		if err := who.may(office.ManageOffice, tx.Now); err != nil {
			return err
		}
		if refusal != nil {
			return refusal
		}
		if err := who.mayGive(tx, c.Post); err != nil {
			return err
		}
		if !who.console && o.TaxCode.Alike(who.Operator.TaxCode) { // a second account of one's own
			return office.ErrOwnAccount
		}
		o.TemporaryUntil = tx.Now.Add(temporaryFor)
		return tx.AddOperator(&o)
	})
	if err != nil {
		return "", "", err
	}
	return o.ID, password, nil
}

// operator checks what was typed.
func (c Candidate) operator() (office.Operator, error) {
	o := office.Operator{Username: credential.FoldUsername(c.Username), Posts: []office.Post{c.Post}}
	code, err := person.ParseTaxCode(c.TaxCode)
	if err != nil || code.Provisional() {
		err = ErrTaxCode
	}
	o.TaxCode = code
	if wrong := credential.UsernameProblems(usernames, o.Username, c.TaxCode); len(wrong) > 0 {
		err = errors.Join(err, ErrUsername)
	}
	return o, errors.Join(err, setData(&o, c.Name, c.Surname, c.Email))
}

// setData checks and sets what may change.
func setData(o *office.Operator, name, surname, email string) error {
	o.Name, o.Surname, o.Email = strings.TrimSpace(name), strings.TrimSpace(surname), strings.TrimSpace(email)
	var err error
	if o.Name == "" || o.Surname == "" {
		err = ErrName
	}
	if !person.ValidEmail(o.Email) {
		err = errors.Join(err, ErrEmail)
	}
	return err
}

// mayGive checks one post before it is given.
func (w Who) mayGive(tx *store.Tx, p office.Post) error {
	if !slices.Contains(office.Roles, p.Role) {
		return ErrRole
	}
	if _, err := w.ente(tx, p.Ente); err != nil {
		return err
	}
	if w.console {
		return nil
	}
	return w.MayGrant(p.Role)
}

func (a *Administration) drawPassword() (shown, hash string, err error) {
	drawn, err := credential.Draw(firstPassword, a.Rand)
	if err != nil {
		return "", "", err
	}
	shown = credential.Show(firstPassword, drawn)
	hash, err = a.Hasher.Hash(credential.PurposePassword, shown)
	return shown, hash, err
}

// postsIn says posts for the audit: "responsabile@asl+FSE, assistenza@comune".
func postsIn(posts []office.Post) string {
	var words []string
	for _, p := range posts {
		word := string(p.Role) + "@" + p.Ente
		if p.FSE {
			word += "+FSE"
		}
		words = append(words, word)
	}
	return strings.Join(words, ", ")
}
