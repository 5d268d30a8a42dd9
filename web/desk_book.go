package web

// bookingRoutes are those of Prenota (001 §5.2.5).
func (s *Server) bookingRoutes() []route { return nil }

// bookingProblems are what can go wrong in Prenota (001 §5.2.5).
var bookingProblems []problem
