package web

import (
	"errors"
	"net/http"
	"strings"

	"sportello/access"
	"sportello/audit"
	"sportello/desk"
	"sportello/office"
	"sportello/registration"
)

const (
	operatorCookie = "sportello" // token of an operator's session
	returnCookie   = "ritorno"   // page that was asked for before the log-in
	returnSeconds  = 3600
)

const (
	menuPath    = "/sportello"
	loginPath   = "/sportello/accesso"
	stepUpPath  = "/sportello/accesso/conferma"
	sessionPath = "/sportello/sessione"
)

// stagePaths are where each stage of a log-in goes on.
var stagePaths = map[access.Stage]string{
	access.NeedsCode:      "/sportello/accesso/codice",
	access.NeedsEnrolment: "/sportello/accesso/attivazione",
	access.NeedsEnte:      "/sportello/accesso/ente",
	access.NeedsPassword:  "/sportello/accesso/password",
	access.In:             menuPath,
}

// printPath is the page where the papers of a registration are printed.
func printPath(n registration.Number) string { return "/sportello/pratiche/" + string(n) + "/stampe" }

// originOf is where a request comes from, for the audit record.
func originOf(r *http.Request) audit.Origin {
	v := visitOf(r)
	agent := r.UserAgent()
	return audit.Origin{Address: v.Address.String(), Request: v.ID, Browser: nameIn(agent, browserNames), System: nameIn(agent, systemNames)}
}

// whoOf is the operator whom the gate let in.
func whoOf(r *http.Request) desk.Who { return visitOf(r).Who }

// admit puts the gate of a route before its handler.
func (s *Server) admit(w who, h handler) handler {
	switch w {
	case operators:
		return s.loggedIn(s.printed(h))
	case printing:
		return s.loggedIn(s.withoutMenu(h))
	}
	return h
}

// loggedIn lets through operators who are in, sends the others to the log-in, and whose log-in is too old
// for what they asked to show the second factor again.
func (s *Server) loggedIn(h handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		l, err := s.login(r)
		if errors.Is(err, office.ErrMandate) {
			s.receive(r, l)
			visitOf(r).Nav = nil // the bar says for whom, and lets out; the menu would lead nowhere
		}
		if err != nil {
			return s.turnAway(w, r, err)
		}
		if l.Stage != access.In {
			s.remember(w, r)
			return redirect(stagePaths[l.Stage])
		}
		s.receive(r, l)
		err = h(w, r)
		if errors.Is(err, office.ErrStaleLogin) {
			s.remember(w, r)
			return redirect(stepUpPath)
		}
		return err
	}
}

// login reads the operator's session. Errors: those of access.Access.Operator.
func (s *Server) login(r *http.Request) (access.Login, error) {
	token := s.cookie(r, operatorCookie)
	if token == "" {
		return access.Login{}, access.ErrNoSession
	}
	return s.Access.Operator(r.Context(), token)
}

// turnAway sends to the log-in whoever has no session, and says why if there was one.
func (s *Server) turnAway(w http.ResponseWriter, r *http.Request, err error) error {
	if !errors.Is(err, access.ErrNoSession) && !errors.Is(err, access.ErrOver) {
		return err
	}
	s.remember(w, r)
	to := loginPath
	if s.cookie(r, operatorCookie) != "" {
		to += "?motivo=scaduta"
	}
	if errors.Is(err, access.ErrOver) { // else a double click may just have brought the browser a newer one
		s.setCookie(w, operatorCookie, "", -1)
	}
	if r.Method == http.MethodPost {
		to = loginPath + "?motivo=non-inviato"
	}
	return redirect(to)
}

// receive notes in the visit who the operator is and what the bar and the menu show.
func (s *Server) receive(r *http.Request, l access.Login) {
	v := visitOf(r)
	v.Who = desk.Who{Acting: l.Acting, Origin: originOf(r)}
	v.Operator = &Operator{Name: l.Operator.FullName(), Ente: l.Acting.Ente.Name, Role: roleWords(l.Acting)}
	v.Nav = s.nav(l.Acting, r.URL.Path)
	v.Session = s.timeLeft(v, l.Expires)
	v.LastLogin = l.LastLogin
}

func roleWords(a office.Acting) string {
	words := strings.ToUpper(string(a.Post.Role[:1])) + string(a.Post.Role[1:])
	if a.Can(office.OpenFSE) {
		words += ", abilitato al FSE"
	}
	return words
}

// printed opens no page to an operator who still has papers to print: neither by address, nor by going
// back, nor after a new log-in (D18, mission S7).
func (s *Server) printed(h handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		number, err := s.Desk.OpenGate(r.Context(), whoOf(r))
		if err != nil {
			return err
		}
		if number != "" {
			return redirect(printPath(number))
		}
		if number, err = s.Desk.RenewalGate(r.Context(), whoOf(r)); err != nil {
			return err
		}
		if number != "" {
			return redirect(renewedPath(number))
		}
		return h(w, r)
	}
}

// only opens a page to the roles that can do what it is for. That the act itself is allowed, the deed checks.
func (s *Server) only(p office.Permission, h handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if !whoOf(r).Can(p) {
			return office.ErrForbidden
		}
		return h(w, r)
	}
}

// withoutMenu takes the menu from the pages that open before all is printed: it would lead nowhere.
func (s *Server) withoutMenu(h handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		number, err := s.Desk.OpenGate(r.Context(), whoOf(r))
		if err == nil && number == "" {
			number, err = s.Desk.RenewalGate(r.Context(), whoOf(r))
		}
		if err != nil && !errors.Is(err, desk.ErrOtherEnte) {
			return err
		}
		if err != nil || number != "" {
			visitOf(r).Nav = nil
		}
		return h(w, r)
	}
}

// remember keeps the page to come back to after a log-in: the one asked for, or that of the form that was sent.
// The query is dropped: it may say whom an operator looked for.
func (s *Server) remember(w http.ResponseWriter, r *http.Request) {
	if path := s.pageOf(r); path != "" {
		s.setCookie(w, returnCookie, path, returnSeconds)
	}
}

// pageOf is the desk page that a request belongs to, "" if none.
func (s *Server) pageOf(r *http.Request) string {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return s.deskPage(r.URL.EscapedPath())
	}
	if from, ok := s.referer(r); ok {
		return s.deskPage(from)
	}
	return s.deskPage(r.URL.EscapedPath())
}

// deskPage is path if it is a page of the desk that can be opened, else "": nobody is sent anywhere else.
func (s *Server) deskPage(path string) string {
	inside := path == menuPath || strings.HasPrefix(path, menuPath+"/")
	if !inside || strings.HasPrefix(path, loginPath) || strings.ContainsAny(path, "\\\r\n") {
		return ""
	}
	if _, pattern := s.mux.Handler(&http.Request{Method: http.MethodGet, URL: pathURL(path)}); pattern == "" {
		return ""
	}
	return path
}

// comeBack goes to the page that was asked for before the log-in, else to the menu.
func (s *Server) comeBack(w http.ResponseWriter, r *http.Request) error {
	to := s.deskPage(s.cookie(r, returnCookie))
	if to == "" {
		to = menuPath
	}
	s.setCookie(w, returnCookie, "", -1)
	return redirect(to)
}
