package community

import (
	"errors"
	"fmt"
	"slices"

	"sportello/person"
)

// Local is whether a community has credentials of its own for citizens, and until when. A community that issues none
// is entered by its Doors only.
type Local struct {
	// Issues asks for a LegalBasis: a public body may otherwise give citizens no credentials but SPID, CIE and CNS (DL 76/2020 art. 24 c. 4).
	Issues bool `toml:"issues"`
	// EndsOn is the first day without them: nobody registers, activates or logs in with them any more (N05). "" for no end.
	EndsOn person.Date `toml:"ends_on"`
	// AnnouncedOn is the day from which pages and mails tell of the end; needed with EndsOn.
	AnnouncedOn person.Date `toml:"announced_on"`
}

// A Stage is where the local credentials of a community stand on a day.
type Stage int

// The stages, in order of time; a community that never had local credentials stays in the first.
const (
	NeverLocal Stage = iota
	OpenLocal
	EndingLocal // open, and the end is announced
	EndedLocal
)

// Stage is where the local credentials stand on a day.
func (l Local) Stage(day person.Date) Stage {
	switch {
	case l.EndsOn != "" && day >= l.EndsOn:
		return EndedLocal
	case !l.Issues:
		return NeverLocal
	case l.EndsOn != "" && day >= l.AnnouncedOn:
		return EndingLocal
	}
	return OpenLocal
}

// Open tells whether local credentials are issued and accepted on a day.
func (l Local) Open(day person.Date) bool {
	stage := l.Stage(day)
	return stage == OpenLocal || stage == EndingLocal
}

// ErrNoLocal refuses to register, activate or log in with credentials of a community that has none, or none any more.
var ErrNoLocal = errors.New("the community has no credentials of its own, or they have ended")

// MayUse is nil while the community's own credentials are issued and accepted, else ErrNoLocal.
func (l Local) MayUse(day person.Date) error {
	if l.Open(day) {
		return nil
	}
	return ErrNoLocal
}

// The doors that every public body opens to citizens (CAD art. 64).
const (
	SPID = "SPID"
	CIE  = "CIE"
	CNS  = "CNS"
)

// DoorKinds are the values of Door.Kind.
var DoorKinds = []string{SPID, CIE, CNS}

// A Door is a way into the community's services that is not its own credentials.
type Door struct {
	Kind   string `toml:"kind"`   // one of DoorKinds
	Coming bool   `toml:"coming"` // announced for this portal: the page may say "in arrivo"
	Topic  string `toml:"topic"`  // of the help, that tells how to get it; "" for the one that all communities share
}

// RefusedMail are the domains in which no address is taken: those that the desk refuses, and those that are closed.
func (c Community) RefusedMail() []string {
	return append(slices.Clone(c.Desk.RefusedMailDomains), c.ClosedMailDomains...)
}

// MailClosed tells whether an address is in a domain that is closed: whoever has one there is asked for another (004).
func (c Community) MailClosed(address string) bool {
	return person.MailIn(address, c.ClosedMailDomains)
}

func demandsOnLocal(c Community) []demand {
	l := c.Local
	demands := []demand{
		{"local.ends_on", l.EndsOn == "" || isDate(l.EndsOn), fmt.Sprintf("deve essere una data come 2027-06-30, è %q", l.EndsOn)},
		{"local.announced_on", (l.EndsOn == "") == (l.AnnouncedOn == ""), "va indicato insieme a ends_on, e solo con quello"},
		{"local.announced_on", l.AnnouncedOn == "" || isDate(l.AnnouncedOn) && l.AnnouncedOn < l.EndsOn, fmt.Sprintf("deve essere una data prima di ends_on, è %q", l.AnnouncedOn)},
		{"doors", l.Issues || len(c.Doors) > 0, "manca: senza credenziali proprie serve almeno un altro modo di entrare"},
	}
	if l.Issues {
		demands = append(demands, oneOf("legal_basis.kind", c.LegalBasis.Kind, LegalBases), demand{"legal_basis.note", c.LegalBasis.Note != "", missing})
	}
	for i, d := range c.Doors {
		_, told := c.Topic(d.Topic)
		demands = append(demands, demand{fmt.Sprintf("doors[%d].topic", i), d.Topic == "" || told, fmt.Sprintf("nell'aiuto non c'è l'argomento %q", d.Topic)})
		key := fmt.Sprintf("doors[%d].kind", i)
		demands = append(demands, oneOf(key, d.Kind, DoorKinds),
			demand{key, !slices.ContainsFunc(c.Doors[:i], func(other Door) bool { return other.Kind == d.Kind }), "è ripetuto"})
	}
	return append(demands, demandsOnDomains("closed_mail_domains", c.ClosedMailDomains)...)
}

func demandsOnDomains(key string, domains []string) (demands []demand) {
	for i, domain := range domains {
		demands = append(demands, demand{fmt.Sprintf("%s[%d]", key, i), isDomain(domain), fmt.Sprintf("deve essere un dominio in minuscole, è %q", domain)})
	}
	return demands
}
