package web

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"sportello/access"
	"sportello/area"
	"sportello/assurance"
	"sportello/letter"
)

// copyPage is the data of the page from which one takes a copy of one's data.
type copyPage struct {
	PIN  *Field // asked for first
	From string
}

func (s *Server) getCopy(w http.ResponseWriter, r *http.Request, st access.Standing) error {
	p := s.areaPage(r, st, "Scarica i tuoi dati")
	p.Lead = "Una copia di tutto ciò che conserviamo su di te, da leggere o da portare altrove."
	d := copyPage{From: ownCopyPath}
	if st.Level.Authn < assurance.PasswordAndPIN {
		d.PIN = pinField()
	}
	p.Data = d
	return s.show(w, "citizen_copy", p)
}

// copyForms are the ways to take the copy: each writes it, and says what it is.
var copyForms = map[string]struct {
	media string
	write func(*Server, *http.Request, access.Standing, area.OwnData, *bytes.Buffer) error
}{
	"json":       {"application/json; charset=utf-8", (*Server).copyJSON},
	"pdf":        {"application/pdf", (*Server).copyPDF},
	area.Archive: {"application/zip", (*Server).copyArchive},
}

func (s *Server) postCopy(w http.ResponseWriter, r *http.Request, st access.Standing) error {
	if err := parse(r, false); err != nil {
		return err
	}
	name := r.PostFormValue("formato")
	form, known := copyForms[name]
	if !known {
		return ErrForm
	}
	d, err := portalOf(r).Area.TakeOwnData(r.Context(), originOf(r), s.cookie(r, citizenCookie), name)
	if errors.Is(err, area.ErrNeedsPIN) {
		return redirect(ownCopyPath)
	}
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := form.write(s, r, st, d, &b); err != nil {
		return err
	}
	w.Header().Set("Content-Type", form.media)
	w.Header().Set("Content-Disposition", `attachment; filename="i-miei-dati.`+name+`"`)
	_, err = b.WriteTo(w)
	return err
}

func (s *Server) copyJSON(_ *http.Request, _ access.Standing, d area.OwnData, b *bytes.Buffer) error {
	e := json.NewEncoder(b)
	e.SetIndent("", "  ")
	return e.Encode(d)
}

// copyArchive is the JSON with every file that came with a request.
func (s *Server) copyArchive(r *http.Request, st access.Standing, d area.OwnData, b *bytes.Buffer) error {
	var list bytes.Buffer
	if err := s.copyJSON(r, st, d, &list); err != nil {
		return err
	}
	z := zip.NewWriter(b)
	if err := intoArchive(z, "i-miei-dati.json", list.Bytes()); err != nil {
		return err
	}
	for _, f := range d.Files() {
		if err := intoArchive(z, f.In, f.Content()); err != nil {
			return err
		}
	}
	return z.Close()
}

func intoArchive(z *zip.Writer, name string, content []byte) error {
	w, err := z.Create(name)
	if err != nil {
		return fmt.Errorf("write the archive: %w", err)
	}
	_, err = w.Write(content)
	return err
}

// copyPDF is in Italian, as every paper.
func (s *Server) copyPDF(r *http.Request, st access.Standing, d area.OwnData, b *bytes.Buffer) error {
	return portalOf(r).Area.Letters.OwnData(b, letter.OwnData{Head: letter.Head{Publisher: st.Community.Publisher, Community: st.Community.Name, At: visitOf(r).now.In(rome)},
		Name: d.Person.FullName(), Number: string(d.Registration.Number), Chapters: s.chapters(d)})
}

// chapters are the copy as it is read.
func (s *Server) chapters(d area.OwnData) []letter.Chapter {
	p, reg := d.Person, d.Registration
	list := []letter.Chapter{
		{Title: "Dati anagrafici", Rows: rowsOf(s.personItems(p))},
		{Title: "Residenza", Rows: rowsOf(s.residenceItems(p.Residence))},
		{Title: "Domicilio", Rows: rowsOf(s.domicileItems(p.Domicile))},
		{Title: "Contatti", Rows: rowsOf(contactItems(p.Contacts))},
		{Title: "Documento d’identità", Rows: rowsOf(append([]Item{told("Tipo", documentLabels[p.Document.Kind])}, documentItems(p.Document)...))},
		{Title: "Registrazione e credenziali", Rows: [][2]string{{"Numero", string(reg.Number)}, {"Stato", string(reg.State)}, {"Forte", yesNo(reg.Strong)}, {"Registrata il", moment(reg.CreatedAt)},
			{"Riscontrata il", moment(reg.VerifiedAt)}, {"Riscontrata da", or(reg.VerifiedBy)}, {"Attivata il", moment(reg.ActivatedAt)}, {"Promossa il", moment(reg.PromotedAt)},
			{"Username", d.Credentials.Username}, {"Domanda segreta", or(d.Credentials.Question)}, {"Nota dello sportello", or(reg.Note)}, {"Altra nota", or(reg.OtherNote)}}},
	}
	return append(list, s.chaptersOfDeeds(d)...)
}

func (s *Server) chaptersOfDeeds(d area.OwnData) []letter.Chapter {
	var sources, ops, accepted, mails, letters, sessions, history [][2]string
	for _, x := range d.Sources {
		sources = append(sources, [2]string{x.Field, x.From + ", " + moment(x.ReadAt) + map[bool]string{true: ", poi modificato"}[x.Edited]})
	}
	for _, c := range d.TaxCodes {
		sources = append(sources, [2]string{"Codice fiscale " + string(c.Code), "dal " + moment(c.From) + map[bool]string{true: " al " + moment(c.To)}[!c.To.IsZero()]})
	}
	for _, x := range d.Operations {
		text := moment(x.BookedAt) + ", " + or(x.Ente) + ". " + outcomeLabels[x.Outcome]
		if x.Delegation != nil {
			text += ". Persona delegata: " + x.Delegation.FullName() + ", " + string(x.Delegation.TaxCode)
		}
		ops = append(ops, [2]string{kindLabels[x.Kind], text})
	}
	for _, x := range d.Accepted {
		accepted = append(accepted, [2]string{x.Text + " " + x.Version, moment(x.At) + map[bool]string{true: ", firma: " + x.SignedBy}[x.SignedBy != ""]})
	}
	for _, x := range d.Mails {
		mails = append(mails, [2]string{x.Kind, x.To + ", " + moment(x.SentAt)})
	}
	for _, x := range d.Letters {
		letters = append(letters, [2]string{string(x.Kind), fmt.Sprintf("%s, %s, %s", moment(x.CreatedAt), x.State, strings.Join(x.Lines, " / "))})
	}
	for _, x := range d.Sessions {
		sessions = append(sessions, [2]string{moment(x.Since), strings.Join([]string{x.Browser, x.System, x.Address}, " ")})
	}
	for _, x := range d.History {
		history = append(history, [2]string{moment(x.At), strings.TrimSpace(fmt.Sprintf("%s: %s, %s. %s %s", x.By, x.Deed, x.Outcome, x.Reason, x.Address))})
	}
	list := []letter.Chapter{{Title: "Da dove vengono i dati", Rows: sources}, {Title: "Operazioni", Rows: ops}, {Title: "Testi letti e accettati", Rows: accepted}, {Title: "Messaggi", Rows: mails},
		{Title: "Lettere", Rows: letters}}
	list = append(list, chaptersOfRequests(d)...)
	return append(list, letter.Chapter{Title: "Accessi aperti", Rows: sessions}, letter.Chapter{Title: "Registro delle attività", Rows: history})
}

func rowsOf(items []Item) (rows [][2]string) {
	for _, i := range items {
		rows = append(rows, [2]string{i.Label, or(i.Value)})
	}
	return rows
}

func or(value string) string {
	if value == "" {
		return "Non indicato"
	}
	return value
}

func moment(at time.Time) string { return or(momentInWords(at)) }
