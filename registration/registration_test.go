package registration_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sportello/registration"
)

var update = flag.Bool("update", false, "write golden files")

// TestRules prints the table beside the manual's Tabella Elenco Operazioni and Tabella 1.
func TestRules(t *testing.T) {
	var b strings.Builder
	fmt.Fprintln(&b, "# 001 §5.2.5 Tabella Elenco Operazioni: stato, reg. forte, operazioni allo sportello")
	for _, s := range registration.States {
		for _, strong := range []bool{false, true} {
			r := registration.Registration{State: s, Strong: strong}
			fmt.Fprintf(&b, "%-12s %-2s %v\n", s, yes(strong), r.Bookable())
		}
	}
	fmt.Fprintln(&b, "\n# 001 §4.2.1: che cosa succede (stato, forte, operazione -> prenotata -> conclusa; consegne; a casa)")
	for _, r := range registration.Rules {
		fmt.Fprintf(&b, "%-12s %-2s %-16s -> %-12s -> %-11s %s; %s\n", r.State, yes(r.Strong), r.Kind, r.Booked, r.Done, effects(r.Handover), effects(r.AtHome))
	}
	fmt.Fprintln(&b, "\n# 001 Tabella 1: stato, azioni")
	for _, s := range registration.States {
		fmt.Fprintf(&b, "%-12s %v\n", s, registration.Actions[s])
	}
	const golden = "testdata/rules.golden"
	if *update {
		os.MkdirAll("testdata", 0o755)
		os.WriteFile(golden, []byte(b.String()), 0o644)
	}
	want, err := os.ReadFile(golden)
	if err != nil || b.String() != string(want) {
		t.Errorf("the table changed (run with -update if meant):\n%s", b.String())
	}
}

func yes(b bool) string {
	if b {
		return "Y"
	}
	return "N"
}

func effects(e registration.Effect) string {
	names := []string{"PIN", "codice di attivazione", "codice di revoca", "accetta regolamento", "nuovo PIN", "sceglie username", "sceglie password", "diventa forte", "cancella"}
	var out []string
	for i, n := range names {
		if e.Has(1 << i) {
			out = append(out, n)
		}
	}
	return strings.Join(out, ", ")
}

// TestBook compares the desk's choices with the manual's list, row by row.
func TestBook(t *testing.T) {
	manual := map[string][]registration.Kind{
		"registrato N":  {registration.StrongVerification, registration.Revocation},
		"registrato Y":  {registration.Revocation},
		"riscontrato N": {registration.StrongVerification, registration.Revocation},
		"riscontrato Y": {registration.StrongVerification, registration.Revocation},
		"attivo N":      {registration.Promotion, registration.Reset, registration.Revocation},
		"attivo Y":      {registration.NewPIN, registration.Reset, registration.Revocation},
		"respinto N":    nil,
		"respinto Y":    nil,
	}
	kinds := []registration.Kind{registration.StrongVerification, registration.Promotion, registration.Reset, registration.NewPIN, registration.Revocation}
	for _, s := range registration.States {
		for _, strong := range []bool{false, true} {
			for _, k := range kinds {
				r := registration.Registration{ID: "r", State: s, Strong: strong}
				_, err := r.Book(&registration.Operation{Kind: k, Entitled: true, BookedAt: noon}, nil)
				allowed := slices.Contains(manual[string(s)+" "+yes(strong)], k)
				if allowed && err != nil || !allowed && !errors.Is(err, registration.ErrNotAllowed) {
					t.Errorf("%s %s, %s: %v", s, yes(strong), k, err)
				}
			}
		}
	}
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestStrongNeedsEverything(t *testing.T) {
	full := registration.Checks{Document: true, HealthCard: true, InPerson: true}
	for _, tt := range []struct {
		name     string
		op       registration.Operation
		accepted bool
		strong   bool
		err      error
	}{
		{"at an entitled desk", registration.Operation{Entitled: true, Checks: full}, true, true, nil},
		{"terms not accepted", registration.Operation{Entitled: true, Checks: full}, false, false, registration.ErrTermsPending},
		{"weak ente", registration.Operation{Checks: full}, true, false, nil},
		{"nobody looked", registration.Operation{Entitled: true}, true, false, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := registration.Registration{ID: "r", State: registration.Registered}
			tt.op.Kind, tt.op.BookedAt = registration.StrongVerification, noon
			if _, err := r.Book(&tt.op, nil); err != nil {
				t.Fatal(err)
			}
			_, err := r.Complete(&tt.op, tt.accepted, noon)
			if !errors.Is(err, tt.err) || r.Strong != tt.strong {
				t.Errorf("strong %v, error %v", r.Strong, err)
			}
			if err != nil && (r.State != registration.Verified || tt.op.Outcome != registration.Pending) {
				t.Errorf("a refused completion changed something: %s %s", r.State, tt.op.Outcome)
			}
		})
	}
}

func TestWeakEnteLeavesStrongAlone(t *testing.T) {
	for _, k := range []registration.Kind{registration.NewPIN, registration.Reset} {
		r := registration.Registration{ID: "r", State: registration.Active, Strong: true}
		if _, err := r.Book(&registration.Operation{Kind: k}, nil); !errors.Is(err, registration.ErrNotEntitled) {
			t.Errorf("%s: %v", k, err)
		}
	}
}

// TestWalk walks random histories: they never leave the table.
func TestWalk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := &registration.Registration{ID: "r", State: registration.Registered}
		var ops []*registration.Operation
		for now := noon; ; now = now.Add(time.Hour) {
			if len(ops) > 20 || r.State == registration.Erased {
				return
			}
			before := *r
			switch rapid.SampledFrom([]string{"book", "book", "complete", "expire"}).Draw(t, "step") {
			case "book":
				rule := rapid.SampledFrom(registration.Rules).Draw(t, "rule")
				op := &registration.Operation{Kind: rule.Kind, BookedAt: now, Entitled: rapid.Bool().Draw(t, "entitled"),
					Checks: registration.Checks{Document: true, HealthCard: true, InPerson: rapid.Bool().Draw(t, "in person")}}
				got, err := r.Book(op, pending(ops))
				if err != nil {
					if *r != before {
						t.Fatalf("a refused booking changed the registration: %+v", r)
					}
					continue
				}
				if got.State != before.State || got.Strong != before.Strong || r.State != got.Booked || r.Strong != before.Strong {
					t.Fatalf("booking %s left the table", op.Kind)
				}
				ops = append(ops, op)
			case "complete":
				for _, op := range pending(ops) {
					rule, err := r.Complete(op, true, now)
					if err != nil {
						t.Fatalf("a booked operation cannot be completed: %v", err)
					}
					if r.State != rule.Done || r.Strong && !before.Strong && !op.Imputable() {
						t.Fatalf("completing %s left the table: %+v", op.Kind, r)
					}
				}
			case "expire":
				for _, op := range pending(ops) {
					op.Discard(now, "scaduta")
				}
			}
			if len(pending(ops)) > 1 {
				t.Fatal("two operations in progress")
			}
		}
	})
}

func pending(ops []*registration.Operation) []*registration.Operation {
	var out []*registration.Operation
	for _, o := range ops {
		if o.Outcome == registration.Pending {
			out = append(out, o)
		}
	}
	return out
}

func TestNumber(t *testing.T) {
	if _, err := registration.ParseNumber("1234567897"); err != nil {
		t.Error(err)
	}
	for _, s := range []string{"", "1234567890", "123456789", "12345678970", "123456789x"} {
		if _, err := registration.ParseNumber(s); !errors.Is(err, registration.ErrNumber) {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestPrintGate(t *testing.T) {
	op := &registration.Operation{Outcome: registration.Pending, Prints: map[registration.Paper]registration.Print{}}
	both := registration.IssuePIN | registration.IssueActivationCode
	check := func(handover registration.Effect, email bool, want ...registration.Paper) {
		t.Helper()
		if got := op.Unprinted(handover, email); !slices.Equal(got, want) {
			t.Errorf("unprinted %v, want %v", got, want)
		}
	}
	check(both, true, registration.PINLetter, registration.SummarySheet)
	check(both, false, registration.PINLetter, registration.SummarySheet, registration.CodeLetter)
	check(registration.IssueRevocationCode, true, registration.SummarySheet)
	op.Prints[registration.PINLetter] = registration.Print{Count: 1}
	check(both, true, registration.SummarySheet)
	op.ConcludedAt = noon
	check(both, false)
}
