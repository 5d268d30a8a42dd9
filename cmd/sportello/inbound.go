package main

import (
	"context"
	"crypto/tls"
	"net"
	"time"

	"sportello/community"
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
	}
	return m
}

// readMailbox keeps the mails to the helpdesk as requests until ctx ends.
func (h *house) readMailbox(ctx context.Context) {
	own, _ := h.desk.Communities.ByID(h.config.community)
	box := h.config.imap.mailbox(own)
	if box == nil {
		return
	}
	pause := time.NewTicker(h.config.imap.every)
	defer pause.Stop()
	for {
		if err := h.helpdesk.ReadMailbox(ctx, box, own); err != nil && ctx.Err() == nil {
			h.log.Warn("casella dell'assistenza", "errore", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		}
	}
}
