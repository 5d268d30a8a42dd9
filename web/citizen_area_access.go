package web

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"sportello/access"
	"sportello/assurance"
	"sportello/audit"
	"sportello/store"
)

// accessesPage is the data of "Accessi" (X09, X11).
type accessesPage struct {
	Open   []openRow
	Others bool // there are sessions beside this one
	Known  []deviceRow
	Tries  []tryRow
	First  bool
	Older  string
}

type openRow struct {
	ID, Device, Address, How string
	Since, SeenAt            time.Time
	Current                  bool
}

// A deviceRow is a browser that is remembered.
type deviceRow struct {
	ID, Device, Address string
	Since               time.Time
	Here                bool
}

type tryRow struct {
	At              time.Time
	What            Badge
	Device, Address string
	New             bool
	Seq             int64 // to say "it was not me"; 0 where that makes no sense
}

// accessHow says with what a session was opened.
var accessHow = map[assurance.Authn]string{
	assurance.Password:       "Username e password",
	assurance.PasswordAndPIN: "Username, password e PIN",
}

// tryWords say what happened, when it went well and when it did not.
var tryWords = map[audit.Deed]map[bool]string{
	audit.CitizenLogin:    {true: "Accesso riuscito", false: "Accesso respinto"},
	audit.CitizenPIN:      {true: "PIN confermato", false: "PIN sbagliato"},
	audit.CitizenLogout:   {true: "Uscita", false: "Uscita"},
	audit.AskPassword:     {true: "Chiesta una nuova password per e-mail", false: "Richiesta di una nuova password con dati sbagliati"},
	audit.RecoverPassword: {true: "Nuova password scelta dal collegamento nell'e-mail", false: "Tentativo di scegliere una nuova password"},
	audit.ChangePassword:  {true: "Password cambiata", false: "Cambio della password respinto"},
	audit.EndSessions:     {true: "Altri accessi chiusi", false: "Altri accessi chiusi"},
	audit.ForgetDevice:    {true: "Dispositivo dimenticato", false: "Dispositivo dimenticato"},
	audit.ForgetDevices:   {true: "Dispositivi dimenticati", false: "Dispositivi dimenticati"},
	audit.DisownLogin:     {true: "Accesso non riconosciuto, segnalato", false: "Segnalazione di un accesso"},
}

// triesPage is how many lines of the history make a page.
const triesPage = 25

func (s *Server) getAccesses(w http.ResponseWriter, r *http.Request, st access.Standing) error {
	before, err := numberBefore(r)
	if err != nil {
		return err
	}
	v, token := visitOf(r), s.cookie(r, citizenCookie)
	open, err := portalOf(r).Access.OpenSessions(r.Context(), token)
	if err != nil {
		return err
	}
	tries, more, err := portalOf(r).Access.SignIns(r.Context(), token, before, triesPage)
	if err != nil {
		return err
	}
	known, err := portalOf(r).Access.Devices(r.Context(), token)
	if err != nil {
		return err
	}
	d := accessesPage{Others: len(open) > 1, First: before == 0}
	for _, x := range open {
		d.Open = append(d.Open, openRow{x.ID, v.deviceWords(x.From), shortAddress(x.From.Address), accessHow[x.Level], x.Since, x.SeenAt, x.Current})
	}
	for _, x := range known {
		d.Known = append(d.Known, deviceRow{x.ID, v.deviceWords(x.From), shortAddress(x.From.Address), x.Since, x.Here})
	}
	for _, x := range tries {
		d.Tries = append(d.Tries, v.tryRow(x))
	}
	if more {
		d.Older = accessesPath + "?prima=" + strconv.FormatInt(tries[len(tries)-1].Seq, 10)
	}
	p := s.areaPage(r, st, "Accessi")
	p.Lead = "Da quali dispositivi si è entrati con il tuo username, e chi ha provato senza riuscirci."
	p.Notice, p.Data = accessNotices[r.URL.Query().Get("esito")], d
	return s.show(w, "citizen_accesses", p)
}

var accessNotices = map[string]Alert{
	"chiuso":      {"success", "Accesso chiuso", "Chi lo usava, per continuare deve entrare di nuovo."},
	"dimenticato": {"success", "Dispositivo dimenticato", "I suoi accessi sono chiusi. Quando si entra di nuovo da lì ti mandiamo un'e-mail."},
	"dimenticati": {"success", "Nessun dispositivo è più ricordato", "Al prossimo accesso, anche da qui, ti mandiamo un'e-mail."},
	"chiusi":      {"success", "Hai chiuso tutti gli altri accessi", "Resta aperto solo questo."},
}

func (v *visit) tryRow(x access.SignIn) tryRow {
	row := tryRow{At: x.At, What: Badge{"fatto", tryWords[x.Deed][x.Right]}, Device: v.deviceWords(x.From), Address: shortAddress(x.From.Address), New: x.New && x.Right}
	if !x.Right {
		row.What.Kind = "respinto"
	}
	if x.Right && !x.Own && (x.Deed == audit.CitizenLogin || x.Deed == audit.ChangePassword) {
		row.Seq = x.Seq
	}
	return row
}

func (s *Server) postEndSession(w http.ResponseWriter, r *http.Request, _ access.Standing) error {
	if err := parse(r, false); err != nil {
		return err
	}
	if err := portalOf(r).Access.EndSession(r.Context(), originOf(r), s.cookie(r, citizenCookie), r.PostFormValue("accesso")); err != nil {
		return err
	}
	return redirect(accessesPath + "?esito=chiuso")
}

func (s *Server) postEndOthers(w http.ResponseWriter, r *http.Request, _ access.Standing) error {
	if err := portalOf(r).Access.EndOtherSessions(r.Context(), originOf(r), s.cookie(r, citizenCookie)); err != nil {
		return err
	}
	return redirect(accessesPath + "?esito=chiusi")
}

// postForgetDevice forgets one browser; who forgets the one at hand is out.
func (s *Server) postForgetDevice(w http.ResponseWriter, r *http.Request, _ access.Standing) error {
	if err := parse(r, false); err != nil {
		return err
	}
	here, err := portalOf(r).Access.ForgetDevice(r.Context(), originOf(r), s.cookie(r, citizenCookie), r.PostFormValue("dispositivo"))
	if errors.Is(err, store.ErrNotFound) {
		return ErrNotFound
	}
	if err != nil {
		return err
	}
	if !here {
		return redirect(accessesPath + "?esito=dimenticato")
	}
	s.setCookie(w, citizenCookie, "", -1)
	s.setCookie(w, deviceCookie, "", -1)
	return redirect(citizenLogin + "?motivo=dimenticato")
}

func (s *Server) postForgetDevices(w http.ResponseWriter, r *http.Request, _ access.Standing) error {
	if err := portalOf(r).Access.ForgetDevices(r.Context(), originOf(r), s.cookie(r, citizenCookie)); err != nil {
		return err
	}
	s.setCookie(w, deviceCookie, "", -1)
	return redirect(accessesPath + "?esito=dimenticati")
}

// postDisown reports a log-in that was not the person's, and leads to the change of the password.
func (s *Server) postDisown(w http.ResponseWriter, r *http.Request, _ access.Standing) error {
	if err := parse(r, false); err != nil {
		return err
	}
	seq, err := strconv.ParseInt(r.PostFormValue("accesso"), 10, 64)
	if err != nil {
		return ErrNotFound
	}
	err = portalOf(r).Access.Disown(r.Context(), originOf(r), s.cookie(r, citizenCookie), seq)
	if errors.Is(err, store.ErrNotFound) {
		return ErrNotFound
	}
	if err != nil {
		return err
	}
	return redirect(ownPasswordPath + "?esito=segnalato")
}
