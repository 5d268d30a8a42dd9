package web

import "net/http"

// getHome shows the ways in.
func (s *Server) getHome(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, "home", s.page(r, "Le tue credenziali per i servizi online"))
}
