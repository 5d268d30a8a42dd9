package faults_test

import (
	"fmt"
	random "math/rand/v2"

	"sportello/access"
	"sportello/audit"
	"sportello/citizen"
	"sportello/registration"
)

const secret = "cavallo lampada nuvola 9" // every citizen's password

// citizen is one turn of somebody at home.
func (p *walker) citizen() {
	x := random.IntN(p.People)
	if chance(25) {
		p.logIn(x)
		return
	}
	p.mu.Lock()
	pocket := p.pockets[x]
	p.mu.Unlock()
	if len(pocket) == 0 {
		p.logIn(x) // with what nobody ever gave
		return
	}
	e := pocket[len(pocket)-1]
	if chance(20) {
		e = pocket[random.IntN(len(pocket))]
	}
	if e.Kind == registration.Revocation {
		p.revoke(x, e)
	} else {
		p.activate(x, e)
	}
}

// activate goes as far as it pleases the citizen.
func (p *walker) activate(x int, e envelope) {
	if chance(4) {
		e.PIN = "AAAAAAAA"
	}
	var token string
	if p.home(audit.CheckCodes, func(from audit.Origin) (err error) {
		token, err = p.face.Citizen.CheckCodes(p.Context(), from, citizen.Codes{TaxCode: string(p.known[x].TaxCode), Code: e.Code, PIN: e.PIN})
		return err
	}) != nil || chance(10) {
		return
	}
	accepted := citizen.Acceptance{Terms: chance(95), Privacy: true, OnBehalf: chance(80), OldAccount: chance(80)}
	_ = p.home("", func(from audit.Origin) error { return p.face.Citizen.Accept(p.Context(), from, token, accepted) })
	procedure, err := p.face.Citizen.Procedure(p.Context(), token)
	if err == nil && procedure.Step == citizen.Choose && chance(90) {
		p.choose(x, token, e.Operation)
	}
	if procedure, err := p.face.Citizen.Procedure(p.Context(), token); err == nil && procedure.Step == citizen.Done {
		p.mu.Lock()
		p.pins[x] = e.PIN
		p.mu.Unlock()
		p.write(step{Ended: e.Operation})
	}
}

// choose takes a username, perhaps somebody's, and sends it from two tabs now and then.
func (p *walker) choose(x int, token, operation string) {
	c := citizen.Chosen{Username: fmt.Sprintf("cittadino%06d", random.IntN(1_000_000)), Password: secret, Repeat: secret, Question: "In quale via abitavi?", Answer: "Via dei Mille"}
	if chance(15) {
		c.Username = p.username(random.IntN(p.People))
	}
	send := func() error {
		return p.complete(operation, func(from audit.Origin) error { return p.face.Citizen.Complete(p.Context(), from, token, c) })
	}
	if chance(10) {
		p.atOnce(2, func() { _ = send() })
		return
	}
	if send() == nil {
		p.write(step{Username: c.Username, Person: x})
	}
}

func (p *walker) username(x int) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.usernames[x]
}

// revoke signs, or thinks better of it.
func (p *walker) revoke(x int, e envelope) {
	var token string
	if p.home(audit.CheckRevocation, func(from audit.Origin) (err error) {
		token, err = p.face.Citizen.CheckRevocation(p.Context(), from, citizen.RevocationCodes{TaxCode: string(p.known[x].TaxCode), Code: e.Code})
		return err
	}) != nil || chance(40) {
		return
	}
	sign := func() {
		_ = p.complete(e.Operation, func(from audit.Origin) error {
			return p.face.Citizen.Revoke(p.Context(), from, token, citizen.Signature{Conditions: chance(95), OnBehalf: chance(90)})
		})
	}
	if chance(20) {
		p.atOnce(2, sign)
		return
	}
	sign()
}

// logIn enters with username and password, then with the PIN, and leaves.
func (p *walker) logIn(x int) {
	var token string
	if p.home(audit.CitizenLogin, func(from audit.Origin) (err error) {
		in := access.Passport{Username: p.username(x), Password: secret}
		if chance(5) {
			in.Password = "sbagliata"
		}
		token, _, err = p.Access.CitizenPassword(p.Context(), from, in)
		return err
	}) != nil {
		return
	}
	p.mu.Lock()
	pin := p.pins[x]
	p.mu.Unlock()
	_ = p.home(audit.CitizenPIN, func(from audit.Origin) error { return p.Access.CitizenPIN(p.Context(), from, token, pin) })
	if chance(50) {
		_ = p.home("", func(from audit.Origin) error { return p.Access.CitizenLogout(p.Context(), from, token) })
	}
}
