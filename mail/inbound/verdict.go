package inbound

import (
	"strings"

	"github.com/emersion/go-message"

	"sportello/request"
)

// verdict is what our own mail server found about the sender (RFC 8601): only lines that bear its name are read, and only those above the second
// Received, for anybody can write such lines into what they send. Every other case is "we do not know".
func (m *Mailbox) verdict(h message.Header, from string, single bool) request.Verdict {
	if !single {
		return request.Forged
	}
	_, domain, _ := strings.Cut(from, "@")
	found := request.Unverified
	received := 0
	for fields := h.Fields(); fields.Next() && received < 2; {
		switch strings.ToLower(fields.Key()) {
		case "received":
			received++
		case "authentication-results":
			switch m.judged(fields.Value(), domain) {
			case request.Authentic:
				return request.Authentic
			case request.Forged:
				found = request.Forged
			}
		}
	}
	return found
}

// judged reads one line of results for the domain of a sender.
func (m *Mailbox) judged(line, domain string) request.Verdict {
	server, results, _ := strings.Cut(uncommented(line), ";")
	name, _, _ := strings.Cut(strings.TrimSpace(server), " ") // a version may follow
	if m.AuthServer == "" || !strings.EqualFold(name, m.AuthServer) {
		return request.Unverified
	}
	found := request.Unverified
	for result := range strings.SplitSeq(results, ";") {
		words := strings.Fields(strings.ToLower(result))
		if len(words) == 0 {
			continue
		}
		method, outcome, _ := strings.Cut(words[0], "=")
		switch {
		case method == "dmarc" && outcome == "pass" && says(words, "header.from", domain),
			method == "dkim" && outcome == "pass" && says(words, "header.d", domain):
			return request.Authentic
		case method == "dmarc" && outcome == "fail":
			found = request.Forged
		}
	}
	return found
}

// says tells whether a result names a domain in a property.
func says(words []string, property, domain string) bool {
	for _, w := range words {
		if name, value, ok := strings.Cut(w, "="); ok && name == property && strings.Trim(value, `"`) == domain && domain != "" {
			return true
		}
	}
	return false
}

// uncommented leaves out what stands in brackets, which may be nested.
func uncommented(s string) string {
	depth := 0
	return strings.Map(func(r rune) rune {
		switch {
		case r == '(':
			depth++
			return -1
		case r == ')' && depth > 0:
			depth--
			return -1
		case depth > 0:
			return -1
		}
		return r
	}, s)
}
