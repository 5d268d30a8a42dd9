package web

// codeRoutes are those of Rigenera codice attivazione (001 §5.3).
func (s *Server) codeRoutes() []route { return nil }

// codeProblems are what can go wrong in Rigenera codice attivazione (001 §5.3).
var codeProblems []problem
