package web

// documentRoutes are those of the page with the documents to download (001 §2).
func (s *Server) documentRoutes() []route { return nil }
