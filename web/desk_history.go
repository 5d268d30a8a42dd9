package web

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"sportello/desk"
	"sportello/registration"
	"sportello/registry"
)

// printedNames are the papers as the history lists them, in the order of the desk.
var printedNames = []struct {
	paper registration.Paper
	name  string
}{
	{registration.PINLetter, "Lettera con il PIN"}, {registration.CodeLetter, "Lettera con il codice"},
	{registration.SummarySheet, "Riepilogo"}, {registration.TermsOnPaper, "Regolamento"},
}

// historyRows are all operations of a registration with what was printed for each (E13).
func historyRows(past []desk.Past) (rows []pastRow) {
	for _, op := range past {
		x := pastRow{Kind: kindLabels[op.Kind], When: inWords(op.BookedAt), At: op.At, Outcome: outcomeLabels[op.Outcome]}
		if g := op.Delegation; g != nil {
			x.Delegate = g.Surname + " " + g.Name
		}
		for _, p := range printedNames {
			if n := op.Prints[p.paper]; n.Count > 0 {
				x.Printed = append(x.Printed, p.name+": "+timesPrinted(n))
			}
		}
		rows = append(rows, x)
	}
	return rows
}

// timesPrinted says how often, and when first and last.
func timesPrinted(p registration.Print) string {
	first, last := inWords(p.First), inWords(p.Last)
	switch {
	case p.Count == 1:
		return "1 volta, il " + first
	case first == last:
		return fmt.Sprintf("%d volte, il %s", p.Count, first)
	}
	return fmt.Sprintf("%d volte, dal %s al %s", p.Count, first, last)
}

// maskedCode tells that there is a code, and until when, never what it is (mission S19).
func maskedCode(f desk.Detail) string {
	if !f.CodeLive {
		return "Nessuno in corso"
	}
	text := "•••• •••• ••••"
	if pendingOf(f.File).Kind == registration.Revocation {
		text += " (di revoca)"
	}
	return text + ", vale fino al " + inWords(f.CodeExpires.Add(-time.Second))
}

// Which registry field each item of a section shows.
var (
	personSources = map[string]registry.Field{"Nome": registry.Name, "Cognome": registry.Surname, "Data di nascita": registry.BirthDate, "Sesso": registry.Sex}

	documentSources = map[string]registry.Field{"Numero carta identità": registry.DocumentNumber, "Data rilascio": registry.DocumentIssued}

	residenceSources = map[string]registry.Field{"Indirizzo": registry.Address, "Numero civico": registry.Number, "CAP": registry.PostalCode,
		"Città": registry.City, "Nazione": registry.Nation}
)

// sourced says beside each item which registry filled it, when, and whether it was changed since (Y06).
func sourced(f desk.File, items []Item, fields map[string]registry.Field) []Item {
	for i, x := range items {
		field, known := fields[x.Label]
		for _, s := range f.Provenance {
			if !known || s.Field != string(field) {
				continue
			}
			items[i].Source = "Letto da " + s.Source + " il " + inWords(s.ReadAt)
			if s.Edited {
				items[i].Source += ", poi modificato"
			}
		}
	}
	return items
}

// revealForm asks why the code is to be read.
func revealForm(n registration.Number) *Form {
	f := Sectionless(revealPath(n), "Leggi il codice", &Field{Kind: Area, Name: "motivo-lettura", Label: "Motivo della lettura", MaxLength: reasonLength, Rows: 2,
		Help: "Resta nel registro degli atti con il nome di chi ha letto."})
	f.Intro = "Il codice arriva al cittadino per e-mail o su carta: leggerlo a video è l'eccezione. Si vede una volta sola, mai insieme al PIN."
	return f
}

func revealPath(n registration.Number) string { return managePath + "/" + string(n) + "/codice-letto" }

// postReveal shows the code once, in the answer itself: no address leads to it.
func (s *Server) postReveal(w http.ResponseWriter, r *http.Request) error {
	n, err := numberOf(r)
	if err != nil {
		return err
	}
	f := revealForm(n)
	if err := f.Fill(r); err != nil {
		return err
	}
	reason := f.Field("motivo-lettura")
	if tooLong(reason.Value) {
		f.Check()
		return s.showDetail(w, r, f)
	}
	code, err := s.Desk.Reveal(r.Context(), whoOf(r), n, reason.Value)
	if errors.Is(err, desk.ErrReason) {
		f.Fail(reason.Name, "Scrivere perché il codice si legge a video.")
		return s.showDetail(w, r, f)
	}
	if err != nil {
		return err
	}
	p := s.page(r, "Codice letto").at(append(caseLinks(n), Link{Text: "Dettaglio", Href: detailPath(n)})...)
	p.Data = revealedPage{code, detailPath(n)}
	return s.show(w, "desk_reveal", p)
}

// revealedPage is the data of the page with a code.
type revealedPage struct {
	desk.Revealed
	Detail string
}
