package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"sportello/person"
)

// strangersAsked is how often each open form is sent about somebody known, and as often about nobody.
const strangersAsked = 40

// askedFor is how many people are asked for at the open forms: as many known as not.
const askedFor = 20

// A comparison is how long an open form takes for who is known, and for who is not: p50, p90 and p99, in ms.
type comparison struct {
	form, engine   string
	known, unknown [3]float64
}

// A typedAbout is what somebody types of whom a form is sent about.
type typedAbout struct {
	username, operator string
	code               person.TaxCode
}

// openForms are those that anybody can send, with what a stranger would type. The applications from home and the requests to an ente look nobody up.
var openForms = []struct {
	name, path string
	fields     func(typedAbout) url.Values
}{
	{"accesso, password sbagliata", "/accesso", func(x typedAbout) url.Values {
		return url.Values{"username": {x.username}, "password": {"sbagliata-1"}}
	}},
	{"codici di attivazione sbagliati", "/attivazione", func(x typedAbout) url.Values {
		return url.Values{"codice-fiscale": {string(x.code)}, "codice-attivazione": {"AAAA-AAAA-AAAA"}, "pin": {"AAAA-AAAA"}}
	}},
	{"codice di revoca sbagliato", "/revoca", func(x typedAbout) url.Values {
		return url.Values{"codice-fiscale": {string(x.code)}, "codice-revoca": {"AAAA-AAAA-AAAA"}}
	}},
	{"password dimenticata, risposta giusta", "/password-dimenticata", func(x typedAbout) url.Values {
		return url.Values{"username": {x.username}, "domanda": {"In quale via abitavi da bambino?"}, "risposta": {"via dei Prati"}}
	}},
	{"username dimenticato", "/username-dimenticato", func(x typedAbout) url.Values { return url.Values{"codice-fiscale": {string(x.code)}} }},
	{"accesso degli operatori, password sbagliata", "/sportello/accesso", func(x typedAbout) url.Values {
		return url.Values{"username": {x.operator}, "password": {"sbagliata-1"}}
	}},
}

// openForms measures whether the time of an answer tells who is registered: the two distributions stand beside each other.
func (b *bench) openForms(engine string, s *seeder) error {
	known, unknown := make([]typedAbout, askedFor), make([]typedAbout, askedFor)
	for i := range askedFor {
		it, err := s.register(asl)
		if err != nil {
			return err
		}
		known[i] = typedAbout{fmt.Sprintf("noto.%d", i), demoStaff[i%len(demoStaff)].username, it.person.TaxCode}
		if err := s.activate(it, known[i].username); err != nil {
			return err
		}
	}
	for i := range askedFor {
		unknown[i] = typedAbout{fmt.Sprintf("ignoto.%d", i), fmt.Sprintf("operatore.%d", i), s.next().TaxCode}
	}
	handler, sent := s.web.Handler(), 0
	post := func(path string, fields url.Values) (took time.Duration, err error) {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(fields.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.RemoteAddr = fmt.Sprintf("10.%d.%d.7:1", sent/250, sent%250) // each from a network of its own: the limits are not what is measured
		sent++
		w, begin := httptest.NewRecorder(), clock()
		handler.ServeHTTP(w, r)
		if took = clock().Sub(begin); w.Code != http.StatusSeeOther && w.Code != http.StatusUnprocessableEntity {
			err = fmt.Errorf("%s answers %d", path, w.Code)
		}
		return took, err
	}
	for _, f := range openForms {
		var times [2][]time.Duration
		for i := range 2 * strangersAsked { // by turns: what else the machine does falls on both
			side := i % 2
			took, err := post(f.path, f.fields([2][]typedAbout{known, unknown}[side][i/2%askedFor]))
			if err != nil {
				return err
			}
			times[side] = append(times[side], took)
		}
		b.pairs = append(b.pairs, comparison{f.name, engine, quantiles(times[0]), quantiles(times[1])})
	}
	return nil
}

// printComparisons shows the two distributions of each form beside each other.
func (b *bench) printComparisons(w io.Writer) {
	if len(b.pairs) == 0 {
		return
	}
	fmt.Fprintln(w, "modulo aperto, ms\tbase\tconosciuto: p50\tp90\tp99\tsconosciuto: p50\tp90\tp99")
	for _, c := range b.pairs {
		fmt.Fprintf(w, "%s\t%s\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\n", c.form, c.engine, c.known[0], c.known[1], c.known[2], c.unknown[0], c.unknown[1], c.unknown[2])
	}
	fmt.Fprintln(w)
}

func quantiles(times []time.Duration) (ms [3]float64) {
	for i, q := range []float64{0.5, 0.9, 0.99} {
		ms[i] = milliseconds(quantile(times, q))
	}
	return ms
}
