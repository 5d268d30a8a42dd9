package administration

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"sportello/audit"
	"sportello/community"
	"sportello/letter"
	"sportello/office"
	"sportello/store"
)

// A TextKind says which of a community's two texts is meant.
type TextKind string

// The kinds, by the words that acceptances are kept with.
const (
	Terms         TextKind = "regolamento"
	PrivacyNotice TextKind = "informativa"
)

// ErrTextChanged refuses a text that is not the one published under its version: who accepted it would be said to have accepted another.
var ErrTextChanged = errors.New("il testo è cambiato ma la versione no")

// PublishTexts keeps the versions of all communities that are new, each as an act of the system. It runs at every start. The error joins one
// ErrTextChanged for each text that changed without a new version.
func (a *Administration) PublishTexts(ctx context.Context) error {
	var errs []error
	for _, id := range a.Communities.IDs() {
		c, _ := a.Communities.ByID(id)
		errs = append(errs, a.publish(ctx, id, Terms, c.Terms), a.publish(ctx, id, PrivacyNotice, c.Privacy))
	}
	return errors.Join(errs...)
}

func (a *Administration) publish(ctx context.Context, id community.ID, kind TextKind, t community.Text) error {
	known, err := a.published(ctx, id, kind, t)
	if known || err != nil {
		return err
	}
	record := Console().record(audit.PublishText)
	record.Detail = map[string]string{"community": string(id), "testo": string(kind), "versione": t.Version, "impronta": t.SHA256}
	return a.Store.Act(ctx, record, func(tx *store.Tx) error {
		err := tx.AddText(&store.PublishedText{Community: id, Kind: string(kind), Version: t.Version, ValidFrom: t.ValidFrom, SHA256: t.SHA256, Markdown: t.Markdown})
		if errors.Is(err, store.ErrConflict) {
			return fmt.Errorf("community %s, %s, versione %s: pubblicata adesso da un altro avvio: %w", id, kind, t.Version, err)
		}
		return err
	})
}

// published tells whether the version is kept already, with this very text.
func (a *Administration) published(ctx context.Context, id community.ID, kind TextKind, t community.Text) (known bool, err error) {
	err = a.Store.Read(ctx, func(tx *store.Tx) error {
		kept, err := tx.Text(id, string(kind), t.Version)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err == nil && kept.SHA256 != t.SHA256 {
			return fmt.Errorf("community %s, %s (%s), versione %s: %w; dare al testo una versione nuova, con la sua data, nel file della community", id, kind, t.File, t.Version, ErrTextChanged)
		}
		known = err == nil
		return err
	})
	return known, err
}

// manyAcceptances is where counting stops: beyond, the page says "more than".
const manyAcceptances = 100_000

// A TextVersion is a version with how many have accepted it.
type TextVersion struct {
	store.PublishedText
	Accepted int
	More     bool // than Accepted
	Current  bool // it is the one in force now
}

// A Policy is a community with every version of its texts.
type Policy struct {
	Community community.Community
	Texts     []TextVersion
}

// Policies are those of the communities of the operator's realm (mission S33).
func (a *Administration) Policies(ctx context.Context, who Who) (list []Policy, err error) {
	err = a.Store.Read(ctx, func(tx *store.Tx) error {
		if err := who.may(office.ManageOffice, tx.Now); err != nil {
			return err
		}
		for _, c := range a.Communities.Realm(who.Ente.Realm) {
			p, err := policy(tx, c)
			if err != nil {
				return err
			}
			list = append(list, p)
		}
		return nil
	})
	return list, err
}

func policy(tx *store.Tx, c community.Community) (Policy, error) {
	p := Policy{Community: c}
	kept, err := tx.Texts(c.ID)
	if err != nil {
		return p, err
	}
	for _, x := range kept {
		v := TextVersion{PublishedText: *x, Current: x.SHA256 == currentText(c, TextKind(x.Kind)).SHA256}
		if v.Accepted, err = tx.Acceptances(x.SHA256, manyAcceptances+1); err != nil {
			return p, err
		}
		if v.More = v.Accepted > manyAcceptances; v.More {
			v.Accepted = manyAcceptances
		}
		p.Texts = append(p.Texts, v)
	}
	return p, nil
}

func currentText(c community.Community, kind TextKind) community.Text {
	if kind == PrivacyNotice {
		return c.Privacy
	}
	return c.Terms
}

// Text reads one version of a community of the realm. Error: store.ErrNotFound.
func (a *Administration) Text(ctx context.Context, who Who, id community.ID, kind TextKind, version string) (c community.Community, x store.PublishedText, err error) {
	err = a.Store.Read(ctx, func(tx *store.Tx) error {
		if err := who.may(office.ManageOffice, tx.Now); err != nil {
			return err
		}
		known := false
		if c, known = a.Communities.ByID(id); !known || c.Realm != who.Ente.Realm || bytes.ContainsRune([]byte(version+string(kind)), 0) {
			return store.ErrNotFound
		}
		kept, err := tx.Text(id, string(kind), version)
		x = *kept
		return err
	})
	return c, x, err
}

// TextPDF sets one version on paper, as it was.
func (a *Administration) TextPDF(c community.Community, x store.PublishedText) ([]byte, error) {
	var b bytes.Buffer
	err := a.Letters.Text(&b, letter.Text{Head: letter.Head{Publisher: c.Publisher, Community: c.Name, At: x.PublishedAt.In(a.Zone)},
		Kind: x.Kind, Text: community.Text{Version: x.Version, ValidFrom: x.ValidFrom, Markdown: x.Markdown}})
	return b.Bytes(), err
}
