package helpdesk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/desk"
	"sportello/fax"
	"sportello/mail"
	"sportello/office"
	"sportello/postal"
	"sportello/registration"
	"sportello/request"
	"sportello/scan"
	"sportello/store"
)

// What is taken of a fax, and how it is drawn.
var faxLimits = scan.Limits{Formats: []scan.Format{scan.PDF, scan.TIFF}, Bytes: fax.MaxBytes, Pages: 20}

const (
	codeWidth = 1700 // pixels of a page on which a barcode is looked for
	codePages = 3    // first pages that may be the cover sheet

	codeTime = 10 * time.Second // for looking
)

// FaxIntake is the name of the folder of faxes among the intakes.
const FaxIntake = "cartella dei fax"

// ReadFaxes keeps the faxes of a watched folder as requests of a community, and notes how it went.
func (h *Helpdesk) ReadFaxes(ctx context.Context, folder *fax.Folder, of community.Community) error {
	err := folder.Collect(ctx, func(ctx context.Context, x fax.File) error { return h.arriveFax(ctx, of, x) })
	if ctx.Err() != nil {
		return err
	}
	fault := ""
	if err != nil {
		fault = "la cartella non si legge, o un fax non si è potuto conservare"
	}
	return errors.Join(err, h.Store.NoteIntake(context.WithoutCancel(ctx), FaxIntake, fault, 0))
}

// arriveFax keeps one fax. One that cannot be read becomes a request that says why, so that somebody looks for it in the folder. Error: fax.ErrAside.
func (h *Helpdesk) arriveFax(ctx context.Context, of community.Community, x fax.File) error {
	record := audit.Origin{}.Begin(audit.ReceiveRequest, audit.BySystem, "")
	r := &request.Request{Realm: of.Realm, Community: of.ID, Kind: request.Fax, Problem: request.Identification, Source: "fax/" + x.SHA256}
	document, err := h.inspect(x.Data)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		r.Problem, r.Content = request.Other, request.Content{Subject: x.Name, Text: "Il fax «" + x.Name + "» non si può usare: " + faxReason(err) + ". Il file è nella cartella dei fax, tra gli scartati."}
		if _, err := h.keepFax(ctx, record, r, faxed{}); err != nil {
			return err
		}
		return fax.ErrAside
	}
	r.Content.Subject = x.Name
	_, err = h.keepFax(ctx, record, r, faxed{document: document, number: h.numberOn(ctx, document), file: request.Evidence{Name: x.Name, SHA256: x.SHA256}})
	return err
}

func (h *Helpdesk) inspect(data []byte) (*scan.Document, error) {
	if data == nil {
		return nil, scan.ErrTooLarge
	}
	return scan.Inspect(bytes.NewReader(data), faxLimits)
}

// faxReasons say why a fax is of no use, for clerks.
var faxReasons = map[error]string{scan.ErrEmpty: "è vuoto", scan.ErrTooLarge: "supera 20 MB", scan.ErrFormat: "non è un PDF né un TIFF", scan.ErrDamaged: "è rovinato o incompleto",
	scan.ErrEncrypted: "chiede una password", scan.ErrActive: "contiene programmi o allegati", scan.ErrPolyglot: "è di due formati insieme", scan.ErrNoPages: "non ha pagine",
	scan.ErrPages: "ha più di 20 pagine", scan.ErrPageSize: "ha una pagina di misura impossibile", scan.ErrBomb: "si espande troppo", scan.ErrNoPicture: "una pagina non si può disegnare"}

func faxReason(err error) string {
	for reason, words := range faxReasons {
		if errors.Is(err, reason) {
			return words
		}
	}
	return "non si legge"
}

// A BadFax is the refusal of a file that is of no use, in words for the clerk.
type BadFax struct{ Reason string }

func (BadFax) Error() string { return "the fax is of no use" }

// Upload keeps a fax that a clerk has in a file, and gives the id of its request, which is another clerk's if the same fax has come before. Errors: BadFax,
// office.ErrForbidden.
func (h *Helpdesk) Upload(ctx context.Context, who desk.Who, x fax.File) (id string, err error) {
	if err := who.May(office.HandleRequests, h.Store.Now()); err != nil {
		return "", err
	}
	document, err := h.inspect(x.Data)
	if err != nil {
		return "", BadFax{faxReason(err)}
	}
	r := &request.Request{Realm: who.Ente.Realm, Community: who.Ente.Community, Kind: request.Fax, Problem: request.Identification, Source: "fax/" + x.SHA256, Content: request.Content{Subject: x.Name}}
	return h.keepFax(ctx, record(who, audit.ReceiveRequest), r, faxed{document: document, number: h.numberOn(ctx, document), file: request.Evidence{Name: x.Name, SHA256: x.SHA256}})
}

// numberOn reads the registration number on a cover sheet, "" if there is none (C04). What cannot be drawn, or not in time, is left to the clerk.
func (h *Helpdesk) numberOn(ctx context.Context, d *scan.Document) registration.Number {
	ctx, cancel := context.WithTimeout(ctx, codeTime)
	defer cancel()
	for page := range min(len(d.Pages), codePages) {
		picture, err := h.Scans.Draw(ctx, d, page, codeWidth)
		if err != nil {
			continue
		}
		if n, err := registration.ScanNumber(scan.Barcode(picture)); err == nil {
			return n
		}
	}
	return ""
}

// A faxed document with what is known of it.
type faxed struct {
	document *scan.Document // nil for one that is of no use
	number   registration.Number
	file     request.Evidence
}

// keepFax makes a request of a fax, or adds it to the one that waits for the same registration: people send the missing page later.
func (h *Helpdesk) keepFax(ctx context.Context, record audit.Record, r *request.Request, x faxed) (id string, err error) {
	err = h.Store.Act(ctx, record, func(tx *store.Tx) error {
		tx.Record.Detail = map[string]string{"tipo": string(r.Kind)}
		if again, err := tx.RequestOfSource(r.Realm, r.Source); err == nil {
			id, tx.Record.Detail["istanza"], tx.Record.Detail["copia"] = again.ID, again.ID, "già arrivato"
			return nil
		}
		if err := h.matchFax(tx, r, x.number); err != nil {
			return err
		}
		to, err := h.waitingFax(tx, r)
		if err != nil {
			return err
		}
		if to == "" {
			if err := tx.AddRequest(r); err != nil {
				return err
			}
			to = r.ID
		}
		id, tx.Record.Detail["istanza"] = to, to
		if x.document == nil {
			return nil
		}
		x.file.Request, x.file.Pages, x.file.Media = to, len(x.document.Pages), mediaOf(x.document.Format)
		return tx.AddEvidence(&x.file, x.document.Data)
	})
	if errors.Is(err, store.ErrConflict) { // read in the same moment by another machine
		err = nil
	}
	return id, err
}

func mediaOf(f scan.Format) string {
	if f == scan.TIFF {
		return "image/tiff"
	}
	return "application/pdf"
}

// matchFax says whose a fax is by the number on its cover sheet; a number that nobody has is left to the clerk.
func (h *Helpdesk) matchFax(tx *store.Tx, r *request.Request, n registration.Number) error {
	if n == "" {
		return nil
	}
	reg, err := tx.RegistrationByNumber(n)
	if errors.Is(err, store.ErrNotFound) || err == nil && reg.Realm != r.Realm {
		return nil
	}
	if err != nil {
		return err
	}
	r.Registration, r.Community, tx.Record.Registration = reg.ID, reg.Community, reg.ID
	return nil
}

// waitingFax is the request that a fax belongs to, if one of the same registration waits; "" if none.
func (h *Helpdesk) waitingFax(tx *store.Tx, r *request.Request) (string, error) {
	if r.Registration == "" {
		return "", nil
	}
	list, err := tx.Requests(store.RequestFilter{Realm: r.Realm, Registration: r.Registration, Kind: request.Fax, Limit: 20})
	for _, x := range list {
		if !x.State.Ended() {
			return x.ID, err
		}
	}
	return "", err
}

// acceptFax does the riscontro of whoever sent a fax that was found in order (C04-C07).
func (h *Helpdesk) acceptFax(tx *store.Tx, who desk.Who, x decided) error {
	proof := desk.WeakProof{Kind: postal.ByPaper, Note: x.Request.Answers[request.ResidenceProof]}
	if proof.Note == request.OnDocument {
		proof = desk.WeakProof{Kind: postal.ByDocument}
	}
	return h.Desk.VerifyByFax(tx, who, x.file.Registration.Number, x.weak, proof)
}

// rejectFax refuses the registration whose fax does not identify anybody (C08); one that has gone on by another way stays as it is.
func (h *Helpdesk) rejectFax(tx *store.Tx, who desk.Who, x decided) error {
	if x.file.Registration.State != registration.Registered {
		return h.refuseRequest(tx, who, x)
	}
	return errors.Join(h.Desk.Reject(tx, who, x.file.Registration.Number), h.tell(tx, x.file, mail.FaxRefused, x.NamedReason()))
}

// ErrNoEvidence means that there is no such page.
var ErrNoEvidence = errors.New("no such page")

// Page draws one page of what came with a request as a PNG, width pixels wide: what a stranger has sent is shown in no other way. Reading is recorded.
// Errors: those of Case, ErrNoEvidence, scan.ErrNoPicture.
func (h *Helpdesk) Page(ctx context.Context, who desk.Who, id, evidence string, page, width int) ([]byte, error) {
	var file []byte
	var e request.Evidence
	err := h.Store.Act(ctx, record(who, audit.ReadDocument), func(tx *store.Tx) error {
		if _, err := h.open(tx, who, id); err != nil {
			return err
		}
		tx.Record.Detail["pagina"] = fmt.Sprint(page + 1)
		var err error
		e, file, err = tx.EvidenceFile(id, evidence)
		return err
	})
	if err != nil {
		return nil, err
	}
	if page < 0 || page >= e.Pages {
		return nil, ErrNoEvidence
	}
	picture, err := h.draw(ctx, e, file, page, width)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = png.Encode(&out, scan.Mark(picture, who.Operator.Username+" "+h.Store.Now().In(h.Zone).Format("02/01/2006 15:04")))
	return out.Bytes(), err
}

func (h *Helpdesk) draw(ctx context.Context, e request.Evidence, file []byte, page, width int) (image.Image, error) {
	format := scan.PDF
	if e.Media == mediaOf(scan.TIFF) {
		format = scan.TIFF
	}
	d, err := scan.Open(file, format, faxLimits.Pages)
	if err != nil {
		return nil, err
	}
	return h.Scans.Draw(ctx, d, page, width)
}
