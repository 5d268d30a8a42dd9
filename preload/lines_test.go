package preload

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"sportello/audit"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
	"sportello/testdb"
)

const wide = "codice_fiscale,cognome,nome,data_nascita,sesso,comune,provincia,cap,citta,nazione,email,documento_tipo,documento_rilascio,community,pin,possesso_pin,nota"

// wrongLines are all kinds, each with what is said of it.
var wrongLines = []struct{ line, want string }{
	{`RSSMRA80A01L746`, wrongCells},
	{`"RSSMRA80A01L746X,Rossi,Mario,1980-01-01,M,L746,,28922,,,,,,,,,`, badQuotes},
	{`RSSMRA80A01L746X,"Ros"si,Mario,1980-01-01,M,L746,,28922,,,,,,,,,`, badQuotes},
	{strings.Repeat("x", longestLine+10), longLine},
	{`,Rossi,Mario,1980-01-01,M,L746,,28922,,,,,,,,,`, noTaxCode},
	{`RSSMRA80A01,Rossi,Mario,1980-01-01,M,L746,,28922,,,,,,,,,`, taxStructure},
	{`=1+1,Rossi,Mario,1980-01-01,M,L746,,28922,,,,,,,,,`, taxLength},
	{`STP0123456789012,Rossi,Mario,1980-01-01,M,L746,,28922,,,,,,,,,`, taxHealth},
	{`RSSMRA80A01L746A,Rossi,Mario,1980-01-01,M,L746,,28922,,,,,,,,,`, taxCheck},
	{`{RSS},,,1980-01-01,M,L746,,28922,,,,,,,,,`, noName},
	{`{RSS},Bianchi,Mario,1980-01-01,M,L746,,28922,,,,,,,,,`, taxDisagrees},
	{`{RSS},Rossi,Mario,1980-02-30,M,L746,,28922,,,,,,,,,`, birthWrong},
	{`{RSS},Rossi,Mario,1880-01-01,M,L746,,28922,,,,,,,,,`, birthFar},
	{`{RSS},Rossi,Mario,2080-01-01,M,L746,,28922,,,,,,,,,`, birthFuture},
	{`{RSS},Rossi,Mario,2015-01-01,M,L746,,28922,,,,,,,,,`, minor},
	{`{RSS},Rossi,Mario,1980-01-01,X,L746,,28922,,,,,,,,,`, sexWrong},
	{`{RSS},Rossi,Mario,1980-01-01,M,Atlantide,VB,28922,,,,,,,,,`, noComune},
	{`{RSS},Rossi,Mario,1980-01-01,M,I619,,28922,,,,,,,,,`, ceasedComune},
	{`{RSS},Rossi,Mario,1980-01-01,M,L746,TO,28922,,,,,,,,,`, otherProvince},
	{`{RSS},Rossi,Mario,1980-01-01,M,H501,,00100,,,,,,,,,`, outside},
	{`{RSS},Rossi,Mario,1980-01-01,M,ESTERO,,,,Francia,,,,,,,`, abroad},
	{`{RSS},Rossi,Mario,1980-01-01,M,L746,,2892,,,,,,,,,`, capWrong},
	{`{RSS},Rossi,Mario,1980-01-01,M,L746,,28922,,,mario@,,,,,,`, emailWrong},
	{`{RSS},Rossi,Mario,1980-01-01,M,L746,,28922,,,mario@postacertificata.gov.it,,,,,,`, emailRefused},
	{`{RSS},Rossi,Mario,1980-01-01,M,L746,,28922,,,,tessera,,,,,`, docKindWrong},
	{`{RSS},Rossi,Mario,1980-01-01,M,L746,,28922,,,,passaporto,2090-01-01,,,,`, dateWrong},
	{`{RSS},Rossi,Mario,1980-01-01,M,L746,,28922,,,,,,trentino,,,`, noCommunity},
	{`{RSS},Rossi,Mario,1980-01-01,M,L746,,28922,,,,,,,123,,`, pinWrong},
	{`{RSS},Rossi,Mario,1980-01-01,M,L746,,28922,,,,,,,,forse,`, heldWrong},
	{`{RSS},NicolÃ²,Mario,1980-01-01,M,L746,,28922,,,,,,,,,`, badText},
	{`{RSS},Rossi,Mario,1980-01-01,M,L746,,28922,,,,,,,,,` + strings.Repeat("n", 201), tooLong},
	{`{OWN},Conti,Fulvio,1979-06-06,M,L746,,28922,,,,,,,,,`, ownCode},
}

// numbered writes the lines of wrongLines, a thousand and more, each with the tax code of another person.
func numbered() (text string, want map[int64]string) {
	want = map[int64]string{}
	lines := []string{wide}
	for n := 0; len(lines) < 1000; n++ {
		for _, w := range wrongLines {
			code, _, _ := strings.Cut(citizen(len(lines)), ";")
			lines = append(lines, strings.NewReplacer("{RSS}", code, "{OWN}", string(fulvio.TaxCode)).Replace(w.line))
			want[int64(len(lines))] = w.want
		}
	}
	return strings.Join(lines, "\n"), want
}

// Every kind of wrong line is told by its number, its column and what to do, and none says what was written.
func TestWrongLines(t *testing.T) {
	h := newHouse(t, testdb.SQLite(t))
	text, want := numbered()
	id := h.received(text)
	x := h.progress(id)
	if x.State != Tried || x.Checked.Lines != int64(len(want)) || len(x.Lines) != shownLines {
		t.Fatalf("%s %s %+v", x.State, x.Fault, x.Checked)
	}
	said := map[int64][]string{}
	h.must(h.Store.Read(t.Context(), func(tx *store.Tx) error {
		lines, err := tx.TrialLines(id, 0, 5000)
		for _, l := range lines {
			for _, r := range l.Remarks {
				said[l.Line] = append(said[l.Line], r.Code)
			}
		}
		return err
	}))
	for n, code := range want {
		if !strings.Contains(strings.Join(said[n], "|"), code) {
			t.Errorf("line %d: %v, want %s", n, said[n], code)
		}
	}
	for _, r := range h.report(id) {
		if r[5] == "" || r[6] == "" {
			t.Errorf("row %v explains nothing", r)
		}
		for _, cell := range r {
			if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@") || strings.Contains(cell, "Rossi") || strings.Contains(cell, "mario@") || len(cell) == 16 && !strings.Contains(cell, "***") && cell == strings.ToUpper(cell) {
				t.Errorf("the report says %q", cell)
			}
		}
	}
	h.must(h.Start(t.Context(), h.fulvio(), id))
	h.idle()
	if x = h.progress(id); x.Taken.Refused != x.Checked.Refused || x.Taken.Accepted != x.Checked.Accepted || x.Taken.Warned == 0 {
		t.Errorf("the import %+v is not as the trial %+v", x.Taken, x.Checked)
	}
}

func (h *house) report(id string) [][]string {
	h.t.Helper()
	r, err := h.Report(h.t.Context(), h.fulvio(), id)
	h.must(err)
	var b bytes.Buffer
	h.must(r.Write(h.t.Context(), &b))
	in := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff")))
	in.Comma = ';'
	rows, err := in.ReadAll()
	h.must(err)
	return rows[1:]
}

// A file that is no list is refused whole, and says why.
func TestWrongFiles(t *testing.T) {
	h := newHouse(t, testdb.SQLite(t))
	for _, tt := range []struct{ text, want string }{
		{"\n\n", "vuoto"}, {heading + "\n", "vuoto"}, {heading + "\n;;;;;;\n", "vuoto"},
		{"\xff\xfec\x00", "utf-16"}, {"PK\x03\x04resto", "binario"}, {"una sola colonna\nx\n", "separatore"},
		{heading + ";colore\n" + citizen(1), "numero 8"}, {heading + ";nome\n", "due volte"}, {"cognome;nome\nRossi;Mario\n", "codice_fiscale"},
		{strings.Repeat("a;", longestLine), "troppo lunga"},
	} {
		id := h.received(tt.text)
		x := h.progress(id)
		text := FaultText(x.Fault)
		if x.State != Faulty || text == "" || !strings.Contains(text+x.Fault, tt.want) {
			t.Errorf("%.20q: %s, %q %q", tt.text, x.State, x.Fault, text)
		}
		h.wants(h.Start(t.Context(), h.fulvio(), id), ErrNotSo)
	}
	_, err := h.Receive(t.Context(), h.fulvio(), "vuoto.csv", strings.NewReader(""))
	h.wants(err, ErrEmpty)
}

// Accents come in as they were written, in UTF-8 with or without its mark, in ISO-8859-1, and joined where they were apart.
func TestEncodings(t *testing.T) {
	h := newHouse(t, testdb.SQLite(t))
	line := strings.Replace(citizen(1), "Ada;", "Nicolò \"Zoë\";", 1)
	latin, err := charmap.Windows1252.NewEncoder().String(line)
	h.must(err)
	for name, text := range map[string]string{"utf-8": line, "bom": line, "latin": latin, "apart": strings.Replace(line, "ò", "o\u0300", 1), "hidden": strings.Replace(line, "Nic", "\u202eNic\u200b", 1)} {
		head := heading
		if name == "bom" {
			head = "\ufeff" + strings.ReplaceAll(head, "nome", "NOME")
		}
		l := newLines(strings.NewReader(head + "\n\n" + text))
		hd, err := l.header()
		h.must(err)
		x, err := l.next()
		h.must(err)
		k := h.newChecker(&store.Import{Realm: "sistemapiemonte", Community: "sistemapiemonte"}, h.fulvio().Acting, &repeats{header: hd})
		c := k.check(x)
		if c.person.Name != `Nicolò "Zoë"` || x.number != 3 || x.latin != (name == "latin") {
			t.Errorf("%s: %q %+v %v", name, c.person.Name, x, c.remarks)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	h := newHouse(b, testdb.SQLite(b))
	hd, _ := readHeader(heading)
	k := h.newChecker(&store.Import{Realm: "sistemapiemonte", Community: "sistemapiemonte"}, h.fulvio().Acting, &repeats{header: hd})
	lines := strings.Split(list(10_000), "\r\n")[1:10_001]
	for i := 0; b.Loop(); i++ {
		k.check(line{number: 1, text: lines[i%len(lines)]})
	}
}

// What an old archive says of a registration: the two strong states are for the ente that did the riscontro de visu (mission S2).
func TestStandings(t *testing.T) {
	each(t, func(h *house) {
		list := heading + ";stato;forte;possesso_pin;data_riscontro\r\n"
		for n, rest := range []string{";sì;sì;2010-03-04", "registrato;sì;;", "registrato;;;", "riscontrato;no;;", "attivo;;;", ";forse;;", "registrato;;sì;", "registrato;;;2010-03-04"} {
			list += citizen(n) + ";" + rest + "\r\n"
		}
		weak := h.progress(h.received(list))
		if weak.Checked.Refused != 6 { // the strong ones too
			t.Errorf("a weak ente: %+v", weak.Checked)
		}
		h.must(h.GiveUp(t.Context(), h.fulvio(), weak.ID))
		h.must(h.Store.Act(t.Context(), audit.Record{Deed: audit.EnteChange, ActorKind: audit.BySystem}, func(tx *store.Tx) error {
			e, err := tx.Ente(province.ID)
			h.must(err)
			e.Issues = office.IssuesStrong
			return tx.SaveEnte(e)
		}))
		strong := province
		strong.Issues = office.IssuesStrong
		id, err := h.Receive(t.Context(), h.as(office.Administrator, strong), "archivio.csv", strings.NewReader(list+"\r\n"))
		h.must(err)
		h.idle()
		if x := h.progress(id); x.Checked.Refused != 4 || x.Checked.Warned != 2 || x.Checked.Accepted != 4 {
			t.Fatalf("a strong ente: %+v", x.Checked)
		}
		h.must(h.Start(t.Context(), h.fulvio(), id))
		h.idle()
		for n, want := range []struct {
			state     registration.State
			strong    bool
			operation registration.Kind
		}{{registration.Verified, true, registration.StrongVerification}, {registration.Registered, true, ""}, {registration.Registered, false, ""}, {registration.Verified, false, registration.Verification}} {
			h.must(h.Store.Read(t.Context(), func(tx *store.Tx) error {
				p, err := tx.PersonByTaxCode("sistemapiemonte", person.TaxCode(strings.Split(citizen(n), ";")[0]))
				h.must(err)
				r, err := tx.LiveRegistration(p.ID)
				h.must(err)
				var kind registration.Kind
				if op, err := tx.PendingOperation(r.ID); err == nil {
					kind = op.Kind
				}
				if r.State != want.state || r.Strong != want.strong || kind != want.operation || r.VerifiedAt.IsZero() != (kind == "") || !r.StrongSince.IsZero() {
					t.Errorf("line %d: %+v, %q", n, r, kind)
				}
				return nil
			}))
		}
	})
}
