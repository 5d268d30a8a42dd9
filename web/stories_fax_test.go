package web

import (
	"bytes"
	"context"
	"image"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sportello/fax"
	"sportello/letter"
	"sportello/mail"
	"sportello/person"
	"sportello/postal"
	"sportello/registration"
	"sportello/scan"
	"sportello/store"
)

// registeredOnline is somebody who has typed their data at home and was not identified by the civil registry (001 §3.3.2).
func (h *house) registeredOnline(x resident) registration.Number {
	h.Helper()
	p := x.Person.Person
	p.Residence, p.Document = x.CIA.Residence, x.CIA.Document
	p.Document.Issuer, p.Contacts = "Comune di Torino", person.Contacts{Email: citizensMail}
	reg := &registration.Registration{Realm: "sistemapiemonte", Community: "sistemapiemonte", State: registration.Registered, CreatedAt: h.clock()}
	h.act(func(tx *store.Tx) error {
		id, err := tx.NewID()
		h.must(err)
		p.ID = person.ID(id)
		reg.ID, err = tx.NewID()
		h.must(err)
		reg.Person = p.ID
		reg.Number, err = registration.DrawNumber(h.Rand)
		h.must(err)
		h.must(tx.AddPerson(&store.Person{Person: p, Realm: reg.Realm}))
		return tx.AddRegistration(reg)
	})
	return reg.Number
}

// faxOf is the cover sheet of a registration, as it comes back from a fax machine.
func (h *house) faxOf(n registration.Number) []byte {
	h.Helper()
	var b bytes.Buffer
	h.must(h.Desk.Letters.FaxCover(&b, letter.FaxCover{Head: letter.Head{Publisher: h.own().Publisher, Community: h.own().Name, At: h.clock()}, Number: string(n), Fax: h.own().Fax.Number}))
	return b.Bytes()
}

// sendFax leaves a fax in a watched folder and reads it.
func (h *house) sendFax(folder *fax.Folder, name string, data []byte) {
	h.Helper()
	h.must(os.WriteFile(filepath.Join(folder.Dir, name), data, 0o600))
	h.must(h.Helpdesk.ReadFaxes(h.Context(), folder, h.own()))
}

func (h *house) faxFolder() *fax.Folder {
	h.Helper()
	h.must(drawing.Prepare())
	return &fax.Folder{Dir: h.TempDir(), Now: func() time.Time { return time.Now().Add(time.Hour) }}
}

var (
	inOrder = []string{"Il fax è firmato a mano", "Sì", "Documento d'identità", "Carta d'identità, fronte e retro", "I dati del documento coincidono con quelli dichiarati", "sì",
		"Prova del codice fiscale", "Tessera sanitaria"}
	livingThere = append(inOrder[:len(inOrder):len(inOrder)], "Prova della residenza", "Non serve: è quella del documento")
)

// C04-C07, 001 §3.3.2: the fax finds its registration by the barcode; the clerk looks at the pages beside the data, and the weak riscontro sends
// the PIN by post and the code by mail.
func TestStoryFaxAccettato(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		x := h.residents()[0]
		n := h.registeredOnline(x)
		folder := h.faxFolder()
		h.sendFax(folder, "fax-0001.pdf", h.faxOf(n))
		h.sendFax(folder, "fax-0001-di-nuovo.pdf", h.faxOf(n))

		elena := h.back(t, "elena")
		elena.open("/sportello/istanze?tipo=fax")
		elena.reads("Da evadere (1)", x.Surname, string(n))
		elena.follow("Identificazione via fax")
		elena.reads("Pagine arrivate", x.CIA.Document.Number, "Residenza dichiarata")
		page := elena.page.Find("figure img").AttrOr("src", "")
		if p := elena.get(page); p.Header.Get("Content-Type") != "image/png" || p.Header.Get("Cache-Control") != "no-store" || len(p.Body) < 10_000 {
			t.Errorf("the page is %s of %d bytes", p.Header.Get("Content-Type"), len(p.Body))
		}
		for _, wrong := range []string{strings.TrimSuffix(page, "1") + "2", strings.TrimSuffix(page, "1") + "x", page + "?misura=enorme"} {
			if p := elena.get(wrong); p.Status != http.StatusNotFound {
				t.Errorf("%s: %d", wrong, p.Status)
			}
		}
		elena.press("Prendi in carico")
		elena.press("Accetta l'identificazione", append(inOrder, "Prova della residenza", "Manca")...)
		elena.reads("Con questa risposta l'istanza non si può accogliere: respingerla.")
		elena.press("Accetta l'identificazione", livingThere...)
		elena.reads("Istanza accolta", "Riscontrato")

		got := papers{taxCode: string(x.TaxCode), code: h.grabbed(h.lastMail("Il tuo codice di attivazione"), writtenCode), pin: h.faxedPIN(n)}
		h.home(x).activate(got, "giulia.b85")
		h.clerk(t, "anna", asl).sees(x, "Attivo", "No", "Nessuna")
	})
}

// faxedPIN is the PIN in the letter that waits for the printing house.
func (h *house) faxedPIN(n registration.Number) (pin string) {
	h.Helper()
	h.must(h.Desk.Store.Read(h.Context(), func(tx *store.Tx) error {
		reg, err := tx.RegistrationByNumber(n)
		h.must(err)
		letters, err := tx.LettersOf(reg.ID)
		h.must(err)
		if len(letters) != 1 || letters[0].State != postal.Waiting || letters[0].Proof != postal.ByDocument {
			h.Fatalf("the letters: %+v", letters)
		}
		plain, err := h.Desk.Sealer.Open(postal.Seal(letters[0].ID), letters[0].Sealed)
		pin = string(plain)
		return err
	}))
	return pin
}

// C08: a fax without a signature is refused with its reason; the registration is respinta, can be found, and is no dead end (mission S4).
func TestStoryFaxRespinto(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		x := h.residents()[0]
		n := h.registeredOnline(x)
		h.sendFax(h.faxFolder(), "fax.pdf", h.faxOf(n))
		elena := h.back(t, "elena")
		elena.open("/sportello/istanze")
		elena.follow("Identificazione via fax")
		elena.press("Prendi in carico")
		elena.press("Concludi", "Come si conclude", "Respinta", "Motivo", "Il fax non è firmato")
		elena.reads("Istanza conclusa", "Respinto")
		if m := h.lastMail("La tua registrazione a Sistema Piemonte non è stata accettata"); !strings.Contains(m, "Il fax non è firmato") {
			t.Errorf("the mail does not say why:\n%s", m)
		}
		clerk := h.clerk(t, "anna", asl)
		clerk.sees(x, "Respinto", "No", "Nessuna")
		h.home(x).activate(clerk.register(x), "giulia.b85")
	})
}

// Faxes that are of no use, that nobody can tell whose they are, that come twice, that a clerk has in a file.
func TestFaxes(t *testing.T) {
	h := newHouse(t)
	x := h.residents()[0]
	n := h.registeredOnline(x)
	folder := h.faxFolder()
	elena := h.back(t, "elena")
	h.sendFax(folder, "rotto.pdf", []byte("%PDF-1.4\nniente"))
	elena.open("/sportello/istanze")
	elena.follow("Altro")
	elena.reads("Il fax «rotto.pdf» non si può usare", "tra gli scartati")

	nobodys := h.faxOf("9999999999")
	elena.open("/sportello/istanze")
	elena.follow("Carica un fax")
	elena.page = elena.upload("scritta.txt", []byte("ciao"))
	elena.reads("Il file non si può usare: non è un PDF né un TIFF.")
	elena.page = elena.upload("fax.pdf", nobodys)
	elena.reads("Fax ricevuto", "non è ancora collegata a una pratica")
	at := strings.Split(elena.page.Path, "?")[0]
	if again := elena.upload("fax.pdf", nobodys); strings.Split(again.Path, "?")[0] != at {
		t.Errorf("the same fax made another request: %s", again.Path)
	}
	elena.open(at)
	elena.press("Prendi in carico")
	elena.reads("Prima di accoglierla, l'istanza va collegata a una pratica.")
	elena.misses("Accetta l'identificazione")
	elena.press("Salva le risposte", livingThere...)
	elena.reads("Da evadere entro")
	elena.open(at)
	elena.press("Collega alla pratica", "Di chi è l'istanza", string(n))
	elena.reads("Istanza collegata alla pratica", x.Surname)
	if p := h.login(t, "anna").get(elena.page.Find("figure img").AttrOr("src", "")); p.Status != http.StatusForbidden {
		t.Errorf("a clerk of the desk sees a page: %d", p.Status)
	}
	h.clerk(t, "bruno", asl).book(x, "Riscontro forte") // meanwhile the citizen has gone to a desk
	elena.open(at)
	elena.press("Accetta l'identificazione", livingThere...)
	elena.misses("Istanza accolta")
	elena.open(at)
	elena.press("Concludi", "Come si conclude", "Respinta", "Motivo", "Il fax non è firmato")
	h.clerk(t, "anna", asl).sees(x, "Riscontrato", "No", "Riscontro forte")
}

// The cover as fax machines send it, black and white and packed as G3 or G4, is uploaded, read by its barcode, looked at and accepted (C05).
func TestStoryFaxInTIFF(t *testing.T) {
	h := newHouse(t)
	h.must(drawing.Prepare())
	elena := h.back(t, "elena")
	for i, packing := range packings {
		x := h.residents()[i]
		n := h.registeredOnline(x)
		cover := h.faxOf(n)
		d, err := scan.Open(cover, scan.PDF, 20)
		h.must(err)
		page, err := drawing.Draw(h.Context(), d, 0, 1728)
		h.must(err)
		upper := page.Bounds()
		upper.Max.Y = upper.Dy() / 2
		sent := tiffOf(page.(interface {
			SubImage(image.Rectangle) image.Image
		}).SubImage(upper), packing)
		elena.open("/sportello/istanze")
		elena.follow("Carica un fax")
		if p := elena.upload("fax.tif", sent[:len(sent)/2]); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("half a file in %s: %d %s", packing.name, p.Status, p.said())
		}
		elena.page = elena.upload("fax.tif", sent)
		elena.reads("Fax ricevuto", x.Surname, string(n))
		at := strings.Split(elena.page.Path, "?")[0]
		if p := elena.get(elena.page.Find("figure img").AttrOr("src", "")); p.Header.Get("Content-Type") != "image/png" || len(p.Body) < 10_000 {
			t.Errorf("%s: the page is %s of %d bytes", packing.name, p.Header.Get("Content-Type"), len(p.Body))
		}
		if again := elena.upload("fax.tif", sent); strings.Split(again.Path, "?")[0] != at {
			t.Errorf("the same fax made another request: %s", again.Path)
		}
		elena.open(at)
		elena.press("Prendi in carico")
		elena.press("Accetta l'identificazione", livingThere...)
		elena.reads("Istanza accolta", "Riscontrato")
	}
}

// upload sends a file by the form of the page shown.
func (r *reader) upload(name string, data []byte) *shown {
	r.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	file, err := form.CreateFormFile("file", name)
	r.must(err)
	_, err = io.Copy(file, bytes.NewReader(data))
	r.must(err)
	r.must(form.Close())
	request, err := http.NewRequestWithContext(r.Context(), http.MethodPost, r.URL+"/sportello/istanze/fax", &body)
	r.must(err)
	request.Header.Set("Content-Type", form.FormDataContentType())
	request.Header.Set("Origin", r.URL)
	return r.send(request)
}

// A mail server that is down for a day: each mail goes once it is back, under one Message-ID, and the desk sees meanwhile that it waits (E03).
func TestMailServerDownForADay(t *testing.T) {
	h := newHouse(t)
	x := h.People.CIA[0]
	clerk := h.login(t, "bruno")
	at := clerk.register(x).Path
	clerk.post(at + "/pin")
	clerk.post(at + "/riepilogo")
	clerk.post(at + "/fine")
	down := &downFor{inner: h}
	h.courier.Sender = down
	for range 8 {
		for more := true; more; {
			var err error
			more, err = h.courier.Step(t.Context())
			h.must(err)
		}
		h.wait(3 * time.Hour)
	}
	boss := h.login(t, "carla")
	p := boss.get("/sportello/lavori")
	if list := p.Find("section[aria-labelledby=posta-ferma]"); !strings.Contains(list.Text(), x.Surname) {
		t.Errorf("the desk does not see the mail that waits: %s", p.said())
	}
	down.up = true
	h.wait(6 * time.Hour)
	if got := h.letters(citizensMail); len(got) != 1 || down.tries < 2 || down.ids[got[0].ID] != down.tries+1 {
		t.Errorf("%d mails after %d tries under %d ids", len(got), down.tries, len(down.ids))
	}
	if p := h.login(t, "carla").get("/sportello/lavori"); strings.Contains(p.Find("section[aria-labelledby=posta-ferma]").Text(), x.Surname) {
		t.Error("a mail that has gone still waits")
	}
}

// A downFor refuses every mail until it is up.
type downFor struct {
	inner *house
	up    bool
	tries int
	ids   map[string]int
}

func (d *downFor) Send(ctx context.Context, m mail.Message) error {
	if d.ids == nil {
		d.ids = map[string]int{}
	}
	d.ids[m.ID]++
	if !d.up {
		d.tries++
		return &mail.Failure{Class: mail.ErrLater, Reason: "il server di posta non risponde"}
	}
	return d.inner.Send(ctx, m)
}
