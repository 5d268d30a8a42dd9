package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"sportello/community"
	"sportello/mail"
)

// A duration is a setting's, "15m".
type duration = time.Duration

// A setting is a row of the table of all settings. From it come the key of the file, the environment variable, the flag, the
// checks and docs/configuration.md.
type setting struct {
	key      string // in the file, dotted
	kind     string // in words, Italian
	fallback string
	meaning  string
	secret   bool
	set      func(*config, string) error // keeps the value, or says what is expected
}

func (s setting) env() string {
	return "SPORTELLO_" + strings.ToUpper(strings.ReplaceAll(s.key, ".", "_"))
}
func (s setting) flag() string { return strings.NewReplacer(".", "-", "_", "-").Replace(s.key) }

func (s setting) usage() string {
	if s.fallback == "" {
		return s.meaning + " (`" + s.kind + "`)"
	}
	return fmt.Sprintf("%s (`%s`; predefinito %s)", s.meaning, s.kind, s.fallback)
}

// settings is the table.
var settings = []setting{
	{"database", "testo", "sportello.db", "file SQLite, oppure postgres://utente@macchina/base", false, need(func(c *config) *string { return &c.database })},
	{"listen", "indirizzo", "127.0.0.1:8080", "indirizzo e porta su cui rispondere", false, setListen},
	{"public_url", "URL", "http://localhost:8080", "indirizzo che le persone scrivono nel browser; https fuori da questa macchina", false, setPublicURL},
	{"trusted_proxies", "reti", "", "reti dei proxy di cui si crede X-Forwarded-For, separate da virgole", false, networks(func(c *config) *[]netip.Prefix { return &c.trustedProxies })},
	{"tls.cert", "file", "", "certificato PEM, se non è un proxy a cifrare", false, line(func(c *config) *string { return &c.tlsCert })},
	{"tls.key", "file", "", "chiave PEM del certificato", false, line(func(c *config) *string { return &c.tlsKey })},
	{"key_file", "file", "sportello.keys", "file delle chiavi; senza, i segreti della base dati non si leggono più", false, need(func(c *config) *string { return &c.keyFile })},
	{"community", "nome", "sistemapiemonte", "community del portale dei cittadini", false, func(c *config, v string) error { c.community = community.ID(v); return nil }},
	{"portals", "elenco", "", "altre community con un portale proprio, ciascuna al suo indirizzo: trentino=https://trentino.example, ente=https://ente.example", false, setPortals},
	{"communities_dir", "cartella", "", "cartella delle community; vuota, quelle incluse nel programma", false, setDirectory},
	{"places_file", "file", "", "archivio dei comuni di ANPR, in CSV; vuoto, i comuni inclusi nel programma (gennaio 2024)", false, line(func(c *config) *string { return &c.placesFile })},
	{"refused_passwords_file", "file", "", "altre password da rifiutare, una per riga", false, line(func(c *config) *string { return &c.passwordsFile })},
	{"imports_dir", "cartella", "", "cartella in cui i file da importare aspettano, cifrati; vuota, non se ne caricano dalle pagine", false, line(func(c *config) *string { return &c.importsDir })},
	{"letters_dir", "cartella", "", "cartella in cui la tipografia trova i lotti di lettere, cifrati con la sua chiave; vuota, non se ne stampano", false, line(func(c *config) *string { return &c.lettersDir })},
	{"cia.url", "URL", "", "indirizzo di CIA; vuoto se non c'è", false, registryURL(func(c *config) *registryAddress { return &c.cia })},
	{"cia.token", "testo", "", "token con cui CIA ci riconosce", true, line(func(c *config) *string { return &c.cia.token })},
	{"aura.url", "URL", "", "indirizzo di AURA; vuoto se non c'è", false, registryURL(func(c *config) *registryAddress { return &c.aura })},
	{"aura.token", "testo", "", "token con cui AURA ci riconosce", true, line(func(c *config) *string { return &c.aura.token })},
	{"fse_url", "URL", "", "indirizzo dell'applicazione sanitaria degli operatori, al posto di quello nel file della community", false, setHealth},
	{"obsolete_accounts.url", "URL", "", "indirizzo dell'archivio delle vecchie credenziali, fuori dalla base dati; vuoto se non c'è", false, registryURL(func(c *config) *registryAddress { return &c.obsolete })},
	{"obsolete_accounts.token", "testo", "", "token con cui quell'archivio ci riconosce", true, line(func(c *config) *string { return &c.obsolete.token })},
	{"registry_deadline", "durata", "2s", "quanto si aspetta ciascuna anagrafe, da 100ms a 30s", false, span(100*time.Millisecond, 30*time.Second, func(c *config) *duration { return &c.deadline })},
	{"smtp.host", "nome", "localhost", "server di posta in uscita", false, need(func(c *config) *string { return &c.smtp.Host })},
	{"smtp.port", "numero", "0", "sua porta; 0 è quella solita della protezione scelta", false, number(0, 65535, func(c *config, n int) { c.smtp.Port = n })},
	{"smtp.tls", "parola", "none", "protezione: starttls, tls, oppure none solo verso questa macchina", false, oneOf([]string{"starttls", "tls", "none"}, func(c *config, v string) { c.smtp.TLS = mail.Security(v) })},
	{"smtp.user", "testo", "", "utente del server di posta", false, line(func(c *config) *string { return &c.smtp.User })},
	{"smtp.password", "testo", "", "sua password", true, setPassword},
	{"smtp.password_file", "file", "", "file con la password, in alternativa a smtp.password", false, setPasswordFile},
	{"smtp.from", "e-mail", "", "mittente della busta, dove tornano i rifiuti; vuoto, quello della community", false, line(func(c *config) *string { return &c.smtp.From })},
	{"faxes_dir", "cartella", "", "cartella in cui il server dei fax lascia i file ricevuti, PDF o TIFF; vuota, i fax si caricano dalle pagine", false, line(func(c *config) *string { return &c.faxesDir })},
	{"imap.address", "indirizzo", "", "server e porta della casella dell'assistenza, imap.esempio.it:993; vuoto, non si legge nessuna casella", false, setMailbox},
	{"imap.tls", "parola", "tls", "protezione: tls (di solito porta 993), starttls (143), oppure none solo verso questa macchina", false, oneOf([]string{"tls", "starttls", "none"}, func(c *config, v string) { c.imap.tls = v })},
	{"imap.user", "testo", "", "utente della casella", false, line(func(c *config) *string { return &c.imap.user })},
	{"imap.password", "testo", "", "sua password", true, line(func(c *config) *string { return &c.imap.password })},
	{"imap.folder", "testo", "INBOX", "cartella in cui arrivano i messaggi; quelli letti passano in altre, accanto", false, need(func(c *config) *string { return &c.imap.folder })},
	{"imap.auth_server", "nome", "", "nome con cui il nostro server di posta scrive Authentication-Results; vuoto, nessun mittente risulta verificato", false, line(func(c *config) *string { return &c.imap.authServer })},
	{"imap.every", "durata", "2m", "ogni quanto si legge la casella, da 10s a 1h", false, span(10*time.Second, time.Hour, func(c *config) *duration { return &c.imap.every })},
	{"hashing.memory_kib", "numero", "19456", "memoria di un'impronta Argon2id in KiB, almeno 19456", false, number(19456, 4<<20, func(c *config, n int) { c.cost.MemoryKiB = uint32(n) })},
	{"hashing.time", "numero", "2", "passate di un'impronta, almeno 2", false, number(2, 64, func(c *config, n int) { c.cost.Time = uint32(n) })},
	{"hashing.threads", "numero", "1", "corsie di un'impronta", false, number(1, 16, func(c *config, n int) { c.cost.Threads = uint8(n) })},
	{"session.operator_idle", "durata", "15m", "dopo quanto senza pagine finisce la sessione di un operatore", false, span(time.Minute, 8*time.Hour, func(c *config) *duration { return &c.limits.OperatorIdle })},
	{"session.operator_total", "durata", "8h", "dopo quanto finisce comunque", false, span(time.Minute, 24*time.Hour, func(c *config) *duration { return &c.limits.OperatorTotal })},
	{"session.operator_fresh", "durata", "30m", "per quanto vale l'ultima conferma dei due fattori", false, span(time.Minute, 8*time.Hour, func(c *config) *duration { return &c.limits.OperatorFresh })},
	{"session.citizen_idle", "durata", "15m", "dopo quanto senza pagine finisce la sessione di un cittadino", false, span(time.Minute, 8*time.Hour, func(c *config) *duration { return &c.limits.CitizenIdle })},
	{"session.citizen_total", "durata", "2h", "dopo quanto finisce comunque", false, span(time.Minute, 24*time.Hour, func(c *config) *duration { return &c.limits.CitizenTotal })},
	{"metrics_from", "reti", "", "reti che possono leggere /metrics, separate da virgole; vuoto, nessuna", false, networks(func(c *config) *[]netip.Prefix { return &c.metricsFrom })},
	{"log.level", "parola", "info", "debug, info, warn o error", false, oneOf([]string{"debug", "info", "warn", "error"}, func(c *config, v string) { c.logLevel = v })},
	{"log.format", "parola", "json", "json o text", false, oneOf([]string{"json", "text"}, func(c *config, v string) { c.logFormat = v })},
}

// check looks at the settings that depend on each other.
func (c config) check() (wrong error) {
	for _, pair := range []struct {
		broken bool
		text   string
	}{
		{(c.tlsCert == "") != (c.tlsKey == ""), "impostazioni tls.cert e tls.key: servono tutte e due, o nessuna"},
		{c.cia.url != "" && c.cia.token == "", "impostazione cia.token: manca, e cia.url c'è"},
		{c.obsolete.url != "" && c.obsolete.token == "", "impostazione obsolete_accounts.token: manca, e obsolete_accounts.url c'è"},
		{c.aura.url != "" && c.aura.token == "", "impostazione aura.token: manca, e aura.url c'è"},
		{c.smtp.TLS == mail.Unprotected && !loopback(c.smtp.Host), "impostazione smtp.tls = \"none\": verso un'altra macchina servono starttls o tls"},
		{c.imap.tls == "none" && c.imap.address != "" && !loopback(hostOf(c.imap.address)), "impostazione imap.tls = \"none\": verso un'altra macchina serve tls"},
		{c.imap.address != "" && (c.imap.user == "" || c.imap.password == ""), "impostazioni imap.user e imap.password: mancano, e imap.address c'è"},
		{c.limits.OperatorIdle > c.limits.OperatorTotal, "impostazione session.operator_idle: è più lunga di session.operator_total"},
		{c.limits.CitizenIdle > c.limits.CitizenTotal, "impostazione session.citizen_idle: è più lunga di session.citizen_total"},
	} {
		if pair.broken {
			wrong = errors.Join(wrong, errors.New(pair.text))
		}
	}
	if err := c.smtp.Check(); err != nil {
		wrong = errors.Join(wrong, fmt.Errorf("impostazioni smtp: %w", err))
	}
	return wrong
}

func hostOf(address string) string {
	host, _, _ := net.SplitHostPort(address)
	return host
}

func setMailbox(c *config, v string) error {
	if v != "" && hostOf(v) == "" {
		return errors.New("serve il nome del server con la porta, come imap.esempio.it:993")
	}
	c.imap.address = v
	return nil
}

func line(field func(*config) *string) func(*config, string) error {
	return func(c *config, v string) error { *field(c) = v; return nil }
}

func need(field func(*config) *string) func(*config, string) error {
	return func(c *config, v string) error {
		if v == "" {
			return errors.New("non può essere vuota")
		}
		*field(c) = v
		return nil
	}
}

func number(low, high int, keep func(*config, int)) func(*config, string) error {
	return func(c *config, v string) error {
		n, err := strconv.Atoi(v)
		if err != nil || n < low || n > high {
			return fmt.Errorf("serve un numero intero da %d a %d", low, high)
		}
		keep(c, n)
		return nil
	}
}

func span(low, high time.Duration, field func(*config) *duration) func(*config, string) error {
	return func(c *config, v string) error {
		d, err := time.ParseDuration(v)
		if err != nil || d < low || d > high {
			return fmt.Errorf("serve una durata da %v a %v, per esempio 15m", low, high)
		}
		*field(c) = d
		return nil
	}
}

func oneOf(words []string, keep func(*config, string)) func(*config, string) error {
	return func(c *config, v string) error {
		if !slices.Contains(words, v) {
			return fmt.Errorf("sono ammesse le parole %s", strings.Join(words, ", "))
		}
		keep(c, v)
		return nil
	}
}

func networks(field func(*config) *[]netip.Prefix) func(*config, string) error {
	return func(c *config, v string) error {
		for _, part := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' }) {
			p, err := netip.ParsePrefix(part)
			if a, single := netip.ParseAddr(part); err != nil && single == nil {
				p, err = a.Prefix(a.BitLen())
			}
			if err != nil {
				return fmt.Errorf("%q non è una rete: per esempio 10.0.0.0/8 oppure 127.0.0.1", part)
			}
			*field(c) = append(*field(c), p)
		}
		return nil
	}
}

func setListen(c *config, v string) error {
	_, port, err := net.SplitHostPort(v)
	if n, bad := strconv.Atoi(port); err != nil || bad != nil || n < 0 || n > 65535 {
		return errors.New("serve indirizzo:porta, per esempio 127.0.0.1:8080")
	}
	c.listen = v
	return nil
}

// loopback tells whether a host name means this machine.
func loopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && a.IsLoopback()
}

func webAddress(v string) (*url.URL, error) {
	u, err := url.Parse(v)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("serve un indirizzo come https://sportello.example")
	}
	if u.Scheme == "http" && !loopback(u.Hostname()) {
		return nil, errors.New("fuori da questa macchina serve https://")
	}
	return u, nil
}

func setPublicURL(c *config, v string) error {
	u, err := webAddress(v)
	if err != nil {
		return err
	}
	if strings.Trim(u.Path, "/") != "" {
		return errors.New("serve l'indirizzo senza percorso: https://sportello.example")
	}
	c.publicURL = &url.URL{Scheme: u.Scheme, Host: u.Host}
	return nil
}

// setPortals reads pairs of community and address.
func setPortals(c *config, v string) error {
	c.portals = map[community.ID]*url.URL{}
	for pair := range strings.SplitSeq(v, ",") {
		if strings.TrimSpace(pair) == "" {
			continue
		}
		id, address, _ := strings.Cut(strings.TrimSpace(pair), "=")
		u, err := webAddress(address)
		if err != nil {
			return fmt.Errorf("%s: %w", id, err)
		}
		if strings.Trim(u.Path, "/") != "" {
			return fmt.Errorf("%s: serve l'indirizzo senza percorso: https://trentino.example", id)
		}
		c.portals[community.ID(id)] = &url.URL{Scheme: u.Scheme, Host: u.Host}
	}
	return nil
}

// addresses are those of the communities' pages.
func (c config) addresses() community.Addresses {
	a := community.Addresses{Main: c.publicURL.String(), Own: map[community.ID]string{}}
	for id, address := range c.portals {
		a.Own[id] = address.String()
	}
	return a
}

func registryURL(field func(*config) *registryAddress) func(*config, string) error {
	return func(c *config, v string) error {
		if v == "" {
			return nil
		}
		if _, err := webAddress(v); err != nil {
			return err
		}
		field(c).url = v
		return nil
	}
}

func setHealth(c *config, v string) error {
	if v == "" {
		return nil
	}
	c.fseURL = v
	_, err := webAddress(v)
	return err
}

func setDirectory(c *config, v string) error {
	if info, err := os.Stat(v); v != "" && (err != nil || !info.IsDir()) {
		return errors.New("la cartella non c'è")
	}
	c.communitiesDir = v
	return nil
}

func setPassword(c *config, v string) error { c.smtp.Password = v; return nil }

func setPasswordFile(c *config, v string) error {
	if v == "" {
		return nil
	}
	if c.smtp.Password != "" {
		return errors.New("c'è già smtp.password: tenerne una sola")
	}
	secret, err := os.ReadFile(v)
	if err != nil {
		return errors.New("il file non si legge")
	}
	c.smtp.Password = strings.TrimSpace(string(secret))
	return nil
}
