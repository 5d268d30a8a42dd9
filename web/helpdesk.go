package web

// helpdeskRoutes are those of the back office that decides requests (001 §5.3.1, mission L).
func (s *Server) helpdeskRoutes() []route { return nil }

// helpdeskProblems are what can go wrong there.
var helpdeskProblems []problem
