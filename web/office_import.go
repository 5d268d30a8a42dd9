package web

// importRoutes are those of the import of preloaded people.
func (s *Server) importRoutes() []route { return nil }

// importProblems are what can go wrong in the import of preloaded people.
var importProblems []problem
