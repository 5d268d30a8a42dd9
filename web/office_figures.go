package web

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"sportello/desk"
	"sportello/office"
	"sportello/person"
)

// figuresRoutes are those of the figures of an ente.
func (s *Server) figuresRoutes() []route {
	return []route{
		{"GET /sportello/statistiche", s.only(office.ReadFigures, s.getFigures), operators, 0},
		{"GET /sportello/statistiche.csv", s.only(office.ReadFigures, s.getFiguresCSV), operators, 0},
	}
}

const figuresPath = "/sportello/statistiche"

// periods are what can be chosen: how many days, and how they are grouped so that a chart can be read.
var periods = []struct {
	days  int
	label string
	group func(person.Date) string
}{
	{30, "Ultimi 30 giorni", byDay}, {91, "Ultimi 3 mesi", byWeek}, {365, "Ultimi 12 mesi", byMonth},
}

func byDay(d person.Date) string { return shortDay(d) }

// byWeek names a week by its Monday.
func byWeek(d person.Date) string {
	t := d.Time()
	return shortDay(person.DateOf(t.AddDate(0, 0, -(int(t.Weekday())+6)%7)))
}

func byMonth(d person.Date) string { _, month, year := d.Parts(); return month + "/" + year }

func shortDay(d person.Date) string { day, month, _ := d.Parts(); return day + "/" + month }

// A figuresPage shows each count as a picture and as a table.
type figuresPage struct {
	Period  string // in words
	Choices []Link
	CSV     string
	Days    chart
	DayRows []dayRow
	Kinds   chart
	desk.Figures
	KindNames []string
	Times     chart
	TimeNames []string
	Median    string
	Slow      string
	Empty     bool
}

type dayRow struct {
	Label              string
	Identified, Booked int
}

func (s *Server) getFigures(w http.ResponseWriter, r *http.Request) error {
	chosen := chosenPeriod(r)
	f, err := s.Desk.Figures(r.Context(), whoOf(r), periods[chosen].days)
	if err != nil {
		return err
	}
	data := figuresPage{Figures: f, CSV: figuresPath + ".csv?giorni=" + strconv.Itoa(periods[chosen].days), Median: lasted(f.Median), Slow: lasted(f.Slow),
		Period: "Dal " + inWords(f.From) + " al " + inWords(f.To), DayRows: grouped(f.Days, periods[chosen].group)}
	for i, x := range periods {
		data.Choices = append(data.Choices, Link{Text: x.label, Href: figuresPath + "?giorni=" + strconv.Itoa(x.days), Current: i == chosen})
	}
	data.draw()
	p := s.page(r, "Statistiche").at()
	p.Lead = whoOf(r).Ente.Name + ". " + data.Period + "."
	p.Data = data
	return s.show(w, "office_figures", p)
}

func chosenPeriod(r *http.Request) int {
	for i, x := range periods {
		if r.URL.Query().Get("giorni") == strconv.Itoa(x.days) {
			return i
		}
	}
	return 0
}

func grouped(days []desk.DayFigure, group func(person.Date) string) []dayRow {
	var rows []dayRow
	for _, d := range days {
		label := group(d.Day)
		if len(rows) == 0 || rows[len(rows)-1].Label != label {
			rows = append(rows, dayRow{Label: label})
		}
		last := &rows[len(rows)-1]
		last.Identified += d.Identified
		last.Booked += d.Booked
	}
	return rows
}

// draw makes the three pictures.
func (p *figuresPage) draw() {
	p.Empty = true
	var days, kinds, times []bar
	for _, d := range p.DayRows {
		days = append(days, bar{d.Label, d.Booked})
		p.Empty = p.Empty && d.Booked == 0
	}
	for _, k := range p.Figures.Kinds {
		p.KindNames = append(p.KindNames, kindLabels[k.Kind])
		kinds = append(kinds, bar{kindLabels[k.Kind], k.Booked})
	}
	before := time.Duration(0)
	for _, t := range p.Figures.Times {
		name := timeName(before, t.Within)
		before = t.Within
		p.TimeNames = append(p.TimeNames, name)
		times = append(times, bar{name, t.Count})
	}
	p.Days = newChart("Operazioni prenotate", days)
	p.Kinds = newChart("Operazioni per tipo", kinds)
	p.Times = newChart("Tempo dallo sportello alla conferma a casa", times)
}

func timeName(from, within time.Duration) string {
	days := func(d time.Duration) int { return int(d / (24 * time.Hour)) }
	switch {
	case from == 0:
		return "entro 1 giorno"
	case within == 0:
		return fmt.Sprintf("oltre %d giorni", days(from))
	}
	return fmt.Sprintf("da %d a %d giorni", days(from), days(within))
}

// lasted is a time as people say it, "" if there is none.
func lasted(d time.Duration) string {
	switch hours := int(d.Hours()); {
	case hours == 0:
		return ""
	case hours == 1:
		return "1 ora"
	case hours < 48:
		return fmt.Sprintf("%d ore", hours)
	default:
		return fmt.Sprintf("%d giorni", hours/24)
	}
}

// getFiguresCSV gives the figures day by day, for a spreadsheet.
func (s *Server) getFiguresCSV(w http.ResponseWriter, r *http.Request) error {
	f, err := s.Desk.Figures(r.Context(), whoOf(r), periods[chosenPeriod(r)].days)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="statistiche-`+string(f.From)+"-"+string(f.To)+`.csv"`)
	if _, err := w.Write([]byte("\ufeff")); err != nil { // so that spreadsheets read the accents
		return err
	}
	out := csv.NewWriter(w)
	out.Comma = ';'
	lines := [][]string{{"giorno", "cittadini riscontrati", "operazioni prenotate"}}
	for _, d := range f.Days {
		lines = append(lines, []string{string(d.Day), strconv.Itoa(d.Identified), strconv.Itoa(d.Booked)})
	}
	lines = append(lines, []string{}, []string{"operazione", "prenotate", "concluse", "in corso", "scartate"})
	for _, k := range f.Kinds {
		lines = append(lines, []string{kindLabels[k.Kind], strconv.Itoa(k.Booked), strconv.Itoa(k.Completed), strconv.Itoa(k.Pending), strconv.Itoa(k.Discarded)})
	}
	return out.WriteAll(lines)
}
