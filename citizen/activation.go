package citizen

import (
	"context"
	"errors"
	"strings"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/credential"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// Codes are what the citizen types first, as typed.
type Codes struct {
	TaxCode string
	Code    string
	PIN     string
}

// sessionLife is how long an activation may take.
const sessionLife = time.Hour

// found is what one tax code and activation code lead to.
type found struct {
	community community.Community
	store.ActivationCode
	right  bool // the code is of this operation
	dead   bool // the code is right, but of an operation that it no longer opens
	frozen bool // the letter with its PIN came back: nothing is opened, and no try is counted
}

// CheckCodes begins an activation: it gives the token of a session whose first step is to be shown. Every wrong input and
// unknown person gets ErrCodes, at the same cost of one PIN hash. Errors: ErrCodes, ErrCodeDead, ErrPINFrozen, Wait, community.ErrNoLocal.
func (c *Citizen) CheckCodes(ctx context.Context, from audit.Origin, in Codes) (token string, err error) {
	wait, err := c.Store.Exceeded(ctx, limits(from)...)
	if err != nil {
		return "", err
	}
	if wait > 0 {
		return "", Wait{For: wait}
	}
	f, err := c.find(ctx, in)
	if err != nil {
		return "", err
	}
	if err := c.reserve(ctx, &f); err != nil {
		return "", err
	}
	right := c.Hasher.Matches(f.Handover.PIN, credential.PurposePIN, credential.Normalize(f.community.Codes.PIN, in.PIN))
	record := from.Begin(audit.CheckCodes, audit.ByCitizen, f.Person)
	record.Registration, record.PersonMAC = f.Registration, c.Store.PersonMAC(typedTaxCode(in.TaxCode))
	err = c.Store.Act(ctx, record, func(tx *store.Tx) error {
		switch {
		case !f.right:
			return ErrCodes
		case f.dead:
			return ErrCodeDead
		case !right:
			return ErrCodes
		}
		tx.Record.Operation = f.Handover.Operation
		if err := c.mayUse(f.community, tx.Now); err != nil {
			return err
		}
		if f.frozen {
			return ErrPINFrozen
		}
		if err := tx.ReleaseTry(f.Handover.Operation); errors.Is(err, store.ErrStale) {
			return ErrCodeDead // made anew, or erased, in this very moment
		} else if err != nil {
			return err
		}
		token, err = tx.StartSession(&store.Session{Kind: store.ActivationSession, Subject: f.Handover.Operation, Data: map[string]string{}})
		return err
	})
	if err == nil {
		return token, nil
	}
	return "", errors.Join(err, c.Store.CountFailures(ctx, limits(from)...))
}

// mayUse is community.ErrNoLocal where the community's own credentials have ended (N05).
func (c *Citizen) mayUse(of community.Community, now time.Time) error {
	return of.Local.MayUse(person.DateOf(now.In(c.Zone)))
}

// reserve counts a try of the code's PIN before it is judged: after the policy's number the code dies (mission S18), however
// many tries come at once. What opens nothing costs the same.
func (c *Citizen) reserve(ctx context.Context, f *found) error {
	operation := ""
	if f.right && !f.dead && !f.frozen {
		operation = f.Handover.Operation
	}
	left, err := c.Store.ReserveTry(ctx, operation, f.community.Codes.Activation.MaxTries)
	f.dead = f.dead || !left && !f.frozen
	return err
}

// typedTaxCode forgives hyphens too, as the codes do; what is no tax code is nobody's.
func typedTaxCode(s string) person.TaxCode {
	code, _ := person.ParseTaxCode(strings.ReplaceAll(s, "-", ""))
	return code
}

// find looks for the operation that the codes open, with the same work whatever was typed. Finding nothing is no error.
func (c *Citizen) find(ctx context.Context, in Codes) (f found, err error) {
	list, macs := c.Communities.Realm(c.Realm), map[community.ID]string{}
	if len(list) == 0 {
		return f, ErrNoProcedure
	}
	for _, of := range list {
		macs[of.ID] = c.Hasher.CodeMAC(credential.PurposeActivation, credential.Normalize(of.Codes.Activation, in.Code))
	}
	err = c.Store.Read(ctx, func(tx *store.Tx) error {
		codes, err := tx.ActivationCodes(c.Realm, typedTaxCode(in.TaxCode))
		for _, x := range codes {
			if !f.right {
				f.ActivationCode = x
				f.right = credential.SameMAC(x.Handover.Code, macs[x.Community])
			}
		}
		if err != nil || !f.right {
			return err
		}
		f.frozen, err = tx.Frozen(f.Registration, f.Handover.PIN)
		return err
	})
	of, known := c.Communities.ByID(f.Community)
	if !known {
		of = list[0]
	}
	f.community = of
	if !f.right {
		f.Handover = credential.Handover{}
		return f, err
	}
	f.dead = f.Outcome != registration.Pending || f.Handover.Dead(of.Codes.Activation.MaxTries, c.Store.Now())
	return f, err
}

// A Procedure is an activation under way.
type Procedure struct {
	Step         Step
	Person       person.Person
	Registration registration.Registration
	Operation    registration.Operation
	Rule         registration.Rule
	Community    community.Community
	Username     string // kept or chosen
	Ente         string // name of the ente of the riscontro
	CodeExpires  time.Time

	session *store.Session
}

// Procedure reads the activation that a browser's token names, with the step that comes next. Errors: ErrNoProcedure when it is unknown or too old,
// ErrCodeDead when the operation was replaced meanwhile.
func (c *Citizen) Procedure(ctx context.Context, token string) (Procedure, error) {
	return store.Look(ctx, c.Store, func(tx *store.Tx) (Procedure, error) { return c.current(tx, token) })
}

// current is the activation of a token, as one moment of the database shows it.
func (c *Citizen) current(tx *store.Tx, token string) (p Procedure, err error) {
	s, err := under(tx, store.ActivationSession, token)
	if err != nil {
		return p, err
	}
	return c.procedure(tx, s)
}

// under is the session of a procedure under way that is not too old.
func under(tx *store.Tx, kind store.SessionKind, token string) (*store.Session, error) {
	s, err := tx.Session(kind, token)
	if errors.Is(err, store.ErrNotFound) || err == nil && tx.Now.Sub(s.CreatedAt) > sessionLife {
		return nil, ErrNoProcedure
	}
	return s, err
}

func (c *Citizen) procedure(tx *store.Tx, s *store.Session) (p Procedure, err error) {
	p.session = s
	op, err := tx.Operation(s.Subject)
	if err != nil {
		return p, ErrNoProcedure
	}
	r, err := tx.Registration(op.Registration)
	if err != nil {
		return p, err
	}
	who, err := tx.Person(r.Person)
	if err != nil {
		return p, err
	}
	p.Person, p.Registration, p.Operation = who.Person, *r, *op
	p.Community, _ = c.Communities.ByID(r.Community)
	if set, err := tx.Credentials(r.ID); err == nil {
		p.Username = set.Username
	}
	if e, err := tx.Ente(op.Ente); err == nil {
		p.Ente = e.Name
	}
	if Step(s.Stage) == Done && op.Outcome == registration.Success {
		p.Step = Done
		return p, nil
	}
	h, err := tx.Handover(op.ID)
	if err != nil {
		return p, err
	}
	if err := c.mayUse(p.Community, tx.Now); err != nil && op.Kind != registration.Revocation { // who has nothing to open any more may still have it erased
		return p, err
	}
	p.CodeExpires = h.CodeExpiresAt
	if op.Outcome != registration.Pending || h.Dead(p.Community.Codes.Activation.MaxTries, tx.Now) {
		return p, ErrCodeDead
	}
	if p.Rule, err = r.Step(op); errors.Is(err, registration.ErrNotAllowed) {
		return p, ErrCodeDead // the registration was rejected since
	} else if err != nil {
		return p, err
	}
	p.Step = nextStep(p.Rule, p.stage())
	return p, nil
}

// stage is the last step that still counts: texts published in a new version have to be accepted again.
func (p *Procedure) stage() Step {
	if Step(p.session.Stage) == Terms && !p.accepted() {
		return ""
	}
	return Step(p.session.Stage)
}

// accepted tells whether the session holds the acceptance of today's texts, by who has to sign.
func (p *Procedure) accepted() bool {
	d := p.session.Data
	return d["regolamento"] == p.Community.Terms.SHA256 && d["informativa"] == p.Community.Privacy.SHA256 && d["firma"] == string(p.Signer())
}

// Signer is who signs at home: the citizen, or who acts for them by a declaration (F06).
func (p *Procedure) Signer() Signer {
	if p.Operation.OnBehalf() {
		return Representative
	}
	return Holder
}

// Leave ends an activation that the citizen walks away from: nothing has changed, and the codes still work.
func (c *Citizen) Leave(ctx context.Context, token string) error {
	return c.Store.DropSession(ctx, store.ActivationSession, token)
}
