package web

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"time"

	"sportello/citizen"
	"sportello/letter"
)

// askPINData is the data of the page with the second part of the PIN.
type askPINData struct {
	Second, Email string
	First         int
}

// getAskPIN shows the second part of the PIN until it is noted (003 Fase 2, mission O03).
func (s *Server) getAskPIN(w http.ResponseWriter, r *http.Request, a citizen.Asking) error {
	p := s.askPage(r, "La seconda parte del PIN", 2)
	p.Lead = "Annotala adesso: dopo non si può più rileggere."
	p.Data = askPINData{a.Second, a.Person.Contacts.Email, policyOf(r).PINByMail}
	return s.show(w, "request_pin", p)
}

// postAskPIN takes note that it was noted: it is destroyed.
func (s *Server) postAskPIN(w http.ResponseWriter, r *http.Request, _ citizen.Asking) error {
	if err := portalOf(r).Citizen.NotePIN(r.Context(), originOf(r), s.cookie(r, requestCookie)); err != nil {
		return err
	}
	return redirect(askProofPath)
}

// postAskPINSheet gives it as a PDF, which nobody keeps.
func (s *Server) postAskPINSheet(w http.ResponseWriter, r *http.Request, a citizen.Asking) error {
	var b bytes.Buffer
	head := letter.Head{Publisher: a.Community.Publisher, Community: a.Community.Name, Lang: visitOf(r).Lang, At: visitOf(r).now.In(rome)}
	if err := portalOf(r).Citizen.Letters.SecondPart(&b, letter.SecondPart{Head: head, Code: a.Second, First: policyOf(r).PINByMail}); err != nil {
		return err
	}
	return sendPDF(w, r, "pin-seconda-parte.pdf", b.Bytes())
}

// askProofData is the data of the page with the documents.
type askProofData struct {
	Form      *Form
	Documents []sentDocument
	Room      bool // for another
	Policy    askPolicy
	Until     time.Time
	Ente      string
}

type askPolicy struct{ Megabytes, Pages, Documents int }

// A sentDocument is a row of the list.
type sentDocument struct {
	Number, Pages int
	Kind, Delete  string
}

func askProofForm() *Form {
	var kinds []Option
	for _, k := range citizen.SentKinds {
		kinds = append(kinds, Option{k, capital(k)})
	}
	return &Form{Action: askProofPath, Submit: "Carica il documento", Intro: "Un documento alla volta, solo in formato PDF.", Sections: []*Section{{Fields: []*Field{
		{Kind: Select, Name: "tipo", Label: "Tipo di documento", Options: kinds},
		{Kind: File, Name: "documento", Label: "Documento (PDF)", Accept: "application/pdf,.pdf", Help: "Fronte e retro, leggibili."},
	}}}}
}

var askNotices = map[string]Alert{
	"caricato":  newAlert("success", "Documento caricato", "Carica gli altri, oppure premi Completa."),
	"eliminato": newAlert("success", "Documento eliminato", "Se serve, caricane un altro."),
	"ripresa":   newAlert("info", "Bentornato", "Continua da qui: carica i documenti e premi Completa."),
}

func (s *Server) getAskProof(w http.ResponseWriter, r *http.Request, a citizen.Asking) error {
	return s.showAskProof(w, r, http.StatusOK, a, askProofForm(), askNotices[r.URL.Query().Get("fatto")])
}

func (s *Server) showAskProof(w http.ResponseWriter, r *http.Request, status int, a citizen.Asking, f *Form, notice Alert) error {
	policy := policyOf(r)
	data := askProofData{Form: f, Room: len(a.Documents) < policy.Documents, Policy: askPolicy{policy.Megabytes, policy.Pages, policy.Documents}, Until: a.Until, Ente: a.Ente}
	for i, d := range a.Documents {
		data.Documents = append(data.Documents, sentDocument{i + 1, d.Pages, capital(visitOf(r).T(d.Kind)), askProofPath + "/" + d.ID + "/elimina"})
	}
	p := s.askPage(r, "I tuoi documenti", 3).withErrors(f)
	p.Notice, p.Data = notice, data
	return s.render(w, status, "request_documents", p)
}

// postAskProof takes a document. It is read as it comes and never touches the disk in clear.
func (s *Server) postAskProof(w http.ResponseWriter, r *http.Request, a citizen.Asking) error {
	f := askProofForm()
	file, err := readUpload(r, f)
	if err != nil {
		return err
	}
	f.require(map[string]string{"tipo": "Scegli che documento è."})
	if file == nil {
		f.Fail("documento", "Scegli il file da caricare.")
	}
	if !f.Check() {
		return s.showAskProof(w, r, http.StatusUnprocessableEntity, a, f, Alert{})
	}
	err = portalOf(r).Citizen.SendDocument(r.Context(), originOf(r), s.cookie(r, requestCookie), f.Value("tipo"), file)
	wait := citizen.Wait{}
	switch fault := documentFault(err); {
	case err == nil:
		return redirect(askProofPath + "?fatto=caricato")
	case errors.As(err, &wait):
		return s.showAskProof(w, r, http.StatusTooManyRequests, a, f, tooManyAsked(r, wait))
	case fault != "":
		f.Fail("documento", fault)
	case errors.Is(err, citizen.ErrEnough):
		f.Fail("documento", "Hai già caricato tutti i documenti che si possono mandare: eliminane uno, o premi Completa.")
	case errors.Is(err, citizen.ErrAskedAlike):
		return redirect(askSentPath)
	default:
		return err
	}
	return s.showAskProof(w, r, http.StatusUnprocessableEntity, a, f, Alert{})
}

// readUpload fills a form from a multipart body whose file comes last, and gives the file as it is to be read; nil if none was chosen.
func readUpload(r *http.Request, f *Form) (io.Reader, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrForm, err)
	}
	values := map[string][]string{}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			f.Refill(values)
			return nil, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrForm, err)
		}
		if part.FormName() == "documento" {
			f.Refill(values)
			return chosen(part), nil
		}
		value, err := io.ReadAll(io.LimitReader(part, 1000))
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrForm, err)
		}
		values[part.FormName()] = []string{string(value)}
	}
}

// chosen is the file of a part, nil if the field was left empty.
func chosen(part *multipart.Part) io.Reader {
	if part.FileName() == "" {
		return nil
	}
	return part
}

func (s *Server) postAskDiscard(w http.ResponseWriter, r *http.Request, _ citizen.Asking) error {
	if err := portalOf(r).Citizen.DiscardDocument(r.Context(), originOf(r), s.cookie(r, requestCookie), r.PathValue("documento")); err != nil {
		return err
	}
	return redirect(askProofPath + "?fatto=eliminato")
}

// postAskFinish completes the request.
func (s *Server) postAskFinish(w http.ResponseWriter, r *http.Request, a citizen.Asking) error {
	err := portalOf(r).Citizen.FinishAsking(r.Context(), originOf(r), s.cookie(r, requestCookie))
	if errors.Is(err, citizen.ErrNoProof) {
		f := askProofForm()
		f.Fail("documento", "Prima di completare carica almeno un documento.")
		return s.showAskProof(w, r, http.StatusUnprocessableEntity, a, f, Alert{})
	}
	if err != nil {
		return err
	}
	return redirect(askSentPath)
}

func (s *Server) getAskSent(w http.ResponseWriter, r *http.Request, a citizen.Asking) error {
	p := s.askPage(r, "Richiesta completata", 4)
	p.Data = a
	return s.show(w, "request_sent", p)
}

// getAskResume shows the request that a mail's link names; nothing is used up by looking (mission S25).
func (s *Server) getAskResume(w http.ResponseWriter, r *http.Request) error {
	a, err := portalOf(r).Citizen.AskingByLink(r.Context(), r.PathValue("link"))
	if err != nil {
		return err
	}
	p := s.askPage(r, "Continua la richiesta", 3)
	p.Data = askResumeData{askResumePath + "/" + r.PathValue("link"), a.Ente, a.Until}
	return s.show(w, "request_resume", p)
}

type askResumeData struct {
	Action, Ente string
	Until        time.Time
}

func (s *Server) postAskResume(w http.ResponseWriter, r *http.Request) error {
	token, err := portalOf(r).Citizen.ResumeAsking(r.Context(), originOf(r), r.PathValue("link"))
	if err != nil {
		return err
	}
	s.setCookie(w, requestCookie, token, requestSeconds)
	return redirect(askProofPath + "?fatto=ripresa")
}
