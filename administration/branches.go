package administration

import (
	"context"
	"errors"
	"slices"
	"strings"

	"sportello/audit"
	"sportello/community"
	"sportello/office"
	"sportello/person"
	"sportello/store"
)

// Branch reads a desk of an ente that may be administered. Error: store.ErrNotFound.
func (a *Administration) Branch(ctx context.Context, who Who, id string) (b office.Branch, err error) {
	err = a.Store.Read(ctx, func(tx *store.Tx) error {
		kept, err := who.branch(tx, id)
		b = *kept
		return err
	})
	return b, err
}

func (w Who) branch(tx *store.Tx, id string) (*office.Branch, error) {
	if err := w.may(office.ManageOffice, tx.Now); err != nil {
		return &office.Branch{}, err
	}
	if !plain(id) {
		return &office.Branch{}, store.ErrNotFound
	}
	b, err := tx.Branch(id)
	if err != nil {
		return b, err
	}
	_, err = w.ente(tx, b.Ente)
	return b, err
}

// OpenBranch keeps a new desk of b.Ente. Errors: ErrBranchName, ErrPlace, ErrPostalCode.
func (a *Administration) OpenBranch(ctx context.Context, who Who, b office.Branch) (id string, err error) {
	if b.ID, err = a.Store.NewID(); err != nil {
		return "", err
	}
	return b.ID, a.keepBranch(ctx, who, b, "nuovo sportello", func(tx *store.Tx) error {
		if _, err := who.ente(tx, b.Ente); err != nil {
			return err
		}
		return tx.AddBranch(&b)
	})
}

// ReviseBranch keeps changes; one that has closed is no longer active, and stays. Errors: those of OpenBranch, store.ErrStale.
func (a *Administration) ReviseBranch(ctx context.Context, who Who, b office.Branch) error {
	return a.keepBranch(ctx, who, b, "modifica sportello", func(tx *store.Tx) error {
		now, err := who.branch(tx, b.ID)
		if err != nil {
			return err
		}
		b.Ente, tx.Record.Detail["ente"] = now.Ente, now.Ente
		if now.Version != b.Version {
			return store.ErrStale
		}
		return tx.SaveBranch(&b)
	})
}

// The reasons why a desk is not kept.
var (
	ErrBranchName = errors.New("name or address of the desk missing")
	ErrPostalCode = errors.New("not a postal code")
)

func (a *Administration) keepBranch(ctx context.Context, who Who, b office.Branch, what string, keep func(*store.Tx) error) error {
	record := who.record(audit.EnteChange)
	record.Detail = map[string]string{"azione": what, "sportello": b.ID, "ente": b.Ente, "aperto al pubblico": yesNo(b.Active)}
	return a.Store.Act(ctx, record, func(tx *store.Tx) error {
		if err := who.may(office.ManageOffice, tx.Now); err != nil {
			return err
		}
		if err := a.checkBranch(b); err != nil {
			return err
		}
		return keep(tx)
	})
}

func (a *Administration) checkBranch(b office.Branch) error {
	place, known := a.Places.Comune(b.Comune)
	switch {
	case strings.TrimSpace(b.Name) == "" || strings.TrimSpace(b.Address) == "":
		return ErrBranchName
	case !known || place.Province != b.Province:
		return ErrPlace
	case !person.ValidPostalCode(b.PostalCode):
		return ErrPostalCode
	}
	return nil
}

// A PublicBranch is a desk as the public list shows it.
type PublicBranch struct {
	office.Branch
	Of office.Ente
}

// Wanted is what somebody looks for in the public list; zero fields want all.
type Wanted struct {
	Province string // two letters
	Words    string // each of them in name, ente, address or comune
}

// A DeskList is the public list: what was found, and the provinces where there is any desk.
type DeskList struct {
	Found     []PublicBranch // by province, comune and name
	Provinces []string
	All       int
}

// PublicBranches are the open desks of a realm; of enti without a mandate on this day there is none (K05).
func (a *Administration) PublicBranches(ctx context.Context, realm community.Realm, wanted Wanted) (list DeskList, err error) {
	var all []PublicBranch
	err = a.Store.Read(ctx, func(tx *store.Tx) error {
		all, err = a.openBranches(tx, realm)
		return err
	})
	slices.SortStableFunc(all, func(x, y PublicBranch) int { return strings.Compare(a.whereIs(x), a.whereIs(y)) })
	list.All = len(all)
	for _, b := range all {
		if !slices.Contains(list.Provinces, b.Province) {
			list.Provinces = append(list.Provinces, b.Province)
		}
		if a.matches(b, wanted) {
			list.Found = append(list.Found, b)
		}
	}
	return list, err
}

func (a *Administration) openBranches(tx *store.Tx, realm community.Realm) (list []PublicBranch, err error) {
	enti, err := tx.Enti()
	if err != nil {
		return nil, err
	}
	open := map[string]*office.Ente{}
	for _, e := range enti {
		if e.Realm == realm && e.Appointed(person.DateOf(tx.Now.In(a.Zone))) == nil {
			open[e.ID] = e
		}
	}
	branches, err := tx.ActiveBranches()
	for _, b := range branches {
		if e := open[b.Ente]; e != nil {
			list = append(list, PublicBranch{*b, *e})
		}
	}
	return list, err
}

func (a *Administration) matches(b PublicBranch, wanted Wanted) bool {
	if wanted.Province != "" && b.Province != wanted.Province {
		return false
	}
	place, _ := a.Places.Latest(b.Comune)
	text := store.Fold(strings.Join([]string{b.Name, b.Of.Name, b.Address, b.PostalCode, place.Name}, " "))
	for word := range strings.FieldsSeq(store.Fold(wanted.Words)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// whereIs is what the list is ordered by.
func (a *Administration) whereIs(b PublicBranch) string {
	place, _ := a.Places.Latest(b.Comune)
	return store.Fold(b.Province + " " + place.Name + " " + b.Name)
}
