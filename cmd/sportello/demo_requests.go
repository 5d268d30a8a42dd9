package main

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"os"
	"path/filepath"
	"strings"
	"time"

	"sportello/desk"
	"sportello/fax"
	"sportello/helpdesk"
	"sportello/letter"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/request"
)

// demoAuthServer is the name of the mail server that the demo's mails say to have gone through.
const demoAuthServer = "mx.sportello.example"

// demoMail is a mail to the helpdesk. Each %s is a value of its writer.
const demoMail = `Received: from posta.example by ` + demoAuthServer + `
%sFrom: %s <%s>
To: assistenza@sistemapiemonte.example
Subject: %s
Message-ID: <%s@posta.example>
Content-Type: text/plain; charset=utf-8

%s
`

// addRequests fills the inbox of the back office: a mail that has all it needs, one from another address, one of a machine, and a telephone call.
func (s *seeder) addRequests() error {
	i, err := s.register(0)
	if err != nil {
		return err
	}
	p, d := i.person, i.person.Document
	verified := "Authentication-Results: " + demoAuthServer + "; dmarc=pass header.from=posta.example\n"
	text := fmt.Sprintf("Buongiorno,\nho smarrito il codice di attivazione.\n\n%s %s\nCodice fiscale %s\nCarta d'identità n. %s rilasciata il %s\n\nGrazie", p.Name, p.Surname, p.TaxCode, d.Number, italianDay(d.IssuedOn))
	for n, m := range []string{
		fmt.Sprintf(demoMail, verified, p.Name, p.Contacts.Email, "Codice di attivazione smarrito", "1", text),
		fmt.Sprintf(demoMail, "", p.Name, "qualcun.altro@posta.example", "codice attivazione", "2", "Mi serve subito un nuovo codice di attivazione per "+string(p.TaxCode)+", mandatelo a questo indirizzo."),
		fmt.Sprintf(demoMail, "Auto-Submitted: auto-replied\n", "Ufficio", "assente@posta.example", "Fuori sede", "3", "Sono assente fino a lunedì."),
	} {
		if err := s.write(m); err != nil {
			return fmt.Errorf("mail %d to the helpdesk: %w", n, err)
		}
	}
	own, _ := s.desk.Communities.ByID(s.config.community)
	if err := s.helpdesk.ReadMailbox(s.ctx, s.config.imap.mailbox(own), own); err != nil {
		return err
	}
	return errors.Join(s.addCall(i), s.addFaxes())
}

// writeToHelpdesk delivers a mail to the helpdesk's mailbox, as a visitor of the demo page writes it. The mail server vouches for nobody.
func (d *demo) writeToHelpdesk(from, subject, text string) error {
	line := strings.NewReplacer("\r", " ", "\n", " ")
	id, err := d.store.NewID()
	if err != nil {
		return err
	}
	return d.mailbox.Put(fmt.Sprintf(demoMail, "", line.Replace(mime.QEncoding.Encode("utf-8", from)), line.Replace(from), line.Replace(mime.QEncoding.Encode("utf-8", subject)), id, text))
}

// addFaxes leaves two in the folder: the cover sheet of somebody who registered online, and one whose barcode leads to nobody.
func (s *seeder) addFaxes() error {
	i, err := s.importAs(start{registration.Registered, false})
	if err != nil {
		return err
	}
	own, _ := s.desk.Communities.ByID(s.config.community)
	head := letter.Head{Publisher: own.Publisher, Community: own.Name, At: s.store.Now()}
	if err := os.MkdirAll(s.config.faxesDir, 0o700); err != nil {
		return err
	}
	for name, number := range map[string]string{"fax-0001.pdf": string(i.number), "fax-0002.pdf": "0000000000"} {
		var b bytes.Buffer
		err := s.desk.Letters.FaxCover(&b, letter.FaxCover{Head: head, Number: number, Person: &letter.Party{Person: i.person}, Fax: own.Fax.Number})
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(s.config.faxesDir, name), b.Bytes(), 0o600); err != nil {
			return err
		}
	}
	later := func() time.Time { return clock().Add(time.Hour) } // nobody writes them any more
	return s.helpdesk.ReadFaxes(s.ctx, &fax.Folder{Dir: s.config.faxesDir, Now: later}, own)
}

// addCall writes a telephone call down and leaves it to whoever takes it.
func (s *seeder) addCall(i issued) error {
	who := s.at(0)
	who.Post.Role = office.Helpdesk
	form, err := s.helpdesk.NewForm()
	if err != nil {
		return err
	}
	id, err := s.helpdesk.Receive(s.ctx, who, helpdesk.Call{Form: form, Kind: request.Phone, Problem: request.Fraud, Number: i.number,
		Content: request.Content{Surname: i.person.Surname, Name: i.person.Name, TaxCode: string(i.person.TaxCode), Contact: i.person.Contacts.Mobile,
			Text: "L'ha chiamata qualcuno che si offriva di attivarle le credenziali a casa e chiedeva il PIN. Non gliel'ha dato."}})
	if err != nil {
		return err
	}
	return s.giveBack(who, id)
}

func (s *seeder) giveBack(who desk.Who, id string) error {
	c, err := s.helpdesk.Case(s.ctx, who, id)
	if err != nil {
		return err
	}
	return s.helpdesk.GiveBack(s.ctx, who, helpdesk.Seen{ID: id, Version: c.Version})
}

// italianDay is a day as people write it in a mail.
func italianDay(d person.Date) string {
	day, month, year := d.Parts()
	return day + "/" + month + "/" + year
}
