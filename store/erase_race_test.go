package store_test

import (
	"database/sql"
	"testing"
	"time"

	"sportello/credential"
	"sportello/store"
	"sportello/testdb"
)

// What an act adds about somebody in the moment of their erasure goes with them, or is refused.
func TestErasedWhileSomebodyWrites(t *testing.T) {
	for name, held := range map[string]bool{"credentials held": true, "nothing held": false} {
		t.Run(name, func(t *testing.T) {
			dsn := testdb.Postgres(t)
			h := open(t, dsn)
			_, r, _ := h.register(t)
			set := &credential.Set{Registration: r.ID, Username: "mario", Password: "x", SetAt: *h.now}
			must(t, h.act(t, func(tx *store.Tx) error { return tx.SetCredentials(r.Realm, set) }))
			written, erased := make(chan struct{}), make(chan error)
			go func() {
				<-written
				erased <- h.act(t, func(tx *store.Tx) error { return tx.Erase(r) })
			}()
			must(t, h.act(t, func(tx *store.Tx) error {
				if held {
					must(t, tx.HoldCredentials(set))
				}
				_, err := tx.StartSession(&store.Session{Kind: store.CitizenSession, Subject: r.ID, CreatedAt: *h.now})
				must(t, err)
				must(t, tx.Enqueue(&store.OutboxMail{ID: "m1", Registration: r.ID, To: "mario@posta.example"}))
				close(written)
				waitForLock(t, dsn)
				return nil
			}))
			must(t, <-erased)
			if mails := read(t, h, func(tx *store.Tx) ([]store.OutboxMail, error) { return tx.MailsOf("") }); len(mails) != 0 {
				t.Error("a mail outlives the person")
			}
			if sessions := read(t, h, func(tx *store.Tx) ([]store.Session, error) { return tx.SessionsOf(store.CitizenSession, r.ID) }); len(sessions) != 0 {
				t.Error("a session outlives the person")
			}
		})
	}
}

// waitForLock returns when an act waits for another.
func waitForLock(t *testing.T, dsn string) {
	db, err := sql.Open("pgx", dsn)
	must(t, err)
	defer db.Close()
	for begun, waiting := time.Now(), 0; waiting == 0; {
		must(t, db.QueryRowContext(ctx, `SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&waiting))
		if time.Since(begun) > 20*time.Second {
			t.Fatal("nobody waits")
		}
	}
}

// Nobody writes to somebody who has been erased; the last mail to them is the exception.
func TestMailToTheErased(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		_, r, _ := h.register(t)
		must(t, h.act(t, func(tx *store.Tx) error { return tx.Erase(r) }))
		m := store.OutboxMail{ID: "m1", Registration: r.ID, To: "mario@posta.example"}
		if err := h.act(t, func(tx *store.Tx) error { return tx.Enqueue(&m) }); err == nil {
			t.Error("a mail to nobody was queued")
		}
		m.Parting = true
		must(t, h.act(t, func(tx *store.Tx) error { return tx.Enqueue(&m) }))
	})
}
