package web

// publicRoutes are the public pages of a community.
func (s *Server) publicRoutes() []route { return nil }
