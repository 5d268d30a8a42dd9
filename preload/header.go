package preload

import (
	"fmt"
	"slices"
	"strings"
)

// The columns of a list, by the names of its first line.
const (
	colTaxCode    = "codice_fiscale"
	colSurname    = "cognome"
	colName       = "nome"
	colBirth      = "data_nascita"
	colSex        = "sesso"
	colAddress    = "indirizzo"
	colCivic      = "civico"
	colComune     = "comune"
	colProvince   = "provincia"
	colPostalCode = "cap"
	colCity       = "citta"
	colNation     = "nazione"
	colEmail      = "email"
	colPhone      = "telefono"
	colMobile     = "cellulare"
	colDocKind    = "documento_tipo"
	colDocNumber  = "documento_numero"
	colDocIssued  = "documento_rilascio"
	colDocExpires = "documento_scadenza"
	colDocIssuer  = "documento_ente"
	colCommunity  = "community"
	colPIN        = "pin"
	colPINHeld    = "possesso_pin"
	colVerified   = "data_riscontro"
	colState      = "stato"
	colStrong     = "forte"
	colNote       = "nota"
)

// A Column is one that a list may have.
type Column struct {
	Name     string
	Required bool
	longest  int    // characters
	Meaning  string // Italian
}

// Columns are all, in the order of the documentation.
var Columns = []Column{
	{colTaxCode, true, 32, "codice fiscale, anche provvisorio"},
	{colSurname, true, 100, "cognome; vuoto se la persona ha solo il nome"},
	{colName, true, 100, "nome; vuoto se la persona ha solo il cognome"},
	{colBirth, true, 10, "data di nascita: 1980-01-31 oppure 31/01/1980"},
	{colComune, true, 100, "comune di residenza: codice catastale (L219), oppure nome, e allora serve la provincia; ESTERO per chi vive fuori d'Italia"},
	{colProvince, false, 2, "sigla della provincia di residenza"},
	{colSex, false, 1, "F o M; vuoto, si legge dal codice fiscale"},
	{colAddress, false, 200, "via o piazza"},
	{colCivic, false, 30, "numero civico"},
	{colPostalCode, false, 5, "CAP"},
	{colCity, false, 100, "città, per chi risiede all'estero"},
	{colNation, false, 100, "nazione, per chi risiede all'estero: nome o codice (Z110)"},
	{colEmail, false, 254, "indirizzo e-mail"},
	{colPhone, false, 30, "telefono"},
	{colMobile, false, 30, "cellulare"},
	{colDocKind, false, 40, "tipo del documento, con le parole dello sportello (carta d'identità, passaporto...)"},
	{colDocNumber, false, 30, "numero del documento"},
	{colDocIssued, false, 10, "data di rilascio del documento"},
	{colDocExpires, false, 10, "data di scadenza del documento"},
	{colDocIssuer, false, 100, "chi ha rilasciato il documento"},
	{colCommunity, false, 40, "community, se non è quella dell'ente"},
	{colPINHeld, false, 2, "sì o no: se il cittadino ha già un PIN"},
	{colPIN, false, 32, "il PIN già consegnato, in chiaro, se deve continuare a valere"},
	{colVerified, false, 10, "data del riscontro; vuota, il giorno dell'importazione"},
	{colState, false, 11, "registrato o riscontrato, come nell'archivio di provenienza; vuoto, riscontrato"},
	{colStrong, false, 2, "sì o no: la registrazione forte dell'archivio di provenienza, solo per un ente che rilascia credenziali forti"},
	{colNote, false, 200, "nota per lo sportellista"},
}

// Model is a list without people: the line of the names of all columns.
func Model() string {
	names := make([]string, len(Columns))
	for i, c := range Columns {
		names[i] = c.Name
	}
	return "\ufeff" + strings.Join(names, ";") + "\r\n"
}

// A FileFault is why a whole file cannot be read: Code is a word of Faults.
type FileFault struct{ Code, Column string }

func (f FileFault) Error() string { return "the list cannot be read: " + f.Code }

func (f FileFault) kept() string { return f.Code + " " + f.Column }

// faults are what to tell of a whole file.
var faults = map[string]string{
	"vuoto":       "Il file è vuoto, o ha solo la riga dei nomi delle colonne.",
	"utf-16":      "Il file è in UTF-16: salvarlo di nuovo come CSV UTF-8.",
	"binario":     "Il file non è un testo CSV: i fogli di calcolo vanno salvati come CSV UTF-8.",
	"separatore":  "La prima riga non contiene i nomi delle colonne separati da punto e virgola o da virgola.",
	"sconosciuta": "La prima riga ha una colonna che non è tra quelle previste (%s): correggere il nome o togliere la colonna.",
	"ripetuta":    "La prima riga ha due volte la stessa colonna: %s.",
	"mancante":    "Nella prima riga manca la colonna %s.",
	"lunga":       "La prima riga è troppo lunga.",
	"ripetizioni": "Più di mezzo milione di codici fiscali sono ripetuti: togliere le righe doppie.",
}

// FaultText says in Italian why a file cannot be read, from what was kept of it.
func FaultText(kept string) string {
	code, column, _ := strings.Cut(kept, " ")
	if text := faults[code]; strings.Contains(text, "%s") {
		return fmt.Sprintf(text, column)
	}
	return faults[code]
}

// A header is what the first line says: the separator, and which column stands where.
type header struct {
	separator byte
	columns   []string
}

func readHeader(line string) (h header, err error) {
	h.separator = ';'
	if !strings.Contains(line, ";") {
		h.separator = ','
	}
	cells, ok := split(line, h.separator)
	if !ok || len(cells) < 2 {
		return h, FileFault{Code: "separatore"}
	}
	for at, c := range cells {
		name := strings.ToLower(strings.TrimSpace(c))
		known := slices.ContainsFunc(Columns, func(x Column) bool { return x.Name == name })
		switch {
		case !known:
			return h, FileFault{"sconosciuta", fmt.Sprint("la numero ", at+1)} // its text may be anybody's name
		case slices.Contains(h.columns, name):
			return h, FileFault{"ripetuta", name}
		}
		h.columns = append(h.columns, name)
	}
	for _, c := range Columns {
		if c.Required && !slices.Contains(h.columns, c.Name) {
			return h, FileFault{"mancante", c.Name}
		}
	}
	return h, nil
}

// row puts the cells of a line under their names.
func (h header) row(row map[string]string, cells []string) map[string]string {
	clear(row)
	for i, c := range cells {
		row[h.columns[i]] = c
	}
	return row
}
