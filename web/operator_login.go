package web

// operatorRoutes are those of the operator's log-in, session and menu.
func (s *Server) operatorRoutes() []route { return nil }
