package main

import (
	"bufio"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/crypto/argon2"

	"sportello/access"
	"sportello/audit"
	"sportello/credential"
	"sportello/letter"
	"sportello/person"
	"sportello/store"
	"sportello/vault"
)

// argon measures one bare Argon2id: the unit A of everything that checks a secret.
func (b *bench) argon() (err error) {
	c := credential.FloorCost
	b.argo, err = repeat(12, func(int) error {
		argon2.IDKey([]byte("password"), []byte("sale-di-16-byte!"), c.Time, c.MemoryKiB, c.Threads, 32)
		return nil
	})
	b.bare("un Argon2id nudo (A), CPU", "", milliseconds(b.argo), "ms")
	return err
}

// disk measures what the disk gives: fsync alone, and single commits of bare SQLite.
func (b *bench) disk() error {
	f, err := os.Create(filepath.Join(b.dir, "fsync"))
	if err != nil {
		return err
	}
	defer f.Close()
	perSecond, err := rate(300, func() error {
		_, err := f.Write(make([]byte, 4096))
		return errors.Join(err, f.Sync())
	})
	if err != nil {
		return err
	}
	b.bare("fsync del disco", "", perSecond, "al s")
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.dir, "bare.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)"); err != nil {
		return err
	}
	perSecond, err = rate(1000, func() error {
		_, err := db.Exec("INSERT INTO t (v) VALUES ('una riga di prova, lunga quanto basta')")
		return err
	})
	b.bare("scritture singole, SQLite nudo", "sqlite", perSecond, "al s")
	return err
}

func rate(n int, f func() error) (perSecond float64, err error) {
	begin := clock()
	for range n {
		if err := f(); err != nil {
			return 0, err
		}
	}
	return float64(n) / clock().Sub(begin).Seconds(), nil
}

// activation needs three Argon2id: PIN, password, secret answer.
func (b *bench) activation(engine string, s *seeder) error {
	const n = 6
	var waiting []issued
	for range n {
		i, err := s.register(asl)
		if err != nil {
			return err
		}
		waiting = append(waiting, i)
	}
	took, err := repeat(n, func(i int) error { return s.activate(waiting[i], fmt.Sprintf("misura.%d", i)) })
	b.most("attivazione, CPU", engine, float64(took)/float64(b.argo), "A", 3*1.10)
	return err
}

// The origin and the passport of the measured log-ins: those of a citizen whom activation made.
var (
	benchOrigin   = audit.Origin{Address: "127.0.0.1"}
	benchPassport = access.Passport{Username: "cittadino.forte", Password: citizenPassword}
)

func (b *bench) logIn(engine string, s *seeder) error {
	took, err := repeat(12, func(int) error {
		_, _, err := s.access.CitizenPassword(s.ctx, benchOrigin, benchPassport)
		return err
	})
	b.most("accesso con password, CPU", engine, float64(took)/float64(b.argo), "A", 1.10)
	return err
}

// burst is 200 log-ins at once: the slowest ones may not wait longer than the queue's arithmetic.
func (b *bench) burst(engine string, s *seeder) error {
	const n = 200
	queue := bareQueue(n)
	runtime.GC()
	idle, times := resident(), make([]time.Duration, n)
	failures := make([]error, n)
	watching, highest := make(chan struct{}), make(chan float64)
	go watch(watching, highest)
	begin := clock()
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			_, _, failures[i] = s.access.CitizenPassword(s.ctx, benchOrigin, benchPassport)
			times[i] = clock().Sub(begin)
		})
	}
	all.Wait()
	close(watching)
	b.most("200 accessi insieme, p99", engine, quantile(times, 0.99).Seconds(), "s", 1.2*queue.Seconds())
	b.most("200 accessi insieme, memoria in più", engine, max(0, <-highest-idle), "MB", 2.5*float64(runtime.NumCPU())*19)
	return errors.Join(failures...)
}

// bareQueue is how long n bare Argon2id take on all cores, by the clock, as busy as the machine is now.
func bareQueue(n int) time.Duration {
	const some = 40
	c, begin := credential.FloorCost, clock()
	var cores sync.WaitGroup
	for range runtime.NumCPU() {
		cores.Go(func() {
			for range some / runtime.NumCPU() {
				argon2.IDKey([]byte("password"), []byte("sale-di-16-byte!"), c.Time, c.MemoryKiB, c.Threads, 32)
			}
		})
	}
	cores.Wait()
	return clock().Sub(begin) * time.Duration(n) / some
}

// watch gives the highest resident memory, in MB, until it is told to stop.
func watch(stop <-chan struct{}, highest chan<- float64) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	top := 0.0
	for {
		select {
		case <-stop:
			highest <- top
			return
		case <-tick.C:
			top = max(top, resident())
		}
	}
}

func resident() float64 { return residentOf("self") }

// residentOf is the resident memory of a process in MB, 0 where the system has no /proc.
func residentOf(process string) float64 {
	status, _ := os.ReadFile("/proc/" + process + "/status")
	for line := range strings.Lines(string(status)) {
		if kib, found := strings.CutPrefix(line, "VmRSS:"); found {
			n, _ := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(kib), "kB")), 64)
			return n / 1024
		}
	}
	return 0
}

func (b *bench) session(engine string, s *seeder) error {
	token, _, err := s.access.CitizenPassword(s.ctx, benchOrigin, benchPassport)
	if err != nil {
		return err
	}
	for _, check := range []struct {
		what string
		do   func() error
	}{
		{"controllo di una sessione, CPU", func() error { _, err := s.store.Session(s.ctx, store.CitizenSession, token); return err }},
		{"lo stesso, con la persona e ciò che le si apre, CPU", func() error { _, err := s.access.Citizen(s.ctx, token); return err }},
	} {
		took, err := repeat(500, func(int) error { return check.do() })
		if err != nil {
			return err
		}
		b.most(check.what, engine, milliseconds(took), "ms", 0.10)
	}
	return nil
}

// acts are durable: each has its audit record, and is answered after the commit.
func (b *bench) acts(engine string, s *seeder) error {
	const clients, each = 64, 150
	failures := make([]error, clients)
	begin := clock()
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() {
			for range each {
				failures[i] = errors.Join(failures[i], s.store.Act(s.ctx, system(audit.Search), func(*store.Tx) error { return nil }))
			}
		})
	}
	all.Wait()
	perSecond := clients * each / clock().Sub(begin).Seconds()
	limit := 10_000.0
	if engine != "sqlite" {
		limit = 0 // its commits group by themselves: the target speaks of SQLite
	}
	b.least("atti durevoli, 64 insieme", engine, perSecond, "al s", limit)
	return errors.Join(failures...)
}

func (b *bench) pages(engine string, s *seeder) error {
	handler := s.web.Handler()
	for _, path := range []string{"/", "/attivazione", "/accesso"} {
		times := make([]time.Duration, 300)
		took, err := repeat(len(times), func(i int) error {
			begin, w := clock(), httptest.NewRecorder()
			handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
			times[i] = clock().Sub(begin)
			if w.Code != http.StatusOK {
				return fmt.Errorf("%s answers %d", path, w.Code)
			}
			return nil
		})
		if err != nil {
			return err
		}
		b.most("pagina "+path+", CPU", engine, milliseconds(took), "ms", 0.6)
		b.bare("pagina "+path+", p50", engine, milliseconds(quantile(times, 0.5)), "ms")
		b.bare("pagina "+path+", p99", engine, milliseconds(quantile(times, 0.99)), "ms")
	}
	return nil
}

func (b *bench) letters(engine string, s *seeder) error {
	if engine != "sqlite" {
		return nil // no database in a letter
	}
	own := s.web.Communities[0]
	in := letter.PIN{Head: letter.Head{Publisher: own.Publisher, Community: own.Name, At: clock()}, To: letter.PostalOf(person.Person{Surname: "Esempio", Name: "Ada"}, letter.Place{Comune: "Torino", Province: "TO"}, letter.Place{}),
		Number: "1234567897", PIN: "ACDEFHJK", Group: 4, ActivationPage: s.config.addresses().Page(own.ID, "attivazione")}
	took, err := repeat(300, func(int) error { return s.desk.Letters.PIN(io.Discard, in) })
	b.least("lettere del PIN per core", "", 1/took.Seconds(), "al s", 300)
	return err
}

// start runs this very program on an empty database, and waits for its first answer.
func (b *bench) start() error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	keys, database := filepath.Join(b.dir, "start.keys"), filepath.Join(b.dir, "start.db")
	k, err := vault.Create(keys, chance)
	if err != nil {
		return err
	}
	db, err := store.Open(b.ctx, database, store.Options{Now: clock, Rand: chance, Sealer: k})
	if err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	serve := exec.CommandContext(b.ctx, program, "serve", "--listen", "127.0.0.1:0", "--key-file", keys, "--database", database)
	serve.Cancel = func() error { return serve.Process.Signal(syscall.SIGTERM) }
	log, err := serve.StderrPipe()
	if err != nil {
		return err
	}
	begin := clock()
	if err := serve.Start(); err != nil {
		return err
	}
	address := addressIn(log)
	answer, err := http.Get("http://" + address + "/readyz")
	if err == nil {
		err = answer.Body.Close()
	}
	b.most("dall'avvio alla prima risposta", "sqlite", milliseconds(clock().Sub(begin)), "ms", 50)
	b.most("memoria a riposo", "sqlite", residentOf(strconv.Itoa(serve.Process.Pid)), "MB", 50)
	err = errors.Join(err, serve.Process.Signal(syscall.SIGTERM))
	_, _ = io.Copy(io.Discard, log)
	return errors.Join(err, serve.Wait())
}

// addressIn reads a log up to the line that tells the address.
func addressIn(log io.Reader) string {
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		if _, after, found := strings.Cut(lines.Text(), `"indirizzo":"`); found {
			address, _, _ := strings.Cut(after, `"`)
			return address
		}
	}
	return ""
}
