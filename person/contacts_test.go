package person_test

import (
	"slices"
	"strings"
	"testing"

	"sportello/person"
)

func TestValidEmail(t *testing.T) {
	tests := []struct {
		address string
		valid   bool
	}{
		{"mario.rossi@esempio.it", true},
		{"o'neill+sportello@posta.comune.torino.it", true},
		{"a@xn--caff-dma.xn--p1ai", true},
		{"a@b.museum", true},
		{strings.Repeat("a", 64) + "@esempio.it", true},
		{strings.Repeat("a", 65) + "@esempio.it", false},
		{"a@" + strings.Repeat("b.", 130) + "it", false},
		{"", false},
		{"mario.rossi", false},
		{"@esempio.it", false},
		{"mario@", false},
		{"mario@esempio", false},
		{"mario@@esempio.it", false},
		{"mario..rossi@esempio.it", false},
		{".mario@esempio.it", false},
		{"mario@-esempio.it", false},
		{"mario@esempio..it", false},
		{"mario@esempio.it.", false},
		{"mario@127.0.0.1", false},
		{"mario rossi@esempio.it", false},
		{"Mario <mario@esempio.it>", false},
		{"niccolò@esempio.it", false},
		{"mario@esempio.it\r\nBcc: altri@esempio.it", false},
		{"mario@esempio.it\n", false},
	}
	for _, tt := range tests {
		if got := person.ValidEmail(tt.address); got != tt.valid {
			t.Errorf("%q: got %v", tt.address, got)
		}
	}
}

func TestContactsProblems(t *testing.T) {
	refused := []string{"postacertificata.gov.it"}
	tests := []struct {
		contacts person.Contacts
		want     []person.Problem
	}{
		{person.Contacts{Email: "mario@esempio.it"}, nil},
		{person.Contacts{NoEmail: true}, nil},
		{person.Contacts{}, []person.Problem{person.EmailMissing}},
		{person.Contacts{Email: "mario"}, []person.Problem{person.EmailMalformed}},
		{person.Contacts{Email: "mario@esempio.it", NoEmail: true}, []person.Problem{person.EmailContradiction}},
		{person.Contacts{Email: "mario@PostaCertificata.gov.it"}, []person.Problem{person.EmailRefused}},
		{person.Contacts{Email: "mario@mail.postacertificata.gov.it"}, []person.Problem{person.EmailRefused}},
		{person.Contacts{Email: "mario@lapostacertificata.gov.it"}, nil},
	}
	for _, tt := range tests {
		if got := tt.contacts.Problems(refused); !slices.Equal(got, tt.want) {
			t.Errorf("%+v: got %v, want %v", tt.contacts, got, tt.want)
		}
	}
}

func TestContactsWarnings(t *testing.T) {
	tests := []struct {
		phone, mobile string
		want          []person.Warning
	}{
		{"", "", nil},
		{"011 4321234", "347/1234567", nil},
		{"+39 011-4321234", "+39 347 1234567", nil},
		{"0039 (0)11 4321234", "0039 3471234567", nil},
		{"+33 1 23 45 67 89", "+33 6 12 34 56 78", nil},
		{"011", "011 4321234", []person.Warning{person.UnusualPhone, person.UnusualMobile}},
		{"interno 12", "+39 011 4321234", []person.Warning{person.UnusualPhone, person.UnusualMobile}},
	}
	for _, tt := range tests {
		got := person.Contacts{Phone: tt.phone, Mobile: tt.mobile}.Warnings()
		if !slices.Equal(got, tt.want) {
			t.Errorf("%q, %q: got %v, want %v", tt.phone, tt.mobile, got, tt.want)
		}
	}
}

func TestValidPostalCode(t *testing.T) {
	for code, valid := range map[string]bool{"10121": true, "00100": true, "1012": false, "101211": false, "1O121": false, "": false, "١٠١٢١": false} {
		if person.ValidPostalCode(code) != valid {
			t.Errorf("%q", code)
		}
	}
}

func TestEveryProblemHasAFieldAndWords(t *testing.T) {
	for _, p := range []person.Problem{
		person.DocumentKindMissing, person.DocumentNumberMissing, person.DocumentIssuerMissing, person.DocumentIssueMissing,
		person.DocumentExpiryMissing, person.DocumentExpired, person.PaperIdentityCard,
		person.EmailMissing, person.EmailMalformed, person.EmailRefused, person.EmailContradiction,
	} {
		if p.Field() == "" || p.Message() == "" {
			t.Errorf("%s: field %q, message %q", p, p.Field(), p.Message())
		}
	}
	for _, w := range []person.Warning{
		person.UnusualNumber, person.UnexpectedExpiry, person.IssuedInFuture, person.IssuedBeforeBirth,
		person.UnusualPhone, person.UnusualMobile,
	} {
		if w.Field() == "" || w.Message() == "" {
			t.Errorf("%s: field %q, message %q", w, w.Field(), w.Message())
		}
	}
}
