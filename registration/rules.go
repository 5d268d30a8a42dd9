package registration

// State is how far a registration has come (001 §4.2).
type State string

// The states, with the manual's numbers of Tabella Elenco Operazioni. Erased is not a state that
// is kept: it says that a completed Revocation leaves no registration behind (mission S31).
const (
	Registered State = "registrato"  // 0: the data are in, nobody has checked them
	Verified   State = "riscontrato" // 1: an operator or a civil registry has checked them
	Active     State = "attivo"      // 2: the citizen holds credentials
	Rejected   State = "respinto"    // refused; can be found and read, allows nothing
	Erased     State = "cancellato"
)

// States are those that a registration can be kept in.
var States = []State{Registered, Verified, Active, Rejected}

// Kind is an operation on a registration (001 Allegato 7, §5.2.5). "Ristampa" is NewPIN under its old name (mission S8).
type Kind string

// The operations. Verification is the weak riscontro, by fax, civil registry, import, or a
// desk that is not entitled to strong ones; the others are booked at a desk.
const (
	Verification       Kind = "riscontro"
	StrongVerification Kind = "riscontro forte"
	Promotion          Kind = "promozione"
	Reset              Kind = "reset"
	NewPIN             Kind = "rigenera PIN"
	Revocation         Kind = "revoca"
)

// Kinds are all operations, in the order of the manual.
var Kinds = []Kind{Verification, StrongVerification, Promotion, Reset, NewPIN, Revocation}

// Effect is a set of things that a step of an operation does.
type Effect uint

// What happens at the desk (Issue...) and at home.
const (
	IssuePIN Effect = 1 << iota
	IssueActivationCode
	IssueRevocationCode
	AcceptTerms
	AdoptPIN // the new PIN takes the place of any other
	ChooseUsername
	ChoosePassword
	MakeStrong // if the operation is entitled to it: see Operation.Imputable
	Erase
)

// Has tells whether e holds all of f.
func (e Effect) Has(f Effect) bool { return e&f == f }

// Channel is who may create an operation.
type Channel uint

// The desk, and the weak channels: fax, civil registry, import, comune and CPI desks (mission S1, S3).
const (
	AtDesk Channel = 1 << iota
	ByWeakChannel
)

// A Rule allows one operation: on a registration in State and Strong, Channel may book Kind.
type Rule struct {
	State   State
	Strong  bool
	Kind    Kind
	Channel Channel

	Handover Effect // what the citizen is given
	Booked   State  // state once booked
	AtHome   Effect // what the citizen's confirmation does
	Done     State  // state once confirmed
}

const (
	codes = IssuePIN | IssueActivationCode
	fresh = AcceptTerms | AdoptPIN | ChooseUsername | ChoosePassword
)

// Rules is every operation there is; what is not listed is forbidden. The rows for the desk are
// the manual's Tabella Elenco Operazioni (001 §5.2.5), their effects those of 001 §4.2.1.
var Rules = []Rule{
	// state, strong, kind, channel, handover, booked, at home, done
	{Registered, false, StrongVerification, AtDesk, codes, Verified, fresh | MakeStrong, Active},
	{Registered, false, Verification, ByWeakChannel, codes, Verified, fresh, Active},
	{Registered, false, Revocation, AtDesk, IssueRevocationCode, Registered, Erase, Erased},

	{Registered, true, Revocation, AtDesk, IssueRevocationCode, Registered, Erase, Erased},

	{Verified, false, StrongVerification, AtDesk, codes, Verified, fresh | MakeStrong, Active},
	{Verified, false, Verification, ByWeakChannel, codes, Verified, fresh, Active},
	{Verified, false, Revocation, AtDesk, IssueRevocationCode, Verified, Erase, Erased},

	{Verified, true, StrongVerification, AtDesk, codes, Verified, fresh | MakeStrong, Active},
	{Verified, true, Revocation, AtDesk, IssueRevocationCode, Verified, Erase, Erased},

	{Active, false, Promotion, AtDesk, codes, Active, AcceptTerms | AdoptPIN | MakeStrong, Active},
	{Active, false, Reset, AtDesk, codes, Active, fresh | MakeStrong, Active},
	{Active, false, Revocation, AtDesk, IssueRevocationCode, Active, Erase, Erased},

	{Active, true, NewPIN, AtDesk, codes, Active, AcceptTerms | AdoptPIN, Active},
	{Active, true, Reset, AtDesk, codes, Active, fresh | MakeStrong, Active},
	{Active, true, Revocation, AtDesk, IssueRevocationCode, Active, Erase, Erased},
}

// Handover is what an operation hands over: the same in every row that allows it.
func (k Kind) Handover() Effect {
	for _, r := range Rules {
		if r.Kind == k {
			return r.Handover
		}
	}
	return 0
}

// Action is what an operator can do with a registration in the list (001 Tabella 1).
type Action string

// The columns of Tabella 1, by the manual's labels.
const (
	Find           Action = "ricerca e dettaglio"
	Edit           Action = "modifica"
	Book           Action = "prenota"
	RegenerateCode Action = "rigenera codice attivazione"
	EditDelegation Action = "modifica delega"
)

// Actions says what each state allows (001 Tabella 1 as decided in mission S1). RegenerateCode and
// EditDelegation also need an operation in progress: see Registration.Allows.
var Actions = map[State][]Action{
	Registered: {Find, Edit, Book, EditDelegation},
	Verified:   {Find, Edit, Book, RegenerateCode, EditDelegation},
	Active:     {Find, Edit, Book, RegenerateCode, EditDelegation},
	Rejected:   {Find},
}
