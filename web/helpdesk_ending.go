package web

import (
	"net/http"
	"slices"

	"sportello/helpdesk"
	"sportello/request"
)

const otherReason = "Altro motivo"

// endingForm refuses or closes a request. What was asked for and can be granted is refused; everything can be closed.
func endingForm(c helpdesk.Case) *Form {
	rule := c.Rule()
	f := &Form{Action: requestPath(c.ID) + "/chiusura", Submit: "Chiudi l'istanza", Hidden: versionOf(c), Intro: "Il motivo resta nel registro degli atti: non scrivere dati personali.",
		Sections: []*Section{{Fields: []*Field{
			{Kind: Select, Name: "motivo", Label: "Motivo"},
			{Name: "motivo-altro", Label: otherReason, MaxLength: request.LongestReason, Optional: true, Help: "Solo se non è nell'elenco."},
		}}}}
	for _, x := range append(slices.Clip(rule.Reasons), otherReason) {
		f.Field("motivo").Options = append(f.Field("motivo").Options, Option{x, x})
	}
	if rule.Grants == "" {
		return f
	}
	f.Submit = "Concludi"
	f.Sections[0].Fields = append([]*Field{{Kind: Radio, Name: "esito", Label: "Come si conclude", Value: "respinta", Options: []Option{{"respinta", "Respinta"}, {"chiusa", "Chiusa senza decidere"}},
		Help: "Se si conosce la persona, di un'istanza respinta viene avvisata all'indirizzo registrato."}}, f.Sections[0].Fields...)
	return f
}

func (s *Server) postEnding(w http.ResponseWriter, r *http.Request) error {
	f, err := s.caseForm(r, endingForm)
	if err != nil {
		return err
	}
	reason := f.Value("motivo")
	if reason == otherReason {
		if reason = f.Value("motivo-altro"); reason == "" {
			f.Fail("motivo-altro", "Scrivere il motivo, senza dati personali.")
		}
	}
	if !f.Check() {
		return s.showCase(w, r, caseForms{ending: f})
	}
	d := helpdesk.Decision{State: request.Closed, Reason: reason}
	if f.has("esito") && f.Value("esito") == "respinta" {
		d.State = request.Refused
	}
	if err := s.Helpdesk.Decide(r.Context(), whoOf(r), seenOf(r), d); err != nil {
		return err
	}
	return redirect(donePath(r.PathValue("id"), "conclusa"))
}
