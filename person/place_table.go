package person

import (
	"embed"
	"strings"
	"sync"
)

// The tables are written by scripts/places.mjs; their sources and licences are in data/README.md.
var (
	//go:embed data/comuni.tsv
	comuniTable string
	//go:embed data/states.tsv
	statesTable string
	//go:embed data/provinces.tsv
	provincesTable string
	// Postal codes are installed by scripts/assets.sh, not kept in the repository: without them the form gives no hint.
	//go:embed all:data/installed
	installed embed.FS
)

// ItalianPlaces are those that come with the program, complete to January 2024: read once, at the first question, and shared. An
// administrator who needs later ones loads the official archive with ReadANPRArchive.
func ItalianPlaces() *Places { return italian }

var italian = &Places{sync.OnceValue(readEmbedded)}

func readEmbedded() *tables {
	t := newTables(append(embeddedComuni(), embeddedStates()...), provinceNames())
	t.postalCodes = map[string][]string{}
	codes, _ := installed.ReadFile("data/installed/postal_codes.tsv")
	for code, row := range table(string(codes)) {
		t.postalCodes[code] = strings.Fields(row[0])
	}
	return t
}

func embeddedComuni() []Place {
	var rows []Place
	for code, row := range table(comuniTable) {
		rows = append(rows, Place{
			Code: code, From: Date(row[0]), To: Date(row[1]), Province: row[2], Name: placeName(row[3]),
		})
	}
	return rows
}

// embeddedStates know their last day only: the code of a successor is also given to who was born before it.
func embeddedStates() []Place {
	var rows []Place
	for code, row := range table(statesTable) {
		rows = append(rows, Place{Code: code, To: Date(row[0]), Province: AbroadProvince, Name: row[1]})
	}
	return rows
}

func provinceNames() map[string]string {
	names := map[string]string{}
	for sigla, row := range table(provincesTable) {
		names[sigla] = row[0]
	}
	return names
}

// table yields the first column of each line, and the others.
func table(text string) func(yield func(string, []string) bool) {
	return func(yield func(string, []string) bool) {
		for line := range strings.Lines(text) {
			columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
			if !yield(columns[0], columns[1:]) {
				return
			}
		}
	}
}
