package web

// delegationRoutes are those of Modifica delega (001 §5.5).
func (s *Server) delegationRoutes() []route { return nil }

// delegationProblems are what can go wrong in Modifica delega (001 §5.5).
var delegationProblems []problem
