package web

import "net/http"

// getHome shows what can be done at this community's portal.
func (s *Server) getHome(w http.ResponseWriter, r *http.Request) error {
	data, err := s.publicData(r)
	if err != nil {
		return err
	}
	title := "Le tue credenziali per i servizi online"
	if !data.Local {
		title = "Accedi ai servizi online"
	}
	p := s.page(r, title)
	p.Data = data
	return s.show(w, "home", p)
}
