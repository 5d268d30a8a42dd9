package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"github.com/jackc/pgx/v5/stdlib"

	"sportello/audit"
	"sportello/registration"
	"sportello/store"
)

// A sheet is a table that bench fills past the store's door, which would take hours for ten million people. Its rows are the one that
// the door wrote for the first person, with other values in some columns.
type sheet struct {
	table string
	has   func(*store.Preloaded) bool // nil: everybody is in it
	other map[string]func(*store.Preloaded) any

	columns []string
	first   []any
}

func newSheets() []*sheet {
	with := func(x *store.Preloaded) bool { return x.Operation != nil }
	return []*sheet{
		{table: "person", other: map[string]func(*store.Preloaded) any{
			"id": itsPersonID, "tax_code": itsTaxCode, "province": itsProvince, "comune": itsComune,
			"surname":        func(x *store.Preloaded) any { return x.Person.Surname },
			"name":           func(x *store.Preloaded) any { return x.Person.Name },
			"surname_folded": func(x *store.Preloaded) any { return store.Fold(x.Person.Surname) },
			"name_folded":    func(x *store.Preloaded) any { return store.Fold(x.Person.Name) },
			"birth_date":     func(x *store.Preloaded) any { return string(x.Person.BirthDate) },
			"sex":            func(x *store.Preloaded) any { return string(x.Person.Sex) },
			"address":        func(x *store.Preloaded) any { return x.Person.Residence.Address },
			"civic":          func(x *store.Preloaded) any { return x.Person.Residence.Number },
			"postal_code":    func(x *store.Preloaded) any { return x.Person.Residence.PostalCode },
			"city":           func(x *store.Preloaded) any { return x.Person.Residence.City },
			"nation":         func(x *store.Preloaded) any { return x.Person.Residence.Nation },
			"email":          func(x *store.Preloaded) any { return x.Person.Contacts.Email },
		}},
		{table: "registration", other: map[string]func(*store.Preloaded) any{
			"id": itsRegistrationID, "number": itsNumber, "person_id": itsPersonID, "community": itsCommunity, "state": itsState, "strong": itsStrong, "created_at": itsCreated}},
		{table: "listing", other: map[string]func(*store.Preloaded) any{
			"number": itsNumber, "community": itsCommunity, "tax_code": itsTaxCode, "province": itsProvince, "comune": itsComune, "state": itsState, "strong": itsStrong, "created_at": itsCreated,
			"surname":       func(x *store.Preloaded) any { return store.Key(x.Person.Surname) },
			"name":          func(x *store.Preloaded) any { return store.Key(x.Person.Name) },
			"shown_surname": func(x *store.Preloaded) any { return x.Person.Surname }, "shown_name": func(x *store.Preloaded) any { return x.Person.Name },
			"city": func(x *store.Preloaded) any { return x.Person.Residence.City }, "nation": func(x *store.Preloaded) any { return x.Person.Residence.Nation },
			"pending": itsPending,
		}},
		{table: "operation", has: with, other: map[string]func(*store.Preloaded) any{
			"id": itsOperationID, "registration_id": itsRegistrationID, "booked_at": itsCreated, "concluded_at": itsCreated}},
		{table: "handover", has: with, other: map[string]func(*store.Preloaded) any{"operation_id": itsOperationID}},
	}
}

func itsPersonID(x *store.Preloaded) any       { return string(x.Person.ID) }
func itsRegistrationID(x *store.Preloaded) any { return x.Registration.ID }
func itsOperationID(x *store.Preloaded) any    { return x.Operation.ID }
func itsTaxCode(x *store.Preloaded) any        { return string(x.Person.TaxCode) }
func itsProvince(x *store.Preloaded) any       { return x.Person.Residence.Province }
func itsComune(x *store.Preloaded) any         { return x.Person.Residence.Comune }
func itsNumber(x *store.Preloaded) any         { return string(x.Registration.Number) }
func itsCommunity(x *store.Preloaded) any      { return string(x.Registration.Community) }
func itsState(x *store.Preloaded) any          { return string(x.Registration.State) }
func itsStrong(x *store.Preloaded) any         { return x.Registration.Strong }
func itsPending(x *store.Preloaded) any {
	if x.Operation == nil || x.Operation.Outcome != registration.Pending {
		return ""
	}
	return string(x.Operation.Kind)
}
func itsCreated(x *store.Preloaded) any { return x.Registration.CreatedAt.Unix() }

// fill makes an empty database have people.
func (b *searchBench) fill(dsn string) error {
	first, err := b.population.one(b.store.NewID)
	for err == nil && first.Operation == nil {
		first, err = b.population.one(b.store.NewID)
	}
	if err != nil {
		return err
	}
	if err := b.store.Act(b.ctx, system(audit.RegisterCitizen), func(tx *store.Tx) error { return tx.AddPreloaded([]store.Preloaded{first}) }); err != nil {
		return err
	}
	if err := b.store.Close(); err != nil { // the file has to be ours
		return err
	}
	people, failed := make(chan []store.Preloaded, 2), make(chan error, 1)
	go func() {
		defer close(people)
		failed <- b.generate(people)
	}()
	if err := b.pour(dsn, people); err != nil {
		return err
	}
	return firstOf(<-failed, b.open(dsn))
}

// generate makes all people but the first.
func (b *searchBench) generate(to chan<- []store.Preloaded) error {
	for done := 1; done < b.people; {
		list := make([]store.Preloaded, min(10_000, b.people-done))
		for i := range list {
			var err error
			if list[i], err = b.population.one(b.store.NewID); err != nil {
				return err
			}
		}
		to <- list
		done += len(list)
	}
	return nil
}

// pour writes people into the tables, whose indexes are made anew afterwards.
func (b *searchBench) pour(dsn string, people <-chan []store.Preloaded) error {
	db, err := connect(dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	conn, err := db.Conn(b.ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	sheets := newSheets()
	for _, s := range sheets {
		if err := s.read(b.ctx, conn); err != nil {
			return err
		}
	}
	var how poured = &sqlitePour{}
	if isPostgres(dsn) {
		how = &postgresPour{}
	}
	indexes, err := how.begin(b.ctx, conn, sheets)
	if err != nil {
		return err
	}
	for list := range people {
		if err := how.rows(b.ctx, conn, sheets, list); err != nil {
			return err
		}
	}
	after := how.end()
	for _, index := range append(indexes, after...) {
		if _, err := conn.ExecContext(b.ctx, index); err != nil {
			return fmt.Errorf("%s: %w", index, err)
		}
	}
	return nil
}

func isPostgres(dsn string) bool { return strings.HasPrefix(dsn, "postgres") }

// connect opens the database beside the store.
func connect(dsn string) (*sql.DB, error) {
	if isPostgres(dsn) {
		return sql.Open("pgx", dsn)
	}
	return sql.Open("sqlite", dsn)
}

// read takes the columns and the first row.
func (s *sheet) read(ctx context.Context, conn *sql.Conn) (err error) {
	rows, err := conn.QueryContext(ctx, "SELECT * FROM "+s.table)
	if err != nil {
		return err
	}
	defer rows.Close()
	if s.columns, err = rows.Columns(); err != nil {
		return err
	}
	s.first = make([]any, len(s.columns))
	into := make([]any, len(s.columns))
	for i := range into {
		into[i] = &s.first[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
	}
	return rows.Err()
}

// poured is how an engine takes many rows.
type poured interface {
	// begin gives the statements that make the indexes which it has dropped.
	begin(ctx context.Context, conn *sql.Conn, sheets []*sheet) ([]string, error)
	rows(ctx context.Context, conn *sql.Conn, sheets []*sheet, list []store.Preloaded) error
	end() []string
}

// tables are the names of the sheets, to stand in an IN.
func tables(sheets []*sheet) string {
	var names []string
	for _, s := range sheets {
		names = append(names, "'"+s.table+"'")
	}
	return strings.Join(names, ", ")
}

// indexes runs a query for the name and the text of each index, and drops them.
func indexes(ctx context.Context, conn *sql.Conn, query string) (made []string, err error) {
	rows, err := conn.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	var drop []string
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return nil, err
		}
		drop, made = append(drop, "DROP INDEX "+name), append(made, text)
	}
	if err := firstOf(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	for _, statement := range drop {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return nil, err
		}
	}
	return made, nil
}

type sqlitePour struct{ inserts []driver.Stmt }

func (p *sqlitePour) begin(ctx context.Context, conn *sql.Conn, sheets []*sheet) ([]string, error) {
	made, err := indexes(ctx, conn, "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ("+tables(sheets)+")")
	if err != nil {
		return nil, err
	}
	for _, pragma := range []string{"foreign_keys=OFF", "journal_mode=OFF", "synchronous=OFF", "cache_size=-1500000", "temp_store=FILE", "locking_mode=EXCLUSIVE"} {
		if _, err := conn.ExecContext(ctx, "PRAGMA "+pragma); err != nil {
			return nil, err
		}
	}
	for _, s := range sheets {
		err := conn.Raw(func(c any) error {
			stmt, err := c.(driver.Conn).Prepare("INSERT INTO " + s.table + " VALUES (" + s.literals() + ")")
			p.inserts = append(p.inserts, stmt)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	_, err = conn.ExecContext(ctx, "BEGIN")
	return append([]string{"COMMIT"}, made...), err
}

// literals are a row's values as SQL: a mark where each has its own.
func (s *sheet) literals() string {
	var list []string
	for i, column := range s.columns {
		switch v := s.first[i].(type) {
		case string:
			list = append(list, "'"+strings.ReplaceAll(v, "'", "''")+"'")
		case []byte:
			list = append(list, "X'"+hex.EncodeToString(v)+"'")
		case nil:
			list = append(list, "NULL")
		default:
			list = append(list, fmt.Sprint(v))
		}
		if s.other[column] != nil {
			list[i] = "?"
		}
	}
	return strings.Join(list, ", ")
}

func (p *sqlitePour) rows(ctx context.Context, conn *sql.Conn, sheets []*sheet, list []store.Preloaded) error {
	return conn.Raw(func(any) error {
		for n, s := range sheets {
			for i := range list {
				if s.has != nil && !s.has(&list[i]) {
					continue
				}
				var args []driver.NamedValue
				for _, column := range s.columns {
					if value := s.other[column]; value != nil {
						args = append(args, driver.NamedValue{Ordinal: len(args) + 1, Value: value(&list[i])})
					}
				}
				if _, err := p.inserts[n].(driver.StmtExecContext).ExecContext(ctx, args); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (p *sqlitePour) end() []string {
	for _, insert := range p.inserts {
		insert.Close()
	}
	return nil
}

type postgresPour struct{}

func (postgresPour) begin(ctx context.Context, conn *sql.Conn, sheets []*sheet) ([]string, error) {
	for _, set := range []string{"session_replication_role = replica", "maintenance_work_mem = '1GB'", "synchronous_commit = off"} {
		if _, err := conn.ExecContext(ctx, "SET "+set); err != nil {
			return nil, err
		}
	}
	return indexes(ctx, conn, `SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename IN (`+tables(sheets)+`)
		AND indexname NOT IN (SELECT conname FROM pg_constraint)`)
}

func (postgresPour) rows(ctx context.Context, conn *sql.Conn, sheets []*sheet, list []store.Preloaded) error {
	return conn.Raw(func(c any) error {
		for _, s := range sheets {
			r, w := io.Pipe()
			go func() { w.CloseWithError(s.write(w, list)) }()
			if _, err := c.(*stdlib.Conn).Conn().PgConn().CopyFrom(ctx, r, "COPY "+s.table+" FROM STDIN"); err != nil {
				return err
			}
		}
		return nil
	})
}

// write writes rows in the text form of COPY.
func (s *sheet) write(w io.Writer, list []store.Preloaded) error {
	var text []byte
	for i := range list {
		if s.has != nil && !s.has(&list[i]) {
			continue
		}
		for n, column := range s.columns {
			v := s.first[n]
			if value := s.other[column]; value != nil {
				v = value(&list[i])
			}
			text = append(copied(text, v), '\t')
		}
		text[len(text)-1] = '\n'
	}
	_, err := w.Write(text)
	return err
}

func copied(text []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(text, `\N`...)
	case []byte:
		return append(append(text, `\\x`...), hex.EncodeToString(v)...)
	case string:
		return append(text, v...) // the bench's own words have nothing to escape
	}
	return fmt.Append(text, v)
}

func (postgresPour) end() []string {
	var list []string
	for _, s := range newSheets() {
		list = append(list, "VACUUM ANALYZE "+s.table)
	}
	return append(list, "CHECKPOINT")
}
