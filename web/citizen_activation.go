package web

// activationRoutes are those of the activation.
func (s *Server) activationRoutes() []route { return nil }
