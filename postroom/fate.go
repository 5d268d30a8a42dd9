package postroom

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"sportello/audit"
	"sportello/office"
	"sportello/postal"
	"sportello/store"
)

// A Fate is what the post or the printing house says of a letter.
type Fate struct {
	Number postal.Number
	State  postal.State // Delivered or Returned
	Cause  postal.Cause // of a Returned one
}

// Mark notes what became of a letter. One that came back freezes its PIN, which opens nothing from now on. Telling the same again changes nothing,
// and already is true. Errors: office.ErrForbidden, office.ErrStaleLogin, office.ErrSelf, store.ErrNotFound, ErrNoCause, ErrNotSent, ErrUsed,
// postal.ErrState.
func (p *Postroom) Mark(ctx context.Context, who Who, f Fate) (already bool, err error) {
	act := func(tx *store.Tx) error {
		l, err := tx.LetterByNumber(f.Number)
		if err != nil {
			return err
		}
		if err := p.may(who, l.Community, tx.Now); err != nil {
			return err
		}
		tx.Record.Detail["esito"], tx.Record.Detail["motivo"] = string(f.State), string(f.Cause)
		if err := p.mine(tx, who, l); err != nil {
			return err
		}
		already, err = mark(tx, l, f)
		return err
	}
	err = p.Store.Act(ctx, who.record(audit.LetterFate), act)
	if errors.Is(err, store.ErrStale) { // its PIN was used in this moment
		err = p.Store.Act(ctx, who.record(audit.LetterFate), act)
	}
	return already, err
}

func mark(tx *store.Tx, l *postal.Letter, f Fate) (already bool, err error) {
	switch {
	case f.State == postal.Returned && !f.Cause.Known():
		return false, ErrNoCause
	case f.State != postal.Returned && f.State != postal.Delivered:
		return false, postal.ErrState
	case l.State == f.State && l.Cause == f.Cause, f.State == postal.Delivered && !l.UsedAt.IsZero():
		return true, nil
	case !l.UsedAt.IsZero():
		return false, ErrUsed
	case l.State == postal.Unfit, l.State == postal.Waiting:
		return false, ErrNotSent
	case l.State == postal.Superseded, l.State == postal.Returned && f.State == postal.Delivered:
		return false, postal.ErrState
	}
	l.State, l.Cause, l.ClosedAt, l.Sealed = f.State, f.Cause, tx.Now, nil
	return false, tx.SaveLetter(l)
}

// An Outcome is what became of a line of the printing house's list.
type Outcome struct {
	Line   int
	Letter string // as far as it was a number of a letter, "" otherwise
	Result string // Noted, Known or Refused
	Why    string // of a Refused one, in words for the back office
}

// The results of a line.
const (
	Noted   = "registrata"
	Known   = "già registrata"
	Refused = "rifiutata"
)

// A Report is what became of a list, kept for two days under a random id.
type Report struct {
	Noted   int
	Known   int
	Refused int
	Lines   []Outcome
}

// MostLines is the longest list of outcomes that is read.
const MostLines = 20_000

// Outcomes takes in the printing house's list: CSV with the columns lettera, esito and motivo, by commas or semicolons. Each line is an act of its
// own; what is wrong with one is told, and does not stop the others. Errors: office.ErrForbidden, office.ErrStaleLogin, ErrTooLarge, ErrNoColumns.
func (p *Postroom) Outcomes(ctx context.Context, who Who, in io.Reader) (id string, err error) {
	if err := who.May(office.RunPost, p.Store.Now()); err != nil {
		return "", err
	}
	lines, err := readOutcomes(in)
	if err != nil {
		return "", err
	}
	var report Report
	for _, l := range lines {
		o := p.outcome(ctx, who, l)
		switch o.Result {
		case Noted:
			report.Noted++
		case Known:
			report.Known++
		default:
			report.Refused++
		}
		report.Lines = append(report.Lines, o)
	}
	data, err := json.Marshal(report)
	if err != nil {
		return "", err
	}
	record := who.record(audit.LetterFate)
	record.Detail["passo"], record.Detail["righe"], record.Detail["rifiutate"] = "elenco", strconv.Itoa(len(lines)), strconv.Itoa(report.Refused)
	err = p.Store.Act(context.WithoutCancel(ctx), record, func(tx *store.Tx) error {
		if id, err = tx.NewID(); err != nil {
			return err
		}
		return tx.AddDraft(&store.Draft{ID: id, Operator: who.Operator.ID, Ente: who.Ente.ID, Data: data})
	})
	return id, err
}

// A line is one of a list, as read.
type line struct {
	at                     int
	letter, outcome, cause string
}

func readOutcomes(in io.Reader) (lines []line, err error) {
	raw, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	text := strings.TrimPrefix(string(raw), "\ufeff")
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord, r.LazyQuotes, r.TrimLeadingSpace = -1, true, true
	if first, _, _ := strings.Cut(text, "\n"); strings.Count(first, ";") > strings.Count(first, ",") {
		r.Comma = ';'
	}
	header, err := r.Read()
	if err != nil {
		return nil, ErrNoColumns
	}
	for i := range header {
		header[i] = strings.ToLower(strings.TrimSpace(header[i]))
	}
	letter, outcome, cause := slices.Index(header, "lettera"), slices.Index(header, "esito"), slices.Index(header, "motivo")
	if letter < 0 || outcome < 0 {
		return nil, ErrNoColumns
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return lines, nil
		}
		at, _ := r.FieldPos(0)
		if err != nil {
			row = nil // told as a line that cannot be read
		}
		if len(lines) == MostLines {
			return nil, ErrTooLarge
		}
		lines = append(lines, line{at, cell(row, letter), cell(row, outcome), cell(row, cause)})
	}
}

func cell(row []string, i int) string {
	if i < 0 || i >= len(row) {
		return ""
	}
	return strings.ToLower(strings.TrimSpace(row[i]))
}

// outcomeWords are how a list says what became of a letter.
var outcomeWords = map[string]postal.State{
	string(postal.Delivered): postal.Delivered, "recapitata": postal.Delivered,
	string(postal.Returned): postal.Returned, "reso": postal.Returned, "restituita": postal.Returned,
}

func (p *Postroom) outcome(ctx context.Context, who Who, l line) Outcome {
	o := Outcome{Line: l.at, Result: Refused}
	number, err := postal.ParseNumber(l.letter)
	if err != nil {
		o.Why = "non è il numero di una lettera"
		return o
	}
	o.Letter = string(number)
	state, ok := outcomeWords[l.outcome]
	if !ok {
		o.Why = "l'esito deve essere \"consegnata\" o \"resa\""
		return o
	}
	f := Fate{Number: number, State: state}
	if state == postal.Returned {
		f.Cause = postal.Cause(l.cause)
	}
	already, err := p.Mark(ctx, who, f)
	if err != nil {
		o.Why = whyRefused(err)
		return o
	}
	if o.Result = Noted; already {
		o.Result = Known
	}
	return o
}

// refusals say why a line was refused. A letter of others is as unknown as one that does not exist.
var refusals = []struct {
	err   error
	words string
}{
	{store.ErrNotFound, "nessuna lettera ha questo numero"},
	{ErrNoCause, "il motivo della resa manca o non è tra quelli ammessi"},
	{ErrNotSent, "la lettera non è mai partita"},
	{ErrUsed, "il PIN della lettera è già stato usato: è arrivata"},
	{postal.ErrState, "la lettera ha già un altro esito"},
	{office.ErrSelf, "la lettera è per chi sta operando: deve registrarla un collega"},
}

func whyRefused(err error) string {
	for _, r := range refusals {
		if errors.Is(err, r.err) {
			return r.words
		}
	}
	return "errore del sistema: ricaricare l'elenco"
}

// Report reads what became of a list. Only who gave it sees it. Error: store.ErrNotFound.
func (p *Postroom) Report(ctx context.Context, who Who, id string) (r Report, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		d, err := tx.Draft(id)
		if err != nil {
			return err
		}
		if d.Operator != who.Operator.ID || d.Ente != who.Ente.ID || json.Unmarshal(d.Data, &r) != nil {
			return store.ErrNotFound
		}
		return nil
	})
	return r, err
}
