package letter

import (
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"

	"sportello/letter/pdf"
	"sportello/person"
	"sportello/postal"
)

// A Channel is how the other half, the activation code, reaches the person.
type Channel int

// By e-mail as a rule; on paper for who has no address (mission E05).
const (
	ByMail Channel = iota
	OnPaper
)

// An Ending is what the citizen does last at home with PIN and code; it follows from the operation (F07).
type Ending int

// The endings: a first activation, a reset, a promotion, a new PIN.
const (
	ChooseCredentials Ending = iota
	ChooseOthers
	KeepAndStrengthen
	KeepWithNewPIN
)

// endings are the last step of the letters, and what the letter with the code says of it.
var endings = map[Ending]struct{ step, intro string }{
	ChooseCredentials: {"Scegli nome utente e password: da quel momento le credenziali sono attive.",
		"con questo codice attivi le tue credenziali %s e scegli nome utente e password. Puoi usarlo una sola volta, fino al **%s**."},
	ChooseOthers: {"Scegli un nome utente diverso da quello di prima e una password: da quel momento le vecchie credenziali non valgono più.",
		"con questo codice attivi le nuove credenziali %s, con nome utente e password diversi da quelli di prima. Puoi usarlo una sola volta, fino al **%s**."},
	KeepAndStrengthen: {"Accetta il Regolamento: nome utente e password restano i tuoi, e valgono con questo PIN anche per i servizi più delicati.",
		"con questo codice rendi forti le tue credenziali %s: nome utente e password restano i tuoi. Puoi usarlo una sola volta, fino al **%s**."},
	KeepWithNewPIN: {"Accetta le condizioni: da quel momento vale il PIN nuovo e non più quello di prima. Nome utente e password restano i tuoi.",
		"con questo codice rendi valido il PIN nuovo delle tue credenziali %s: nome utente e password restano i tuoi. Puoi usarlo una sola volta, fino al **%s**."},
}

// PIN is the letter that hands over a PIN (001 annex 1). It never carries the activation code.
type PIN struct {
	Head
	To             Postal
	Number         string // of the registration
	PIN            string // as drawn, without spaces
	Group          int    // characters in a printed group, 0 for one group
	Code           Channel
	Ending         Ending
	ActivationPage string // address without any code
}

// ActivationCode is the letter with the code that starts the activation (001 annex 2a). It never
// carries the PIN.
type ActivationCode struct {
	Head
	To             Postal
	Number         string
	Code           string
	Group          int
	Expires        person.Date // last day on which the code is taken
	Ending         Ending
	ActivationPage string
}

// RevocationCode is the letter with the code that ends the credentials (001 annex 2b, §5.4). It never
// carries another code.
type RevocationCode struct {
	Head
	To             Postal
	Number         string
	Code           string
	Group          int
	Expires        person.Date // last day on which the code is taken
	RevocationPage string      // address without any code
}

// A codeLetter is what letters with a code differ in.
type codeLetter struct {
	Head
	kind, title string
	to          Postal
	mark        postal.Number // of a letter that goes by post
	number      string
	intro       sentence
	label, code string
	note        sentence // under the code
	page        string   // where the code is used
	steps       []sentence
	caution     string // heading of the cautions
	cautions    []sentence
}

var channelSteps = map[Channel]string{
	ByMail:  "Cerca nella tua e-mail il messaggio con il codice di attivazione.",
	OnPaper: "Prendi la lettera con il codice di attivazione, che ricevi separatamente da questa.",
}

const (
	openPage = "Apri la pagina %s."
	typeBoth = "Scrivi il codice fiscale, il codice di attivazione e questo PIN."
	anyCase  = "Quando lo scrivi, gli spazi e le maiuscole non contano."
	lastsTo  = "Vale fino al %s. Quando lo scrivi, gli spazi e le maiuscole non contano."
	nobody   = "Nessuno ti chiederà mai il PIN per telefono, per e-mail o con un messaggio: se succede, non dirlo."
)

// PIN writes the letter. Serve it with no-store: the bytes are a secret.
func (w *Writer) PIN(dst io.Writer, in PIN) error {
	return w.writeCode(dst, codeLetter{
		Head: in.Head, kind: "pin", title: "Il tuo PIN", to: in.To, number: in.Number, page: in.ActivationPage,
		intro: says("questo è il PIN delle tue credenziali %s. Ti serve per attivarle e poi per entrare nei servizi online che proteggono i dati più delicati, come quelli sulla salute.", in.Community),
		label: "PIN", code: grouped(in.PIN, in.Group), note: says(anyCase),
		steps:   []sentence{says(channelSteps[in.Code]), says(openPage, page(in.ActivationPage)), says(typeBoth), says(endings[in.Ending].step)},
		caution: "Tieni segreto il PIN",
		cautions: each(nobody,
			"Conserva questa lettera in un posto sicuro, lontano dalla password e dal codice di attivazione.",
			"Se perdi il PIN o temi che qualcuno lo conosca, vai a uno sportello: te ne daremo uno nuovo."),
	})
}

// ActivationCode writes the letter. The bytes are a secret as those of PIN.
func (w *Writer) ActivationCode(dst io.Writer, in ActivationCode) error {
	expires := in.day(in.Expires.Time())
	return w.writeCode(dst, codeLetter{
		Head: in.Head, kind: "codice-attivazione", title: "Il tuo codice di attivazione", to: in.To, number: in.Number, page: in.ActivationPage,
		intro: says(endings[in.Ending].intro, in.Community, expires),
		label: "Codice di attivazione", code: grouped(in.Code, in.Group), note: says(lastsTo, expires),
		steps: []sentence{says("Tieni a portata di mano il PIN che hai ricevuto in un’altra lettera."), says(openPage, page(in.ActivationPage)),
			says("Scrivi il codice fiscale, questo codice e il PIN."), says(endings[in.Ending].step)},
		caution: "Tieni segreto il codice",
		cautions: each("Nessuno ti chiederà mai il codice per telefono, per e-mail o con un messaggio: se succede, non dirlo.",
			"Non tenere questa lettera insieme a quella con il PIN.",
			"Se il codice è scaduto o lo hai perso, chiedine uno nuovo a uno sportello: il PIN resta lo stesso."),
	})
}

// RevocationCode writes the letter. The bytes are a secret as those of PIN.
func (w *Writer) RevocationCode(dst io.Writer, in RevocationCode) error {
	expires := in.day(in.Expires.Time())
	return w.writeCode(dst, codeLetter{
		Head: in.Head, kind: "codice-revoca", title: "Il tuo codice di revoca", to: in.To, number: in.Number, page: in.RevocationPage,
		intro: says("hai chiesto di revocare le tue credenziali %s e di cancellare i tuoi dati di registrazione. Lo confermi tu, con questo codice, entro il **%s**.", in.Community, expires),
		label: "Codice di revoca", code: grouped(in.Code, in.Group),
		note: says("Vale una volta sola, fino al %s. Quando lo scrivi, gli spazi e le maiuscole non contano.", expires),
		steps: []sentence{says(openPage, page(in.RevocationPage)), says("Scrivi il codice fiscale e questo codice."),
			says("Leggi che cosa comporta la revoca e conferma: se hai un indirizzo e-mail, ti scriviamo che è fatta.")},
		caution: "Prima di confermare",
		cautions: each("La revoca cancella nome utente, password, PIN e tutti i dati della tua registrazione: non si può annullare.",
			"Nelle anagrafi della sanità non cambia nulla. Se vorrai di nuovo le credenziali, ti registrerai da capo.",
			"Se hai cambiato idea non fare nulla: senza la tua conferma le credenziali restano come sono."),
	})
}

func (w *Writer) writeCode(dst io.Writer, l codeLetter) error {
	s, err := w.setCode(l)
	if err != nil {
		return err
	}
	return s.end(dst)
}

// boxTop is where the box with the code stands on every letter, in every language: under the title, the greeting and three lines.
const boxTop = 139 * pdf.MM

// setCode sets a letter on one sheet: where long names and addresses do not leave room, it is set again in smaller type.
func (w *Writer) setCode(l codeLetter) (*sheet, error) {
	picture, err := w.qrOf(l.page)
	if err != nil {
		return nil, err
	}
	s := w.begin(l.Head, l.kind, l.t(l.title), l.number)
	s.fold(l, picture)
	if len(s.doc.Pages()) > 1 {
		s = w.begin(l.Head, l.kind, l.t(l.title), l.number)
		s.styles = s.smaller()
		s.fold(l, picture)
	}
	return s, nil
}

// fold sets the letter on a sheet that will be folded in three.
func (s *sheet) fold(l codeLetter, picture barcode.Barcode) {
	s.letterhead()
	s.foldMarks()
	s.addressee(l.to, l.mark)
	s.reference(s.references(l.number))
	s.flow.Y = folds[0] + 4*pdf.MM
	s.flow.Heading(1, s.title, s.t(l.title))
	s.flow.Space(3)
	s.paragraph(s.say("Gentile %s,", l.to.Name)...)
	s.paragraph(s.say(l.intro.text, l.intro.with...)...)
	s.flow.Y = max(s.flow.Y, boxTop)
	s.codeBox(l)
	s.stepsWithPicture(l, picture)
	s.section(l.caution)
	s.list(pdf.Bullets, s.set(l.cautions))
	if help := s.help(); len(help) > 0 {
		s.flow.Space(6)
		s.paragraph(append([]pdf.Run{s.bold(s.t("Serve aiuto?") + " ")}, help...)...)
	}
}

// references are what stands beside the address.
func (s *sheet) references(number string) [][2]string {
	fields := [][2]string{{s.t("Data"), s.day(s.At)}}
	if number != "" {
		fields = append(fields, [2]string{s.t("Numero di registrazione"), number})
	}
	return fields
}

// codeBox shows the code, in the middle third of the sheet: folded, no side of it is outside.
func (s *sheet) codeBox(l codeLetter) {
	f := &s.flow
	const height = 29 * pdf.MM
	f.Page.RoundBox(pale, left, f.Y, width, height, 4)
	f.Page.Box(blue, left, f.Y, 3, height)
	style := s.code
	room := width - 48
	if w := style.Font.Width(l.code, style.Size); w > room {
		style.Size *= room / w
	}
	x := left + 18
	f.Page.Text(f.Parent.Add("P"), s.label, x, f.Y+19, s.t(l.label))
	f.Page.Text(f.Parent.Add("P"), style, x, f.Y+52, l.code)
	f.Page.Text(f.Parent.Add("P"), s.small, x, f.Y+71, s.t(l.note.text, l.note.with...))
	f.Y += height + 4
}

// stepsWithPicture sets the steps and, at their right, the QR code of the page.
func (s *sheet) stepsWithPicture(l codeLetter, picture barcode.Barcode) {
	const side = 27 * pdf.MM
	f := &s.flow
	page, x, top := f.Page, left+width-side, f.Y+14
	f.Width = width - side - 10*pdf.MM
	s.section("Che cosa fare adesso")
	s.list(pdf.Decimal, s.set(l.steps))
	f.Width = width
	n := picture.Bounds().Dx()
	figure := f.Parent.AddFigure(s.t("Codice QR che apre la pagina %s", bare(l.page)), x, top, side, side)
	page.Picture(figure, x, top, side/float64(n), n, func(column, row int) bool {
		r, _, _, _ := picture.At(column, row).RGBA()
		return r == 0
	})
	page.Text(f.Parent.Add("P"), s.small, x, top+side+15, s.t("Inquadra il codice"))
	f.Y = max(f.Y, top+side+15)
}

// qrOf encodes an address, and only an address: one with parameters could carry a code.
func (w *Writer) qrOf(address string) (barcode.Barcode, error) {
	if known, ok := w.qr.Load(address); ok {
		return known.(barcode.Barcode), nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || strings.ContainsAny(address, "?#") {
		return nil, ErrAddress
	}
	picture, err := qr.Encode(address, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("drawing the QR code: %w", err)
	}
	w.qr.Store(address, picture)
	return picture, nil
}

// grouped parts a code by spaces, which whoever types it may leave out.
func grouped(code string, group int) string {
	if group <= 0 {
		return code
	}
	var b strings.Builder
	for i, r := range []rune(code) {
		if i > 0 && i%group == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}
