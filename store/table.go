package store

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A table is its name and its columns, listed once: the key first, the version, if there is one, last. The row function
// beside it lists the fields in the same order, to scan and to save alike.
type table struct {
	name string
	cols []string
}

func newTable(name, cols string) table { return table{name, strings.Fields(cols)} }

func (t table) columns() string {
	return t.name + "." + strings.Join(t.cols, ", "+t.name+".")
}

func (t table) sel(where string) string {
	return "SELECT " + t.columns() + " FROM " + t.name + " WHERE " + where
}

func (t table) insert() string {
	return "INSERT INTO " + t.name + " (" + strings.Join(t.cols, ", ") + ") VALUES (" + marks(1, len(t.cols)) + ")"
}

// marks are the places of n arguments, from $first on.
func marks(first, n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("$%d", first+i)
	}
	return strings.Join(list, ", ")
}

// update changes every column but the key, if the version is still the one that was read.
func (t table) update() string {
	var set []string
	n := len(t.cols)
	for i, c := range t.cols[1 : n-1] {
		set = append(set, fmt.Sprintf("%s = $%d", c, i+2))
	}
	return fmt.Sprintf("UPDATE %s SET %s, version = version + 1 WHERE %s = $1 AND version = $%d", t.name, strings.Join(set, ", "), t.cols[0], n)
}

// stamp keeps a time as Unix seconds, the same in both databases; the zero time is 0.
type stamp struct{ *time.Time }

// Value implements driver.Valuer.
func (s stamp) Value() (driver.Value, error) { return unix(*s.Time), nil }

// Scan implements sql.Scanner.
func (s stamp) Scan(v any) error {
	n, ok := v.(int64)
	if !ok {
		return fmt.Errorf("time kept as %T", v)
	}
	*s.Time = time.Time{}
	if n != 0 {
		*s.Time = time.Unix(n, 0).UTC()
	}
	return nil
}

func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

// folded writes a text as searches compare it; it is never read back.
type folded struct{ of *string }

// Value implements driver.Valuer.
func (f folded) Value() (driver.Value, error) { return Fold(*f.of), nil }

// Scan implements sql.Scanner.
func (folded) Scan(any) error { return nil }

// unsplit are the letters that have no accent to take off, and how people who lack them write them. Capitals only: ToUpper comes first.
var unsplit = strings.NewReplacer("ß", "SS", "ẞ", "SS", "Ø", "O", "Đ", "D", "Ð", "D", "Ł", "L", "Æ", "AE", "Œ", "OE", "Þ", "TH", "Ħ", "H", "Ŧ", "T", "Ŋ", "N")

// Fold makes text comparable: no accents, no case, only letters, digits and single spaces.
func Fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(unsplit.Replace(strings.ToUpper(norm.NFC.String(s)))) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		case unicode.IsSpace(r) && b.Len() > 0:
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// Key is a name as the searches compare and sort it: folded and without spaces, so that DE LUCA is Deluca, and D'ANGELO Dangelo.
func Key(s string) string { return strings.ReplaceAll(Fold(s), " ", "") }

// asJSON keeps a small value as JSON text.
type asJSON struct{ of any }

// Value implements driver.Valuer.
func (j asJSON) Value() (driver.Value, error) {
	b, err := json.Marshal(j.of)
	return string(b), err
}

// Scan implements sql.Scanner.
func (j asJSON) Scan(v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("JSON kept as %T", v)
	}
	return json.Unmarshal([]byte(s), j.of)
}
