package store

import (
	"database/sql"
	"time"

	"sportello/community"
	"sportello/person"
)

// A PublishedText is one version of a community's Regolamento or Informativa, as it was in force.
type PublishedText struct {
	Community   community.ID
	Kind        string
	Version     string
	ValidFrom   person.Date
	SHA256      string
	Markdown    string
	PublishedAt time.Time
}

var texts = newTable("published_text", `community kind text_version valid_from sha256 markdown published_at`)

func textRow(x *PublishedText) []any {
	return []any{&x.Community, &x.Kind, &x.Version, &x.ValidFrom, &x.SHA256, &x.Markdown, stamp{&x.PublishedAt}}
}

// AddText keeps a version for ever; ErrConflict if there is one of that number.
func (tx *Tx) AddText(x *PublishedText) error {
	x.PublishedAt = tx.Now
	return tx.exec(texts.insert(), textRow(x)...)
}

// Text reads one version.
func (tx *Tx) Text(id community.ID, kind, version string) (*PublishedText, error) {
	var x PublishedText
	return &x, tx.one(texts.sel("community = $1 AND kind = $2 AND text_version = $3"), []any{id, kind, version}, textRow(&x)...)
}

// Texts reads all versions of a community, the newest first.
func (tx *Tx) Texts(id community.ID) ([]*PublishedText, error) {
	var list []*PublishedText
	err := tx.all(texts.sel("community = $1 ORDER BY kind DESC, valid_from DESC, text_version DESC"), []any{id}, func(rows *sql.Rows) error {
		var x PublishedText
		list = append(list, &x)
		return rows.Scan(textRow(&x)...)
	})
	return list, err
}

// Acceptances counts who has accepted the text of this fingerprint, and stops at limit.
func (tx *Tx) Acceptances(sha256 string, limit int) (n int, err error) {
	err = tx.one(`SELECT COUNT(*) FROM (SELECT 1 FROM acceptance WHERE sha256 = $1 LIMIT $2) AS accepted`, []any{sha256, limit}, &n)
	return n, err
}
