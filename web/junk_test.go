package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"sportello/testdb"
)

// junk sends preregistrations of people who do not exist, each from a network of its own: as many as a botnet likes.
type junk struct {
	*house
	face http.Handler
}

func (j junk) post(from, path string, cookie *http.Cookie, pairs ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.RemoteAddr = from
	if cookie != nil {
		r.AddCookie(cookie)
	}
	w := httptest.NewRecorder()
	j.face.ServeHTTP(w, r)
	return w
}

// send writes one preregistration to its end; all are of one tax code, as junk is, and each has a mailbox that does not answer.
func (j junk) send(i int, x resident) {
	j.Helper()
	from := fmt.Sprintf("10.%d.%d.7:1", i/250, i%250)
	begun := j.post(from, "/preregistrazione", nil, "letto-informativa", "si")
	if begun.Code != http.StatusSeeOther {
		j.Fatalf("begin: %d", begun.Code)
	}
	cookie := begun.Result().Cookies()[0]
	day, month, year := x.BirthDate.Parts()
	issued := strings.Split(slashed(x.Document.IssuedOn), "/")
	for _, p := range [][]string{
		{"dati", "nome", x.Name, "cognome", x.Surname, "codice-fiscale", string(x.TaxCode), "nascita-giorno", day, "nascita-mese", month, "nascita-anno", year, "sesso", string(x.Sex)},
		{"residenza", "indirizzo", "Via Spazzatura", "civico", "1", "residenza-provincia", "TO", "residenza-comune", "L219", "cap", "10122"},
		{"documento", "documento", "ci", "ci-numero", "CA12345AA", "ci-rilascio-giorno", issued[0], "ci-rilascio-mese", issued[1], "ci-rilascio-anno", issued[2],
			"ci-scadenza-giorno", "31", "ci-scadenza-mese", "12", "ci-scadenza-anno", "2031", "ci-ente", "Comune di Torino"},
		{"contatti", "email", fmt.Sprintf("spazzatura.%d@esempio.it", i)},
		{"controllo"},
	} {
		if w := j.post(from, "/preregistrazione/"+p[0], cookie, p[1:]...); w.Code != http.StatusSeeOther {
			j.Fatalf("%s: %d %s", p[0], w.Code, w.Body)
		}
	}
}

// junkSent is how many are sent; JUNK=10000 sends as many as the measure asks for.
func junkSent(t *testing.T) int {
	n, err := strconv.Atoi(cmp.Or(os.Getenv("JUNK"), "40"))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// bookkept are the tables of what is not the junk's: the register of acts grows by law, and the counts of tries go with their window.
var bookkept = []string{"audit", "audit_head", "attempt", "session", "draft", "sqlite_sequence", "sqlite_stat1"}

// Many preregistrations that nobody confirms leave the desk's search as it was, and disappear by themselves with their mails.
func TestJunkDisappears(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, dsn string) {
		t.Parallel()
		h := newHouseOn(t, dsn)
		all := h.residents()
		clerk := h.clerk(t, "anna", asl)
		clerk.register(all[1])
		h.letters("")
		found := func(x resident) string {
			clerk.find(x)
			return clerk.page.said()
		}
		other, own, before := found(all[1]), found(all[0]), testdb.Counts(t, dsn)
		j, n := junk{h, h.Handler()}, junkSent(t)
		for i := range n {
			j.send(i, all[0])
		}
		if got := testdb.Counts(t, dsn); got["application"] != n || got["person"] != before["person"] || got["listing"] != before["listing"] {
			t.Errorf("%d applications of %d, %d people", got["application"], n, got["person"])
		}
		clerk = h.clerk(t, "anna", asl)
		if found(all[1]) != other || found(all[0]) != own {
			t.Error("the desk's search sees the junk")
		}
		h.wait(73 * time.Hour)
		h.sweep()
		after := testdb.Counts(t, dsn)
		for table, rows := range after {
			if !slices.Contains(bookkept, table) && rows != before[table] {
				t.Errorf("%s: %d rows, before the junk %d", table, rows, before[table])
			}
		}
	})
}
