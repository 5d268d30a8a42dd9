package area

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"time"

	"sportello/registration"
	"sportello/request"
	"sportello/store"
)

// What people have asked for, by whatever way, and the files that came with it.
type (
	OwnRequest struct {
		Kind     request.Kind    `json:"arrivata_per"`
		Problem  request.Problem `json:"riguarda"`
		State    request.State   `json:"stato"`
		OpenedAt time.Time       `json:"arrivata_il"`
		ClosedAt time.Time       `json:"conclusa_il,omitzero"`
		Reason   string          `json:"motivo,omitempty"`
		Sender   string          `json:"mittente,omitempty"`
		Subject  string          `json:"oggetto,omitempty"`
		Text     string          `json:"testo,omitempty"`
		Contact  string          `json:"recapito,omitempty"`
		Answers  request.Answers `json:"controlli,omitempty"`
		Notes    []OwnNote       `json:"note_dell_assistenza,omitempty"`
		Files    []OwnFile       `json:"documenti,omitempty"`
		Withheld bool            `json:"contenuto_non_dato,omitempty"` // what came with it may be somebody else's
	}
	OwnNote struct {
		At   time.Time `json:"il"`
		Text string    `json:"testo"`
	}
	OwnFile struct {
		Name       string    `json:"nome"`
		Bytes      int       `json:"byte"`
		Pages      int       `json:"pagine"`
		ReceivedAt time.Time `json:"ricevuto_il"`
		In         string    `json:"nell_archivio"` // its path in the archive
		content    []byte
		open       func(*store.Tx) ([]byte, error)
	}
	OwnApplication struct {
		Number      registration.Number `json:"numero"`
		Door        string              `json:"procedura"`
		Outcome     string              `json:"esito,omitempty"`
		SentAt      time.Time           `json:"inviata_il,omitzero"`
		ConfirmedAt time.Time           `json:"confermata_il,omitzero"`
		SettledAt   time.Time           `json:"evasa_il,omitzero"`
	}
	OwnAsked struct {
		State       store.CredentialRequestState `json:"stato"`
		Ente        string                       `json:"ente,omitempty"`
		SentAt      time.Time                    `json:"inviata_il,omitzero"`
		Outcome     request.State                `json:"esito,omitempty"`
		ClosedAt    time.Time                    `json:"conclusa_il,omitzero"`
		Reason      string                       `json:"motivo,omitempty"`
		Italian     bool                         `json:"cittadinanza_italiana"`
		BirthNation string                       `json:"nato_in_stato,omitempty"`
		BirthPlace  string                       `json:"nato_a,omitempty"`
		Files       []OwnFile                    `json:"documenti,omitempty"`
	}
)

// Content is the file itself, nil where only the list was asked for.
func (f OwnFile) Content() []byte { return f.content }

// Files are all that came with requests, in the order of the copy.
func (d OwnData) Files() []OwnFile { return slices.Concat(d.lists()...) }

// fileEnds are how a file's name ends in the archive, by what it is. The name under which it came is somebody else's choice.
var fileEnds = map[string]string{"application/pdf": ".pdf", "image/tiff": ".tiff"}

func inArchive(id, media string) string { return path.Join("documenti", id+fileEnds[media]) }

func ownRequests(tx *store.Tx, m member, d *OwnData) error {
	list, err := tx.RequestsOf(m.reg.ID)
	if err != nil {
		return err
	}
	for _, r := range list {
		x := OwnRequest{Kind: r.Kind, Problem: r.Problem, State: r.State, OpenedAt: r.OpenedAt, ClosedAt: r.ClosedAt, Reason: r.Reason, Withheld: !r.FromThePerson()}
		if r.FromThePerson() {
			if err := ownContent(tx, r, &x); err != nil {
				return err
			}
		}
		d.Requests = append(d.Requests, x)
	}
	return nil
}

// ownContent adds what came with a request, and what was written about it.
func ownContent(tx *store.Tx, r *request.Request, x *OwnRequest) error {
	c := r.Content
	x.Sender, x.Subject, x.Text, x.Contact, x.Answers = c.Sender, c.Subject, c.Text, c.Contact, r.Answers
	notes, err := tx.Notes(r.ID)
	if err != nil {
		return err
	}
	for _, n := range notes {
		x.Notes = append(x.Notes, OwnNote{n.At, n.Text})
	}
	files, err := tx.Evidence(r.ID)
	for _, e := range files {
		x.Files = append(x.Files, OwnFile{Name: e.Name, Bytes: e.Bytes, Pages: e.Pages, ReceivedAt: e.ReceivedAt, In: inArchive(e.ID, e.Media), open: func(tx *store.Tx) ([]byte, error) {
			_, file, err := tx.EvidenceFile(e.Request, e.ID)
			return file, err
		}})
	}
	return err
}

func ownApplications(tx *store.Tx, m member, d *OwnData) error {
	list, err := tx.ApplicationsOf(m.reg.ID)
	for _, a := range list {
		d.Applications = append(d.Applications, OwnApplication{a.Number, a.Door, a.Outcome, a.SentAt, a.ConfirmedAt, a.SettledAt})
	}
	return err
}

func (a *Area) ownAsked(tx *store.Tx, m member, d *OwnData) error {
	list, err := tx.CredentialRequestsOf(m.reg.ID)
	if err != nil {
		return err
	}
	for _, kept := range list {
		x, err := a.askedOf(tx, kept)
		if err != nil {
			return err
		}
		d.Asked = append(d.Asked, x)
	}
	return nil
}

func (a *Area) askedOf(tx *store.Tx, kept *store.CredentialRequest) (OwnAsked, error) {
	var in request.Asked
	if err := a.Store.OpenData(kept, &in); err != nil {
		return OwnAsked{}, fmt.Errorf("reading a request to an ente: %w", err)
	}
	x := OwnAsked{State: kept.State, Ente: enteName(tx, kept.Ente), SentAt: kept.SentAt, Italian: in.Italian, BirthNation: in.Birth.Nation, BirthPlace: a.comune(in.Birth.Comune)}
	if decided, err := tx.Request(kept.Request); err == nil && decided.State.Ended() {
		x.Outcome, x.ClosedAt, x.Reason = decided.State, decided.ClosedAt, decided.Reason
	} else if err != nil && !errors.Is(err, store.ErrNotFound) {
		return x, err
	}
	files, err := tx.Documents(kept.ID)
	for _, f := range files {
		x.Files = append(x.Files, OwnFile{Name: f.Kind, Bytes: f.Bytes, Pages: f.Pages, ReceivedAt: f.AddedAt, In: inArchive(f.ID, "application/pdf"), open: func(tx *store.Tx) ([]byte, error) {
			_, file, err := tx.DocumentFile(kept, f.ID)
			return file, err
		}})
	}
	return x, err
}

// openFiles reads the files themselves. One that was dropped since stays empty.
func (a *Area) openFiles(ctx context.Context, d *OwnData) error {
	return a.Store.Read(ctx, func(tx *store.Tx) error {
		for _, list := range d.lists() {
			for i := range list {
				content, err := list[i].open(tx)
				if err != nil && !errors.Is(err, store.ErrNotFound) {
					return err
				}
				list[i].content = content
			}
		}
		return nil
	})
}

func (d OwnData) lists() (lists [][]OwnFile) {
	for _, r := range d.Requests {
		lists = append(lists, r.Files)
	}
	for _, x := range d.Asked {
		lists = append(lists, x.Files)
	}
	return lists
}
