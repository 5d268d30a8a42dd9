package web

import (
	"net/http"
	"slices"

	"sportello/audit"
	"sportello/desk"
	"sportello/person"
)

// editConfirmPage is the data of the confirmation: what changes, before and after.
type editConfirmPage struct {
	Person   []Item
	Changes  []difference
	Warnings []string
	Notices  []Alert // what the registries say of a new tax code
	Why      []Item  // of a new tax code
	Submit   string
	Action   string
	Back     string
	Cancel   string
}

// A difference is a datum before and after.
type difference struct{ Label, Before, After string }

func (s *Server) getEditConfirm(x procedure) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		e, err := s.openEdit(r, x)
		if err != nil {
			return err
		}
		if e.Entry == nil {
			return redirect(changePath(e))
		}
		review, err := s.Desk.ReviewEdit(whoOf(r), e, *e.Entry, visitOf(r).now)
		if err != nil {
			return err
		}
		if len(review.Problems) > 0 { // as when the document expired at midnight
			return redirect(changePath(e))
		}
		p := s.editStep(r, x, e.Number, 2)
		data := editConfirmPage{Submit: "Termina e aggiorna", Person: s.whoIs(e), Changes: s.differences(e), Warnings: warningsOf(review),
			Action: changePath(e) + "/conferma", Back: changePath(e), Cancel: changedAt(e.Deed, e.Number)}
		if e.Deed == audit.ChangeTaxCode {
			s.recodeConfirm(&data, e)
		}
		p.Data = data
		return s.show(w, "desk_edit_confirm", p)
	}
}

// differences are what a change changes, in the words and in the order of the detail page.
func (s *Server) differences(e desk.Edit) []difference {
	after, note := e.After(*e.Entry), e.Note
	if e.Deed == audit.EditPerson {
		note = e.Entry.Note
	}
	return differ(s.changeable(e.Shown, e.Note), s.changeable(after, note))
}

// changeable are the data that a change can touch.
func (s *Server) changeable(p person.Person, note string) []Item {
	domicile := s.domicileItems(p.Domicile)
	for i := range domicile {
		domicile[i].Label += " (domicilio)"
	}
	return slices.Concat(s.personItems(p), s.residenceItems(p.Residence), domicile, contactItems(p.Contacts), documentItems(p.Document),
		[]Item{noteOf("Comunicazione allo sportello", note)})
}

// differ lists the labels whose value is not the same; what stands on one side only was, or becomes, nothing.
func differ(before, after []Item) (changes []difference) {
	value := func(items []Item, label string) string {
		i := slices.IndexFunc(items, func(x Item) bool { return x.Label == label })
		if i < 0 || items[i].Missing {
			return "Non indicato"
		}
		return items[i].Value
	}
	told := map[string]bool{}
	for _, x := range slices.Concat(after, before) {
		d := difference{x.Label, value(before, x.Label), value(after, x.Label)}
		if !told[x.Label] && d.Before != d.After {
			changes = append(changes, d)
		}
		told[x.Label] = true
	}
	return changes
}
