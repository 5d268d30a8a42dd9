package person_test

import (
	"slices"
	"testing"

	"sportello/person"
)

// A valid electronic card; tests change what they are about.
func electronicCard() person.Document {
	return person.Document{
		Kind: person.IdentityCard, Number: "CA12345AB", Issuer: "Comune di Torino",
		IssuedOn: "2020-03-10", ExpiresOn: "2030-06-15",
	}
}

const (
	holderBirth person.Date = "1980-06-15"
	deskDay     person.Date = "2026-11-22"
)

func TestDocumentProblems(t *testing.T) {
	tests := []struct {
		name   string
		change func(*person.Document)
		today  person.Date
		want   []person.Problem
	}{
		{"good", func(*person.Document) {}, deskDay, nil},
		{"nothing filled in", func(d *person.Document) { *d = person.Document{} }, deskDay, []person.Problem{
			person.DocumentKindMissing, person.DocumentNumberMissing, person.DocumentIssuerMissing,
			person.DocumentIssueMissing, person.DocumentExpiryMissing,
		}},
		{"blanks only", func(d *person.Document) { d.Number, d.Issuer = " ", "\t" }, deskDay, []person.Problem{
			person.DocumentNumberMissing, person.DocumentIssuerMissing,
		}},
		{"a kind nobody knows", func(d *person.Document) { d.Kind = "tessera" }, deskDay, []person.Problem{person.DocumentKindMissing}},
		{"on its last day", func(*person.Document) {}, "2030-06-15", nil},
		{"the day after", func(*person.Document) {}, "2030-06-16", []person.Problem{person.DocumentExpired}},
		{"paper card", func(d *person.Document) { d.Number = "AX 1234567" }, "2026-08-03", []person.Problem{person.PaperIdentityCard}},
		{"paper card, small letters", func(d *person.Document) { d.Number = "ax1234567" }, deskDay, []person.Problem{person.PaperIdentityCard}},
		{"paper card, the day before the end", func(d *person.Document) { d.Number = "AX1234567" }, "2026-08-02", nil},
		{"passport with the same format", func(d *person.Document) { d.Kind, d.Number = person.Passport, "YA1234567" }, deskDay, nil},
	}
	for _, tt := range tests {
		d := electronicCard()
		tt.change(&d)
		if got := d.Problems(tt.today); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestDocumentWarnings(t *testing.T) {
	tests := []struct {
		name   string
		change func(*person.Document)
		want   []person.Warning
	}{
		{"good", func(*person.Document) {}, nil},
		{"nothing filled in", func(d *person.Document) { *d = person.Document{} }, nil},
		{"unusual number", func(d *person.Document) { d.Number = "12" }, []person.Warning{person.UnusualNumber}},
		{"issued tomorrow", func(d *person.Document) { d.IssuedOn, d.ExpiresOn = "2026-11-23", "2037-06-15" }, []person.Warning{person.IssuedInFuture}},
		{"issued before birth", func(d *person.Document) { d.Kind, d.Number, d.IssuedOn = person.Passport, "YA1234567", "1980-06-14" },
			[]person.Warning{person.IssuedBeforeBirth}},
		{"expiry that no term gives", func(d *person.Document) { d.ExpiresOn = "2030-03-10" }, []person.Warning{person.UnexpectedExpiry}},
	}
	for _, tt := range tests {
		d := electronicCard()
		tt.change(&d)
		if got := d.Warnings(holderBirth, deskDay); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestUsualNumbers(t *testing.T) {
	tests := []struct {
		kind   person.DocumentKind
		number string
		usual  bool
	}{
		{person.IdentityCard, "ca 12345 ab", true},
		{person.IdentityCard, "1234567AB", true},
		{person.IdentityCard, "AX1234567", true}, // refused, but not unusual
		{person.IdentityCard, "XA12345AB", false},
		{person.Passport, "YA1234567", true},
		{person.Passport, "Y12345678", false},
		{person.DrivingLicence, "U1532B456K", true},
		{person.DrivingLicence, "U1H68I903B", true},
		{person.DrivingLicence, "TO1234567A", true},
		{person.DrivingLicence, "U1532B4567", false},
		{person.ResidencePermit, "I12345678", true},
		{person.ResidencePermit, "12345678", false},
		{person.BoatingLicence, "TO-123/2019", true},
		{person.BoatingLicence, "N° 12", false},
	}
	for _, tt := range tests {
		d := person.Document{Kind: tt.kind, Number: tt.number}
		warned := slices.Contains(d.Warnings(holderBirth, deskDay), person.UnusualNumber)
		if warned == tt.usual {
			t.Errorf("%s %s: usual %v, want %v", tt.kind, tt.number, !warned, tt.usual)
		}
	}
}

func TestExpectedExpiry(t *testing.T) {
	tests := []struct {
		name                 string
		birth, issued, until person.Date
		expected             bool
	}{
		{"ten years, then the birthday", "1980-06-15", "2020-03-10", "2030-06-15", true},
		{"birthday of the next year", "1980-06-15", "2020-09-10", "2031-06-15", true},
		{"a birthday too early", "1980-06-15", "2020-09-10", "2030-06-15", false},
		{"a birthday too late", "1980-06-15", "2020-03-10", "2031-06-15", false},
		{"issued on the birthday", "1980-06-15", "2020-06-15", "2030-06-15", true},
		{"issued on the birthday, counted strictly", "1980-06-15", "2020-06-15", "2031-06-15", true},
		{"before 2012, ten years", "1980-06-15", "2012-02-09", "2022-02-09", true},
		{"before 2012, the eve", "1980-06-15", "2012-02-09", "2022-02-08", true},
		{"before 2012, birthday", "1980-06-15", "2012-02-09", "2022-06-15", false},
		{"minor, five years", "2012-06-15", "2024-03-10", "2029-06-15", true},
		{"minor, ten years", "2012-06-15", "2024-03-10", "2034-06-15", false},
		{"small child, three years", "2023-06-15", "2025-03-10", "2028-06-15", true},
		{"born on a leap day, 28 February", "1980-02-29", "2024-09-01", "2035-02-28", true},
		{"born on a leap day, 1 March", "1980-02-29", "2024-09-01", "2035-03-01", true},
		{"born on a leap day, 2 March", "1980-02-29", "2024-09-01", "2035-03-02", false},
		{"seventy, fifty years", "1950-06-15", "2026-08-01", "2077-06-15", true},
		{"seventy, ten years", "1950-06-15", "2026-08-01", "2037-06-15", true},
		{"sixty, fifty years", "1966-06-16", "2026-08-01", "2077-06-16", false},
		{"birth not known", "", "2020-03-10", "2030-03-10", true},
	}
	for _, tt := range tests {
		d := electronicCard()
		d.IssuedOn, d.ExpiresOn = tt.issued, tt.until
		warned := slices.Contains(d.Warnings(tt.birth, deskDay), person.UnexpectedExpiry)
		if warned == tt.expected {
			t.Errorf("%s: expected %v, want %v", tt.name, !warned, tt.expected)
		}
	}
}

func TestNormalizeNumber(t *testing.T) {
	if got := person.NormalizeNumber(" ca\u00a012345 ab\n"); got != "CA12345AB" {
		t.Errorf("got %q", got)
	}
}
