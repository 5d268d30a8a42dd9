package web

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html/template"
	"image/png"
	"net/http"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"

	"sportello/access"
)

// An enrolment is the page that sets up the second factor (G11).
type enrolment struct {
	Image  template.URL // the QR code, as data:
	Secret string       // in groups of four, for typing
	Form   *Form
}

// qrPixels is how wide the QR code is drawn: a telephone reads it from an arm's length.
const qrPixels = 232

func qrImage(content string) (template.URL, error) {
	code, err := qr.Encode(content, qr.M, qr.Auto)
	if err != nil {
		return "", fmt.Errorf("QR code: %w", err)
	}
	if code, err = barcode.Scale(code, qrPixels, qrPixels); err != nil {
		return "", fmt.Errorf("QR code: %w", err)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, code); err != nil {
		return "", fmt.Errorf("QR code: %w", err)
	}
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes())), nil
}

// inFours is a secret as people type it.
func inFours(s string) string {
	var groups []string
	for len(s) > 4 {
		groups, s = append(groups, s[:4]), s[4:]
	}
	return strings.Join(append(groups, s), " ")
}

func enrolmentForm() *Form {
	f := Sectionless(stagePaths[access.NeedsEnrolment], "Prosegui",
		&Field{Name: "codice", Label: "Codice mostrato dall'app", Autocomplete: "one-time-code", InputMode: "numeric", MaxLength: 20,
			Help: "Sei cifre, che cambiano ogni trenta secondi."})
	f.Intro = "Scrivere il codice che l'app mostra adesso, per verificare che funzioni."
	return f
}

func (s *Server) enrolmentPage(r *http.Request, f *Form) (*page, error) {
	e, err := s.Access.Enrol(r.Context(), s.cookie(r, operatorCookie))
	if err != nil {
		return nil, err
	}
	image, err := qrImage(e.URI)
	if err != nil {
		return nil, err
	}
	p := s.page(r, "Attivazione del codice di accesso").withErrors(f)
	p.Lead = "Al primo accesso si collega un'app che genera codici: servirà a ogni accesso, insieme alla password."
	p.Data = enrolment{Image: image, Secret: inFours(e.Secret), Form: f}
	return p, nil
}

func (s *Server) getEnrolment(w http.ResponseWriter, r *http.Request, l access.Login) error {
	p, err := s.enrolmentPage(r, enrolmentForm())
	if err != nil {
		return err
	}
	return s.show(w, "operator_enrolment", p)
}

func (s *Server) postEnrolment(w http.ResponseWriter, r *http.Request, l access.Login) error {
	f := enrolmentForm()
	if err := f.Fill(r); err != nil {
		return err
	}
	valid := f.Check()
	p, err := s.enrolmentPage(r, f)
	if err != nil {
		return err
	}
	if !valid {
		return s.show(w, "operator_enrolment", p)
	}
	codes, token, err := s.Access.ConfirmEnrolment(r.Context(), originOf(r), s.cookie(r, operatorCookie), f.Value("codice"))
	if err != nil {
		return s.refuseLogin(w, "operator_enrolment", p, refusal{err, "Codice non accettato",
			"Il codice non corrisponde. Controllare che l'ora del telefono sia automatica e scrivere il codice che l'app mostra adesso."})
	}
	s.setCookie(w, operatorCookie, token, 0)
	return s.showRecovery(w, r, recovery{Codes: codes})
}

// A recovery is the page of the recovery codes: they are in the answer to the enrolment and nowhere else.
type recovery struct {
	Codes []string // nil when the page is shown again
	Error string
}

func (s *Server) showRecovery(w http.ResponseWriter, r *http.Request, data recovery) error {
	p := s.page(r, "Codici di recupero")
	p.Data = data
	if data.Error == "" {
		p.Notice = Alert{"success", "Codice di accesso attivato", "Dal prossimo accesso servirà il codice dell'app."}
	} else {
		p.Errors = []FieldError{{"#conservati", "Codici conservati", data.Error}}
	}
	return s.show(w, "operator_recovery", p)
}

// postRecoveryKept goes on once the operator says that the codes are in a safe place.
func (s *Server) postRecoveryKept(w http.ResponseWriter, r *http.Request) error {
	if r.PostFormValue("conservati") == "" {
		return s.showRecovery(w, r, recovery{Error: "Casella obbligatoria: serve la conferma per proseguire."})
	}
	return s.goOn(w, r, s.cookie(r, operatorCookie))
}
