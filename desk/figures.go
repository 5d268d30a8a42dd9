package desk

import (
	"context"
	"time"

	"sportello/audit"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// Figures are an ente's counts over a period of days. What was erased by a revocation is not counted any more.
type Figures struct {
	From, To person.Date // both included
	Days     []DayFigure
	Kinds    []KindFigure
	Times    []TimeFigure
	Median   time.Duration // from the desk to the confirmation at home; 0 if nothing was completed
	Slow     time.Duration // nine of ten take less
}

// A DayFigure is how many citizens an ente identified on a day, and how many operations it booked in all.
type DayFigure struct {
	Day        person.Date
	Identified int
	Booked     int
}

// A KindFigure counts the operations of a kind by their outcome.
type KindFigure struct {
	Kind                                  registration.Kind
	Booked, Completed, Pending, Discarded int
}

// A TimeFigure counts the operations that were completed within a span of time.
type TimeFigure struct {
	Within time.Duration // 0 is longer than all others
	Count  int
}

// spans are the classes of the time from the desk to the confirmation at home.
var spans = []time.Duration{24 * time.Hour, 3 * 24 * time.Hour, 7 * 24 * time.Hour, 30 * 24 * time.Hour, 0}

// LongestPeriod is how many days figures may cover.
const LongestPeriod = 366

// Figures counts what the operator's ente did in the last days, today included. Errors: office.ErrForbidden.
func (d *Desk) Figures(ctx context.Context, who Who, days int) (f Figures, err error) {
	err = d.Store.Act(ctx, who.record(audit.ReadFigures), func(tx *store.Tx) error {
		if err := who.May(office.ReadFigures, tx.Now); err != nil {
			return err
		}
		y, m, day := tx.Now.In(d.Zone).Date()
		from := time.Date(y, m, day-min(days, LongestPeriod)+1, 0, 0, 0, 0, d.Zone)
		to := time.Date(y, m, day+1, 0, 0, 0, 0, d.Zone)
		booked, err := tx.BookedBy(who.Ente.ID, from, to)
		if err != nil {
			return err
		}
		taken, err := tx.CompletedBy(who.Ente.ID, from, to)
		if err != nil {
			return err
		}
		f = d.count(booked, from, to)
		f.time(taken)
		return nil
	})
	return f, err
}

func (d *Desk) count(booked []store.Booked, from, to time.Time) Figures {
	f := Figures{From: person.DateOf(from), To: person.DateOf(to.AddDate(0, 0, -1))}
	place := map[person.Date]int{}
	for day := from; day.Before(to); day = day.AddDate(0, 0, 1) {
		place[person.DateOf(day)] = len(f.Days)
		f.Days = append(f.Days, DayFigure{Day: person.DateOf(day)})
	}
	kinds := map[registration.Kind]*KindFigure{}
	for _, k := range registration.Kinds {
		f.Kinds = append(f.Kinds, KindFigure{Kind: k})
	}
	for i := range f.Kinds {
		kinds[f.Kinds[i].Kind] = &f.Kinds[i]
	}
	for _, b := range booked {
		day := &f.Days[place[person.DateOf(b.Hour.In(d.Zone))]]
		day.Booked += b.Count
		if b.Kind == registration.Verification || b.Kind == registration.StrongVerification {
			day.Identified += b.Count
		}
		kinds[b.Kind].add(b)
	}
	return f
}

func (k *KindFigure) add(b store.Booked) {
	k.Booked += b.Count
	switch b.Outcome {
	case registration.Success:
		k.Completed += b.Count
	case registration.Pending:
		k.Pending += b.Count
	default:
		k.Discarded += b.Count
	}
}

// time puts the completed operations into classes; taken is in order of time.
func (f *Figures) time(taken []store.Taken) {
	total := 0
	for _, t := range taken {
		total += t.Count
	}
	for _, within := range spans {
		f.Times = append(f.Times, TimeFigure{Within: within})
	}
	seen := 0
	for _, t := range taken {
		seen += t.Count
		f.Times[class(t.Time)].Count += t.Count
		if f.Median == 0 && 2*seen >= total {
			f.Median = max(t.Time, time.Hour)
		}
		if f.Slow == 0 && 10*seen >= 9*total {
			f.Slow = max(t.Time, time.Hour)
		}
	}
}

func class(t time.Duration) int {
	for i, within := range spans {
		if t < within {
			return i
		}
	}
	return len(spans) - 1
}
