package citizen

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sportello/community"
	"sportello/credential"
	"sportello/letter"
	"sportello/mail"
	"sportello/person"
	"sportello/postal"
	"sportello/registration"
	"sportello/registry"
	"sportello/store"
)

// A comparison is what CIA said of somebody who registers online.
type comparison struct {
	asked   bool
	outcome registry.Outcome
	sources []store.FieldSource
}

// compare asks CIA whether a person is who they say (001 §3.3.1), where the policy lets it. A registry that is slow or down is asked again
// for two hours; then, and when it lies, nobody is identified, and a desk or a fax is the way on. postponed says that it is to be asked again.
func (c *Citizen) compare(ctx context.Context, s *settling) (postponed bool, err error) {
	p := s.Writing.Person
	if !comparable(p, s.Community) || c.Registries.CIA == nil {
		return false, nil
	}
	limit := comparisonLimit(c.Store.PersonMAC(p.TaxCode))
	if wait, err := c.Store.Exceeded(ctx, limit); err != nil || wait > 0 {
		return false, err
	}
	f := registry.Cascade{CIA: c.Registries.CIA, Now: c.Registries.Now, Failed: c.Registries.Failed}.Lookup(ctx, registry.Query{TaxCode: p.TaxCode,
		Province: p.Residence.Province, Comune: p.Residence.Comune, Purpose: "registrazione online", Practice: s.kept.ID})
	s.seen.asked, s.seen.outcome = true, registry.Down
	if len(f.Consulted) > 0 {
		s.seen.outcome = f.Consulted[0].Outcome
	}
	unheard := s.seen.outcome == registry.Slow || s.seen.outcome == registry.Down
	if unheard && c.Store.Now().Sub(s.kept.ConfirmedAt) < registryHours {
		s.kept.NextAt = c.Store.Now().Add(againAfter)
		return true, c.Store.KeepApplication(ctx, s.kept)
	}
	if err := c.Store.CountFailures(ctx, limit); err != nil {
		return false, err
	}
	if f.Record == nil || f.Deceased || !agrees(p, *f.Record) {
		return false, nil
	}
	s.match = true
	for field, from := range f.Sources() {
		s.seen.sources = append(s.seen.sources, store.FieldSource{Field: string(field), Source: string(from.Source), ReadAt: from.ReadAt})
	}
	s.secrets, err = c.drawWeak(s.Community)
	return false, err
}

// comparisonLimit is how often CIA's answer about one person decides in a day: it goes to who holds a mailbox, which need not be theirs, so that
// nobody may go on trying document numbers. Who is over it is answered as one whom CIA does not know.
func comparisonLimit(code string) store.Limit {
	return store.Limit{Key: "confronti/persona/" + code, Max: 3, Window: 24 * time.Hour}
}

// comparable tells whether CIA can identify somebody: resident in an integrated comune, with an identity card of that comune.
func comparable(p person.Person, c community.Community) bool {
	return slices.Contains(c.Online.Integrated, p.Residence.Comune) && p.Document.Kind == person.IdentityCard
}

// agrees tells whether what somebody wrote is what the registry says. A registry that does not know one of these cannot identify anybody.
func agrees(p person.Person, r registry.Record) bool {
	return store.Key(p.Surname) == store.Key(r.Surname) && store.Key(p.Name) == store.Key(r.Name) &&
		p.BirthDate == r.BirthDate && p.Sex == r.Sex && p.Residence.Comune == r.Residence.Comune &&
		sameAddress(p.Residence, r.Residence) &&
		r.Document.Number != "" && person.NormalizeNumber(p.Document.Number) == person.NormalizeNumber(r.Document.Number) && p.Document.IssuedOn == r.Document.IssuedOn
}

// sameAddress compares what tells one house from another: the last word of the street, whose first ones people shorten, and the digits of the number.
// The letter with the PIN goes there.
func sameAddress(a, b person.Residence) bool {
	return lastWord(a.Address) != "" && lastWord(a.Address) == lastWord(b.Address) && firstDigits(a.Number) == firstDigits(b.Number)
}

func lastWord(street string) string {
	words := strings.Fields(store.Fold(street))
	if len(words) == 0 {
		return ""
	}
	return words[len(words)-1]
}

func firstDigits(number string) string {
	end := strings.IndexFunc(number, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		return number
	}
	return number[:end]
}

// weakSecrets are what a weak registration hands over: the PIN by post, the code by e-mail. They are drawn before the act.
type weakSecrets struct{ pin, pinHash, code, codeHash string }

func (c *Citizen) drawWeak(of community.Community) (*weakSecrets, error) {
	var s weakSecrets
	var err error
	if s.pin, err = credential.Draw(of.Codes.PIN, c.Rand); err != nil {
		return nil, err
	}
	if s.code, err = credential.Draw(of.Codes.Activation, c.Rand); err != nil {
		return nil, err
	}
	s.codeHash = c.Hasher.CodeMAC(credential.PurposeActivation, s.code)
	s.pinHash, err = c.Hasher.Hash(credential.PurposePIN, s.pin)
	return &s, err
}

// bookWeak books the Riscontro of who was identified by CIA, like a desk does (mission S2), and queues the letter with the PIN.
func (c *Citizen) bookWeak(tx *store.Tx, s *settling, reg *registration.Registration) error {
	id, err := tx.NewID()
	if err != nil {
		return err
	}
	op := &registration.Operation{ID: id, Kind: registration.Verification, BookedAt: tx.Now, ConcludedAt: tx.Now}
	if _, err := reg.Book(op, nil); err != nil {
		return err
	}
	reg.VerifiedAt = tx.Now
	s.operation = id
	return errors.Join(tx.SaveRegistration(reg), tx.AddOperation(op),
		tx.AddHandover(&credential.Handover{Operation: id, PIN: s.secrets.pinHash, Code: s.secrets.codeHash, CodeExpiresAt: c.codeExpiry(tx.Now, s.Community)}),
		c.postPIN(tx, s, reg))
}

// codeExpiry is the last second of the last day on which a code is taken.
func (c *Citizen) codeExpiry(now time.Time, of community.Community) time.Time {
	y, m, day := now.In(c.Zone).Date()
	return time.Date(y, m, day+of.Codes.Activation.ValidDays, 23, 59, 59, 0, c.Zone).UTC()
}

// mailCode queues the mail with the activation code; the PIN comes by post (C03).
func (c *Citizen) mailCode(tx *store.Tx, s *settling, reg *registration.Registration) error {
	id, err := tx.NewID()
	if err != nil {
		return err
	}
	sealed, err := c.Sealer.Seal("outbox/"+id, []byte(s.secrets.code))
	if err != nil {
		return fmt.Errorf("seal code: %w", err)
	}
	return tx.Enqueue(&store.OutboxMail{ID: id, Kind: string(mail.OnlineCode), Community: reg.Community, Registration: reg.ID, Operation: s.operation, To: s.Writing.Person.Contacts.Email, Lang: s.Lang,
		Data: map[string]string{mail.DataName: s.Writing.Person.FullName(), mail.DataNumber: string(reg.Number)}, SealedCode: sealed, SealContext: "outbox/" + id,
		MessageID: id + "@" + c.MailDomain, ExpiresAt: c.codeExpiry(tx.Now, s.Community)})
}

// postPIN queues the letter with the PIN (C03), for the residence that CIA has just confirmed.
func (c *Citizen) postPIN(tx *store.Tx, s *settling, reg *registration.Registration) error {
	to := letter.PostalOf(s.person.Person, letter.PlaceOf(s.person.Residence, c.Places), letter.Place{})
	return tx.QueueLetter(s.Community.Post, &postal.Letter{Community: reg.Community, Registration: reg.ID, Operation: s.operation, Lang: s.Lang, Address: to.Posted(), Proof: postal.ByRegistry,
		Secret: s.secrets.pinHash}, s.secrets.pin)
}
