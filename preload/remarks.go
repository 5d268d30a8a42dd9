package preload

import (
	"fmt"

	"sportello/store"
)

// What becomes of a line.
const (
	Accepted = "importata"
	Warned   = "importata con avvisi"
	Skipped  = "già presente"
	Refused  = "non importata"
)

// A finding is what the checks can say of a line.
type finding struct {
	outcome string
	Text    string // what is wrong, Italian
	Todo    string // what to do
}

// The words of the checks.
const (
	longLine      = "riga lunga"
	badQuotes     = "virgolette"
	wrongCells    = "numero di celle"
	tooLong       = "troppo lungo"
	badText       = "testo rovinato"
	noName        = "senza nome"
	noTaxCode     = "senza codice"
	taxLength     = "codice, lunghezza"
	taxHealth     = "codice, STP"
	taxStructure  = "codice, forma"
	taxDate       = "codice, data"
	taxCheck      = "codice, controllo"
	taxDisagrees  = "codice, dati"
	birthWrong    = "nascita"
	birthFar      = "nascita, lontana"
	birthFuture   = "nascita, futura"
	minor         = "minorenne"
	sexWrong      = "sesso"
	noComune      = "comune"
	ceasedComune  = "comune, soppresso"
	otherProvince = "comune, provincia"
	abroad        = "estero"
	outside       = "competenza"
	capWrong      = "cap"
	emailWrong    = "email"
	emailRefused  = "email, dominio"
	docKindWrong  = "documento, tipo"
	dateWrong     = "data"
	pinWrong      = "pin"
	heldWrong     = "possesso pin"
	stateWrong    = "stato"
	stateUnseen   = "stato, riscontro"
	strongWrong   = "forte"
	strongWeak    = "forte, ente"
	strongOld     = "forte, vecchia"
	strongUnseen  = "forte, registrato"
	noCommunity   = "community"
	repeated      = "ripetuto"
	ownCode       = "operatore"
	known         = "presente"
	knownRejected = "presente, respinta"
)

// findings are all that can be said.
var findings = map[string]finding{
	longLine:      {Refused, "La riga è troppo lunga.", "Controllare che ogni persona stia su una riga."},
	badQuotes:     {Refused, "Le virgolette della riga non si chiudono.", "Correggere le virgolette; dentro una cella si raddoppiano."},
	wrongCells:    {Refused, "La riga non ha tante celle quante sono le colonne.", "Cercare un separatore di troppo, o mancante; una cella che lo contiene va tra virgolette."},
	tooLong:       {Refused, "Il testo è troppo lungo.", "Accorciarlo."},
	badText:       {Refused, "Le lettere accentate sono rovinate.", "Esportare di nuovo il file in CSV UTF-8."},
	noName:        {Refused, "Mancano cognome e nome.", "Scriverne almeno uno."},
	noTaxCode:     {Refused, "Manca il codice fiscale.", "Scriverlo."},
	taxLength:     {Refused, "Il codice fiscale non ha 16 caratteri, o 11 cifre se è provvisorio.", "Ricontrollarlo: i fogli di calcolo tolgono gli zeri iniziali."},
	taxHealth:     {Refused, "È un codice STP o ENI, non un codice fiscale.", "Togliere la riga: serve un codice fiscale."},
	taxStructure:  {Refused, "Lettere e cifre del codice fiscale non sono al loro posto.", "Ricontrollarlo."},
	taxDate:       {Refused, "La data di nascita nel codice fiscale non esiste.", "Ricontrollarlo."},
	taxCheck:      {Refused, "L'ultimo carattere del codice fiscale non corrisponde agli altri.", "Ricontrollarlo."},
	taxDisagrees:  {Warned, "Il codice fiscale non corrisponde ai dati.", "Verificare i dati alla prima occasione allo sportello."},
	birthWrong:    {Refused, "La data di nascita manca o non è una data.", "Scriverla come 1980-01-31 o 31/01/1980."},
	birthFar:      {Refused, "La data di nascita è troppo lontana.", "Ricontrollarla."},
	birthFuture:   {Refused, "La data di nascita è nel futuro.", "Ricontrollarla."},
	minor:         {Refused, "La persona è minorenne.", "Togliere la riga: chi è emancipato si registra allo sportello."},
	sexWrong:      {Refused, "Il sesso non è F o M, e il codice fiscale non lo dice.", "Scrivere F o M."},
	noComune:      {Refused, "Il comune di residenza non esiste.", "Scrivere il codice catastale, oppure nome e sigla della provincia."},
	ceasedComune:  {Refused, "Il comune di residenza è stato soppresso.", "Scrivere il comune attuale."},
	otherProvince: {Refused, "Il comune non è della provincia indicata.", "Ricontrollare comune e provincia."},
	abroad:        {Refused, "Per chi risiede all'estero mancano la città o una nazione che esiste.", "Compilare città e nazione."},
	outside:       {Refused, "La residenza è fuori dalla competenza dell'ente.", "Importare la riga per l'ente competente."},
	capWrong:      {Warned, "Il CAP manca o non ha 5 cifre: non importato.", "Si completa allo sportello."},
	emailWrong:    {Warned, "L'indirizzo e-mail non è scritto bene: non importato.", "Si completa allo sportello."},
	emailRefused:  {Warned, "Le caselle di questo dominio non sono ammesse: e-mail non importata.", "Si completa allo sportello."},
	docKindWrong:  {Warned, "Il tipo di documento non è tra quelli ammessi: documento non importato.", "Si completa allo sportello."},
	dateWrong:     {Warned, "La data non esiste, o è nel futuro: non importata.", "Si completa allo sportello."},
	pinWrong:      {Refused, "Il PIN non ha la forma di quelli della community.", "Ricontrollarlo, oppure lasciarlo vuoto: allo sportello se ne dà uno nuovo."},
	heldWrong:     {Refused, "Il possesso del PIN non è sì o no.", "Scrivere sì o no."},
	stateWrong:    {Refused, "Lo stato non è registrato né riscontrato.", "Scrivere uno dei due, o lasciare vuoto: chi ha già credenziali non si importa, le attiva di nuovo."},
	stateUnseen:   {Refused, "Chi è solo registrato non ha ancora PIN né riscontro.", "Scrivere riscontrato, oppure lasciare vuoti PIN, possesso del PIN e data del riscontro."},
	strongWrong:   {Refused, "La registrazione forte non è sì o no.", "Scrivere sì o no."},
	strongWeak:    {Refused, "L'ente rilascia solo credenziali deboli: non può importare registrazioni forti.", "Importare la riga per l'ente che ha fatto il riscontro de visu."},
	strongOld:     {Warned, "Importata forte, dal vecchio archivio: le credenziali lo diventano quando il cittadino accetta il Regolamento a casa.", "Rigenera codice a chi ha il PIN, Riscontro forte agli altri."},
	strongUnseen:  {Warned, "Importata registrata e forte, dal vecchio archivio: allo sportello si può solo revocare.", "Chi vuole le credenziali revoca, e si registra di nuovo."},
	noCommunity:   {Refused, "La community non esiste, o non è di questo dominio.", "Lasciare vuoto per la community dell'ente."},
	repeated:      {Skipped, "Il codice fiscale è già in una riga precedente.", "Niente: vale la prima riga."},
	ownCode:       {Refused, "La persona è l'operatore che importa.", "Nessuno registra se stesso: lo fa un collega."},
	known:         {Skipped, "La persona è già registrata: non è stata cambiata.", "Niente. I dati si aggiornano allo sportello."},
	knownRejected: {Skipped, "La persona c'è già, con una registrazione respinta o senza registrazione.", "Si registra di nuovo allo sportello."},
}

// Explain says a remark in Italian: what is wrong, and what to do.
func Explain(r store.ImportRemark) (text, todo string) {
	f := findings[r.Code]
	return f.Text, f.Todo
}

// outcomeOf is the gravest of some remarks.
func outcomeOf(remarks []store.ImportRemark) string {
	worst := Accepted
	for _, r := range remarks {
		switch o := findings[r.Code].outcome; {
		case o == Refused:
			return Refused
		case o == Skipped || worst == Accepted:
			worst = o
		}
	}
	return worst
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", many)
}
