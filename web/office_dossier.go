package web

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"sportello/administration"
	"sportello/office"
)

// A staffAct is something done to an operator's account besides editing it.
type staffAct struct {
	path                string // after the operator's
	title, text, button string
	reason              string // label of the reason's field, "" if none is asked
	run                 func(*administration.Administration, context.Context, administration.Who, administration.Change) error
}

var (
	disableAct = staffAct{"disabilita", "Disabilita", "L'operatore esce subito da tutte le sessioni e non può più entrare. Si può riabilitare.", "Disabilita l'operatore",
		"Motivo della disabilitazione", (*administration.Administration).Disable}
	enableAct = staffAct{"riabilita", "Riabilita", "L'operatore torna a entrare, con la password e il secondo fattore di prima.", "Riabilita l'operatore",
		"", (*administration.Administration).Enable}
	secondFactorAct = staffAct{"secondo-fattore", "Azzera il secondo fattore",
		"Per chi ha perso il telefono: app e codici di recupero non valgono più, le sessioni finiscono, al prossimo accesso si collega una nuova app. Non si annulla: prima accertarsi, di persona, che lo chieda l'operatore.",
		"Azzera app e codici", "Motivo dell'azzeramento", (*administration.Administration).ResetSecondFactor}
	endPostAct = staffAct{"fine-incarico", "Togli l'incarico", "L'operatore non lavora più per l'ente, subito; negli altri resta.", "Togli subito l'incarico",
		"Motivo della fine dell'incarico", (*administration.Administration).EndPost}
	// passwordAct answers with the password: see postHandedPassword.
	passwordAct = staffAct{"password", "Dai una password provvisoria",
		"La password di prima non vale più e le sessioni finiscono. Quella nuova si vede una volta sola, da consegnare di persona: l'operatore la cambia al primo accesso, entro 14 giorni.",
		"Crea la password provvisoria", "", nil}
)

// A staffForm is an act with its form on the operator's page.
type staffForm struct {
	Action, Title, Text, Button string
	Hidden                      []Option
	Reason                      *Field
}

func (a staffAct) form(d administration.Dossier) staffForm {
	f := staffForm{Action: staffPath + "/" + d.ID + "/" + a.path, Title: a.title, Text: a.text, Button: a.button, Hidden: []Option{{"visto", d.Seen}}}
	if a.reason != "" {
		f.Reason = &Field{Kind: Area, Name: "motivo", ID: "motivo-" + a.path, Label: a.reason, MaxLength: reasonLength, Rows: 2, Help: "Resta nel registro degli atti."}
	}
	return f
}

// dossierPage is the data of an operator's page.
type dossierPage struct {
	administration.Dossier
	State  Badge
	Items  []Item
	Form   *Form  // nil if nothing can be changed
	Why    string // why not
	Acts   []staffForm
	Posts  []string // in words
	Others int      // posts at enti that are not administered here
}

// refusalWords say why an account is not this administrator's to change.
var refusalWords = []struct {
	err  error
	text string
}{
	{office.ErrOwnAccount, "È il proprio account: dati, incarichi e secondo fattore li cambia un altro responsabile o un amministratore."},
	{office.ErrAbove, "L'operatore ha un ruolo superiore al proprio: lo gestisce un amministratore."},
	{administration.ErrOtherEnti, "L'operatore lavora anche per enti che non si amministrano: si può solo togliere l'incarico presso il proprio. Per il resto serve un amministratore."},
}

func (s *Server) getDossier(w http.ResponseWriter, r *http.Request) error {
	d, err := s.Administration.Operator(r.Context(), adminOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.showDossier(w, r, s.dossierPage(r, d))
}

func (s *Server) dossierPage(r *http.Request, d administration.Dossier) dossierPage {
	data := dossierPage{Dossier: d, State: operatorState(d.Operator, s.Now()), Posts: postWords(d.Posts, d.Enti), Others: d.Others}
	data.Items = []Item{{Label: "Username", Value: d.Username}, {Label: "Codice fiscale", Value: string(d.TaxCode), Code: true}, {Label: "E-mail", Value: d.Email, Missing: d.Email == ""},
		{Label: "Ultimo accesso", Value: orNever(momentInWords(d.LastLogin))}, {Label: "Secondo fattore attivo dal", Value: orNever(momentInWords(d.EnrolledAt))}}
	if !d.TemporaryUntil.IsZero() {
		data.Items = append(data.Items, Item{Label: "Password provvisoria fino al", Value: momentInWords(d.TemporaryUntil)})
	}
	if !d.DisabledAt.IsZero() {
		data.Items = append(data.Items, Item{Label: "Disabilitato dal", Value: momentInWords(d.DisabledAt)})
	}
	for _, x := range refusalWords {
		if errors.Is(d.Refusal, x.err) {
			data.Why = x.text
		}
	}
	if d.Refusal == nil {
		data.Form = revisionForm(adminOf(r), d)
	}
	data.Acts = actsOn(adminOf(r), d)
	return data
}

func orNever(when string) string {
	if when == "" {
		return "Mai"
	}
	return when
}

// actsOn are the acts that the operator's state allows.
func actsOn(who administration.Who, d administration.Dossier) []staffForm {
	if errors.Is(d.Refusal, administration.ErrOtherEnti) {
		return endPosts(who, d)
	}
	if d.Refusal != nil {
		return nil
	}
	if !d.DisabledAt.IsZero() {
		return []staffForm{enableAct.form(d)}
	}
	acts := []staffForm{passwordAct.form(d)}
	if d.Enrolled() {
		acts = append(acts, secondFactorAct.form(d))
	}
	return append(acts, disableAct.form(d))
}

// endPosts are one act for each post that may be taken from somebody who works elsewhere too.
func endPosts(who administration.Who, d administration.Dossier) []staffForm {
	var acts []staffForm
	for _, e := range d.Enti {
		at := slices.IndexFunc(d.Posts, func(p office.Post) bool { return p.Ente == e.ID })
		if at < 0 || who.MayGrant(d.Posts[at].Role) != nil {
			continue
		}
		f := endPostAct.form(d)
		f.Title += " presso " + e.Name
		f.Reason.ID += "-" + e.ID
		f.Hidden = append(f.Hidden, Option{"ente", e.ID})
		acts = append(acts, f)
	}
	return acts
}

func (s *Server) showDossier(w http.ResponseWriter, r *http.Request, data dossierPage) error {
	p := s.officePage(r, "Scheda dell'operatore", staffLink)
	if data.Form != nil {
		p.withErrors(data.Form)
	}
	for _, a := range data.Acts {
		if a.Reason != nil && a.Reason.Error != "" {
			p.Errors = append(p.Errors, FieldError{"#" + a.Reason.Target(), a.Reason.Label, a.Reason.Error})
		}
	}
	if done := r.URL.Query().Get("fatto"); done != "" {
		p.Notice = staffDone[done]
	}
	p.Data = data
	return s.show(w, "office_dossier", p)
}

// staffDone are the words after an act.
var staffDone = map[string]Alert{
	"modifica":        {"success", "Modifiche salvate", "Se gli incarichi sono cambiati, l'operatore accede di nuovo per lavorare con quelli nuovi."},
	"disabilita":      {"success", "Operatore disabilitato", "Le sue sessioni sono finite e non può più entrare."},
	"riabilita":       {"success", "Operatore riabilitato", "Può entrare di nuovo."},
	"secondo-fattore": {"success", "Secondo fattore azzerato", "Le sessioni sono finite. Al prossimo accesso l'operatore collega una nuova app. Un'e-mail lo avvisa, se ha un indirizzo."},
}

func revisionForm(who administration.Who, d administration.Dossier) *Form {
	f := &Form{Action: staffPath + "/" + d.ID, Submit: "Salva", Hidden: []Option{{"visto", d.Seen}}, Cancel: Link{Text: "Annulla", Href: staffPath},
		Sections: []*Section{{Legend: "Dati", Fields: dataFields()}}}
	f.Field("cognome").Value, f.Field("nome").Value, f.Field("email").Value = d.Surname, d.Name, d.Email
	roles := roleOptions(who.Grants())
	var free []*office.Ente
	for _, e := range d.Enti {
		at := slices.IndexFunc(d.Posts, func(p office.Post) bool { return p.Ente == e.ID })
		if at < 0 {
			free = append(free, e)
			continue
		}
		f.Sections = append(f.Sections, &Section{Legend: "Incarico presso " + e.Name, Fields: []*Field{
			{Kind: Select, Name: "ruolo-" + e.ID, Label: "Ruolo", Options: roles, Value: string(d.Posts[at].Role), Optional: len(d.Posts) > 1, Help: endHelp(len(d.Posts))},
			{Kind: Checkbox, Name: "fse-" + e.ID, Label: fseLabel, Optional: true, Checked: d.Posts[at].FSE},
		}})
	}
	if len(free) > 0 {
		f.Sections = append(f.Sections, &Section{Legend: "Altro incarico", Note: "Facoltativo: per chi lavora anche per un altro ente.", Fields: []*Field{
			{Kind: Select, Name: "nuovo-ente", Label: "Ente", Options: enteOptions(free), Proper: true, Optional: true, Columns: 6},
			{Kind: Select, Name: "nuovo-ruolo", Label: "Ruolo", Options: roles, Optional: true, Columns: 6},
			{Kind: Checkbox, Name: "nuovo-fse", Label: fseLabel, Optional: true},
		}})
	}
	return f
}

func endHelp(posts int) string {
	if posts > 1 {
		return "Senza ruolo l'incarico finisce."
	}
	return ""
}

// postsOf are the posts that a filled form asks for.
func postsOf(f *Form, d administration.Dossier) []office.Post {
	var posts []office.Post
	for _, p := range d.Posts {
		if role := f.Value("ruolo-" + p.Ente); role != "" {
			posts = append(posts, office.Post{Ente: p.Ente, Role: office.Role(role), FSE: f.Checked("fse-" + p.Ente)})
		}
	}
	if f.asks("nuovo-ente") && f.Value("nuovo-ente") != "" {
		posts = append(posts, office.Post{Ente: f.Value("nuovo-ente"), Role: office.Role(f.Value("nuovo-ruolo")), FSE: f.Checked("nuovo-fse")})
	}
	return posts
}

func (s *Server) postRevision(w http.ResponseWriter, r *http.Request) error {
	d, err := s.Administration.Operator(r.Context(), adminOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	if d.Refusal != nil {
		return d.Refusal
	}
	data := s.dossierPage(r, d)
	f := data.Form
	if err := f.Fill(r); err != nil {
		return err
	}
	if f.Check() && f.asks("nuovo-ente") && (f.Value("nuovo-ente") == "") != (f.Value("nuovo-ruolo") == "") {
		f.Fail("nuovo-ente", "Per un altro incarico servono sia l'ente sia il ruolo; senza, lasciarli vuoti tutti e due.")
	}
	if len(f.Errors()) > 0 {
		return s.showDossier(w, r, data)
	}
	err = s.Administration.Revise(r.Context(), adminOf(r), administration.Change{Operator: d.ID, Seen: r.PostFormValue("visto")},
		administration.Revision{Name: f.Value("nome"), Surname: f.Value("cognome"), Email: f.Value("email"), Posts: postsOf(f, d)})
	if err != nil {
		if err := failStaff(f, err); err != nil {
			return err
		}
		return s.showDossier(w, r, data)
	}
	return redirect(staffPath + "/" + d.ID + "?fatto=modifica")
}

// changeIn is what the form of an act asks.
func changeIn(r *http.Request) administration.Change {
	in := administration.Change{Operator: r.PathValue("id"), Seen: tidy(r.PostFormValue("visto")), Reason: tidy(r.PostFormValue("motivo")), Ente: tidy(r.PostFormValue("ente"))}
	if in.Seen == "" {
		in.Seen = "-" // a form typed by hand: nothing was seen
	}
	return in
}

// postStaffAct runs an act and comes back to the operator's page.
func (s *Server) postStaffAct(a staffAct) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		in := changeIn(r)
		if wrong := wrongReason(a, in.Reason); wrong != "" {
			return s.showActAgain(w, r, a, in, wrong)
		}
		if err := a.run(s.Administration, r.Context(), adminOf(r), in); err != nil {
			return err
		}
		if a.path == endPostAct.path {
			return redirect(staffPath) // the operator may be out of sight now
		}
		return redirect(staffPath + "/" + in.Operator + "?fatto=" + a.path)
	}
}

// postHandedPassword gives a temporary password and shows it: it is in this answer and nowhere else.
func (s *Server) postHandedPassword(w http.ResponseWriter, r *http.Request) error {
	in := changeIn(r)
	password, err := s.Administration.NewPassword(r.Context(), adminOf(r), in)
	if err != nil {
		return err
	}
	d, err := s.Administration.Operator(r.Context(), adminOf(r), in.Operator)
	if err != nil {
		return err
	}
	return s.showHandedPassword(w, r, handedPassword{Password: password, Operator: d.FullName(), Username: d.Username, Href: staffPath + "/" + d.ID})
}

func wrongReason(a staffAct, reason string) string {
	switch {
	case a.reason == "":
		return ""
	case reason == "":
		return "Scrivere il motivo: resta nel registro."
	case len([]rune(reason)) > reasonLength:
		return "Il testo è troppo lungo: accorciarlo."
	}
	return ""
}

// showActAgain shows the operator's page with what is wrong in the reason of an act.
func (s *Server) showActAgain(w http.ResponseWriter, r *http.Request, a staffAct, in administration.Change, wrong string) error {
	d, err := s.Administration.Operator(r.Context(), adminOf(r), in.Operator)
	if err != nil {
		return err
	}
	data := s.dossierPage(r, d)
	for _, x := range data.Acts {
		if x.Action == staffPath+"/"+d.ID+"/"+a.path && x.Reason != nil && (len(x.Hidden) < 2 || x.Hidden[1].Label == in.Ente) {
			x.Reason.Value, x.Reason.Error = in.Reason, wrong
			return s.showDossier(w, r, data)
		}
	}
	return administration.ErrNotSo
}
