package web

// requestRoutes are those of the two-phase request to an ente (003).
func (s *Server) requestRoutes() []route { return nil }

// requestProblems are what can go wrong there.
var requestProblems []problem
