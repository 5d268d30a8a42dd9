package web

import (
	"errors"
	"slices"

	"sportello/desk"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
)

// A rowAction is a function of Tabella 1 for one registration: where it leads, or why it does not (G08).
type rowAction struct {
	Label  string
	Icon   string
	Href   string // "" if it is not available
	Reason string // why it is not
}

// A listAction is a function of the list: the page behind it, and who may open it.
type listAction struct {
	action      registration.Action
	label, icon string
	path        string // under the registration's own
	needs       office.Permission
}

// actionTable are the functions of Tabella 1 by the manual's words.
var actionTable = []listAction{
	{registration.Edit, "Modifica", "it-pencil", "/modifica", office.EditPeople},
	{registration.Book, "Prenota", "it-calendar", "/prenota", office.BookOperation},
	{registration.RegenerateCode, "Rigenera codice attivazione", "it-refresh", "/codice", office.BookOperation},
	{registration.EditDelegation, "Modifica delega", "it-user", "/delega", office.BookOperation},
}

// usernameAction stands beside Tabella 1, for those who have a username (001 §5.7.1).
var usernameAction = listAction{registration.Find, "Recupero username", "it-key", "/username", office.TellUsername}

// recodeAction stands in the detail, for who may change a tax code (mission S9).
var recodeAction = listAction{registration.Edit, "Cambio codice fiscale", "it-card", recodePath, office.ChangeTaxCode}

// proposalAction leads to another tax code that waits for a second responsabile.
var proposalAction = listAction{registration.Edit, "Codice fiscale proposto", "it-check-circle", proposalPath, office.ChangeTaxCode}

// actionPath is the page of a function for one registration.
func actionPath(n registration.Number, path string) string {
	return managePath + "/" + string(n) + path
}

// actionsOf says of each function whether it is there for a registration: the state must allow it, the role too, and the citizen must
// live where the ente is competent (G10). pending is the operation in progress, or nil.
func actionsOf(who desk.Who, reg registration.Registration, lives person.Residence, pending *registration.Operation) []rowAction {
	offered := actionTable
	if reg.State == registration.Active {
		offered = append(slices.Clip(offered), usernameAction)
	}
	return available(who, offered, reg, lives, pending)
}

// detailActions are those of the list, and what is rare enough to stand in the detail alone.
func detailActions(who desk.Who, f desk.Detail) []rowAction {
	actions := actionsOf(who, f.Registration, f.Person.Residence, pendingOf(f.File))
	if who.Can(office.ChangeTaxCode) {
		offered := []listAction{recodeAction}
		if !f.Proposed.IsZero() {
			offered = append(offered, proposalAction)
		}
		actions = append(actions, available(who, offered, f.Registration, f.Person.Residence, nil)...)
	}
	return actions
}

// available says of each function whether it is there.
func available(who desk.Who, offered []listAction, reg registration.Registration, lives person.Residence, pending *registration.Operation) (actions []rowAction) {
	for _, x := range offered {
		a := rowAction{Label: x.label, Icon: x.icon, Href: actionPath(reg.Number, x.path)}
		switch err := reg.Allows(x.action, pending); {
		case errors.Is(err, registration.ErrNoOperation):
			a.Reason = "Nessuna operazione in corso"
		case err != nil:
			a.Reason = "Non disponibile in questo stato"
		case !who.Can(x.needs):
			a.Reason = "Non permessa a questo ruolo"
		case who.MayPlace(lives.Province, lives.Comune) != nil:
			a.Reason = "Residente fuori competenza: prima Cambio residenza"
		}
		if a.Reason != "" {
			a.Href = ""
		}
		actions = append(actions, a)
	}
	return actions
}
