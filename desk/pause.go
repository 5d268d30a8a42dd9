package desk

import (
	"errors"
	"time"

	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// The refusals while the pause after a change of address or tax code lasts (decisions/0010): the operator who changed it makes no codes for the citizen, and
// where the community asks for four eyes a responsabile makes them.
var (
	ErrPaused           = errors.New("the operator has just changed the citizen's address or tax code")
	ErrPausedSupervisor = errors.New("an operator has just changed the citizen's address or tax code: a supervisor goes on")
)

const pauseAhead = "Se il cittadino ha già le credenziali, dopo questo cambio di e-mail chi salva non prenota e non rigenera codici per lui per %d ore: se serve, lo fa un collega."

// noteAddress keeps who changed a citizen's address. One that nothing could be sent to counts as none.
func (d *Desk) noteAddress(tx *store.Tx, who Who, s served, former string) error {
	c, err := d.communityOf(s.reg.Community)
	if err != nil {
		return err
	}
	wrong := person.Contacts{Email: former}.Problems(c.Desk.RefusedMailDomains)
	return tx.AddContactChange(store.ContactChange{Person: s.person.ID, Operator: who.Operator.ID, First: former == "" || len(wrong) > 0})
}

// paused refuses to make codes for a citizen who has credentials and whose address or tax code was changed within the community's pause: with PIN and code in
// one hand the credentials would be that hand's. A first address counts where the code, without any, would be printed by a second operator: where the
// community asks for four eyes, and for a revoca or reset that ends credentials.
func (d *Desk) paused(tx *store.Tx, who Who, f File, k registration.Kind) error {
	policy := f.Community.Desk
	if policy.ContactPauseHours == 0 || f.Username == "" && f.Registration.State != registration.Active {
		return nil
	}
	changes, err := tx.ContactChanges(f.Person.ID, tx.Now.Add(-time.Duration(policy.ContactPauseHours)*time.Hour))
	if err != nil {
		return err
	}
	for _, c := range changes {
		switch {
		case c.First && !policy.FourEyes && !f.EndsCredentials(k):
		case c.Operator == who.Operator.ID:
			return ErrPaused
		case policy.FourEyes && !who.Can(office.ReleaseGate):
			return ErrPausedSupervisor
		}
	}
	return nil
}
