package faults_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"sportello/access"
	"sportello/audit"
	"sportello/citizen"
	"sportello/credential"
	"sportello/letter"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
	"sportello/testdb"
)

// measured runs do b.N times, and reports the processor's time beside the clock's.
func measured(b *testing.B, do func(i int)) {
	b.Helper()
	b.ReportAllocs()
	before, i := spent(), 0
	for b.Loop() {
		do(i)
		i++
	}
	b.ReportMetric(float64(spent()-before)/float64(i), "cpu-ns/op")
}

// spent is the processor's time of this process.
func spent() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // it cannot fail for oneself
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// A counter asks the handler itself: no network stands between.
type counter struct {
	*house
	handler http.Handler
	cookies []*http.Cookie
}

// counter takes the session of a browser.
func (h *house) counter(c *client) counter {
	at, err := url.Parse(h.URL)
	h.must(err)
	return counter{h, h.face.Handler(), c.http.Jar.(*cookiejar.Jar).Cookies(at)}
}

func (c counter) ask(method, path string, form url.Values, want int) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for _, x := range c.cookies {
		r.AddCookie(x)
	}
	w := httptest.NewRecorder()
	if c.handler.ServeHTTP(w, r); w.Code != want {
		c.Fatalf("%s %s: %d, want %d", method, path, w.Code, want)
	}
	return w
}

// BenchmarkDesk measures the pages of the desk: less than 10 ms each, session check and gate included.
func BenchmarkDesk(b *testing.B) {
	h := newHouse(b, plan{dsn: testdb.SQLite(b)})
	c := h.operator(0)
	desk := h.counter(c)
	form := c.post(searchPath, searched(known()[0])).Leads
	confirm := c.confirm(known()[1])
	pages := map[string]string{"menu": "/sportello", "search": searchPath, "form": form, "confirm": confirm}
	for _, name := range []string{"menu", "search", "form", "confirm"} {
		b.Run(name, func(b *testing.B) {
			measured(b, func(int) { desk.ask("GET", pages[name], nil, 200) })
			b.ReportMetric(float64(desk.ask("GET", pages[name], nil, 200).Body.Len()), "bytes")
		})
	}
	b.Run("look-up", func(b *testing.B) {
		measured(b, func(i int) { desk.ask("POST", searchPath, searched(known()[2+i%200]), 303) })
	})
	b.Run("form sent", func(b *testing.B) {
		measured(b, func(int) { desk.ask("POST", form, filled(known()[0]), 303) })
	})
	at := c.post(confirm, nil).leads(b, "/stampe")
	b.Run("print page", func(b *testing.B) { measured(b, func(int) { desk.ask("GET", at, nil, 200) }) })
	for _, paper := range []string{"pin", "riepilogo", "regolamento"} {
		b.Run("paper "+paper, func(b *testing.B) { measured(b, func(int) { desk.ask("POST", at+"/"+paper, nil, 200) }) })
	}
}

// BenchmarkSession measures what stands before every page of the desk: at most 0.10 ms of processor.
func BenchmarkSession(b *testing.B) {
	h := newHouse(b, plan{dsn: testdb.SQLite(b)})
	token := h.counter(h.operator(0)).cookies[0].Value
	b.Run("row", func(b *testing.B) {
		measured(b, func(int) { _, err := h.Desk.Store.Session(b.Context(), store.OperatorSession, token); h.must(err) })
	})
	b.Run("operator", func(b *testing.B) {
		measured(b, func(int) { _, err := h.Access.Operator(b.Context(), token); h.must(err) })
	})
	b.Run("gate", func(b *testing.B) {
		measured(b, func(int) { _, err := h.Desk.OpenGate(b.Context(), h.who()); h.must(err) })
	})
}

var origin = audit.Origin{Address: "192.0.2.7", Request: "TEST-TEST-TEST"}

// giulia is somebody with credentials: username "giulia", and the operators' password.
func (h *house) giulia() access.Passport {
	h.Helper()
	hash, err := h.hasher.Hash(credential.PurposePassword, password)
	h.must(err)
	number, err := registration.DrawNumber(h.Desk.Rand)
	h.must(err)
	h.act(func(tx *store.Tx) error {
		r := &registration.Registration{ID: "giulia", Number: number, Person: "giulia", Realm: realm, Community: realm, State: registration.Registered, CreatedAt: tx.Now}
		if err := tx.AddPerson(&store.Person{Realm: realm, Person: person.Person{ID: "giulia", TaxCode: "BNCGLI85C52L219J", Surname: "Bianchi", Name: "Giulia", BirthDate: "1985-03-12", Sex: person.Female}}); err != nil {
			return err
		}
		if err := tx.AddRegistration(r); err != nil {
			return err
		}
		r.State, r.Strong = registration.Active, true
		if err := tx.SaveRegistration(r); err != nil {
			return err
		}
		return tx.SetCredentials(realm, &credential.Set{Registration: r.ID, Username: "giulia", Password: hash, SetAt: tx.Now})
	})
	return access.Passport{Username: "giulia", Password: password}
}

// BenchmarkLogins is 200 log-ins at once with the cost of production: all are served.
func BenchmarkLogins(b *testing.B) {
	const n = 200
	h := newHouse(b, plan{dsn: testdb.SQLite(b), cost: credential.FloorCost})
	passport := h.giulia()
	b.Run("one", func(b *testing.B) {
		measured(b, func(int) { _, _, err := h.Access.CitizenPassword(b.Context(), origin, passport); h.must(err) })
	})
	b.Run("bare", func(b *testing.B) {
		measured(b, func(int) { _, err := h.hasher.Hash(credential.PurposePassword, password); h.must(err) })
	})
	b.Run("200", func(b *testing.B) {
		measured(b, func(int) {
			failures := make([]error, n)
			var all sync.WaitGroup
			for i := range n {
				all.Go(func() { _, _, failures[i] = h.Access.CitizenPassword(b.Context(), origin, passport) })
			}
			all.Wait()
			for _, err := range failures {
				h.must(err)
			}
		})
	})
}

// BenchmarkActivation measures the pages of the activation, and the check of the codes with the cost of the tests:
// the hash itself is BenchmarkLogins' "bare".
func BenchmarkActivation(b *testing.B) {
	h := newHouse(b, plan{dsn: testdb.SQLite(b)})
	codes := h.handed(b)
	visitor := counter{h, h.face.Handler(), nil}
	b.Run("codes page", func(b *testing.B) { measured(b, func(int) { visitor.ask("GET", "/attivazione", nil, 200) }) })
	b.Run("codes", func(b *testing.B) {
		measured(b, func(int) { _, err := h.face.Citizen.CheckCodes(b.Context(), origin, codes); h.must(err) })
	})
	token, err := h.face.Citizen.CheckCodes(b.Context(), origin, codes)
	h.must(err)
	visitor.cookies = []*http.Cookie{{Name: "attivazione", Value: token}}
	b.Run("terms page", func(b *testing.B) {
		measured(b, func(int) { visitor.ask("GET", "/attivazione/regolamento", nil, 200) })
	})
	visitor.ask("POST", "/attivazione/regolamento", url.Values{"accetto-regolamento": {"si"}, "letto-informativa": {"si"}}, 303)
	b.Run("choice page", func(b *testing.B) {
		measured(b, func(int) { visitor.ask("GET", "/attivazione/credenziali", nil, 200) })
	})
}

// handed registers somebody and opens the envelopes.
func (h *house) handed(b *testing.B) citizen.Codes {
	b.Helper()
	x := known()[0]
	number, err := h.Desk.Register(b.Context(), h.who(), h.drafted(x))
	h.must(err)
	codes := citizen.Codes{TaxCode: string(x.TaxCode)}
	h.see(func(tx *store.Tx) error {
		r, err := tx.RegistrationByNumber(number)
		if err != nil {
			return err
		}
		op, err := tx.PendingOperation(r.ID)
		if err != nil {
			return err
		}
		handover, err := tx.Handover(op.ID)
		if err != nil {
			return err
		}
		pin, err := h.keys.Open("handover/"+op.ID+"/pin", handover.SealedPIN)
		if err != nil {
			return err
		}
		code, err := h.keys.Open("handover/"+op.ID+"/code", handover.SealedCode)
		codes.PIN, codes.Code = string(pin), string(code)
		return err
	})
	return codes
}

// BenchmarkLetter measures one page with embedded fonts: 300 a second.
func BenchmarkLetter(b *testing.B) {
	h := newHouse(b, plan{dsn: testdb.SQLite(b)})
	own := h.face.Communities[0]
	in := letter.PIN{Head: letter.Head{Publisher: own.Publisher, Community: own.Name, At: h.clock()}, To: letter.PostalOf(person.Person{Surname: "Esempio", Name: "Ada"}, letter.Place{Comune: "Torino", Province: "TO"}, letter.Place{}),
		Number: "1234567897", PIN: "ACDEFHJK", Group: 4, ActivationPage: "https://test.example/attivazione"}
	measured(b, func(int) { h.must(h.Desk.Letters.PIN(io.Discard, in)) })
}
