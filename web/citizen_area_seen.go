package web

import (
	"net/http"
	"strconv"
	"strings"

	"sportello/access"
	"sportello/area"
	"sportello/audit"
	"sportello/desk"
)

// sightWords say to a citizen what an ente did (Y11). What is not here is told in general words.
var sightWords = map[audit.Deed]string{
	audit.OpenDetail:      "Ha consultato la tua registrazione",
	audit.Search:          "Ti ha cercato e ha visto i tuoi dati tra i risultati",
	audit.LookUp:          "Ha letto i tuoi dati nelle anagrafi del comune e del servizio sanitario",
	audit.RegisterCitizen: "Ha inserito la tua registrazione",
	audit.BookOperation:   "Ha prenotato un'operazione",
	audit.PrintPaper:      "Ha stampato una lettera o il riepilogo dei tuoi dati",
	audit.ConcludeDesk:    "Ha concluso l'operazione allo sportello",
	audit.ReleaseGate:     "Ha chiuso un'operazione senza le stampe",
	audit.EditPerson:      "Ha modificato i tuoi dati",
	audit.MoveResidence:   "Ha cambiato la tua residenza",
	audit.ChangeTaxCode:   "Ha cambiato il tuo codice fiscale",
	audit.ProposeTaxCode:  "Ha proposto di cambiare il tuo codice fiscale, o chiuso la proposta",
	audit.RegenerateCode:  "Ha fatto un nuovo codice di attivazione",
	audit.EditDelegation:  "Ha cambiato i dati della persona delegata",
	audit.TellUsername:    "Ti ha detto il tuo username",
	audit.CancelBooking:   "Ha annullato un'operazione prenotata",
	audit.CloseAccount:    "Ha chiuso un account di un vecchio servizio",
	audit.RevealCode:      "Ha letto il codice dell'operazione in corso",
	audit.LaunchFSE:       "Ha aperto il tuo Fascicolo Sanitario Elettronico",
	audit.ExportResults:   "Ha esportato un elenco con i tuoi dati",
	audit.Import:          "Ha caricato la tua registrazione da un elenco",
	audit.ReadDocument:    "Ha guardato un documento che hai caricato",
	audit.ReceiveRequest:  "Ha ricevuto una tua richiesta",
	audit.TakeRequest:     "Ha preso in carico una tua richiesta",
	audit.NoteRequest:     "Ha scritto una nota su una tua richiesta",
	audit.DecideRequest:   "Ha deciso su una tua richiesta",
	audit.SendAgain:       "Ti ha spedito di nuovo una lettera",
	audit.LetterFate:      "Ha registrato che cosa è successo a una lettera",
}

// seenRow is one line of the page.
type seenRow struct {
	area.Sight
	What    string
	Changed []string // names of the fields
}

// seenPageData is the data of "Chi ha visto i tuoi dati".
type seenPageData struct {
	Rows  []seenRow
	First bool   // nothing newer
	Older string // where the older ones are, "" if there are none
}

// numberBefore is the record that a page of a history begins before: 0 for the first page.
func numberBefore(r *http.Request) (int64, error) {
	asked := r.URL.Query().Get("prima")
	if asked == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(asked, 10, 64)
	if err != nil || n < 1 {
		return 0, ErrNotFound
	}
	return n, nil
}

func (s *Server) getSeen(w http.ResponseWriter, r *http.Request, st access.Standing) error {
	before, err := numberBefore(r)
	if err != nil {
		return err
	}
	sights, next, err := portalOf(r).Area.Seen(r.Context(), s.cookie(r, citizenCookie), before)
	if err != nil {
		return err
	}
	d := seenPageData{First: before == 0}
	if next > 0 {
		d.Older = seenPath + "?prima=" + strconv.FormatInt(next, 10)
	}
	for _, x := range sights {
		row := seenRow{Sight: x, What: sightWords[x.Deed]}
		if row.What == "" {
			row.What = "Ha lavorato sulla tua registrazione"
		}
		for _, field := range strings.Split(x.Fields, ", ") {
			if label := fieldLabels[desk.Field(field)]; label != "" {
				row.Changed = append(row.Changed, visitOf(r).T(label))
			}
		}
		d.Rows = append(d.Rows, row)
	}
	p := s.areaPage(r, st, "Chi ha visto i tuoi dati")
	p.Lead = "Quale ente ha guardato o cambiato i dati della tua registrazione, quando e perché."
	p.Data = d
	return s.show(w, "citizen_seen", p)
}
