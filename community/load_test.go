package community_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"sportello/communities"
	"sportello/community"
)

const file = "sistemapiemonte/community.toml"

// files is the real community as files in memory, with some words of its policy file changed.
func files(t *testing.T, change ...string) fstest.MapFS {
	t.Helper()
	m := fstest.MapFS{}
	for _, name := range []string{"community.toml", "regolamento.md", "informativa.md"} {
		raw, err := fs.ReadFile(communities.FS, "sistemapiemonte/"+name)
		if err != nil {
			t.Fatal(err)
		}
		m["sistemapiemonte/"+name] = &fstest.MapFile{Data: raw}
	}
	text := string(m[file].Data)
	for i := 0; i+1 < len(change); i += 2 {
		if !strings.Contains(text, change[i]) {
			t.Fatalf("the file does not hold %q", change[i])
		}
		text = strings.Replace(text, change[i], change[i+1], 1)
	}
	m[file].Data = []byte(text)
	return m
}

func lines(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

func TestBrokenFilesAreExplained(t *testing.T) {
	const bases = "legacy_migration, non_citizen, enterprise_professional, operator_internal, gestore_pubblico_servizio, outside_italy, test"
	for name, c := range map[string]struct {
		change []string
		want   []string
	}{
		"no legal basis (S33)": {[]string{`kind = "legacy_migration"`, ``},
			[]string{file + ": legal_basis.kind: manca; valori ammessi: " + bases}},
		"invented legal basis": {[]string{`kind = "legacy_migration"`, `kind = "consuetudine"`},
			[]string{file + `: legal_basis.kind: "consuetudine" non è tra i valori ammessi: ` + bases}},
		"unknown keys": {[]string{"[desk]", "[desk]\ncolour = 1\nsize = 2"},
			[]string{file + ": desk.colour: chiave sconosciuta (riga 40)", file + ": desk.size: chiave sconosciuta (riga 41)"}},
		"wrong kind of value": {[]string{"length = 8", `length = "otto"`},
			[]string{file + ": codes.pin.length: riga 51 non valida (cannot decode TOML string into struct field community.CodeFormat.Length of type int)"}},
		"PIN without length": {[]string{"length = 8", "length = 0"},
			[]string{
				file + ": codes.pin: troppo facile da indovinare: servono 29 bit, sono 0.0; allungare il codice o l'alfabeto",
				file + ": codes.pin.group: deve essere da 0 a 0, è 4",
				file + ": codes.pin.length: deve essere da 6 a 12, è 0",
			}},
		"PIN too short": {[]string{"length = 8", "length = 6"},
			[]string{file + ": codes.pin: troppo facile da indovinare: servono 29 bit, sono 27.1; allungare il codice o l'alfabeto"}},
		"short activation code": {[]string{"length = 12", "length = 11"},
			[]string{file + ": codes.activation: troppo facile da indovinare: servono 60 bit, sono 55.0; allungare il codice o l'alfabeto"}},
		"alphabet with a duplicate": {[]string{"ACDEFHJKMNPQRTUWXY34679", "AACDEFHJKMNPQRTUWXY34679"},
			[]string{file + ": codes.pin.alphabet: un carattere è ripetuto"}},
		"alphabet with small letters": {[]string{"ACDEFHJKMNPQRTUWXY34679", "aCDEFHJKMNPQRTUWXY34679"},
			[]string{file + ": codes.pin.alphabet: ammesse solo lettere maiuscole e cifre, almeno due"}},
		"days": {[]string{"valid_days = 60", "valid_days = -1", "valid_days = 30", "valid_days = 0", "purge_days = 60", "purge_days = 0"},
			[]string{
				file + ": codes.activation.valid_days: deve essere da 1 a 365, è -1",
				file + ": codes.revocation.valid_days: deve essere da 1 a 365, è 0",
				file + ": codes.purge_days: deve essere da 1 a 365, è 0",
			}},
		"publisher": {[]string{`help_phone = "800 000 000"`, "", `"noreply@sistemapiemonte.example"`, `"noreply"`, `"https://www.sistemapiemonte.example"`, `"www.sistemapiemonte.example"`},
			[]string{
				file + `: publisher.website: deve essere un indirizzo https, è "www.sistemapiemonte.example"`,
				file + ": publisher.help_phone: manca",
				file + `: publisher.mail_sender: deve essere un indirizzo e-mail, è "noreply"`,
			}},
		"documents": {[]string{`"passaporto"`, `"tessera del tram"`},
			[]string{file + `: documents[1]: "tessera del tram" non è tra i valori ammessi: carta d'identità, passaporto, patente di guida, permesso di soggiorno, patente nautica`}},
		"document twice": {[]string{`"passaporto"`, `"carta d'identità"`}, []string{file + ": documents: un documento è ripetuto"}},
		"refused domain": {[]string{`refused_mail_domains = ["postacertificata.gov.it"`, `refused_mail_domains = ["Posta certificata"`},
			[]string{file + `: desk.refused_mail_domains[0]: deve essere un dominio in minuscole, è "Posta certificata"`}},
		"closed domain": {[]string{`closed_mail_domains = ["postacertificata.gov.it"`, `closed_mail_domains = ["@posta"`},
			[]string{file + `: closed_mail_domains[0]: deve essere un dominio in minuscole, è "@posta"`}},
		"end without announcement": {[]string{"issues = true", "issues = true\nends_on = \"2027-06-30\""},
			[]string{file + ": local.announced_on: va indicato insieme a ends_on, e solo con quello"}},
		"announced after the end": {[]string{"issues = true", "issues = true\nends_on = \"2027-06-30\"\nannounced_on = \"2027-07-01\""},
			[]string{file + `: local.announced_on: deve essere una data prima di ends_on, è "2027-07-01"`}},
		"no way in": {[]string{"issues = true", "issues = false", `doors = [{ kind = "SPID" }, { kind = "CIE" }, { kind = "CNS" }]`, ""},
			[]string{file + ": doors: manca: senza credenziali proprie serve almeno un altro modo di entrare"}},
		"doors": {[]string{`{ kind = "CIE" }, { kind = "CNS" }`, `{ kind = "SPID" }, { kind = "portone" }`},
			[]string{file + ": doors[1].kind: è ripetuto", file + `: doors[2].kind: "portone" non è tra i valori ammessi: SPID, CIE, CNS`}},
		"password too short": {[]string{"min_length = 12", "min_length = 6"}, []string{file + ": password.min_length: deve essere da 8 a 64, è 6"}},
		"service levels": {[]string{`authn = "password"`, `authn = "impronta"`, `proofing = "forte"`, `proofing = "media"`},
			[]string{
				file + `: services.bollo-auto.authn: "impronta" non è tra i valori ammessi: password, password e PIN, due fattori, carta`,
				file + `: services.ritiro-referti.proofing: "media" non è tra i valori ammessi: nessuna, debole, forte`,
				file + `: services.ritiro-referti.strong_from: ha senso solo con proofing = "forte"`,
			}},
		"service twice":   {[]string{`id = "scelta-medico"`, `id = "bollo-auto"`}, []string{file + ": services.bollo-auto.id: è usato da due servizi"}},
		"day of a text":   {[]string{`valid_from = "2026-09-01"`, `valid_from = "2026-09-31"`}, []string{file + `: terms.valid_from: deve essere una data come 2026-09-01, è "2026-09-31"`}},
		"text not there":  {[]string{`"regolamento.md"`, `"altro.md"`}, []string{file + ": terms.file: il testo sistemapiemonte/altro.md manca o è vuoto"}},
		"text not named":  {[]string{`file = "informativa.md"`, ``}, []string{file + ": privacy.file: manca"}},
		"id of another":   {[]string{`id = "sistemapiemonte"`, `id = "genova"`}, []string{file + `: id: deve essere il nome della cartella (minuscole, cifre, trattini), "sistemapiemonte": è "genova"`}},
		"few questions":   {[]string{"answer_min_length = 4", "answer_min_length = 1"}, []string{file + ": secret_question.answer_min_length: deve essere da 3 a 32, è 1"}},
		"no parent there": {[]string{`id = "sistemapiemonte"`, "id = \"sistemapiemonte\"\ninherits = \"nessuno\""}, []string{file + `: inherits: la comunità "nessuno" non si legge: nessuno/community.toml: il file non si legge`}},
		"its own parent":  {[]string{`id = "sistemapiemonte"`, "id = \"sistemapiemonte\"\ninherits = \"sistemapiemonte\""}, []string{file + `: inherits: la comunità "sistemapiemonte" eredita a sua volta: è ammesso un solo passo`}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := community.LoadAll(files(t, c.change...))
			if got := lines(err); !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func TestNotTOML(t *testing.T) {
	m := files(t)
	m[file].Data = []byte("id = ")
	if _, err := community.Load(m, "sistemapiemonte"); err == nil || !strings.HasPrefix(err.Error(), file+": ") {
		t.Errorf("got %v", err)
	}
}

func TestNothingToLoad(t *testing.T) {
	if _, err := community.LoadAll(fstest.MapFS{}); err == nil {
		t.Error("an installation without communities starts")
	}
	if _, err := community.Load(fstest.MapFS{}, "x"); err == nil || err.Error() != "x/community.toml: il file non si legge" {
		t.Errorf("got %v", err)
	}
}

func TestErrorsOfAllFilesComeTogetherAndOnce(t *testing.T) {
	m := files(t, "sealed_hours = 24", "sealed_hours = 0")
	m["figlia/community.toml"] = &fstest.MapFile{Data: []byte("id = \"figlia\"\ninherits = \"sistemapiemonte\"\n[desk]\nminimum_age = 3\n")}
	_, err := community.LoadAll(m)
	want := []string{
		file + ": desk.sealed_hours: deve essere da 1 a 72, è 0",
		"figlia/community.toml: name: manca",
		"figlia/community.toml: desk.minimum_age: deve essere da 14 a 18, è 3",
	}
	if got := lines(err); !slices.Equal(got, want) {
		t.Errorf("got %s", strings.Join(got, "\n"))
	}
}

func TestAChildChangesOnlyWhatItStates(t *testing.T) {
	m := files(t)
	m["figlia/community.toml"] = &fstest.MapFile{Data: []byte(`
id = "figlia"
inherits = "sistemapiemonte"
realm = ""
name = "Figlia"
documents = ["passaporto"]
[codes.pin]
length = 10
[terms]
file = "regolamento.md"
`)}
	m["figlia/regolamento.md"] = &fstest.MapFile{Data: []byte("# Altro\n")}
	set, err := community.LoadAll(m)
	if err != nil {
		t.Fatal(err)
	}
	child, _ := set.ByID("figlia")
	parent, _ := set.ByID("sistemapiemonte")
	if child.Realm != "figlia" {
		t.Errorf("an empty realm is its own: %q", child.Realm)
	}
	if child.Codes.PIN.Length != 10 || child.Codes.PIN.Alphabet != parent.Codes.PIN.Alphabet || len(child.Documents) != 1 {
		t.Errorf("child: %+v %v", child.Codes.PIN, child.Documents)
	}
	if child.Terms.Markdown != "# Altro\n" || child.Terms.Version != parent.Terms.Version || child.Privacy.Markdown != parent.Privacy.Markdown {
		t.Errorf("texts: %s, %s", child.Terms.File, child.Privacy.File)
	}
	if parent.Codes.PIN.Length != 8 || len(parent.Documents) != 5 || parent.Documents[0] != "carta d'identità" {
		t.Errorf("the parent changed: %v", parent.Documents)
	}
}
