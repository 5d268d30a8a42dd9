package person

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
)

// A RowError is a row of the archive that was left out, and why.
type RowError struct {
	Line   int    // counted from 1, the header
	Column string // "" when it is not one column's fault
	Reason string // in Italian
}

// Error is for the administrator who loads the archive.
func (e RowError) Error() string {
	if e.Column == "" {
		return fmt.Sprintf("riga %d: %s", e.Line, e.Reason)
	}
	return fmt.Sprintf("riga %d, colonna %s: %s", e.Line, e.Column, e.Reason)
}

// The columns of the archive that are read; others may come and go.
const (
	columnFrom     = "DATAISTITUZIONE"
	columnTo       = "DATACESSAZIONE"
	columnCode     = "CODCATASTALE"
	columnName     = "DENOMINAZIONE_IT"
	columnProvince = "SIGLAPROVINCIA"

	archiveForever = "9999-12-31"
	byteOrderMark  = "\ufeff"
)

var (
	belfioreCode   = regexp.MustCompile(`^[A-M][0-9]{3}$`)
	provinceLetter = regexp.MustCompile(`^([A-Z]{2})?$`)
)

// ReadANPRArchive reads the archive of comuni that the Ministero dell'Interno publishes for ANPR: comma-separated
// UTF-8 with a header, one row per stretch of a comune's history. Rows that cannot be used are left out and
// reported; the places are nil if the header is not the archive's or no row is left.
// States, names of provinces and postal codes stay those of ItalianPlaces.
func ReadANPRArchive(r io.Reader) (*Places, []RowError) {
	archive, err := openArchive(r)
	if err != nil {
		return nil, []RowError{*err}
	}
	rows, rejected := archive.rows()
	if len(rows) == 0 {
		return nil, append(rejected, RowError{Line: 1, Reason: "nessuna riga utilizzabile: verifica che sia l'archivio dei comuni di ANPR"})
	}
	t := newTables(append(rows, embeddedStates()...), provinceNames())
	t.postalCodes = ItalianPlaces().tables().postalCodes
	return &Places{func() *tables { return t }}, rejected
}

type archive struct {
	csv     *csv.Reader
	columns map[string]int
}

func openArchive(r io.Reader) (*archive, *RowError) {
	buffered := bufio.NewReader(r)
	if mark, _ := buffered.Peek(len(byteOrderMark)); string(mark) == byteOrderMark {
		buffered.Discard(len(byteOrderMark))
	}
	a := &archive{csv: csv.NewReader(buffered), columns: map[string]int{}}
	a.csv.ReuseRecord = true
	header, err := a.csv.Read()
	if err != nil {
		return nil, &RowError{Line: 1, Reason: "intestazione illeggibile: il file non è un CSV separato da virgole"}
	}
	for i, name := range header {
		a.columns[strings.TrimSpace(name)] = i
	}
	for _, name := range []string{columnFrom, columnTo, columnCode, columnName, columnProvince} {
		if _, ok := a.columns[name]; !ok {
			return nil, &RowError{Line: 1, Column: name, Reason: "colonna assente"}
		}
	}
	return a, nil
}

func (a *archive) rows() (rows []Place, rejected []RowError) {
	for {
		record, err := a.csv.Read()
		if err == io.EOF {
			return rows, rejected
		}
		if err != nil {
			rejected = append(rejected, unreadable(err))
			if !errors.Is(err, csv.ErrFieldCount) {
				return rows, rejected
			}
			continue
		}
		place, problem := a.place(record)
		if problem != nil {
			problem.Line, _ = a.csv.FieldPos(0)
			rejected = append(rejected, *problem)
			continue
		}
		rows = append(rows, place)
	}
}

func unreadable(err error) RowError {
	row := RowError{Reason: "lettura interrotta"}
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		row.Line, row.Reason = parse.StartLine, "virgolette fuori posto: il resto del file non è stato letto"
	}
	if errors.Is(err, csv.ErrFieldCount) {
		row.Reason = "numero di colonne diverso dall'intestazione"
	}
	return row
}

func (a *archive) place(record []string) (Place, *RowError) {
	field := func(column string) string { return strings.TrimSpace(record[a.columns[column]]) }
	place := Place{
		Code: field(columnCode), Province: field(columnProvince), Name: field(columnName),
		From: Date(field(columnFrom)), To: Date(field(columnTo)),
	}
	switch {
	case !belfioreCode.MatchString(place.Code):
		return Place{}, &RowError{Column: columnCode, Reason: "non è un codice catastale"}
	case place.Name == "":
		return Place{}, &RowError{Column: columnName, Reason: "nome assente"}
	case !provinceLetter.MatchString(string(place.Province)):
		return Place{}, &RowError{Column: columnProvince, Reason: "non è una sigla di provincia"}
	case !isDay(place.From):
		return Place{}, &RowError{Column: columnFrom, Reason: "non è una data AAAA-MM-GG"}
	case !isDay(place.To):
		return Place{}, &RowError{Column: columnTo, Reason: "non è una data AAAA-MM-GG"}
	case place.To < place.From:
		return Place{}, &RowError{Column: columnTo, Reason: "precede la data di istituzione"}
	}
	if place.To == archiveForever {
		place.To = ""
	}
	place.Name = archiveName(place)
	return place, nil
}

func isDay(d Date) bool {
	_, err := time.Parse(time.DateOnly, string(d))
	return err == nil
}

// archiveName prefers the name that we know to print, which has the right accents, if the archive means the same.
func archiveName(p Place) string {
	name := placeName(p.Name)
	if known, ok := ItalianPlaces().Comune(p.Code); ok && folded(known.Name) == folded(name) {
		return known.Name
	}
	return name
}
