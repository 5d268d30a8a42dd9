package person_test

import (
	"os"
	"strings"
	"testing"

	"sportello/person"
)

func readArchive(t *testing.T) (*person.Places, []person.RowError) {
	file, err := os.Open("testdata/archive.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	return person.ReadANPRArchive(file)
}

func TestReadANPRArchive(t *testing.T) {
	places, _ := readArchive(t)
	tests := []struct {
		code           string
		day            person.Date
		name, province string
	}{
		{"A004", "1992-04-15", "Abbadia Cerreto", "MI"},
		{"A004", "1992-04-16", "Abbadia Cerreto", "LO"},
		{"A012", "2000-01-01", "Abetone", "PT"},
		{"L219", "2000-01-01", "Torino", "TO"},
		{"D208", "2000-01-01", "Cuorgnè", "TO"},
		{"C361", "2000-01-01", "Cava de' Tirreni", "SA"},
		{"M450", "2026-01-01", "Cantù Sant'Angelo d'Adda/Zz", "ZZ"},
		{"Z112", "2000-01-01", "Germania", "EE"},
		{"M376", "2020-01-01", "", ""}, // ours, but not in this archive
	}
	for _, tt := range tests {
		got, ok := places.At(tt.code, tt.day)
		if ok != (tt.name != "") || got.Name != tt.name || got.Province != tt.province {
			t.Errorf("%s on %s: got %+v, %v", tt.code, tt.day, got, ok)
		}
	}
	if got := places.Comuni("LO"); len(got) != 1 || got[0].From != "1992-04-16" {
		t.Errorf("Lodi: %+v", got)
	}
	if got := places.Provinces(); len(got) != 4 || got[0].Name != "Lodi" || got[3].Name != "ZZ" {
		t.Errorf("provinces: %v", got)
	}
	if len(places.PostalCodes("L219")) == 0 {
		t.Error("Torino has no postal codes")
	}
}

func TestReadANPRArchiveReportsRows(t *testing.T) {
	_, rejected := readArchive(t)
	want := []string{
		"riga 9, colonna CODCATASTALE: non è un codice catastale",
		"riga 10, colonna DENOMINAZIONE_IT: nome assente",
		"riga 11, colonna DATAISTITUZIONE: non è una data AAAA-MM-GG",
		"riga 12, colonna DATACESSAZIONE: precede la data di istituzione",
		"riga 13, colonna SIGLAPROVINCIA: non è una sigla di provincia",
		"riga 14: numero di colonne diverso dall'intestazione",
	}
	if len(rejected) != len(want) {
		t.Fatalf("%d rows rejected: %v", len(rejected), rejected)
	}
	for i, row := range rejected {
		if row.Error() != want[i] {
			t.Errorf("got %q, want %q", row.Error(), want[i])
		}
	}
}

func TestReadANPRArchiveRefusesOtherFiles(t *testing.T) {
	const header = "DATAISTITUZIONE,DATACESSAZIONE,CODCATASTALE,DENOMINAZIONE_IT,SIGLAPROVINCIA\n"
	tests := []struct{ name, file, want string }{
		{"empty", "", "riga 1: intestazione illeggibile"},
		{"another table", "nome,codice\nTorino,L219\n", "riga 1, colonna DATAISTITUZIONE: colonna assente"},
		{"semicolons", strings.ReplaceAll(header, ",", ";"), "riga 1, colonna DATAISTITUZIONE: colonna assente"},
		{"no rows", header, "riga 1: nessuna riga utilizzabile"},
		{"open quote", header + "\"1861-03-17,x\n", "riga 2: virgolette fuori posto"},
	}
	for _, tt := range tests {
		places, rejected := person.ReadANPRArchive(strings.NewReader(tt.file))
		if places != nil || len(rejected) == 0 || !strings.HasPrefix(rejected[0].Error(), tt.want) {
			t.Errorf("%s: %v, %v", tt.name, places, rejected)
		}
	}
}
