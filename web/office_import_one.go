package web

import (
	"net/http"
	"strings"

	"sportello/preload"
)

// An importPage shows how far an import is, and what can be done with it.
type importPage struct {
	Path    string
	State   Badge
	Explain string
	Items   []Item
	Lines   []importLine
	More    bool  // the report holds more lines
	Trial   bool  // the lines are those of the trial
	Read    int64 // lines, of All: how far it is, while All is known
	All     int64

	Going, Start, Stop, GiveUp bool
	StartLabel                 string
}

// An importLine is a line with remarks.
type importLine struct {
	Number  int64
	TaxCode string
	Outcome Badge
	Remarks []importRemark
}

// An importRemark is what is wrong in a column, and what to do.
type importRemark struct{ Column, Text, Todo string }

// importWords say what is going on and what to do.
var importWords = map[string]string{
	preload.Trying:   "Le righe si stanno controllando: ancora nessuno è importato. Si può lasciare la pagina e tornare più tardi.",
	preload.Tried:    "La prova è finita, e nessuno è ancora importato. Guardare il risultato: se va bene, avviare l'importazione; se no, rinunciare, correggere il file e caricarlo di nuovo.",
	preload.Running:  "Le persone si stanno importando. Si può lasciare la pagina: gli sportelli lavorano come sempre.",
	preload.Stopped:  "L'importazione è ferma. Chi è già arrivato resta; si può riprendere da dove era.",
	preload.Finished: "Tutte le righe sono state lette. Il file è stato cancellato dal server.",
	preload.GivenUp:  "L'importazione è stata annullata e il file cancellato. Chi era già arrivato resta.",
}

var outcomeBadges = map[string]Badge{
	preload.Warned:  {"manca", "Con avvisi"},
	preload.Skipped: {"neutro", "Già presente"},
	preload.Refused: {"respinto", "Non importata"},
}

func (s *Server) getImport(w http.ResponseWriter, r *http.Request) error {
	x, err := s.Preload.Progress(r.Context(), importerOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	p := s.page(r, "Importazione").at(importLink)
	p.Subtitle, p.Lead = importBadges[x.State].Text, x.Name
	p.Data = newImportPage(x)
	return s.show(w, "office_import", p)
}

func newImportPage(x preload.Progress) importPage {
	d := importPage{Path: importPath + "/" + x.ID, State: importBadges[x.State], Explain: importWords[x.State], Trial: !x.Begun(),
		Going: x.State == preload.Trying || x.State == preload.Running, StartLabel: "Avvia l'importazione",
		Start: x.State == preload.Tried || x.State == preload.Stopped, Stop: x.State == preload.Running}
	d.GiveUp = x.State != preload.Running && x.State != preload.Finished && x.State != preload.GivenUp
	if x.State == preload.Stopped {
		d.StartLabel = "Riprendi l'importazione"
	}
	if x.State == preload.Faulty {
		d.Explain = preload.FaultText(x.Fault)
	}
	switch {
	case x.State == preload.Tried && x.Checked.Accepted == 0:
		d.Explain, d.Start = "La prova è finita: nessuna riga si può importare. Rinunciare, correggere il file e caricarlo di nuovo.", false
	case x.State == preload.Tried && x.PINs:
		d.Explain += " Il file contiene dei PIN, e proteggerli è lento apposta: servono circa " + minutes(1+x.Checked.Accepted/2000) + "."
	}
	tally := x.Tally()
	d.Items = []Item{{Label: "Caricato il", Value: inWords(x.CreatedAt)}, {Label: "Impronta del file (SHA-256)", Value: x.SHA256, Code: true}}
	if x.State != preload.Faulty { // nothing was read
		d.Items = append(d.Items, tallyItems(tally, x)...)
	}
	if x.State == preload.Running || x.State == preload.Stopped {
		d.Read, d.All = tally.Lines, x.Checked.Lines
	}
	for _, l := range x.Lines {
		d.Lines = append(d.Lines, newImportLine(l))
	}
	d.More = tally.Warned+tally.Skipped+tally.Refused > int64(len(d.Lines))
	return d
}

func minutes(n int64) string {
	if n == 1 {
		return "un minuto"
	}
	return count(n) + " minuti"
}

// tallyItems say how many lines came to what: those to come, in a trial.
func tallyItems(t preload.Tally, x preload.Progress) []Item {
	accepted := "Importate"
	if !x.Begun() {
		accepted = "Da importare"
	}
	items := []Item{{Label: accepted, Value: count(t.Accepted)}, {Label: "di cui con avvisi", Value: count(t.Warned)},
		{Label: "Già presenti, non cambiate", Value: count(t.Skipped)}, {Label: "Non importabili", Value: count(t.Refused)},
		{Label: "Righe lette", Value: count(t.Lines)}}
	if x.Begun() {
		items[4].Value += " su " + count(x.Checked.Lines)
	}
	if t.Latin > 0 {
		items = append(items, Item{Label: "Righe in ISO-8859-1, non in UTF-8", Value: count(t.Latin)})
	}
	return items
}

func count(n int64) string { return thousands(int(n)) }

func newImportLine(l preload.Line) importLine {
	line := importLine{Number: l.Line, TaxCode: l.TaxCode, Outcome: outcomeBadges[l.Outcome]}
	for _, m := range l.Remarks {
		x := importRemark{Column: m.Column}
		if x.Text, x.Todo = preload.Explain(m); m.Value != "" {
			x.Text = strings.TrimSuffix(x.Text, ".") + " (" + m.Value + ")."
		}
		line.Remarks = append(line.Remarks, x)
	}
	return line
}
