package web

// onlineRoutes are those of who begins at home: preregistration (001 §3.1) and weak registration (001 §3.3).
func (s *Server) onlineRoutes() []route { return nil }

// onlineProblems are what can go wrong there.
var onlineProblems []problem
