package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"sportello/community"
	"sportello/postal"
	"sportello/postroom"
	"sportello/store"
)

// runPage is what the page of a run shows.
type runPage struct {
	Path    string
	State   Badge
	Explain string
	Items   []Item
	Files   []fileRow
	Going   bool // it changes by itself: there is a button to look again
	Send    bool
	Remake  *Form // nil unless the run waits for the printing house
	Retreat *Form // the same
}

// A fileRow is a file to download.
type fileRow struct{ Name, Size, SHA256 string }

// runWords explain a state and what to do.
var runWords = map[postal.RunState]string{
	postal.Preparing:  "Le lettere si raccolgono e si scrivono da sole, cifrate: ricaricare la pagina per vedere se il lotto è pronto.",
	postal.Ready:      "I due file vanno alla tipografia: dalla cartella condivisa, o scaricandoli da qui. Solo la sua chiave li apre. Quando conferma di averli ricevuti, registrare la consegna: i PIN vengono distrutti e il lotto non si può più rifare.",
	postal.Closing:    "La consegna è registrata: i PIN del lotto si stanno distruggendo.",
	postal.Requeueing: "Il lotto è ritirato: le lettere tornano in coda per il prossimo, con i PIN che hanno.",
	postal.Discarding: "Il lotto è ritirato: i suoi PIN si stanno distruggendo.",
	postal.Withdrawn:  "Il lotto è annullato e i suoi file sono cancellati. Le lettere aspettano il prossimo lotto oppure, se i PIN sono stati distrutti, un nuovo invio tra quelle tornate indietro.",
	postal.Gone:       "Il lotto è alla tipografia. Le lettere che tornano indietro si registrano dalla pagina della posta.",
}

func (s *Server) postRun(w http.ResponseWriter, r *http.Request) error {
	if err := parse(r, false); err != nil {
		return err
	}
	id, err := s.Postroom.Begin(r.Context(), postWho(r), community.ID(r.PostForm.Get("community")))
	if err != nil {
		return err
	}
	http.Redirect(w, r, postPath+"/lotti/"+id+"?fatto=preparato", http.StatusSeeOther)
	return nil
}

func remakeForm(id string) *Form {
	f := Sectionless(postPath+"/lotti/"+id+"/rifai", "Rifai i file", &Field{Kind: Area, Name: "motivo", Label: "Motivo", MaxLength: reasonLength, Rows: 2,
		Help: "Per esempio: file perso dalla tipografia, chiave sostituita."})
	f.Intro = "Si rifanno con le stesse lettere, cifrati con la chiave di oggi. Solo se la tipografia non ha stampato quelli di prima."
	return f
}

func (s *Server) getRun(w http.ResponseWriter, r *http.Request) error {
	return s.showRun(w, r, runForms{})
}

// runForms are the forms of the page, the one with something to say in place of an empty one.
type runForms struct{ remake, retreat *Form }

func (f runForms) filled(id string) runForms {
	if f.remake == nil {
		f.remake = remakeForm(id)
	}
	if f.retreat == nil {
		f.retreat = retreatForm(id)
	}
	return f
}

func (s *Server) showRun(w http.ResponseWriter, r *http.Request, forms runForms) error {
	forms = forms.filled(r.PathValue("id"))
	v, err := s.Postroom.Run(r.Context(), postWho(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	p := s.page(r, "Lotto "+v.Number).at(postLink)
	p.Errors = slices.Concat(forms.remake.Errors(), forms.retreat.Errors())
	if p.Notice = postNotices[r.URL.Query().Get("fatto")]; v.Trouble != "" {
		p.Notice = Alert{"danger", "Il lotto non va avanti", v.Trouble}
	}
	data := runPage{Path: postPath + "/lotti/" + v.ID, State: runBadges[v.State], Explain: runWords[v.State], Items: runItems(v),
		Going: slices.Contains(working, v.State), Send: v.State == postal.Ready}
	if v.State == postal.Ready {
		data.Remake, data.Retreat = forms.remake, forms.retreat
		if p.Notice == (Alert{}) && v.Unconfirmed(visitOf(r).now) {
			p.Notice = unconfirmedAlarm(v.Run, visitOf(r).now)
		}
		for _, f := range v.Files {
			data.Files = append(data.Files, fileRow{f.Name, sizeOf(f.Bytes), f.SHA256})
		}
	}
	p.Data = data
	return s.show(w, "post_run", p)
}

// working are the states in which a run changes by itself.
var working = []postal.RunState{postal.Preparing, postal.Closing, postal.Requeueing, postal.Discarding}

func runItems(v postroom.RunView) []Item {
	items := []Item{{Label: "Community", Value: v.Community.Name}, {Label: "Cominciato", Value: momentInWords(v.CreatedAt)}}
	if v.By != "" {
		items = append(items, Item{Label: "Da", Value: v.By})
	}
	if v.State != postal.Preparing {
		items = append(items, Item{Label: "Lettere", Value: count(int64(v.Letters))}, Item{Label: "Pagine", Value: count(int64(v.Pages))})
	}
	if v.LeftOut > 0 {
		items = append(items, Item{Label: "Lasciate fuori", Value: some(v.LeftOut, "una lettera, tra quelle da correggere", "%d lettere, tra quelle da correggere")})
	}
	if v.Remakes > 0 {
		items = append(items, Item{Label: "Rifatto", Value: some(v.Remakes, "una volta", "%d volte")})
	}
	if !v.SentAt.IsZero() {
		items = append(items, Item{Label: "Consegnato alla tipografia", Value: momentInWords(v.SentAt)})
	}
	if v.SentBy != "" {
		items = append(items, Item{Label: "Consegna registrata da", Value: v.SentBy})
	}
	return items
}

// sizeOf is how large a file is.
func sizeOf(n int64) string {
	switch {
	case n >= 1<<20 && n%(1<<20) == 0, n >= 10<<20:
		return strconv.FormatInt(n>>20, 10) + " MB"
	case n >= 10<<10:
		return strconv.FormatInt(n>>10, 10) + " kB"
	}
	return strconv.FormatInt(n, 10) + " byte"
}

// postRunFile gives a file of a run, encrypted as it is. It is asked for by a form, because it leaves a record.
func (s *Server) postRunFile(w http.ResponseWriter, r *http.Request) error {
	if err := parse(r, false); err != nil {
		return err
	}
	file, f, err := s.Postroom.File(r.Context(), postWho(r), r.PathValue("id"), r.PostForm.Get("nome"))
	if err != nil {
		return err
	}
	defer file.Close()
	_ = http.NewResponseController(w).SetWriteDeadline(time.Time{}) // a large one takes longer than pages may
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", `attachment; filename="`+f.Name+`"`)
	w.Header().Set("Content-Length", strconv.FormatInt(f.Bytes, 10))
	if _, err := io.Copy(w, file); err != nil { // half a file must not look whole
		s.Log.ErrorContext(r.Context(), "file of a run", "request", visitOf(r).ID, "err", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

func (s *Server) postRunSent(w http.ResponseWriter, r *http.Request) error {
	return s.onRun(w, r, "consegna", s.Postroom.Confirm)
}

func (s *Server) onRun(w http.ResponseWriter, r *http.Request, done string, do func(context.Context, postroom.Who, string) error) error {
	id := r.PathValue("id")
	if err := do(r.Context(), postWho(r), id); err != nil {
		return err
	}
	http.Redirect(w, r, postPath+"/lotti/"+id+"?fatto="+done, http.StatusSeeOther)
	return nil
}

func (s *Server) postRemake(w http.ResponseWriter, r *http.Request) error {
	f := remakeForm(r.PathValue("id"))
	if err := f.Fill(r); err != nil {
		return err
	}
	if !f.Check() {
		return s.showRun(w, r, runForms{remake: f})
	}
	return s.onRun(w, r, "rifai", func(ctx context.Context, who postroom.Who, id string) error {
		return s.Postroom.Remake(ctx, who, id, f.Value("motivo"))
	})
}

// The two ways to withdraw a run.
const (
	queueAgain = "coda"
	destroyAll = "distruggi"
)

func retreatForm(id string) *Form {
	f := Sectionless(postPath+"/lotti/"+id+"/ritiro", "Ritira il lotto",
		&Field{Kind: Radio, Name: "lettere", Label: "Che cosa fare delle lettere", Options: []Option{
			{Value: queueAgain, Label: "Rimetterle in coda: la tipografia non ha mai ricevuto i file, e le lettere partono con il prossimo lotto"},
			{Value: destroyAll, Label: "Distruggere i PIN: non si sa chi ha i file, e ogni lettera si rimanda con un PIN nuovo"}}},
		&Field{Kind: Area, Name: "motivo-ritiro", Label: "Motivo", MaxLength: reasonLength, Rows: 2})
	f.Intro = "I file si cancellano dalla cartella e il lotto non parte più. Prima chiedere alla tipografia se ne ha già una copia."
	return f
}

func (s *Server) postWithdraw(w http.ResponseWriter, r *http.Request) error {
	f := retreatForm(r.PathValue("id"))
	if err := f.Fill(r); err != nil {
		return err
	}
	if !f.Check() {
		return s.showRun(w, r, runForms{retreat: f})
	}
	withdraw := map[string]func(context.Context, postroom.Who, string, string) error{queueAgain: s.Postroom.Requeue, destroyAll: s.Postroom.Discard}[f.Value("lettere")]
	return s.onRun(w, r, "ritiro", func(ctx context.Context, who postroom.Who, id string) error {
		return withdraw(ctx, who, id, f.Value("motivo-ritiro"))
	})
}

// missingLetter tells whether there is no such letter, for this operator.
func missingLetter(err error) bool { return errors.Is(err, store.ErrNotFound) }
