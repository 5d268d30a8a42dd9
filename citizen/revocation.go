package citizen

import (
	"context"
	"errors"

	"sportello/audit"
	"sportello/community"
	"sportello/credential"
	"sportello/mail"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// RevocationCodes are what the citizen types to revoke, as typed (001 §5.4.1).
type RevocationCodes struct {
	TaxCode string
	Code    string
}

// ConditionsVersion is that of the conditions that the page of the revocation shows; it stays in the register with the signature.
const ConditionsVersion = "1.0"

// revocable is what one tax code and revocation code lead to.
type revocable struct {
	store.RevocationCode
	dead bool // the code is right, but of an operation that it no longer opens
}

// CheckRevocation begins a revocation: it gives the token of a session whose conditions are to be shown. Every wrong input and unknown
// person gets ErrCodes, at the same cost. The limits are those of CheckCodes, and a try is counted before it is judged. Errors: ErrCodes, ErrCodeDead, Wait.
func (c *Citizen) CheckRevocation(ctx context.Context, from audit.Origin, in RevocationCodes) (token string, err error) {
	bounds := limits(from)
	wait, err := c.Store.Reserve(ctx, bounds...)
	if err != nil {
		return "", err
	}
	if wait > 0 {
		return "", Wait{For: wait}
	}
	f, err := c.findRevocation(ctx, in)
	if err != nil {
		return "", err
	}
	record := from.Begin(audit.CheckRevocation, audit.ByCitizen, f.Person)
	record.Registration, record.Operation, record.PersonMAC = f.Registration, f.Operation, c.Store.PersonMAC(typedTaxCode(in.TaxCode))
	err = c.Store.Act(ctx, record, func(tx *store.Tx) error {
		switch {
		case f.Operation == "":
			return ErrCodes
		case f.dead:
			return ErrCodeDead
		}
		if err := hold(tx, f.Operation); err != nil {
			return err
		}
		if err := tx.Release(bounds...); err != nil {
			return err
		}
		token, err = tx.StartSession(&store.Session{Kind: store.RevocationSession, Subject: f.Operation, Data: map[string]string{}})
		return err
	})
	return token, err
}

// hold keeps an operation as it is until the act is over. Error: ErrCodeDead if it has ended since it was found.
func hold(tx *store.Tx, operation string) error {
	op, err := tx.Operation(operation)
	if err == nil && op.Outcome == registration.Pending {
		err = tx.HoldOperation(op)
	} else if err == nil {
		err = ErrCodeDead
	}
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrStale) {
		return ErrCodeDead
	}
	return err
}

// findRevocation looks for the operation that the codes open, with the same work whatever was typed. Finding nothing is no error.
func (c *Citizen) findRevocation(ctx context.Context, in RevocationCodes) (found revocable, err error) {
	macs := map[community.ID]string{}
	for _, of := range c.Communities.Realm(c.Realm) {
		macs[of.ID] = c.Hasher.CodeMAC(credential.PurposeRevocation, credential.Normalize(of.Codes.Revocation, in.Code))
	}
	err = c.Store.Read(ctx, func(tx *store.Tx) error {
		codes, err := tx.RevocationCodes(c.Realm, typedTaxCode(in.TaxCode))
		for _, x := range codes {
			if mac, ok := macs[x.Community]; ok && credential.SameMAC(x.Code, mac) {
				found = revocable{x, x.Outcome != registration.Pending || !tx.Now.Before(x.Expires)}
			}
		}
		return err
	})
	return found, err
}

// A Revocation is one under way, or done; of one that is done nothing personal is known any more.
type Revocation struct {
	Procedure // when it is done, its Community alone
	Done      bool
	Mailed    bool // done, and the confirmation went to an address
}

// Revocation reads the revocation that a browser's token names. Errors: ErrNoProcedure, ErrCodeDead when the operation was replaced meanwhile.
func (c *Citizen) Revocation(ctx context.Context, token string) (Revocation, error) {
	return store.Look(ctx, c.Store, func(tx *store.Tx) (Revocation, error) { return c.revocation(tx, token) })
}

// What the session of a revocation that is done still knows.
const (
	doneCommunity = "community"
	doneMailed    = "posta"
)

func (c *Citizen) revocation(tx *store.Tx, token string) (r Revocation, err error) {
	s, err := under(tx, store.RevocationSession, token)
	if err != nil {
		return r, err
	}
	if Step(s.Stage) == Done {
		r.Community, _ = c.Communities.ByID(community.ID(s.Data[doneCommunity]))
		r.Done, r.Mailed, r.session = true, s.Data[doneMailed] != "", s
		return r, nil
	}
	r.Procedure, err = c.procedure(tx, s)
	return r, err
}

// A Signature is what the citizen ticked on the page of the conditions.
type Signature struct {
	Conditions bool
	OnBehalf   bool // asked where somebody acts for the citizen (F06)
	Lang       string
}

// Revoke ends the registration: credentials off, everything about the person erased, a sealed line in the register, and the last mail
// (001 §5.4.1, mission S31). Errors: ErrNotAccepted, and those of Revocation.
func (c *Citizen) Revoke(ctx context.Context, from audit.Origin, token string, in Signature) error {
	r, err := c.Revocation(ctx, token)
	if err != nil || r.Done {
		return err
	}
	if !in.Conditions || r.Operation.OnBehalf() && !in.OnBehalf {
		return ErrNotAccepted
	}
	err = c.again(ctx, from.Begin(audit.RevokeCitizen, audit.ByCitizen, ""), func(tx *store.Tx) error {
		r, err := c.revocation(tx, token)
		note(tx, r.Procedure)
		if err != nil {
			return err
		}
		if r.Done {
			return errAlready
		}
		return c.erase(tx, r.Procedure, in)
	})
	if err != nil {
		return c.revokedMeanwhile(ctx, token, err)
	}
	c.MailQueued()
	return nil
}

// revokedMeanwhile looks again when another tab or a desk was faster: all is well if this very revocation is done.
func (c *Citizen) revokedMeanwhile(ctx context.Context, token string, err error) error {
	r, now := c.Revocation(ctx, token)
	switch {
	case now != nil:
		return now
	case r.Done:
		return nil
	}
	return err
}

func (c *Citizen) erase(tx *store.Tx, p Procedure, in Signature) error {
	reg, op := p.Registration, p.Operation
	if _, err := reg.Complete(&op, true, tx.Now); err != nil {
		return err
	}
	line, err := revoked(tx, p, in)
	if err != nil {
		return err
	}
	tx.Record.Detail = map[string]string{"condizioni": ConditionsVersion, "firma": line.Signed}
	mailed := ""
	if p.Person.Contacts.Email != "" {
		mailed = "si"
	}
	known := map[string]string{doneCommunity: string(p.Community.ID), doneMailed: mailed}
	for _, step := range []func() error{
		func() error { return tx.FinishSessions(store.RevocationSession, op.ID, string(Done), known) }, // other windows too
		func() error { return tx.AddRevoked(p.Person, line) },
		func() error { return tx.Erase(&p.Registration) },
		func() error { return c.farewell(tx, p, in.Lang) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// revoked is the line that stays in the register.
func revoked(tx *store.Tx, p Procedure, in Signature) (store.Revoked, error) {
	reg, document := p.Registration, p.Person.Document
	line := store.Revoked{At: tx.Now, Registration: reg.ID, Number: reg.Number, Community: reg.Community, Since: reg.CreatedAt, Strong: reg.Strong,
		Proof: document.Kind, ProofEnd: ending(document), Signed: string(p.Signer()), Conditions: ConditionsVersion, Lang: in.Lang}
	ops, err := tx.Operations(reg.ID)
	for _, op := range ops {
		done := store.RevokedOperation{ID: op.ID, Kind: op.Kind, Outcome: op.Outcome, BookedAt: op.BookedAt, ClosedAt: op.ClosedAt, Ente: op.Ente, Operator: op.Operator}
		if op.ID == p.Operation.ID {
			done.Outcome, done.ClosedAt = registration.Success, tx.Now
		}
		line.Operations = append(line.Operations, done)
	}
	return line, err
}

// ending is the last three characters of a document's number, enough to compare it and too little to know it.
func ending(d person.Document) string {
	runes := []rune(d.Number)
	return string(runes[max(0, len(runes)-3):])
}

// farewell queues the last mail, to the address known until now (E12). Its row is forgotten once it has gone.
func (c *Citizen) farewell(tx *store.Tx, p Procedure, lang string) error {
	if p.Person.Contacts.Email == "" {
		return nil
	}
	id, err := tx.NewID()
	if err != nil {
		return err
	}
	return tx.Enqueue(&store.OutboxMail{ID: id, Kind: string(mail.Revoked), Community: p.Community.ID, Registration: p.Registration.ID, Operation: p.Operation.ID, Parting: true,
		To: p.Person.Contacts.Email, Lang: lang, MessageID: id + "@" + c.MailDomain, ExpiresAt: tx.Now.AddDate(0, 0, 3),
		Data: map[string]string{mail.DataName: p.Person.FullName(), mail.DataNumber: string(p.Registration.Number)}})
}

// KeepCredentials ends a revocation that the citizen walks away from: nothing has changed, and the code still works.
func (c *Citizen) KeepCredentials(ctx context.Context, token string) error {
	return c.Store.DropSession(ctx, store.RevocationSession, token)
}
