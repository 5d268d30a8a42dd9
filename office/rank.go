package office

import (
	"errors"
	"slices"
)

// Roles are all of them, in the order of menus.
var Roles = []Role{Clerk, Supervisor, Helpdesk, Administrator, Auditor}

// grants says which roles each may give, take and look after: nobody one above their own.
var grants = map[Role][]Role{
	Supervisor:    {Clerk, Supervisor, Helpdesk},
	Administrator: Roles,
}

// The refusals of whoever administers operators.
var (
	ErrOwnAccount = errors.New("nobody administers their own account")
	ErrAbove      = errors.New("a role above one's own")
)

// Grants are the roles that a role may give.
func (r Role) Grants() []Role { return slices.Clone(grants[r]) }

// MayLookAfter returns ErrOwnAccount for the operator's own account (mission S11), and ErrAbove for that of somebody who holds a role that
// the operator could not give: who resets the log-in of another could enter in their place.
func (a Acting) MayLookAfter(o Operator) error {
	if o.ID == a.Operator.ID || o.TaxCode.Alike(a.Operator.TaxCode) {
		return ErrOwnAccount
	}
	for _, p := range o.Posts {
		if err := a.MayGrant(p.Role); err != nil {
			return err
		}
	}
	return nil
}

// MayGrant returns ErrAbove for a role that the operator cannot give.
func (a Acting) MayGrant(r Role) error {
	if !slices.Contains(grants[a.Post.Role], r) {
		return ErrAbove
	}
	return nil
}
