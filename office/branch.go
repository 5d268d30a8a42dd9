package office

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Branch is a place where an ente receives people, as the public list tells it (K05).
type Branch struct {
	ID         string
	Ente       string
	Name       string
	Address    string
	Province   string // two letters
	Comune     string // Belfiore code
	PostalCode string
	Phone      string
	Hours      Week
	Note       string // "Solo su appuntamento"
	Access     string // how somebody who cannot climb stairs, see or hear gets in
	Active     bool
	Version    int
}

// A Week is the opening hours from Monday to Sunday; a day without intervals is closed.
type Week [7][]Interval

// An Interval is a time when the doors are open, in minutes after midnight.
type Interval struct{ From, To int }

// String is "9:00-12:30".
func (i Interval) String() string { return clockTime(i.From) + "-" + clockTime(i.To) }

func clockTime(minutes int) string { return fmt.Sprintf("%d:%02d", minutes/60, minutes%60) }

// Day is the intervals of a weekday as they are typed: "9:00-12:30, 14:00-16:00"; "" when closed.
func (w Week) Day(day int) string {
	var parts []string
	for _, i := range w[day] {
		parts = append(parts, i.String())
	}
	return strings.Join(parts, ", ")
}

// Open tells whether the week has any opening at all.
func (w Week) Open() bool {
	return slices.ContainsFunc(w[:], func(day []Interval) bool { return len(day) > 0 })
}

// The reasons why hours cannot be read.
var (
	ErrHours        = errors.New("not an interval of hours")
	ErrHoursReverse = errors.New("an interval ends before it begins, or before the one ahead of it ends")
)

// ParseDay reads the intervals of a day: "9-12.30, 14:00-16:00". Hours and minutes are parted by a colon or a point, minutes may be left
// out. Errors: ErrHours, ErrHoursReverse.
func ParseDay(s string) ([]Interval, error) {
	var day []Interval
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' }) {
		if strings.TrimSpace(part) == "" {
			continue
		}
		from, to, _ := strings.Cut(strings.NewReplacer("–", "-", ".", ":", " ", "").Replace(part), "-")
		begin, err := parseClock(from)
		if err != nil {
			return nil, err
		}
		end, err := parseClock(to)
		if err != nil {
			return nil, err
		}
		if end <= begin || len(day) > 0 && begin < day[len(day)-1].To {
			return nil, ErrHoursReverse
		}
		day = append(day, Interval{begin, end})
	}
	return day, nil
}

// parseClock reads "9", "9:30" or "09:30" as minutes.
func parseClock(s string) (int, error) {
	if !strings.Contains(s, ":") {
		s += ":00"
	}
	at, err := time.Parse("15:4", s)
	if err != nil {
		return 0, ErrHours
	}
	return at.Hour()*60 + at.Minute(), nil
}
