package simulator_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"sportello/person"
	"sportello/registry"
	"sportello/registry/simulator"
)

func TestPeopleAreTheSameEachTime(t *testing.T) {
	a := simulator.People(300, 7, person.ItalianPlaces())
	if b := simulator.People(300, 7, person.ItalianPlaces()); !reflect.DeepEqual(a, b) {
		t.Error("the same seed gave other people")
	}
	if b := simulator.People(300, 8, person.ItalianPlaces()); reflect.DeepEqual(a, b) {
		t.Error("another seed gave the same people")
	}
}

var cardNumber = regexp.MustCompile(`^C[A-Z][0-9]{5}[A-Z]{2}$`)

func TestEachPersonIsPossible(t *testing.T) {
	places, seen := person.ItalianPlaces(), map[person.TaxCode]bool{}
	for _, p := range simulator.People(2000, 1, places) {
		if code, err := person.ParseTaxCode(string(p.TaxCode)); err != nil || code != p.TaxCode || seen[code] {
			t.Errorf("%s %s: tax code %s: %v, seen before: %v", p.Name, p.Surname, p.TaxCode, err, seen[code])
		}
		seen[p.TaxCode] = true
		if d := p.TaxCode.Disagreements(p.Surname, p.Name, p.BirthDate, p.Sex); len(d) != 0 {
			t.Errorf("%s disagrees: %v", p.TaxCode, d)
		}
		if _, ok := places.At(p.BirthPlace, p.BirthDate); !ok {
			t.Errorf("nobody was born in %s on %s", p.BirthPlace, p.BirthDate)
		}
		if !cardNumber.MatchString(p.Document.Number) || p.Document.IssuedOn < p.BirthDate || p.Document.ExpiresOn <= p.Document.IssuedOn {
			t.Errorf("%s, born %s: card %+v", p.TaxCode, p.BirthDate, p.Document)
		}
		checkHome(t, places, p.Residence)
	}
}

func checkHome(t *testing.T, places *person.Places, r person.Residence) {
	t.Helper()
	if r.Abroad() {
		if r.Comune != person.AbroadComune || r.City == "" || r.Nation == "" {
			t.Errorf("abroad in %+v", r)
		}
		return
	}
	comune, ok := places.Comune(r.Comune)
	if !ok || comune.Province != r.Province || len(r.PostalCode) != 5 {
		t.Errorf("nobody lives in %+v", r)
	}
}

func TestMixOfPeople(t *testing.T) {
	people := simulator.People(2000, 1, person.ItalianPlaces())
	counts := map[string]int{}
	for _, p := range people {
		for name, is := range map[string]bool{
			"in CIA":      p.CIA != nil,
			"in both":     p.CIA != nil && p.AURA != nil,
			"only AURA":   p.CIA == nil && p.AURA != nil,
			"neither":     p.CIA == nil && p.AURA == nil,
			"in dispute":  p.CIA != nil && p.AURA != nil && p.CIA.Residence != p.AURA.Residence,
			"deceased":    p.CIA != nil && p.CIA.Deceased,
			"under age":   p.BirthDate > "2010-01-01",
			"abroad":      p.Residence.Abroad(),
			"in Torino":   p.Residence.Comune == "L219",
			"in Cuneo's":  p.Residence.Province == "CN",
			"accents":     strings.ContainsFunc(p.Surname+p.Name, func(r rune) bool { return r > unicode.MaxASCII }),
			"apostrophes": strings.Contains(p.Surname, "'"),
			"born abroad": p.BirthPlace[0] == 'Z',
		} {
			if is {
				counts[name]++
			}
		}
	}
	for name, limits := range map[string][2]int{
		"in CIA": {1120, 1280}, "in both": {520, 680}, "only AURA": {660, 820}, "neither": {30, 100}, "in dispute": {60, 220},
		"deceased": {8, 60}, "under age": {60, 140}, "abroad": {20, 70}, "in Torino": {350, 650}, "in Cuneo's": {180, 380},
		"accents": {150, 900}, "apostrophes": {40, 250}, "born abroad": {220, 420},
	} {
		if n := counts[name]; n < limits[0] || n > limits[1] {
			t.Errorf("%d %s, want %v", n, name, limits)
		}
	}
}

// askAll is a cascade over a simulator on a real address.
func askAll(t *testing.T, s *simulator.Server) registry.Cascade {
	t.Helper()
	base, err := s.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	now := func() time.Time { return time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC) }
	find := func(source registry.Source, path string) registry.Registry {
		client, err := registry.NewClient(registry.Config{
			Source: source, URL: base + path, Token: simulator.Token, Now: now, Rand: zeros{}, Deadline: 20 * time.Second,
		})
		if err != nil {
			t.Fatal(err)
		}
		return client
	}
	return registry.Cascade{
		CIA: find(registry.CIA, simulator.CIAPath), AURA: find(registry.AURA, simulator.AURAPath), Now: now,
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// Every person drawn must pass the client's check of the contract, and come out as they went in.
func TestEveryPersonCanBeLookedUp(t *testing.T) {
	people := simulator.People(400, 1, person.ItalianPlaces())
	cascade := askAll(t, simulator.New(people))
	for _, p := range people {
		got := cascade.Lookup(t.Context(), registry.Query{TaxCode: p.TaxCode, Province: p.Residence.Province, Comune: p.Residence.Comune})
		dead := p.CIA != nil && p.CIA.Deceased || p.AURA != nil && p.AURA.Deceased
		if got.Deceased != dead {
			t.Errorf("%s deceased %v, want %v", p.TaxCode, got.Deceased, dead)
		}
		for _, c := range got.Consulted {
			if c.Outcome == registry.Nonsense || c.Outcome == registry.Down || c.Outcome == registry.Slow {
				t.Errorf("%s: %s %s", p.TaxCode, c.Source, c.Outcome)
			}
		}
		if r := got.Record; r != nil && (r.Surname != p.Surname || r.Name != p.Name || r.BirthDate != p.BirthDate || r.Sex != p.Sex) {
			t.Errorf("%s came out as %+v", p.TaxCode, *r)
		}
	}
}

func TestSamples(t *testing.T) {
	people := simulator.People(2000, 1, person.ItalianPlaces())
	samples := simulator.SamplesOf(people, 3)
	cascade := askAll(t, simulator.New(people))
	tests := map[string]struct {
		people []simulator.Person
		want   func(registry.Finding) bool
	}{
		"CIA":  {samples.CIA, func(f registry.Finding) bool { return f.Record != nil && f.Record.Source == registry.CIA }},
		"AURA": {samples.AURA, func(f registry.Finding) bool { return f.Record != nil && f.Record.Source == registry.AURA }},
		"neither": {samples.Neither, func(f registry.Finding) bool {
			return f.Record == nil && len(f.Consulted) == 2 && len(f.Notices()) == 0
		}},
		"deceased": {samples.Deceased, func(f registry.Finding) bool { return f.Deceased }},
		"moved":    {samples.Moved, func(f registry.Finding) bool { return f.Consulted[0].Outcome == registry.OtherResidence }},
		"minors":   {samples.Minors, func(f registry.Finding) bool { return f.Record == nil || f.Record.BirthDate > "2010-01-01" }},
	}
	for name, tt := range tests {
		if len(tt.people) != 3 {
			t.Errorf("%d samples of %s", len(tt.people), name)
		}
		for _, p := range tt.people {
			q := registry.Query{TaxCode: p.TaxCode, Province: p.Residence.Province, Comune: p.Residence.Comune}
			if got := cascade.Lookup(t.Context(), q); !tt.want(got) {
				t.Errorf("%s sample %s: %+v", name, p.TaxCode, got)
			}
		}
	}
}

func TestFaultsAreSwitchedFromOutside(t *testing.T) {
	s := simulator.New(nil)
	tests := []struct {
		form   string
		status int
		want   simulator.Fault // of CIA
	}{
		{"registro=CIA&guasto=spento", 200, simulator.Fault{Kind: simulator.Down}},
		{"registro=cia&guasto=lento&attesa=3s", 200, simulator.Fault{Kind: simulator.Slow, Delay: 3 * time.Second}},
		{"registro=CIA&guasto=lento", 400, simulator.Fault{Kind: simulator.Slow, Delay: 3 * time.Second}},
		{"registro=CIA&guasto=lento&attesa=2h", 400, simulator.Fault{Kind: simulator.Slow, Delay: 3 * time.Second}},
		{"registro=AURA&guasto=muto", 200, simulator.Fault{Kind: simulator.Slow, Delay: 3 * time.Second}},
		{"registro=ANPR&guasto=muto", 400, simulator.Fault{Kind: simulator.Slow, Delay: 3 * time.Second}},
		{"registro=CIA&guasto=rotto", 400, simulator.Fault{Kind: simulator.Slow, Delay: 3 * time.Second}},
		{"registro=CIA&guasto=nessuno", 200, simulator.Fault{Kind: simulator.NoFault}},
	}
	for _, tt := range tests {
		form, _ := url.ParseQuery(tt.form)
		r := httptest.NewRequest(http.MethodPost, simulator.FaultPath, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != tt.status || s.Fault(registry.CIA) != tt.want {
			t.Errorf("%s: %d %s, fault %v", tt.form, w.Code, w.Body, s.Fault(registry.CIA))
		}
	}
}

func TestSlowRegistryAnswersInTheEnd(t *testing.T) {
	people := simulator.People(50, 1, person.ItalianPlaces())
	s := simulator.New(people)
	s.SetFault(registry.CIA, simulator.Fault{Kind: simulator.Slow, Delay: time.Millisecond})
	p := simulator.SamplesOf(people, 1).CIA[0]
	got := askAll(t, s).Lookup(t.Context(), registry.Query{TaxCode: p.TaxCode, Comune: p.Residence.Comune})
	if got.Record == nil || len(got.Notices()) != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestServerKeepsTheContract(t *testing.T) {
	people := simulator.People(50, 1, person.ItalianPlaces())
	p := simulator.SamplesOf(people, 1).AURA[0]
	s := simulator.New(people)
	ask := func(token, id, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, "/aura/v1/ricerca", strings.NewReader(body))
		r.Header.Set("Authorization", token)
		r.Header.Set("X-Request-Id", id)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
	question := `{"versione":"1","codiceFiscale":"` + string(p.TaxCode) + `"}`
	for name, tt := range map[string]struct {
		token, id, body string
		status          int
	}{
		"right":           {"Bearer " + simulator.Token, "1", question, 200},
		"wrong token":     {"Bearer x", "1", question, 401},
		"no request id":   {"Bearer " + simulator.Token, "", question, 400},
		"no JSON":         {"Bearer " + simulator.Token, "1", "cf=" + string(p.TaxCode), 400},
		"another version": {"Bearer " + simulator.Token, "1", strings.Replace(question, `"1"`, `"2"`, 1), 400},
		"too large":       {"Bearer " + simulator.Token, "1", strings.Repeat(" ", 20<<10), 413},
	} {
		if w := ask(tt.token, tt.id, tt.body); w.Code != tt.status {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	var got map[string]any
	body, _ := io.ReadAll(ask("Bearer "+simulator.Token, "id-7", question).Body)
	if err := json.Unmarshal(body, &got); err != nil || got["richiesta"] != "id-7" || got["registro"] != "AURA" || got["esito"] != "TROVATO" {
		t.Errorf("%s: %v", body, err)
	}
	if strings.Contains(string(body), "cartaIdentita") {
		t.Error("AURA told of an identity card")
	}
}

func TestListenStaysOnThisMachine(t *testing.T) {
	s := simulator.New(nil)
	if _, err := s.Listen("0.0.0.0:0"); !errors.Is(err, simulator.ErrNotLoopback) {
		t.Errorf("got %v, want ErrNotLoopback", err)
	}
	if _, err := s.Listen("nowhere"); err == nil {
		t.Error("listens nowhere")
	}
}
