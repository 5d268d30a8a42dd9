package web

// areaRoutes are those of the citizen's log-in and personal page.
func (s *Server) areaRoutes() []route { return nil }
