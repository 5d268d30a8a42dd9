package preload

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"sportello/audit"
	"sportello/store"
)

// A Report is what happened to the lines of an import, or of its trial, as a file for a spreadsheet.
type Report struct {
	p *Preload
	x store.Import
}

// Report opens the report of an import of the ente; who takes it away is recorded. Errors: office.ErrForbidden, office.ErrStaleLogin, store.ErrNotFound.
func (p *Preload) Report(ctx context.Context, who Who, id string) (r Report, err error) {
	err = p.Store.Act(ctx, who.record(audit.Import, "rapporto"), func(tx *store.Tx) error {
		if err := who.may(tx.Now); err != nil {
			return err
		}
		x, err := p.open(tx, who, id)
		if err == nil {
			tx.Record.Detail["importazione"] = x.ID
			r = Report{p, *x}
		}
		return err
	})
	return r, err
}

// Write writes a row for each remark, in the order of the lines: never what a line said, and a tax code only masked.
func (r Report) Write(ctx context.Context, w io.Writer) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil { // spreadsheets need it to read UTF-8
		return err
	}
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	if err := out.Write([]string{"riga", "codice_fiscale", "esito", "colonna", "valore", "motivo", "che_fare"}); err != nil {
		return err
	}
	for after := int64(0); ; {
		var lines []store.ImportLine
		err := r.p.Store.Read(ctx, func(tx *store.Tx) (err error) {
			lines, err = linesOf(tx, &r.x, after, 1000)
			return err
		})
		if err != nil {
			return err
		}
		if len(lines) == 0 {
			break
		}
		for _, l := range lines {
			after = l.Line
			for _, m := range l.Remarks {
				text, todo := Explain(m)
				if err := out.Write(harmless(fmt.Sprint(l.Line), l.TaxCode, l.Outcome, m.Column, m.Value, text, todo)); err != nil {
					return err
				}
			}
		}
	}
	out.Flush()
	return errors.Join(out.Error(), ctx.Err())
}

// harmless keeps a spreadsheet from running a cell as a formula.
func harmless(cells ...string) []string {
	for i, c := range cells {
		if c != "" && strings.ContainsRune("=+-@\t\r\n", rune(c[0])) {
			cells[i] = "'" + c
		}
	}
	return cells
}
