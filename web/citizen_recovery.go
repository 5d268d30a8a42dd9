package web

// recoveryRoutes are those of who has lost password or PIN (000, mission S21, S22).
func (s *Server) recoveryRoutes() []route { return nil }

// recoveryProblems are what can go wrong there.
var recoveryProblems []problem
