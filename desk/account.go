package desk

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"sportello/audit"
	"sportello/letter"
	"sportello/office"
	"sportello/person"
	"sportello/registry"
	"sportello/store"
)

// The refusals of variant 3.
var (
	ErrObsolete    = errors.New("the person holds credentials of an obsolete process")
	ErrClosing     = errors.New("the person's obsolete account is still being closed")
	ErrNotArchived = errors.New("the signed request has not been archived")
)

// An ObsoleteAccount is the form of variant 3 (001 §5.1.2.3): somebody who is not in the database holds credentials that cannot be promoted. They are
// closed, on a signed request, and only then the registration begins again (mission S12).
type ObsoleteAccount struct {
	ID       string `json:"-"`
	TaxCode  person.TaxCode
	Province string
	Comune   string
	Accounts []registry.Account
	Archived bool            // the signed request, said the operator
	Done     bool            `json:"-"` // confirmed: Closings tell how far it is
	Closings []store.Closing `json:"-"`
	kept     store.Draft
}

// accountForm keeps the form apart from that of a registration, which has a tax code too.
type accountForm struct{ Obsolete *ObsoleteAccount }

// Closed tells whether the directory has confirmed every closing.
func (a ObsoleteAccount) Closed() bool {
	for _, c := range a.Closings {
		if c.ClosedAt.IsZero() {
			return false
		}
	}
	return len(a.Closings) > 0
}

// Services are what the accounts opened, as people call it.
func (a ObsoleteAccount) Services() string {
	var names []string
	for _, x := range a.Accounts {
		names = append(names, x.Service)
	}
	return strings.Join(names, ", ")
}

// stillClosing returns ErrClosing while the directory has not confirmed the end of somebody's obsolete account.
func stillClosing(tx *store.Tx, code person.TaxCode) error {
	open, err := tx.OpenClosings(tx.PersonMAC(code))
	if len(open) > 0 {
		return ErrClosing
	}
	return err
}

// obsolete asks the directory about somebody who is not in the database. Without an answer the desk goes on, with a notice.
func (d *Desk) obsolete(ctx context.Context, who Who, draft *Draft) ([]registry.Account, error) {
	if d.Obsolete == nil {
		return nil, nil
	}
	err := d.read(ctx, func(tx *store.Tx) error {
		return stillClosing(tx, draft.TaxCode)
	})
	if err != nil {
		return nil, err
	}
	accounts, err := d.Obsolete.Find(ctx, registry.Query{TaxCode: draft.TaxCode, Purpose: "registrazione allo sportello", Operator: who.Operator.ID, Ente: who.Ente.ID})
	if err != nil && d.Registries.Failed != nil {
		d.Registries.Failed(registry.Credentials, err)
	}
	draft.Finding.Consulted = append(draft.Finding.Consulted, registry.Consultation{Source: registry.Credentials, At: d.Store.Now(), Outcome: registry.Consulted(accounts, err)})
	return accounts, nil
}

// Account reads a form of variant 3. Only the operator who met it, for the same ente, finds it. Error: store.ErrNotFound.
func (d *Desk) Account(ctx context.Context, who Who, id string) (ObsoleteAccount, error) {
	return store.Look(ctx, d.Store, func(tx *store.Tx) (ObsoleteAccount, error) { return d.openAccount(tx, who, id) })
}

func (d *Desk) openAccount(tx *store.Tx, who Who, id string) (a ObsoleteAccount, err error) {
	var form accountForm
	kept, err := d.reopen(tx, who, id, &form)
	if err != nil {
		return a, err
	}
	if kept.Answer == "" && form.Obsolete == nil {
		return a, store.ErrNotFound // a form of another kind
	}
	if form.Obsolete != nil {
		a = *form.Obsolete
	}
	a.ID, a.kept, a.Done = id, *kept, kept.Answer != ""
	if !a.Done {
		return a, nil
	}
	if a.Closings, err = tx.ClosingsOf(id); err == nil && len(a.Closings) == 0 {
		err = store.ErrNotFound // the answer of another kind of form
	}
	return a, err
}

// may checks again, before each step, what was checked when the person was looked up.
func (a ObsoleteAccount) may(who Who, now time.Time) error {
	return errors.Join(who.May(office.Register, now), who.MayServe(a.TaxCode), who.MayPlace(a.Province, a.Comune))
}

// PrintRevocationRequest gives the request as PDF, with what is known of the person; the citizen writes the rest and signs (E11). It is counted
// in the audit alone. Errors: store.ErrNotFound, those of office.
func (d *Desk) PrintRevocationRequest(ctx context.Context, who Who, id string) ([]byte, error) {
	a, err := d.Account(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if a.Done {
		return nil, store.ErrNotFound
	}
	pdf, failed := d.requestFor(who, a)
	record := who.record(audit.PrintPaper)
	record.Detail = map[string]string{"carta": "richiesta di revoca"}
	err = d.Store.Act(ctx, record, func(tx *store.Tx) error {
		tx.Record.PersonMAC = tx.PersonMAC(a.TaxCode)
		return errors.Join(a.may(who, tx.Now), failed)
	})
	if err != nil {
		return nil, err
	}
	return pdf, nil
}

func (d *Desk) requestFor(who Who, a ObsoleteAccount) ([]byte, error) {
	c, err := d.communityOf(who.Ente.Community)
	if err != nil {
		return nil, err
	}
	p := person.Person{TaxCode: a.TaxCode}
	in := letter.RevocationRequest{Head: letter.Head{Publisher: c.Publisher, Community: c.Name, At: d.Store.Now().In(d.Zone)},
		Person:      &letter.Party{Person: p, BirthPlace: letter.BirthPlaceOf(p, d.Places)},
		Credentials: "quelle ottenute in passato, senza che l’identità fosse controllata di persona (" + a.Services() + ")"}
	return render(func(w io.Writer) error { return d.Letters.RevocationRequest(w, in) })
}

// Archive notes that the operator has the signed request. Errors: store.ErrNotFound, store.ErrStale.
func (d *Desk) Archive(ctx context.Context, who Who, id string) error {
	a, err := d.Account(ctx, who, id)
	if err != nil || a.Done {
		return err
	}
	a.Archived = true
	return d.keep(ctx, &a.kept, accountForm{&a})
}

// CloseAccount closes the obsolete accounts of a form: the act keeps what is to be done, then the directory is asked, and asked again by CloseDue until
// it confirms. The same form sent again changes nothing. Errors: ErrNotArchived, store.ErrNotFound, store.ErrStale, those of office.
func (d *Desk) CloseAccount(ctx context.Context, who Who, id string) error {
	if a, err := d.Account(ctx, who, id); err != nil || a.Done {
		return err
	}
	err := d.Store.Act(ctx, who.record(audit.CloseAccount), func(tx *store.Tx) error { return d.requestClosing(tx, who, id) })
	if errors.Is(err, store.ErrStale) { // perhaps the same form in the same moment
		if a, again := d.Account(ctx, who, id); again == nil && a.Done {
			return nil
		}
	}
	if err != nil {
		return err
	}
	return d.TryClosing(ctx, who, id)
}

func (d *Desk) requestClosing(tx *store.Tx, who Who, id string) error {
	a, err := d.openAccount(tx, who, id)
	if err != nil {
		return err
	}
	if a.Done {
		tx.Record.Detail = map[string]string{"modulo": "già inviato"}
		return nil
	}
	mac := tx.PersonMAC(a.TaxCode)
	tx.Record.PersonMAC, tx.Record.Detail = mac, map[string]string{"esito": "chiesta", "account": a.Services()}
	if err := a.may(who, tx.Now); err != nil {
		return err
	}
	if !a.Archived {
		return ErrNotArchived
	}
	a.kept.Answer, a.kept.Data = "cancellazione", []byte{}
	if err := tx.SaveDraft(&a.kept); err != nil { // the same form sent twice at once waits here
		return err
	}
	for _, x := range a.Accounts {
		if err := tx.AddClosing(&store.Closing{Form: id, PersonMAC: mac, Operator: who.Operator.ID, Ente: who.Ente.ID, Account: x.ID, Service: x.Service}, closingLease); err != nil {
			return err
		}
	}
	return nil
}
