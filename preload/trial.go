package preload

import (
	"context"
	"errors"
	"fmt"

	"sportello/person"
	"sportello/store"
)

// try goes through a list and imports nobody.
func (p *Preload) try(ctx context.Context, x *store.Import, open source) error {
	if err := p.Store.BeginTrial(ctx, x); err != nil {
		return err
	}
	err := p.readBatches(ctx, x, open, 0, &pace{size: trialBatch}, func(list []*candidate) error {
		var known map[person.TaxCode]store.Known
		err := p.Store.Read(ctx, func(tx *store.Tx) (err error) {
			known, err = tx.KnownPeople(x.Realm, comers(list))
			return err
		})
		if err != nil {
			return err
		}
		return p.Store.KeepTrial(ctx, x, counted(&x.Checked, list, known))
	})
	var fault FileFault
	switch {
	case errors.As(err, &fault):
		x.State, x.Fault = Faulty, fault.kept()
	case err != nil:
		return err
	case x.Checked.Lines == 0:
		x.State, x.Fault = Faulty, FileFault{Code: "vuoto"}.kept()
	default:
		x.State = Tried
	}
	return p.Store.KeepTrial(ctx, x, nil)
}

// comers are the tax codes of the people whom the checks let in.
func comers(list []*candidate) (codes []person.TaxCode) {
	for _, c := range list {
		if c.comes() {
			codes = append(codes, c.person.TaxCode)
		}
	}
	return codes
}

// counted adds what becomes of some lines to a tally, and gives what to note of them.
func counted(t *store.Tally, list []*candidate, in map[person.TaxCode]store.Known) (noted []store.ImportLine) {
	for _, c := range list {
		remarks := c.remarks
		if k, there := in[c.person.TaxCode]; there && c.comes() {
			remarks = append(remarks[:len(remarks):len(remarks)], present(k))
		}
		outcome := outcomeOf(remarks)
		t.Lines, t.Last = t.Lines+1, c.line.number
		if c.line.latin {
			t.Latin++
		}
		switch outcome {
		case Accepted:
			t.Accepted++
			continue
		case Warned:
			t.Accepted++
			t.Warned++
		case Skipped:
			t.Skipped++
		case Refused:
			t.Refused++
		}
		if t.Warned+t.Skipped+t.Refused <= mostNoted {
			noted = append(noted, store.ImportLine{Line: c.line.number, Outcome: outcome, TaxCode: c.person.TaxCode.Masked(), Remarks: remarks})
		}
	}
	t.Batches++
	return noted
}

func present(k store.Known) store.ImportRemark {
	if k.State == "" {
		return store.ImportRemark{Code: knownRejected, Column: colTaxCode}
	}
	return store.ImportRemark{Code: known, Column: colTaxCode, Value: fmt.Sprintf("community %s, stato %s", k.Community, k.State)}
}
