package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"sportello/postal"
	"sportello/postroom"
	"sportello/store"
)

// letterPage is what the page of a letter shows: its life, and the form for what can be done now.
type letterPage struct {
	State   Badge
	Explain string
	Items   []Item
	Lines   []string
	Person  Link // to the citizen's detail, empty for a test letter
	Form    *Form
	Title   string // of the form
}

func (s *Server) getLetter(w http.ResponseWriter, r *http.Request) error {
	return s.showLetter(w, r, nil)
}

// showLetter shows a letter with the form that was refused, or the one of its state.
func (s *Server) showLetter(w http.ResponseWriter, r *http.Request, refused *Form) error {
	sheet, err := s.Postroom.Sheet(r.Context(), postWho(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	l := sheet.Letter
	data := letterPage{State: letterBadges[l.State], Explain: letterWords(sheet), Items: letterItems(sheet), Lines: l.Lines}
	if sheet.Registration.ID != "" {
		data.Person = Link{Text: sheet.Person.FullName(), Href: detailPath(sheet.Registration.Number)}
	}
	data.Title, data.Form = s.formOf(sheet)
	if refused != nil {
		data.Form = refused
	}
	form := refused
	if form == nil {
		form = &Form{}
	}
	p := s.page(r, "Lettera "+l.Number.String()).at(postLink).withErrors(form)
	p.Notice = postNotices[r.URL.Query().Get("fatto")]
	p.Data = data
	return s.show(w, "post_letter", p)
}

// formOf is what can be done with a letter now.
func (s *Server) formOf(x postroom.Sheet) (title string, f *Form) {
	switch {
	case x.State == postal.Unfit && x.Sealed != nil && postroom.Correctable(x.Letter):
		return "Accorciare l'indirizzo", addressForm(x)
	case x.Kind == postal.TestLetter:
		return "", nil
	case x.State == postal.Sent, x.State == postal.InRun, x.State == postal.Delivered && x.UsedAt.IsZero():
		return "Registrare l'esito", fateForm(x)
	case x.State == postal.Returned && x.Secret != "" && x.Cause != postal.Deceased, x.State == postal.Unfit:
		return "Mandare un'altra lettera", againForm(x)
	}
	return "", nil
}

// letterWords say what a state means for the citizen.
func letterWords(x postroom.Sheet) string {
	switch {
	case x.State == postal.Unfit:
		return "La lettera non può partire: " + string(x.Fault) + "."
	case x.State == postal.Waiting:
		return "Parte con il prossimo lotto."
	case x.State == postal.InRun:
		return "È in un lotto che la tipografia non ha ancora confermato."
	case x.State == postal.Sent:
		return "È partita. Finché il PIN non viene usato non si sa se è arrivata."
	case x.State == postal.Delivered && !x.UsedAt.IsZero() && x.Kind == postal.TestLetter:
		return "È arrivata: qualcuno ne ha scritto il codice."
	case x.State == postal.Delivered && !x.UsedAt.IsZero():
		return "È arrivata: il PIN è stato usato."
	case x.State == postal.Delivered:
		return "La tipografia dice che è stata consegnata."
	case x.State == postal.Returned && x.Cause == postal.Deceased:
		return "È tornata indietro: il destinatario risulta deceduto. Il PIN non apre più niente, e non se ne manda un altro."
	case x.State == postal.Returned && x.Secret == "":
		return "È tornata indietro; al suo posto è partita un'altra lettera con un PIN nuovo."
	case x.State == postal.Returned:
		return "È tornata indietro: per sicurezza il PIN non apre più niente. Prima di mandarne un altro si controlla l'indirizzo con il cittadino."
	}
	return "Non vale più: un'altra lettera, o uno sportello, ha preso il suo posto."
}

func letterItems(x postroom.Sheet) []Item {
	items := []Item{{Label: "Contenuto", Value: string(x.Kind)}, {Label: "In coda dal", Value: inWords(x.CreatedAt)}, {Label: "Prova dell'indirizzo", Value: string(x.Proof)}}
	if x.Note != "" {
		items = append(items, Item{Label: "Nota dell'assistenza", Value: x.Note})
	}
	if x.Run != nil {
		items = append(items, Item{Label: "Lotto", Value: x.Run.Number})
	}
	if !x.SentAt.IsZero() {
		items = append(items, Item{Label: "Data stampa", Value: inWords(x.SentAt)})
	}
	if x.Cause != "" {
		items = append(items, Item{Label: "Motivo della resa", Value: string(x.Cause)})
	}
	if !x.ClosedAt.IsZero() {
		items = append(items, Item{Label: "Esito registrato il", Value: inWords(x.ClosedAt)})
	}
	return items
}

func versionHidden(version int) []Option { return []Option{{"versione", strconv.Itoa(version)}} }

func fateForm(x postroom.Sheet) *Form {
	var causes []Option
	for _, c := range postal.Causes {
		causes = append(causes, Option{string(c), string(c)})
	}
	return &Form{Action: postPath + "/lettere/" + x.Letter.ID + "/esito", Submit: "Registra la resa", Sections: []*Section{{
		Note:   "Il PIN della lettera smette subito di valere: serve una lettera nuova.",
		Fields: []*Field{{Kind: Select, Name: "motivo", Label: "Motivo scritto dalla posta sulla busta", Options: causes}}}}}
}

func (s *Server) postFate(w http.ResponseWriter, r *http.Request) error {
	sheet, err := s.Postroom.Sheet(r.Context(), postWho(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	f := fateForm(sheet)
	if err := f.Fill(r); err != nil {
		return err
	}
	if !f.Check() {
		return s.showLetter(w, r, f)
	}
	already, err := s.Postroom.Mark(r.Context(), postWho(r), postroom.Fate{Number: sheet.Number, State: postal.Returned, Cause: postal.Cause(f.Value("motivo"))})
	if err != nil {
		return err
	}
	done := "esito"
	if already {
		done = "gia"
	}
	http.Redirect(w, r, postPath+"/lettere/"+sheet.Letter.ID+"?fatto="+done, http.StatusSeeOther)
	return nil
}

// blockFields are the lines of an address, as they will be printed.
func blockFields(lines []string) []*Field {
	fields := []*Field{}
	for i := range postal.MostAbroad {
		f := &Field{Name: "riga-" + strconv.Itoa(i+1), Label: "Riga " + strconv.Itoa(i+1), MaxLength: 100, Optional: i >= postal.FewLines}
		if i < len(lines) {
			f.Value = lines[i]
		}
		fields = append(fields, f)
	}
	fields[0].Help = "Destinatario, poi via e numero; per ultima CAP, località e sigla. Al massimo 44 caratteri per riga, in maiuscolo, senza punteggiatura."
	return append(fields, &Field{Kind: Checkbox, Name: "estero", Label: "Fuori d'Italia: l'ultima riga è lo Stato", Optional: true})
}

func blockOf(f *Form) (b postroom.Block) {
	for i := range postal.MostAbroad {
		b.Lines = append(b.Lines, f.Value("riga-"+strconv.Itoa(i+1)))
	}
	b.Abroad = f.Field("estero").Checked
	return b
}

func addressForm(x postroom.Sheet) *Form {
	return &Form{Action: postPath + "/lettere/" + x.Letter.ID + "/indirizzo", Submit: "Salva l'indirizzo", Hidden: versionHidden(x.Letter.Version), Sections: []*Section{{
		Legend: "Indirizzo", Note: "Si abbrevia lo stesso indirizzo. Per mandare la lettera altrove si corregge prima la pratica.", Fields: blockFields(x.Lines)}}}
}

func (s *Server) postLetterAddress(w http.ResponseWriter, r *http.Request) error {
	sheet, err := s.Postroom.Sheet(r.Context(), postWho(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	f := addressForm(sheet)
	if err := f.Fill(r); err != nil {
		return err
	}
	version := typedVersion(r, f)
	if !f.Check() {
		return s.showLetter(w, r, f)
	}
	err = s.Postroom.Correct(r.Context(), postWho(r), sheet.Letter.ID, version, blockOf(f))
	if s.badBlock(f, err) {
		return s.showLetter(w, r, f)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, postPath+"/lettere/"+sheet.Letter.ID+"?fatto=corretto", http.StatusSeeOther)
	return nil
}

// typedVersion is the version of the letter that the page showed; the form goes on with it.
func typedVersion(r *http.Request, f *Form) int {
	n, _ := strconv.Atoi(r.PostForm.Get("versione"))
	f.Hidden = versionHidden(n)
	return n
}

// badBlock tells beside the lines what the post would not take.
func (s *Server) badBlock(f *Form, err error) bool {
	var bad postroom.BadAddress
	if !errors.As(err, &bad) {
		return false
	}
	f.Fail("riga-1", "Così la posta non lo legge: "+string(bad.Fault)+".")
	return true
}

// proofsOfAgain are those that the back office can have for a corrected address, by their word in the form.
var proofsOfAgain = []struct {
	value string
	proof postal.Proof
	label string
}{
	{"anagrafe", postal.ByRegistry, "L'anagrafe dà questo indirizzo"},
	{"carta", postal.ByPaper, "Il cittadino ha mandato una prova di residenza"},
	{"altro", postal.ByHelpdesk, "L'assistenza l'ha verificato in altro modo, scritto nella nota"},
}

func proofField() *Field {
	f := &Field{Kind: Radio, Name: "prova", Label: "Prova dell'indirizzo"}
	for _, p := range proofsOfAgain {
		f.Options = append(f.Options, Option{p.value, p.label})
	}
	return f
}

func proofOf(f *Form) postal.Proof {
	for _, p := range proofsOfAgain {
		if p.value == f.Value("prova") {
			return p.proof
		}
	}
	return ""
}

func againForm(x postroom.Sheet) *Form {
	return &Form{Action: postPath + "/lettere/" + x.Letter.ID + "/nuova", Submit: "Manda un PIN nuovo", Hidden: versionHidden(x.Letter.Version), Sections: []*Section{
		{Legend: "Indirizzo verificato", Note: "Chiamare il cittadino ai recapiti registrati, non a quelli che detta chi chiama.", Fields: blockFields(x.Lines)},
		{Legend: "Come è stato verificato", Fields: []*Field{
			proofField(),
			{Kind: Area, Name: "nota", Label: "Nota", MaxLength: reasonLength, Rows: 2, Help: "Che cosa è successo e come si è controllato. La leggono i colleghi; niente dati di altri."}}}}}
}

func (s *Server) postSendAgain(w http.ResponseWriter, r *http.Request) error {
	sheet, err := s.Postroom.Sheet(r.Context(), postWho(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	f := againForm(sheet)
	if err := f.Fill(r); err != nil {
		return err
	}
	version := typedVersion(r, f)
	if !f.Check() {
		return s.showLetter(w, r, f)
	}
	id, err := s.Postroom.SendAgain(r.Context(), postWho(r), postroom.Again{Letter: sheet.Letter.ID, Version: version, Block: blockOf(f),
		Proof: proofOf(f), Note: strings.TrimSpace(f.Value("nota"))})
	if s.badBlock(f, err) {
		return s.showLetter(w, r, f)
	}
	if errors.Is(err, store.ErrStale) {
		return postal.ErrState
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, postPath+"/lettere/"+id+"?fatto=nuova", http.StatusSeeOther)
	return nil
}
