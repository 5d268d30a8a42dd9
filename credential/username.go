package credential

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"sportello/community"
)

// A UsernameProblem is one reason why a chosen username is refused.
type UsernameProblem string

// The reasons. That somebody else has it is for the store to say.
const (
	UsernameLength     UsernameProblem = "lunghezza"
	UsernameCharacters UsernameProblem = "caratteri non ammessi"
	UsernameEmail      UsernameProblem = "è un indirizzo e-mail"
	UsernameTaxCode    UsernameProblem = "è un codice fiscale"
	UsernameTold       UsernameProblem = "uguale a un altro dato"
)

// Message tells a person what is wrong and what to do, under the policy that refused the username.
func (u UsernameProblem) Message(policy community.Password) string {
	text, numbers := u.Words(policy)
	return fmt.Sprintf(text, numbers...)
}

// Words is Message before the numbers are put in, to be translated.
func (u UsernameProblem) Words(policy community.Password) (text string, numbers []any) {
	if u == UsernameLength {
		return "Lo username deve avere da %d a %d caratteri.", []any{policy.UsernameMin, policy.UsernameMax}
	}
	return u.plain(), nil
}

func (u UsernameProblem) plain() string {
	switch u {
	case UsernameCharacters:
		return "Lo username deve cominciare con una lettera e contenere solo lettere senza accento, cifre, punti, trattini e trattini bassi."
	case UsernameEmail:
		return "Lo username non può essere un indirizzo e-mail: scegli un nome, per esempio la parte prima della chiocciola."
	case UsernameTaxCode:
		return "Lo username non può essere un codice fiscale, che altri conoscono: scegli un nome."
	case UsernameTold:
		return "Lo username è uguale al codice fiscale o alla password: scegline uno diverso."
	}
	return "Questo username non può essere usato: scegline un altro."
}

var (
	usernameShape = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._-]*$`)
	// With the letters that stand for digits in a code changed for omocodia.
	taxCodeShape = regexp.MustCompile(`^[A-Z]{6}[0-9L-NP-V]{2}[A-EHLMPR-T][0-9L-NP-V]{2}[A-Z][0-9L-NP-V]{3}[A-Z]$`)
)

// UsernameProblems is why the policy refuses a username; none means that it is good. others are what it must not
// equal in any case: the person's tax code, the password.
func UsernameProblems(p community.Password, username string, others ...string) []UsernameProblem {
	var problems []UsernameProblem
	length := utf8.RuneCountInString(username)
	if length < p.UsernameMin || p.UsernameMax > 0 && length > p.UsernameMax {
		problems = append(problems, UsernameLength)
	}
	switch {
	case strings.Contains(username, "@"):
		problems = append(problems, UsernameEmail)
	case !usernameShape.MatchString(username):
		problems = append(problems, UsernameCharacters)
	case taxCodeShape.MatchString(strings.ToUpper(username)):
		problems = append(problems, UsernameTaxCode)
	case slices.ContainsFunc(others, func(o string) bool { return FoldUsername(o) == FoldUsername(username) }):
		problems = append(problems, UsernameTold)
	}
	return problems
}

// FoldUsername is a username as it is compared and kept unique in a realm (mission S10).
func FoldUsername(username string) string { return strings.ToLower(strings.TrimSpace(username)) }
