package web

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"sportello/postal"
	"sportello/postroom"
)

// outcomesBody is plenty for the longest list of outcomes, in bytes.
const outcomesBody = 4 << 20

func outcomesForm() *Form {
	f := Sectionless(postPath+"/esiti", "Registra gli esiti", &Field{Kind: File, Name: "elenco", Label: "Elenco degli esiti in CSV", Accept: ".csv,text/csv",
		Help: "Colonne: lettera, esito (consegnata o resa), motivo della resa. Al massimo " + count(postroom.MostLines) + " righe e " + sizeOf(outcomesBody) + "."})
	return f
}

func (s *Server) postOutcomes(w http.ResponseWriter, r *http.Request) error {
	connection := http.NewResponseController(w)
	_ = errors.Join(connection.SetReadDeadline(time.Time{}), connection.SetWriteDeadline(time.Time{})) // where there is a connection
	f := outcomesForm()
	file, err := filePart(r, "elenco")
	id := ""
	if err == nil {
		id, err = s.Postroom.Outcomes(r.Context(), postWho(r), file)
	}
	for _, e := range outcomesErrors {
		if errors.Is(err, e.err) {
			f.Fail("elenco", e.text)
			return s.showPost(w, r, postForms{outcomes: f})
		}
	}
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		f.Fail("elenco", "Il file supera "+sizeOf(outcomesBody)+": dividerlo. Di ogni lettera bastano numero, esito e motivo.")
		return s.showPost(w, r, postForms{outcomes: f})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, postPath+"/esiti/"+id, http.StatusSeeOther)
	return nil
}

// outcomesErrors are refusals of a list that stand beside its field.
var outcomesErrors = []struct {
	err  error
	text string
}{
	{http.ErrMissingFile, "Scegliere il file della tipografia."},
	{postroom.ErrNoColumns, "Nella prima riga mancano le colonne \"lettera\" ed \"esito\"."},
	{postroom.ErrTooLarge, "L'elenco supera " + strconv.Itoa(postroom.MostLines) + " righe: dividerlo."},
}

// reportPage is what became of a list.
type reportPage struct {
	Items []Item
	Lines []reportLine
}

type reportLine struct {
	Line   int
	Letter string
	Result Badge
	Why    string
}

var outcomeResults = map[string]Badge{
	postroom.Noted:   {"fatto", "Registrata"},
	postroom.Known:   {"neutro", "Già registrata"},
	postroom.Refused: {"respinto", "Rifiutata"},
}

func (s *Server) getOutcomes(w http.ResponseWriter, r *http.Request) error {
	report, err := s.Postroom.Report(r.Context(), postWho(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	data := reportPage{Items: []Item{{Label: "Registrate", Value: count(int64(report.Noted))}, {Label: "Già registrate", Value: count(int64(report.Known))},
		{Label: "Rifiutate", Value: count(int64(report.Refused))}}}
	for _, o := range report.Lines {
		data.Lines = append(data.Lines, reportLine{o.Line, postal.Number(o.Letter).String(), outcomeResults[o.Result], o.Why})
	}
	p := s.page(r, "Esiti registrati").at(postLink)
	p.Lead = "Riga per riga, che cosa è stato registrato. Le righe rifiutate non hanno cambiato niente."
	p.Data = data
	return s.show(w, "post_report", p)
}

// returnedPage lists the letters that came back.
func (s *Server) getReturned(w http.ResponseWriter, r *http.Request) error {
	sheets, err := s.Postroom.Returned(r.Context(), postWho(r))
	if err != nil {
		return err
	}
	var rows []letterRow
	for _, x := range sheets {
		rows = append(rows, newLetterRow(x, string(x.Cause)))
	}
	p := s.page(r, "Lettere tornate indietro").at(postLink)
	p.Lead = "Il loro PIN non apre più niente. Si controlla l'indirizzo con il cittadino e si manda una lettera nuova."
	p.Data = rows
	return s.show(w, "post_returned", p)
}
