package web

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"sportello/community"
	"sportello/office"
	"sportello/postal"
	"sportello/postroom"
)

const postPath = "/sportello/posta"

var postLink = Link{Text: "Posta", Href: postPath}

// postRoutes are those of the letters that go by post (mission C03, Y07).
func (s *Server) postRoutes() []route {
	may := func(h handler) handler { return s.only(office.RunPost, h) }
	const run, letter = postPath + "/lotti/{id}", postPath + "/lettere/{id}"
	return []route{
		{"GET " + postPath, may(s.getPost), operators, 0},
		{"POST " + postPath + "/lotti", may(s.postRun), operators, 0},
		{"GET " + run, may(s.getRun), operators, 0},
		{"POST " + run + "/file", may(s.postRunFile), operators, 0},
		{"POST " + run + "/consegna", may(s.postRunSent), operators, 0},
		{"POST " + run + "/rifai", may(s.postRemake), operators, 0},
		{"POST " + run + "/ritiro", may(s.postWithdraw), operators, 0},
		{"POST " + postPath + "/cerca", may(s.postFindLetter), operators, 0},
		{"POST " + postPath + "/prova", may(s.postTestLetter), operators, 0},
		{"GET " + letter, may(s.getLetter), operators, 0},
		{"POST " + letter + "/esito", may(s.postFate), operators, 0},
		{"POST " + letter + "/indirizzo", may(s.postLetterAddress), operators, 0},
		{"POST " + letter + "/nuova", may(s.postSendAgain), operators, 0},
		{"GET " + postPath + "/rese", may(s.getReturned), operators, 0},
		{"POST " + postPath + "/esiti", may(s.postOutcomes), operators, outcomesBody},
		{"GET " + postPath + "/esiti/{id}", may(s.getOutcomes), operators, 0},
	}
}

// postProblems are what can go wrong there.
var postProblems = []problem{
	{postal.ErrFrozen, http.StatusConflict, words{"La lettera con questo PIN è tornata indietro",
		"La posta non ha potuto consegnarla e ce l'ha restituita: per sicurezza il suo PIN non apre più niente. Il PIN di prima, se lo ricordi, vale ancora; altrimenti chiama l'assistenza, che controlla il tuo indirizzo e te ne manda un altro.", nil}, words{}},
	{postroom.ErrNothing, http.StatusConflict, words{},
		words{"Non c'è niente da stampare", "Nessuna lettera di questa community aspetta di essere stampata: forse un collega ha appena preparato il lotto.",
			[]string{"Tornare alla posta e guardare i lotti."}}},
	{postroom.ErrNoKey, http.StatusConflict, words{},
		words{"Manca la chiave della tipografia", "Senza la chiave pubblica della tipografia le lettere non si possono cifrare, e in chiaro non escono.",
			[]string{"Chiedere all'amministratore di metterla nel file della community, alla voce post.key."}}},
	{postroom.ErrNoFolder, http.StatusConflict, words{},
		words{"Manca la cartella per la tipografia", "L'installazione non ha una cartella in cui scrivere i lotti.",
			[]string{"Chiedere a chi gestisce il server di impostare letters_dir."}}},
	{postroom.ErrNoFile, http.StatusNotFound, words{},
		words{"Il file non è nella cartella", "La tipografia l'ha già ritirato, oppure il lotto è stato rifatto o concluso.",
			[]string{"Tornare al lotto e guardare a che punto è.", "Se la tipografia non l'ha ricevuto, usare Rifai i file."}}},
	{postroom.ErrRunState, http.StatusConflict, words{},
		words{"Il lotto è a un altro punto", "Nel frattempo è stato consegnato o rifatto da un'altra scheda o da un collega. Non è stato cambiato niente.",
			[]string{"Tornare al lotto e guardare a che punto è."}}},
	{postroom.ErrMaking, http.StatusConflict, words{},
		words{"Un altro lotto è in preparazione", "Se ne prepara uno alla volta per community.", []string{"Aspettare che sia pronto, poi riprovare."}}},
	{postal.ErrState, http.StatusConflict, words{},
		words{"La lettera è a un altro punto", "Il suo stato non ammette questa operazione: forse è stata registrata da un'altra scheda o da un collega. Non è stato cambiato niente.",
			[]string{"Tornare alla lettera e guardarne lo stato."}}},
	{postroom.ErrUsed, http.StatusConflict, words{},
		words{"Il PIN di questa lettera è già stato usato", "Il cittadino l'ha ricevuta: non può essere tornata indietro.",
			[]string{"Ricontrollare il numero sulla busta.", "Se è proprio questa, avvisare il responsabile: qualcuno potrebbe averla aperta."}}},
	{postroom.ErrNotSent, http.StatusConflict, words{},
		words{"La lettera non è mai partita", "Aspetta ancora di essere stampata.", []string{"Ricontrollare il numero sulla busta."}}},
	{postroom.ErrLater, http.StatusConflict, words{},
		words{"C'è già una lettera più recente", "Questa è stata sostituita da un'altra: si lavora sull'ultima.", []string{"Aprire il dettaglio del cittadino e guardare le lettere."}}},
	{postroom.ErrDeceased, http.StatusConflict, words{},
		words{"Il destinatario risulta deceduto", "Non si mandano altre lettere.", []string{"Avvisare il responsabile, che verifica in anagrafe."}}},
	{postroom.ErrOver, http.StatusConflict, words{},
		words{"La lettera non serve più", "L'operazione a cui serviva il PIN è stata completata, annullata o sostituita.",
			[]string{"Aprire il dettaglio del cittadino per vedere a che punto è."}}},
	{postal.ErrDeskPIN, http.StatusConflict, words{},
		words{"Il PIN è stato dato allo sportello", "Un PIN consegnato allo sportello si rinnova solo allo sportello, mai per posta.",
			[]string{"Dire al cittadino di andare a uno sportello con un documento valido."}}},
	{postal.ErrQueued, http.StatusConflict, words{},
		words{"Una lettera è già in viaggio", "Per questo cittadino un'altra lettera aspetta di partire.", []string{"Aspettare che parta, e che arrivi."}}},
	{postal.ErrTooMany, http.StatusConflict, words{},
		words{"Troppe lettere in un anno", "Questo cittadino ha già avuto tutte le lettere che la community ammette in un anno.",
			[]string{"Dire al cittadino di andare a uno sportello, che gli consegna il PIN di persona."}}},
}

// postWho is the operator whom the gate let in, as the deeds of the postroom want them.
func postWho(r *http.Request) postroom.Who {
	who := whoOf(r)
	return postroom.Who{Acting: who.Acting, Origin: who.Origin}
}

// postPage is what the first page shows.
type postPage struct {
	Alarms   []Alert
	Boxes    []postBox
	Find     *Form
	Outcomes *Form
	Test     *Form // nil where no community has a test letter
	Returned int
}

// A postBox is the post of one community.
type postBox struct {
	ID, Name string
	Counts   []Item
	CanRun   bool
	Why      string // why no run can be begun, "" if one can
	Unfit    []letterRow
	Runs     []runRow
	Tests    []testRow
}

// A letterRow is a letter in a list.
type letterRow struct {
	Href, Number, Name, What string
	Since                    string
}

// A runRow is a run in a list.
type runRow struct {
	Href, Number string
	State        Badge
	Letters      string
	At           time.Time
	Trouble      string
}

// A testRow is a test letter in a list.
type testRow struct {
	Number, Sent string
	State        Badge
}

func (s *Server) getPost(w http.ResponseWriter, r *http.Request) error {
	return s.showPost(w, r, postForms{})
}

// postForms are the small forms of the page, those with something to say in place of empty ones.
type postForms struct{ find, outcomes, test *Form }

func (f postForms) first() *Form {
	for _, x := range []*Form{f.find, f.outcomes, f.test} {
		if x != nil {
			return x
		}
	}
	return &Form{}
}

func (s *Server) showPost(w http.ResponseWriter, r *http.Request, typed postForms) error {
	boxes, err := s.Postroom.Boxes(r.Context(), postWho(r))
	if err != nil {
		return err
	}
	data := postPage{Find: typed.find, Outcomes: typed.outcomes}
	if data.Find == nil {
		data.Find = findLetterForm()
	}
	if data.Outcomes == nil {
		data.Outcomes = outcomesForm()
	}
	for _, b := range boxes {
		if idle(b) {
			continue
		}
		data.Returned += b.Count[postal.Returned]
		data.Boxes = append(data.Boxes, newPostBox(b))
		for _, run := range b.Runs {
			if run.Unconfirmed(visitOf(r).now) {
				data.Alarms = append(data.Alarms, unconfirmedAlarm(*run, visitOf(r).now))
			}
		}
		if len(b.Late) > 0 {
			data.Alarms = append(data.Alarms, lateAlarm(b.Community, len(b.Late), b.Late[0]))
		}
		if len(b.Community.Post.TestAddress) > 0 && data.Test == nil {
			if data.Test = typed.test; data.Test == nil {
				data.Test = testLetterForm()
			}
		}
	}
	p := s.page(r, "Posta").at().withErrors(typed.first())
	p.Lead = "Le lettere che partono per posta: si preparano i lotti per la tipografia e si registra che fine hanno fatto."
	if p.Notice == (Alert{}) {
		p.Notice = postNotices[r.URL.Query().Get("fatto")]
	}
	p.Data = data
	return s.show(w, "post", p)
}

// idle tells whether a community has nothing to show of its post.
func idle(b postroom.Box) bool {
	return len(b.Count) == 0 && len(b.Runs) == 0 && len(b.Community.Post.TestAddress) == 0
}

var postNotices = map[string]Alert{
	"prova":     {"success", "La lettera di prova è arrivata", "L'arrivo è registrato."},
	"corretto":  {"success", "Indirizzo corretto", "La lettera parte con il prossimo lotto."},
	"esito":     {"success", "Esito registrato", ""},
	"gia":       {"info", "Esito già registrato", "Questa lettera aveva già questo esito."},
	"nuova":     {"success", "Nuova lettera in coda", "Porta un PIN nuovo e parte con il prossimo lotto; quello di prima non apre più niente."},
	"consegna":  {"success", "Consegna registrata", "I PIN di questo lotto si stanno distruggendo: nessuno li può più leggere, se non sulla carta."},
	"rifai":     {"success", "I file si stanno rifacendo", "Con le stesse lettere e la chiave di oggi."},
	"ritiro":    {"success", "Il lotto è ritirato", "I suoi file si stanno cancellando e le lettere tornano indietro una a una: ricaricare la pagina per vedere a che punto è."},
	"preparato": {"success", "Il lotto è cominciato", "I file si scrivono da soli: ricaricare la pagina per vedere a che punto sono."},
}

func lateAlarm(c community.Community, n int, newest *postal.Letter) Alert {
	return Alert{"danger", "Le lettere di " + c.Name + " non arrivano",
		fmt.Sprintf("Nessuno ha confermato in tempo %s. L'ultima attesa è la %s del %s. Controllare i lotti e chiedere alla tipografia.",
			some(n, "una lettera di prova", "%d lettere di prova"), newest.Number, inWords(newest.CreatedAt))}
}

// unconfirmedAlarm says that a run waits too long for somebody to say that it went.
func unconfirmedAlarm(run postal.Run, now time.Time) Alert {
	return Alert{"danger", "Il lotto " + run.Number + " aspetta la conferma",
		"È pronto da " + waited(run.ReadyAt, now) + " e nessuno ha registrato la consegna alla tipografia: i suoi PIN restano nei file, e forse le lettere non partono. Chi segue la posta registra la consegna, rimette le lettere in coda o annulla il lotto."}
}

func some(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return fmt.Sprintf(many, n)
}

func newPostBox(b postroom.Box) postBox {
	x := postBox{ID: string(b.Community.ID), Name: b.Community.Name, CanRun: b.Count[postal.Waiting] > 0, Counts: []Item{
		{Label: "Da stampare", Value: count(int64(b.Count[postal.Waiting]))},
		{Label: "In lotto, non ancora consegnate", Value: count(int64(b.Count[postal.InRun]))},
		{Label: "Con l'indirizzo da correggere", Value: count(int64(b.Count[postal.Unfit]))},
		{Label: "Tornate indietro", Value: count(int64(b.Count[postal.Returned]))},
	}}
	switch {
	case b.NoFolder:
		x.CanRun, x.Why = false, "Manca la cartella per la tipografia: la imposta chi gestisce il server (letters_dir)."
	case b.NoKey:
		x.CanRun, x.Why = false, "Manca la chiave pubblica della tipografia: la mette l'amministratore nel file della community (post.key)."
	}
	for _, l := range b.Unfit {
		x.Unfit = append(x.Unfit, newLetterRow(l, string(l.Fault)))
	}
	for _, run := range b.Runs {
		x.Runs = append(x.Runs, runRow{postPath + "/lotti/" + run.ID, run.Number, runBadges[run.State], lettersOf(*run), run.CreatedAt, run.Trouble})
	}
	for _, l := range b.Tests {
		x.Tests = append(x.Tests, testRow{l.Number.String(), inWords(l.CreatedAt), testBadge(l, b.Late)})
	}
	return x
}

func lettersOf(r postal.Run) string {
	if r.State == postal.Preparing {
		return ""
	}
	return some(r.Letters, "una lettera", "%d lettere")
}

func testBadge(l *postal.Letter, late []*postal.Letter) Badge {
	for _, x := range late {
		if x.ID == l.ID {
			return Badge{"respinto", "In ritardo"}
		}
	}
	return letterBadges[l.State]
}

func newLetterRow(l postroom.Sheet, what string) letterRow {
	name := l.Name
	if l.Registration.ID != "" {
		name = l.Person.FullName()
	}
	return letterRow{postPath + "/lettere/" + l.Letter.ID, l.Number.String(), name, what, inWords(l.CreatedAt)}
}

var runBadges = map[postal.RunState]Badge{
	postal.Preparing: {"neutro", "In preparazione"},
	postal.Ready:     {"manca", "Da consegnare"},
	postal.Closing:   {"neutro", "In chiusura"},
	postal.Gone:      {"fatto", "Inviato"},

	postal.Requeueing: {"neutro", "In ritiro"},
	postal.Discarding: {"neutro", "In ritiro"},
	postal.Withdrawn:  {"respinto", "Annullato"},
}

var letterBadges = map[postal.State]Badge{
	postal.Unfit:      {"manca", "Da correggere"},
	postal.Waiting:    {"neutro", "Da stampare"},
	postal.InRun:      {"neutro", "In lotto"},
	postal.Sent:       {"neutro", "Inviata"},
	postal.Delivered:  {"fatto", "Consegnata"},
	postal.Returned:   {"respinto", "Resa"},
	postal.Superseded: {"neutro", "Superata"},
}

func findLetterForm() *Form {
	return Sectionless(postPath+"/cerca", "Apri la lettera", &Field{Kind: Code, Name: "numero-lettera", Label: "Numero della lettera", MaxLength: 40, InputMode: "numeric",
		Help: "Dodici cifre, sopra l'indirizzo: si leggono anche con il lettore di codici a barre."})
}

func testLetterForm() *Form {
	return Sectionless(postPath+"/prova", "Conferma l'arrivo", &Field{Kind: Code, Name: "codice-prova", Label: "Codice della lettera di prova", MaxLength: 40,
		Help: "È stampato nel riquadro della lettera."})
}

func (s *Server) postFindLetter(w http.ResponseWriter, r *http.Request) error {
	f := findLetterForm()
	if err := f.Fill(r); err != nil {
		return err
	}
	if !f.Check() {
		return s.showPost(w, r, postForms{find: f})
	}
	id, err := s.Postroom.Find(r.Context(), postWho(r), f.Value("numero-lettera"))
	switch {
	case errors.Is(err, postal.ErrNumber):
		f.Fail("numero-lettera", "Non è il numero di una lettera: ricontrollarlo sulla busta, sono dodici cifre.")
	case missingLetter(err):
		f.Fail("numero-lettera", "Nessuna lettera ha questo numero: ricontrollarlo sulla busta.")
	case err != nil:
		return err
	default:
		http.Redirect(w, r, postPath+"/lettere/"+id, http.StatusSeeOther)
		return nil
	}
	return s.showPost(w, r, postForms{find: f})
}

func (s *Server) postTestLetter(w http.ResponseWriter, r *http.Request) error {
	f := testLetterForm()
	if err := f.Fill(r); err != nil {
		return err
	}
	if !f.Check() {
		return s.showPost(w, r, postForms{test: f})
	}
	_, err := s.Postroom.ConfirmTest(r.Context(), postWho(r), strings.TrimSpace(f.Value("codice-prova")))
	if errors.Is(err, postroom.ErrNoCode) {
		f.Fail("codice-prova", "Nessuna lettera di prova ha questo codice: ricontrollarlo sulla lettera.")
		return s.showPost(w, r, postForms{test: f})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, postPath+"?fatto=prova", http.StatusSeeOther)
	return nil
}
