package desk

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// archive keeps n registrations of a surname, with names by their place, days apart.
func (h *house) archive(surname, province, comune string, n int) (numbers []registration.Number) {
	h.t.Helper()
	h.act(func(tx *store.Tx) error {
		for i := range n {
			id, err := tx.NewID()
			h.must(err)
			number, err := registration.DrawNumber(h.Rand)
			h.must(err)
			day := person.DateOf(time.Date(1950, 1, 1+i, 0, 0, 0, 0, time.UTC))
			p := person.Person{ID: person.ID("p" + id), TaxCode: person.ComputeTaxCode(surname, "Ada", day, person.Female, "L219"), Surname: surname,
				Name: fmt.Sprintf("Ada %02d", i), BirthDate: day, Sex: person.Female, Residence: person.Residence{Province: province, Comune: comune}}
			h.must(tx.AddPerson(&store.Person{Person: p, Realm: "sistemapiemonte"}))
			h.must(tx.AddRegistration(&registration.Registration{ID: "r" + id, Number: number, Person: p.ID, Realm: "sistemapiemonte", Community: "sistemapiemonte",
				State: registration.Registered, CreatedAt: tx.Now.AddDate(0, 0, -i)}))
			numbers = append(numbers, number)
		}
		return nil
	})
	return numbers
}

func (h *house) search(who Who, f Filters) string {
	h.t.Helper()
	id, err := h.Search(h.t.Context(), who, f)
	h.must(err)
	return id
}

func (h *house) results(who Who, l Leaf) Results {
	h.t.Helper()
	r, err := h.Results(h.t.Context(), who, l)
	h.must(err)
	return r
}

// lies is which people a page shows, by the number in their name, and where it lies.
func lies(r Results) string {
	if len(r.Hits) == 0 {
		return "nobody"
	}
	nth := func(h Hit) string { return strings.TrimPrefix(h.Person.Name, "Ada ") }
	return fmt.Sprintf("%s-%s from %d of %d", nth(r.Hits[0]), nth(r.Hits[len(r.Hits)-1]), r.First, r.Count)
}

func TestPagesOfAList(t *testing.T) {
	each(t, func(h *house) {
		h.archive("Bianchi", "TO", "L219", 45)
		id := h.search(h.anna(), Filters{Surname: "bianchi"})
		first := h.results(h.anna(), Leaf{Search: id})
		at := func(token string) Results { return h.results(h.anna(), Leaf{Search: id, Token: token}) }
		second := at(first.Next)
		third := at(second.Next)
		for i, x := range []struct {
			got  Results
			want string
		}{
			{first, "00-19 from 1 of 45"}, {second, "20-39 from 21 of 45"}, {third, "40-44 from 41 of 45"}, {at(third.Previous), "20-39 from 21 of 45"},
			{at(second.Previous), "00-19 from 1 of 45"},
			{h.results(h.anna(), Leaf{Search: id, Order: BySurnameUp}), "44-25 from 1 of 45"},
			{h.results(h.anna(), Leaf{Search: id, Order: NewestFirst}), "00-19 from 1 of 45"},
			{h.results(h.anna(), Leaf{Search: id, Order: OldestFirst}), "44-25 from 1 of 45"},
		} {
			if lies(x.got) != x.want {
				h.t.Errorf("page %d: %s, want %s", i, lies(x.got), x.want)
			}
		}
		last := at(first.Last)
		if n := len(last.Hits); last.Hits[n-1].Person.Name != "Ada 44" || last.First != 45-n+1 || last.Next != "" {
			h.t.Errorf("last page: %s", lies(last))
		}
		old := h.results(h.anna(), Leaf{Search: id, Order: OldestFirst})
		if next := at(old.Next); lies(next) != "24-05 from 21 of 45" || next.Order != OldestFirst {
			h.t.Errorf("the order is lost on the next page: %s", lies(next))
		}
		if first.Previous != "" || third.Next != "" || third.Last != "" {
			h.t.Error("ways to pages that are not there")
		}
		other := h.search(h.anna(), Filters{Name: "ada"})
		for _, l := range []Leaf{{Search: other, Token: first.Next}, {Search: id, Token: "AAAA"}, {Search: id, Token: "?"}, {Search: "nothing"}, {Search: "\x00"}} {
			_, err := h.Results(h.t.Context(), h.anna(), l)
			h.wants(err, ErrSearchGone)
		}
		_, err := h.Results(h.t.Context(), h.bruno(), Leaf{Search: id})
		h.wants(err, ErrSearchGone)
	})
}

// G10: partial criteria find the residents of the competence alone; who is named in full is found anywhere in the realm, and in no other.
func TestSearchCompetence(t *testing.T) {
	each(t, func(h *house) {
		h.archive("Bianchi", "TO", "L219", 2)
		numbers := h.archive("Verdi", "MI", "F205", 1)
		code := person.ComputeTaxCode("Verdi", "Ada", "1950-01-01", person.Female, "L219")
		elsewhere := h.at(anna, office.Ente{ID: "asl", Realm: "trentino", Community: "sistemapiemonte", Competence: office.Competence{Provinces: []string{"MI"}}}, office.Clerk)
		for _, x := range []struct {
			who  Who
			f    Filters
			want int
		}{
			{h.anna(), Filters{Name: "ada"}, 2}, {h.anna(), Filters{Surname: "verdi"}, 0}, {h.anna(), Filters{Province: "MI", Comune: "F205"}, 0},
			{h.anna(), Filters{TaxCode: string(code[:15])}, 0}, {h.anna(), Filters{TaxCode: strings.ToLower(string(code))}, 1},
			{h.anna(), Filters{Number: string(numbers[0])}, 1}, {h.anna(), Filters{TaxCode: string(code), Surname: "bianchi"}, 0},
			{elsewhere, Filters{TaxCode: string(code)}, 0}, {elsewhere, Filters{Name: "ada"}, 0},
		} {
			if r := h.results(x.who, Leaf{Search: h.search(x.who, x.f)}); r.Count != x.want {
				h.t.Errorf("%+v finds %d, want %d", x.f, r.Count, x.want)
			}
		}
	})
}

// 001 §4.2: days are those of the desk, both included.
func TestSearchDays(t *testing.T) {
	each(t, func(h *house) {
		h.now = time.Date(2026, 11, 22, 23, 30, 0, 0, time.UTC) // 23 November at the desk
		h.archive("Bianchi", "TO", "L219", 3)
		for days, want := range map[[2]person.Date]int{
			{"2026-11-23", ""}: 1, {"", "2026-11-22"}: 2, {"2026-11-21", "2026-11-22"}: 2, {"2026-11-22", "2026-11-22"}: 1, {"2026-11-24", ""}: 0,
		} {
			if r := h.results(h.anna(), Leaf{Search: h.search(h.anna(), Filters{From: days[0], To: days[1]})}); r.Count != want {
				h.t.Errorf("%v finds %d, want %d", days, r.Count, want)
			}
		}
	})
}

// Mission S32: the audit knows which filters were used and how many rows were seen, and nothing of what was typed.
func TestSearchIsRecorded(t *testing.T) {
	each(t, func(h *house) {
		h.archive("Bianchi", "TO", "L219", 3)
		id := h.search(h.anna(), Filters{Surname: "Bianchi", State: registration.Registered})
		h.results(h.anna(), Leaf{Search: id})
		auditor := h.at(anna, asl, office.Auditor)
		_, err := h.Search(h.t.Context(), auditor, Filters{Surname: "x"})
		h.wants(err, office.ErrForbidden)
		_, err = h.Results(h.t.Context(), auditor, Leaf{Search: id})
		h.wants(err, office.ErrForbidden)
		var seen []string
		h.must(h.Store.Audit(h.t.Context(), audit.Filter{Deed: audit.Search}, func(r audit.Record) error {
			seen = append(seen, fmt.Sprint(r.Outcome, " ", r.Detail["filtri"], " ", r.Detail["righe"], " ", r.Detail["trovate"]))
			if strings.Contains(strings.ToLower(fmt.Sprint(r)), "bianchi") {
				h.t.Errorf("recorded %v", r)
			}
			return nil
		}))
		want := []string{"eseguito cognome, stato  ", "eseguito cognome, stato 3 3", "rifiutato cognome  ", "rifiutato  0 0"}
		if !slices.Equal(seen, want) {
			h.t.Errorf("recorded %q, want %q", seen, want)
		}
	})
}

// Mission S32: a community may ask for letters and a reason, unless the person is named in full.
func TestSearchRules(t *testing.T) {
	asks := community.Desk{SearchMinLetters: 3, SearchReason: true}
	whole := string(person.ComputeTaxCode("Verdi", "Ada", "1950-01-01", person.Female, "L219"))
	for _, x := range []struct {
		f    Filters
		asks community.Desk
		want error
	}{
		{Filters{Surname: "Ve"}, asks, ErrFewLetters}, {Filters{State: registration.Active}, asks, ErrFewLetters}, {Filters{Surname: "Ver"}, asks, ErrReason},
		{Filters{Surname: "Ver", Reason: "omonimi"}, asks, nil}, {Filters{TaxCode: whole}, asks, nil}, {Filters{Number: "1234567897"}, asks, nil},
		{Filters{Surname: "V"}, community.Desk{}, nil}, {Filters{Strong: OnlyWeak}, community.Desk{}, nil}, {Filters{}, community.Desk{}, ErrNoFilter},
		{Filters{Reason: "omonimi"}, community.Desk{}, ErrNoFilter}, {Filters{Number: "1234567890"}, community.Desk{}, registration.ErrNumber},
		{Filters{TaxCode: whole[:15] + "0"}, community.Desk{}, ErrTaxCode}, {Filters{TaxCode: "VRD_"}, community.Desk{}, ErrTaxCode}, {Filters{TaxCode: "%VRD"}, community.Desk{}, ErrTaxCode},
		{Filters{From: "2026-01-02", To: "2026-01-01"}, community.Desk{}, ErrPeriod},
	} {
		if err := x.f.scanned().check(x.asks); !errors.Is(err, x.want) {
			t.Errorf("%+v: %v, want %v", x.f, err, x.want)
		}
	}
}

// The results leave as a table, harmless to a spreadsheet, for who may and says why; how many lines is recorded.
func TestExport(t *testing.T) {
	each(t, func(h *house) {
		h.archive("=cmd|' /C calc'!A0", "TO", "L219", 1)
		h.archive("Bianchi; \"Neri\"", "TO", "L219", 600)
		search := h.search(h.carla(), Filters{Name: "ada"})
		_, err := h.Export(h.t.Context(), h.carla(), Leaf{Search: search}, " ")
		h.wants(err, ErrReason)
		_, err = h.Export(h.t.Context(), h.anna(), Leaf{Search: h.search(h.anna(), Filters{Name: "ada"})}, "statistica")
		h.wants(err, office.ErrForbidden)
		_, err = h.Export(h.t.Context(), h.carla(), Leaf{Search: "altro"}, "statistica")
		h.wants(err, ErrSearchGone)
		x, err := h.Export(h.t.Context(), h.carla(), Leaf{Search: search, Order: BySurnameUp}, "statistica")
		h.must(err)
		var b bytes.Buffer
		h.must(x.Write(h.t.Context(), &b))
		text, marked := strings.CutPrefix(b.String(), "\uFEFF")
		in := csv.NewReader(strings.NewReader(text))
		in.Comma = ';'
		rows, err := in.ReadAll()
		h.must(err)
		if !marked || len(rows) != 602 || len(rows[0]) != 11 {
			h.t.Fatalf("%d rows, marked %t", len(rows), marked)
		}
		surnames := map[string]bool{}
		numbers := map[string]bool{}
		for _, r := range rows[1:] {
			surnames[r[1]], numbers[r[0]] = true, true
		}
		if len(numbers) != 601 || !surnames["'=cmd|' /C calc'!A0"] || !surnames[`Bianchi; "Neri"`] {
			h.t.Errorf("%d numbers, surnames %v", len(numbers), surnames)
		}
		if r := rows[1]; r[4] != "Torino" || r[5] != "TO" || r[8] != "registrato" || r[9] != "N" || !strings.HasSuffix(r[6], "/2026") && !strings.HasSuffix(r[6], "/2025") {
			h.t.Errorf("line %q", r)
		}
		var ends []string
		h.must(h.Store.Audit(h.t.Context(), audit.Filter{Deed: audit.ExportResults, Outcome: audit.Done}, func(r audit.Record) error {
			ends = append(ends, r.Reason+" "+r.Detail["righe"])
			return nil
		}))
		if !slices.Equal(ends, []string{"statistica ", " 601"}) {
			h.t.Errorf("recorded %q", ends)
		}
	})
}
