package person

// A Field is the datum that a problem or warning is about, so that its message stands beside it.
type Field string

// The fields that are checked.
const (
	FieldDocumentKind   Field = "document kind"
	FieldDocumentNumber Field = "document number"
	FieldDocumentIssuer Field = "document issuer"
	FieldDocumentIssue  Field = "document issue date"
	FieldDocumentExpiry Field = "document expiry"
	FieldEmail          Field = "email"
	FieldPhone          Field = "phone"
	FieldMobile         Field = "mobile"
)

// A Problem stops the registration until it is solved.
type Problem string

// All problems.
const (
	DocumentKindMissing   Problem = "document kind missing"
	DocumentNumberMissing Problem = "document number missing"
	DocumentIssuerMissing Problem = "document issuer missing"
	DocumentIssueMissing  Problem = "document issue date missing"
	DocumentExpiryMissing Problem = "document expiry missing"
	DocumentExpired       Problem = "document expired"
	PaperIdentityCard     Problem = "paper identity card"
	EmailMissing          Problem = "email missing"
	EmailMalformed        Problem = "email malformed"
	EmailRefused          Problem = "email refused"
	EmailContradiction    Problem = "email contradiction"
)

// A Warning asks the operator to look again; it never stops.
type Warning string

// All warnings.
const (
	UnusualNumber     Warning = "unusual document number"
	UnexpectedExpiry  Warning = "unexpected document expiry"
	IssuedInFuture    Warning = "document issued in the future"
	IssuedBeforeBirth Warning = "document issued before birth"
	UnusualPhone      Warning = "unusual phone"
	UnusualMobile     Warning = "unusual mobile"
)

// A notice is how a problem or warning is shown.
type notice struct {
	field   Field
	italian string
}

var problems = map[Problem]notice{
	DocumentKindMissing:   {FieldDocumentKind, "Scegliere il tipo di documento."},
	DocumentNumberMissing: {FieldDocumentNumber, "Scrivere il numero del documento."},
	DocumentIssuerMissing: {FieldDocumentIssuer, "Scrivere chi ha rilasciato il documento."},
	DocumentIssueMissing:  {FieldDocumentIssue, "Scrivere la data di rilascio, come stampata sul documento."},
	DocumentExpiryMissing: {FieldDocumentExpiry, "Scrivere la data di scadenza, come stampata sul documento."},
	DocumentExpired:       {FieldDocumentExpiry, "Il documento è scaduto: chiedere un documento in corso di validità."},
	PaperIdentityCard: {FieldDocumentNumber,
		"La carta d'identità cartacea non è più valida dal 3 agosto 2026, anche se la scadenza stampata è successiva: chiedere un altro documento."},
	EmailMissing:       {FieldEmail, "Scrivere l'indirizzo e-mail, oppure indicare che il cittadino non ha e-mail."},
	EmailMalformed:     {FieldEmail, "L'indirizzo e-mail non è scritto bene: ricontrollarlo, per esempio nome.cognome@esempio.it."},
	EmailRefused:       {FieldEmail, "Le caselle di questo dominio non sono ammesse: chiedere un altro indirizzo e-mail."},
	EmailContradiction: {FieldEmail, "È indicato che il cittadino non ha e-mail: cancellare l'indirizzo o togliere l'indicazione."},
}

var warnings = map[Warning]notice{
	UnusualNumber:     {FieldDocumentNumber, "Il numero non ha la forma consueta per questo documento: ricontrollarlo."},
	UnexpectedExpiry:  {FieldDocumentExpiry, "La scadenza non è quella attesa per data di rilascio ed età: ricontrollare le date stampate."},
	IssuedInFuture:    {FieldDocumentIssue, "La data di rilascio è nel futuro: ricontrollarla."},
	IssuedBeforeBirth: {FieldDocumentIssue, "La data di rilascio precede la nascita: ricontrollare le due date."},
	UnusualPhone:      {FieldPhone, "Il numero di telefono non sembra completo: ricontrollarlo."},
	UnusualMobile:     {FieldMobile, "Il numero di cellulare non sembra un cellulare: ricontrollarlo."},
}

// Field is where the problem is.
func (p Problem) Field() Field { return problems[p].field }

// Message is for the operator, in Italian: what is wrong and what to do.
func (p Problem) Message() string { return problems[p].italian }

// Field is what to look at.
func (w Warning) Field() Field { return warnings[w].field }

// Message is for the operator, in Italian: what is unusual and what to do.
func (w Warning) Message() string { return warnings[w].italian }

// A finding is a Problem or Warning with whether it holds.
type finding[T any] struct {
	holds bool
	what  T
}

func holding[T any](findings []finding[T]) []T {
	var held []T
	for _, f := range findings {
		if f.holds {
			held = append(held, f.what)
		}
	}
	return held
}
