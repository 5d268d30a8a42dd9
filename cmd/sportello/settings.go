package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"sportello/access"
	"sportello/community"
	"sportello/credential"
	"sportello/mail"
)

// A config is what an installation decides. It comes from the table of settings only.
type config struct {
	database       string
	listen         string
	publicURL      *url.URL
	trustedProxies []netip.Prefix
	tlsCert        string
	tlsKey         string
	keyFile        string
	community      community.ID
	portals        map[community.ID]*url.URL // of the communities with an address of their own
	communitiesDir string
	ending         community.ID // of the demonstration: whose own credentials are about to end, "" for none
	placesFile     string
	passwordsFile  string
	importsDir     string // "" for none
	lettersDir     string // "" for none
	cia, aura      registryAddress
	obsolete       registryAddress // of the directory of obsolete accounts
	fseURL         string          // of the health application, "" for the community's own
	deadline       duration
	smtp           mail.SMTP
	faxesDir       string     // where a fax server leaves what it receives; "" for none
	imap           imapConfig // of the helpdesk's mailbox
	cost           credential.Cost
	limits         access.Limits
	metricsFrom    []netip.Prefix
	logLevel       string
	logFormat      string
}

// A registryAddress is where a civil registry is asked, and as whom; an empty URL is a registry that there is not.
type registryAddress struct{ url, token string }

// A given is a value and where it comes from: the file, an environment variable or a flag.
type given struct{ value, source string }

// A settingError is a setting that cannot be used.
type settingError struct {
	setting  setting
	given    given
	expected string
}

func (e settingError) Error() string {
	value := fmt.Sprintf("%q", e.given.value)
	if e.setting.secret {
		value = "(valore riservato)"
	}
	return fmt.Sprintf("impostazione %s = %s (%s): %s", e.setting.key, value, e.given.source, e.expected)
}

// readConfig reads the file, the flags over it and the environment over both, and says everything that is wrong at once. name is the command's; more adds
// its own flags.
func readConfig(name string, args []string, w io.Writer, more func(*flag.FlagSet)) (config, []string, error) {
	fs := flag.NewFlagSet("sportello "+name, flag.ContinueOnError)
	fs.SetOutput(w)
	file := fs.String("config", os.Getenv("SPORTELLO_CONFIG"), "`file` di configurazione, in TOML")
	flags := map[string]given{}
	for _, s := range settings {
		fs.Func(s.flag(), s.usage(), func(v string) error {
			flags[s.key] = given{v, "opzione --" + s.flag()}
			return nil
		})
	}
	if more != nil {
		more(fs)
	}
	if name != "serve" {
		fs.Usage = func() { shortUsage(fs) }
	}
	if err := fs.Parse(args); errors.Is(err, flag.ErrHelp) {
		return config{}, nil, errHelp
	} else if err != nil {
		return config{}, nil, errUsage
	}
	values, err := readFile(*file)
	for _, s := range settings {
		if v, ok := flags[s.key]; ok {
			values[s.key] = v
		}
		if v, ok := os.LookupEnv(s.env()); ok {
			values[s.key] = given{v, "variabile " + s.env()}
		}
	}
	c, wrong := makeConfig(values)
	return c, fs.Args(), errors.Join(err, wrong)
}

// toolSettings are those that matter to every command; the others are the service's.
var toolSettings = []string{"config", "database", "key-file"}

// shortUsage shows a tool's own options and the few settings that it needs: all of them are taken, but they would hide the rest.
func shortUsage(fs *flag.FlagSet) {
	short := flag.NewFlagSet(fs.Name(), flag.ContinueOnError)
	short.SetOutput(fs.Output())
	fs.VisitAll(func(f *flag.Flag) {
		service := slices.ContainsFunc(settings, func(s setting) bool { return s.flag() == f.Name })
		if !service || slices.Contains(toolSettings, f.Name) {
			short.Var(f.Value, f.Name, f.Usage)
		}
	})
	fmt.Fprintf(fs.Output(), "Opzioni di %s:\n", fs.Name())
	short.PrintDefaults()
	fmt.Fprintln(fs.Output(), "Valgono anche le impostazioni del servizio: docs/configuration.md.")
}

// errHelp means that the options were asked for and shown.
var errHelp = errors.New("opzioni mostrate")

// makeConfig checks values, and gives every setting that has none its default.
func makeConfig(values map[string]given) (c config, wrong error) {
	for _, s := range settings {
		v, ok := values[s.key]
		if !ok {
			v = given{s.fallback, "predefinito"}
		}
		if err := s.set(&c, strings.TrimSpace(v.value)); err != nil {
			wrong = errors.Join(wrong, settingError{s, v, err.Error()})
		}
	}
	if wrong == nil {
		wrong = c.check()
	}
	return c, wrong
}

// readFile reads the settings of a file under their dotted keys; what is not a setting is an error.
func readFile(name string) (map[string]given, error) {
	values := map[string]given{}
	if name == "" {
		return values, nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return values, fmt.Errorf("file di configurazione: %w", err)
	}
	var tree map[string]any
	if err := toml.Unmarshal(text, &tree); err != nil {
		return values, fmt.Errorf("file di configurazione %s: %w", name, err)
	}
	return values, flatten(tree, "", name, values)
}

func flatten(tree map[string]any, prefix, file string, values map[string]given) (wrong error) {
	for key, value := range tree {
		key = prefix + key
		if inner, ok := value.(map[string]any); ok {
			wrong = errors.Join(wrong, flatten(inner, key+".", file, values))
			continue
		}
		if !slices.ContainsFunc(settings, func(s setting) bool { return s.key == key }) {
			wrong = errors.Join(wrong, fmt.Errorf("impostazione %s (file %s): non esiste; l'elenco è in docs/configuration.md", key, file))
			continue
		}
		values[key] = given{plainText(value), "file " + file}
	}
	return wrong
}

// plainText is a TOML value as a flag would give it: lists are joined by commas.
func plainText(value any) string {
	list, ok := value.([]any)
	if !ok {
		return fmt.Sprint(value)
	}
	parts := make([]string, len(list))
	for i, item := range list {
		parts[i] = fmt.Sprint(item)
	}
	return strings.Join(parts, ",")
}
