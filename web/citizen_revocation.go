package web

// revocationRoutes are those of the citizen's end of a revocation (001 §5.4).
func (s *Server) revocationRoutes() []route { return nil }

// revocationProblems are what can go wrong in the citizen's end of a revocation (001 §5.4).
var revocationProblems []problem
