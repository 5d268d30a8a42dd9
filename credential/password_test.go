package credential_test

import (
	"slices"
	"strings"
	"testing"

	"sportello/community"
	"sportello/credential"
)

var policy = community.Password{MinLength: 10, MaxLength: 64, MinStrength: 3, Common: true, UsernameMin: 5, UsernameMax: 32}

var own = []string{"g.rossi", "Giuseppina", "De Rossi", "DRSGPP85M41L219Z", "gina.derossi@posta.example", "1985-08-01", ""}

func TestPasswordProblems(t *testing.T) {
	type problems = []credential.PasswordProblem
	for password, want := range map[string]problems{
		"treno salice ottone fiume":       nil,
		"perché-no-quattro-àncore":        nil,
		"Zk7#qLw9!xTm":                    nil,
		"":                                {credential.PasswordTooShort},
		"qW7#x":                           {credential.PasswordTooShort},
		"password":                        {credential.PasswordTooShort, credential.PasswordCommon},
		"Password1234!":                   {credential.PasswordCommon},
		"P@ssw0rd2024":                    {credential.PasswordCommon},
		"Francesca2024!":                  {credential.PasswordCommon},
		"arrivederci":                     {credential.PasswordCommon},
		"treno-giuseppina-ottone":         {credential.PasswordOwnData},
		"G1usepp1na-ottone-salice":        {credential.PasswordOwnData},
		"salice De.Rossi ottone":          {credential.PasswordOwnData},
		"xx-DRSGPP85M41L219Z-yy":          {credential.PasswordOwnData},
		"gina.derossi#ottone-88":          {credential.PasswordOwnData},
		"ottone-01081985-fiume":           {credential.PasswordOwnData},
		"aaaaaaaaaaaaaa":                  {credential.PasswordGuessable},
		"abcdefghijklmn":                  {credential.PasswordGuessable},
		strings.Repeat("treno ", 12):      {credential.PasswordTooLong},
		strings.Repeat("x", 1<<20):        {credential.PasswordTooLong},
		strings.Repeat("à", 9):            {credential.PasswordTooShort},
		"\xff\xfe\xfd treno salice fiume": nil,
	} {
		got := credential.PasswordProblems(policy, password, own...)
		if !slices.Equal(got, want) {
			t.Errorf("%.40q: got %q, want %q", password, got, want)
		}
	}
}

// The estimate: each password passes at its level and is refused one above.
func TestStrength(t *testing.T) {
	for password, level := range map[string]int{
		"":                        0,
		"qwerty":                  0,
		"aaaaaaaaaaaaaaaaaaaa":    0,
		"abcdefghijklmnop":        0,
		"ottone":                  1,
		"enotto":                  1,
		"0tt0n3":                  1,
		"01/08/1985":              1,
		"ottone1985":              2,
		"qazwsxedcqwertyuiop":     1,
		"passwordqwerty123":       1,
		"ottoneottoneottone":      1,
		"zvqk":                    1,
		"zvqkmw":                  2,
		"zvqkmwxt":                3,
		"zvqkmwxtjf":              4,
		"ottone-salice":           4,
		"ottone treno salice":     4,
		"OtToNeSaLiCe":            4,
		"èàòùìç€§":                3,
		"Rossignola-rossi-ottone": 4,
	} {
		for asked := 1; asked <= 4; asked++ {
			got := credential.PasswordProblems(community.Password{MinStrength: asked}, password)
			if refused := len(got) > 0; refused != (asked > level) {
				t.Errorf("%q: at level %d: %q, expected level %d", password, asked, got, level)
			}
		}
	}
}

func TestShortNameIsRefusedOnlyAlone(t *testing.T) {
	p := community.Password{MinLength: 4}
	for password, refused := range map[string]bool{"li2024": true, "militare in licenza": false} {
		if got := credential.PasswordProblems(p, password, "Li"); slices.Contains(got, credential.PasswordOwnData) != refused {
			t.Errorf("%s: %q", password, got)
		}
	}
}

func TestPolicyDecidesClassesAndCommon(t *testing.T) {
	p := community.Password{MinLength: 8, Classes: 3}
	for password, want := range map[string][]credential.PasswordProblem{
		"ottonesalice": {credential.PasswordFewClasses}, "Ottonesalice7": nil, "password": {credential.PasswordFewClasses}, "Passw0rd": nil,
	} {
		if got := credential.PasswordProblems(p, password); !slices.Equal(got, want) {
			t.Errorf("%s: %q", password, got)
		}
	}
}

func TestAdministratorAddsWords(t *testing.T) {
	p := community.Password{MinLength: 8, Common: true}
	j := credential.Judge{}.WithCommon("Sistemapiemonte", "zzqqzz").WithCommon("Ottonesalice")
	for password, refused := range map[string]bool{
		"SistemaPiemonte1": true, "zzqqzz99": true, "ottonesalice": true, "ottone-salice-treno": false, "password": true,
	} {
		if got := j.PasswordProblems(p, password); slices.Contains(got, credential.PasswordCommon) != refused {
			t.Errorf("%s: %q", password, got)
		}
	}
	if got := credential.PasswordProblems(p, "ottonesalice"); got != nil {
		t.Errorf("the built-in list changed: %q", got)
	}
}

func TestEveryProblemTellsWhatToDo(t *testing.T) {
	p := community.Password{MinLength: 12, MaxLength: 64, Classes: 3, UsernameMin: 5, UsernameMax: 32}
	seen := map[string]bool{}
	for _, problem := range []credential.PasswordProblem{credential.PasswordTooShort, credential.PasswordTooLong, credential.PasswordFewClasses,
		credential.PasswordCommon, credential.PasswordOwnData, credential.PasswordGuessable, "altro"} {
		seen[problem.Message(p)] = true
	}
	for _, problem := range []credential.UsernameProblem{credential.UsernameLength, credential.UsernameCharacters, credential.UsernameEmail,
		credential.UsernameTaxCode, credential.UsernameTold, "altro"} {
		seen[problem.Message(p)] = true
	}
	if len(seen) != 13 {
		t.Errorf("%d messages of 13", len(seen))
	}
	if m := credential.PasswordTooShort.Message(p); !strings.Contains(m, "12 caratteri") {
		t.Error(m)
	}
}

func TestUsernameProblems(t *testing.T) {
	type problems = []credential.UsernameProblem
	for username, want := range map[string]problems{
		"g.rossi":                           nil,
		"Maria_Rossi-85":                    nil,
		"gina":                              {credential.UsernameLength},
		"":                                  {credential.UsernameLength, credential.UsernameCharacters},
		"8rossi":                            {credential.UsernameCharacters},
		"gina rossi":                        {credential.UsernameCharacters},
		"ginà.rossi":                        {credential.UsernameCharacters},
		"<b>rossi":                          {credential.UsernameCharacters},
		"gina@posta.it":                     {credential.UsernameEmail},
		"drsgpp85m41l219z":                  {credential.UsernameTaxCode},
		"DRSGPPU5M4ML2MVZ":                  {credential.UsernameTaxCode},
		"Treno-Salice":                      {credential.UsernameTold},
		"DRSGPP85":                          nil,
		"a23456789012345678901234567890123": {credential.UsernameLength},
	} {
		if got := credential.UsernameProblems(policy, username, "DRSGPP85M41L219Z", "treno-salice"); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", username, got, want)
		}
	}
	if credential.FoldUsername(" G.Rossi ") != "g.rossi" {
		t.Error("usernames are not folded")
	}
}

func TestNormalizeAnswer(t *testing.T) {
	for typed, want := range map[string]string{
		"  Sant'Agàta ": "sant agata", "sant agata": "sant agata", "FIDO": "fido", "": "", " -- ": "", "Via Po, 8": "via po 8",
	} {
		if got := credential.NormalizeAnswer(typed); got != want {
			t.Errorf("%q: %q", typed, got)
		}
	}
}

// The estimate comes from another house: no text that a person can type may break it.
func FuzzPasswordProblems(f *testing.F) {
	for _, s := range []string{"treno salice ottone", "\xff\xfe12345678", "àèìòù12345678", "19850801 01.08.1985", "qwertyuiop[]", "İıſK"} {
		f.Add(s, "Rossi")
	}
	loose := community.Password{MaxLength: 64, MinStrength: 4}
	f.Fuzz(func(t *testing.T, password, name string) {
		credential.PasswordProblems(loose, password, name)
	})
}

func BenchmarkPasswordProblems(b *testing.B) {
	for b.Loop() {
		credential.PasswordProblems(policy, "treno salice ottone fiume", own...)
	}
}

func BenchmarkPasswordProblemsLongest(b *testing.B) {
	long := strings.Repeat("ottone 1985/", 5)
	for b.Loop() {
		credential.PasswordProblems(policy, long, own...)
	}
}
