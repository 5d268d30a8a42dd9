package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"time"

	"sportello/office"
	"sportello/preload"
)

const importPath = "/sportello/importazioni"

var importLink = Link{Text: "Importazioni", Href: importPath}

// importRoutes are those of the import of preloaded people.
func (s *Server) importRoutes() []route {
	const one = importPath + "/{id}"
	may := func(h handler) handler { return s.only(office.ImportPeople, h) }
	return []route{
		{"GET " + importPath, may(s.getImports), operators, 0},
		{"POST " + importPath, may(s.postImport), operators, preload.MaxBytes + defaultBody},
		{"GET " + importPath + "/modello.csv", may(s.getImportModel), operators, 0},
		{"GET " + one, may(s.getImport), operators, 0},
		{"GET " + one + "/rapporto.csv", may(s.getImportReport), operators, 0},
		{"POST " + one + "/avvia", may(s.postImportStep((*preload.Preload).Start)), operators, 0},
		{"POST " + one + "/ferma", may(s.postImportStep((*preload.Preload).Stop)), operators, 0},
		{"POST " + one + "/rinuncia", may(s.postImportStep((*preload.Preload).GiveUp)), operators, 0},
	}
}

// importProblems are what can go wrong in the import of preloaded people.
var importProblems = []problem{
	{preload.ErrNotSo, http.StatusConflict, words{},
		words{"L'importazione è a un altro punto", "Nel frattempo è stata avviata, fermata o conclusa da un'altra scheda o da un collega. Non è stato cambiato niente.",
			[]string{"Tornare alla pagina dell'importazione e guardare a che punto è."}}},
	{preload.ErrNoDirectory, http.StatusConflict, words{},
		words{"Da questa pagina non si caricano file", "L'installazione non ha una cartella per i file da importare.",
			[]string{"Chiedere a chi gestisce il server di impostare imports_dir, oppure di usare il comando sportello import."}}},
}

// importerOf is the operator whom the gate let in, as the deeds of preload want them.
func importerOf(r *http.Request) preload.Who {
	who := whoOf(r)
	return preload.Who{Acting: who.Acting, Origin: who.Origin}
}

func importForm() *Form {
	f := Sectionless(importPath, "Carica e prova", &Field{Kind: File, Name: "file", Label: "Elenco in CSV", Accept: ".csv,text/csv",
		Help: "Una persona per riga, nella prima riga i nomi delle colonne, fino a 300 MB."})
	f.Intro = "Il file si prova prima, senza importare nessuno. Resta cifrato sul server fino alla fine dell'importazione, poi è cancellato."
	return f
}

// importsPage is the data of the list.
type importsPage struct {
	Form    *Form // nil where files come by the command line only
	Rows    []importRow
	Columns []preload.Column
}

// An importRow is a line of the list.
type importRow struct {
	Href, Name string
	State      Badge
	Created    time.Time
	Result     string
}

func (s *Server) getImports(w http.ResponseWriter, r *http.Request) error {
	return s.showImports(w, r, importForm())
}

func (s *Server) showImports(w http.ResponseWriter, r *http.Request, f *Form) error {
	list, err := s.Preload.Imports(r.Context(), importerOf(r))
	if err != nil {
		return err
	}
	data := importsPage{Columns: preload.Columns}
	if s.Preload.Dir != "" {
		data.Form = f
	}
	for _, x := range list {
		row := importRow{Href: importPath + "/" + x.ID, Name: x.Name, State: importBadges[x.State], Created: x.CreatedAt}
		if !x.BegunAt.IsZero() {
			row.Result = count(x.Taken.Accepted) + " importate"
		}
		data.Rows = append(data.Rows, row)
	}
	p := s.page(r, "Importazioni").at().withErrors(f)
	p.Lead = "Per precaricare i residenti di un territorio, o gli iscritti di un servizio: arrivano riscontrati, e ricevono il primo codice allo sportello."
	p.Data = data
	return s.show(w, "office_imports", p)
}

var importBadges = map[string]Badge{
	preload.Trying:   {"neutro", "In prova"},
	preload.Tried:    {"manca", "Da confermare"},
	preload.Running:  {"neutro", "In corso"},
	preload.Stopped:  {"manca", "Fermata"},
	preload.Finished: {"fatto", "Conclusa"},
	preload.Faulty:   {"respinto", "File non valido"},
	preload.GivenUp:  {"respinto", "Annullata"},
}

// importErrors are refusals of an upload that stand beside its field.
var importErrors = []struct {
	err  error
	text string
}{
	{http.ErrMissingFile, "Scegliere il file da caricare."},
	{preload.ErrEmpty, "Il file è vuoto."},
	{preload.ErrTooLarge, "Il file supera 300 MB: dividerlo in più elenchi."},
}

func (s *Server) postImport(w http.ResponseWriter, r *http.Request) error {
	id, err := s.receiveList(w, r)
	for _, e := range importErrors {
		if errors.Is(err, e.err) {
			f := importForm()
			f.Fail("file", e.text)
			return s.showImports(w, r, f)
		}
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, importPath+"/"+id, http.StatusSeeOther)
	return nil
}

// receiveList takes a file in as it comes: a large one takes longer than pages may.
func (s *Server) receiveList(w http.ResponseWriter, r *http.Request) (id string, err error) {
	connection := http.NewResponseController(w)
	_ = errors.Join(connection.SetReadDeadline(time.Time{}), connection.SetWriteDeadline(time.Time{})) // where there is a connection
	file, err := filePart(r, "file")
	if err != nil {
		return "", err
	}
	return s.Preload.Receive(context.WithoutCancel(r.Context()), importerOf(r), file.FileName(), cutFile{file})
}

// filePart finds the file of a field in a form that is still coming.
func filePart(r *http.Request, name string) (*multipart.Part, error) {
	form, err := r.MultipartReader()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrForm, err)
	}
	for {
		part, err := form.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return nil, http.ErrMissingFile
		case err != nil:
			return nil, fmt.Errorf("%w: %w", ErrForm, err)
		case part.FormName() == name && part.FileName() == "":
			return nil, http.ErrMissingFile
		case part.FormName() == name:
			return part, nil
		}
	}
}

// cutFile says so when the body's limit cuts a file.
type cutFile struct{ io.Reader }

// Read implements io.Reader.
func (t cutFile) Read(b []byte) (int, error) {
	n, err := t.Reader.Read(b)
	var cut *http.MaxBytesError
	if errors.As(err, &cut) {
		err = preload.ErrTooLarge
	}
	return n, err
}

func (s *Server) getImportModel(w http.ResponseWriter, _ *http.Request) error {
	csvHead(w, "modello.csv")
	_, err := io.WriteString(w, preload.Model())
	return err
}

func csvHead(w http.ResponseWriter, name string) {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
}

func (s *Server) getImportReport(w http.ResponseWriter, r *http.Request) error {
	report, err := s.Preload.Report(r.Context(), importerOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	csvHead(w, "rapporto.csv")
	if err := report.Write(r.Context(), w); err != nil { // half a report must not look whole
		s.Log.ErrorContext(r.Context(), "report", "request", visitOf(r).ID, "err", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

// postImportStep does what the operator decides, and shows the import again.
func (s *Server) postImportStep(decide func(*preload.Preload, context.Context, preload.Who, string) error) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id := r.PathValue("id")
		if err := decide(s.Preload, r.Context(), importerOf(r), id); err != nil {
			return err
		}
		http.Redirect(w, r, importPath+"/"+id, http.StatusSeeOther)
		return nil
	}
}
