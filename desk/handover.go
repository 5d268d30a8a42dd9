package desk

import (
	"fmt"
	"time"

	"sportello/community"
	"sportello/credential"
	"sportello/mail"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// A codeSort is what activation and revocation codes differ in.
type codeSort struct {
	effect  registration.Effect // of the rule that hands it over
	purpose string
	mail    mail.Kind
	format  func(community.Codes) community.CodeFormat
}

var codeSorts = []codeSort{
	{registration.IssueActivationCode, credential.PurposeActivation, mail.ActivationCode, func(c community.Codes) community.CodeFormat { return c.Activation }},
	{registration.IssueRevocationCode, credential.PurposeRevocation, mail.RevocationCode, func(c community.Codes) community.CodeFormat { return c.Revocation }},
}

// codeIn is the sort of code among what is handed over, if there is one.
func codeIn(handed registration.Effect) (codeSort, bool) {
	for _, s := range codeSorts {
		if handed.Has(s.effect) {
			return s, true
		}
	}
	return codeSort{}, false
}

// handed is what an ente hands over for an operation: the job centres have no activation codes, but a revocation needs its own (mission S3).
func handed(k registration.Kind, ente office.Ente) registration.Effect {
	if ente.PINOnly {
		return k.Handover() &^ registration.IssueActivationCode
	}
	return k.Handover()
}

// Secrets are drawn and hashed before an act begins: hashing is slow. What is not handed over is empty.
type secrets struct {
	pin, code         string
	pinHash, codeHash string
	sort              codeSort // of the code
	validDays         int
}

func (d *Desk) draw(c community.Community, effects registration.Effect) (s secrets, err error) {
	if effects.Has(registration.IssuePIN) {
		if s.pin, err = credential.Draw(c.Codes.PIN, d.Rand); err != nil {
			return s, err
		}
		if s.pinHash, err = d.Hasher.Hash(credential.PurposePIN, s.pin); err != nil {
			return s, err
		}
	}
	sort, ok := codeIn(effects)
	if !ok {
		return s, nil
	}
	format := sort.format(c.Codes)
	if s.code, err = credential.Draw(format, d.Rand); err != nil {
		return s, err
	}
	s.codeHash, s.sort, s.validDays = d.Hasher.CodeMAC(sort.purpose, s.code), sort, format.ValidDays
	return s, nil
}

// Contexts to which the sealed secrets of an operation are bound.
func sealPIN(operation string) string  { return "handover/" + operation + "/pin" }
func sealCode(operation string) string { return "handover/" + operation + "/code" }

// sealedSecret seals a secret, and leaves one that there is not as nil.
func (d *Desk) sealedSecret(context, secret string) ([]byte, error) {
	if secret == "" {
		return nil, nil
	}
	blob, err := d.Sealer.Seal(context, []byte(secret))
	if err != nil {
		return nil, fmt.Errorf("seal %s: %w", context, err)
	}
	return blob, nil
}

// handOver keeps PIN and code: sealed until the desk ends, hashed for ever.
func (d *Desk) handOver(tx *store.Tx, c community.Community, op *registration.Operation, s secrets) (err error) {
	days := s.validDays
	if s.code == "" {
		days = c.Codes.Activation.ValidDays // the code comes by another way
	}
	h := &credential.Handover{Operation: op.ID, PIN: s.pinHash, Code: s.codeHash, CodeExpiresAt: d.expiry(tx.Now, days)}
	if h.SealedPIN, err = d.sealedSecret(sealPIN(op.ID), s.pin); err != nil {
		return err
	}
	if h.SealedCode, err = d.sealedSecret(sealCode(op.ID), s.code); err != nil {
		return err
	}
	return tx.AddHandover(h)
}

// expiry is the last second of the last day on which a code is taken, in the desk's zone.
func (d *Desk) expiry(now time.Time, days int) time.Time {
	y, m, day := now.In(d.Zone).Date()
	return time.Date(y, m, day+days, 23, 59, 59, 0, d.Zone).UTC()
}

// mailCode queues the mail with the code, if there is one and the citizen has an address (E03, E06, mission S20).
func (d *Desk) mailCode(tx *store.Tx, who Who, p *person.Person, reg *registration.Registration, op *registration.Operation, s secrets) error {
	if s.code == "" || p.Contacts.Email == "" {
		return nil
	}
	id, err := tx.NewID()
	if err != nil {
		return err
	}
	sealed, err := d.sealedSecret("outbox/"+id, s.code)
	if err != nil {
		return err
	}
	return tx.Enqueue(&store.OutboxMail{ID: id, Kind: string(s.sort.mail), Community: reg.Community, Registration: reg.ID, Operation: op.ID,
		To: p.Contacts.Email, Data: map[string]string{mail.DataName: p.FullName(), mail.DataNumber: string(reg.Number), mail.DataEnte: who.Ente.Name},
		SealedCode: sealed, SealContext: "outbox/" + id, MessageID: id + "@" + d.MailDomain, ExpiresAt: d.expiry(tx.Now, s.validDays)})
}
