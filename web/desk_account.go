package web

// accountRoutes are those of the obsolete accounts outside the database (001 §5.1.2.3).
func (s *Server) accountRoutes() []route { return nil }

// accountProblems are what can go wrong in the obsolete accounts outside the database (001 §5.1.2.3).
var accountProblems []problem
