package store

import (
	"context"
	"database/sql/driver"
	"fmt"
	"reflect"
	"time"

	"sportello/community"
	"sportello/credential"
	"sportello/person"
	"sportello/registration"
)

// A Preloaded is a person who comes with a list (A11), with the registration, and where a PIN was handed over already, with the
// operation and what is kept of it.
type Preloaded struct {
	Person       *Person
	Registration *registration.Registration
	Operation    *registration.Operation // or nil; its delegation is left out
	Handover     *credential.Handover    // or nil
}

// BulkTime is how long an act that keeps many people should take. On SQLite everybody else who writes waits meanwhile.
func (db *DB) BulkTime() time.Duration { return db.engine.bulkTime() }

// AddPreloaded keeps many people at once, much faster than one by one; ErrConflict, and nobody is kept, if one is there already. A
// few thousand at a time: others wait while the act is under way.
func (tx *Tx) AddPreloaded(list []Preloaded) error {
	rows := map[string][][]any{}
	add := func(t table, row []any) { rows[t.name] = append(rows[t.name], row) }
	codes := map[community.Realm][]person.TaxCode{}
	for i := range list {
		x := &list[i]
		x.Person.Version, x.Registration.Version = 1, 1
		add(people, personRow(x.Person))
		codes[x.Person.Realm] = append(codes[x.Person.Realm], x.Person.TaxCode)
		add(registrations, registrationRow(x.Registration))
		if x.Operation != nil {
			x.Operation.Version = 1
			add(operations, operationRow(x.Operation))
		}
		if x.Handover != nil {
			x.Handover.Version = 1
			add(handovers, handoverRow(x.Handover))
		}
	}
	for _, t := range []table{people, registrations, operations, handovers} {
		if err := tx.insertAll(t, rows[t.name]); err != nil {
			return err
		}
	}
	for realm, given := range codes {
		if err := tx.neverGiven(realm, given); err != nil {
			return err
		}
	}
	tx.preloaded = append(tx.preloaded, list...)
	return nil
}

var listings = newTable("listing", "number realm community tax_code surname name province comune state strong created_at shown_surname shown_name city nation pending changed")

// listPreloaded lists those that came together.
func (tx *Tx) listPreloaded(seq int64) error {
	rows := make([][]any, len(tx.preloaded))
	for i, x := range tx.preloaded {
		p, r := x.Person, x.Registration
		rows[i] = []any{&r.Number, &r.Realm, &r.Community, &p.TaxCode, Key(p.Surname), Key(p.Name), &p.Residence.Province, &p.Residence.Comune,
			&r.State, &r.Strong, unix(r.CreatedAt), &p.Surname, &p.Name, &p.Residence.City, &p.Residence.Nation, pending(x.Operation), seq}
	}
	return tx.insertAll(listings, rows)
}

// pending is the kind of an operation that is in progress, "" for any other.
func pending(o *registration.Operation) string {
	if o == nil || o.Outcome != registration.Pending {
		return ""
	}
	return string(o.Kind)
}

// A bulk is a querier that inserts many rows; acts have one.
type bulk interface {
	insertAll(ctx context.Context, t table, rows [][]any) error
}

func (tx *Tx) insertAll(t table, rows [][]any) error {
	for _, row := range rows {
		for i, v := range row {
			var err error
			if row[i], err = plain(v); err != nil {
				return fmt.Errorf("%s.%s: %w", t.name, t.cols[i], err)
			}
		}
	}
	return tx.db.translate(tx.q.(bulk).insertAll(tx.ctx, t, rows))
}

// plain is a value as a driver takes it; driver.DefaultParameterConverter does the same, for anything, and takes its time.
func plain(v any) (driver.Value, error) {
	switch x := v.(type) {
	case driver.Valuer:
		return x.Value()
	case *string:
		return *x, nil
	case *bool:
		return *x, nil
	case *int:
		return int64(*x), nil
	case *[]byte:
		return *x, nil
	case string, bool, int64:
		return x, nil
	}
	if of := reflect.Indirect(reflect.ValueOf(v)); of.Kind() == reflect.String {
		return of.String(), nil
	}
	return driver.DefaultParameterConverter.ConvertValue(v)
}
