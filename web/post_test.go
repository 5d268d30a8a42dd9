package web

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"sportello/community"
	"sportello/credential"
	"sportello/person"
	"sportello/postal"
	"sportello/registration"
	"sportello/store"
)

// printer gives the house a printing house, and the key with which it reads its runs.
func (h *house) printer() *age.X25519Identity {
	h.Helper()
	key, err := age.GenerateX25519Identity()
	h.must(err)
	c, _ := h.Postroom.Communities.ByID("sistemapiemonte")
	c.Post = community.Post{Key: key.Recipient().String(), Product: "posta massiva", Yearly: 4, TestAddress: []string{"UFFICIO POSTA", "VIA PO 1", "10122 TORINO TO"}, TestDays: 5}
	h.Postroom.Communities = h.Postroom.Communities.With(c)
	return key
}

// A byPost is somebody whose PIN goes by post and whose activation code came by e-mail.
type byPost struct {
	person person.Person
	number registration.Number
	code   string
	letter *postal.Letter
}

// queued leaves somebody as a registration online does (001 §3.3.1): riscontrato, with a letter that waits.
func (h *house) queued(surname string) byPost {
	h.Helper()
	c, _ := h.Desk.Communities.ByID("sistemapiemonte")
	pin, err := credential.Draw(c.Codes.PIN, h.Rand)
	h.must(err)
	code, err := credential.Draw(c.Codes.Activation, h.Rand)
	h.must(err)
	hash, err := h.Desk.Hasher.Hash(credential.PurposePIN, pin)
	h.must(err)
	x := byPost{code: code, person: person.Person{TaxCode: person.ComputeTaxCode(surname, "Ada", "1980-05-06", person.Female, "L219"), Surname: surname, Name: "Ada", BirthDate: "1980-05-06", Sex: person.Female,
		Residence: person.Residence{Address: "Via Po", Number: "1", Province: "TO", Comune: "L219", PostalCode: "10122"}, Contacts: person.Contacts{Email: strings.ToLower(surname) + "@posta.example"}}}
	x.number, err = registration.DrawNumber(h.Rand)
	h.must(err)
	h.act(func(tx *store.Tx) error {
		id, err := tx.NewID()
		x.person.ID = person.ID(id)
		reg, op := "r"+id, "o"+id
		x.letter = &postal.Letter{Community: c.ID, Registration: reg, Operation: op, Lang: "it", Secret: hash, Proof: postal.ByRegistry,
			Address: postal.Address{Name: x.person.FullName(), Lines: []string{strings.ToUpper(x.person.FullName()), "VIA PO 1", "10122 TORINO TO"}}}
		return errors.Join(err, tx.AddPerson(&store.Person{Person: x.person, Realm: c.Realm}),
			tx.AddRegistration(&registration.Registration{ID: reg, Number: x.number, Person: x.person.ID, Realm: c.Realm, Community: c.ID, State: registration.Verified, CreatedAt: tx.Now, VerifiedAt: tx.Now}),
			tx.AddOperation(&registration.Operation{ID: op, Registration: reg, Kind: registration.Verification, Outcome: registration.Pending, BookedAt: tx.Now, ConcludedAt: tx.Now, Prints: map[registration.Paper]registration.Print{}}),
			tx.AddHandover(&credential.Handover{Operation: op, PIN: hash, Code: h.Desk.Hasher.CodeMAC(credential.PurposeActivation, code), CodeExpiresAt: tx.Now.AddDate(0, 2, 0)}),
			tx.QueueLetter(community.Post{}, x.letter, pin))
	})
	return x
}

// sheets is what the printing house reads in a run that was downloaded, one text per sheet.
func (h *house) sheets(key *age.X25519Identity, file []byte) []string {
	h.Helper()
	plain, err := age.Decrypt(bytes.NewReader(file), key)
	h.must(err)
	b, err := io.ReadAll(plain)
	h.must(err)
	path := filepath.Join(h.TempDir(), "lotto.pdf")
	h.must(os.WriteFile(path, b, 0o600))
	out, err := exec.Command("pdftotext", path, "-").Output()
	h.must(err)
	return strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
}

var pinOnPaper = regexp.MustCompile(`(?m)^PIN\n+([0-9A-Z]{4} [0-9A-Z]{4})$`)

// send makes a run by the pages, downloads it, and says that the printing house has it. It gives the sheets.
func (c *client) sendRun(t *testing.T, key *age.X25519Identity) []string {
	t.Helper()
	p := c.submit(c.get(postPath), "form[action='/sportello/posta/lotti']")
	p.has(t, "In preparazione")
	c.must(c.Postroom.Step(c.Context()))
	p = c.get(strings.Split(p.Path, "?")[0])
	p.has(t, "Da consegnare", "registrare la consegna")
	checkPage(t, "run", p.Document)
	file := c.submit(p, "form[action$='/file']")
	if file.Status != http.StatusOK || !strings.HasPrefix(string(file.Body), "age-encryption.org/v1") || !strings.Contains(file.Header.Get("Content-Disposition"), ".pdf.age") {
		t.Fatalf("the file of the run: %d, %s", file.Status, file.Header)
	}
	p = c.submit(p, "form[action$='/consegna']")
	p.has(t, "Consegna registrata")
	c.must(c.Postroom.Step(c.Context()))
	c.get(strings.Split(p.Path, "?")[0]).has(t, "Inviato")
	return c.sheets(key, file.Body)
}

// C03, C10, E13: the PIN goes by post, comes back, opens nothing, and after the address was checked another goes and works.
func TestALetterGoesOutComesBackAndGoesOutAgain(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		key := h.printer()
		x := h.queued("Fiore")
		elena := h.login(t, "elena")
		elena.get("/sportello").has(t, "Posta")
		p := elena.get(postPath)
		checkPage(t, "post", p.Document)
		first := pinOnPaper.FindStringSubmatch(elena.sendRun(t, key)[0])[1]
		anna := h.login(t, "anna")
		detail := anna.get(detailPath(x.number))
		detail.has(t, "Lettere per posta", x.letter.Number.String(), "Inviata", "Possesso PINSì", "N. stampe effettuate1", "23 novembre 2026")
		if detail.Find("a[href^='/sportello/posta']").Length() > 0 {
			t.Error("a clerk is shown the way to the post")
		}

		p = elena.submit(elena.get(postPath), "form[action='/sportello/posta/cerca']", "numero-lettera", x.letter.Number.String())
		p.has(t, "È partita", "VIA PO 1", "Fiore")
		checkPage(t, "letter", p.Document)
		at := strings.Split(p.Path, "?")[0]
		elena.submit(p, "form[action$='/esito']").has(t, "Errore")
		p = elena.submit(elena.get(at), "form[action$='/esito']", "motivo", "indirizzo insufficiente")
		p.has(t, "Esito registrato", "tornata indietro", "non apre più niente")
		checkPage(t, "returned letter", p.Document)
		elena.get(postPath+"/rese").has(t, "Fiore", "indirizzo insufficiente")
		anna.get(detailPath(x.number)).has(t, "La lettera con il PIN è tornata indietro", "indirizzo insufficiente")

		citizen := h.visitor()
		types := func(pin string) *shown {
			return citizen.post("/attivazione", "codice-fiscale", string(x.person.TaxCode), "codice-attivazione", x.code, "pin", pin)
		}
		types(first).has(t, "La lettera con questo PIN è tornata indietro", "chiama l'assistenza")
		if said := types("AAAA AAAA").said(); strings.Contains(said, "tornata indietro") {
			t.Error("a wrong PIN is told that the letter came back")
		}

		stale := elena.get(at)
		again := []string{"riga-2", "Corso Francia 12 scala B", "riga-3", "10143 torino to", "prova", "carta", "nota", "certificato per e-mail"}
		p = elena.submit(stale, "form[action$='/nuova']", append(again, "riga-3", "Torino")...)
		p.has(t, "Così la posta non lo legge")
		if got := p.Find("input[name=riga-2]").AttrOr("value", ""); got != "Corso Francia 12 scala B" {
			t.Errorf("what was typed is lost: %q", got)
		}
		p = elena.submit(p, "form[action$='/nuova']", again...)
		p.has(t, "Nuova lettera in coda", "CORSO FRANCIA 12 SCALA B", "Da stampare")
		elena.submit(stale, "form[action$='/nuova']", again...).has(t, "La lettera è a un altro punto")
		second := pinOnPaper.FindStringSubmatch(elena.sendRun(t, key)[0])[1]
		if second == first {
			t.Fatal("the new letter has the old PIN")
		}
		h.wait(2 * time.Hour) // limits on wrong codes
		if said := types(first).said(); strings.Contains(said, "tornata indietro") {
			t.Error("the old PIN is still recognised")
		}
		if p := types(second); !strings.Contains(p.Path, "/attivazione/") {
			t.Errorf("the new PIN does not open the activation: %s", p.said())
		}
		elena = h.login(t, "elena")
		elena.get(detailPath(x.number)).has(t, "N. stampe effettuate2")
	})
}

// uploadOutcomes sends the printing house's list as a browser does.
func (c *client) uploadOutcomes(text string) *shown {
	c.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("elenco", "esiti.csv")
	c.must(err)
	_, err = io.WriteString(part, text)
	c.must(errors.Join(err, form.Close()))
	r, err := http.NewRequestWithContext(c.Context(), "POST", c.URL+postPath+"/esiti", &body)
	c.must(err)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Origin", c.URL)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return c.send(r)
}

func TestOutcomesAndTestLettersByThePages(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		key := h.printer()
		x := h.queued("Fiore")
		h.must(h.Postroom.Watch(h.Context()))
		elena := h.login(t, "elena")
		var code string
		for _, sheet := range elena.sendRun(t, key) {
			if _, after, found := strings.Cut(sheet, "Codice della lettera di prova"); found {
				code = regexp.MustCompile(`[0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4}`).FindString(after)
			}
		}
		p := elena.uploadOutcomes("lettera;esito;motivo\n" + string(x.letter.Number) + ";resa;trasferito\n123;resa;trasferito\n")
		p.has(t, "Registrate1", "Rifiutate1", "non è il numero di una lettera")
		checkPage(t, "outcomes", p.Document)
		elena.uploadOutcomes("a;b\n1;2\n").has(t, "mancano le colonne")
		elena.uploadOutcomes("lettera;esito\n"+strings.Repeat("123456789012;consegnata\n", outcomesBody/20)).has(t, "Il file supera 4 MB: dividerlo.")
		elena.submit(elena.get(postPath), "form[action='/sportello/posta/cerca']", "numero-lettera", "123456789012").has(t, "Non è il numero di una lettera")

		h.wait(6 * 24 * time.Hour)
		h.must(h.Postroom.Watch(h.Context()))
		elena = h.login(t, "elena")
		p = elena.get(postPath)
		p.has(t, "Le lettere di Sistema Piemonte non arrivano")
		p = elena.submit(p, "form[action='/sportello/posta/prova']", "codice-prova", "AAAABBBBCCCC")
		p.has(t, "Nessuna lettera di prova ha questo codice")
		p = elena.submit(p, "form[action='/sportello/posta/prova']", "codice-prova", strings.ToLower(code))
		p.has(t, "La lettera di prova è arrivata")
		if strings.Contains(p.said(), "non arrivano") {
			t.Error("the alarm goes on")
		}
	})
}

// A run that nobody confirms is told on the page of the post, on the run's, and in the list of the work of the desks, until somebody decides what becomes of
// its letters.
func TestARunForgottenByThePages(t *testing.T) {
	h := newHouse(t)
	h.printer()
	h.queued("Fiore")
	elena := h.back(t, "elena")
	elena.open(postPath)
	elena.press("Prepara il lotto")
	run := elena.page.Path
	h.must(h.Postroom.Step(t.Context()))
	h.wait(6 * 24 * time.Hour)
	elena, anna := h.back(t, "elena"), h.back(t, "anna")
	anna.open("/sportello/lavori")
	anna.reads("aspetta la conferma", "È pronto da 6 giorni")
	elena.open(postPath)
	elena.reads("aspetta la conferma")
	elena.open(strings.Split(run, "?")[0])
	elena.reads("aspetta la conferma", "Il lotto non deve partire")
	elena.press("Ritira il lotto")
	elena.reads("Motivo")
	if elena.page.Status != http.StatusUnprocessableEntity {
		t.Errorf("withdrawn without a reason: %d", elena.page.Status)
	}
	elena.press("Ritira il lotto", "Che cosa fare delle lettere", "Rimetterle in coda: la tipografia non ha mai ricevuto i file, e le lettere partono con il prossimo lotto", "Motivo", "Cartella non collegata.")
	elena.reads("Il lotto è ritirato", "In ritiro")
	h.must(h.Postroom.Step(t.Context()))
	elena.open(postPath)
	elena.reads("Annullato", "Prepara il lotto")
	elena.misses("aspetta la conferma")
	anna.open("/sportello/lavori")
	anna.misses("aspetta la conferma")
}
