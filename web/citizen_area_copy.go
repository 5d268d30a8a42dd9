package web

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

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

func (s *Server) copyPDF(r *http.Request, st access.Standing, d area.OwnData, b *bytes.Buffer) error {
	v := visitOf(r)
	head := letter.Head{Publisher: st.Community.Publisher, Community: st.Community.Name, Lang: v.Lang, At: v.now.In(rome)}
	return portalOf(r).Area.Letters.OwnData(b, letter.OwnData{Head: head, Name: d.Person.FullName(), Number: string(d.Registration.Number), Chapters: append(s.chapters(v, d), v.chaptersOfDeeds(d)...)})
}

// chapters are what the copy says of the person, as it is read.
func (s *Server) chapters(v *visit, d area.OwnData) []letter.Chapter {
	p, reg := d.Person, d.Registration
	birth := v.holds("Luogo di nascita", s.Desk.BirthPlaceOf(p))
	return []letter.Chapter{
		{Title: v.T("Dati anagrafici"), Rows: v.rows(append(v.ownPerson(p), birth))},
		{Title: v.T("Residenza"), Rows: v.rows(s.ownResidence(v, p.Residence))},
		{Title: v.T("Domicilio"), Rows: v.rows(s.ownDomicile(v, p.Domicile))},
		{Title: v.T("Contatti"), Rows: v.rows(v.ownContacts(p.Contacts))},
		{Title: v.T("Documento d'identità"), Rows: v.rows(v.ownDocument(p.Document))},
		{Title: v.T("Registrazione e credenziali"), Rows: v.rows([]Item{
			v.holds("Numero di registrazione", string(reg.Number)), v.holds("Stato della registrazione", v.T(capital(string(reg.State)))), v.holds("Tipo di credenziali", v.T(classOf(reg.Strong))),
			v.holds("Registrazione fatta il", v.moment(reg.CreatedAt)), v.holds("Identità accertata il", v.moment(reg.VerifiedAt)), v.holds("Da", reg.VerifiedBy),
			v.holds("Credenziali attivate il", v.moment(reg.ActivatedAt)), v.holds("Rese forti il", v.moment(reg.PromotedAt)), v.holds("Username", d.Credentials.Username),
			v.holds("Domanda segreta", v.T(d.Credentials.Question)), v.holds("Nota dello sportello", reg.Note), v.holds("Altra nota", reg.OtherNote)})},
	}
}

// chaptersOfDeeds are what was done, the stored words in the reader's language.
func (v *visit) chaptersOfDeeds(d area.OwnData) []letter.Chapter {
	var ops, accepted, mails, letters, sessions [][2]string
	for _, x := range d.Operations {
		text := joined(", ", v.moment(x.BookedAt), x.Ente, v.T(ownOperationStates[x.Outcome].Text))
		if x.Delegation != nil {
			text += ". " + v.T("Persona delegata: %s, %s", x.Delegation.FullName(), x.Delegation.TaxCode)
		}
		ops = append(ops, [2]string{v.T(kindLabels[x.Kind]), text})
	}
	for _, x := range d.Accepted {
		signed := ""
		if x.SignedBy != "" {
			signed = v.T("firma: %s", v.T(x.SignedBy))
		}
		accepted = append(accepted, [2]string{v.T(capital(x.Text)) + " " + x.Version, joined(", ", v.moment(x.At), signed)})
	}
	for _, x := range d.Mails {
		failed := ""
		if x.Failed {
			failed = v.T("non consegnato")
		}
		mails = append(mails, [2]string{v.T(x.Kind), joined(", ", x.To, v.moment(x.SentAt), failed)})
	}
	for _, x := range d.Letters {
		letters = append(letters, [2]string{string(x.Number), joined(", ", v.T(string(x.Kind)), v.moment(x.CreatedAt), v.T(ownLetterStates[x.State].Text), v.T(string(x.Cause)), strings.Join(x.Lines, " / "))})
	}
	for _, x := range d.Sessions {
		sessions = append(sessions, [2]string{v.moment(x.Since), joined(", ", x.Browser, x.System, x.Address)})
	}
	list := []letter.Chapter{{Title: "Da dove vengono i dati", Rows: v.sourceRows(d)}, {Title: "Operazioni", Rows: ops}, {Title: "Testi letti e accettati", Rows: accepted}, {Title: "Messaggi", Rows: mails},
		{Title: "Lettere", Rows: letters}}
	list = append(list, v.chaptersOfRequests(d)...)
	list = append(list, letter.Chapter{Title: "Accessi aperti", Rows: sessions}, v.chapterOfHistory(d))
	for i := range list {
		list[i].Title = v.T(list[i].Title)
	}
	return list
}

// rows are items on paper.
func (v *visit) rows(items []Item) (rows [][2]string) {
	for _, i := range items {
		rows = append(rows, [2]string{v.T(i.Label), v.holds("", i.Value).Value})
	}
	return rows
}
