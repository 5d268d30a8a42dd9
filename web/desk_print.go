package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"sportello/desk"
	"sportello/locale"
	"sportello/office"
	"sportello/registration"
)

// printRoutes are those of the papers of one registration: open while others are not (D18).
func (s *Server) printRoutes() []route {
	const at = "/sportello/pratiche/{numero}/stampe"
	return []route{
		{"GET " + at, reasonPage(s.showPrint).get, printing, 0},
		{"POST " + at + "/pin", s.printPaper(registration.PINLetter), printing, 0},
		{"POST " + at + "/codice", s.printPaper(registration.CodeLetter), printing, 0},
		{"POST " + at + "/riepilogo", s.printPaper(registration.SummarySheet), printing, 0},
		{"POST " + at + "/regolamento", s.printPaper(registration.TermsOnPaper), printing, 0},
		{"POST " + at + "/fine", concluding(s.Desk.Conclude, printPath), printing, 0},
		{"POST " + at + "/sblocca", releaseReason.doing(leaving(s.Desk.Release), s.showPrint), printing, 0},
		{"POST " + at + "/annulla", cancelReason.doing(leaving(s.Desk.Cancel), s.showPrint), printing, 0},
	}
}

// paperFiles are the names of the files: they tell nothing of the person.
var paperFiles = map[registration.Paper]string{
	registration.PINLetter: "lettera-pin.pdf", registration.CodeLetter: "lettera-codice.pdf",
	registration.SummarySheet: "riepilogo.pdf", registration.TermsOnPaper: "regolamento.pdf",
}

// printPage is the data of the print page.
type printPage struct {
	desk.File
	At        string // address of this page
	Here      string // with the language of the papers
	Languages []paperLanguage
	Detail    string
	Documents []Document
	Code      Document
	Reason    *Field // why the code is printed although it was mailed; nil if it need not be said
	Terms     string // how often it was printed
	Blocked   string // what is still missing, "" when the page may be left
	Own       bool   // the reader booked the operation
	Done      int
	Total     int
	MayFSE    bool   // the health application is the reader's to open, once all is printed
	FSE       string // where its launch is asked for
	Release   *Field // a reason, for who may release
	Cancel    *Field // a reason, for who may cancel the booking
	Saved     string // what was done
	Gone      string // what the end destroys
}

func numberOf(r *http.Request) (registration.Number, error) {
	n, err := registration.ParseNumber(r.PathValue("numero"))
	if err != nil {
		return "", ErrNotFound
	}
	return n, nil
}

// showPrint shows the page, with what is wrong in one of its reasons if anything is.
func (s *Server) showPrint(w http.ResponseWriter, r *http.Request, field, wrong string) error {
	n, err := numberOf(r)
	if err != nil {
		return err
	}
	file, err := s.Desk.Papers(r.Context(), whoOf(r), n)
	if err != nil {
		return err
	}
	if lang := paperLang(r); lang != "" {
		file.Lang = lang
	}
	data := s.printPage(whoOf(r), file)
	p := s.registrationPage(r, 4)
	if !registered(file) {
		p = s.bookingSteps(r, n, 4)
	}
	p.mark(field, wrong, data.Reason, data.Release, data.Cancel)
	p.Data = data
	return s.show(w, "desk_print", p)
}

func (s *Server) printPage(who desk.Who, f desk.File) printPage {
	own := f.Operation.Operator == who.Operator.ID
	p := printPage{File: f, At: printPath(f.Registration.Number), Detail: detailPath(f.Registration.Number), Own: own,
		FSE:   "/sportello/pratiche/" + string(f.Registration.Number) + "/fse",
		Total: len(f.Required), Done: len(f.Required) - len(f.Unprinted), MayFSE: who.Can(office.OpenFSE) && s.Desk.HealthApplication(who.Acting) != ""}
	if f.Handover() && who.Can(office.ReleaseGate) {
		p.Release = releaseReason.field()
	}
	p.Cancel = cancelField(who, p)
	p.Saved, p.Gone = "Registrazione salvata.", "PIN e codice vengono cancellati e non si stampano più"
	if !registered(f) {
		p.Saved = "Prenotazione salvata: " + kindLabels[f.Operation.Kind] + "."
	}
	if !p.hasPIN() {
		p.Gone = "il codice viene cancellato e non si stampa più"
	}
	if f.Operation.ConcludedAt.IsZero() && len(f.Unprinted) > 0 {
		p.Blocked = missingPapers(f.Operation.Kind, f.Unprinted)
	}
	p.Documents = []Document{summaryDocument(p)}
	if p.hasPIN() {
		p.Documents = []Document{pinDocument(p), summaryDocument(p)}
	}
	p.Code = codeDocument(p)
	p.speak()
	if p.Code.Action != "" && f.HasEmail() {
		p.Reason = printReason.field()
	}
	p.Terms = printedTimes(f.Operation.Prints[registration.TermsOnPaper])
	return p
}

// A paperLanguage is one in which the papers can be printed, if the citizen asks for it.
type paperLanguage struct {
	Name    string // as operators call it
	Href    string
	Current bool
}

// languageNames are the languages of the letters.
var languageNames = map[string]string{locale.Italian: "italiano", "en": "inglese", locale.German: "tedesco"}

// paperLang is the language that was chosen for the papers, "" for none.
func paperLang(r *http.Request) string {
	if chosen := r.FormValue("lettere"); locale.Known(chosen) {
		return chosen
	}
	return ""
}

// speak offers the papers in the languages of the citizens: what was chosen, or the citizen is known to read, or else Italian.
func (p *printPage) speak() {
	current := p.Lang
	if !locale.Known(current) {
		current = locale.Italian
	}
	p.Here = p.At + "?lettere=" + current
	for _, l := range locale.Languages {
		p.Languages = append(p.Languages, paperLanguage{Name: languageNames[l.Code], Href: p.At + "?lettere=" + l.Code, Current: l.Code == current})
	}
	for i := range p.Documents {
		p.Documents[i].Lang = current
	}
	p.Code.Lang = current
}

// registered tells whether the operation is the riscontro of a registration made at the desk, with the data that were then typed.
func registered(f desk.File) bool { return f.Operation.BookedAt.Equal(f.Registration.CreatedAt) }

// hasPIN tells whether the operation hands over a PIN: a revocation does not.
func (p printPage) hasPIN() bool { return p.Operation.Kind.Handover().Has(registration.IssuePIN) }

// missingPapers names what is still to be printed: "Manca la lettera con il PIN."
func missingPapers(k registration.Kind, papers []registration.Paper) string {
	var names []string
	for _, x := range papers {
		if x == registration.CodeLetter {
			names = append(names, "la lettera con il "+codeName(k))
			continue
		}
		names = append(names, paperNames[x])
	}
	verb := "manca "
	if len(names) > 1 {
		verb = "mancano "
	}
	names[0] = verb + names[0]
	return sentence(names)
}

func printedTimes(p registration.Print) string {
	switch p.Count {
	case 0:
		return ""
	case 1:
		return "1 volta, il " + momentInWords(p.Last)
	}
	return fmt.Sprintf("%d volte, l'ultima il %s", p.Count, momentInWords(p.Last))
}

// printed is the state of a required paper.
func (d *Document) printed(p registration.Print, missing string) {
	d.State, d.When, d.Main = Badge{"manca", missing}, "", true
	if p.Count > 0 {
		d.State, d.When, d.Main = Badge{"fatto", "Stampato"}, printedTimes(p), false
	}
}

const otherDesk = "La stampa spetta all'operatore che ha prenotato."

func pinDocument(p printPage) Document {
	d := Document{Icon: "it-key", Title: "Lettera con il PIN", Button: "Genera pdf", Action: p.At + "/pin",
		Note: "Obbligatoria. Il PIN non compare a video: si legge solo nella lettera, da consegnare in busta chiusa."}
	d.printed(p.Operation.Prints[registration.PINLetter], "Da stampare")
	switch {
	case !p.SealedPIN:
		d.Action, d.Note = "", "Non si può più stampare: il PIN è stato cancellato, ne resta solo l'impronta."
	case !p.Own:
		d.Action, d.Note = "", otherDesk
	}
	if d.Action == "" && d.State.Kind == "manca" {
		d.State = Badge{"neutro", "Non stampato"}
	}
	return d
}

func summaryDocument(p printPage) Document {
	d := Document{Icon: "it-files", Title: "Riepilogo dei dati", Button: "Stampa riepilogo", Action: p.At + "/riepilogo",
		Note: "Obbligatorio. Il cittadino controlla i dati dichiarati."}
	d.printed(p.Operation.Prints[registration.SummarySheet], "Da stampare")
	if !p.Handover() && d.State.Kind == "manca" {
		d.State = Badge{"neutro", "Non stampato"}
	}
	return d
}

// codeDocument tells how the code reaches the citizen (E03, E05, mission S19, S20).
func codeDocument(p printPage) Document {
	title := capital(codeName(p.Operation.Kind))
	d := Document{Icon: "it-mail", Title: title, Button: "Stampa codice", Action: p.At + "/codice"}
	prints := p.Operation.Prints[registration.CodeLetter]
	switch {
	case !p.HasEmail():
		d.Note = "Obbligatorio: il cittadino non ha e-mail, il codice si consegna solo su carta."
		d.printed(prints, "Da stampare")
	case len(p.Mails) > 0:
		d.mailed(p.Mails[0])
		if p.Blocked == "" && !p.Mails[0].FailedAt.IsZero() { // else the gate is shut
			d.Link = Link{Text: "Modifica i dati", Href: actionPath(p.Registration.Number, "/modifica")}
		}
	default:
		d.State = Badge{"neutro", "Non inviato"}
	}
	if p.HasEmail() && prints.Count > 0 {
		d.When += "; stampato " + printedTimes(prints)
	}
	switch {
	case !p.SealedCode && p.Handover() && len(p.Mails) == 0:
		return Document{Icon: "it-mail", Title: title, State: Badge{"neutro", "Non previsto"},
			Note: "Questo ente consegna il solo PIN: il codice di attivazione arriva al cittadino per altra via."}
	case !p.SealedCode:
		d.Action = ""
		d.Note += " Non si può più stampare: il codice è stato cancellato, ne resta solo l'impronta."
	case p.FourEyes() && p.Own:
		d.Action = ""
		d.Note += " Lo stampa un altro operatore dello stesso ente, da Gestione utenti."
	case !p.FourEyes() && !p.Own:
		d.Action = ""
		d.Note += " " + otherDesk
	}
	return d
}

// mailed tells how far the mail with the code is.
func (d *Document) mailed(m desk.Mail) {
	to := maskedMail(m.To)
	switch {
	case !m.SentAt.IsZero():
		d.State, d.When = Badge{"fatto", "Inviato"}, momentInWords(m.SentAt)+", a "+to
		d.Note = "Già inviato per e-mail. Si stampa solo se il cittadino lo chiede, con un motivo."
	case !m.FailedAt.IsZero():
		d.State, d.When = Badge{"respinto", "Non consegnabile"}, momentInWords(m.FailedAt)+", a "+to
		d.Note = "L'e-mail non si può consegnare (" + mailReason(m) + "). Stampare il codice e consegnarlo al cittadino; " +
			"poi correggere l'indirizzo con Modifica."
	default:
		d.State, d.When = Badge{"neutro", "In coda"}, "per "+to
		d.Note = "L'e-mail parte entro pochi minuti. Si stampa solo se il cittadino lo chiede, con un motivo."
		if m.Attempts > 0 {
			d.Note = fmt.Sprintf("Consegna ancora in corso: %d tentativi non riusciti (%s). Si riprova in automatico.", m.Attempts, mailReason(m))
		}
	}
}

func mailReason(m desk.Mail) string {
	if m.LastError == "" {
		return "motivo non indicato"
	}
	return m.LastError
}

// printPaper is the handler that makes one paper as a PDF.
func (s *Server) printPaper(paper registration.Paper) handler {
	return printReason.doing(func(w http.ResponseWriter, r *http.Request, n registration.Number, reason string) error {
		pdf, err := s.Desk.Print(r.Context(), whoOf(r), desk.Printing{Number: n, Paper: paper, Reason: reason, Lang: paperLang(r)})
		if err != nil {
			return err
		}
		return sendPDF(w, r, paperFiles[paper], pdf)
	}, s.showPrint)
}

// concluding ends a desk and goes back to the menu; while papers are missing it goes to the page that says which.
func concluding(conclude func(context.Context, desk.Who, registration.Number) error, at func(registration.Number) string) handler {
	return func(_ http.ResponseWriter, r *http.Request) error {
		n, err := numberOf(r)
		if err != nil {
			return err
		}
		err = conclude(r.Context(), whoOf(r), n)
		if errors.Is(err, desk.ErrUnprinted) {
			return redirect(at(n))
		}
		if err != nil {
			return err
		}
		return redirect(menuPath)
	}
}
