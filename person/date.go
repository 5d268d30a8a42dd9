package person

import (
	"errors"
	"strconv"
	"time"
)

// A Date is a calendar day as ISO text, "1980-01-31"; empty means not known.
// Dates of people have no time zone, and compare as text.
type Date string

// ErrDate means that day, month and year name no day of the calendar.
var ErrDate = errors.New("not a date")

// ParseDate reads the three fields of a form, all decimal.
func ParseDate(day, month, year string) (Date, error) {
	d, err1 := strconv.Atoi(day)
	m, err2 := strconv.Atoi(month)
	y, err3 := strconv.Atoi(year)
	if err1 != nil || err2 != nil || err3 != nil || y < 1000 || y > 9999 {
		return "", ErrDate
	}
	return NewDate(y, m, d)
}

// NewDate is the day d of month m in year y, if the calendar has it.
func NewDate(y, m, d int) (Date, error) {
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if t.Year() != y || int(t.Month()) != m || t.Day() != d {
		return "", ErrDate
	}
	return Date(t.Format(time.DateOnly)), nil
}

// DateOf is the day of an instant in the zone that t carries.
func DateOf(t time.Time) Date { return Date(t.Format(time.DateOnly)) }

// Time is midnight UTC of the day; the zero time if the date is not known.
func (d Date) Time() time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}

// Parts are day, month and year as a form shows them, "" when not known.
func (d Date) Parts() (day, month, year string) {
	if len(d) != 10 {
		return "", "", ""
	}
	return string(d[8:10]), string(d[5:7]), string(d[:4])
}

// YearsAt is a person's age on a day: full years since d.
func (d Date) YearsAt(day Date) int {
	a, b := d.Time(), day.Time()
	years := b.Year() - a.Year()
	if b.Month() < a.Month() || b.Month() == a.Month() && b.Day() < a.Day() {
		years--
	}
	return years
}
