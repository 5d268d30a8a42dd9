package faults_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"sportello/audit"
	"sportello/registration"
	"sportello/testdb"
)

// A cluster is a PostgreSQL server of this test alone, to be stopped and started under the house.
type cluster struct {
	*testing.T
	bin, dir string
	as       *syscall.SysProcAttr
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	if testing.Short() || len(found) == 0 {
		t.Skip("no PostgreSQL server to stop, or -short")
	}
	dir, err := os.MkdirTemp("", "sportello-faults-") // short: it holds the socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	c := &cluster{T: t, bin: slices.Max(found), dir: dir, as: &syscall.SysProcAttr{}}
	if os.Getuid() == 0 { // it refuses to run as root
		c.become("postgres")
	}
	c.run("initdb", "-D", dir+"/data", "-U", "sportello", "-A", "trust", "--locale=C", "--encoding=UTF8", "--no-sync")
	c.start()
	t.Cleanup(c.stop)
	return c
}

func (c *cluster) become(name string) {
	c.Helper()
	u, err := user.Lookup(name)
	if err != nil {
		c.Skipf("root, and nobody to run PostgreSQL as: %v", err)
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	if err := os.Chown(c.dir, uid, gid); err != nil {
		c.Fatal(err)
	}
	c.as.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

func (c *cluster) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(c.bin, name), args...)
	cmd.SysProcAttr, cmd.Dir = c.as, c.dir
	return cmd
}

func (c *cluster) run(name string, args ...string) {
	c.Helper()
	if out, err := c.command(name, args...).CombinedOutput(); err != nil {
		c.Fatalf("%s: %v\n%s", name, err, out)
	}
}

// start is pg_ctl's: it returns when the server answers.
func (c *cluster) start() {
	c.Helper()
	c.run("pg_ctl", "-D", c.dir+"/data", "-w", "-s", "-l", c.dir+"/log", "-o", "-k "+c.dir+" -c listen_addresses= -c fsync=off", "start")
}

func (c *cluster) stop() {
	_ = c.command("pg_ctl", "-D", c.dir+"/data", "-w", "-s", "-m", "immediate", "stop").Run() // it may be stopped already
}

func (c *cluster) dsn() string { return "postgres://sportello@/postgres?host=" + c.dir }

// sick asks of a page that it says there is a fault, with a number to read on the telephone.
func (p *shown) sick(t *testing.T) {
	t.Helper()
	if p.Status < 500 || len(strings.TrimSpace(p.Find(".numero").Text())) != 14 || p.Find("h1").Length() != 1 {
		t.Errorf("%s: status %d, reference %q: %.300s", p.Path, p.Status, p.Find(".numero").Text(), p.said())
	}
	for _, technical := range []string{"sql", "SQL", "disk", "connect", "database"} {
		if strings.Contains(p.said(), technical) {
			t.Errorf("%s speaks of %q: %.300s", p.Path, technical, p.said())
		}
	}
}

// registeredOnce asks that one citizen, and nothing half of another, is there.
func (h *house) registeredOnce(t *testing.T, at string) {
	t.Helper()
	if n := done(records(t, h.Desk.Store), audit.RegisterCitizen); n != 1 {
		t.Errorf("%d registrations in the audit, want 1", n)
	}
	if m := h.mailFor(at); len(m.SealedCode) == 0 {
		t.Error("no mail waits")
	}
	number := registration.Number(strings.Split(at, "/")[3])
	f, err := h.Desk.Papers(t.Context(), h.who(), number)
	if err != nil || !f.SealedPIN || !f.SealedCode {
		t.Errorf("papers: %v, PIN %v, code %v", err, f.SealedPIN, f.SealedCode)
	}
}

// PostgreSQL stops under the house: people are told, nothing is half done, and when it is back so is the house.
func TestPostgresStops(t *testing.T) {
	pg := newCluster(t)
	h := newHouse(t, plan{dsn: pg.dsn()})
	c := h.operator(0)
	confirm := c.confirm(known()[0])
	pg.stop()
	c.post(confirm, nil).sick(t)
	c.get("/sportello").sick(t)
	newClient(t, h.URL).post("/attivazione", map[string][]string{"codice-fiscale": {"RSSMRA80A01H501U"}, "codice-attivazione": {"AAAA"}, "pin": {"1"}}).sick(t)
	if p := c.get("/readyz"); p.Status != 503 {
		t.Errorf("/readyz: %d", p.Status)
	}
	if p := c.get("/healthz"); p.Status != 200 {
		t.Errorf("/healthz: %d", p.Status)
	}
	if p := c.get("/"); p.Status != 200 {
		t.Errorf("the page that needs no database: %d", p.Status)
	}
	pg.start()
	healed := c.healed(confirm)
	if p := c.get("/readyz"); p.Status != 200 {
		t.Errorf("/readyz of a database that is back: %d", p.Status)
	}
	h.registeredOnce(t, healed.leads(t, "/stampe"))
}

// healed sends a form until it goes through: a connection that was used less than a second before the server
// stopped, and is used again at once, costs a page. No more pages than connections may be lost.
func (c *client) healed(path string) (p *shown) {
	c.Helper()
	for tries := range 16 * runtime.NumCPU() {
		if p = c.post(path, nil); p.Status < 500 {
			c.Logf("healed after %d pages", tries)
			break
		}
	}
	return p
}

// A database that takes the question and never answers must not keep the probe.
func TestReadinessOfAHangingDatabase(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes two seconds")
	}
	h := newHouse(t, plan{dsn: testdb.SQLite(t)})
	h.face.Ready = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	if p := newClient(t, h.URL).get("/readyz"); p.Status != 503 {
		t.Errorf("/readyz: %d", p.Status)
	}
}

// The disk fills: the act is refused whole, and can be done again when there is room.
func TestDiskFull(t *testing.T) {
	dir := smallDisk(t)
	h := newHouse(t, plan{dsn: filepath.Join(dir, "sportello.db")})
	c := h.operator(0)
	confirm := c.confirm(known()[0])
	filler := filepath.Join(dir, "filler")
	fill(t, filler)
	for range 3 {
		c.post(confirm, nil).sick(t)
	}
	c.get(confirm).is(t, 200) // reading goes on
	h.must(os.Remove(filler))
	h.registeredOnce(t, c.post(confirm, nil).leads(t, "/stampe"))
}

// smallDisk is a file system of its own, which root alone can make.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=8m"); err != nil {
		t.Skipf("no small disk to fill: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill writes until there is no room for another page.
func fill(t *testing.T, name string) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
}

// Somebody else holds the file, as a backup or an administrator's tool does: the desk waits, and that is all.
func TestFileLocked(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes three seconds")
	}
	dsn := testdb.SQLite(t)
	h := newHouse(t, plan{dsn: dsn})
	c := h.operator(0)
	confirm := c.confirm(known()[0])
	other, err := sql.Open("sqlite", dsn)
	h.must(err)
	defer other.Close()
	conn, err := other.Conn(t.Context())
	h.must(err)
	defer conn.Close()
	_, err = conn.ExecContext(t.Context(), "BEGIN IMMEDIATE")
	h.must(err)
	answer := make(chan *shown, 1)
	go func() {
		p, _ := c.try("POST", confirm, nil)
		answer <- p
	}()
	select {
	case p := <-answer:
		t.Errorf("it did not wait: %+v", p)
	case <-time.After(3 * time.Second):
	}
	if p := c.get("/readyz"); p.Status != 200 {
		t.Errorf("/readyz: %d, though reading works", p.Status)
	}
	_, err = conn.ExecContext(t.Context(), "ROLLBACK")
	h.must(err)
	h.registeredOnce(t, (<-answer).leads(t, "/stampe"))
}
