package person

import "time"

// Since this day an identity card ends on the holder's birthday after its ordinary term (DL 5/2012 art. 7), and since the
// second one from seventy years on it can last fifty.
const (
	birthdayExpiry Date = "2012-02-10"
	longCards      Date = "2026-07-30"
)

// expectedExpiry tells whether the printed expiry is one that the law gives. Of other documents than
// identity cards the term is not known: any is expected.
func (d Document) expectedExpiry(birth Date) bool {
	if d.Kind != IdentityCard || !isDay(d.IssuedOn) || !isDay(d.ExpiresOn) || !isDay(birth) {
		return true
	}
	for _, years := range d.cardYears(birth) {
		if d.endsTerm(years, birth) {
			return true
		}
	}
	return false
}

// cardYears is how long an identity card can last: by age when issued (DL 70/2011 art. 10).
func (d Document) cardYears(birth Date) []int {
	age := birth.YearsAt(d.IssuedOn)
	switch {
	case age < 3:
		return []int{3}
	case age < 18:
		return []int{5}
	case age >= 70 && d.IssuedOn >= longCards:
		return []int{10, 50}
	}
	return []int{10}
}

// endsTerm allows a day more or less: offices disagree whether the term ends on the day of issue or on the
// eve, and when the birthday of 29 February is.
func (d Document) endsTerm(years int, birth Date) bool {
	const aDay = 24 * time.Hour
	term, end := d.IssuedOn.Time().AddDate(years, 0, 0), d.ExpiresOn.Time()
	if d.IssuedOn < birthdayExpiry {
		return end.Sub(term).Abs() <= aDay
	}
	return isBirthday(birth, d.ExpiresOn) && !end.Before(term.Add(-aDay)) && !end.After(term.AddDate(1, 0, 0).Add(aDay))
}

func isBirthday(birth, day Date) bool {
	if birth[5:] == "02-29" {
		return day[5:] == "02-28" || day[5:] == "02-29" || day[5:] == "03-01"
	}
	return birth[5:] == day[5:]
}
