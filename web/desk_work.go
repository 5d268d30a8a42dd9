package web

// workRoutes are those of the list of what is left to do.
func (s *Server) workRoutes() []route { return nil }
