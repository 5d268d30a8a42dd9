package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// How long a client may take, and how long a stop waits for the requests under way.
const (
	headerTime = 10 * time.Second
	bodyTime   = time.Minute
	answerTime = 2 * time.Minute
	idleTime   = 2 * time.Minute
	stopTime   = 25 * time.Second
	sweepEvery = 10 * time.Minute
	closeEvery = 15 * time.Second
	askEvery   = 5 * time.Second
	settleWait = 30 * time.Second
)

func serveCommand(ctx context.Context, args []string, std streams) error {
	c, rest, err := readConfig("serve", args, std.err, nil)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return fmt.Errorf("argomenti di troppo: %q", rest)
	}
	h, err := openHouse(ctx, c, newLog(c, std.err))
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.listen)
	if err != nil {
		return errors.Join(fmt.Errorf("impostazione listen = %q: %w", c.listen, err), h.close())
	}
	h.log.Info("pronto", "indirizzo", listener.Addr().String(), "pubblico", c.publicURL.String(), "versione", version())
	return errors.Join(h.run(ctx, listener), h.close())
}

// run answers on the listener, sends the mail and sweeps, until ctx ends; then it finishes what is under way.
func (h *house) run(ctx context.Context, listener net.Listener) error {
	server := &http.Server{Handler: h.web.Handler(), ReadHeaderTimeout: headerTime, ReadTimeout: bodyTime, WriteTimeout: answerTime,
		IdleTimeout: idleTime, MaxHeaderBytes: 64 << 10}
	background, stopBackground := context.WithCancel(context.WithoutCancel(ctx))
	var work sync.WaitGroup
	work.Go(func() { h.courier.Run(background) })
	work.Go(func() { h.sweep(background) })
	for _, d := range h.duties() {
		work.Go(func() { h.keep(background, d) })
	}
	work.Go(func() { h.preload.Run(background) })
	work.Go(func() { h.readMailbox(background) })
	work.Go(func() { h.postroom.Work(background) })
	work.Go(func() { h.watchPost(background) })
	work.Go(func() { h.readFaxes(background) })
	go h.warm() // ended by closing the store
	failed := make(chan error, 1)
	go func() { failed <- h.answer(server, listener) }()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		h.log.Info("arresto: si finiscono le richieste in corso")
		patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
		err = server.Shutdown(patience)
		cancel()
	}
	stopBackground()
	work.Wait()
	h.log.Info("fermo")
	return err
}

func (h *house) answer(server *http.Server, listener net.Listener) error {
	if h.config.tlsCert != "" {
		return server.ServeTLS(listener, h.config.tlsCert, h.config.tlsKey)
	}
	return server.Serve(listener)
}

// warm reads into memory what the searches need, and prepares the drawing of what people send.
func (h *house) warm() {
	if err := h.helpdesk.Scans.Prepare(); err != nil {
		h.log.Warn("disegno dei documenti", "errore", err)
	}
	if err := h.store.Warm(); err != nil && !errors.Is(err, context.Canceled) {
		h.log.Warn("elenco in memoria", "errore", err)
	}
}

// A duty is work that waits in the database and is done step by step.
type duty struct {
	name  string
	step  func(context.Context) (more bool, err error)
	every time.Duration // how often it is looked for, for what other machines have left and what could not be done at once
	woken <-chan struct{}
}

func (h *house) duties() []duty {
	return []duty{
		{"cancellazione degli account obsoleti", h.desk.CloseDue, closeEvery, nil}, // mission S12
		{"domande da casa", h.citizen.Settle, settleWait, h.waiting},               // 001 §3.1, §3.3
		{"richieste di credenziali", h.citizen.SettleAskings, askEvery, nil},       // 003
	}
}

// keep does a duty until ctx ends: while there is more at once, then when it is woken and now and again.
func (h *house) keep(ctx context.Context, d duty) {
	ticker := time.NewTicker(d.every)
	defer ticker.Stop()
	for {
		more, err := d.step(ctx)
		if err != nil && ctx.Err() == nil {
			h.log.Error(d.name, "errore", err)
		}
		if more && err == nil && ctx.Err() == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-d.woken:
		case <-ticker.C:
		}
	}
}

// end tells the holders of credentials that are about to end, and switches off those that have.
func (h *house) end(ctx context.Context) error {
	for more := true; more && ctx.Err() == nil; {
		var err error
		if more, err = h.citizen.Endings(ctx); err != nil {
			return err
		}
	}
	return nil
}

// sweep does what time alone asks for, now and every few minutes.
func (h *house) sweep(ctx context.Context) {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	for {
		if err := errors.Join(h.desk.Sweep(ctx), h.citizen.Sweep(ctx), h.store.DropOldCredentialRequests(ctx)); err != nil && ctx.Err() == nil {
			h.log.Error("pulizia periodica", "errore", err)
		}
		if err := h.end(ctx); err != nil && ctx.Err() == nil {
			h.log.Error("fine delle credenziali locali", "errore", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
