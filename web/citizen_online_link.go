package web

import (
	"errors"
	"net/http"

	"sportello/administration"
	"sportello/citizen"
	"sportello/office"
)

// linkRoutes are the link of the mail, and what it leads to. The link's GET changes nothing, so that programs that look at mails do no harm (mission S25).
func (s *Server) linkRoutes(d doorway) []route {
	link := d.base() + "/conferma/{codice}"
	return []route{
		{"GET " + link, s.getLink(d), citizens, 0},
		{"POST " + link, s.postLink(d), citizens, 0},
		{"POST " + link + "/nuovo", s.postNewLink(d), citizens, 0},
		{"GET " + d.base() + "/ricevuta", s.received(d, s.getReceipt), citizens, 0},
		{"POST " + d.base() + "/ricevuta/esci", s.postLeaveReceipt(d), citizens, 0},
		{"GET " + d.base() + "/ricevuta/{foglio}", s.received(d, s.getSheet), citizens, 0},
	}
}

// linkData is the data of the link's page.
type linkData struct {
	Action, Button, Note string
}

var linkUnknown = Alert{"warning", "Serve un link più recente", "È già stato sostituito da uno più recente, i dati sono stati corretti dopo, oppure sono passati più di tre giorni e si sono cancellati. Nella posta cerca l'ultimo messaggio; se non c'è, ricomincia."}

func (s *Server) getLink(d doorway) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		token := r.PathValue("codice")
		a, err := portalOf(r).Citizen.Linked(r.Context(), d.door, token)
		if err == nil && a.Confirmed {
			s.setCookie(w, d.receiptCookie(), token, onlineSeconds)
			return redirect(d.base() + "/ricevuta")
		}
		return s.showLink(w, r, d, err, Alert{})
	}
}

// showLink shows the page of a link as it stands: good, late, or unknown. Its address holds the link, so it leads nowhere else.
func (s *Server) showLink(w http.ResponseWriter, r *http.Request, d doorway, err error, notice Alert) error {
	p := s.onlinePage(r, d, "Conferma il tuo indirizzo e-mail", len(d.names))
	status, here := http.StatusOK, d.base()+"/conferma/"+r.PathValue("codice")
	data := linkData{here, "Conferma l'indirizzo", "Confermando dici che questo indirizzo è tuo e che i dati che hai scritto sono veri."}
	switch {
	case errors.Is(err, citizen.ErrLinkLate):
		status, data = http.StatusGone, linkData{here + "/nuovo", "Manda un link nuovo", "I tuoi dati ci sono ancora: non devi riscriverli."}
		p.Notice = Alert{"warning", "Il link è scaduto", "È passato troppo tempo da quando ti abbiamo scritto, o il messaggio è arrivato tardi. Te ne mandiamo un altro allo stesso indirizzo."}
	case errors.Is(err, citizen.ErrLink):
		status, data, p.Notice = http.StatusNotFound, linkData{}, linkUnknown
		p.Title, p.Steps, p.Breadcrumb = "Questo link non vale", Steps{}, []Link{{Text: d.title, Href: d.base()}, {Text: "Questo link non vale"}}
	case err != nil:
		return err
	}
	if notice.Title != "" {
		p.Notice = notice
		status = http.StatusTooManyRequests
	}
	p.Data = data
	return s.render(w, status, "online_link", p)
}

func (s *Server) postLink(d doorway) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		token := r.PathValue("codice")
		err := portalOf(r).Citizen.Confirm(r.Context(), originOf(r), d.door, token)
		if wait := (citizen.Wait{}); errors.As(err, &wait) {
			return s.showLink(w, r, d, nil, tooManyApplications(r, wait))
		}
		if err != nil {
			return s.showLink(w, r, d, err, Alert{})
		}
		s.setCookie(w, d.cookie(), "", -1)
		s.setCookie(w, d.receiptCookie(), token, onlineSeconds)
		return redirect(d.base() + "/ricevuta")
	}
}

func (s *Server) postNewLink(d doorway) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		err := portalOf(r).Citizen.RenewLink(r.Context(), originOf(r), d.door, r.PathValue("codice"))
		if alert, stopped := notSent(r, err); stopped {
			return s.showLink(w, r, d, citizen.ErrLinkLate, alert)
		}
		if err != nil {
			return s.showLink(w, r, d, err, Alert{})
		}
		p := s.onlinePage(r, d, "Ti abbiamo mandato un link nuovo", len(d.names))
		return s.show(w, "online_renewed", p)
	}
}

// received opens the pages of a receipt to who has used the link.
func (s *Server) received(d doorway, h writingHandler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		token := s.cookie(r, d.receiptCookie())
		a, err := citizen.Application{}, citizen.ErrLink
		if token != "" {
			a, err = portalOf(r).Citizen.Linked(r.Context(), d.door, token)
		}
		if errors.Is(err, citizen.ErrLink) || errors.Is(err, citizen.ErrLinkLate) || err == nil && !a.Confirmed {
			return redirect(d.base() + "?motivo=durata")
		}
		if err != nil {
			return err
		}
		return h(w, r, d, a)
	}
}

// nearest is how many desks a receipt shows.
const nearest = 3

// receiptData is the data of the receipt: the same whoever the data belong to.
type receiptData struct {
	Weak     bool
	Number   string
	Items    []Item
	Document string // that was declared
	Email    string
	Desks    []publicDesk
	Near     string // where they are
	More     string // the whole list
	Sheets   string // where the papers are
	Fax      string // number to which documents can be sent, "" if there is none (C04)
	Leave    string
}

func (s *Server) getReceipt(w http.ResponseWriter, r *http.Request, d doorway, a citizen.Application) error {
	v := visitOf(r)
	p := s.page(r, "Abbiamo ricevuto i tuoi dati").at(Link{Text: d.title, Href: d.base()})
	p.Subtitle, p.Publisher = d.title, a.Community.Publisher
	data := receiptData{Weak: d.door == citizen.WeakRegistration, Number: string(a.Number), Document: v.T(documentLabels[a.Person.Document.Kind]), Email: masked(a.Person.Contacts.Email),
		Sheets: d.base() + "/ricevuta/", Leave: d.base() + "/ricevuta/esci", More: "/sportelli"}
	data.Items = []Item{{Label: "Numero di registrazione", Value: string(a.Number), Code: true}, {Label: "Nome e cognome", Value: a.Person.FullName()},
		{Label: "Confermato", Value: v.moment(a.ConfirmedAt)}, {Label: "Informativa letta", Value: v.T("Versione %s", a.Privacy.Version)}}
	if data.Weak {
		data.Fax = a.Community.Fax.Number
	}
	if err := s.nearestDesks(r, a, &data); err != nil {
		return err
	}
	p.Data = data
	return s.show(w, "online_receipt", p)
}

// nearestDesks finds desks in the comune of residence, else in the province.
func (s *Server) nearestDesks(r *http.Request, a citizen.Application, data *receiptData) error {
	home := a.Person.Residence
	if home.Abroad() {
		return nil
	}
	list, err := s.deskList(r, administration.Wanted{Province: home.Province})
	if err != nil {
		return err
	}
	data.More, data.Near = "/sportelli?provincia="+home.Province, s.provinceName(home.Province)
	var here, around []publicDesk
	for _, b := range list.Found {
		if b.Of.Issues != office.IssuesStrong {
			continue // it could not go on with what was begun here
		}
		if b.Comune == home.Comune {
			here = append(here, s.publicDesk(b))
		} else {
			around = append(around, s.publicDesk(b))
		}
	}
	data.Desks = append(here, around...)
	if len(here) > 0 {
		data.Desks, data.Near = here, s.comuneName(home.Comune)
	}
	data.Desks = data.Desks[:min(nearest, len(data.Desks))]
	return nil
}

// getSheet gives a paper of the receipt as PDF (B06, B08).
func (s *Server) getSheet(w http.ResponseWriter, r *http.Request, _ doorway, a citizen.Application) error {
	name := citizen.Sheet(r.PathValue("foglio"))
	pdf, err := portalOf(r).Citizen.Sheet(a, name, visitOf(r).Lang)
	if errors.Is(err, citizen.ErrNoSheet) {
		return ErrNotFound
	}
	if err != nil {
		return err
	}
	return sendPDF(w, r, string(name), pdf)
}

func (s *Server) postLeaveReceipt(d doorway) handler {
	return func(w http.ResponseWriter, _ *http.Request) error {
		s.setCookie(w, d.receiptCookie(), "", -1)
		return redirect("/")
	}
}
