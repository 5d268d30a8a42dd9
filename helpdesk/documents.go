package helpdesk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/png"

	"sportello/audit"
	"sportello/desk"
	"sportello/office"
	"sportello/registry"
	"sportello/request"
	"sportello/scan"
	"sportello/store"
)

// An Application is what somebody has asked of an ente, beside the documents that they sent (003).
type Application struct {
	request.Asked
	Documents []store.Document // none once their time is over
	Renews    bool             // who asks has credentials already: granting replaces them
	Stranger  bool             // somebody else's mailbox: it can only be refused
}

// application reads what a request to the ente asks for; nil for other requests, and once its time is over.
func (h *Helpdesk) application(tx *store.Tx, c *Case) (*Application, error) {
	if c.Problem != request.Credentials {
		return nil, nil
	}
	kept, in, err := h.credentialsAsked(tx, c.Request)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	in.PIN, in.First, in.FirstHash = "", "", ""
	a := &Application{Asked: in, Stranger: kept.Registration == "", Renews: c.File != nil && c.File.Username != ""}
	a.Documents, err = tx.Documents(kept.ID)
	return a, err
}

// A Look is a page of a document that a clerk asks to see.
type Look struct {
	Request, Document string
	Page              int // from 0
	Width             int // pixels
	Mark              string
}

// longestFile bounds what is opened again: it was inspected when it came.
const longestFile = 100

// DocumentPage draws a page of a document that came with a request, marked with who looks at it, as PNG. Each look is recorded. Errors: office.ErrForbidden,
// store.ErrNotFound, scan.ErrNoPicture.
func (h *Helpdesk) DocumentPage(ctx context.Context, who desk.Who, l Look) ([]byte, error) {
	var file []byte
	err := h.Store.Act(ctx, record(who, audit.ReadDocument), func(tx *store.Tx) error {
		r, err := h.open(tx, who, l.Request)
		if err != nil {
			return err
		}
		if err := errors.Join(who.May(office.ApproveRequests, tx.Now), h.mayServe(tx, who, r)); err != nil {
			return err
		}
		tx.Record.Detail["documento"], tx.Record.Detail["pagina"] = l.Document, fmt.Sprint(l.Page+1)
		kept, err := tx.CredentialRequestOf(r.ID)
		if err != nil {
			return err
		}
		_, file, err = tx.DocumentFile(kept, l.Document)
		return err
	})
	if err != nil {
		return nil, err
	}
	d, err := scan.Open(file, scan.PDF, longestFile)
	if err != nil {
		return nil, err
	}
	img, err := h.Scans.Draw(ctx, d, l.Page, l.Width)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&b, scan.Mark(img, l.Mark)); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Compare asks the registries about who asks an ente for credentials (001 §5.1.2), for a clerk who has the request before them. A registry that fails costs a
// word in the finding. Errors: office.ErrForbidden, store.ErrNotFound.
func (h *Helpdesk) Compare(ctx context.Context, who desk.Who, id string) (f registry.Finding, err error) {
	var in request.Asked
	rec := record(who, audit.LookUp)
	err = h.Store.Act(ctx, rec, func(tx *store.Tx) error {
		r, err := h.open(tx, who, id)
		if err != nil {
			return err
		}
		if err := errors.Join(who.May(office.ApproveRequests, tx.Now), h.mayServe(tx, who, r)); err != nil {
			return err
		}
		_, in, err = h.credentialsAsked(tx, r)
		if err == nil {
			tx.Record.PersonMAC = tx.PersonMAC(in.Person.TaxCode)
		}
		return err
	})
	if err != nil {
		return f, err
	}
	return h.Desk.Registries.Lookup(ctx, registry.Query{TaxCode: in.Person.TaxCode, Province: in.Person.Residence.Province, Comune: in.Person.Residence.Comune,
		Purpose: "richiesta di credenziali", Operator: who.Operator.ID, Ente: who.Ente.ID, Practice: id}), nil
}
