package web

import (
	"errors"
	"net/http"

	"sportello/access"
	"sportello/assurance"
	"sportello/citizen"
	"sportello/registration"
)

// leavePage is the data of the revocation from the personal area (K04).
type leavePage struct {
	conditionsPage
	PIN  *Field // asked for before it can be done at once
	From string
	Mail bool // a code can go to an address
}

func leaveForm(r *http.Request) *Form {
	return Sectionless(leavePath, "Revoca e cancella i miei dati",
		&Field{Kind: Checkbox, Name: "condizioni", Label: visitOf(r).T("Ho letto le condizioni della revoca (versione %s) e le sottoscrivo", citizen.ConditionsVersion)})
}

func (s *Server) getLeavePage(w http.ResponseWriter, r *http.Request, st access.Standing) error {
	return s.showLeave(w, r, st, leaveForm(r), leaveNotices[r.URL.Query().Get("esito")])
}

var leaveNotices = map[string]Alert{
	"codice":    {"success", "Ti abbiamo mandato il codice di revoca", "Arriva all'indirizzo e-mail della tua registrazione. Con il codice completi la revoca; finché non lo usi, non cambia niente."},
	"aspetta":   {"info", "Il codice è partito da poco", "Guarda la posta, anche tra i messaggi indesiderati. Tra qualche minuto ne puoi chiedere un altro."},
	"indirizzo": {"warning", "Non possiamo mandarti il codice", "Non abbiamo un tuo indirizzo e-mail, o lo hai cambiato da poco. Conferma l'accesso con il PIN, oppure vai a uno sportello."},
}

func (s *Server) showLeave(w http.ResponseWriter, r *http.Request, st access.Standing, f *Form, notice Alert) error {
	p, v := s.areaPage(r, st, "Revoca le credenziali").withErrors(f), visitOf(r)
	p.Lead = "Le credenziali smettono di funzionare e i tuoi dati vengono cancellati. Dopo la conferma non si torna indietro."
	d := leavePage{From: leavePath, Mail: st.Person.Contacts.Email != ""}
	d.Asks, d.Active, d.Box = p.Asks, st.Registration.State == registration.Active, f.Field("condizioni")
	d.About = []Item{{Label: "Nome e cognome", Value: st.Person.FullName()}, {Label: "Numero di registrazione", Value: string(st.Registration.Number), Code: true},
		{Label: "Username", Value: st.Username}, {Label: "Tipo di credenziali", Value: v.T(classOf(st.Registration.Strong))}}
	if st.Level.Authn < assurance.PasswordAndPIN {
		d.PIN = pinField()
	}
	p.Notice, p.Data = notice, d
	return s.show(w, "citizen_leave", p)
}

// postLeaveNow revokes at once, for who has shown the PIN (mission S30).
func (s *Server) postLeaveNow(w http.ResponseWriter, r *http.Request, st access.Standing) error {
	f := leaveForm(r)
	if err := f.Fill(r); err != nil {
		return err
	}
	done, err := portalOf(r).Citizen.RevokeInside(r.Context(), originOf(r), s.cookie(r, citizenCookie), citizen.Signature{Conditions: f.Checked("condizioni"), Lang: visitOf(r).Lang})
	switch {
	case errors.Is(err, citizen.ErrNotAccepted):
		f.require(conditionsMissing)
		return s.showLeave(w, r, st, f, Alert{})
	case errors.Is(err, citizen.ErrNeedsPIN):
		return redirect(leavePath)
	case err != nil:
		return err
	}
	s.setCookie(w, citizenCookie, "", -1)
	s.setCookie(w, revocationCookie, done, revocationSeconds)
	return redirect(revokedPath)
}

// postLeaveCode sends the code of the revocation to the address that is known.
func (s *Server) postLeaveCode(w http.ResponseWriter, r *http.Request, _ access.Standing) error {
	err := portalOf(r).Citizen.AskRevocation(r.Context(), originOf(r), s.cookie(r, citizenCookie), visitOf(r).Lang)
	outcome, wait := "codice", citizen.Wait{}
	switch {
	case errors.As(err, &wait):
		outcome = "aspetta"
	case errors.Is(err, citizen.ErrNoAddress):
		outcome = "indirizzo"
	case err != nil:
		return err
	}
	return redirect(leavePath + "?esito=" + outcome)
}
