package person

import (
	"regexp"
	"strings"
)

// An address of at most 254 bytes, of the kind that every mail system delivers (RFC 5321 without quotes; a domain with
// letters beyond ASCII is written in its xn-- form).
var (
	emailLocal  = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+([.][A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$")
	emailDomain = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?[.])+([A-Za-z]{2,63}|[xX][nN]--[A-Za-z0-9-]{1,59})$`)

	fiveDigits    = regexp.MustCompile(`^[0-9]{5}$`)
	phoneNumber   = regexp.MustCompile(`^[+]?[0-9]{5,15}$`)
	mobileNumber  = regexp.MustCompile(`^(([+]|00)39)?3[0-9]{8,9}$`)
	foreignNumber = regexp.MustCompile(`^([+]|00)[1-9][0-9]{6,14}$`)
	italianPrefix = regexp.MustCompile(`^([+]|00)39`)

	phonePunctuation = strings.NewReplacer(" ", "", "\u00a0", "", "-", "", ".", "", "/", "", "(", "", ")", "")
)

const (
	longestEmail      = 254
	longestEmailLocal = 64
)

// ValidEmail tells whether mail can be sent to the address as it is written.
func ValidEmail(address string) bool {
	at := strings.LastIndexByte(address, '@')
	if at < 0 || at > longestEmailLocal || len(address) > longestEmail {
		return false
	}
	return emailLocal.MatchString(address[:at]) && emailDomain.MatchString(address[at+1:])
}

// ValidPostalCode tells whether a CAP has its five digits, not whether it exists.
func ValidPostalCode(code string) bool { return fiveDigits.MatchString(code) }

// Problems are what is wrong with the e-mail: there must be one unless the citizen has none (mission S20), and not
// in one of the refused domains or below it.
func (c Contacts) Problems(refusedDomains []string) []Problem {
	return holding([]finding[Problem]{
		{c.Email == "" && !c.NoEmail, EmailMissing},
		{c.Email != "" && c.NoEmail, EmailContradiction},
		{c.Email != "" && !ValidEmail(c.Email), EmailMalformed},
		{MailIn(c.Email, refusedDomains), EmailRefused},
	})
}

// MailIn tells whether an address is in one of the domains or below it.
func MailIn(email string, domains []string) bool {
	own := "." + strings.ToLower(email[strings.LastIndexByte(email, '@')+1:])
	for _, d := range domains {
		if strings.HasSuffix(own, "."+strings.ToLower(d)) {
			return true
		}
	}
	return false
}

// Warnings are the numbers that look like no telephone, or no mobile; foreign ones need their prefix.
func (c Contacts) Warnings() []Warning {
	phone, mobile := phonePunctuation.Replace(c.Phone), phonePunctuation.Replace(c.Mobile)
	foreign := foreignNumber.MatchString(mobile) && !italianPrefix.MatchString(mobile)
	return holding([]finding[Warning]{
		{phone != "" && !phoneNumber.MatchString(phone), UnusualPhone},
		{mobile != "" && !mobileNumber.MatchString(mobile) && !foreign, UnusualMobile},
	})
}

// Mailbox is an address without what does not tell mailboxes apart: case, and a word after a "+".
func Mailbox(address string) string {
	name, domain, _ := strings.Cut(strings.ToLower(strings.TrimSpace(address)), "@")
	name, _, _ = strings.Cut(name, "+")
	return name + "@" + domain
}
