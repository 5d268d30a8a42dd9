package web

// manageRoutes are those of Gestione utenti.
func (s *Server) manageRoutes() []route { return nil }
