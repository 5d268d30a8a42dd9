package person_test

import (
	"testing"

	"sportello/person"
)

func TestParseDate(t *testing.T) {
	tests := []struct {
		day, month, year string
		want             person.Date // "" if refused
	}{
		{"31", "1", "1980", "1980-01-31"},
		{"01", "02", "2000", "2000-02-01"},
		{"29", "2", "2024", "2024-02-29"},
		{"29", "2", "2023", ""},
		{"31", "4", "1980", ""},
		{"0", "1", "1980", ""},
		{"1", "13", "1980", ""},
		{"1", "1", "80", ""},
		{"1", "1", "19800", ""},
		{"", "1", "1980", ""},
		{"uno", "1", "1980", ""},
	}
	for _, tt := range tests {
		got, err := person.ParseDate(tt.day, tt.month, tt.year)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%s/%s/%s: got %q, %v", tt.day, tt.month, tt.year, got, err)
		}
	}
}

func TestYearsAt(t *testing.T) {
	tests := []struct {
		birth, day person.Date
		want       int
	}{
		{"2008-11-22", "2026-11-21", 17},
		{"2008-11-22", "2026-11-22", 18},
		{"2008-02-29", "2026-02-28", 17},
		{"2008-02-29", "2026-03-01", 18},
		{"2026-11-22", "2026-11-22", 0},
	}
	for _, tt := range tests {
		if got := tt.birth.YearsAt(tt.day); got != tt.want {
			t.Errorf("born %s, on %s: %d years, want %d", tt.birth, tt.day, got, tt.want)
		}
	}
}
