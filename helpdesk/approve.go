package helpdesk

import (
	"errors"
	"fmt"
	"time"

	"sportello/credential"
	"sportello/desk"
	"sportello/mail"
	"sportello/office"
	"sportello/registration"
	"sportello/request"
	"sportello/store"
)

// approveCredentials gives credentials to who has asked an ente for them (003): the registration becomes attivo and stays weak, because nobody has seen the
// person (mission S2). Who had credentials gets new ones in their place. Errors: office.ErrForbidden, registration.ErrNotAllowed.
func (h *Helpdesk) approveCredentials(tx *store.Tx, who desk.Who, r *request.Request, f desk.File) error {
	if err := who.May(office.ApproveRequests, tx.Now); err != nil {
		return err
	}
	kept, in, err := h.credentialsAsked(tx, r)
	if err != nil {
		return err
	}
	policy := f.Community.EnteRequest
	reg := f.Registration
	if reg.State != registration.Active {
		if err := h.identify(tx, who, &reg, in); err != nil {
			return err
		}
	}
	set := credential.Set{Registration: reg.ID, Password: in.FirstHash, PIN: in.PIN, SetAt: tx.Now, TemporaryUntil: tx.Now.Add(time.Duration(policy.TemporaryHours) * time.Hour)}
	if set.Username, err = freeUsername(tx, f, reg); err != nil {
		return err
	}
	first := in.First
	in.First, in.FirstHash, in.PIN = "", "", "" // they are the credentials' now
	decided := h.decided(tx, kept, in, policy.ApprovedDays)
	return errors.Join(decided, tx.SetCredentials(reg.Realm, &set),
		tx.EndSessionsOf(store.CitizenSession, reg.ID), tx.EndSessionsOf(store.FirstSession, reg.ID),
		h.mailDecision(tx, kept, in, decision{kind: mail.RequestApproved, code: first, until: set.TemporaryUntil}))
}

// credentialsAsked reads what a request asks for.
func (h *Helpdesk) credentialsAsked(tx *store.Tx, r *request.Request) (kept *store.CredentialRequest, in request.Asked, err error) {
	if kept, err = tx.CredentialRequestOf(r.ID); err != nil {
		return nil, in, err
	}
	return kept, in, h.Store.OpenData(kept, &in)
}

// identify is the riscontro by the ente's approval, a weak one, which is complete at once: the Regolamento was accepted with the request.
func (h *Helpdesk) identify(tx *store.Tx, who desk.Who, reg *registration.Registration, in request.Asked) error {
	id, err := tx.NewID()
	if err != nil {
		return err
	}
	op := &registration.Operation{ID: id, Kind: registration.Verification, BookedAt: tx.Now, Operator: who.Operator.ID, Ente: who.Ente.ID,
		Checks: registration.Checks{Document: true, PrivacyNotice: true}}
	if _, err := reg.Book(op, nil); err != nil {
		return err
	}
	reg.VerifiedAt, reg.VerifiedBy = tx.Now, who.Ente.ID
	if _, err := reg.Complete(op, true, tx.Now); err != nil {
		return err
	}
	op.ConcludedAt = tx.Now
	tx.Record.Operation = id
	if err := errors.Join(tx.AddOperation(op), tx.SaveRegistration(reg)); err != nil {
		return err
	}
	for text, shown := range map[string]request.Shown{"informativa": in.Privacy, "regolamento": in.Terms} {
		err := tx.AddAcceptance(store.Acceptance{Operation: id, Registration: reg.ID, Text: text, Version: shown.Version, SHA256: shown.SHA256, Lang: in.Lang, SignedBy: "titolare", At: shown.At})
		if err != nil {
			return err
		}
	}
	return nil
}

// freeUsername is the codice fiscale (003), or with a number behind it where it was given before: a username is never given again (mission S10).
func freeUsername(tx *store.Tx, f desk.File, reg registration.Registration) (string, error) {
	if f.Username != "" {
		return f.Username, nil
	}
	name := string(f.Person.TaxCode)
	for n := 2; ; n++ {
		taken, err := tx.UsernameTaken(reg.Realm, name)
		if err != nil || !taken {
			return name, err
		}
		name = fmt.Sprintf("%s-%d", f.Person.TaxCode, n)
	}
}

// refuseCredentials tells who asked why not, and leaves the registration respinta; a new request takes its place (mission S4). Who was registered before stays
// as they are.
func (h *Helpdesk) refuseCredentials(tx *store.Tx, r *request.Request) error {
	kept, in, err := h.credentialsAsked(tx, r)
	if errors.Is(err, store.ErrNotFound) {
		return nil // its time was over
	}
	if err != nil {
		return err
	}
	if r.Registration != "" {
		reg, err := tx.Registration(r.Registration)
		if err != nil {
			return err
		}
		if reg.State == registration.Registered {
			reg.State = registration.Rejected
			if err := tx.SaveRegistration(reg); err != nil {
				return err
			}
		}
	}
	of, _ := h.Communities.ByID(r.Community)
	in.First, in.FirstHash, in.PIN = "", "", ""
	reason := r.Reason
	if r.Registration == "" {
		reason = request.NotOnline // the mailbox is not the one of who is registered: it learns nothing of them
	}
	return errors.Join(h.decided(tx, kept, in, of.EnteRequest.RefusedDays), h.mailDecision(tx, kept, in, decision{kind: mail.AskRefused, reason: reason, until: tx.Now.AddDate(0, 0, 7)}))
}

// closeCredentials keeps the documents of a request that nobody decided for as long as those of a refused one.
func (h *Helpdesk) closeCredentials(tx *store.Tx, r *request.Request) error {
	kept, in, err := h.credentialsAsked(tx, r)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	of, _ := h.Communities.ByID(r.Community)
	in.First, in.FirstHash, in.PIN = "", "", ""
	return h.decided(tx, kept, in, of.EnteRequest.RefusedDays)
}

// decided keeps the documents for as long as the policy says, and none of the secrets.
func (h *Helpdesk) decided(tx *store.Tx, kept *store.CredentialRequest, in request.Asked, days int) error {
	kept.State, kept.Browser, kept.KeptUntil = store.RequestDecided, "", tx.Now.AddDate(0, 0, days)
	return errors.Join(h.Store.SealData(kept, in), tx.SaveCredentialRequest(kept))
}

// A decision is what is told to who asked.
type decision struct {
	kind         mail.Kind
	code, reason string
	until        time.Time
}

func (h *Helpdesk) mailDecision(tx *store.Tx, kept *store.CredentialRequest, in request.Asked, d decision) error {
	id, err := tx.NewID()
	if err != nil {
		return err
	}
	m := store.OutboxMail{ID: id, Kind: string(d.kind), Community: kept.Community, Registration: kept.Registration, Operation: kept.ID, To: in.Person.Contacts.Email, Lang: in.Lang,
		MessageID: id + "@" + h.MailDomain, ExpiresAt: d.until, Data: map[string]string{mail.DataName: in.Person.FullName(), mail.DataReason: d.reason}}
	if e, err := tx.Ente(kept.Ente); err == nil {
		m.Data[mail.DataEnte] = e.Name
	}
	if d.code != "" {
		m.SealContext = "outbox/" + id
		if m.SealedCode, err = h.Sealer.Seal(m.SealContext, []byte(d.code)); err != nil {
			return err
		}
	}
	return tx.Enqueue(&m)
}
