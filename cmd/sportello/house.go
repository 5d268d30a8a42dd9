package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"runtime"
	"time"
	_ "time/tzdata" // Rome's clock on machines without zone files

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"sportello/access"
	"sportello/administration"
	"sportello/area"
	"sportello/citizen"
	"sportello/communities"
	"sportello/community"
	"sportello/credential"
	"sportello/desk"
	"sportello/docs"
	"sportello/fse"
	"sportello/helpdesk"
	"sportello/letter"
	"sportello/mail"
	"sportello/person"
	"sportello/postroom"
	"sportello/preload"
	"sportello/printing"
	"sportello/registry"
	"sportello/scan"
	"sportello/store"
	"sportello/vault"
	"sportello/web"
)

// A house is everything wired together, ready to answer.
type house struct {
	config  config
	log     *slog.Logger
	sealer  vault.Sealer
	store   *store.DB
	hasher  *credential.Hasher
	desk    *desk.Desk
	citizen *citizen.Citizen
	access  *access.Access
	area    *area.Area

	administration *administration.Administration
	preload        *preload.Preload
	helpdesk       *helpdesk.Helpdesk
	postroom       *postroom.Postroom

	courier *mail.Courier
	waiting chan struct{} // rings when an application from home was confirmed
	web     *web.Server
}

// openHouse wires the house of a config whose key file exists. The caller closes it.
func openHouse(ctx context.Context, c config, log *slog.Logger) (*house, error) {
	places, err := readPlaces(c, log)
	if err != nil {
		return nil, err
	}
	go places.Provinces() // the slowest part of a start, read while the rest is opened
	judge, err := readJudge(c)
	if err != nil {
		return nil, err
	}
	if err := web.Assets(); err != nil {
		return nil, err
	}
	set, own, err := loadCommunities(c)
	if err != nil {
		return nil, err
	}
	registries, err := askRegistries(c, log)
	if err != nil {
		return nil, err
	}
	obsolete, err := askObsolete(c)
	if err != nil {
		return nil, err
	}
	letters, err := letter.New()
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		return nil, err
	}
	h := &house{config: c, log: log, waiting: make(chan struct{}, 1)}
	if err := h.openStore(ctx); err != nil {
		return nil, err
	}
	kick := h.carry(set)
	domain := c.publicURL.Hostname()
	launcher, err := fse.New(c.publicURL.String(), h.sealer.MAC("firma per il FSE", nil), chance)
	if err != nil {
		return nil, errors.Join(err, h.close())
	}
	h.desk = &desk.Desk{Store: h.store, Registries: registries, Obsolete: obsolete, Communities: set, Places: places, Hasher: h.hasher, Sealer: h.sealer,
		Letters: letters, Guide: docs.Operators, Rand: chance, Zone: zone, Addresses: c.addresses(), MailDomain: domain, MailQueued: kick,
		FSE: launcher, FSEAddress: c.fseURL}
	h.citizen = &citizen.Citizen{Store: h.store, Communities: set, Hasher: h.hasher, Judge: judge, Rand: chance, Realm: own.Realm, Zone: zone,
		Registries: registries, Places: places, Sealer: h.sealer, Letters: letters, Addresses: c.addresses(), MailDomain: domain, MailQueued: kick, Waiting: h.ring}
	h.access = &access.Access{Store: h.store, Communities: set, Hasher: h.hasher, Sealer: h.sealer, Rand: chance, Realm: own.Realm, Zone: zone,
		Issuer: "Sportello " + own.Name, Limits: c.limits, Judge: judge, MailDomain: domain, MailQueued: kick}
	h.area = &area.Area{Store: h.store, Communities: set, Hasher: h.hasher, Judge: judge, Rand: chance, Realm: own.Realm, Zone: zone, Places: places, Sealer: h.sealer,
		Letters: letters, MailDomain: domain, MailQueued: kick}
	h.administration = &administration.Administration{Store: h.store, Communities: set, Places: places, Hasher: h.hasher, Letters: letters, Rand: chance, Zone: zone,
		MailDomain: domain, MailQueued: kick}
	h.postroom = h.letterRuns(set, letters, zone, kick)
	h.helpdesk = &helpdesk.Helpdesk{Store: h.store, Desk: h.desk, Area: h.area, Postroom: h.postroom, Communities: set, Places: places, Hasher: h.hasher, Sealer: h.sealer, Letters: letters, Scans: &scan.Renderer{Cache: scan.UserCache()}, Rand: chance, Zone: zone,
		Addresses: c.addresses(), MailDomain: domain, MailQueued: kick}
	if err := errors.Join(h.administration.PublishTexts(ctx), h.heedHashes(ctx)); err != nil {
		return nil, errors.Join(err, h.close())
	}
	h.preload = h.intake(set, places, zone)
	h.face(set, own)
	return h, nil
}

// heedHashes shows the hasher what stored hashes cost: after the cost was lowered, nobody's check is cheaper than theirs.
func (h *house) heedHashes(ctx context.Context) error {
	stored, err := h.store.SomeHashes(ctx)
	for _, hash := range stored {
		h.hasher.Heed(hash)
	}
	return err
}

// openStore opens keys and database: all that the administrator's tools need.
func (h *house) openStore(ctx context.Context) error {
	keys, err := vault.Open(h.config.keyFile, chance)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("impostazione key_file = %q: il file non c'è; \"sportello migrate\" lo crea per una base dati nuova", h.config.keyFile)
	}
	if err != nil {
		return fmt.Errorf("impostazione key_file = %q: %w", h.config.keyFile, err)
	}
	h.sealer = keys
	h.hasher = credential.NewHasher(credential.Hashing{Cost: h.config.cost, MAC: keys.MAC, Rand: chance, Width: runtime.NumCPU()})
	h.store, err = store.Open(ctx, h.config.database, store.Options{Now: clock, Rand: chance, Sealer: keys})
	if err != nil {
		return fmt.Errorf("impostazione database: %w", err)
	}
	h.administration = &administration.Administration{Store: h.store, Places: person.ItalianPlaces(), Hasher: h.hasher, Rand: chance, Zone: time.UTC,
		MailDomain: h.config.publicURL.Hostname(), MailQueued: func() {}} // the server finds the mail in the queue
	return nil
}

// carry makes the courier, and gives what wakes it.
func (h *house) carry(set community.Set) func() {
	h.courier = &mail.Courier{Outbox: h.store, Sealer: h.sealer, Sender: h.config.smtp, Communities: set.ByID, Addresses: h.config.addresses(), Now: clock, Rand: chance, Log: h.log}
	return h.courier.Kick
}

// ring wakes who settles applications; it never waits.
func (h *house) ring() {
	select {
	case h.waiting <- struct{}{}:
	default:
	}
}

// intake takes in people from lists.
func (h *house) intake(set community.Set, places *person.Places, zone *time.Location) *preload.Preload {
	return &preload.Preload{Store: h.store, Communities: set, Places: places, Hasher: h.hasher, Sealer: h.sealer, Rand: chance, Zone: zone, Dir: h.config.importsDir, Log: h.log}
}

// letterRuns prints what goes by post.
func (h *house) letterRuns(set community.Set, letters *letter.Writer, zone *time.Location, kick func()) *postroom.Postroom {
	return &postroom.Postroom{Store: h.store, Communities: set, Places: h.administration.Places, Hasher: h.hasher, Sealer: h.sealer, Letters: letters,
		Folder: printing.Folder{Dir: h.config.lettersDir}, Rand: chance, Zone: zone, Addresses: h.config.addresses(), MailDomain: h.config.publicURL.Hostname(), MailQueued: kick, Log: h.log}
}

func (h *house) face(set community.Set, own community.Community) {
	measures := prometheus.NewRegistry()
	measures.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), postMeasures{h.postroom})
	h.web = &web.Server{Log: h.log, Now: clock, Rand: chance, Desk: h.desk, Citizen: h.citizen, Access: h.access, Area: h.area, Administration: h.administration, Preload: h.preload, Helpdesk: h.helpdesk, Postroom: h.postroom, Places: h.desk.Places,
		PublicURL: h.config.publicURL, TrustedProxies: h.config.trustedProxies, Communities: withRealm(set, own), Portals: h.portals(set), Ready: h.store.Ready,
		Metrics: measures, MetricsFrom: h.config.metricsFrom}
}

// portals are those of the communities that have an address of their own.
func (h *house) portals(set community.Set) (list []web.Portal) {
	for id, address := range h.config.portals {
		of, _ := set.ByID(id) // openHouse has checked it
		citizen, access, area := *h.citizen, *h.access, *h.area
		citizen.Realm, access.Realm, area.Realm = of.Realm, of.Realm, of.Realm
		list = append(list, web.Portal{Address: address, Communities: withRealm(set, of), Citizen: &citizen, Access: &access, Area: &area})
	}
	return list
}

// withRealm is a community, and behind it the others that share its people.
func withRealm(set community.Set, own community.Community) []community.Community {
	list := []community.Community{own}
	for _, c := range set.Realm(own.Realm) {
		if c.ID != own.ID {
			list = append(list, c)
		}
	}
	return list
}

func (h *house) close() error { return h.store.Close() }

// loadCommunities reads those of the installation, and finds the one of the citizens' portal.
func loadCommunities(c config) (community.Set, community.Community, error) {
	var files fs.FS = communities.FS
	if c.communitiesDir != "" {
		files = os.DirFS(c.communitiesDir)
	}
	set, err := community.LoadAll(files)
	if err != nil {
		return set, community.Community{}, fmt.Errorf("community: %w", err)
	}
	set = announced(set, c.ending)
	own, ok := set.ByID(c.community)
	if !ok {
		return set, own, fmt.Errorf("impostazione community = %q: non esiste; ci sono %v", c.community, set.IDs())
	}
	for id := range c.portals {
		if _, ok := set.ByID(id); !ok {
			return set, own, fmt.Errorf("impostazione portals: la community %q non esiste; ci sono %v", id, set.IDs())
		}
	}
	return set, own, nil
}

// endsIn is in how many days the credentials of the demonstration's ending community end.
const endsIn = 45

// announced has the own credentials of a community end in some weeks, so that the notices can be seen, and asks it for two operators; it is not there where nobody ends.
func announced(set community.Set, ending community.ID) community.Set {
	of, known := set.ByID(ending)
	if !known {
		return set
	}
	now := clock()
	of.Local.AnnouncedOn, of.Local.EndsOn = person.DateOf(now.AddDate(0, 0, -1)), person.DateOf(now.AddDate(0, 0, endsIn))
	of.Desk.FourEyes = true
	return set.With(of)
}

func askRegistries(c config, log *slog.Logger) (registry.Cascade, error) {
	cascade := registry.Cascade{Now: clock, Failed: func(s registry.Source, err error) {
		log.Warn("anagrafe", "anagrafe", string(s), "errore", err)
	}}
	for _, r := range []struct {
		source  registry.Source
		address registryAddress
		to      *registry.Registry
	}{{registry.CIA, c.cia, &cascade.CIA}, {registry.AURA, c.aura, &cascade.AURA}} {
		if r.address.url == "" {
			continue
		}
		client, err := registry.NewClient(registry.Config{Source: r.source, URL: r.address.url, Token: r.address.token, Deadline: c.deadline, Now: clock, Rand: chance})
		if err != nil {
			return cascade, fmt.Errorf("impostazioni %s: %w", r.source, err)
		}
		*r.to = client
	}
	return cascade, nil
}

// askObsolete is the directory of obsolete accounts, nil where there is none.
func askObsolete(c config) (*registry.Directory, error) {
	if c.obsolete.url == "" {
		return nil, nil
	}
	directory, err := registry.NewDirectory(registry.Config{URL: c.obsolete.url, Token: c.obsolete.token, Deadline: c.deadline, Now: clock, Rand: chance})
	if err != nil {
		return nil, fmt.Errorf("impostazioni obsolete_accounts: %w", err)
	}
	return directory, nil
}

// newLog writes as the settings say.
func newLog(c config, w io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.logLevel)) // one of the words of the table
	options := &slog.HandlerOptions{Level: level}
	if c.logFormat == "text" {
		return slog.New(slog.NewTextHandler(w, options))
	}
	return slog.New(slog.NewJSONHandler(w, options))
}
