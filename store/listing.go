package store

import (
	"database/sql"
	"slices"

	"sportello/person"
)

// touch has the listing's rows of a person made again at the end of the act.
func (tx *Tx) touch(id person.ID) {
	if !slices.Contains(tx.touched, id) {
		tx.touched = append(tx.touched, id)
	}
}

// relist makes the listing's rows of a person, and leaves alone those that are right already.
const relist = `INSERT INTO listing (number, realm, community, tax_code, surname, name, province, comune, state, strong, created_at, changed)
	SELECT registration.number, registration.realm, registration.community, person.tax_code,
		replace(person.surname_folded, ' ', ''), replace(person.name_folded, ' ', ''),
		person.province, person.comune, registration.state, registration.strong, registration.created_at, CAST($2 AS BIGINT)
	FROM registration JOIN person ON person.id = registration.person_id WHERE registration.person_id = $1
	ON CONFLICT (number) DO UPDATE SET
		tax_code = excluded.tax_code, surname = excluded.surname, name = excluded.name, province = excluded.province,
		comune = excluded.comune, state = excluded.state, strong = excluded.strong, changed = excluded.changed
	WHERE listing.tax_code <> excluded.tax_code OR listing.surname <> excluded.surname OR listing.name <> excluded.name OR listing.province <> excluded.province
		OR listing.comune <> excluded.comune OR listing.state <> excluded.state OR listing.strong <> excluded.strong`

// list keeps in the listing what the act has changed. It runs once the act has its number, so that whoever has seen one act's
// changes has seen those of all before it.
func (tx *Tx) list(seq int64) error {
	for _, id := range tx.touched {
		if err := tx.exec(relist, id, seq); err != nil {
			return err
		}
	}
	if err := tx.listPreloaded(seq); err != nil {
		return err
	}
	for _, number := range tx.gone {
		if err := tx.exec(`INSERT INTO listing_gone (number, changed) VALUES ($1, $2) ON CONFLICT (number) DO UPDATE SET changed = excluded.changed`, number, seq); err != nil {
			return err
		}
	}
	return nil
}

// Unlist takes a person's registrations out of the listing. They cannot be erased before.
func (tx *Tx) Unlist(id person.ID) error {
	numbers, err := tx.words(`DELETE FROM listing WHERE number IN (SELECT number FROM registration WHERE person_id = $1) RETURNING number`, id)
	tx.gone = append(tx.gone, numbers...)
	tx.touched = slices.DeleteFunc(tx.touched, func(touched person.ID) bool { return touched == id })
	return err
}

// words runs a query whose rows are single words.
func (tx *Tx) words(query string, args ...any) ([]string, error) {
	var list []string
	err := tx.all(query, args, func(rows *sql.Rows) error {
		var w string
		err := rows.Scan(&w)
		list = append(list, w)
		return err
	})
	return list, err
}
