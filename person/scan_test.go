package person

import (
	"strings"
	"testing"
)

func TestScanTaxCode(t *testing.T) {
	code := string(ComputeTaxCode("Bianchi", "Giulia", "1985-03-12", Female, "L219"))
	other := string(ComputeTaxCode("Rossi", "Mario", "1980-01-01", Male, "L219"))
	provisional := "80000000002"
	for name, x := range map[string]struct{ typed, want string }{
		"typed":                           {strings.ToLower(code[:6]) + " " + code[6:], code},
		"barcode, Code 39":                {"*" + code + "*", code},
		"barcode with a symbology prefix": {"]A0" + code, code},
		"barcode and Enter":               {code + "\r\n", code},
		"track 1":                         {"%" + code + "   BIANCHI^GIULIA   ?", code},
		"track 1 with its format letter":  {"%B" + code + "^BIANCHI/GIULIA^3006?", code},
		"track 1, Italian keyboard":       {"%" + strings.ToLower(code) + "&BIANCHI&GIULIA_", code},
		"all tracks":                      {"%" + code + "^BIANCHI^GIULIA?;80380000100200300400=3006?+" + code + "?", code},
		"provisional in signs":            {"*" + provisional + "*", provisional},
		"two people":                      {code + ";" + other, ""},
		"a wrong check letter":            {"*" + code[:15] + string('A'+(code[15]-'A'+1)%26) + "*", ""},
		"a card's number":                 {"80380" + provisional + "0004", ""},
		"part of a code":                  {code[:9], ""},
		"nothing":                         {"", ""},
		"not text":                        {"*" + code + "\xff*", ""},
		"a page":                          {strings.Repeat("x ", 200) + code, ""},
	} {
		got, err := ScanTaxCode(x.typed)
		if string(got) != x.want || (err == nil) != (x.want != "") {
			t.Errorf("%s: %q %v, want %q", name, got, err, x.want)
		}
	}
}

func FuzzScanTaxCode(f *testing.F) {
	f.Add("%RSSMRA80A01L219M^ROSSI^MARIO?")
	f.Fuzz(func(t *testing.T, typed string) {
		code, bad := ScanTaxCode(typed)
		if (bad == nil) != (code != "") {
			t.Fatalf("%q, %v", code, bad)
		}
		if again, err := ParseTaxCode(string(code)); bad == nil && (err != nil || again != code) {
			t.Errorf("%q is no tax code: %v", code, err)
		}
	})
}
