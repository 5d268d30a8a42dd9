package office_test

import (
	"errors"
	"testing"
	"time"

	"sportello/office"
	"sportello/person"
)

func TestMay(t *testing.T) {
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		role office.Role
		fse  bool
		p    office.Permission
		age  time.Duration
		want error
	}{
		{office.Clerk, false, office.Register, time.Minute, nil},
		{office.Clerk, false, office.Register, 2 * time.Hour, office.ErrStaleLogin},
		{office.Clerk, false, office.FindPeople, 2 * time.Hour, nil},
		{office.Clerk, false, office.OpenFSE, 0, office.ErrForbidden},
		{office.Clerk, true, office.OpenFSE, 0, nil},
		{office.Clerk, false, office.ReleaseGate, 0, office.ErrForbidden},
		{office.Supervisor, false, office.ReleaseGate, 0, nil},
		{office.Helpdesk, false, office.PrintPapers, 0, office.ErrForbidden},
		{office.Auditor, false, office.Register, 0, office.ErrForbidden},
	} {
		a := office.Acting{Post: office.Post{Role: tt.role, FSE: tt.fse}, FreshAt: noon.Add(-tt.age), FreshFor: time.Hour}
		if err := a.May(tt.p, noon); !errors.Is(err, tt.want) {
			t.Errorf("%s (FSE %v), %s after %s: %v, want %v", tt.role, tt.fse, tt.p, tt.age, err, tt.want)
		}
	}
}

func TestCompetence(t *testing.T) {
	a := office.Acting{Ente: office.Ente{Competence: office.Competence{Provinces: []string{"TO"}, Comuni: []string{"A182"}}}}
	for _, tt := range []struct {
		province, comune string
		want             error
	}{
		{"TO", "L219", nil}, {"AL", "A182", nil}, {"AL", "B885", office.ErrCompetence}, {person.AbroadProvince, person.AbroadComune, nil},
	} {
		if err := a.MayPlace(tt.province, tt.comune); !errors.Is(err, tt.want) {
			t.Errorf("%s %s: %v", tt.province, tt.comune, err)
		}
	}
}

func TestNobodyServesThemselves(t *testing.T) {
	a := office.Acting{Operator: office.Operator{TaxCode: "RSSMRA80A01H501U"}}
	for code, want := range map[person.TaxCode]error{
		"RSSMRA80A01H501U": office.ErrSelf,
		"RSSMRA80A01H50MN": office.ErrSelf, // the same under omocodia
		"BNCGLI85C52L219J": nil, "12345678903": nil, "": nil,
	} {
		if err := a.MayServe(code); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", code, err, want)
		}
	}
}
