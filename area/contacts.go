package area

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"sportello/audit"
	"sportello/credential"
	"sportello/mail"
	"sportello/person"
	"sportello/store"
)

// Contacts are what people change by themselves at once (K03): where letters go, and the telephones. Version is of the person that was shown.
type Contacts struct {
	Domicile      person.Domicile
	Phone, Mobile string
	Version       int
}

// The refusals of an address.
var (
	ErrDomicile    = errors.New("the domicile is not whole")
	ErrAddress     = errors.New("no e-mail address that can be written to")
	ErrRefusedMail = errors.New("e-mail of a domain that the community refuses")
	ErrSameAddress = errors.New("the e-mail address is the one that is known")
)

// EditContacts keeps new contacts. A new domicile is announced by mail, and for a while no PIN is posted to it. Errors: ErrDomicile, ErrChanged, ErrLoggedOut.
func (a *Area) EditContacts(ctx context.Context, from audit.Origin, token string, in Contacts) error {
	if !in.Domicile.Elsewhere {
		in.Domicile = person.Domicile{}
	}
	return a.act(ctx, from.Begin(audit.EditOwnData, audit.ByCitizen, ""), token, func(tx *store.Tx, m member) error {
		if m.person.Version != in.Version {
			return ErrChanged
		}
		if !a.whole(in.Domicile) {
			return ErrDomicile
		}
		p := m.person
		var changed []string
		if p.Domicile != in.Domicile {
			changed = append(changed, "domicilio")
			p.Domicile, p.DomicileChangedAt = in.Domicile, tx.Now
		}
		if p.Contacts.Phone != in.Phone || p.Contacts.Mobile != in.Mobile {
			changed = append(changed, "telefoni")
			p.Contacts.Phone, p.Contacts.Mobile = in.Phone, in.Mobile
		}
		if len(changed) == 0 {
			return nil
		}
		tx.Record.Detail = map[string]string{"campi": strings.Join(changed, ", ")}
		if err := tx.SavePerson(p); errors.Is(err, store.ErrStale) {
			return ErrChanged
		} else if err != nil {
			return err
		}
		if !slices.Contains(changed, "domicilio") {
			return nil
		}
		return a.tell(tx, m, mail.DomicileChanged, p.Contacts.Email)
	})
}

// whole tells whether a letter can be sent to a domicile.
func (a *Area) whole(d person.Domicile) bool {
	if !d.Elsewhere {
		return true
	}
	known := slices.ContainsFunc(a.Places.Comuni(d.Province), func(p person.Place) bool { return p.Code == d.Comune })
	return known && d.Address != "" && d.Number != "" && person.ValidPostalCode(d.PostalCode)
}

// passwordLimits bound wrong passwords typed inside a session: whoever has stolen one learns nothing.
func passwordLimits(from audit.Origin, registrationID string) []store.Limit {
	return []store.Limit{{Key: "area/" + registrationID + "/" + from.Line(), Max: 5, Window: 15 * time.Minute}}
}

// confirmed asks for the password again, before an act that a stolen session must not do. It counts the try. Errors: ErrCredentials, Wait, ErrLoggedOut.
func (a *Area) confirmed(ctx context.Context, record audit.Record, from audit.Origin, token, password string) error {
	var m member
	err := a.read(ctx, token, func(_ *store.Tx, found member) error { m = found; return nil })
	if err != nil {
		return err
	}
	limits := passwordLimits(from, m.reg.ID)
	if err := a.within(ctx, limits...); err != nil {
		return err
	}
	if !a.Hasher.Matches(m.set.Password, credential.PurposePassword, password) {
		return a.act(ctx, record, token, func(*store.Tx, member) error { return ErrCredentials })
	}
	return a.release(ctx, token, m, limits)
}

// release gives back the count of a right try, if the password is still the one that was judged.
func (a *Area) release(ctx context.Context, token string, judged member, limits []store.Limit) error {
	err := a.read(ctx, token, func(_ *store.Tx, m member) error {
		if m.set.Password != judged.set.Password {
			return ErrCredentials
		}
		return nil
	})
	return errors.Join(err, a.Store.Release(ctx, limits...))
}

// AskEmail asks to be written to at another address. Nothing changes until the link that is mailed there is used (mission S25); the password is asked again.
// Errors: ErrAddress, ErrRefusedMail, ErrSameAddress, ErrCredentials, Wait, ErrLoggedOut.
func (a *Area) AskEmail(ctx context.Context, from audit.Origin, token string, in NewEmail) error {
	record := from.Begin(audit.EditOwnData, audit.ByCitizen, "")
	record.Detail = map[string]string{"campi": "e-mail, da confermare"}
	p, err := a.Profile(ctx, token)
	if err != nil {
		return err
	}
	if err := a.mayHave(p, in.Address); err != nil {
		return err
	}
	if err := a.confirmed(ctx, record, from, token, in.Password); err != nil {
		return err
	}
	return a.act(ctx, record, token, func(tx *store.Tx, m member) error {
		return a.sendLink(tx, m, newLink{kind: store.EmailLink, mail: mail.ConfirmAddress, to: in.Address, lang: in.Lang, data: map[string]string{linkAddress: in.Address, linkLang: in.Lang}})
	})
}

// A NewEmail is what the citizen typed to change the address.
type NewEmail struct{ Address, Password, Lang string }

func (a *Area) mayHave(p Profile, address string) error {
	switch problems := (person.Contacts{Email: address}).Problems(p.Community.Desk.RefusedMailDomains); {
	case slices.Contains(problems, person.EmailRefused):
		return ErrRefusedMail
	case len(problems) > 0:
		return ErrAddress
	case strings.EqualFold(address, p.Person.Contacts.Email):
		return ErrSameAddress
	}
	return nil
}

// A Confirmation is what a link to confirm an address is about.
type Confirmation struct {
	Address string
	Profile
}

// EmailLink reads such a link; reading uses nothing up. Error: ErrLink.
func (a *Area) EmailLink(ctx context.Context, token string) (c Confirmation, err error) {
	err = a.Store.Read(ctx, func(tx *store.Tx) error {
		m, err := a.link(tx, store.EmailLink, token)
		if err != nil {
			return err
		}
		c = Confirmation{Address: m.session.Data[linkAddress], Profile: Profile{Community: m.of, Person: m.person.Person}}
		return nil
	})
	return c, err
}

// ConfirmEmail uses the link up: the address is the person's, the former one is told, and for a while no code goes to the new one. Errors: ErrLink, Wait.
func (a *Area) ConfirmEmail(ctx context.Context, from audit.Origin, token string) error {
	if err := a.within(ctx, linkLimits(from)...); err != nil {
		return err
	}
	record := from.Begin(audit.EditOwnData, audit.ByCitizen, "")
	record.Detail = map[string]string{"campi": "e-mail"}
	err := a.Store.Act(ctx, record, func(tx *store.Tx) error {
		m, err := a.link(tx, store.EmailLink, token)
		if err != nil {
			return err
		}
		former, address := m.person.Contacts.Email, m.session.Data[linkAddress]
		if err := a.mayHave(Profile{Person: m.person.Person, Community: m.of}, address); err != nil {
			return errors.Join(ErrLink, err)
		}
		m.person.Contacts.Email, m.person.Contacts.NoEmail = address, false
		if former != "" {
			m.person.EmailChangedAt = tx.Now
		}
		return errors.Join(tx.SavePerson(m.person), a.useUp(tx, m), tx.EndLinks(store.PasswordLink, m.reg.ID),
			a.tell(tx, m, mail.OwnAddress, address), a.tell(tx, m, mail.OwnAddressGone, former))
	})
	if errors.Is(err, store.ErrStale) {
		return ErrChanged
	}
	if err == nil {
		a.MailQueued()
	}
	return err
}

// Paused tells until when nothing that opens the credentials goes to an address that was changed at some time; the zero time if it may go.
func (a *Area) paused(m member, changed, now time.Time) time.Time {
	if until := changed.Add(time.Duration(m.of.Desk.ContactPauseHours) * time.Hour); !changed.IsZero() && now.Before(until) {
		return until
	}
	return time.Time{}
}
