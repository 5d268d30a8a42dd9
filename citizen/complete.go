package citizen

import (
	"context"
	"errors"
	"strings"

	"sportello/audit"
	"sportello/community"
	"sportello/credential"
	"sportello/mail"
	"sportello/registration"
	"sportello/store"
)

// Acceptance is what the citizen ticked on the page of the Regolamento.
type Acceptance struct {
	Terms      bool
	Privacy    bool
	OnBehalf   bool // asked where somebody signs for the citizen (F06)
	OldAccount bool // asked by a reset: the account there is now is removed (001 §5.2.3)
	Lang       string
}

// signs tells whether everything that the operation asks for was ticked.
func (a Acceptance) signs(op *registration.Operation) bool {
	return a.Terms && a.Privacy && (a.OnBehalf || !op.OnBehalf()) && (a.OldAccount || op.Kind != registration.Reset)
}

// Accept notes that both texts were accepted, in the versions that were shown; nothing else changes until the last step.
// An operation that asks for nothing more is completed. Errors: ErrNotAccepted, and those of Procedure.
func (c *Citizen) Accept(ctx context.Context, from audit.Origin, token string, a Acceptance) error {
	p, err := c.Procedure(ctx, token)
	if err != nil {
		return err
	}
	if p.Step == Done {
		return nil
	}
	if !a.signs(&p.Operation) {
		return ErrNotAccepted
	}
	s, stage := p.session, p.session.Stage
	s.Stage = string(Terms)
	s.Data = map[string]string{"regolamento": p.Community.Terms.SHA256, "informativa": p.Community.Privacy.SHA256, "firma": string(p.Signer()), "lingua": a.Lang}
	if err := c.Store.KeepSession(ctx, s, stage); errors.Is(err, store.ErrStale) {
		return nil // another tab went further: its step comes next
	} else if errors.Is(err, store.ErrNotFound) {
		return ErrNoProcedure
	} else if err != nil {
		return err
	}
	if nextStep(p.Rule, Terms) != Done {
		return nil
	}
	return c.complete(ctx, from, token, nil)
}

// Chosen is what the citizen chose at the last step, as typed.
type Chosen struct {
	Username string
	Password string
	Repeat   string
	Question string
	Answer   string
}

// Words tell the citizen what is wrong: an Italian text with verbs for its numbers, to be translated.
type Words struct {
	Text    string
	Numbers []any
}

// A Choice is what is wrong with a Chosen, field by field; empty Words where all is well.
type Choice struct {
	Username, Password, Repeat, Question, Answer Words
}

// Error implements error.
func (Choice) Error() string { return "username or password refused by the policy" }

func (c Choice) empty() bool {
	return c.Username.Text+c.Password.Text+c.Repeat.Text+c.Question.Text+c.Answer.Text == ""
}

// Complete ends the activation: from now on the credentials work. It gives a Choice as error when the policy refuses
// something; then nothing has changed (F03, F04).
func (c *Citizen) Complete(ctx context.Context, from audit.Origin, token string, in Chosen) error {
	p, err := c.Procedure(ctx, token)
	if err != nil {
		return err
	}
	if p.Step == Done {
		return nil
	}
	if p.Step != Choose {
		return ErrNotYet
	}
	wrong, err := c.Refusals(ctx, p, in)
	if err != nil {
		return err
	}
	if !wrong.empty() {
		return c.overtaken(ctx, token, wrong) // the username may be taken by this very activation, in another tab
	}
	set, err := c.hashed(in)
	if err != nil {
		return err
	}
	if err := c.complete(ctx, from, token, set); errors.Is(err, store.ErrConflict) {
		return Choice{Username: takenUsername}
	} else if err != nil {
		return err
	}
	return nil
}

var (
	takenUsername = Words{Text: "Questo username è già stato usato: scegline un altro."}
	ownUsername   = Words{Text: "Questo è lo username che hai adesso, e con il reset smette di valere: scegline uno diverso."}
)

// Refusals are what the policy would refuse of a choice; nothing is kept. It is told together with what is missing.
func (c *Citizen) Refusals(ctx context.Context, p Procedure, in Chosen) (w Choice, err error) {
	policy := p.Community.Password
	person := p.Person
	email, _, _ := strings.Cut(person.Contacts.Email, "@")
	if wrong := credential.UsernameProblems(policy, in.Username, string(person.TaxCode), in.Password); len(wrong) > 0 {
		w.Username.Text, w.Username.Numbers = wrong[0].Words(policy)
	} else if w.Username, err = c.taken(ctx, p, in.Username); err != nil {
		return w, err
	}
	if wrong := c.Judge.PasswordProblems(policy, in.Password, in.Username, person.Name, person.Surname, string(person.TaxCode), email, string(person.BirthDate)); len(wrong) > 0 {
		w.Password.Text, w.Password.Numbers = wrong[0].Words(policy)
	}
	if w.Password.Text == "" && in.Password != in.Repeat {
		w.Repeat.Text = "Le due password sono diverse: riscrivile tutte e due."
	}
	judgeQuestion(p.Community.Question, in, &w)
	return w, nil
}

func judgeQuestion(policy community.Question, in Chosen, w *Choice) {
	if !policy.Asked {
		return
	}
	answer := credential.NormalizeAnswer(in.Answer)
	if strings.TrimSpace(in.Question) == "" {
		w.Question.Text = "Scegli una domanda, o scrivine una tua."
	}
	switch {
	case len([]rune(answer)) < policy.AnswerMin:
		w.Answer = Words{"La risposta è troppo corta: servono almeno %d lettere o cifre.", []any{policy.AnswerMin}}
	case answer == credential.NormalizeAnswer(in.Password), answer == credential.NormalizeAnswer(in.Question):
		w.Answer.Text = "La risposta non può essere uguale alla password o alla domanda: scrivine un'altra."
	}
}

// taken says why a username cannot be had: it was given before, perhaps to this very person (F07, mission S10).
func (c *Citizen) taken(ctx context.Context, p Procedure, username string) (problem Words, err error) {
	if p.Username != "" && credential.FoldUsername(p.Username) == credential.FoldUsername(username) {
		return ownUsername, nil
	}
	err = c.Store.Read(ctx, func(tx *store.Tx) error {
		if taken, err := tx.UsernameTaken(p.Registration.Realm, username); err != nil || !taken {
			return err
		}
		problem = takenUsername
		return nil
	})
	return problem, err
}

// hashed makes the slow hashes before the act.
func (c *Citizen) hashed(in Chosen) (*credential.Set, error) {
	set := &credential.Set{Username: strings.TrimSpace(in.Username), Question: strings.TrimSpace(in.Question)}
	var err error
	if set.Password, err = c.Hasher.Hash(credential.PurposePassword, in.Password); err != nil {
		return nil, err
	}
	if set.Question == "" {
		return set, nil
	}
	set.Answer, err = c.Hasher.Hash(credential.PurposeAnswer, credential.NormalizeAnswer(in.Answer))
	return set, err
}

// complete does all that the rule says in one act; chosen is nil where username and password stay.
func (c *Citizen) complete(ctx context.Context, from audit.Origin, token string, chosen *credential.Set) error {
	err := c.again(ctx, from.Begin(audit.Activate, audit.ByCitizen, ""), func(tx *store.Tx) error {
		p, err := c.current(tx, token)
		note(tx, p)
		if err != nil {
			return err
		}
		if p.Step == Done && p.Operation.Outcome == registration.Success {
			return errAlready
		}
		return c.finish(tx, p, chosen)
	})
	if err != nil {
		return c.overtaken(ctx, token, err)
	}
	c.MailQueued()
	return nil
}

// again is Store.Act, done anew when a desk changed something in the same moment: now it can be seen.
func (c *Citizen) again(ctx context.Context, record audit.Record, f func(*store.Tx) error) (err error) {
	for range 4 {
		if err = c.Store.Act(ctx, record, f); !errors.Is(err, store.ErrStale) {
			break
		}
	}
	return err
}

// overtaken looks again when another tab or a desk was faster: all is well if this very activation is complete.
func (c *Citizen) overtaken(ctx context.Context, token string, err error) error {
	p, now := c.Procedure(ctx, token)
	switch {
	case now != nil:
		return now
	case p.Step == Done:
		return nil
	}
	return err
}

// note says in the audit record whose activation it is.
func note(tx *store.Tx, p Procedure) {
	if p.Person.ID == "" {
		return
	}
	tx.Record.Actor, tx.Record.Registration, tx.Record.Operation, tx.Record.Ente = string(p.Person.ID), p.Registration.ID, p.Operation.ID, p.Operation.Ente
	tx.Record.PersonMAC = tx.PersonMAC(p.Person.TaxCode)
}

func (c *Citizen) finish(tx *store.Tx, p Procedure, chosen *credential.Set) error {
	reg, op := &p.Registration, &p.Operation
	h, err := tx.Handover(op.ID)
	if err != nil {
		return err
	}
	rule, err := reg.Complete(op, p.accepted(), tx.Now)
	if err != nil {
		return err
	}
	if err := c.keepAcceptance(tx, p); err != nil {
		return err
	}
	if err := c.keepCredentials(tx, p, rule, h, chosen); err != nil {
		return err
	}
	if err := c.confirm(tx, p, reg); err != nil {
		return err
	}
	tx.Record.Detail = map[string]string{"operazione": string(op.Kind), "forte": map[bool]string{true: "Y", false: "N"}[reg.Strong]}
	if frozen, err := tx.Frozen(reg.ID, h.PIN); err != nil || frozen {
		return errors.Join(err, ErrPINFrozen) // it came back while the activation was under way
	}
	h.SealedPIN, h.SealedCode, h.PIN = nil, nil, "" // the PIN is the credentials' now
	op.ConcludedAt = tx.Now
	p.session.Stage, p.session.Data = string(Done), map[string]string{}
	return errors.Join(tx.SaveRegistration(reg), tx.SaveOperation(op), tx.SaveHandover(h), tx.SaveSession(p.session), tx.LetterArrived(op.ID),
		tx.EndSessionsOf(store.CitizenSession, reg.ID))
}

func (c *Citizen) keepAcceptance(tx *store.Tx, p Procedure) error {
	for _, text := range []store.Acceptance{
		{Text: "regolamento", Version: p.Community.Terms.Version, SHA256: p.Community.Terms.SHA256},
		{Text: "informativa", Version: p.Community.Privacy.Version, SHA256: p.Community.Privacy.SHA256},
	} {
		text.Operation, text.Registration, text.Lang, text.SignedBy = p.Operation.ID, p.Registration.ID, p.session.Data["lingua"], string(p.Signer())
		if err := tx.AddAcceptance(text); err != nil {
			return err
		}
	}
	return nil
}

// keepCredentials puts the chosen credentials in place, or only the new PIN where the rule leaves the rest (F07).
func (c *Citizen) keepCredentials(tx *store.Tx, p Procedure, rule registration.Rule, h *credential.Handover, chosen *credential.Set) error {
	set := chosen
	if !rule.AtHome.Has(registration.ChooseUsername) {
		var err error
		if set, err = tx.Credentials(p.Registration.ID); err != nil {
			return err
		}
	}
	if set == nil {
		return ErrNotYet
	}
	set.Registration, set.PIN, set.SetAt = p.Registration.ID, h.PIN, tx.Now
	return tx.SetCredentials(p.Registration.Realm, set)
}

// confirmations says which mail each operation ends with (E12).
var confirmations = map[registration.Kind]mail.Kind{
	registration.Verification:       mail.Activated,
	registration.StrongVerification: mail.Activated,
	registration.Promotion:          mail.Promoted,
	registration.Reset:              mail.ResetDone,
	registration.NewPIN:             mail.PINActivated,
}

func (c *Citizen) confirm(tx *store.Tx, p Procedure, reg *registration.Registration) error {
	if p.Person.Contacts.Email == "" {
		return nil
	}
	id, err := tx.NewID()
	if err != nil {
		return err
	}
	strength := mail.Weak
	if reg.Strong {
		strength = mail.Strong
	}
	return tx.Enqueue(&store.OutboxMail{ID: id, Kind: string(confirmations[p.Operation.Kind]), Community: p.Community.ID, Registration: reg.ID, Operation: p.Operation.ID,
		To: p.Person.Contacts.Email, Lang: p.session.Data["lingua"], MessageID: id + "@" + c.MailDomain, ExpiresAt: tx.Now.AddDate(0, 0, 3),
		Data: map[string]string{mail.DataName: p.Person.FullName(), mail.DataNumber: string(reg.Number), mail.DataEnte: p.Ente, mail.DataStrength: string(strength)}})
}
