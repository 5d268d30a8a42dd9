package store

import (
	"database/sql"
	"slices"
	"strings"

	"sportello/person"
)

// add puts a value into a list once.
func add[V comparable](list *[]V, v V) {
	if !slices.Contains(*list, v) {
		*list = append(*list, v)
	}
}

// relist makes rows of the listing again, and leaves alone those that are right already.
const relist = `INSERT INTO listing (number, realm, community, tax_code, surname, name, province, comune, state, strong, created_at,
		shown_surname, shown_name, city, nation, pending, changed)
	SELECT registration.number, registration.realm, registration.community, person.tax_code,
		replace(person.surname_folded, ' ', ''), replace(person.name_folded, ' ', ''),
		person.province, person.comune, registration.state, registration.strong, registration.created_at,
		person.surname, person.name, person.city, person.nation,
		COALESCE((SELECT kind FROM operation WHERE operation.registration_id = registration.id AND operation.outcome = 'A'), ''), CAST($2 AS BIGINT)
	FROM registration JOIN person ON person.id = registration.person_id WHERE `

// Whose rows they are, and which of them are not right.
var (
	relistPerson       = relist + "registration.person_id = $1" + differing
	relistRegistration = relist + "registration.id = $1" + differing
	differing          = differ("tax_code surname name province comune state strong shown_surname shown_name city nation pending")
)

func differ(columns string) string {
	var set, differs []string
	for _, c := range strings.Fields(columns) {
		set = append(set, c+" = excluded."+c)
		differs = append(differs, "listing."+c+" <> excluded."+c)
	}
	return " ON CONFLICT (number) DO UPDATE SET changed = excluded.changed, " + strings.Join(set, ", ") + " WHERE " + strings.Join(differs, " OR ")
}

// list keeps in the listing what the act has changed. It runs once the act has its number, so that whoever has seen one act's
// changes has seen those of all before it.
func (tx *Tx) list(seq int64) error {
	for _, id := range tx.touched.people {
		if err := tx.exec(relistPerson, id, seq); err != nil {
			return err
		}
	}
	for _, id := range tx.touched.registrations {
		if err := tx.exec(relistRegistration, id, seq); err != nil {
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
	ids, err := tx.words(`SELECT id FROM registration WHERE person_id = $1`, id)
	if err != nil {
		return err
	}
	numbers, err := tx.words(`DELETE FROM listing WHERE number IN (SELECT number FROM registration WHERE person_id = $1) RETURNING number`, id)
	tx.gone = append(tx.gone, numbers...)
	tx.touched.people = slices.DeleteFunc(tx.touched.people, func(touched person.ID) bool { return touched == id })
	tx.touched.registrations = slices.DeleteFunc(tx.touched.registrations, func(touched string) bool { return slices.Contains(ids, touched) })
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
