package web

import (
	"net/http"
	"time"

	"sportello/helpdesk"
	"sportello/request"
)

// saveAnswers is the action of the button that keeps the answers and decides nothing.
const (
	saveAnswers = "salva"
	saveWords   = "Salva le risposte"
)

// checklistForm asks for what the rule wants to be looked at. Where there is nothing to grant it only keeps the answers.
func checklistForm(c helpdesk.Case, now time.Time) *Form {
	rule := c.Rule()
	if len(rule.Checklist) == 0 {
		return nil
	}
	f := &Form{Action: requestPath(c.ID) + "/controlli", Submit: saveWords, Hidden: versionOf(c), Sections: []*Section{{ID: "controlli", Legend: "Controlli"}}}
	section := f.Sections[0]
	for _, x := range rule.Checklist {
		section.Fields = append(section.Fields, itemField(x, c.Answers[x.Key], c.State == request.Proposed))
	}
	if rule.Grants == "" {
		f.Intro = "Si possono salvare anche a metà."
		return f
	}
	if c.Registration == "" {
		f.Intro, section.Note = "Si possono salvare anche a metà.", "Prima di accoglierla, l'istanza va collegata a una pratica."
		return f
	}
	if now.Before(c.GrantedFrom()) {
		section.Note = "La persona è stata avvisata e può opporsi fino al " + momentInWords(c.GrantedFrom()) + ": fino ad allora le risposte si salvano soltanto."
		return f
	}
	f.Submit = rule.Grants
	if c.FourEyes && c.State != request.Proposed {
		f.Submit = "Proponi: " + rule.Grants
		section.Note = "Per questa community un secondo operatore conferma."
	}
	if c.State != request.Proposed {
		section.Fields = append(section.Fields, &Field{Kind: Refresh, Name: "azione", ID: "salva", Value: saveAnswers, Label: saveWords, Help: "Senza decidere."})
	}
	return f
}

// itemField is an item of a checklist as a question; of a proposed request the answers stay the first clerk's.
func itemField(x request.Item, said string, locked bool) *Field {
	f := &Field{Name: "c-" + x.Key, Label: x.Label, Help: x.Help, Optional: x.Optional, Value: said, MaxLength: request.LongestAnswer}
	switch x.Sort {
	case request.Tick:
		f.Kind, f.Checked = Checkbox, said == request.Yes
	case request.Choice:
		f.Kind = Select
		for _, o := range x.Options {
			f.Options = append(f.Options, Option{o, o})
		}
	}
	if locked {
		f.Kind, f.Value, f.Lock = Text, capital(said), "Risposta di chi propone di accogliere."
	}
	return f
}

// answersOf are the answers in a checklist.
func answersOf(f *Form, rule request.Rule) request.Answers {
	a := request.Answers{}
	for _, x := range rule.Checklist {
		field := f.Field("c-" + x.Key)
		a[x.Key] = field.Value
		if x.Sort == request.Tick && field.Checked {
			a[x.Key] = request.Yes
		}
	}
	return a
}

// postChecklist keeps the answers, and grants the request if that is what the button says.
func (s *Server) postChecklist(w http.ResponseWriter, r *http.Request) error {
	var rule request.Rule
	var before request.State
	f, err := s.caseForm(r, func(c helpdesk.Case) *Form { rule, before = c.Rule(), c.State; return checklistForm(c, visitOf(r).now) })
	if err != nil {
		return err
	}
	answers := answersOf(f, rule)
	if action(r) == saveAnswers || f.Submit == saveWords {
		if err := s.Helpdesk.Answer(r.Context(), whoOf(r), seenOf(r), answers); err != nil {
			return err
		}
		return redirect(donePath(r.PathValue("id"), "salvata"))
	}
	if before != request.Proposed {
		f.Check()
		stopped(f, rule, answers)
	}
	if len(f.Errors()) > 0 {
		return s.showCase(w, r, caseForms{checklist: f})
	}
	err = s.Helpdesk.Decide(r.Context(), whoOf(r), seenOf(r), helpdesk.Decision{State: request.Granted, Answers: answers})
	if err != nil {
		return err
	}
	return redirect(donePath(r.PathValue("id"), "accolta"))
}

// stopped marks the answers with which nothing is granted.
func stopped(f *Form, rule request.Rule, a request.Answers) {
	for _, x := range rule.Missing(a) {
		if a[x.Key] != "" {
			f.Fail("c-"+x.Key, "Con questa risposta l'istanza non si può accogliere: respingerla.")
		}
	}
}
