package main

import (
	"context"
	"crypto/tls"
	"net"
	"time"

	"sportello/community"
	"sportello/fax"
	"sportello/mail/inbound"
)

// An imapConfig is where the helpdesk's mailbox is; no address is no mailbox.
type imapConfig struct {
	address, tls, user, password, folder, authServer string
	every                                            duration
}

// mailbox is the helpdesk's, nil if there is none.
func (c imapConfig) mailbox(own community.Community) *inbound.Mailbox {
	if c.address == "" {
		return nil
	}
	m := &inbound.Mailbox{Address: c.address, Username: c.user, Password: c.password, Folder: c.folder, AuthServer: c.authServer,
		Own: []string{own.Publisher.MailSender, own.Publisher.HelpEmail}}
	if host, _, err := net.SplitHostPort(c.address); err == nil && c.tls != "none" {
		m.TLS = &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
		m.STARTTLS = c.tls == "starttls"
	}
	return m
}

// faxesEvery is how often the folder of faxes is looked at.
const faxesEvery = 20 * time.Second

// readFaxes keeps the faxes of the watched folder as requests until ctx ends.
func (h *house) readFaxes(ctx context.Context) {
	if h.config.faxesDir == "" {
		return
	}
	own, _ := h.desk.Communities.ByID(h.config.community)
	folder := &fax.Folder{Dir: h.config.faxesDir, Now: clock}
	h.repeat(ctx, faxesEvery, "cartella dei fax", func() error { return h.helpdesk.ReadFaxes(ctx, folder, own) })
}

// repeat does something now and then until ctx ends.
func (h *house) repeat(ctx context.Context, every time.Duration, what string, do func() error) {
	pause := time.NewTicker(every)
	defer pause.Stop()
	for {
		if err := do(); err != nil && ctx.Err() == nil {
			h.log.Warn(what, "errore", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		}
	}
}

// readMailbox keeps the mails to the helpdesk as requests until ctx ends.
func (h *house) readMailbox(ctx context.Context) {
	own, _ := h.desk.Communities.ByID(h.config.community)
	box := h.config.imap.mailbox(own)
	if box == nil {
		return
	}
	h.repeat(ctx, h.config.imap.every, "casella dell'assistenza", func() error { return h.helpdesk.ReadMailbox(ctx, box, own) })
}
