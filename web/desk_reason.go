package web

import (
	"context"
	"errors"
	"net/http"
	"unicode/utf8"

	"sportello/desk"
	"sportello/registration"
)

// A deskReason is what an operator writes to do something out of the ordinary; the audit keeps it for ever (mission S7).
type deskReason struct {
	name, label, help string
	missing           string // what is said when it was not written
}

// The reasons of the pages from which papers are printed.
var (
	printReason = deskReason{"motivo-codice", "Motivo della stampa", "Il codice parte per e-mail: la stampa è un'eccezione e il motivo resta registrato.",
		"Scrivere perché il codice si stampa, anche se parte per e-mail."}
	releaseReason = deskReason{"motivo-sblocco", "Motivo dello sblocco", "Per esempio: stampante guasta.", "Scrivere perché le stampe si sbloccano."}
	cancelReason  = deskReason{"motivo-annullamento", "Motivo dell'annullamento", "Per esempio: operazione o persona sbagliata.",
		"Scrivere perché la prenotazione si annulla."}
)

// reasonLength bounds a reason in characters.
const reasonLength = 200

func tooLong(reason string) bool { return utf8.RuneCountInString(reason) > reasonLength }

func (x deskReason) field() *Field {
	return &Field{Kind: Area, Name: x.name, Label: x.label, MaxLength: reasonLength, Rows: 2, Help: x.help}
}

// A reasonPage is a page that asks for reasons, with what is wrong in the field of one of them; "" if nothing is.
type reasonPage func(w http.ResponseWriter, r *http.Request, field, wrong string) error

func (show reasonPage) get(w http.ResponseWriter, r *http.Request) error { return show(w, r, "", "") }

// reasonDeed does to a registration what a reason was given for. Error: desk.ErrReason.
type reasonDeed func(w http.ResponseWriter, r *http.Request, n registration.Number, reason string) error

// doing is the handler of what needs the reason; show tells what is wrong with it.
func (x deskReason) doing(do reasonDeed, show reasonPage) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		n, err := numberOf(r)
		if err != nil {
			return err
		}
		if err := parse(r, false); err != nil {
			return err
		}
		reason := tidy(r.PostForm.Get(x.name))
		if tooLong(reason) {
			return show(w, r, x.name, "Il testo è troppo lungo: accorciarlo.")
		}
		err = do(w, r, n, reason)
		if errors.Is(err, desk.ErrReason) {
			return show(w, r, x.name, x.missing)
		}
		return err
	}
}

// leaving is a deed after which the registration's page is shown.
func leaving(deed func(context.Context, desk.Who, registration.Number, string) error) reasonDeed {
	return func(_ http.ResponseWriter, r *http.Request, n registration.Number, reason string) error {
		if err := deed(r.Context(), whoOf(r), n, reason); err != nil {
			return err
		}
		return redirect(detailPath(n))
	}
}

// mark says beside the field of a name, if it is among these, what is wrong in it. Those that are not on the page are nil.
func (p *page) mark(name, wrong string, fields ...*Field) {
	for _, f := range fields {
		if f != nil && f.Name == name {
			f.Error = wrong
			p.Errors = []FieldError{{"#" + f.Target(), f.Label, wrong}}
		}
	}
}
