package web

// figuresRoutes are those of the figures of an ente.
func (s *Server) figuresRoutes() []route { return nil }
