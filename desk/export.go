package desk

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"

	"sportello/audit"
	"sportello/office"
	"sportello/store"
)

// Bounds of an export, in lines: of the whole, and of what is read at once.
const (
	exportLines = 50_000
	exportStep  = 500
)

// An Export is one that was allowed and recorded, and has yet to be written.
type Export struct {
	desk     *Desk
	who      Who
	criteria store.Criteria
	order    Order
	used     string // names of the filters
}

// Export asks for all that a search finds, in its order, as a table; the reason is recorded (mission S32). Errors: ErrReason, ErrSearchGone,
// office.ErrForbidden.
func (d *Desk) Export(ctx context.Context, who Who, l Leaf, reason string) (x Export, err error) {
	f, refusal := d.filters(ctx, who, l.Search)
	at, misplaced := d.placeOf(l)
	record := who.record(audit.ExportResults)
	record.Reason, record.Detail = reason, map[string]string{"filtri": f.used(), "passo": "inizio"}
	err = d.Store.Act(ctx, record, func(tx *store.Tx) error {
		if err := errors.Join(who.May(office.ExportPeople, tx.Now), refusal, misplaced); err != nil {
			return err
		}
		if strings.TrimSpace(reason) == "" {
			return ErrReason
		}
		return nil
	})
	return Export{d, who, d.criteria(who, f), at.Slice.Order, f.used()}, err
}

var exportHead = []string{"Numero registrazione", "Cognome", "Nome", "Codice fiscale", "Comune di residenza", "Provincia", "Data di registrazione", "Community", "Stato",
	"Registrazione forte", "Operazione in corso"}

// Write streams the lines as CSV for spreadsheets in Italian: UTF-8 with its mark, semicolons. How many went out is recorded at the end, also when
// the way broke. A list that is not whole says so in its last line.
func (x Export) Write(ctx context.Context, w io.Writer) error {
	lines, whole, err := x.stream(ctx, w)
	record := x.who.record(audit.ExportResults)
	record.Detail = map[string]string{"filtri": x.used, "passo": "fine", "righe": strconv.Itoa(lines), "elenco intero": "no"}
	if whole && err == nil {
		record.Detail["elenco intero"] = "sì"
	}
	return errors.Join(err, x.desk.Store.Act(context.WithoutCancel(ctx), record, func(*store.Tx) error { return nil }))
}

func (x Export) stream(ctx context.Context, w io.Writer) (lines int, whole bool, err error) {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return 0, false, err
	}
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	if err := out.Write(exportHead); err != nil {
		return 0, false, err
	}
	whole = true
	for at := (store.Slice{Order: x.order, Size: exportStep}); ; {
		found, err := x.desk.Store.Search(ctx, x.criteria, at)
		if err != nil {
			return lines, false, err
		}
		for _, h := range found.Hits {
			if err := out.Write(x.line(h)); err != nil {
				return lines, false, err
			}
			lines++
		}
		whole = whole && !found.Cut
		out.Flush()
		if err := out.Error(); err != nil || !found.HasNext {
			return lines, whole, errors.Join(err, x.close(out, whole))
		}
		if lines >= exportLines {
			return lines, false, x.close(out, false)
		}
		at.At = found.Next
	}
}

// close ends the table.
func (x Export) close(out *csv.Writer, whole bool) error {
	if whole {
		return nil
	}
	if err := out.Write([]string{"Elenco incompleto: affinare la ricerca"}); err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

var strongLetter = map[bool]string{true: "Y", false: "N"}

func (x Export) line(h Hit) []string {
	r := h.Registration
	in, _ := x.desk.Communities.ByID(r.Community)
	comune, province := x.desk.placeName(h.Person.Residence.Comune), h.Person.Residence.Province
	if h.Person.Residence.Abroad() {
		comune, province = h.Person.Residence.City, h.Person.Residence.Nation
	}
	cells := []string{string(r.Number), h.Person.Surname, h.Person.Name, string(h.Person.TaxCode), comune, province, r.CreatedAt.In(x.desk.Zone).Format("02/01/2006"),
		in.Name, string(r.State), strongLetter[r.Strong], string(h.Pending)}
	for i, c := range cells {
		cells[i] = harmless(c)
	}
	return cells
}

// harmless keeps a spreadsheet from running what somebody typed as a name: a cell that would begin a formula gets an apostrophe before it.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
