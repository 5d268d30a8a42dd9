package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sportello/community"
	"sportello/letter"
	"sportello/person"
	"sportello/postal"
	"sportello/postroom"
	"sportello/store"
)

// lettersCommand is the post for whoever runs the program on its machine, and for its timetable.
func lettersCommand(ctx context.Context, args []string, std streams) error {
	of := func(fs *flag.FlagSet) any {
		return fs.String("of", "", "solo le lettere di questa `community`; senza, di tutte")
	}
	return runTool(ctx, "letters", []tool{
		{name: "run", about: "prepara i lotti di tutto ciò che aspetta, nella cartella della tipografia", flags: of, run: runLetters},
		{name: "list", about: "elenca i lotti che aspettano la tipografia", flags: of, run: listRuns},
		{name: "sent", about: "registra che la tipografia ha ricevuto un lotto: i PIN vengono distrutti", run: confirmRun},
	}, args, std)
}

// post opens the postroom of a tool.
func (r toolRun) post() (*postroom.Postroom, community.Set, error) {
	set, _, err := loadCommunities(r.config)
	if err != nil {
		return nil, set, err
	}
	letters, err := letter.New()
	if err != nil {
		return nil, set, err
	}
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		return nil, set, err
	}
	r.administration.Places = person.ItalianPlaces()
	return r.letterRuns(set, letters, zone, func() {}), set, nil
}

// communitiesOf are the one that was asked for, or all.
func (r toolRun) communitiesOf(set community.Set) ([]community.ID, error) {
	asked := community.ID(*r.given.(*string))
	if asked == "" {
		return set.IDs(), nil
	}
	if _, ok := set.ByID(asked); !ok {
		return nil, fmt.Errorf("la community %q non esiste; ci sono %v", asked, set.IDs())
	}
	return []community.ID{asked}, nil
}

func runLetters(r toolRun) error {
	p, set, err := r.post()
	if err != nil {
		return err
	}
	list, err := r.communitiesOf(set)
	if err != nil {
		return err
	}
	if err := p.Watch(r.ctx); err != nil {
		return err
	}
	for _, id := range list {
		err = errors.Join(err, r.runOf(p, id))
	}
	return err
}

func (r toolRun) runOf(p *postroom.Postroom, of community.ID) error {
	id, err := p.Begin(r.ctx, postroom.Console(), of)
	if errors.Is(err, postroom.ErrNothing) || errors.Is(err, postroom.ErrNoKey) {
		return nil // nothing of this community goes by post
	}
	if errors.Is(err, postroom.ErrNoFolder) {
		return errors.New("impostazione letters_dir: manca la cartella per la tipografia")
	}
	if err != nil {
		return fmt.Errorf("%s: %w", of, err)
	}
	if err := p.Make(r.ctx, id); err != nil {
		return fmt.Errorf("%s: %s (%w)", of, postroom.TroubleOf(err), err)
	}
	return r.store.Read(r.ctx, func(tx *store.Tx) error {
		run, err := tx.Run(id)
		if err == nil {
			fmt.Fprintf(r.out, "%s: %s, %d lettere\n", run.Number, run.State, run.Letters)
		}
		return err
	})
}

func listRuns(r toolRun) error {
	set, _, err := loadCommunities(r.config)
	if err != nil {
		return err
	}
	list, err := r.communitiesOf(set)
	if err != nil {
		return err
	}
	return r.store.Read(r.ctx, func(tx *store.Tx) error {
		for _, id := range list {
			runs, err := tx.Runs(id, 100)
			if err != nil {
				return err
			}
			for _, run := range runs {
				if run.State != postal.Gone {
					fmt.Fprintf(r.out, "%s: %s, %d lettere %s\n", run.Number, run.State, run.Letters, run.Trouble)
				}
			}
		}
		return nil
	})
}

func confirmRun(r toolRun) error {
	if len(r.args) != 1 {
		fmt.Fprintln(r.err, "Uso: sportello letters sent LOTTO")
		return errUsage
	}
	p, _, err := r.post()
	if err != nil {
		return err
	}
	var run *postal.Run
	err = r.store.Read(r.ctx, func(tx *store.Tx) error { run, err = tx.RunByNumber(r.args[0]); return err })
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("il lotto %q non esiste", r.args[0])
	}
	if err != nil {
		return err
	}
	if err := p.Confirm(r.ctx, postroom.Console(), run.ID); errors.Is(err, postroom.ErrRunState) {
		return fmt.Errorf("il lotto %s è %s", run.Number, run.State)
	} else if err != nil {
		return err
	}
	if err := p.Close(r.ctx, run.ID); err != nil {
		return err
	}
	fmt.Fprintf(r.out, "%s: inviato, %d lettere; i PIN sono distrutti\n", run.Number, run.Letters)
	return nil
}

// watchEvery is how often it is looked at whether a test letter is due or late.
const watchEvery = 10 * time.Minute

// watchPost has test letters queued and their delay told (Y07).
func (h *house) watchPost(ctx context.Context) {
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	for {
		if err := h.postroom.Watch(ctx); err != nil && ctx.Err() == nil {
			h.log.Error("lettere di prova", "errore", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// postMeasures are those of the post: read from the database when somebody asks.
type postMeasures struct{ *postroom.Postroom }

var (
	lateTests  = prometheus.NewDesc("sportello_test_letters_late", "Test letters that nobody has confirmed in time.", nil, nil)
	unprinted  = prometheus.NewDesc("sportello_letters_waiting", "Letters that wait for a print run.", nil, nil)
	waitingFor = prometheus.NewDesc("sportello_letters_waiting_since_seconds", "Unix time since which the oldest of them waits; 0 if none does.", nil, nil)
)

// Describe implements prometheus.Collector.
func (m postMeasures) Describe(c chan<- *prometheus.Desc) {
	c <- lateTests
	c <- unprinted
	c <- waitingFor
}

// Collect implements prometheus.Collector.
func (m postMeasures) Collect(c chan<- prometheus.Metric) {
	ctx, done := context.WithTimeout(context.Background(), 5*time.Second)
	defer done()
	late, waiting, oldest, err := m.Overdue(ctx)
	if err != nil {
		c <- prometheus.NewInvalidMetric(lateTests, err)
		return
	}
	since := 0.0
	if !oldest.IsZero() {
		since = float64(oldest.Unix())
	}
	c <- prometheus.MustNewConstMetric(lateTests, prometheus.GaugeValue, float64(late))
	c <- prometheus.MustNewConstMetric(unprinted, prometheus.GaugeValue, float64(waiting))
	c <- prometheus.MustNewConstMetric(waitingFor, prometheus.GaugeValue, since)
}
