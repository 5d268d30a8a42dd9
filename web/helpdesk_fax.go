package web

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strconv"

	"sportello/fax"
	"sportello/helpdesk"
	"sportello/request"
)

// faxBody is the largest form with a fax: the file and a little.
const faxBody = fax.MaxBytes + 64<<10

func faxForm() *Form {
	return &Form{Action: requestsPath + "/fax", Submit: "Carica il fax", Cancel: Link{Text: "Annulla", Href: requestsPath}, Intro: "Il codice a barre della copertina lo collega alla pratica; senza, lo si collega a mano.",
		Sections: []*Section{{Fields: []*Field{{Kind: File, Name: "file", Label: "File del fax", Accept: "application/pdf,image/tiff", Help: "PDF o TIFF, fino a 20 MB e 20 pagine."}}}}}
}

func (s *Server) getFaxForm(w http.ResponseWriter, r *http.Request) error {
	return s.showFaxForm(w, r, faxForm())
}

func (s *Server) showFaxForm(w http.ResponseWriter, r *http.Request, f *Form) error {
	p := s.page(r, "Carica un fax").at(requestsLink).withErrors(f)
	p.Lead, p.Data = "Per un fax che non è arrivato da solo nella cartella.", f
	return s.show(w, "form", p)
}

func (s *Server) postFax(w http.ResponseWriter, r *http.Request) error {
	f := faxForm()
	if err := f.Fill(r); err != nil {
		return err
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }()
	in, header, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) {
		f.Fail("file", "Scegliere il file del fax.")
		return s.showFaxForm(w, r, f)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrForm, err)
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, fax.MaxBytes+1))
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	id, err := s.Helpdesk.Upload(r.Context(), whoOf(r), fax.File{Name: tidy(filepath.Base(header.Filename)), SHA256: hex.EncodeToString(sum[:]), Data: data})
	var bad helpdesk.BadFax
	switch {
	case errors.As(err, &bad):
		f.Fail("file", "Il file non si può usare: "+bad.Reason+". Chiedere un nuovo invio, o caricarne un altro.")
		return s.showFaxForm(w, r, f)
	case err != nil:
		return err
	}
	return redirect(donePath(id, "fax"))
}

// A picture is a page of what came with a request.
type picture struct{ Src, Large, Alt string }

// pictureWidths are the widths, in pixels, in which a page is drawn: to read beside the data, and to look at closely.
var pictureWidths = map[string]int{"": 900, "grande": 1800}

func picturesOf(id string, files []request.Evidence) (list []picture) {
	for n, e := range files {
		for page := range e.Pages {
			at := fmt.Sprintf("%s/allegati/%s/%d", requestPath(id), e.ID, page+1)
			list = append(list, picture{at, at + "?misura=grande", fmt.Sprintf("Fax %d, pagina %d di %d", n+1, page+1, e.Pages)})
		}
	}
	return list
}

// getEvidence gives one page as a picture: files of strangers reach no browser as they came.
func (s *Server) getEvidence(w http.ResponseWriter, r *http.Request) error {
	page, err := strconv.Atoi(r.PathValue("pagina"))
	width := pictureWidths[r.URL.Query().Get("misura")]
	if err != nil || width == 0 {
		return ErrNotFound
	}
	png, err := s.Helpdesk.Page(r.Context(), whoOf(r), r.PathValue("id"), r.PathValue("allegato"), page-1, width)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "no-store")
	_, err = w.Write(png)
	return err
}
