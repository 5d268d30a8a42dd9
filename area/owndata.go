package area

import (
	"context"
	"time"

	"sportello/assurance"
	"sportello/audit"
	"sportello/mail"
	"sportello/person"
	"sportello/postal"
	"sportello/registration"
	"sportello/store"
)

// OwnData is everything that is kept about a person (regulation EU 2016/679 art. 15 and 20). Its JSON names are a format that others read: they stay.
// Secrets are kept as hashes, which say nothing about the person: they are not in it.
type OwnData struct {
	At           time.Time        `json:"scritto_il"`
	Community    string           `json:"presso"`
	Person       person.Person    `json:"-"`
	Told         OwnPerson        `json:"persona"`
	TaxCodes     []OwnCode        `json:"codici_fiscali"`
	Sources      []OwnSource      `json:"da_dove_vengono"`
	Registration OwnRecord        `json:"registrazione"`
	Credentials  OwnCredentials   `json:"credenziali"`
	Operations   []OwnOperation   `json:"operazioni"`
	Accepted     []OwnAccepted    `json:"testi_accettati"`
	Mails        []OwnMail        `json:"messaggi"`
	Letters      []OwnLetter      `json:"lettere"`
	Sessions     []OwnSession     `json:"accessi_aperti"`
	Requests     []OwnRequest     `json:"richieste_all_assistenza"`
	Applications []OwnApplication `json:"domande_da_casa"`
	Asked        []OwnAsked       `json:"richieste_all_ente"`
	History      []OwnEvent       `json:"registro_delle_attivita"`
}

// The parts of it.
type (
	OwnPerson struct {
		TaxCode   person.TaxCode `json:"codice_fiscale"`
		Surname   string         `json:"cognome"`
		Name      string         `json:"nome"`
		BirthDate person.Date    `json:"data_di_nascita"`
		Sex       person.Sex     `json:"sesso"`
		Residence OwnPlace       `json:"residenza"`
		Domicile  *OwnPlace      `json:"domicilio,omitempty"`
		Email     string         `json:"email,omitempty"`
		Phone     string         `json:"telefono,omitempty"`
		Mobile    string         `json:"cellulare,omitempty"`
		Document  OwnDocument    `json:"documento"`
	}
	OwnPlace struct {
		CareOf     string `json:"presso,omitempty"`
		Address    string `json:"indirizzo"`
		Number     string `json:"numero_civico"`
		PostalCode string `json:"cap"`
		Comune     string `json:"comune"`
		Province   string `json:"provincia"`
		City       string `json:"citta_estera,omitempty"`
		Nation     string `json:"nazione,omitempty"`
	}
	OwnDocument struct {
		Kind      person.DocumentKind `json:"tipo"`
		Number    string              `json:"numero"`
		Issuer    string              `json:"rilasciato_da"`
		IssuedOn  person.Date         `json:"rilasciato_il"`
		ExpiresOn person.Date         `json:"scade_il"`
	}
	OwnCode struct {
		Code  person.TaxCode `json:"codice"`
		From  time.Time      `json:"dal"`
		To    time.Time      `json:"al,omitzero"`
		Cause string         `json:"motivo,omitempty"`
	}
	OwnSource struct {
		Field  string    `json:"dato"`
		From   string    `json:"fonte"`
		ReadAt time.Time `json:"letto_il"`
		Edited bool      `json:"poi_modificato"`
	}
	OwnRecord struct {
		Number      registration.Number `json:"numero"`
		State       registration.State  `json:"stato"`
		Strong      bool                `json:"forte"`
		CreatedAt   time.Time           `json:"registrata_il"`
		VerifiedAt  time.Time           `json:"riscontrata_il,omitzero"`
		VerifiedBy  string              `json:"riscontrata_da,omitempty"`
		ActivatedAt time.Time           `json:"attivata_il,omitzero"`
		PromotedAt  time.Time           `json:"promossa_il,omitzero"`
		Note        string              `json:"nota_dello_sportello,omitempty"`
		OtherNote   string              `json:"altra_nota,omitempty"`
	}
	OwnCredentials struct {
		Username string    `json:"username"`
		Question string    `json:"domanda_segreta,omitempty"`
		SetAt    time.Time `json:"scelte_il"`
	}
	OwnOperation struct {
		Kind       registration.Kind        `json:"tipo"`
		Outcome    registration.Outcome     `json:"esito"`
		Ente       string                   `json:"ente,omitempty"`
		BookedAt   time.Time                `json:"prenotata_il"`
		ClosedAt   time.Time                `json:"conclusa_il,omitzero"`
		Reason     string                   `json:"motivo,omitempty"`
		Delegation *registration.Delegation `json:"-"`
		Delegate   string                   `json:"delegato,omitempty"`
		DelegateCF person.TaxCode           `json:"delegato_codice_fiscale,omitempty"`
	}
	OwnAccepted struct {
		Text     string    `json:"testo"`
		Version  string    `json:"versione"`
		At       time.Time `json:"il"`
		SignedBy string    `json:"firmato_da,omitempty"` // "" for a text that was only read
	}
	OwnMail struct {
		Kind   string    `json:"tipo"`
		To     string    `json:"a"`
		SentAt time.Time `json:"partito_il,omitzero"`
		Failed bool      `json:"non_consegnato"`
	}
	OwnLetter struct {
		Number    postal.Number `json:"numero"`
		Kind      postal.Kind   `json:"tipo"`
		State     postal.State  `json:"stato"`
		Cause     postal.Cause  `json:"causa,omitempty"`
		Lines     []string      `json:"indirizzo"`
		CreatedAt time.Time     `json:"chiesta_il"`
		SentAt    time.Time     `json:"spedita_il,omitzero"`
	}
	OwnSession struct {
		Browser string    `json:"browser"`
		System  string    `json:"sistema"`
		Address string    `json:"indirizzo_di_rete"`
		Since   time.Time `json:"dal"`
	}
	OwnEvent struct {
		At      time.Time     `json:"quando"`
		Deed    audit.Deed    `json:"che_cosa"`
		Outcome audit.Outcome `json:"esito"`
		By      string        `json:"chi"` // the kind of actor, or the ente
		Reason  string        `json:"motivo,omitempty"`
		Address string        `json:"indirizzo_di_rete,omitempty"` // of the person's own acts
	}
)

// Archive is the form of a copy that holds the files too.
const Archive = "zip"

// TakeOwnData gives a copy of everything that is kept. It is recorded and announced by mail, and asks for the PIN: it is worth a thief's while.
// Errors: ErrNeedsPIN, ErrLoggedOut.
func (a *Area) TakeOwnData(ctx context.Context, from audit.Origin, token, form string) (d OwnData, err error) {
	record := from.Begin(audit.TakeOwnData, audit.ByCitizen, "")
	record.Detail = map[string]string{"formato": form}
	err = a.act(ctx, record, token, func(tx *store.Tx, m member) error {
		if assurance.Authn(m.session.Authn) < assurance.PasswordAndPIN {
			return ErrNeedsPIN
		}
		if d, err = a.ownData(tx, m); err != nil {
			return err
		}
		return a.tell(tx, m, mail.DataTaken, m.person.Contacts.Email)
	})
	if err == nil && form == Archive {
		err = a.openFiles(ctx, &d)
	}
	return d, err
}

func (a *Area) ownData(tx *store.Tx, m member) (OwnData, error) {
	r := m.reg
	d := OwnData{At: tx.Now, Community: m.of.Name, Person: m.person.Person, Credentials: OwnCredentials{m.set.Username, m.set.Question, m.set.SetAt},
		Registration: OwnRecord{r.Number, r.State, r.Strong, r.CreatedAt, r.VerifiedAt, enteName(tx, r.VerifiedBy), r.ActivatedAt, r.PromotedAt, r.DeskNote, r.OtherNote}}
	d.Told = a.told(d.Person)
	for _, read := range []func(*store.Tx, member, *OwnData) error{ownSources, ownOperations, ownWritten, ownLetters, ownRequests, ownApplications, a.ownAsked, a.ownHistory} {
		if err := read(tx, m, &d); err != nil {
			return d, err
		}
	}
	return d, nil
}

// told is the person with the names of the comuni.
func (a *Area) told(p person.Person) OwnPerson {
	r, d, c, doc := p.Residence, p.Domicile, p.Contacts, p.Document
	x := OwnPerson{TaxCode: p.TaxCode, Surname: p.Surname, Name: p.Name, BirthDate: p.BirthDate, Sex: p.Sex, Email: c.Email, Phone: c.Phone, Mobile: c.Mobile,
		Residence: OwnPlace{Address: r.Address, Number: r.Number, PostalCode: r.PostalCode, Comune: a.comune(r.Comune), Province: r.Province, City: r.City, Nation: r.Nation},
		Document:  OwnDocument{doc.Kind, doc.Number, doc.Issuer, doc.IssuedOn, doc.ExpiresOn}}
	if d.Elsewhere {
		x.Domicile = &OwnPlace{CareOf: d.CareOf, Address: d.Address, Number: d.Number, PostalCode: d.PostalCode, Comune: a.comune(d.Comune), Province: d.Province}
	}
	return x
}

// comune is the name of a comune, or its code where nobody knows it.
func (a *Area) comune(code string) string {
	if place, ok := a.Places.Latest(code); ok {
		return place.Name
	}
	return code
}

func enteName(tx *store.Tx, id string) string {
	if e, err := tx.Ente(id); err == nil {
		return e.Name
	}
	return ""
}

func ownSources(tx *store.Tx, m member, d *OwnData) error {
	sources, err := tx.Provenance(m.person.ID)
	if err != nil {
		return err
	}
	for _, s := range sources {
		d.Sources = append(d.Sources, OwnSource{s.Field, s.Source, s.ReadAt, s.Edited})
	}
	codes, err := tx.TaxCodesOf(m.person.ID)
	for _, c := range codes {
		d.TaxCodes = append(d.TaxCodes, OwnCode{c.Code, c.From, c.To, c.Cause})
	}
	return err
}

func ownOperations(tx *store.Tx, m member, d *OwnData) error {
	ops, err := tx.Operations(m.reg.ID)
	for _, op := range ops {
		x := OwnOperation{Kind: op.Kind, Outcome: op.Outcome, Ente: enteName(tx, op.Ente), BookedAt: op.BookedAt, ClosedAt: op.ClosedAt, Reason: op.CloseReason, Delegation: op.Delegation}
		if op.Delegation != nil {
			x.Delegate, x.DelegateCF = op.Delegation.FullName(), op.Delegation.TaxCode
		}
		d.Operations = append(d.Operations, x)
	}
	return err
}

func ownWritten(tx *store.Tx, m member, d *OwnData) error {
	accepted, at, err := tx.Accepted(m.reg.ID)
	if err != nil {
		return err
	}
	for i, x := range accepted {
		d.Accepted = append(d.Accepted, OwnAccepted{x.Text, x.Version, at[i], x.SignedBy})
	}
	read, err := tx.Acknowledged(m.reg.ID)
	if err != nil {
		return err
	}
	for _, x := range read {
		d.Accepted = append(d.Accepted, OwnAccepted{Text: x.Text, Version: x.Version, At: x.At})
	}
	mails, err := tx.MailsTo(m.reg.ID)
	for _, x := range mails {
		d.Mails = append(d.Mails, OwnMail{x.Kind, x.To, x.SentAt, !x.FailedAt.IsZero()})
	}
	return err
}

func ownLetters(tx *store.Tx, m member, d *OwnData) error {
	letters, err := tx.LettersOf(m.reg.ID)
	if err != nil {
		return err
	}
	for _, l := range letters {
		d.Letters = append(d.Letters, OwnLetter{l.Number, l.Kind, l.State, l.Cause, l.Lines, l.CreatedAt, l.SentAt})
	}
	sessions, err := tx.SessionsOf(store.CitizenSession, m.reg.ID)
	for _, s := range sessions {
		d.Sessions = append(d.Sessions, OwnSession{s.Data[audit.Browser], s.Data[audit.System], s.Data["indirizzo"], s.CreatedAt})
	}
	return err
}

// wholeTrail bounds a copy: nobody has more records, and a database is not kept busy for ever.
const wholeTrail = 10_000

// ownHistory tells of others the ente, and of the person's own acts the network address.
func (a *Area) ownHistory(tx *store.Tx, m member, d *OwnData) error {
	macs, err := m.macs(tx)
	if err != nil {
		return err
	}
	records, err := tx.Trail(store.Trail{Registration: m.reg.ID, People: macs, Limit: wholeTrail})
	for _, r := range records {
		e := OwnEvent{At: r.At, Deed: r.Deed, Outcome: r.Outcome, By: string(r.ActorKind), Reason: r.Reason}
		switch r.ActorKind {
		case audit.ByCitizen:
			e.Address = r.Address
		case audit.ByOperator:
			of, err := tx.Ente(r.Ente)
			if err != nil || of.Realm != m.reg.Realm {
				continue // of another realm: they see nothing of each other (mission S9)
			}
			e.By = of.Name
		}
		d.History = append(d.History, e)
	}
	return err
}

// Done is what people read of what was done for them.
type Done struct {
	Operations []OwnOperation
	Letters    []*postal.Letter
	CodeUntil  time.Time // of the operation in progress, zero if there is none
}

// Done reads what was done with a registration, the newest first. Error: ErrLoggedOut.
func (a *Area) Done(ctx context.Context, token string) (x Done, err error) {
	err = a.read(ctx, token, func(tx *store.Tx, m member) error {
		var d OwnData
		if err := ownOperations(tx, m, &d); err != nil {
			return err
		}
		x.Operations = d.Operations
		if op, err := tx.PendingOperation(m.reg.ID); err == nil {
			if h, err := tx.Handover(op.ID); err == nil {
				x.CodeUntil = h.CodeExpiresAt
			}
		}
		x.Letters, err = tx.LettersOf(m.reg.ID)
		return err
	})
	return x, err
}
