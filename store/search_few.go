package store

import (
	"strings"
	"unicode"
)

// few tells whether an index finds what is asked for among few rows: they are read, and sorted here.
func (c Criteria) few() bool {
	return c.Number != "" || whole(c.TaxCode) || begins(c.TaxCode) && c.initials() == 0
}

// initials are the six letters with which tax codes shall begin, when nothing else of them is asked for; 0 otherwise.
func (c Criteria) initials() uint32 {
	if len(c.TaxCode) != 6 {
		return 0
	}
	return initials(c.TaxCode)
}

// few finds those rows.
func (tx *Tx) few(c Criteria) *found {
	q := &scan{}
	var where []string
	if c.Number != "" {
		where = append(where, "number = "+q.arg(string(c.Number)))
	}
	switch code := c.TaxCode; {
	case whole(code):
		mark := q.arg(code)
		where = append(where, "number IN (SELECT number FROM listing WHERE tax_code = "+mark+` UNION SELECT registration.number FROM tax_code
			JOIN registration ON registration.person_id = tax_code.person_id WHERE tax_code.code = `+mark+")")
	case begins(code):
		where = append(where, "tax_code >= "+q.arg(code)+" AND tax_code < "+q.arg(code+lastRune))
	case code != "":
		where = append(where, "tax_code LIKE "+q.arg("%"+code+"%"))
	}
	list, err := tx.entries("SELECT "+listingColumns+" FROM listing WHERE "+strings.Join(where, " AND "), q.args...)
	return &found{beside: c.among(list), err: err}
}

// whole tells whether it is as long as a tax code, or a provisional one.
func whole(code string) bool {
	return len(code) == 16 || len(code) == 11 && !strings.ContainsFunc(code, unicode.IsLetter)
}

// lastRune comes after every letter and digit.
const lastRune = "\U0010FFFF"

// begins tells whether a part of a tax code can only be its beginning: the first six characters are letters, or all digits of a
// provisional one.
func begins(part string) bool {
	if len(part) < 6 {
		return false
	}
	first := part[:6]
	return strings.IndexFunc(first, unicode.IsDigit) < 0 || strings.IndexFunc(first, unicode.IsLetter) < 0
}
