package administration

import (
	"context"
	"slices"
	"strings"

	"sportello/audit"
	"sportello/office"
	"sportello/store"
)

// Enti are those that may be administered, by name.
func (a *Administration) Enti(ctx context.Context, who Who) (list []*office.Ente, err error) {
	err = a.Store.Read(ctx, func(tx *store.Tx) error {
		if err := who.may(office.ManageOffice, tx.Now); err != nil {
			return err
		}
		_, list, err = who.enti(tx)
		return err
	})
	return list, err
}

// An EnteFile is an ente with its desks.
type EnteFile struct {
	office.Ente
	Branches []*office.Branch // by name
	Staff    int              // operators with a post there who are not disabled
}

// Ente reads one. Error: store.ErrNotFound.
func (a *Administration) Ente(ctx context.Context, who Who, id string) (f EnteFile, err error) {
	err = a.Store.Read(ctx, func(tx *store.Tx) error {
		if err := who.may(office.ManageOffice, tx.Now); err != nil {
			return err
		}
		e, err := who.ente(tx, id)
		if err != nil {
			return err
		}
		f.Ente = *e
		if f.Staff, err = tx.StaffOf(id); err != nil {
			return err
		}
		f.Branches, err = tx.BranchesOf(id)
		return err
	})
	return f, err
}

// FoundEnte keeps a new ente; who appoints enti may. The realm is that of the community. Errors: ErrEnteName, ErrIssues, ErrCommunity, ErrPlace,
// ErrCompetence, ErrMandate.
func (a *Administration) FoundEnte(ctx context.Context, who Who, e office.Ente) (id string, err error) {
	of, known := a.Communities.ByID(e.Community)
	e.Realm = of.Realm
	if e.ID, err = a.Store.NewID(); err != nil {
		return "", err
	}
	record := who.record(audit.EnteChange)
	record.Detail = describe("aggiunta", e)
	err = a.Store.Act(ctx, record, func(tx *store.Tx) error {
		if err := who.may(office.AppointEnti, tx.Now); err != nil {
			return err
		}
		if !known || !who.reaches(&e) {
			return ErrCommunity
		}
		if err := a.checkEnte(tx, e); err != nil {
			return err
		}
		return tx.AddEnte(&e)
	})
	return e.ID, err
}

// ReviseEnte keeps changes. A responsabile changes name and address of the own ente; what it gives, to whom and on what ground is for who appoints enti, for
// nobody extends their own mandate; the community never changes (A07). Errors: those of FoundEnte, store.ErrStale.
func (a *Administration) ReviseEnte(ctx context.Context, who Who, e office.Ente) error {
	record := who.record(audit.EnteChange)
	record.Detail = map[string]string{"azione": "modifica", "ente": e.ID}
	return a.Store.Act(ctx, record, func(tx *store.Tx) error {
		if err := who.may(office.ManageOffice, tx.Now); err != nil {
			return err
		}
		now, err := who.ente(tx, e.ID)
		if err != nil {
			return err
		}
		if now.Version != e.Version {
			return store.ErrStale
		}
		next := *now
		next.Name, next.Address = e.Name, e.Address
		if who.may(office.AppointEnti, tx.Now) == nil {
			next.Issues, next.PINOnly, next.Competence, next.Kind, next.Mandate = e.Issues, e.PINOnly, e.Competence, e.Kind, e.Mandate
		}
		if err := a.checkEnte(tx, next); err != nil {
			return err
		}
		for key, after := range describe("modifica", next) {
			if before := describe("modifica", *now)[key]; before != after {
				tx.Record.Detail[key+" prima"], tx.Record.Detail[key] = before, after
			}
		}
		return tx.SaveEnte(&next)
	})
}

// describe says an ente for the audit, so that its history can be read there.
func describe(what string, e office.Ente) map[string]string {
	m := e.Mandate
	return map[string]string{"azione": what, "ente": e.ID, "nome": e.Name, "indirizzo": e.Address, "credenziali": string(e.Issues), "solo PIN": yesNo(e.PINOnly),
		"competenza": strings.Join(slices.Concat(e.Competence.Provinces, e.Competence.Comuni), " "), "genere": string(e.Kind),
		"incarico": strings.Trim(strings.Join([]string{m.Number, string(m.SignedOn), m.Authority, string(m.From), string(m.To)}, " | "), " |")}
}

func yesNo(holds bool) string {
	if holds {
		return "sì"
	}
	return "no"
}

// checkEnte checks an ente before it is kept.
func (a *Administration) checkEnte(tx *store.Tx, e office.Ente) error {
	if err := freeName(tx, e); err != nil {
		return err
	}
	if e.Issues != office.IssuesStrong && e.Issues != office.IssuesWeak {
		return ErrIssues
	}
	if len(e.Competence.Provinces)+len(e.Competence.Comuni) == 0 {
		return ErrCompetence
	}
	for _, sigla := range e.Competence.Provinces {
		if len(a.Places.Comuni(sigla)) == 0 {
			return ErrPlace
		}
	}
	for _, code := range e.Competence.Comuni {
		if p, ok := a.Places.Comune(code); !ok || p.Foreign() {
			return ErrPlace
		}
	}
	return checkMandate(e)
}

func checkMandate(e office.Ente) error {
	m := e.Mandate
	if e.Kind != office.ThirdParty {
		return nil
	}
	if m.Number == "" || m.SignedOn == "" || m.Authority == "" || m.From == "" || m.To != "" && m.To < m.From {
		return ErrMandate
	}
	return nil
}

// freeName returns ErrEnteName for a name that another ente of the realm bears, or none.
func freeName(tx *store.Tx, e office.Ente) error {
	all, err := tx.Enti()
	if err != nil {
		return err
	}
	for _, other := range all {
		if other.ID != e.ID && other.Realm == e.Realm && store.Fold(other.Name) == store.Fold(e.Name) {
			return ErrEnteName
		}
	}
	if strings.TrimSpace(e.Name) == "" {
		return ErrEnteName
	}
	return nil
}
