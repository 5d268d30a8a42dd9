package web

// launchRoutes are those of the health application (G05).
func (s *Server) launchRoutes() []route { return nil }

// launchProblems are what can go wrong in the health application (G05).
var launchProblems []problem
