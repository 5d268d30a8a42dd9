package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"sportello/community"
	"sportello/credential"
	health "sportello/fse/simulator"
	inboundsim "sportello/mail/inbound/simulator"
	"sportello/mail/mailbox"
	"sportello/person"
	"sportello/registry"
	"sportello/registry/simulator"
	"sportello/vault"
	"sportello/web"
)

// A demo is a house with invented people in it: registries and mail server run inside the program, and a page shows
// what in production nobody may see.
type demo struct {
	*house
	registries *simulator.Server
	health     *health.Server
	box        *mailbox.Box
	mailbox    *inboundsim.Server // of the helpdesk
	printer    printer
	seeded     *seeder
}

// A demoPlace is where a demo lives.
type demoPlace struct {
	directory string // for database and keys; it must be new
	database  string // "" for a file in the directory
	publicURL string
	imap      string          // address of the helpdesk's mailbox
	cost      credential.Cost // of hashing; zero is the floor (tests take less)
}

const demoUsage = `Uso: sportello demo [--listen 127.0.0.1:8080] [--database postgres://...]

Avvia il sistema con dati inventati. La pagina /demo mostra accessi, codici e posta; /demo.json gli stessi dati.
`

func demoCommand(ctx context.Context, args []string, std streams) error {
	fs := flag.NewFlagSet("sportello demo", flag.ContinueOnError)
	fs.SetOutput(std.err)
	fs.Usage = func() { fmt.Fprint(std.err, demoUsage); fs.PrintDefaults() }
	listen := fs.String("listen", fallback(os.Getenv("LISTEN"), "127.0.0.1:8080"), "`indirizzo` e porta")
	database := fs.String("database", "", "base dati `vuota`; senza, un file provvisorio")
	public := fs.String("public-url", "", "`URL` da scrivere nel browser, se diverso da quello di listen")
	if err := fs.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return errUsage
	}
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		return fmt.Errorf("--listen %s: %w", *listen, err)
	}
	directory, err := os.MkdirTemp("", "sportello-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(directory)
	fmt.Fprintln(std.out, "Si preparano persone, operatori e registrazioni...")
	d, err := openDemo(ctx, demoPlace{directory: directory, database: *database, publicURL: fallback(*public, browserURL(listener))}, slog.New(slog.NewTextHandler(std.err, &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err != nil {
		return err
	}
	d.greet(std.out)
	return errors.Join(d.run(ctx, listener), d.close())
}

func fallback(s, other string) string {
	if s != "" {
		return s
	}
	return other
}

// browserURL is how a browser on this machine reaches a listener.
func browserURL(l net.Listener) string {
	host, port, _ := net.SplitHostPort(l.Addr().String())
	if ip := net.ParseIP(host); ip.IsUnspecified() {
		host = "localhost"
	} else if !ip.IsLoopback() {
		return "http://localhost:" + port
	}
	return "http://" + net.JoinHostPort(host, port)
}

// openDemo makes keys, registries, mail server, database and everybody in it. The caller closes it.
func openDemo(ctx context.Context, where demoPlace, log *slog.Logger) (d *demo, err error) {
	d = &demo{}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.close())
		}
	}()
	people := simulator.People(2000, 1, person.ItalianPlaces())
	d.registries = simulator.New(people)
	base, err := d.registries.Listen("127.0.0.1:0")
	if err != nil {
		return d, err
	}
	d.health = &health.Server{Desk: where.publicURL, Now: clock}
	application, err := d.health.Listen("127.0.0.1:0")
	if err != nil {
		return d, err
	}
	if d.box, err = mailbox.Open(mailbox.Settings{Now: clock}); err != nil {
		return d, err
	}
	if d.mailbox, err = inboundsim.Open(nil); err != nil {
		return d, err
	}
	where.imap = d.mailbox.Address()
	c, err := where.config(base, application, d.box)
	if err != nil {
		return d, err
	}
	if _, err := vault.Create(c.keyFile, chance); err != nil {
		return d, err
	}
	if d.house, err = openHouse(ctx, c, log); err != nil {
		return d, err
	}
	if err := d.hire(); err != nil {
		return d, err
	}
	s := &seeder{house: d.house, ctx: ctx, oldAccount: d.registries.AddAccount, write: d.mailbox.Put}
	if err := s.fill(people); err != nil {
		return d, fmt.Errorf("dati della dimostrazione: %w", err)
	}
	d.seeded = s
	d.web.Demo = &web.Demo{Operators: d.operators, People: s.people, Citizens: s.citizens, Registrations: s.registrations,
		Portals: d.portalLinks(), Mails: d.mails, Registries: d.faults, Break: d.breakRegistry, Lots: d.printer.lots, Print: d.printer.print,
		Faxes: where.faxes(), Write: d.writeToHelpdesk}
	return d, nil
}

// config are the settings of a demo.
func (p demoPlace) config(registries, application string, box *mailbox.Box) (config, error) {
	values := map[string]given{}
	set := func(key, value string) { values[key] = given{value, "dimostrazione"} }
	set("database", fallback(p.database, filepath.Join(p.directory, "demo.db")))
	set("key_file", filepath.Join(p.directory, "demo.keys"))
	set("public_url", p.publicURL)
	set("portals", p.portals())
	set("imports_dir", filepath.Join(p.directory, "importazioni"))
	set("letters_dir", filepath.Join(p.directory, "tipografia"))
	set("cia.url", registries+simulator.CIAPath)
	set("cia.token", simulator.Token)
	set("aura.url", registries+simulator.AURAPath)
	set("aura.token", simulator.Token)
	set("obsolete_accounts.url", registries+simulator.CredentialsPath)
	set("obsolete_accounts.token", simulator.Token)
	set("fse_url", application)
	set("smtp.host", box.Host())
	set("smtp.port", strconv.Itoa(box.Port()))
	set("faxes_dir", p.faxes())
	set("imap.address", p.imap)
	set("imap.tls", "none")
	set("imap.user", inboundsim.Username)
	set("imap.password", inboundsim.Password)
	set("imap.auth_server", demoAuthServer)
	set("imap.every", "10s")
	set("session.operator_idle", "1h")
	set("session.operator_fresh", "4h")
	c, err := makeConfig(values)
	c.ending = demoEnding
	if p.cost != (credential.Cost{}) {
		c.cost = p.cost
	}
	return c, err
}

// faxes is the folder where the demo's fax server leaves what it receives.
func (p demoPlace) faxes() string { return filepath.Join(p.directory, "fax") }

// portals are those of the other communities: browsers find every name below localhost on this machine.
func (p demoPlace) portals() string {
	public, err := url.Parse(p.publicURL)
	if err != nil || !loopback(public.Hostname()) {
		return ""
	}
	var list []string
	for _, id := range demoPortals {
		list = append(list, fmt.Sprintf("%s=http://%s.localhost:%s", id, id, public.Port()))
	}
	return strings.Join(list, ",")
}

// demoEnding is the community of the demonstration whose credentials are about to end (N05): its pages and a mail say so, and where to go. It asks for
// two operators as well (mission S19).
const demoEnding community.ID = "torinofacile-light"

// demoPortals are the communities that have a portal of their own in a demo.
var demoPortals = []community.ID{"torinofacile", demoEnding, "ente", "trentino", "genova", "moderno"}

// portalLinks lead to the home of every portal, the installation's own first.
func (d *demo) portalLinks() []web.DemoPortal {
	list := []web.DemoPortal{{Name: d.web.Communities[0].Name, Address: d.config.publicURL.String() + "/", Doors: doorsOf(d.web.Communities[0])}}
	for _, id := range demoPortals {
		if of, ok := d.desk.Communities.ByID(id); ok && d.config.portals[id] != nil {
			list = append(list, web.DemoPortal{Name: of.Name, Address: d.config.portals[id].String() + "/", Doors: doorsOf(of)})
		}
	}
	return list
}

// doorsOf names the ways in.
func doorsOf(c community.Community) string {
	var list []string
	if c.Local.Open(person.DateOf(clock())) {
		list = append(list, "credenziali proprie")
	}
	for _, d := range c.Doors {
		list = append(list, d.Kind)
	}
	return strings.Join(list, ", ")
}

func (d *demo) close() (err error) {
	if d.registries != nil {
		err = errors.Join(err, d.registries.Close())
	}
	if d.health != nil {
		err = errors.Join(err, d.health.Close())
	}
	if d.mailbox != nil {
		err = errors.Join(err, d.mailbox.Close())
	}
	if d.box != nil {
		err = errors.Join(err, d.box.Close())
	}
	if d.house != nil {
		err = errors.Join(err, d.house.close())
	}
	return err
}

func (d *demo) mails() []web.DemoMail {
	var mails []web.DemoMail
	for _, m := range d.box.Mails() {
		mails = append(mails, web.DemoMail{To: m.To, Subject: m.Subject, Text: m.Text, HTML: m.HTML, At: m.At})
	}
	return mails
}

func (d *demo) faults() []web.DemoRegistry {
	var list []web.DemoRegistry
	for _, source := range []registry.Source{registry.CIA, registry.AURA, registry.Credentials} {
		fault := d.registries.Fault(source)
		list = append(list, web.DemoRegistry{Name: string(source), Fault: fallback(string(fault.Kind), string(simulator.NoFault))})
	}
	return list
}

// demoFaults are what the buttons of the page do.
var demoFaults = map[string]simulator.Fault{
	"nessuno":   {},
	"lento":     {Kind: simulator.Slow, Delay: 2 * registry.Deadline},
	"spento":    {Kind: simulator.Down},
	"insensato": {Kind: simulator.Nonsense},
}

func (d *demo) breakRegistry(name, fault string) bool {
	source := registry.Source(name)
	f, known := demoFaults[fault]
	if !known || source != registry.CIA && source != registry.AURA && source != registry.Credentials {
		return false
	}
	d.registries.SetFault(source, f)
	return true
}

// greet says where to begin.
func (d *demo) greet(w io.Writer) {
	base := d.config.publicURL.String()
	fmt.Fprintf(w, "\nDimostrazione di Sportello, con dati inventati.\n\n  %-44s %s\n  %-44s %s\n  %-44s %s\n\nOperatori (password %s, codice usa e getta in /demo):\n",
		base+"/demo", "accessi con i codici di adesso, codici fiscali da provare, posta spedita",
		base+"/sportello", "qui entrano gli operatori",
		base+"/", "qui entrano i cittadini", demoPassword)
	for _, o := range d.seeded.staff {
		fmt.Fprintf(w, "  %-16s %s\n", o.Username, o.Role)
	}
	fmt.Fprint(w, "\nCittadini:\n")
	for _, c := range d.web.Demo.Citizens[:2] {
		fmt.Fprintf(w, "  %-16s password %s  PIN %s  credenziali %s\n", c.Username, c.Password, c.PIN, c.Strength)
	}
	fmt.Fprint(w, "\nSi ferma con Ctrl-C, e tutto si cancella.\n")
}
