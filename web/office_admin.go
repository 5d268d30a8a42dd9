package web

// officeRoutes are those of the administration of enti, operators and texts.
func (s *Server) officeRoutes() []route { return nil }

// officeProblems are what can go wrong in the administration of enti, operators and texts.
var officeProblems []problem
