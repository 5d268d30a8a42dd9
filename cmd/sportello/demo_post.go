package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"

	"sportello/audit"
	"sportello/community"
	"sportello/letter"
	"sportello/person"
	"sportello/postal"
	"sportello/postroom"
	"sportello/printing"
	"sportello/registration"
	"sportello/store"
	"sportello/web"
)

// A printer is the demonstration's printing house: it has the key that the house has not, and shows what it prints.
type printer struct {
	key *age.X25519Identity
	dir string // what the house hands over
}

// hire gives the house a printing house.
func (d *demo) hire() (err error) {
	d.printer.dir = d.config.lettersDir
	if d.printer.key, err = age.GenerateX25519Identity(); err != nil {
		return err
	}
	for _, c := range d.postroom.Communities.Realm(d.web.Communities[0].Realm) {
		c.Post = community.Post{Key: d.printer.key.Recipient().String(), Product: "posta massiva", Yearly: 4}
		if c.ID == d.config.community {
			c.Post.TestAddress, c.Post.TestDays = []string{"UFFICIO POSTA", "VIA DEGLI ESEMPI 1", "10100 TORINO TO"}, 7
		}
		d.postroom.Communities = d.postroom.Communities.With(c)
	}
	return nil
}

// lots are the runs that wait in the folder.
func (p printer) lots() (list []web.DemoLot) {
	files, err := filepath.Glob(filepath.Join(p.dir, "*"+printing.Letters))
	if err != nil {
		return nil
	}
	for _, f := range files {
		list = append(list, web.DemoLot{Number: strings.TrimSuffix(filepath.Base(f), printing.Letters)})
	}
	return list
}

// print decrypts the letters of a run, as the printing house does with its key; nil if there are none.
func (p printer) print(number string) ([]byte, error) {
	for _, lot := range p.lots() {
		if lot.Number == number {
			return p.decrypt(filepath.Join(p.dir, number+printing.Letters))
		}
	}
	return nil, nil
}

func (p printer) decrypt(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	plain, err := age.Decrypt(file, p.key)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	_, err = io.Copy(&b, plain)
	return b.Bytes(), err
}

// addPosted makes letters in every state: two that went out, of which one came back, and some that wait.
func (s *seeder) addPosted() error {
	back, err := s.posted(postal.NoFault)
	if err != nil {
		return err
	}
	if _, err := s.posted(postal.NoFault); err != nil {
		return err
	}
	who := postroom.Console()
	id, err := s.postroom.Begin(s.ctx, who, back.Community)
	if err != nil {
		return fmt.Errorf("begin a run: %w", err)
	}
	if err := errors.Join(s.postroom.Make(s.ctx, id), s.postroom.Confirm(s.ctx, who, id), s.postroom.Close(s.ctx, id)); err != nil {
		return fmt.Errorf("make a run: %w", err)
	}
	if _, err := s.postroom.Mark(s.ctx, who, postroom.Fate{Number: back.Number, State: postal.Returned, Cause: "indirizzo insufficiente"}); err != nil {
		return fmt.Errorf("return a letter: %w", err)
	}
	for _, fault := range []postal.Fault{postal.NoFault, postal.NoFault, postal.NotWhole} {
		if _, err := s.posted(fault); err != nil {
			return err
		}
	}
	return s.postroom.Watch(s.ctx)
}

// posted makes somebody whom CIA has recognised online: the PIN goes by post, the activation code by e-mail (001 §3.3.1).
func (s *seeder) posted(fault postal.Fault) (*postal.Letter, error) {
	p := s.next()
	secrets, err := s.draw(asl, registration.Verification)
	if err != nil {
		return nil, err
	}
	number, err := registration.DrawNumber(chance)
	if err != nil {
		return nil, err
	}
	place, _ := s.desk.Places.Latest(p.Residence.Comune)
	to := letter.PostalOf(p, letter.Place{Comune: place.Name, Province: p.Residence.Province}, letter.Place{}).Posted()
	if fault != postal.NoFault {
		to.Fault = fault
	}
	l := &postal.Letter{Community: s.enti[asl].Community, Lang: "it", Address: to, Proof: postal.ByRegistry, Secret: secrets.pinHash}
	record := audit.Origin{}.Begin(audit.RegisterOnline, audit.ByCitizen, "")
	err = s.store.Act(s.ctx, record, func(tx *store.Tx) error {
		r := &registration.Registration{Number: number, Realm: s.enti[asl].Realm, Community: l.Community, State: registration.Registered, CreatedAt: tx.Now}
		op := &registration.Operation{Kind: registration.Verification, BookedAt: tx.Now, ConcludedAt: tx.Now, Prints: map[registration.Paper]registration.Print{}}
		if err := s.ids(tx, &p, r, op); err != nil {
			return err
		}
		l.Registration, l.Operation, r.Person = r.ID, op.ID, p.ID
		if err := errors.Join(tx.AddPerson(&store.Person{Person: p, Realm: r.Realm}), tx.AddRegistration(r)); err != nil {
			return err
		}
		rule, err := s.replace(tx, r, op)
		if err != nil {
			return err
		}
		r.VerifiedAt = tx.Now
		return errors.Join(tx.AddOperation(op), tx.SaveRegistration(r), s.handOver(tx, op, rule, secrets), s.mailCode(tx, s.at(asl), r, op, secrets), tx.QueueLetter(community.Post{}, l, secrets.pin))
	})
	if err != nil {
		return nil, fmt.Errorf("queue a letter: %w", err)
	}
	s.list(issued{person: p, number: number}, start{registration.Registered, false}, string(registration.Verification))
	return l, nil
}

func (s *seeder) ids(tx *store.Tx, p *person.Person, r *registration.Registration, op *registration.Operation) error {
	id, err := tx.NewID()
	p.ID = person.ID(id)
	for _, to := range []*string{&r.ID, &op.ID} {
		var failed error
		*to, failed = tx.NewID()
		err = errors.Join(err, failed)
	}
	return err
}
