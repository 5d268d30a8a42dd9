package desk

import (
	"slices"
	"strings"
	"time"

	"sportello/community"
	"sportello/person"
	"sportello/registration"
	"sportello/registry"
)

// An Entry is what an operator typed into the form of Tabella 2, field by field of the right kind.
type Entry struct {
	Community    community.ID
	Person       person.Person // tax code, province and comune are the draft's
	Delegation   *registration.Delegation
	Checks       registration.Checks
	Emancipation string // the act, for someone under age (mission S13)
	Disagreement string // why the tax code does not match the data
	Note         string // for the desk clerk
	TaxCode      CodeChange
}

// A Field names a field of the form; the page uses the same names.
type Field string

// The fields that the rules speak of.
const (
	CommunityField     Field = "community"
	SurnameField       Field = "cognome"
	NameField          Field = "nome"
	BirthField         Field = "nascita"
	SexField           Field = "sesso"
	MismatchField      Field = "motivo-codice-fiscale"
	EmancipationField  Field = "emancipazione"
	AddressField       Field = "indirizzo"
	CivicField         Field = "civico"
	PostalCodeField    Field = "cap"
	CityField          Field = "citta"
	NationField        Field = "nazione"
	DomPostalCodeField Field = "domicilio-cap"
	EmailField         Field = "email"
	PhoneField         Field = "telefono"
	MobileField        Field = "cellulare"
	DocKindField       Field = "documento-tipo"
	DocNumberField     Field = "documento-numero"
	DocIssuedField     Field = "documento-rilascio"
	DocExpiresField    Field = "documento-scadenza"
	DocIssuerField     Field = "documento-ente"
	DelegateKindField  Field = "delega-tipo"
	DelegateNameField  Field = "delegato-nome"
	DelegateSurname    Field = "delegato-cognome"
	DelegateTaxCode    Field = "delegato-codice-fiscale"
	DelegateBirth      Field = "delegato-nascita"
	DelegateDocNumber  Field = "delegato-documento-numero"
	DelegateDocIssued  Field = "delegato-documento-rilascio"
	DelegateDocExpires Field = "delegato-documento-scadenza"
	DelegateDocIssuer  Field = "delegato-documento-ente"
	DelegateDocKind    Field = "delegato-documento-tipo"
	DelegateEmail      Field = "delegato-email"
	DelegateCapacity   Field = "delega-titolo"
	DelegateCourt      Field = "nomina-giudice"
	DelegateActNumber  Field = "nomina-numero"
	DelegateActOn      Field = "nomina-data"
	DelegateActUntil   Field = "nomina-scadenza"
	DelegateImpediment Field = "delega-impedimento"
	DelegateNoneBefore Field = "delega-nessuno-prima"
	DelegateForm       Field = "delega-originale"
	DelegateSeen       Field = "delega-visto-documento"
	DelegateCopy       Field = "delega-copia-cittadino"
	DelegateAct        Field = "delega-visto-provvedimento"
	DelegateReason     Field = "delega-motivo"
	SeenDocument       Field = "visto-documento"
	SeenCard           Field = "vista-tessera"
	InPerson           Field = "riscontro-de-visu"
	ShownPrivacy       Field = "mostrata-informativa"
	ResidenceProof     Field = "prova-residenza"
	CopiesArchived     Field = "copie-archiviate"
)

// A Remark is a problem that stops, or a warning that does not, with Italian words for the operator.
type Remark struct {
	Field Field
	Text  string
}

// A Review is what the rules say of an entry. Only an entry without problems can be registered; warnings are shown and may stand.
type Review struct {
	Problems []Remark
	Warnings []Remark
}

func (r *Review) problem(holds bool, f Field, text string) {
	if holds {
		r.Problems = append(r.Problems, Remark{f, text})
	}
}

// where puts the fields of a document, citizen's or delegate's, to those of the form.
type where map[person.Field]Field

var (
	onDocument = where{person.FieldDocumentKind: DocKindField, person.FieldDocumentNumber: DocNumberField, person.FieldDocumentIssue: DocIssuedField,
		person.FieldDocumentExpiry: DocExpiresField, person.FieldDocumentIssuer: DocIssuerField,
		person.FieldEmail: EmailField, person.FieldPhone: PhoneField, person.FieldMobile: MobileField}
	onDelegate = where{person.FieldDocumentKind: DelegateDocKind, person.FieldDocumentNumber: DelegateDocNumber, person.FieldDocumentIssue: DelegateDocIssued,
		person.FieldDocumentExpiry: DelegateDocExpires, person.FieldDocumentIssuer: DelegateDocIssuer}
)

func (r *Review) document(doc person.Document, birth, today person.Date, to where) {
	for _, p := range doc.Problems(today) {
		r.problem(true, to[p.Field()], p.Message())
	}
	for _, w := range doc.Warnings(birth, today) {
		r.Warnings = append(r.Warnings, Remark{to[w.Field()], w.Message()})
	}
}

// Review checks an entry by the community's policy, on the desk's date (001 §5.1.1, Tabella 2).
func (d *Desk) Review(who Who, draft Draft, e Entry, now time.Time) (Review, error) {
	c, err := d.communityOf(e.Community)
	if err != nil {
		return Review{}, err
	}
	today := d.today(now)
	e.Person.TaxCode, e.Person.Residence.Province, e.Person.Residence.Comune = draft.TaxCode, draft.Province, draft.Comune
	var r Review
	r.data(who, e, c, today)
	if e.Delegation != nil {
		r.delegation(draft.TaxCode, e.Delegation, today)
	}
	r.checks(e)
	for _, f := range draft.Finding.Differences(registryValues(e.Person)) {
		r.Warnings = append(r.Warnings, Remark{Text: "Valore diverso da quello letto in " + string(draft.Finding.Record.Source) + ": " + fieldNames[f] + "."})
	}
	return r, nil
}

// data checks what is entered of the citizen, at a registration and at every change of it.
func (r *Review) data(who Who, e Entry, c community.Community, today person.Date) {
	r.person(e, c, today)
	r.residence(e.Person)
	r.contacts(e.Person.Contacts, c)
	r.problem(sameMailbox(e.Person.Contacts.Email, who.Operator.Email), EmailField,
		"È l'indirizzo dell'operatore: il codice deve arrivare al cittadino. Scriverne un altro, o indicare che il cittadino non ha un indirizzo e-mail.")
	r.problem(!slices.Contains(c.Documents, string(e.Person.Document.Kind)), DocKindField, "Scegliere un documento tra quelli ammessi.")
	r.document(e.Person.Document, e.Person.BirthDate, today, onDocument)
}

func (r *Review) person(e Entry, c community.Community, today person.Date) {
	p := e.Person
	r.problem(strings.TrimSpace(p.Surname) == "" && strings.TrimSpace(p.Name) == "", SurnameField, "Scrivere il cognome.")
	r.problem(p.BirthDate > today, BirthField, "La data di nascita è nel futuro: ricontrollarla sul documento.")
	r.problem(p.BirthDate != "" && p.BirthDate.YearsAt(today) > 125, BirthField, "La data di nascita è troppo lontana: ricontrollarla sul documento.")
	r.problem(tooYoung(p, c, today) && strings.TrimSpace(e.Emancipation) == "", EmancipationField, underAge)
	if wrong := p.TaxCode.Disagreements(p.Surname, p.Name, p.BirthDate, p.Sex); len(wrong) > 0 {
		words := make([]string, len(wrong))
		for i, w := range wrong {
			words[i] = string(w)
		}
		text := "Il codice fiscale non corrisponde ai dati: " + strings.Join(words, ", ") + "."
		r.problem(strings.TrimSpace(e.Disagreement) == "", MismatchField, text+" Correggere i dati, oppure scrivere il motivo.")
		if e.Disagreement != "" {
			r.Warnings = append(r.Warnings, Remark{MismatchField, text})
		}
	}
}

const underAge = "Il cittadino è minorenne: le credenziali si rilasciano solo a chi è emancipato. Annotare l'atto di emancipazione."

func tooYoung(p person.Person, c community.Community, today person.Date) bool {
	return p.BirthDate != "" && p.BirthDate <= today && p.BirthDate.YearsAt(today) < c.Desk.MinimumAge
}

func (r *Review) residence(p person.Person) {
	r.problem(!p.Residence.Abroad() && !person.ValidPostalCode(p.Residence.PostalCode), PostalCodeField, "Scrivere le 5 cifre del CAP, per esempio 10122.")
	r.problem(p.Residence.Abroad() && p.Residence.City == "", CityField, "Scrivere la città estera di residenza.")
	r.problem(p.Residence.Abroad() && p.Residence.Nation == "", NationField, "Scrivere la nazione di residenza.")
	r.problem(p.Domicile.Elsewhere && p.Domicile.PostalCode != "" && !person.ValidPostalCode(p.Domicile.PostalCode), DomPostalCodeField, "Scrivere le 5 cifre del CAP, oppure lasciare vuoto.")
}

func (r *Review) contacts(contacts person.Contacts, c community.Community) {
	for _, p := range contacts.Problems(c.RefusedMail()) {
		r.problem(true, onDocument[p.Field()], p.Message())
	}
	for _, w := range contacts.Warnings() {
		r.Warnings = append(r.Warnings, Remark{onDocument[w.Field()], w.Message()})
	}
}

// sameMailbox tells whether two addresses lead to one mailbox: name+word@ is name@. Nobody's address is nobody else's.
func sameMailbox(a, b string) bool { return a != "" && person.Mailbox(a) == person.Mailbox(b) }

// checks asks for the ticks of the desk (mission S26).
func (r *Review) checks(e Entry) {
	c := e.Checks
	if e.Delegation != nil && sameMailbox(e.Person.Contacts.Email, e.Delegation.Email) {
		r.Warnings = append(r.Warnings, Remark{EmailField, "Il delegato ha lo stesso indirizzo e-mail del cittadino: riceverebbe sia il PIN sia il codice. Chiedere l'indirizzo del cittadino."})
	}
	r.problem(!c.Document, SeenDocument, "Confermare di aver visto il documento originale e valido.")
	r.problem(!c.HealthCard, SeenCard, "Confermare di aver visto la tessera sanitaria valida.")
	r.problem(!c.InPerson, InPerson, "Confermare il riscontro de visu.")
	r.problem(!c.PrivacyNotice, ShownPrivacy, "Confermare di aver mostrato l'informativa.")
	r.problem(!c.ResidenceProof && e.Person.Document.Kind != person.IdentityCard && e.Person.Document.Kind != "", ResidenceProof,
		"Il documento non riporta la residenza: confermare di aver ricevuto una prova o l'autocertificazione.")
	r.problem(e.Delegation != nil && !c.CopiesArchived, CopiesArchived, "Confermare di aver archiviato delega e copie dei documenti.")
}

// registryValues are the entry's values under the names that the registries use.
func registryValues(p person.Person) map[registry.Field]string {
	values := map[registry.Field]string{
		registry.Surname: p.Surname, registry.Name: p.Name, registry.BirthDate: string(p.BirthDate), registry.Sex: string(p.Sex),
		registry.Address: p.Residence.Address, registry.Number: p.Residence.Number, registry.PostalCode: p.Residence.PostalCode,
		registry.City: p.Residence.City, registry.Nation: p.Residence.Nation,
		registry.DocumentNumber: p.Document.Number, registry.DocumentIssued: string(p.Document.IssuedOn),
	}
	return values
}

var fieldNames = map[registry.Field]string{
	registry.Surname: "cognome", registry.Name: "nome", registry.BirthDate: "data di nascita", registry.Sex: "sesso",
	registry.Address: "indirizzo", registry.Number: "numero civico", registry.PostalCode: "CAP", registry.City: "città", registry.Nation: "nazione",
	registry.DocumentNumber: "numero della carta d'identità", registry.DocumentIssued: "data di rilascio della carta d'identità",
}
