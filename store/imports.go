package store

import (
	"context"
	"database/sql"
	"slices"
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

// askedTogether is how many values one question names.
const askedTogether = 100

// KnownPeople tells which tax codes belong, or once belonged, to people of a realm.
func (tx *Tx) KnownPeople(realm community.Realm, codes []person.TaxCode) (map[person.TaxCode]Known, error) {
	known := map[person.TaxCode]Known{}
	query := `SELECT tax_code.code, person.realm, COALESCE(registration.community, ''), COALESCE(registration.state, '')
		FROM tax_code JOIN person ON person.id = tax_code.person_id LEFT JOIN registration ON registration.person_id = person.id AND registration.state <> 'respinto'
		WHERE tax_code.code IN (` + marks(1, askedTogether) + `)`
	err := together(codes, func(args []any) error {
		return tx.all(query, args, func(rows *sql.Rows) error {
			var code person.TaxCode
			var of community.Realm
			var k Known
			err := rows.Scan(&code, &of, &k.Community, &k.State)
			if of == realm { // as a condition it would lead SQLite through everybody of the realm
				known[code] = k
			}
			return err
		})
	})
	return known, err
}

// NumbersTaken tells which numbers registrations have already.
func (tx *Tx) NumbersTaken(numbers []registration.Number) (taken []registration.Number, err error) {
	query := `SELECT number FROM registration WHERE number IN (` + marks(1, askedTogether) + `)`
	err = together(numbers, func(args []any) error {
		return tx.all(query, args, func(rows *sql.Rows) error {
			var n registration.Number
			err := rows.Scan(&n)
			taken = append(taken, n)
			return err
		})
	})
	return taken, err
}

// together gives values a hundred at a time, the last one again and again where some are missing: so it is always the same question.
func together[T ~string](values []T, ask func([]any) error) error {
	for part := range slices.Chunk(values, askedTogether) {
		args := make([]any, askedTogether)
		for i := range args {
			args[i] = string(part[min(i, len(part)-1)])
		}
		if err := ask(args); err != nil {
			return err
		}
	}
	return nil
}
