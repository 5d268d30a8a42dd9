package postroom_test

import (
	"bytes"
	"crypto/rand"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"sportello/audit"
	"sportello/communities"
	"sportello/community"
	"sportello/credential"
	"sportello/letter"
	"sportello/office"
	"sportello/person"
	"sportello/postal"
	"sportello/postroom"
	"sportello/printing"
	"sportello/registration"
	"sportello/store"
	"sportello/testdb"
	"sportello/vault"
)

const realm = "sistemapiemonte"

// house is a postroom over an empty database, with a printing house whose key the test has, and a clock that the test moves.
type house struct {
	*postroom.Postroom
	t     *testing.T
	now   time.Time
	key   *age.X25519Identity
	mails int
	n     int // of the last person
}

// each runs a story on every engine.
func each(t *testing.T, story func(h *house)) {
	t.Helper()
	t.Parallel()
	testdb.Each(t, func(t *testing.T, dsn string) {
		t.Parallel()
		story(newHouse(t, dsn))
	})
}

func newHouse(t *testing.T, dsn string) *house {
	t.Helper()
	h := &house{t: t, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	keys, err := vault.Create(filepath.Join(t.TempDir(), "keys"), rand.Reader)
	h.must(err)
	db, err := store.Open(t.Context(), dsn, store.Options{Now: func() time.Time { return h.now }, Rand: rand.Reader, Sealer: keys})
	h.must(err)
	t.Cleanup(func() { h.must(db.Close()) })
	h.key, err = age.GenerateX25519Identity()
	h.must(err)
	letters, err := letter.New()
	if errors.Is(err, letter.ErrFonts) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	h.must(err)
	zone, err := time.LoadLocation("Europe/Rome")
	h.must(err)
	h.Postroom = &postroom.Postroom{Store: db, Places: person.ItalianPlaces(), Sealer: keys, Letters: letters, Folder: printing.Folder{Dir: filepath.Join(t.TempDir(), "tipografia")},
		Hasher: credential.NewHasher(credential.Hashing{Cost: credential.TestCost, MAC: keys.MAC, Rand: rand.Reader, Width: 2}),
		Rand:   rand.Reader, Zone: zone, Addresses: community.Addresses{Main: "https://test.example"}, MailDomain: "test.example",
		MailQueued: func() { h.mails++ }, Log: slog.New(slog.DiscardHandler)}
	h.Communities, err = community.LoadAll(communities.FS)
	h.must(err)
	h.policy(func(c *community.Post) {
		*c = community.Post{Key: h.key.Recipient().String(), Product: "posta massiva", Yearly: 4}
	})
	h.act(func(tx *store.Tx) error {
		e, o := asl, olga
		o.Posts = []office.Post{{Ente: asl.ID, Role: office.Helpdesk}}
		return errors.Join(tx.AddEnte(&e), tx.AddOperator(&o))
	})
	return h
}

// policy changes what the community asks of its post.
func (h *house) policy(change func(*community.Post)) {
	c, _ := h.Communities.ByID(realm)
	change(&c.Post)
	h.Communities = h.Communities.With(c)
}

var (
	asl   = office.Ente{ID: "asl", Name: "ASL", Community: realm, Realm: realm, Issues: office.IssuesStrong}
	altro = office.Ente{ID: "altro", Name: "Altro", Community: "trentino", Realm: "trentino", Issues: office.IssuesStrong}
	olga  = office.Operator{ID: "olga", Username: "olga", TaxCode: person.ComputeTaxCode("Posta", "Olga", "1980-01-01", person.Female, "L219"), Surname: "Posta", Name: "Olga", Email: "olga@sportello.example"}
)

func (h *house) olga() postroom.Who     { return h.at(asl, office.Helpdesk) }
func (h *house) clerk() postroom.Who    { return h.at(asl, office.Clerk) }
func (h *house) stranger() postroom.Who { return h.at(altro, office.Helpdesk) }
func (h *house) at(e office.Ente, r office.Role) postroom.Who {
	return postroom.Who{Acting: office.Acting{Operator: olga, Ente: e, Post: office.Post{Ente: e.ID, Role: r}, FreshAt: h.now, FreshFor: time.Hour}}
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) refused(err, want error) {
	h.t.Helper()
	if !errors.Is(err, want) {
		h.t.Errorf("got %v, want %v", err, want)
	}
}

func (h *house) act(f func(*store.Tx) error) {
	h.t.Helper()
	h.must(h.Store.Act(h.t.Context(), audit.Record{Deed: audit.OperatorChange, ActorKind: audit.BySystem}, f))
}

func (h *house) see(f func(*store.Tx) error) {
	h.t.Helper()
	h.must(h.Store.Read(h.t.Context(), f))
}

// A waiting is somebody for whom a letter waits.
type waiting struct {
	letter *postal.Letter
	pin    string
	reg    string
	op     string
}

// queue registers somebody online, whose PIN goes by post while the activation code goes by e-mail.
func (h *house) queue() waiting {
	h.t.Helper()
	h.n++
	w := waiting{pin: fmt.Sprintf("PN%06d", h.n), reg: fmt.Sprint("r", h.n), op: fmt.Sprint("o", h.n)}
	hash, err := h.Hasher.Hash(credential.PurposePIN, w.pin)
	h.must(err)
	number, err := registration.DrawNumber(rand.Reader)
	h.must(err)
	day := person.DateOf(time.Date(1930, 1, 1+h.n, 0, 0, 0, 0, time.UTC))
	p := &store.Person{Realm: realm, Person: person.Person{ID: person.ID(fmt.Sprint("p", h.n)), TaxCode: person.ComputeTaxCode("Prova", "Ada", day, person.Female, "L219"), Surname: "Prova", Name: fmt.Sprint("Ada ", h.n), BirthDate: day, Sex: person.Female}}
	w.letter = &postal.Letter{Community: realm, Registration: w.reg, Operation: w.op, Lang: "it", Secret: hash, Proof: postal.ByRegistry,
		Address: postal.Address{Name: p.FullName(), Lines: []string{strings.ToUpper(p.FullName()), fmt.Sprint("VIA PO ", h.n), "10122 TORINO TO"}}}
	h.act(func(tx *store.Tx) error {
		c, _ := h.Communities.ByID(realm)
		return errors.Join(tx.AddPerson(p),
			tx.AddRegistration(&registration.Registration{ID: w.reg, Number: number, Person: p.ID, Realm: realm, Community: realm, State: registration.Verified, CreatedAt: tx.Now}),
			tx.AddOperation(&registration.Operation{ID: w.op, Registration: w.reg, Kind: registration.Verification, Outcome: registration.Pending, BookedAt: tx.Now, ConcludedAt: tx.Now, Prints: map[registration.Paper]registration.Print{}}),
			tx.AddHandover(&credential.Handover{Operation: w.op, PIN: hash, Code: "mac", CodeExpiresAt: tx.Now.AddDate(0, 2, 0)}),
			tx.QueueLetter(c.Post, w.letter, w.pin))
	})
	return w
}

// letter reads a letter as it is now.
func (h *house) letter(id string) (l *postal.Letter) {
	h.t.Helper()
	h.see(func(tx *store.Tx) (err error) { l, err = tx.Letter(id); return err })
	return l
}

func (h *house) registration(id string) (r *registration.Registration) {
	h.t.Helper()
	h.see(func(tx *store.Tx) (err error) { r, err = tx.Registration(id); return err })
	return r
}

// run makes a run of all that waits.
func (h *house) run() postroom.RunView {
	h.t.Helper()
	id, err := h.Begin(h.t.Context(), h.olga(), realm)
	h.must(err)
	h.must(h.Make(h.t.Context(), id))
	return h.view(id)
}

func (h *house) view(id string) postroom.RunView {
	h.t.Helper()
	v, err := h.Run(h.t.Context(), h.olga(), id)
	h.must(err)
	return v
}

// send makes a run, and has the printing house take it.
func (h *house) send() postroom.RunView {
	h.t.Helper()
	v := h.run()
	h.must(h.Confirm(h.t.Context(), h.olga(), v.ID))
	h.must(h.Close(h.t.Context(), v.ID))
	return h.view(v.ID)
}

// decrypt is what the printing house reads in a file of a run.
func (h *house) decrypt(v postroom.RunView, ending string) []byte {
	h.t.Helper()
	file, err := os.Open(filepath.Join(h.Folder.Dir, v.Number+ending))
	h.must(err)
	defer file.Close()
	plain, err := age.Decrypt(file, h.key)
	h.must(err)
	b, err := io.ReadAll(plain)
	h.must(err)
	return b
}

// pages is what is written on the sheets of a run, one text per sheet.
func (h *house) pages(v postroom.RunView) []string {
	h.t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil && os.Getenv("CI") != "true" {
		h.t.Skip("pdftotext is missing: apt-get install -y poppler-utils")
	}
	file := filepath.Join(h.t.TempDir(), "lotto.pdf")
	h.must(os.WriteFile(file, h.decrypt(v, printing.Letters), 0o600))
	out, err := exec.Command("pdftotext", file, "-").Output()
	h.must(err)
	return strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
}

// manifest is the list of a run, without its header.
func (h *house) manifest(v postroom.RunView) [][]string {
	h.t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(h.decrypt(v, printing.Manifest))).ReadAll()
	h.must(err)
	return rows[1:]
}
