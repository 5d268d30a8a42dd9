package main

import (
	"errors"

	"sportello/audit"
	"sportello/credential"
	"sportello/desk"
	"sportello/mail"
	"sportello/office"
	"sportello/registration"
	"sportello/store"
)

// book books an operation by the table, as a desk that has printed everything and concluded would leave it: no secret
// stays sealed, and no operator of the demo has papers left to print. It gives what was handed over.
func (s *seeder) book(n registration.Number, kind registration.Kind, ente int) (demoSecrets, error) {
	who := s.at(ente)
	secrets, err := s.draw(ente, kind)
	if err != nil {
		return secrets, err
	}
	record := who.Origin.Begin(audit.BookOperation, audit.ByOperator, who.Operator.ID)
	record.Ente = who.Ente.ID
	return secrets, s.store.Act(s.ctx, record, func(tx *store.Tx) error {
		r, err := tx.RegistrationByNumber(n)
		if err != nil {
			return err
		}
		op := &registration.Operation{Kind: kind, BookedAt: tx.Now, Operator: who.Operator.ID, Ente: who.Ente.ID,
			Entitled: who.Ente.Issues == office.IssuesStrong, Checks: allChecks}
		if op.ID, err = tx.NewID(); err != nil {
			return err
		}
		rule, err := s.replace(tx, r, op)
		if err != nil {
			return err
		}
		tx.Record.Registration, tx.Record.Operation = r.ID, op.ID
		return errors.Join(tx.AddOperation(op), tx.SaveRegistration(r), s.handOver(tx, op, rule, secrets), s.mailCode(tx, who, r, op, secrets), s.conclude(tx, op))
	})
}

// replace books op in place of what is pending.
func (s *seeder) replace(tx *store.Tx, r *registration.Registration, op *registration.Operation) (registration.Rule, error) {
	var pending []*registration.Operation
	before, err := tx.PendingOperation(r.ID)
	if err == nil {
		pending = append(pending, before)
	} else if !errors.Is(err, store.ErrNotFound) {
		return registration.Rule{}, err
	}
	rule, err := r.Book(op, pending)
	if err != nil {
		return rule, err
	}
	for _, p := range pending {
		if err := errors.Join(tx.DropMails(p.ID), tx.SaveOperation(p)); err != nil {
			return rule, err
		}
	}
	return rule, nil
}

// demoSecrets are what an operation hands over.
type demoSecrets struct{ pin, pinHash, code string }

func (s *seeder) draw(ente int, kind registration.Kind) (d demoSecrets, err error) {
	of, ok := s.desk.Communities.ByID(s.enti[ente].Community)
	if !ok {
		return d, desk.ErrNoCommunity
	}
	if d.pin, err = credential.Draw(of.Codes.PIN, chance); err != nil {
		return d, err
	}
	if d.pinHash, err = s.hasher.Hash(credential.PurposePIN, d.pin); err != nil {
		return d, err
	}
	format := of.Codes.Activation
	if kind == registration.Revocation {
		format = of.Codes.Revocation
	}
	d.code, err = credential.Draw(format, chance)
	return d, err
}

func (s *seeder) handOver(tx *store.Tx, op *registration.Operation, rule registration.Rule, d demoSecrets) error {
	h := &credential.Handover{Operation: op.ID, CodeExpiresAt: tx.Now.AddDate(0, 0, 60)}
	purpose := credential.PurposeRevocation
	if rule.Handover.Has(registration.IssuePIN) {
		h.PIN, purpose = d.pinHash, credential.PurposeActivation
	}
	h.Code = s.hasher.CodeMAC(purpose, d.code)
	return tx.AddHandover(h)
}

// mailCode queues the mail with the code.
func (s *seeder) mailCode(tx *store.Tx, who desk.Who, r *registration.Registration, op *registration.Operation, d demoSecrets) error {
	p, err := tx.Person(r.Person)
	if err != nil {
		return err
	}
	id, err := tx.NewID()
	if err != nil {
		return err
	}
	sealed, err := s.sealer.Seal("outbox/"+id, []byte(d.code))
	if err != nil {
		return err
	}
	kind := mail.ActivationCode
	if op.Kind == registration.Revocation {
		kind = mail.RevocationCode
	}
	return tx.Enqueue(&store.OutboxMail{ID: id, Kind: string(kind), Community: r.Community, Registration: r.ID, Operation: op.ID, To: p.Contacts.Email,
		Data:       map[string]string{mail.DataName: p.FullName(), mail.DataNumber: string(r.Number), mail.DataEnte: who.Ente.Name},
		SealedCode: sealed, SealContext: "outbox/" + id, MessageID: id + "@" + s.desk.MailDomain, ExpiresAt: tx.Now.AddDate(0, 0, 60)})
}

func (s *seeder) conclude(tx *store.Tx, op *registration.Operation) error {
	for _, paper := range []registration.Paper{registration.PINLetter, registration.SummarySheet} {
		if err := tx.CountPrint(op.ID, paper); err != nil {
			return err
		}
	}
	op.ConcludedAt = tx.Now
	return tx.SaveOperation(op)
}
