package letter

import (
	"crypto/sha256"
	"fmt"
	"io"
	"time"

	"sportello/letter/pdf"
	"sportello/locale"
	"sportello/postal"
)

// A Use is what a posted PIN is for.
type Use int

// A PIN completes an activation together with a code that comes by e-mail, or takes the place of the PIN of credentials that work (mission S22).
const (
	ToActivate Use = iota
	ToReplace
)

// PostedPIN is the letter that brings a PIN by post (C03). It never carries the activation code.
type PostedPIN struct {
	Head
	To     postal.Address
	Mark   postal.Number // of the letter
	Number string        // of the registration
	PIN    string        // as drawn, without spaces
	Group  int           // characters in a printed group, 0 for one group
	Use    Use
	Page   string // where the PIN is typed: address without any code
}

// TestLetter is the letter that goes out every day to somebody who confirms that it has come (Y07).
type TestLetter struct {
	Head
	To    postal.Address
	Mark  postal.Number
	Code  string
	Group int
	Days  int    // within which it is expected
	Page  string // where its arrival is confirmed
}

// A Bundle is a run of letters in one file, for a printing house. The letters are written as they come; memory does not grow with them.
type Bundle struct {
	writer  *Writer
	binding *pdf.Binding
}

// Bundle begins a run. number names it, at is when it was begun: equal input gives equal bytes.
func (w *Writer) Bundle(dst io.Writer, h Head, number string) *Bundle {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\nlotto\n%s\n%d", h.Publisher.Name, number, h.At.UnixNano()))
	info := pdf.Info{Title: "Lotto di stampa " + number, Author: h.Publisher.Name, Producer: "Sportello", Language: "it-IT", Created: h.At.Truncate(time.Second), ID: [16]byte(sum[:16])}
	return &Bundle{w, pdf.Bind(dst, info, w.styles.body.Font, w.styles.strong.Font, w.styles.code.Font)}
}

// PIN adds a letter and gives its pages. On an error before anything was written, as ErrAddress, the bundle can go on.
func (b *Bundle) PIN(in PostedPIN) (pages int, err error) { return b.add(in.letter()) }

// Test adds a test letter.
func (b *Bundle) Test(in TestLetter) (pages int, err error) { return b.add(in.letter()) }

func (b *Bundle) add(l codeLetter) (int, error) {
	s, err := b.writer.setCode(l)
	if err != nil {
		return 0, err
	}
	s.footers()
	if err := b.binding.Add(s.doc); err != nil {
		return 0, fmt.Errorf("writing the run: %w", err)
	}
	return len(s.doc.Pages()), nil
}

// Pages is how many have been written.
func (b *Bundle) Pages() int { return b.binding.Pages() }

// Close ends the file.
func (b *Bundle) Close() error {
	if err := b.binding.Close(); err != nil {
		return fmt.Errorf("ending the run: %w", err)
	}
	return nil
}

// uses say what to do with a posted PIN, and what it is.
var uses = map[Use]struct {
	intro string
	steps func(at page) []sentence
}{
	ToActivate: {"questo è il PIN delle tue credenziali %s. Ti serve per attivarle, con il codice di attivazione che ricevi per e-mail, e poi per entrare nei servizi che lo chiedono.",
		func(at page) []sentence {
			return []sentence{says(channelSteps[ByMail]), says(openPage, at), says(typeBoth), says(endings[ChooseCredentials].step)}
		}},
	ToReplace: {"questo è il nuovo PIN delle tue credenziali %s. Il PIN di prima, se ne avevi uno, vale finché non usi questo.",
		func(at page) []sentence {
			return []sentence{says(openPage, at), says("Entra con il nome utente e la password."),
				says("Quando la pagina chiede il PIN scrivi questo: da quel momento vale lui, e quello di prima non apre più niente.")}
		}},
}

func (in PostedPIN) letter() codeLetter {
	use := uses[in.Use]
	return codeLetter{
		Head: in.Head, kind: "pin", title: "Il tuo PIN", to: Postal{Name: in.To.Name, Block: in.To.Lines}, mark: in.Mark, number: in.Number, page: in.Page,
		intro: says(use.intro, in.Community),
		label: "PIN", code: grouped(in.PIN, in.Group), note: says(anyCase),
		steps:   use.steps(page(in.Page)),
		caution: "Tieni segreto il PIN",
		cautions: each("Se la busta era aperta o rovinata non usare questo PIN: avvisa l’assistenza e te ne mandiamo un altro.", nobody,
			"Conserva questa lettera in un posto sicuro, lontano dalla password.",
			"Se lo perdi puoi chiederne un altro nella tua area personale o all’assistenza."),
	}
}

// letter is in Italian whatever the Head says: an operator confirms it.
func (in TestLetter) letter() codeLetter {
	in.Lang = locale.Italian
	return codeLetter{
		Head: in.Head, kind: "prova", title: "Lettera di prova", to: Postal{Name: in.To.Name, Block: in.To.Lines}, mark: in.Mark, page: in.Page,
		intro: says("questa lettera controlla che le lettere di %s arrivino. Chi la riceve lo conferma entro %s giorni dalla data: se nessuno conferma parte un allarme.", in.Community, in.Days),
		label: "Codice della lettera di prova", code: grouped(in.Code, in.Group), note: says("Non apre niente: dice soltanto che la lettera è arrivata."),
		steps:   []sentence{says("Guarda se la busta era chiusa e se la lettera è stampata bene."), says("Entra come operatore nella pagina %s.", page(in.Page)), says("Scrivi il codice.")},
		caution: "Che cosa guardare",
		cautions: each("L’indirizzo si legge tutto nella finestra della busta, e dalla finestra non si legge altro.",
			"Il codice a barre sopra l’indirizzo è intero.",
			"Se qualcosa non va scrivilo all’amministratore prima di confermare."),
	}
}
