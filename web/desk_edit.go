package web

// editRoutes are those of Modifica, Cambio residenza and Recupero username (001 §5.2.5, §5.6, §5.7.1).
func (s *Server) editRoutes() []route { return nil }

// editProblems are what can go wrong in Modifica, Cambio residenza and Recupero username (001 §5.2.5, §5.6, §5.7.1).
var editProblems []problem
