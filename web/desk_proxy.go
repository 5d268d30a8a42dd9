package web

import (
	"net/http"

	"sportello/desk"
	"sportello/office"
)

// proxyRoutes give the two forms for who sends somebody else, with the citizen's data in them (001 §2, §5.1.1).
func (s *Server) proxyRoutes() []route {
	const at = managePath + "/{numero}/moduli/"
	return []route{
		{"POST " + at + string(desk.BlankMandate), s.only(office.BookOperation, s.proxyForm(desk.BlankMandate)), operators, 0},
		{"POST " + at + string(desk.BlankDeclaration), s.only(office.BookOperation, s.proxyForm(desk.BlankDeclaration)), operators, 0},
	}
}

func (s *Server) proxyForm(b desk.Blank) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		n, err := numberOf(r)
		if err != nil {
			return err
		}
		pdf, err := s.Desk.ProxyForm(r.Context(), whoOf(r), n, b)
		if err != nil {
			return err
		}
		return sendPDF(w, r, string(b)+".pdf", pdf)
	}
}
