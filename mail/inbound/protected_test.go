package inbound_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"

	"sportello/mail/inbound"
	"sportello/mail/inbound/simulator"
)

// An authority signs certificates of servers.
type authority struct {
	*testing.T
	key   *ecdsa.PrivateKey
	own   *x509.Certificate
	roots *x509.CertPool
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{T: t, roots: x509.NewCertPool()}
	var err error
	if a.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	a.own = &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Autorità di prova"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, a.own, a.own, &a.key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	if a.own, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	a.roots.AddCert(a.own)
	return a
}

// signs makes the certificate of a server for a while; its files are those that servers read.
func (a *authority) signs(host string, until time.Time) (server *tls.Config, certFile, keyFile string) {
	a.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.Fatal(err)
	}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host}, NotBefore: until.Add(-2 * time.Hour), NotAfter: until,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, leaf, a.own, &key.PublicKey, a.key)
	if err != nil {
		a.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		a.Fatal(err)
	}
	certFile, keyFile = a.file("CERTIFICATE", der), a.file("PRIVATE KEY", private)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, certFile, keyFile
}

func (a *authority) file(kind string, der []byte) string {
	a.Helper()
	name := filepath.Join(a.TempDir(), "pem")
	if err := os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		a.Fatal(err)
	}
	return name
}

// trusts is what a client of the server believes.
func (a *authority) trusts(host string) *tls.Config {
	return &tls.Config{ServerName: host, RootCAs: a.roots, MinVersion: tls.VersionTLS12}
}

func nothing(context.Context, inbound.Message) error { return nil }

// The mailbox is read under TLS from the first byte, and after STARTTLS; a certificate of another name, of another authority or expired is refused before the
// password is said, and a server that offers no protection gets none in clear.
func TestProtectedMailboxes(t *testing.T) {
	a, stranger := newAuthority(t), newAuthority(t)
	soon := time.Now().Add(time.Hour)
	for name, x := range map[string]struct {
		host  string
		until time.Time
		by    *authority
		want  error
	}{
		"right": {"imap.esempio.it", soon, a, nil}, "another name": {"altro.esempio.it", soon, a, inbound.ErrCertificate},
		"expired": {"imap.esempio.it", time.Now().Add(-time.Minute), a, inbound.ErrCertificate}, "another authority": {"imap.esempio.it", soon, stranger, inbound.ErrCertificate},
	} {
		secure, _, _ := x.by.signs(x.host, x.until)
		for _, upgrade := range []bool{false, true} {
			open := map[bool]func(*tls.Config) (*simulator.Server, error){false: simulator.Open, true: simulator.OpenSTARTTLS}[upgrade]
			s, err := open(secure)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Put(written("giulia@esempio.it", "Codice", "x")); err != nil {
				t.Fatal(err)
			}
			m := &inbound.Mailbox{Address: s.Address(), TLS: a.trusts("imap.esempio.it"), STARTTLS: upgrade, Username: simulator.Username, Password: simulator.Password}
			kept, err := m.Collect(t.Context(), nothing)
			if !errors.Is(err, x.want) || (err == nil) != (x.want == nil) || (kept == 1) != (x.want == nil) {
				t.Errorf("%s, STARTTLS %v: %d kept, %v", name, upgrade, kept, err)
			}
			s.Close()
		}
	}

	s, err := simulator.Open(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	m := &inbound.Mailbox{Address: s.Address(), TLS: a.trusts("imap.esempio.it"), STARTTLS: true, Username: simulator.Username, Password: simulator.Password}
	if _, err := m.Collect(t.Context(), nothing); !errors.Is(err, inbound.ErrOpen) {
		t.Errorf("a server without STARTTLS: %v", err)
	}
	m.TLS, m.STARTTLS, m.Password = nil, false, "sbagliata"
	if _, err := m.Collect(t.Context(), nothing); !errors.Is(err, inbound.ErrRefused) {
		t.Errorf("a wrong password: %v", err)
	}
}

// dovecot runs a real IMAP server with one mailbox, in clear with STARTTLS and under TLS; it gives both addresses.
func dovecot(t *testing.T, certFile, keyFile string) (clear, secure string) {
	t.Helper()
	program := "/usr/sbin/dovecot" // not in the PATH of ordinary users
	version, err := exec.Command(program, "--version").Output()
	if !strings.HasPrefix(string(version), "2.3.") {
		t.Skipf("Dovecot 2.3 is missing: apt-get install -y --no-install-recommends dovecot-imapd (%s%v)", version, err)
	}
	who, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "dovecot") // sockets have short names only
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	mailUser := who.Username
	if who.Uid == "0" {
		mailUser = "nobody"
		if out, err := exec.Command("chown", "nobody", dir).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	group := groupOf(t, mailUser)
	ports := [2]string{freePort(t), freePort(t)}
	config := fmt.Sprintf(`base_dir = %[1]s/run
state_dir = %[1]s/run
log_path = %[1]s/log
protocols = imap
listen = 127.0.0.1
default_internal_user = %[2]s
default_internal_group = %[8]s
default_login_user = %[2]s
ssl = required
auth_failure_delay = 0
ssl_cert = <%[3]s
ssl_key = <%[4]s
mail_location = maildir:%[1]s/mail
mail_uid = %[2]s
mail_gid = %[5]s
first_valid_uid = 1
service imap-login {
  chroot =
  inet_listener imap {
    port = %[6]s
  }
  inet_listener imaps {
    port = %[7]s
  }
}
service anvil {
  chroot =
}
passdb {
  driver = static
  args = password=casella
}
userdb {
  driver = static
  args = uid=%[2]s gid=%[5]s home=%[1]s/home
}
`, dir, mailUser, certFile, keyFile, group.Gid, ports[0], ports[1], group.Name)
	file := filepath.Join(dir, "dovecot.conf")
	if err := os.WriteFile(file, []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-F", "-c", file)
	cmd.Stdout, cmd.Stderr = io.Discard, io.Discard
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
		if log, _ := os.ReadFile(filepath.Join(dir, "log")); t.Failed() {
			t.Logf("%s", log)
		}
	})
	for range 200 {
		if c, err := net.Dial("tcp", "127.0.0.1:"+ports[0]); err == nil {
			c.Close()
			return "127.0.0.1:" + ports[0], "127.0.0.1:" + ports[1]
		}
		time.Sleep(10 * time.Millisecond) // until it listens
	}
	t.Fatal("Dovecot does not start")
	return "", ""
}

func groupOf(t *testing.T, username string) *user.Group {
	t.Helper()
	u, err := user.Lookup(username)
	if err != nil {
		t.Fatal(err)
	}
	group, err := user.LookupGroupId(u.Gid)
	if err != nil {
		t.Fatal(err)
	}
	return group
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// deliver puts a message into the mailbox as any mail client would.
func deliver(t *testing.T, address string, trust *tls.Config, message string) {
	t.Helper()
	c, err := imapclient.DialTLS(address, &imapclient.Options{TLSConfig: trust})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Login("assistenza", "casella").Wait(); err != nil {
		t.Fatal(err)
	}
	message = strings.ReplaceAll(message, "\n", "\r\n")
	put := c.Append("INBOX", int64(len(message)), nil)
	if _, err := io.WriteString(put, message); err != nil {
		t.Fatal(err)
	}
	if err := put.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := put.Wait(); err != nil {
		t.Fatal(err)
	}
}

// A real server: messages are kept once and moved, over TLS and over STARTTLS, and its certificate is looked at.
func TestDovecot(t *testing.T) {
	a := newAuthority(t)
	_, certFile, keyFile := a.signs("imap.esempio.it", time.Now().Add(time.Hour))
	clear, secure := dovecot(t, certFile, keyFile)
	m := &inbound.Mailbox{Address: secure, TLS: a.trusts("imap.esempio.it"), Username: "assistenza", Password: "casella"}
	for i, address := range []string{secure, clear} {
		deliver(t, secure, m.TLS, written("giulia@esempio.it", fmt.Sprint("Codice ", i), "Ho perso il codice"))
		m.Address, m.STARTTLS = address, address == clear
		var kept []string
		for range 2 {
			if _, err := m.Collect(t.Context(), func(_ context.Context, x inbound.Message) error { kept = append(kept, x.Subject); return nil }); err != nil {
				t.Fatal(err)
			}
		}
		if len(kept) != 1 || kept[0] != fmt.Sprint("Codice ", i) {
			t.Errorf("STARTTLS %v: kept %q", m.STARTTLS, kept)
		}
	}
	for _, upgrade := range []bool{true, false} {
		m.Address, m.STARTTLS = map[bool]string{true: clear, false: secure}[upgrade], upgrade
		m.TLS = a.trusts("altro.esempio.it")
		if _, err := m.Collect(t.Context(), nothing); !errors.Is(err, inbound.ErrCertificate) {
			t.Errorf("another name, STARTTLS %v: %v", upgrade, err)
		}
	}
	m.TLS, m.Password = a.trusts("imap.esempio.it"), "sbagliata"
	if _, err := m.Collect(t.Context(), nothing); !errors.Is(err, inbound.ErrRefused) {
		t.Errorf("a wrong password: %v", err)
	}
}
