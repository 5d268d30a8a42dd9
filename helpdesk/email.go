package helpdesk

import (
	"context"
	"errors"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/mail/inbound"
	"sportello/request"
	"sportello/store"
)

// senderLimit is how many mails one sender may send in a day before they are put aside: From can be forged, so senders that our own server has
// verified count for themselves.
func senderLimit(m inbound.Message) store.Limit {
	return store.Limit{Key: "istanze per e-mail/" + string(m.Verdict) + "/" + m.From, Max: 10, Window: 24 * time.Hour}
}

// Arrive keeps a mail as a request, once however often it comes, and looks whose it may be: by a tax code in it, else by its sender's address. That helps
// the clerk and decides nothing (domain: From can be forged). Error: inbound.ErrAside for a sender who sends too many.
func (h *Helpdesk) Arrive(ctx context.Context, of community.Community, m inbound.Message) error {
	r := &request.Request{Realm: of.Realm, Community: of.ID, Kind: request.Email, Problem: request.Guess(m.Subject + " " + m.Text), Source: "e-mail/" + m.Key,
		Content: request.Content{Sender: m.From, Subject: m.Subject, Text: m.Text, Cut: m.Cut, Attachments: m.Attachments, Verdict: m.Verdict}}
	if known, err := h.arrived(ctx, r); known || err != nil {
		return err
	}
	wait, err := h.Store.Reserve(ctx, senderLimit(m))
	if err != nil {
		return err
	}
	if wait > 0 {
		return inbound.ErrAside
	}
	err = h.Store.Act(ctx, audit.Origin{}.Begin(audit.ReceiveRequest, audit.BySystem, ""), func(tx *store.Tx) error {
		id, err := h.whose(tx, r)
		if err != nil {
			return err
		}
		if r.Registration = id; id != "" {
			reg, err := tx.Registration(id)
			if err != nil {
				return err
			}
			r.Community, tx.Record.Registration = reg.Community, id
		}
		err = tx.AddRequest(r)
		tx.Record.Detail = map[string]string{"istanza": r.ID, "tipo": string(r.Kind), "problema": string(r.Problem)}
		return err
	})
	if errors.Is(err, store.ErrConflict) { // the same message, read in the same moment by another machine
		return nil
	}
	return err
}

// arrived tells whether some evidence has made a request already.
func (h *Helpdesk) arrived(ctx context.Context, r *request.Request) (known bool, err error) {
	err = h.Store.Read(ctx, func(tx *store.Tx) error {
		_, err := tx.RequestOfSource(r.Realm, r.Source)
		known = err == nil
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return err
	})
	return known, err
}

// whose is the registration that a mail seems to be about, "" if none or several.
func (h *Helpdesk) whose(tx *store.Tx, r *request.Request) (string, error) {
	found := map[string]bool{}
	for _, code := range request.TaxCodes(r.Content.Subject + "\n" + r.Content.Text) {
		p, err := tx.PersonByTaxCode(r.Realm, code)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return "", err
		}
		reg, err := tx.LiveRegistration(p.ID)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return "", err
		}
		found[reg.ID] = true
	}
	if len(found) == 0 && r.Content.Sender != "" {
		ids, err := tx.RegistrationsByEmail(r.Realm, r.Content.Sender)
		if err != nil {
			return "", err
		}
		for _, id := range ids {
			found[id] = true
		}
	}
	for id := range found {
		if len(found) == 1 {
			return id, nil
		}
	}
	return "", nil
}

// MailboxIntake is the name of the mailbox among the intakes.
const MailboxIntake = "casella e-mail"

// ReadMailbox keeps what waits in a mailbox as requests of a community, and notes how it went: the inbox says since when it is unread.
func (h *Helpdesk) ReadMailbox(ctx context.Context, box *inbound.Mailbox, of community.Community) error {
	aside := 0
	_, err := box.Collect(ctx, func(ctx context.Context, m inbound.Message) error {
		err := h.Arrive(ctx, of, m)
		if errors.Is(err, inbound.ErrAside) {
			aside++
		}
		return err
	})
	if ctx.Err() != nil {
		return err // we are asked to stop: that says nothing of the mailbox
	}
	fault := ""
	if err != nil {
		fault = mailboxFault(err)
	}
	return errors.Join(err, h.Store.NoteIntake(context.WithoutCancel(ctx), MailboxIntake, fault, aside))
}

// mailboxFaults say what keeps the mailbox from being read, and who can do something.
var mailboxFaults = []struct {
	err   error
	words string
}{
	{inbound.ErrCertificate, "il certificato del server di posta è scaduto, non è del server giusto o non è di un'autorità riconosciuta: avvisare chi gestisce il server"},
	{inbound.ErrOpen, "il server di posta non offre un collegamento protetto (STARTTLS): avvisare chi gestisce il server"},
	{inbound.ErrRefused, "il server di posta rifiuta l'utente o la password della casella: avvisare chi gestisce il server"},
}

func mailboxFault(err error) string {
	for _, f := range mailboxFaults {
		if errors.Is(err, f.err) {
			return f.words
		}
	}
	return "la casella non risponde o non si legge per intero"
}
