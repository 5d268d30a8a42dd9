package mail

import (
	"net/mail"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// parseAddress accepts a bare address and returns it with its domain in ASCII. Anything that could
// leave the header or the SMTP command it is put in is refused with ErrAddress, as is a local part
// that only SMTPUTF8 could carry.
func parseAddress(s string) (string, error) {
	if strings.ContainsFunc(s, refusedInAddress) {
		return "", ErrAddress
	}
	local, domain, found := cutLast(s, "@")
	if !found || strings.ContainsFunc(local, notASCII) {
		return "", ErrAddress
	}
	domain, err := idna.Lookup.ToASCII(domain)
	if err != nil || domain == "" {
		return "", ErrAddress
	}
	parsed, err := mail.ParseAddress("<" + local + "@" + domain + ">")
	if err != nil || parsed.Address != local+"@"+domain {
		return "", ErrAddress
	}
	return parsed.Address, nil
}

func refusedInAddress(r rune) bool {
	return unicode.IsControl(r) || unicode.IsSpace(r) || strings.ContainsRune(`<>",;()\`, r)
}

func notASCII(r rune) bool { return r > unicode.MaxASCII }

func cutLast(s, sep string) (before, after string, found bool) {
	at := strings.LastIndex(s, sep)
	if at < 0 {
		return s, "", false
	}
	return s[:at], s[at+len(sep):], true
}

// line puts s on one line: controls, line separators and marks that reverse the direction of writing become spaces.
func line(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || unicode.IsSpace(r) || unicode.Is(unicode.Cf, r)
	}), " ")
}
