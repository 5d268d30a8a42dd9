package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"sportello/community"
	"sportello/person"
	"sportello/registration"
)

// An Import is a list of preloaded people and how far it has come (A11).
type Import struct {
	ID        string
	Realm     community.Realm
	Ente      string       // id
	Operator  string       // id; "" for the command line
	Community community.ID // of the lines that name none
	Uploaded  bool         // by a page: the file waits sealed
	Name      string       // of the file
	SHA256    string       // of the file, hexadecimal
	Bytes     int64        // of the file
	PINs      bool         // the file has some
	State     string
	Fault     string // why the whole file cannot be read, "" if it can
	Checked   Tally  // of the trial
	Taken     Tally  // of what has been imported
	CreatedAt time.Time
	BegunAt   time.Time
	EndedAt   time.Time
	Version   int
}

// A Tally counts the lines that were gone through, and what became of each.
type Tally struct {
	Lines                              int64 // of people; the header and empty lines do not count
	Accepted, Warned, Skipped, Refused int64 // Warned ones are among the accepted
	Latin                              int64 // lines in ISO-8859-1
	Last                               int64 // number of the last line read, as an editor counts
	Batches                            int64
}

// An ImportLine is what was found in a line.
type ImportLine struct {
	Line    int64
	Outcome string
	TaxCode string // masked
	Remarks []ImportRemark
}

// An ImportRemark is one thing found, by the word of the checks; it does not hold what was written.
type ImportRemark struct {
	Code   string `json:"c"`
	Column string `json:"k,omitempty"`
	Value  string `json:"v,omitempty"` // what sort of value it was
}

var imports = newTable("import", `id realm ente_id operator_id community uploaded name sha256 bytes pins state fault checked taken created_at begun_at ended_at version`)

func importRow(x *Import) []any {
	return []any{&x.ID, &x.Realm, &x.Ente, &x.Operator, &x.Community, &x.Uploaded, &x.Name, &x.SHA256, &x.Bytes, &x.PINs, &x.State, &x.Fault, asJSON{&x.Checked}, asJSON{&x.Taken},
		stamp{&x.CreatedAt}, stamp{&x.BegunAt}, stamp{&x.EndedAt}, &x.Version}
}

// Import reads an import.
func (tx *Tx) Import(id string) (*Import, error) {
	var x Import
	return &x, tx.one(imports.sel("id = $1"), []any{id}, importRow(&x)...)
}

// ImportOf reads the import of a file that an ente has given and not given up, or ErrNotFound.
func (tx *Tx) ImportOf(realm community.Realm, ente, sha256 string) (*Import, error) {
	var x Import
	return &x, tx.one(imports.sel("realm = $1 AND ente_id = $2 AND sha256 = $3 AND state <> 'annullata'"), []any{realm, ente, sha256}, importRow(&x)...)
}

// Imports reads the imports of an ente, the newest first.
func (tx *Tx) Imports(ente string, limit int) ([]*Import, error) {
	return tx.importsWhere("ente_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2", ente, limit)
}

// UploadedImports reads the uploaded imports in any of some states, the oldest first.
func (tx *Tx) UploadedImports(states ...string) ([]*Import, error) {
	args := make([]any, len(states))
	for i, s := range states {
		args[i] = s
	}
	return tx.importsWhere("uploaded AND state IN ("+marks(1, len(states))+") ORDER BY created_at, id", args...)
}

func (tx *Tx) importsWhere(where string, args ...any) (list []*Import, err error) {
	err = tx.all(imports.sel(where), args, func(rows *sql.Rows) error {
		var x Import
		list = append(list, &x)
		return rows.Scan(importRow(&x)...)
	})
	return list, err
}

// AddImport keeps a new one; ErrConflict if the ente has given the file before.
func (tx *Tx) AddImport(x *Import) error {
	x.CreatedAt, x.Version = tx.Now, 1
	return tx.exec(imports.insert(), importRow(x)...)
}

// SaveImport keeps changes, or returns ErrStale.
func (tx *Tx) SaveImport(x *Import) error {
	if err := tx.change(imports.update(), importRow(x)...); err != nil {
		return err
	}
	x.Version++
	return nil
}

// KeepTrial keeps how far a trial has come and what it found; it is nobody's act, for nobody is imported. Error: ErrStale.
func (db *DB) KeepTrial(ctx context.Context, x *Import, lines []ImportLine) error {
	return db.keep(ctx, func(tx *Tx) error {
		if err := tx.SaveImport(x); err != nil {
			return err
		}
		return tx.addLines(x.ID, true, lines)
	})
}

// AddImportLines keeps what was found in lines that were imported, or not.
func (tx *Tx) AddImportLines(id string, lines []ImportLine) error {
	return tx.addLines(id, false, lines)
}

var importLines = newTable("import_line", "import_id trial line outcome tax_code remarks")

func (tx *Tx) addLines(id string, trial bool, lines []ImportLine) error {
	rows := make([][]any, len(lines))
	for i := range lines {
		l := &lines[i]
		rows[i] = []any{id, trial, l.Line, l.Outcome, l.TaxCode, asJSON{&l.Remarks}}
	}
	return tx.insertAll(importLines, rows)
}

// BeginTrial forgets what an earlier trial found.
func (db *DB) BeginTrial(ctx context.Context, x *Import) error {
	return db.keep(ctx, func(tx *Tx) error {
		x.Checked = Tally{}
		if err := tx.SaveImport(x); err != nil {
			return err
		}
		return tx.exec(`DELETE FROM import_line WHERE import_id = $1 AND trial`, x.ID)
	})
}

// TrialLines reads what a trial found after a line, in order.
func (tx *Tx) TrialLines(id string, after int64, limit int) ([]ImportLine, error) {
	return tx.importLines("trial", id, after, limit)
}

// ImportLines reads what was found while importing after a line, in order.
func (tx *Tx) ImportLines(id string, after int64, limit int) ([]ImportLine, error) {
	return tx.importLines("NOT trial", id, after, limit)
}

func (tx *Tx) importLines(which, id string, after int64, limit int) (list []ImportLine, err error) {
	err = tx.all("SELECT line, outcome, tax_code, remarks FROM import_line WHERE import_id = $1 AND "+which+" AND line > $2 ORDER BY line LIMIT $3", []any{id, after, limit},
		func(rows *sql.Rows) error {
			var l ImportLine
			err := rows.Scan(&l.Line, &l.Outcome, &l.TaxCode, asJSON{&l.Remarks})
			list = append(list, l)
			return err
		})
	return list, err
}

// A Known is a person of a realm who is there already: with the community and state of the live registration, if there is one.
type Known struct {
	Community community.ID
	State     registration.State
}

// KnownPeople tells which tax codes belong, or once belonged, to people of a realm.
func (tx *Tx) KnownPeople(realm community.Realm, codes []person.TaxCode) (map[person.TaxCode]Known, error) {
	there, err := hits(tx, codes, "(SELECT 1 FROM person WHERE realm = $1 AND tax_code = asked.value) = 1 OR "+once, string(realm))
	if err != nil || len(there) == 0 {
		return nil, err
	}
	known := knownPeople{}
	for _, of := range []string{
		"tax_code JOIN person ON person.id = tax_code.person_id WHERE tax_code.code = asked.value AND person.realm || '' = $1",
		"person WHERE person.realm = $1 AND person.tax_code = asked.value",
	} {
		tables, condition, _ := strings.Cut(of, " WHERE ")
		if err := together(tx, there, knownBy(tables, condition), []any{string(realm)}, known.add); err != nil {
			return nil, err
		}
	}
	return known, nil
}

// once is whether a person of a realm had a tax code, and has it no more. The realm as it stands would lead both engines through everybody of it.
const once = "(SELECT 1 FROM tax_code JOIN person ON person.id = tax_code.person_id WHERE tax_code.code = asked.value AND person.realm || '' = $1 LIMIT 1) = 1"

// formerCodes tells which tax codes people of a realm once had.
func (tx *Tx) formerCodes(realm community.Realm, codes []person.TaxCode) ([]person.TaxCode, error) {
	return hits(tx, codes, once, string(realm))
}

// knownBy asks for the community and the state of whom a condition finds, or for nothing at all.
func knownBy(tables, condition string) string {
	return `SELECT value, (SELECT COALESCE(registration.community || ' ' || registration.state, '') FROM ` + tables + `
		LEFT JOIN registration ON registration.person_id = person.id AND registration.state <> 'respinto'
		WHERE ` + condition + ` LIMIT 1) FROM asked`
}

type knownPeople map[person.TaxCode]Known

func (k knownPeople) add(rows *sql.Rows) error {
	var code person.TaxCode
	var is sql.NullString
	if err := rows.Scan(&code, &is); err != nil || !is.Valid {
		return err
	}
	in, state, _ := strings.Cut(is.String, " ")
	k[code] = Known{community.ID(in), registration.State(state)}
	return nil
}

// NumbersTaken tells which numbers registrations have already.
func (tx *Tx) NumbersTaken(numbers []registration.Number) ([]registration.Number, error) {
	return hits(tx, numbers, "(SELECT 1 FROM registration WHERE number = asked.value) = 1")
}

// hits tells of which values a condition holds: hardly any, as a rule.
func hits[T ~string](tx *Tx, values []T, condition string, more ...any) (found []T, err error) {
	err = together(tx, values, "SELECT value FROM asked WHERE "+condition, more, func(rows *sql.Rows) error {
		var v string
		err := rows.Scan(&v)
		if !slices.Contains(found, T(v)) { // the last value is asked again and again
			found = append(found, T(v))
		}
		return err
	})
	return found, err
}

// askedTogether is how many values one question names, at most and when there are few.
const (
	askedTogether = 200
	askedFew      = 25
)

// together asks a question of a table "asked" that holds some of the values, until all were there; where some are missing at the end, the last
// one stands again and again: so there are only two questions. What is asked of each value stands in a question of its own inside it, which no engine turns
// into reading everybody.
func together[T ~string](tx *Tx, values []T, query string, more []any, scan func(*sql.Rows) error) error {
	if err := tx.byIndex(); err != nil || len(values) == 0 {
		return err
	}
	size := askedTogether
	if len(values) <= askedTogether/2 {
		size = askedFew
	}
	places := make([]string, size)
	for i := range places {
		places[i] = fmt.Sprintf("($%d)", len(more)+i+1)
	}
	query = "WITH asked (value) AS (VALUES " + strings.Join(places, ", ") + ") " + query
	for part := range slices.Chunk(values, size) {
		args := slices.Clone(more)
		for i := range size {
			args = append(args, string(part[min(i, len(part)-1)]))
		}
		if err := tx.all(query, args, scan); err != nil {
			return err
		}
	}
	return nil
}

// byIndex has questions of the transaction that name many values answered by an index, whatever the engine thinks of the tables' sizes: a plan
// that was made while a table was empty is kept, and reads the whole of it ever after.
func (tx *Tx) byIndex() error {
	if tx.indexed || tx.db.engine.byIndex() == "" {
		return nil
	}
	tx.indexed = true
	return tx.exec(tx.db.engine.byIndex())
}
