package postroom_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"sportello/community"
	"sportello/credential"
	"sportello/office"
	"sportello/postal"
	"sportello/postroom"
	"sportello/registration"
	"sportello/store"
)

func (h *house) back(w waiting, cause postal.Cause) {
	h.t.Helper()
	already, err := h.Mark(h.t.Context(), h.olga(), postroom.Fate{Number: w.letter.Number, State: postal.Returned, Cause: cause})
	h.must(err)
	if already {
		h.t.Error("the letter had come back before")
	}
}

func (h *house) frozen(w waiting) (frozen bool) {
	h.t.Helper()
	h.see(func(tx *store.Tx) (err error) { frozen, err = tx.Frozen(w.reg, w.letter.Secret); return err })
	return frozen
}

func TestALetterThatComesBackFreezesItsPIN(t *testing.T) {
	each(t, func(h *house) {
		w := h.queue()
		_, err := h.Mark(t.Context(), h.olga(), postroom.Fate{Number: w.letter.Number, State: postal.Returned, Cause: "trasferito"})
		h.refused(err, postroom.ErrNotSent)
		h.send()
		_, err = h.Mark(t.Context(), h.olga(), postroom.Fate{Number: w.letter.Number, State: postal.Returned, Cause: "boh"})
		h.refused(err, postroom.ErrNoCause)
		_, err = h.Mark(t.Context(), h.clerk(), postroom.Fate{Number: w.letter.Number, State: postal.Returned, Cause: "trasferito"})
		h.refused(err, office.ErrForbidden)
		_, err = h.Mark(t.Context(), h.stranger(), postroom.Fate{Number: w.letter.Number, State: postal.Returned, Cause: "trasferito"})
		h.refused(err, store.ErrNotFound)
		if h.frozen(w) {
			t.Error("a PIN is frozen by who may not")
		}
		h.back(w, "trasferito")
		if !h.frozen(w) {
			t.Error("the PIN of a letter that came back is not frozen")
		}
		already, err := h.Mark(t.Context(), h.olga(), postroom.Fate{Number: w.letter.Number, State: postal.Returned, Cause: "trasferito"})
		h.must(err)
		if !already {
			t.Error("the same scan twice is news")
		}
		_, err = h.Mark(t.Context(), h.olga(), postroom.Fate{Number: w.letter.Number, State: postal.Delivered})
		h.refused(err, postal.ErrState)
	})
}

// again is the form that sends w's letter once more.
func (h *house) again(w waiting) postroom.Again {
	return postroom.Again{Letter: w.letter.ID, Version: h.letter(w.letter.ID).Version, Proof: postal.ByPaper, Note: "certificato di residenza via e-mail",
		Block: postroom.Block{Lines: []string{"Ada Prova", "Corso  Francia 12", "", "10143 Torino TO"}}}
}

// After the address is checked a new PIN goes out in a new letter, and the one that came back is dead (C10).
func TestSendAgain(t *testing.T) {
	each(t, func(h *house) {
		w := h.queue()
		h.send()
		_, err := h.SendAgain(t.Context(), h.olga(), h.again(w))
		h.refused(err, postal.ErrState)
		h.back(w, "indirizzo insufficiente")
		for want, spoil := range map[error]func(*postroom.Again){
			postroom.ErrNote:    func(in *postroom.Again) { in.Note = " " },
			postroom.ErrAddress: func(in *postroom.Again) { in.Lines = in.Lines[:1] },
			postal.ErrUnproven:  func(in *postroom.Again) { in.Proof = "" },
			store.ErrStale:      func(in *postroom.Again) { in.Version-- },
			store.ErrNotFound:   func(in *postroom.Again) { in.Letter = "?" },
		} {
			in := h.again(w)
			spoil(&in)
			_, err := h.SendAgain(t.Context(), h.olga(), in)
			h.refused(err, want)
		}
		_, err = h.SendAgain(t.Context(), h.stranger(), h.again(w))
		h.refused(err, store.ErrNotFound)
		in := h.again(w)
		id, err := h.SendAgain(t.Context(), h.olga(), in)
		h.must(err)
		_, err = h.SendAgain(t.Context(), h.olga(), in) // the same form twice
		h.refused(err, store.ErrStale)
		l := h.letter(id)
		if fmt.Sprint(l.Lines) != "[ADA PROVA CORSO FRANCIA 12 10143 TORINO TO]" || l.State != postal.Waiting || l.Instead != w.letter.ID || l.Operation != w.op || l.Note == "" {
			t.Errorf("%+v", l)
		}
		h.see(func(tx *store.Tx) error {
			hand, err := tx.Handover(w.op)
			if hand.PIN != l.Secret || hand.PIN == w.letter.Secret || hand.Tries != 0 {
				t.Errorf("the operation still waits for the old PIN: %+v", hand)
			}
			return err
		})
		if h.frozen(w) || h.frozen(waiting{reg: w.reg, letter: l}) {
			t.Error("the new PIN is frozen, or the old one recognised at all")
		}
		v := h.run()
		if page := h.pages(v)[0]; strings.Contains(page, w.pin[:4]+" "+w.pin[4:]) || !strings.Contains(page, "CORSO FRANCIA 12") {
			t.Error("the new letter says the old PIN, or goes to the old address")
		}
	})
}

func TestWhatIsNotSentAgain(t *testing.T) {
	each(t, func(h *house) {
		dead, booked, often := h.queue(), h.queue(), h.queue()
		h.send()
		h.back(dead, postal.Deceased)
		_, err := h.SendAgain(t.Context(), h.olga(), h.again(dead))
		h.refused(err, postroom.ErrDeceased)
		h.back(booked, "sconosciuto")
		h.act(func(tx *store.Tx) error {
			hand, err := tx.Handover(booked.op)
			hand.PIN = "another booking's"
			return errors.Join(err, tx.SaveHandover(hand))
		})
		_, err = h.SendAgain(t.Context(), h.olga(), h.again(booked))
		h.refused(err, postroom.ErrOver)
		if l := h.letter(booked.letter.ID); l.Secret != booked.letter.Secret {
			t.Error("a refused letter was changed")
		}
		h.policy(func(c *community.Post) { c.Yearly = 2 })
		h.back(often, "trasferito")
		id, err := h.SendAgain(t.Context(), h.olga(), h.again(often))
		h.must(err)
		h.send()
		second := waiting{letter: h.letter(id), reg: often.reg, op: often.op}
		h.back(second, "trasferito")
		_, err = h.SendAgain(t.Context(), h.olga(), h.again(second))
		h.refused(err, postal.ErrTooMany)
		_, err = h.SendAgain(t.Context(), h.olga(), h.again(often)) // from the page of the first letter
		h.refused(err, postroom.ErrLater)
	})
}

// active gives somebody credentials whose PIN is that of their letter.
func (h *house) active(w waiting) {
	h.t.Helper()
	h.act(func(tx *store.Tx) error {
		r, err := tx.Registration(w.reg)
		op, failed := tx.Operation(w.op)
		r.State, op.Outcome = registration.Active, registration.Success
		return errors.Join(err, failed, tx.SaveRegistration(r), tx.SaveOperation(op), tx.LetterArrived(w.op),
			tx.SetCredentials(realm, &credential.Set{Registration: w.reg, Username: w.reg, PIN: w.letter.Secret, SetAt: h.now}))
	})
}

// A PIN that was used has arrived: whoever says that its letter came back is wrong, or lies.
func TestAUsedPINIsNotFrozenByALie(t *testing.T) {
	each(t, func(h *house) {
		w := h.queue()
		h.send()
		h.active(w)
		_, err := h.Mark(t.Context(), h.olga(), postroom.Fate{Number: w.letter.Number, State: postal.Returned, Cause: "sconosciuto"})
		h.refused(err, postroom.ErrUsed)
		if h.frozen(w) {
			t.Error("a working PIN was frozen")
		}
	})
}

// A list of outcomes by somebody who lies, errs and repeats: each line is judged for itself.
func TestOutcomesOfAHostilePrintingHouse(t *testing.T) {
	each(t, func(h *house) {
		a, b, used, unsent := h.queue(), h.queue(), h.queue(), waiting{}
		h.send()
		h.active(used)
		unsent = h.queue()
		n := func(w waiting) string { return string(w.letter.Number) }
		list := "\ufeffLettera;Data;ESITO;Motivo\r\n" + strings.Join([]string{
			n(a) + ";;Resa;compiuta giacenza",
			n(a) + ";;resa;compiuta giacenza",
			n(a) + ";;consegnata;",
			b.letter.Number.String() + ";;consegnata;",
			n(used) + ";;resa;sconosciuto",
			n(unsent) + ";;resa;sconosciuto",
			"123456789012;;resa;sconosciuto",
			"999999999949;;resa;sconosciuto",
			n(b) + ";;resa;per dispetto",
			n(b) + ";;bruciata;",
			"=cmd|' /C calc'!A0;;resa;",
			n(b),
			`"` + n(b) + `;;resa;` + strings.Repeat("x", 5000),
		}, "\r\n")
		id, err := h.Outcomes(t.Context(), h.olga(), strings.NewReader(list))
		h.must(err)
		r, err := h.Report(t.Context(), h.olga(), id)
		h.must(err)
		var got []string
		for _, o := range r.Lines {
			got = append(got, fmt.Sprint(o.Line, " ", o.Result, " ", o.Why))
		}
		want := []string{"2 registrata ", "3 già registrata ", "4 rifiutata la lettera ha già un altro esito", "5 registrata ", "6 rifiutata il PIN della lettera è già stato usato: è arrivata",
			"7 rifiutata la lettera non è mai partita", "8 rifiutata non è il numero di una lettera", "9 rifiutata non è il numero di una lettera",
			"10 rifiutata il motivo della resa manca o non è tra quelli ammessi", "11 rifiutata l'esito deve essere \"consegnata\" o \"resa\"",
			"12 rifiutata non è il numero di una lettera", "13 rifiutata l'esito deve essere \"consegnata\" o \"resa\"", "14 rifiutata non è il numero di una lettera"}
		if len(got) != len(want) {
			t.Fatalf("%d lines: %q", len(got), got)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%q, want %q", got[i], want[i])
			}
		}
		if r.Noted != 2 || r.Known != 1 || r.Refused != 10 || !h.frozen(a) || h.frozen(b) || h.frozen(used) {
			t.Errorf("%d noted, %d known, %d refused", r.Noted, r.Known, r.Refused)
		}
		_, err = h.Report(t.Context(), h.stranger(), id)
		h.refused(err, store.ErrNotFound)
		_, err = h.Outcomes(t.Context(), h.olga(), strings.NewReader("numero,stato\n1,2"))
		h.refused(err, postroom.ErrNoColumns)
		_, err = h.Outcomes(t.Context(), h.olga(), strings.NewReader("lettera,esito\n"+strings.Repeat("1,2\n", postroom.MostLines+1)))
		h.refused(err, postroom.ErrTooLarge)
		_, err = h.Outcomes(t.Context(), h.clerk(), strings.NewReader(list))
		h.refused(err, office.ErrForbidden)
	})
}

// An address that does not fit waits for somebody to shorten it, and is told before the run.
func TestAnAddressThatDoesNotFit(t *testing.T) {
	each(t, func(h *house) {
		w := h.queue()
		h.act(func(tx *store.Tx) error {
			l, err := tx.Letter(w.letter.ID)
			l.State, l.Fault, l.Lines[1] = postal.Unfit, postal.TooLong, strings.Repeat("VIA LUNGA ", 6)
			return errors.Join(err, tx.SaveLetter(l))
		})
		_, err := h.Begin(t.Context(), h.olga(), realm)
		h.refused(err, postroom.ErrNothing)
		now := h.letter(w.letter.ID)
		var bad postroom.BadAddress
		if err := h.Correct(t.Context(), h.olga(), now.ID, now.Version, postroom.Block{Lines: now.Lines}); !errors.As(err, &bad) || bad.Fault != postal.TooLong {
			t.Errorf("%v", err)
		}
		short := postroom.Block{Lines: []string{"ada prova", "via lunga 6", "10122 torino to"}}
		h.refused(h.Correct(t.Context(), h.olga(), now.ID, now.Version-1, short), store.ErrStale)
		h.refused(h.Correct(t.Context(), h.clerk(), now.ID, now.Version, short), office.ErrForbidden)
		h.must(h.Correct(t.Context(), h.olga(), now.ID, now.Version, short))
		if v := h.run(); v.Letters != 1 || !strings.Contains(h.pages(v)[0], "VIA LUNGA 6") {
			t.Errorf("%+v", v.Run)
		}
	})
}

// Nobody handles a letter to themselves (mission S11).
func TestOwnLetter(t *testing.T) {
	each(t, func(h *house) {
		w := h.queue()
		h.send()
		own := h.olga()
		h.see(func(tx *store.Tx) error {
			r, err := tx.Registration(w.reg)
			of, failed := tx.Person(r.Person)
			own.Operator.TaxCode = of.TaxCode
			return errors.Join(err, failed)
		})
		_, err := h.Mark(t.Context(), own, postroom.Fate{Number: w.letter.Number, State: postal.Returned, Cause: "sconosciuto"})
		h.refused(err, office.ErrSelf)
		h.back(w, "sconosciuto")
		_, err = h.SendAgain(t.Context(), own, h.again(w))
		h.refused(err, office.ErrSelf)
	})
}
