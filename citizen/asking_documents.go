package citizen

import (
	"context"
	"errors"
	"io"
	"time"

	"sportello/audit"
	"sportello/mail"
	"sportello/scan"
	"sportello/store"
)

// undecided is how long a request waits for an ente that decides nothing.
const undecided = 180 * 24 * time.Hour

// uploadLimits bound what is sent from one address and network.
func uploadLimits(from audit.Origin) []store.Limit {
	return []store.Limit{
		{Key: "documenti/indirizzo/" + from.Line(), Max: 60, Window: time.Hour},
		{Key: "documenti/rete/" + from.Network(), Max: 600, Window: time.Hour},
	}
}

// change runs one act on a request under way, as its browser has it.
func (c *Citizen) change(ctx context.Context, from audit.Origin, deed audit.Deed, token string, f func(*store.Tx, *Asking) error) error {
	return c.Store.Act(ctx, from.Begin(deed, audit.Unknown, ""), func(tx *store.Tx) error {
		kept, err := tx.CredentialRequestByBrowser(token)
		if errors.Is(err, store.ErrNotFound) {
			return ErrNoAsking
		}
		if err != nil {
			return err
		}
		a, err := c.openAsking(tx, kept)
		if errors.Is(err, store.ErrNotFound) {
			return ErrNoAsking
		}
		if err != nil {
			return err
		}
		tx.Record.PersonMAC, tx.Record.Ente = tx.PersonMAC(a.Person.TaxCode), kept.Ente
		tx.Record.Detail = map[string]string{"richiesta": kept.ID}
		if a.Sent {
			return ErrAskedAlike
		}
		return f(tx, &a)
	})
}

// NotePIN destroys the second part of the PIN: its owner has noted it. It is not shown again.
func (c *Citizen) NotePIN(ctx context.Context, from audit.Origin, token string) error {
	err := c.change(ctx, from, audit.DestroySecrets, token, func(tx *store.Tx, a *Asking) error {
		a.kept.Second = nil
		return tx.SaveCredentialRequest(a.kept)
	})
	return alike(err)
}

// alike takes for done what another tab has done.
func alike(err error) error {
	if errors.Is(err, ErrAskedAlike) {
		return nil
	}
	return err
}

// SendDocument keeps a document of a request, inspected and sealed (003 Fase 2, mission O04). Errors: ErrNoAsking, ErrKind, ErrEnough, ErrAskedAlike, Wait, scan.Reasons.
func (c *Citizen) SendDocument(ctx context.Context, from audit.Origin, token, kind string, file io.Reader) error {
	if err := c.reserveTries(ctx, uploadLimits(from)...); err != nil {
		return err
	}
	a, err := c.Asking(ctx, token)
	if err != nil {
		return err
	}
	if err := knownKind(kind); err != nil {
		return err
	}
	policy := a.Community.EnteRequest
	d, err := scan.Inspect(file, scan.Limits{Formats: []scan.Format{scan.PDF}, Bytes: int64(policy.Megabytes) << 20, Pages: policy.Pages})
	if err != nil {
		return err
	}
	id, err := c.Store.NewID()
	if err != nil {
		return err
	}
	sealed, err := c.Store.SealFor(a.kept, "documento/"+id, d.Data)
	if err != nil {
		return err
	}
	err = c.change(ctx, from, audit.UploadDocument, token, func(tx *store.Tx, a *Asking) error {
		tx.Record.Detail["documento"], tx.Record.Detail["tipo"] = id, kind
		return tx.AddDocument(a.kept, &store.Document{ID: id, Kind: kind, Bytes: len(d.Data), Pages: len(d.Pages)}, sealed, policy.Documents)
	})
	if errors.Is(err, store.ErrConflict) {
		return ErrEnough
	}
	return err
}

// DiscardDocument forgets a document that its owner has sent. One that is gone already is no error.
func (c *Citizen) DiscardDocument(ctx context.Context, from audit.Origin, token, id string) error {
	err := c.change(ctx, from, audit.DiscardDocument, token, func(tx *store.Tx, a *Asking) error {
		tx.Record.Detail["documento"] = id
		return tx.DropDocument(a.kept.ID, id)
	})
	if errors.Is(err, store.ErrStale) {
		return nil
	}
	return err
}

// FinishAsking completes a request: from now on it is the ente's to decide (003 Fase 2, "Completa"). Errors: ErrNoAsking, ErrNoProof.
func (c *Citizen) FinishAsking(ctx context.Context, from audit.Origin, token string) error {
	err := c.change(ctx, from, audit.AskCredentials, token, func(tx *store.Tx, a *Asking) error {
		if len(a.Documents) == 0 {
			return ErrNoProof
		}
		tx.Record.Detail["fase"] = "completata"
		k := a.kept
		k.State, k.Second, k.Link, k.SentAt, k.NextAt, k.KeptUntil = store.RequestComplete, nil, "", tx.Now, tx.Now, tx.Now.Add(undecided)
		return errors.Join(tx.SaveCredentialRequest(k), c.mailAsked(tx, k, a.Asked, mail.RequestReceived, ""))
	})
	if err := alike(err); err != nil {
		return err
	}
	c.MailQueued()
	return nil
}

// ForgetAsking drops a request that its owner gives up.
func (c *Citizen) ForgetAsking(ctx context.Context, from audit.Origin, token string) error {
	err := c.change(ctx, from, audit.DiscardDocument, token, func(tx *store.Tx, a *Asking) error { return tx.DropCredentialRequest(a.kept.ID) })
	if errors.Is(err, ErrNoAsking) {
		return nil
	}
	return alike(err)
}

// AskingByLink reads the request whose mail held a token; nothing changes (mission S25). Error: ErrNoAsking.
func (c *Citizen) AskingByLink(ctx context.Context, link string) (Asking, error) {
	return c.readAsking(ctx, func(tx *store.Tx) (*store.CredentialRequest, error) { return tx.CredentialRequestByLink(link) })
}

// ResumeAsking goes on with a request in another browser, by the link in the mail. The second part of the PIN is not for who holds the mailbox: it is destroyed.
// Errors: ErrNoAsking, Wait.
func (c *Citizen) ResumeAsking(ctx context.Context, from audit.Origin, link string) (token string, err error) {
	if err := c.reserveTries(ctx, uploadLimits(from)...); err != nil {
		return "", err
	}
	if token, err = c.Store.DrawToken(); err != nil {
		return "", err
	}
	err = c.Store.Act(ctx, from.Begin(audit.AskCredentials, audit.Unknown, ""), func(tx *store.Tx) error {
		kept, err := tx.CredentialRequestByLink(link)
		if errors.Is(err, store.ErrNotFound) {
			return ErrNoAsking
		}
		if err != nil {
			return err
		}
		a, err := c.openAsking(tx, kept)
		if errors.Is(err, store.ErrNotFound) || a.Sent {
			return ErrNoAsking
		}
		if err != nil {
			return err
		}
		tx.Record.PersonMAC, tx.Record.Ente = tx.PersonMAC(a.Person.TaxCode), kept.Ente
		tx.Record.Detail = map[string]string{"richiesta": kept.ID, "fase": "ripresa"}
		kept.Browser, kept.Second = store.TokenHash(token), nil
		return tx.SaveCredentialRequest(kept)
	})
	return token, err
}
