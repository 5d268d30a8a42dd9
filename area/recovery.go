package area

import (
	"context"
	"strings"
	"time"

	"sportello/audit"
	"sportello/credential"
	"sportello/mail"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// A Forgotten is what somebody types who has lost the password: in a community with a secret question the username, the question and the answer (000); in one
// without, the username and the e-mail address.
type Forgotten struct {
	Username, Question, Answer, Email string
	Lang                              string
}

// recoveryLimits bound what is asked for from one place; the username is part of one key, so that nobody's tries lock another out (mission S18).
func recoveryLimits(from audit.Origin, who string) []store.Limit {
	return []store.Limit{
		{Key: "recupero/" + who + "/" + from.Line(), Max: 5, Window: time.Hour},
		{Key: "recupero/indirizzo/" + from.Line(), Max: 20, Window: time.Hour},
		{Key: "recupero/rete/" + from.Network(), Max: 200, Window: time.Hour},
	}
}

// mailsTo bound how often one person is written to, whoever asks: mails are counted, not tries. Five in a day go out at once, then one in every hour: who
// asks in somebody's name cannot use them all up, for a link lasts an hour, and so a link that works is always in the mailbox of who needs one.
func mailsTo(of string) (day, hour store.Limit) {
	return store.Limit{Key: "recupero/posta/" + of, Max: 5, Window: 24 * time.Hour}, store.Limit{Key: "recupero/posta/ora/" + of, Max: 1, Window: time.Hour}
}

// mayMail tells whether one more mail may go out.
func mayMail(tx *store.Tx, of string) (bool, error) {
	day, hour := mailsTo(of)
	inDay, err := tx.Exceeded(day)
	if err != nil {
		return false, err
	}
	inHour, err := tx.Exceeded(hour)
	return inDay == 0 || inHour == 0, err
}

// AskPassword mails a link for a new password to the address that is known, if what was typed is right (K01, mission S21). Whoever asks learns nothing:
// the same hash, the same statements and the same rows are made for people who do not exist. Error: Wait.
func (a *Area) AskPassword(ctx context.Context, from audit.Origin, in Forgotten) error {
	username := credential.FoldUsername(in.Username)
	lost := asked{deed: audit.AskPassword, who: username, lang: in.Lang, kind: mail.PasswordLink}
	return a.ask(ctx, from, lost, func(tx *store.Tx) (*store.Recoverable, error) {
		return tx.RecoverableByUsername(a.Realm, username)
	}, func(r *store.Recoverable) bool {
		return a.knows(r, in)
	})
}

// MailPasswordLink mails a link for a new password to somebody whom the helpdesk has recognised (K01: "or by telephone"), as part of its act: to the
// address that is known, never to another. Errors: ErrInactive, ErrNoEmail, ErrSoon.
func (a *Area) MailPasswordLink(tx *store.Tx, registrationID string) error {
	m, err := a.recognised(tx, registrationID)
	switch {
	case err != nil:
		return err
	case m.person.Contacts.Email == "":
		return ErrNoEmail
	case !a.paused(m, m.person.EmailChangedAt, tx.Now).IsZero():
		return ErrSoon
	}
	lang, err := tx.Language(m.reg.ID)
	if err != nil {
		return err
	}
	return a.sendLink(tx, m, newLink{kind: store.PasswordLink, mail: mail.PasswordLink, to: m.person.Contacts.Email, lang: lang, data: map[string]string{linkLang: lang}})
}

// knows judges the answer, or the address; the hash is made in any case.
func (a *Area) knows(r *store.Recoverable, in Forgotten) bool {
	answer := a.Hasher.Matches(r.Answer, credential.PurposeAnswer, credential.NormalizeAnswer(in.Answer))
	of, _ := a.Communities.ByID(r.Community)
	if of.Question.Asked {
		return answer && r.Question != "" && credential.NormalizeAnswer(r.Question) == credential.NormalizeAnswer(in.Question)
	}
	return r.Email != "" && strings.EqualFold(r.Email, strings.TrimSpace(in.Email))
}

// AskUsername mails the username to the address that is known, if the tax code is somebody's. Whoever asks learns nothing. Error: Wait.
func (a *Area) AskUsername(ctx context.Context, from audit.Origin, taxCode, lang string) error {
	code, _ := person.ParseTaxCode(strings.ReplaceAll(taxCode, "-", "")) // what is none is nobody's
	lost := asked{deed: audit.AskUsername, who: string(code), lang: lang, kind: mail.UsernameReminder}
	return a.ask(ctx, from, lost, func(tx *store.Tx) (*store.Recoverable, error) {
		return tx.RecoverableByTaxCode(a.Realm, code)
	}, func(r *store.Recoverable) bool { return r.Email != "" })
}

// asked is where the two questions differ.
type asked struct {
	deed      audit.Deed
	who, lang string
	kind      mail.Kind
}

// nobody is whose rows are made when there is nobody to write to.
const nobody = "nessuno"

// ask judges what was typed, and writes a mail or something that costs the same.
func (a *Area) ask(ctx context.Context, from audit.Origin, x asked, find func(*store.Tx) (*store.Recoverable, error), right func(*store.Recoverable) bool) error {
	if err := a.within(ctx, recoveryLimits(from, x.who)...); err != nil {
		return err
	}
	var r *store.Recoverable
	err := a.Store.Read(ctx, func(tx *store.Tx) (err error) {
		r, err = find(tx)
		return err
	})
	if err != nil {
		return err
	}
	known := right(r)
	record := from.Begin(x.deed, audit.ByCitizen, string(r.Person))
	record.Registration, record.Detail = r.Registration, from.Detail()
	err = a.Store.Act(ctx, record, func(tx *store.Tx) error {
		may, err := mayMail(tx, x.who)
		if err != nil {
			return err
		}
		known = known && may && a.reachable(r, tx.Now)
		if !known {
			tx.Record.Outcome = audit.Refused
		}
		return a.answer(tx, r, x, known)
	})
	if err != nil {
		return err
	}
	counted := nobody
	if known {
		counted = x.who
	}
	a.MailQueued()
	day, hour := mailsTo(counted)
	return a.Store.CountFailures(ctx, day, hour)
}

// reachable tells whether a link may go to the address that is known.
func (a *Area) reachable(r *store.Recoverable, now time.Time) bool {
	of, _ := a.Communities.ByID(r.Community)
	return r.Email != "" && a.paused(member{of: of}, r.EmailChangedAt, now).IsZero()
}

// answer queues the mail; for somebody who is not to get it, one to nobody that counts as sent.
func (a *Area) answer(tx *store.Tx, r *store.Recoverable, x asked, known bool) error {
	m := member{reg: &registration.Registration{ID: r.Registration, Community: r.Community, Number: r.Number}, person: &store.Person{Person: r.Named()}}
	stage, subject, to := linkUsed, nobody, r.Email
	switch {
	case !known:
		m.reg.ID, to = "", ""
	case x.kind == mail.PasswordLink: // a reminder takes no link away: anybody can ask for it
		stage, subject = "", r.Registration
	}
	if err := tx.EndLinks(store.PasswordLink, subject); err != nil {
		return err
	}
	link := &store.Session{Kind: store.PasswordLink, Subject: subject, Stage: stage, Data: map[string]string{linkLang: x.lang}}
	secret, err := tx.StartSession(link)
	if err != nil {
		return err
	}
	letter := mailing{kind: x.kind, to: to, lang: x.lang, expires: tx.Now.Add(linkWaits), link: link}
	if x.kind == mail.UsernameReminder {
		secret, letter.expires, letter.link = r.Username, time.Time{}, nil
	}
	row, err := a.sealedMail(tx, m, letter, secret)
	if err != nil {
		return err
	}
	if !known {
		row.SentAt, row.SealedCode = tx.Now, nil
	}
	return tx.Enqueue(row)
}
