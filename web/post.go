package web

// postRoutes are those of the letters that go by post (mission C03, Y07).
func (s *Server) postRoutes() []route { return nil }

// postProblems are what can go wrong there.
var postProblems []problem
