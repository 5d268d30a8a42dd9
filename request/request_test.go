package request_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"sportello/request"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// A request belongs to one clerk at a time, ends once, and nothing is granted before the checklist allows it.
func TestOneClerk(t *testing.T) {
	r := &request.Request{State: request.Open, Problem: request.LostCode, Registration: "r"}
	full := request.Answers{"anagrafici": request.Yes, "documento": request.Yes, "mittente": "Per telefono"}
	wrong := request.Answers{"anagrafici": request.Yes, "documento": request.Yes, "mittente": "Da un altro indirizzo"}
	for i, step := range []struct {
		do   func() error
		want error
	}{
		{func() error { return r.Grant("anna", noon) }, request.ErrNotTaken},
		{func() error { return r.Take("anna", noon) }, nil},
		{func() error { return r.Take("anna", noon) }, nil},
		{func() error { return r.Take("bruno", noon.Add(23*time.Hour)) }, request.ErrTaken},
		{func() error { return r.Answer("bruno", full) }, request.ErrNotTaken},
		{func() error { return r.Grant("anna", noon) }, request.ErrIncomplete},
		{func() error { return r.Answer("anna", wrong) }, nil},
		{func() error { return r.Grant("anna", noon) }, request.ErrIncomplete},
		{func() error { return r.Answer("anna", full) }, nil},
		{func() error { return r.GiveBack("anna") }, nil},
		{func() error { return r.GiveBack("anna") }, request.ErrNotTaken},
		{func() error { return r.Take("bruno", noon) }, nil},
		{func() error { return r.Take("anna", noon.Add(request.Abandoned)) }, nil},
		{func() error { return r.Refuse("anna", "", noon) }, request.ErrReason},
		{func() error { return r.Grant("anna", noon) }, nil},
		{func() error { return r.Refuse("anna", "no", noon) }, request.ErrEnded},
		{func() error { return r.Take("bruno", noon) }, request.ErrEnded},
	} {
		if err := step.do(); !errors.Is(err, step.want) {
			t.Fatalf("step %d: %v, want %v", i, err, step.want)
		}
	}
}

// With four eyes the first clerk proposes and another confirms; the citizen has had time to object.
func TestFourEyes(t *testing.T) {
	r := &request.Request{State: request.Open, Problem: request.Revocation, Registration: "r", NoticeAt: noon}
	_ = r.Take("anna", noon)
	_ = r.Answer("anna", request.Answers{"firma": request.Yes, "copia": request.Yes, "dati": request.Yes, "protocollo": "12/2026"})
	if err := r.Propose("anna", noon.Add(47*time.Hour)); !errors.Is(err, request.ErrNotice) {
		t.Fatal(err)
	}
	later := noon.Add(48 * time.Hour)
	for i, step := range []struct {
		do   func() error
		want error
	}{
		{func() error { return r.Propose("anna", later) }, nil},
		{func() error { return r.Grant("anna", later) }, request.ErrNotTaken},
		{func() error { return r.Take("anna", later) }, request.ErrFourEyes},
		{func() error { return r.Take("bruno", later) }, nil},
		{func() error { return r.Take("carla", later) }, request.ErrTaken},
		{func() error { return r.Answer("bruno", nil) }, nil},
		{func() error { return r.Grant("bruno", later) }, nil},
	} {
		if err := step.do(); !errors.Is(err, step.want) {
			t.Fatalf("step %d: %v, want %v", i, err, step.want)
		}
	}
	if r.Answers["firma"] != request.Yes {
		t.Error("who confirms changed the answers")
	}
}

// The table is whole: every problem comes some way, has a deadline, reasons to end it, and questions that can be answered.
func TestRules(t *testing.T) {
	seen := map[request.Problem]bool{}
	for _, r := range request.Rules {
		if seen[r.Problem] || r.Days <= 0 || len(r.Kinds) == 0 || r.Grants == "" && len(r.Reasons) == 0 {
			t.Errorf("%s is not whole", r.Problem)
		}
		seen[r.Problem] = true
		keys := map[string]bool{}
		for _, x := range r.Checklist {
			if keys[x.Key] || x.Label == "" || (x.Sort == request.Choice) != (len(x.Options) > 0) {
				t.Errorf("%s: %s is not whole", r.Problem, x.Key)
			}
			keys[x.Key] = true
			for _, stop := range x.Stops {
				if !slices.Contains(x.Options, stop) || x.Passes(stop) {
					t.Errorf("%s: %s does not stop", r.Problem, stop)
				}
			}
			if x.Sort == request.Choice && x.Passes("altro ancora") {
				t.Errorf("%s: %s takes any answer", r.Problem, x.Key)
			}
		}
		if got := request.RuleFor(r.Problem).Problem; got != r.Problem {
			t.Errorf("%s found as %s", r.Problem, got)
		}
	}
	if request.RuleFor("boh").Problem != request.Other {
		t.Error("an unknown problem is not the other one")
	}
}
