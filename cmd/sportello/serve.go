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
	work.Go(func() { h.closeAccounts(background) })
	work.Go(func() { h.settleAskings(background) })
	work.Go(func() { h.settle(background) })
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

// closeAccounts asks the directory of obsolete accounts for what waits, now and every few seconds (mission S12).
func (h *house) closeAccounts(ctx context.Context) {
	ticker := time.NewTicker(closeEvery)
	defer ticker.Stop()
	for {
		more, err := h.desk.CloseDue(ctx)
		if err != nil && ctx.Err() == nil {
			h.log.Error("cancellazione degli account obsoleti", "errore", err)
		}
		if more && err == nil && ctx.Err() == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// settle does what confirmed applications wait for: at once when one is confirmed here, and every few seconds for those of other machines and
// those that a registry has kept waiting (001 §3.1, §3.3).
func (h *house) settle(ctx context.Context) {
	ticker := time.NewTicker(settleWait)
	defer ticker.Stop()
	for {
		more, err := h.citizen.Settle(ctx)
		if err != nil && ctx.Err() == nil {
			h.log.Error("domande da casa", "errore", err)
		}
		if more && err == nil && ctx.Err() == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-h.waiting:
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

// settleAskings goes on every few seconds with what people have asked of an ente (003).
func (h *house) settleAskings(ctx context.Context) {
	ticker := time.NewTicker(askEvery)
	defer ticker.Stop()
	for {
		more, err := h.citizen.SettleAskings(ctx)
		if err != nil && ctx.Err() == nil {
			h.log.Error("richieste di credenziali", "errore", err)
		}
		if more && err == nil && ctx.Err() == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
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
