package registration

import "time"

// Outcome is how an operation stands (001 Allegato 7).
type Outcome string

// The manual's letters.
const (
	Pending   Outcome = "A" // active, not completed yet
	Success   Outcome = "S"
	Discarded Outcome = "D"
)

// Checks are the ticks of the desk (mission S26), kept with the operation.
type Checks struct {
	Document       bool // identity document seen, valid
	HealthCard     bool // tessera sanitaria seen, valid
	InPerson       bool // riscontro de visu: they belong to the person present
	PrivacyNotice  bool // informativa shown
	ResidenceProof bool // for a document that does not bear the residence
	CopiesArchived bool // of a delegate's papers (001 §5.1.1)
}

// Paper is a document that the desk prints.
type Paper string

// The papers of the print page (001 §5.1.2).
const (
	PINLetter    Paper = "lettera PIN"
	SummarySheet Paper = "riepilogo"
	CodeLetter   Paper = "lettera codice"
	TermsOnPaper Paper = "regolamento"
)

// An Operation is one booking and its outcome.
type Operation struct {
	ID           string
	Registration string
	Kind         Kind
	Outcome      Outcome
	BookedAt     time.Time
	Operator     string // id
	Ente         string // id
	Entitled     bool   // the ente issues strong credentials
	Checks       Checks
	Emancipation string // act that emancipates a minor (mission S13)
	Disagreement string // reason for a tax code that does not match the data
	Delegation   *Delegation
	Prints       map[Paper]Print
	ConcludedAt  time.Time // the desk ended: the sealed secrets are gone
	ClosedAt     time.Time // completed or discarded
	CloseReason  string
	Before       Standing // of the registration
	Version      int
}

// A Standing is what a booking changes in a registration, as it was before: Registration.Cancel puts it back.
type Standing struct {
	State      State
	VerifiedAt time.Time
	VerifiedBy string
}

// Printed tells whether any paper exists.
func (o *Operation) Printed() bool {
	for _, p := range o.Prints {
		if p.Count > 0 {
			return true
		}
	}
	return false
}

// A Print is how often a paper was printed, and when first and last.
type Print struct {
	Count       int
	First, Last time.Time
}

// Imputable tells whether completing the operation may make credentials strong: in person, with the
// checks of the desk, by an entitled ente (mission S2). Acceptance of the Regolamento is the other half.
func (o *Operation) Imputable() bool {
	return o.Entitled && o.Checks.Document && o.Checks.HealthCard && o.Checks.InPerson
}

// OnBehalf tells whether who completes the operation at home signs in the citizen's place: a guardian, or a relative of somebody who cannot
// sign. Who brings a mandate only collects (F06, 001 §5.1.1).
func (o *Operation) OnBehalf() bool {
	return o.Delegation != nil && o.Delegation.Kind == Declaration
}

// Required lists the papers without which the print page cannot be left (mission S7, D18).
func (o *Operation) Required(handover Effect, email bool) []Paper {
	var papers []Paper
	if handover.Has(IssuePIN) {
		papers = append(papers, PINLetter)
	}
	papers = append(papers, SummarySheet)
	if !email && handover&(IssueActivationCode|IssueRevocationCode) != 0 {
		papers = append(papers, CodeLetter)
	}
	return papers
}

// Unprinted lists the required papers that do not exist yet; nothing once the desk has ended.
func (o *Operation) Unprinted(handover Effect, email bool) []Paper {
	if !o.ConcludedAt.IsZero() || o.Outcome != Pending {
		return nil
	}
	var missing []Paper
	for _, p := range o.Required(handover, email) {
		if o.Prints[p].Count == 0 {
			missing = append(missing, p)
		}
	}
	return missing
}
