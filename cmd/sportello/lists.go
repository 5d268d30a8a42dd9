package main

import (
	"fmt"
	"log/slog"
	"os"
	"strings"

	"sportello/credential"
	"sportello/person"
)

// readPlaces gives the comuni of the official archive if the administrator has loaded one, otherwise those that come with
// the program. Rows that cannot be read are left out and counted in the log.
func readPlaces(c config, log *slog.Logger) (*person.Places, error) {
	if c.placesFile == "" {
		return person.ItalianPlaces(), nil
	}
	f, err := os.Open(c.placesFile)
	if err != nil {
		return nil, fmt.Errorf("impostazione places_file = %q: %w", c.placesFile, err)
	}
	defer f.Close()
	places, rejected := person.ReadANPRArchive(f)
	if places == nil {
		return nil, fmt.Errorf("impostazione places_file = %q: %w", c.placesFile, rejected[len(rejected)-1])
	}
	if len(rejected) > 0 {
		log.Warn("rows of the archive of comuni left out", "rows", len(rejected), "first", rejected[0].Error())
	}
	return places, nil
}

// readJudge adds the administrator's list of refused passwords, one a line, to the one that comes with the program.
func readJudge(c config) (credential.Judge, error) {
	if c.passwordsFile == "" {
		return credential.Judge{}, nil
	}
	b, err := os.ReadFile(c.passwordsFile)
	if err != nil {
		return credential.Judge{}, fmt.Errorf("impostazione refused_passwords_file = %q: %w", c.passwordsFile, err)
	}
	return credential.Judge{}.WithCommon(strings.Fields(string(b))...), nil
}
