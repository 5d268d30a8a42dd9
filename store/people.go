package store

import (
	"database/sql"
	"time"

	"sportello/community"
	"sportello/person"
)

var people = newTable("person", `id realm tax_code surname name birth_date sex
	address civic province comune postal_code city nation
	dom_elsewhere dom_care_of dom_address dom_civic dom_province dom_comune dom_postal_code
	email no_email phone mobile
	doc_kind doc_number doc_issued_on doc_expires_on doc_issuer
	surname_folded name_folded
	email_changed_at domicile_changed_at version`)

// A Person is a person of a realm as kept: with the version that was read.
type Person struct {
	person.Person
	Realm community.Realm

	EmailChangedAt, DomicileChangedAt time.Time // by the citizen or at a desk; zero if never

	Version int
}

func personRow(p *Person) []any {
	r, d, c, doc := &p.Residence, &p.Domicile, &p.Contacts, &p.Document
	return []any{&p.ID, &p.Realm, &p.TaxCode, &p.Surname, &p.Name, &p.BirthDate, &p.Sex,
		&r.Address, &r.Number, &r.Province, &r.Comune, &r.PostalCode, &r.City, &r.Nation,
		&d.Elsewhere, &d.CareOf, &d.Address, &d.Number, &d.Province, &d.Comune, &d.PostalCode,
		&c.Email, &c.NoEmail, &c.Phone, &c.Mobile,
		&doc.Kind, &doc.Number, &doc.IssuedOn, &doc.ExpiresOn, &doc.Issuer,
		folded{&p.Surname}, folded{&p.Name}, stamp{&p.EmailChangedAt}, stamp{&p.DomicileChangedAt}, &p.Version}
}

// Person reads a person by id.
func (tx *Tx) Person(id person.ID) (*Person, error) {
	var p Person
	return &p, tx.one(people.sel("id = $1"), []any{id}, personRow(&p)...)
}

// PersonByTaxCode reads the person who has, or once had, a tax code in a realm.
func (tx *Tx) PersonByTaxCode(realm community.Realm, code person.TaxCode) (*Person, error) {
	var p Person
	err := tx.one(people.sel("realm = $1 AND tax_code = $2"), []any{realm, code}, personRow(&p)...)
	if err == ErrNotFound {
		err = tx.one("SELECT "+people.columns()+" FROM tax_code JOIN person ON person.id = tax_code.person_id WHERE tax_code.code = $1 AND person.realm = $2 LIMIT 1",
			[]any{code, realm}, personRow(&p)...)
	}
	return &p, err
}

// AddPerson keeps a new person; ErrConflict if somebody of the realm has the tax code, or had it once (mission S9).
func (tx *Tx) AddPerson(p *Person) error {
	p.Version = 1
	if err := tx.exec(people.insert(), personRow(p)...); err != nil {
		return err
	}
	return tx.neverGiven(p.Realm, []person.TaxCode{p.TaxCode})
}

// neverGiven refuses with ErrConflict when one of some tax codes was once that of a person of the realm. It comes after the codes were
// kept: whoever gives one up in the same moment is seen.
func (tx *Tx) neverGiven(realm community.Realm, codes []person.TaxCode) error {
	given, err := tx.formerCodes(realm, codes)
	if err == nil && len(given) > 0 {
		err = ErrConflict
	}
	return err
}

// SavePerson keeps changes, or returns ErrStale.
func (tx *Tx) SavePerson(p *Person) error {
	if err := tx.change(people.update(), personRow(p)...); err != nil {
		return err
	}
	p.Version++
	add(&tx.touched.people, p.ID)
	return nil
}

// SaveTaxCode keeps a person whose tax code has changed; ErrConflict if somebody else of the realm has it, or had it once (mission S9).
func (tx *Tx) SaveTaxCode(p *Person) error {
	if err := tx.SavePerson(p); err != nil {
		return err
	}
	var others int
	err := tx.one(`SELECT COUNT(*) FROM tax_code JOIN person ON person.id = tax_code.person_id
		WHERE tax_code.code = $1 AND person.realm = $2 AND person.id <> $3`, []any{p.TaxCode, p.Realm, p.ID}, &others)
	if err == nil && others > 0 {
		err = ErrConflict
	}
	return err
}

// KeepFormerCode notes that a person had a tax code until now, and why no longer: it still leads to them (mission S9).
func (tx *Tx) KeepFormerCode(id person.ID, code person.TaxCode, cause string) error {
	return tx.exec(`INSERT INTO tax_code (person_id, code, valid_from, valid_to, cause)
		SELECT $1, $2, COALESCE(
			(SELECT MAX(valid_to) FROM tax_code WHERE person_id = $1), (SELECT MIN(created_at) FROM registration WHERE person_id = $1), 0), CAST($3 AS BIGINT), $4`,
		id, code, tx.Now.Unix(), cause)
}

// codesOf are all tax codes of whoever has, or once had, one of them in a realm; the code itself if it is nobody's.
func (tx *Tx) codesOf(realm community.Realm, code person.TaxCode) ([]any, error) {
	list, err := tx.words(`SELECT person.tax_code FROM person WHERE id IN `+everOf+` UNION SELECT code FROM tax_code WHERE person_id IN `+everOf, realm, code)
	codes := []any{code}
	for _, c := range list {
		if c != string(code) {
			codes = append(codes, c)
		}
	}
	return codes, err
}

// A FieldSource says where a prefilled field came from, and whether the operator changed it.
type FieldSource struct {
	Field  string
	Source string
	ReadAt time.Time
	Edited bool
}

// SetProvenance replaces what is known of the sources of a person's fields.
func (tx *Tx) SetProvenance(id person.ID, sources []FieldSource) error {
	if err := tx.exec(`DELETE FROM provenance WHERE person_id = $1`, id); err != nil {
		return err
	}
	for _, s := range sources {
		err := tx.exec(`INSERT INTO provenance (person_id, field, source, read_at, edited) VALUES ($1, $2, $3, $4, $5)`, id, s.Field, s.Source, unix(s.ReadAt), s.Edited)
		if err != nil {
			return err
		}
	}
	return nil
}

// Provenance reads the sources of a person's fields, in the order of their names.
func (tx *Tx) Provenance(id person.ID) ([]FieldSource, error) {
	var sources []FieldSource
	err := tx.all(`SELECT field, source, read_at, edited FROM provenance WHERE person_id = $1 ORDER BY field`, []any{id}, func(rows *sql.Rows) error {
		var s FieldSource
		if err := rows.Scan(&s.Field, &s.Source, stamp{&s.ReadAt}, &s.Edited); err != nil {
			return err
		}
		sources = append(sources, s)
		return nil
	})
	return sources, err
}
