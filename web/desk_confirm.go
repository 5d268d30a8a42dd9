package web

import (
	"errors"
	"net/http"
	"slices"

	"sportello/desk"
)

// confirmPage is the data of the third step: all that was entered, to read before it is saved.
type confirmPage struct {
	Sections []ItemSection
	Warnings []string
	Back     string
	Action   string
}

// An ItemSection is a list of data under its title.
type ItemSection struct {
	ID, Title string
	Items     []Item
}

func (s *Server) getConfirm(w http.ResponseWriter, r *http.Request) error {
	draft, err := s.openDraft(r)
	if err != nil {
		return err
	}
	back := registrationPath + "/" + draft.ID
	if draft.Entry == nil {
		return redirect(back)
	}
	review, err := s.Desk.Review(whoOf(r), draft, *draft.Entry, visitOf(r).now)
	if err != nil {
		return err
	}
	if len(review.Problems) > 0 { // as when the document expired at midnight
		return redirect(back)
	}
	p := s.registrationPage(r, 3)
	p.Data = confirmPage{Sections: itemSections(s.typedForm(whoOf(r), draft)), Warnings: warningsOf(review), Back: back, Action: back + "/conferma"}
	return s.show(w, "desk_confirm", p)
}

func warningsOf(review desk.Review) []string {
	var texts []string
	for _, x := range review.Warnings {
		if !slices.Contains(texts, x.Text) {
			texts = append(texts, x.Text)
		}
	}
	return texts
}

// itemSections are the answers of a form as lists to read, without what was left empty.
func itemSections(f *Form) []ItemSection {
	var sections []ItemSection
	for _, sec := range f.Sections {
		list := ItemSection{ID: "conferma-" + sec.ID, Title: sec.Legend}
		for _, x := range sec.asked() {
			if item, ok := itemOf(x); ok {
				list.Items = append(list.Items, item)
			}
		}
		if len(list.Items) > 0 {
			sections = append(sections, list)
		}
	}
	return sections
}

func itemOf(x *Field) (Item, bool) {
	switch {
	case x.Kind == Refresh || x.empty():
		return Item{}, false
	case x.Kind == Checkbox:
		return Item{Label: x.Label, Value: "Sì"}, true
	}
	return Item{Label: x.Label, Value: x.show(x.text()), Code: x.Kind == Code}, true
}

// postConfirm registers. Sent again, it gives the answer of the first time.
func (s *Server) postConfirm(w http.ResponseWriter, r *http.Request) error {
	number, err := s.Desk.Register(r.Context(), whoOf(r), r.PathValue("id"))
	if err != nil {
		return s.notRegistered(w, r, err)
	}
	return redirect(printPath(number))
}

func (s *Server) notRegistered(w http.ResponseWriter, r *http.Request, err error) error {
	if errors.Is(err, desk.ErrIncomplete) {
		return redirect(registrationPath + "/" + r.PathValue("id"))
	}
	return s.refuse(w, r, err)
}
