package web

import (
	"net/http"

	"sportello/locale"
)

// getDemoPrinter is the printing house of the demonstration: the only one that can open the runs.
func (s *Server) getDemoPrinter(w http.ResponseWriter, r *http.Request) error {
	visitOf(r).Lang = locale.Italian // as the page of the demonstration
	p := s.page(r, "Tipografia della dimostrazione").at(Link{Text: "Dimostrazione", Href: "/demo"})
	p.Languages = nil
	p.Lead = "Qui si fa la parte della tipografia: con la sua chiave apre i lotti e legge le lettere, cosa che nessun altro può fare."
	p.Data = s.Demo.Lots()
	return s.show(w, "demo_printer", p)
}

// getDemoLot shows the letters of a run, decrypted.
func (s *Server) getDemoLot(w http.ResponseWriter, r *http.Request) error {
	pdf, err := s.Demo.Print(r.PathValue("lotto"))
	if err != nil {
		return err
	}
	if pdf == nil {
		return ErrNotFound
	}
	return sendPDF(w, r, "lotto.pdf", pdf)
}
