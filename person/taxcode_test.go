package person_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"sportello/person"
)

func TestComputeTaxCode(t *testing.T) {
	tests := []struct {
		surname, name string
		birth         person.Date
		sex           person.Sex
		place         string
		want          person.TaxCode
	}{
		{"Rossi", "Mario", "1980-01-01", person.Male, "H501", "RSSMRA80A01H501U"},
		{"Rossi", "Mario", "1979-02-11", person.Male, "C566", "RSSMRA79B11C566R"},
		{"Fo", "Dario", "1926-03-24", person.Male, "I605", "FOXDRA26C24I605W"},
		{"D'Angelo", "Niccolò", "2001-12-31", person.Male, "F839", "DNGNCL01T31F839B"},
		{"D’ANGELO", "NICCOLO\u0300", "2001-12-31", person.Male, "F839", "DNGNCL01T31F839B"},
		{"De Luca", "Maria Anna", "1990-05-03", person.Female, "L219", "DLCMNN90E43L219R"},
		{"Aiello", "Ai", "2010-10-09", person.Female, "Z112", "LLAAIX10R49Z112S"},
		{"Xu", "Li", "1999-08-15", person.Female, "Z210", "XUXLIX99M55Z210N"},
		{"Müller", "Jürgen", "1975-06-30", person.Male, "Z112", "MLLJGN75H30Z112O"},
		{"Rossi", "Mario", "2004-02-29", person.Male, "F205", "RSSMRA04B29F205F"},
		{"Rosi", "Eva", "1979-02-11", person.Female, "L378", "RSOVEA79B51L378M"},
		{"Bianchi", "Alessandro", "1965-11-03", person.Male, "Z110", "BNCLSN65S03Z110Q"},
		{"Ng", "Bo", "1988-01-09", person.Male, "Z210", "NGXBOX88A09Z210L"},
		{"Rossi", "Mario", "", person.Male, "H501", ""},
		{"Rossi", "Mario", "1980-01-01", person.Male, "Roma", ""},
	}
	for _, tt := range tests {
		got := person.ComputeTaxCode(tt.surname, tt.name, tt.birth, tt.sex, tt.place)
		if got != tt.want {
			t.Errorf("%s %s: got %s, want %s", tt.surname, tt.name, got, tt.want)
		}
	}
}

func TestComputeTaxCodeTransliterates(t *testing.T) {
	tests := []struct{ surname, name, want string }{
		{"Łukasz", "Øyvind", "LKSYND"},
		{"Ægir", "Þór", "GRATHR"},
		{"Groß", "Işık", "GRSSKI"},
		{"Đoković", "Ñandú", "DKVNND"},
		{"Rossi-Neri", "Gian.Luca", "RSSGLC"},
		{"Иванов", "", "XXXXXX"},
	}
	for _, tt := range tests {
		got := person.ComputeTaxCode(tt.surname, tt.name, "1980-01-01", person.Male, "H501")
		if string(got[:6]) != tt.want {
			t.Errorf("%s %s: got %s, want %s", tt.surname, tt.name, got[:6], tt.want)
		}
	}
}

func TestParseTaxCodeAccepts(t *testing.T) {
	tests := []struct{ typed, want string }{
		{"RSSMRA80A01H501U", "RSSMRA80A01H501U"},
		{" rss mra 80a01\th501u\n", "RSSMRA80A01H501U"},
		{"RSS\u00a0MRA80A01H501U", "RSSMRA80A01H501U"},
		{"RSSMRA80A01H50MM", "RSSMRA80A01H50MM"},
		{"RSSMRA80A01H5LMX", "RSSMRA80A01H5LMX"},
		{"RSSMRA80A01HRLMS", "RSSMRA80A01HRLMS"},
		{"RSSMRA80A0MHRLMK", "RSSMRA80A0MHRLMK"},
		{"RSSMRA80ALMHRLMV", "RSSMRA80ALMHRLMV"},
		{"RSSMRA8LALMHRLMG", "RSSMRA8LALMHRLMG"},
		{"RSSMRAULALMHRLMD", "RSSMRAULALMHRLMD"},
		{"RSSMRA80A01HR01P", "RSSMRA80A01HR01P"},
		{"RSSMRAU0A01H50MJ", "RSSMRAU0A01H50MJ"},
		{"ABCDEF12A12A123Q", "ABCDEF12A12A123Q"}, // an unknown place is no error here
		{"97735020584", "97735020584"},
		{"123 4567 0017", "12345670017"},
		{"12345678903", "12345678903"},
	}
	for _, tt := range tests {
		got, err := person.ParseTaxCode(tt.typed)
		if err != nil || string(got) != tt.want {
			t.Errorf("%q: got %q, %v", tt.typed, got, err)
		}
	}
}

func TestParseTaxCodeRefuses(t *testing.T) {
	tests := []struct {
		typed string
		want  error
	}{
		{"", person.ErrTaxCodeLength},
		{"RSSMRA80A01H501", person.ErrTaxCodeLength},
		{"RSSMRA80A01H501UU", person.ErrTaxCodeLength},
		{strings.Repeat(" ", 300), person.ErrTaxCodeLength},
		{"STP0301234567890", person.ErrTaxCodeHealth},
		{"eni 0301234567890", person.ErrTaxCodeHealth},
		{"RSSMRA80A01H5O1U", person.ErrTaxCodeStructure}, // O for 0
		{"RSSMRA80F01H501U", person.ErrTaxCodeStructure},
		{"RSSMRı80A01H501U", person.ErrTaxCodeStructure},
		{"1234567890A", person.ErrTaxCodeStructure},
		{"00000000000", person.ErrTaxCodeStructure},
		{"RSSMRA80A00H501T", person.ErrTaxCodeDate},
		{"RSSMRA80A32H501U", person.ErrTaxCodeDate},
		{"RSSMRA80A40H501U", person.ErrTaxCodeDate},
		{"RSSMRA80A72H501U", person.ErrTaxCodeDate},
		{"RSSMRA80D31H501U", person.ErrTaxCodeDate},
		{"RSSMRA03B29F205F", person.ErrTaxCodeDate},
		{"RSSMRA80A01H501A", person.ErrTaxCodeCheck},
		{"ABCDEF12A12A123A", person.ErrTaxCodeCheck},
		{"MHASDV02A31H671H", person.ErrTaxCodeCheck},
		{"12345678901", person.ErrTaxCodeCheck},
	}
	for _, tt := range tests {
		got, err := person.ParseTaxCode(tt.typed)
		if got != "" || !errors.Is(err, tt.want) {
			t.Errorf("%q: got %q, %v; want %v", tt.typed, got, err, tt.want)
		}
	}
}

func TestTaxCodeTellsBirth(t *testing.T) {
	tests := []struct {
		code  person.TaxCode
		dates []person.Date
		sex   person.Sex
		place string
	}{
		{"RSSMRA80A01H501U", []person.Date{"1980-01-01"}, person.Male, "H501"},
		{"RSSMRAULALMHRLMD", []person.Date{"1980-01-01"}, person.Male, "H501"},
		{"LLAAIX10R49Z112S", []person.Date{"1910-10-09", "2010-10-09"}, person.Female, "Z112"},
		{"97735020584", nil, "", ""},
		{"", nil, "", ""},
	}
	for _, tt := range tests {
		if got := tt.code.BirthDates("2026-11-22"); !slices.Equal(got, tt.dates) {
			t.Errorf("%s: born %v, want %v", tt.code, got, tt.dates)
		}
		if tt.code.Sex() != tt.sex || tt.code.BirthPlaceCode() != tt.place {
			t.Errorf("%s: sex %q, place %q", tt.code, tt.code.Sex(), tt.code.BirthPlaceCode())
		}
	}
}

// The year 2000 is a leap year, 1900 is none.
func TestLeapDayNeedsOnlyOneCentury(t *testing.T) {
	code := person.ComputeTaxCode("Rossi", "Mario", "2000-02-29", person.Male, "H501")
	if _, err := person.ParseTaxCode(string(code)); err != nil {
		t.Fatal(err)
	}
	if got := code.BirthDates(""); !slices.Equal(got, []person.Date{"2000-02-29"}) {
		t.Errorf("born %v", got)
	}
}

func TestMasked(t *testing.T) {
	tests := []struct{ code, want string }{
		{"RSSMRA80A01H501U", "RSS************U"},
		{"12345678903", "123*******3"},
		{"RSSU", "****"},
		{"", ""},
	}
	for _, tt := range tests {
		if got := person.TaxCode(tt.code).Masked(); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.code, got, tt.want)
		}
	}
}

func TestDisagreements(t *testing.T) {
	const surname, name, birth, sex = person.SurnameDisagrees, person.NameDisagrees, person.BirthDateDisagrees, person.SexDisagrees
	tests := []struct {
		code          person.TaxCode
		surname, name string
		birth         person.Date
		sex           person.Sex
		want          []person.Disagreement
	}{
		{"RSSMRA80A01H501U", "Rossi", "Mario", "1980-01-01", person.Male, nil},
		{"RSSMRAULALMHRLMD", "rossi", "MARIO", "1980-01-01", person.Male, nil},
		{"RSSMRA80A01H501U", "Rossi", "Mario", "", "", nil},
		{"RSSMRA80A01H501U", "Rossini", "Mario", "1980-01-01", person.Male, []person.Disagreement{}},
		{"RSSMRA80A01H501U", "Verdi", "Maria", "1980-01-01", person.Female, []person.Disagreement{surname, sex}},
		{"RSSMRA80A01H501U", "Rossi", "Luigi", "1980-01-02", person.Male, []person.Disagreement{name, birth}},
		{"RSSMRA80A01H501U", "Mario", "", "1980-01-01", person.Male, []person.Disagreement{surname, name}},
		{"97735020584", "Verdi", "Luigi", "1980-01-02", person.Female, nil},
	}
	for _, tt := range tests {
		got := tt.code.Disagreements(tt.surname, tt.name, tt.birth, tt.sex)
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s, %s %s: got %v, want %v", tt.code, tt.surname, tt.name, got, tt.want)
		}
	}
}

func BenchmarkParseTaxCode(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := person.ParseTaxCode("RSSMRA80A01H501U"); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzParseTaxCode(f *testing.F) {
	for _, seed := range []string{"", "RSSMRA80A01H501U", "rssmraulalmhrlmd", "12345678903", "STP0301234567890", "ÀÈÌÒÙ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		code, err := person.ParseTaxCode(typed)
		if err != nil {
			if code != "" {
				t.Fatalf("%q: refused, yet %q", typed, code)
			}
			return
		}
		if again, err := person.ParseTaxCode(string(code)); err != nil || again != code {
			t.Fatalf("%q is not canonical: %q, %v", typed, again, err)
		}
		if len(code.BirthDates("")) == 0 && !code.Provisional() {
			t.Fatalf("%q has no birth date", typed)
		}
	})
}

func TestAlike(t *testing.T) {
	for _, tt := range []struct {
		a, b person.TaxCode
		want bool
	}{
		{"RSSMRA80A01H501U", "RSSMRA80A01H501U", true},
		{"RSSMRA80A01H501U", "RSSMRA80A01H50MN", true}, // the last digit changed for omocodia
		{"RSSMRA80A01H501U", "RSSMRA80A01H502V", false},
		{"RSSMRA80A01H501U", "12345678903", false},
		{"12345678903", "12345678903", true},
	} {
		if got := tt.a.Alike(tt.b); got != tt.want {
			t.Errorf("%s and %s: %v", tt.a, tt.b, got)
		}
	}
}

// Three X stand for a name that somebody does not have.
func TestNameless(t *testing.T) {
	for code, want := range map[person.TaxCode][2]bool{
		person.ComputeTaxCode("Suhartini", "", "1988-05-14", person.Female, "Z126"): {false, true},
		person.ComputeTaxCode("", "Suhartini", "1988-05-14", person.Female, "Z126"): {true, false},
		person.ComputeTaxCode("Fo", "Ai", "1988-05-14", person.Female, "L219"):      {false, false},
		"12345678903": {false, false},
	} {
		if surname, name := code.Nameless(); [2]bool{surname, name} != want {
			t.Errorf("%s: %v, %v", code.Masked(), surname, name)
		}
	}
}
