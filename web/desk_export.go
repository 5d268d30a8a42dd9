package web

import (
	"errors"
	"net/http"

	"sportello/desk"
)

const exportPath = managePath + "/esportazione"

// exportForm asks why the results of a search leave the system.
func exportForm(at desk.Leaf) *Form {
	f := Sectionless(exportPath, "Esporta", &Field{Kind: Area, Name: "motivo-esportazione", Label: "Motivo dell'esportazione", MaxLength: reasonLength, Rows: 2,
		Help: "Resta nel registro degli atti con il nome di chi ha esportato e il numero di righe."})
	f.Intro = "Le colonne sono quelle dell'elenco, fino a 50.000 righe. Il file contiene dati personali: va custodito e cancellato quando non serve più."
	f.Hidden = []Option{{"ricerca", at.Search}, {"pagina", at.Token}, {"ordine", string(at.Order)}}
	return f
}

// postExport streams the results of a search as a file. Once it has begun, a failure can only break it off: half a list must not look whole.
func (s *Server) postExport(w http.ResponseWriter, r *http.Request) error {
	if err := parse(r, false); err != nil {
		return err
	}
	at := leafOf(r.PostForm)
	f := exportForm(at)
	f.Refill(r.PostForm)
	reason := f.Field("motivo-esportazione")
	if tooLong(reason.Value) {
		f.Check()
		return s.showResults(w, r, at, f)
	}
	export, err := s.Desk.Export(r.Context(), whoOf(r), at, reason.Value)
	if errors.Is(err, desk.ErrReason) {
		f.Fail(reason.Name, "Scrivere perché i risultati si esportano.")
		return s.showResults(w, r, at, f)
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="registrazioni.csv"`)
	if err := export.Write(r.Context(), w); err != nil {
		s.Log.ErrorContext(r.Context(), "export", "request", visitOf(r).ID, "err", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}
