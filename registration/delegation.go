package registration

import (
	"slices"

	"sportello/person"
)

// A DelegationKind is the form that a delegate brings (001 Allegato 7).
type DelegationKind string

// The two forms: signed by the citizen, or by who acts for somebody that cannot sign (001 Allegati 5 and 6).
const (
	Mandate     DelegationKind = "modulo delega"
	Declaration DelegationKind = "dichiarazione sostitutiva"
)

// A Capacity is by what right somebody signs the Declaration.
type Capacity string

// The capacities. A curatore assists but does not act alone: there is none.
const (
	Guardian             Capacity = "tutore"
	SupportAdministrator Capacity = "amministratore di sostegno"
	Spouse               Capacity = "coniuge"
	Child                Capacity = "figlio"
	Parent               Capacity = "genitore"
	DirectRelative       Capacity = "altro parente in linea retta"
	CollateralRelative   Capacity = "parente in linea collaterale"
)

// The turns of relatives in the law's order: each only where there is nobody before (DPR 445/2000 art. 4 c. 2). Who was appointed by a court has none.
const (
	appointed = iota
	spouseTurn
	childrenTurn
	relativesTurn
)

// A place is where a capacity stands in that order.
type place struct {
	capacity Capacity
	turn     int
}

// places are all capacities as a form lists them.
var places = []place{
	{Guardian, appointed},
	{SupportAdministrator, appointed},
	{Spouse, spouseTurn},
	{Child, childrenTurn},
	{Parent, relativesTurn},
	{DirectRelative, relativesTurn},
	{CollateralRelative, relativesTurn}, // up to the third degree
}

// Capacities lists them all: those appointed by a court, then relatives in the law's order.
func Capacities() []Capacity {
	var all []Capacity
	for _, p := range places {
		all = append(all, p.capacity)
	}
	return all
}

func (c Capacity) turn() int {
	i := slices.IndexFunc(places, func(p place) bool { return p.capacity == c })
	if i < 0 {
		return -1
	}
	return places[i].turn
}

// Known tells whether it is one of Capacities.
func (c Capacity) Known() bool { return c.turn() >= 0 }

// Appointed tells whether a court's act gives the right.
func (c Capacity) Appointed() bool { return c.turn() == appointed }

// Related tells whether kinship gives the right, while an illness keeps the citizen from signing.
func (c Capacity) Related() bool { return c.turn() > appointed }

// Follows tells whether others come first in the law's order.
func (c Capacity) Follows() bool { return c.turn() > spouseTurn }

// An Appointment is the court's act that names a guardian.
type Appointment struct {
	Court  string
	Number string // of the act
	On     person.Date
	Until  person.Date // "" without an end
}

// Evidence is what the desk saw and kept of a delegation (001 §5.1.1).
type Evidence struct {
	FormKept     bool // the signed original
	DocumentSeen bool // the delegate's, original and valid
	CitizenCopy  bool // of the citizen's document
	ActSeen      bool // the court's, for who is Appointed
}

// A Delegation is who came to the desk instead of the citizen, and by which form.
type Delegation struct {
	Kind      DelegationKind
	Surname   string
	Name      string
	TaxCode   person.TaxCode
	BirthDate person.Date
	Sex       person.Sex
	Document  person.Document
	Email     string
	Phone     string

	Capacity    Capacity // in a Declaration
	Appointment Appointment
	Impediment  bool // the Declaration says that illness keeps the citizen from signing for now
	NoneBefore  bool // and that nobody who comes before in the law's order is there
	Evidence    Evidence
	Reason      string // why a responsabile let go on who has collected for many
}

// FullName is the delegate's name.
func (d Delegation) FullName() string { return d.Name + " " + d.Surname }
