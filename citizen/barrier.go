package citizen

import (
	"context"
	"fmt"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/mail"
	"sportello/request"
	"sportello/store"
)

// A Barrier is what somebody could not do with these pages (law 4/2004 art. 3-quater). Whoever writes is nobody known: nothing is looked up.
type Barrier struct {
	Form    string // id of the form, so that one that is sent twice makes one request
	Page    string // where, in their words
	Text    string
	Contact string // where to answer, "" for no answer
}

// barrierLimits bound how many are sent from one address and network: every try counts.
func barrierLimits(from audit.Origin) []store.Limit {
	return []store.Limit{
		{Key: "accessibilità/indirizzo/" + from.Line(), Max: 5, Window: time.Hour},
		{Key: "accessibilità/rete/" + from.Network(), Max: 50, Window: time.Hour},
	}
}

// NewBarrier draws the id of a form to tell of a barrier.
func (c *Citizen) NewBarrier() (string, error) { return c.Store.NewID() }

// TellBarrier puts a barrier before the back office of a community. The same form makes one request. Error: Wait.
func (c *Citizen) TellBarrier(ctx context.Context, from audit.Origin, of community.Community, b Barrier) error {
	if err := c.reserveTries(ctx, barrierLimits(from)...); err != nil {
		return err
	}
	return c.Store.Act(ctx, from.Begin(audit.ReceiveRequest, audit.Unknown, ""), func(tx *store.Tx) error {
		r := &request.Request{Realm: of.Realm, Community: of.ID, Kind: request.Page, Problem: request.Barrier, Source: "accessibilità/" + b.Form,
			Content: request.Content{Subject: b.Page, Text: b.Text, Contact: b.Contact}}
		if again, err := tx.RequestOfSource(r.Realm, r.Source); err == nil {
			tx.Record.Detail = map[string]string{"istanza": again.ID, "modulo": "già inviato"}
			return nil
		}
		if err := tx.AddRequest(r); err != nil {
			return err
		}
		tx.Record.Detail = map[string]string{"istanza": r.ID, "tipo": string(r.Kind), "problema": string(r.Problem)}
		return c.mailBarrier(tx, of, b)
	})
}

// mailBarrier writes to the address that the community declares for help: not every realm has a back office that looks at its requests. Without an
// address nobody is written to, and the request waits for the responsabili.
func (c *Citizen) mailBarrier(tx *store.Tx, of community.Community, b Barrier) error {
	to := of.Publisher.HelpEmail
	if to == "" {
		return nil
	}
	id, err := tx.NewID()
	if err != nil {
		return err
	}
	said := b.Text
	if b.Page != "" {
		said = "Pagina: " + b.Page + ". " + said
	}
	if b.Contact != "" {
		said += " Recapito: " + b.Contact
	}
	sealed, err := c.Sealer.Seal("outbox/"+id, []byte(said))
	if err != nil {
		return fmt.Errorf("seal a barrier: %w", err)
	}
	return tx.Enqueue(&store.OutboxMail{ID: id, Kind: string(mail.BarrierTold), Community: of.ID, To: to, Lang: "it", SealedCode: sealed, SealContext: "outbox/" + id,
		Data: map[string]string{mail.DataName: of.Publisher.Name}, MessageID: id + "@" + c.MailDomain, ExpiresAt: tx.Now.AddDate(0, 0, mail.BarrierDays)})
}
