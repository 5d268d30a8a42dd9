package web

// registrationRoutes are those of Registrazione utenti.
func (s *Server) registrationRoutes() []route { return nil }
