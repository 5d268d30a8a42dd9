package community

import (
	"fmt"
	"math"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"sportello/person"
)

// The least that the codes of any community must resist: bits of chance (mission S17).
const (
	minCodeBits = 60
	minPINBits  = 29
)

// A demand is one thing asked of a file, and what to tell where it is not met.
type demand struct {
	key    string
	met    bool
	reason string
}

const missing = "manca"

func check(c Community, dir string) []Problem {
	demands := slices.Concat(
		demandsOnIdentity(c, dir),
		demandsOnLocal(c),
		demandsOnPublisher(c.Publisher),
		demandsOnDesk(c),
		demandsOnOnline(c.Online),
		demandsOnCodes(c.Codes),
		demandsOnPost(c.Post),
		demandsOnPassword(c.Password),
		demandsOnQuestion(c.Question),
		demandsOnEnteRequest(c.EnteRequest, c.Codes.PIN),
		demandsOnServices(c.Services),
		demandsOnText("terms", c.Terms),
		demandsOnText("privacy", c.Privacy),
	)
	var problems []Problem
	for _, d := range demands {
		if !d.met {
			problems = append(problems, Problem{Key: d.key, Reason: d.reason})
		}
	}
	return problems
}

var idShape = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

func demandsOnIdentity(c Community, dir string) []demand {
	return []demand{
		{"id", string(c.ID) == dir && idShape.MatchString(dir), fmt.Sprintf("deve essere il nome della cartella (minuscole, cifre, trattini), %q: è %q", dir, c.ID)},
		{"name", c.Name != "", missing},
		{"realm", idShape.MatchString(string(c.Realm)), fmt.Sprintf("ammesse minuscole, cifre e trattini, è %q", c.Realm)},
	}
}

func demandsOnPublisher(p Publisher) []demand {
	return []demand{
		{"publisher.name", p.Name != "", missing},
		{"publisher.address", p.Address != "", missing},
		{"publisher.website", isHTTPS(p.Website), fmt.Sprintf("deve essere un indirizzo https, è %q", p.Website)},
		{"publisher.accessibility", p.Accessibility == "" || isHTTPS(p.Accessibility), fmt.Sprintf("deve essere un indirizzo https o mancare, è %q", p.Accessibility)},
		{"publisher.help_phone", p.HelpPhone != "", missing},
		{"publisher.help_hours", p.HelpHours != "", missing},
		{"publisher.help_email", isMail(p.HelpEmail), fmt.Sprintf("deve essere un indirizzo e-mail, è %q", p.HelpEmail)},
		{"publisher.mail_sender", isMail(p.MailSender), fmt.Sprintf("deve essere un indirizzo e-mail, è %q", p.MailSender)},
	}
}

func demandsOnDesk(c Community) []demand {
	demands := []demand{
		between("desk.minimum_age", c.Desk.MinimumAge, 14, 18),
		between("desk.sealed_hours", c.Desk.SealedHours, 1, 72),
		between("desk.contact_pause_hours", c.Desk.ContactPauseHours, 0, 336),
		between("desk.search_min_letters", c.Desk.SearchMinLetters, 0, 10),
		between("desk.delegate_yearly", c.Desk.DelegateYearly, 0, 1000),
		{"desk.fse", c.Desk.FSE == "" || isHTTPS(c.Desk.FSE), fmt.Sprintf("deve essere un indirizzo https o mancare, è %q", c.Desk.FSE)},
		{"documents", len(c.Documents) > 0, missing},
		{"documents", len(distinct(c.Documents)) == len(c.Documents), "un documento è ripetuto"},
	}
	demands = append(demands, demandsOnDomains("desk.refused_mail_domains", c.Desk.RefusedMailDomains)...)
	for i, kind := range c.Documents {
		demands = append(demands, oneOf(fmt.Sprintf("documents[%d]", i), person.DocumentKind(kind), DocumentSet))
	}
	return demands
}

var comuneShape = regexp.MustCompile(`^[A-Z][0-9]{3}$`)

func demandsOnOnline(o Online) []demand {
	if !o.Preregistration && !o.Weak {
		return nil
	}
	demands := []demand{between("online.link_hours", o.LinkHours, 1, 48)}
	for i, code := range o.Integrated {
		demands = append(demands, demand{fmt.Sprintf("online.integrated[%d]", i), comuneShape.MatchString(code), fmt.Sprintf("deve essere il codice catastale di un comune, come L219, è %q", code)})
	}
	return demands
}

func demandsOnCodes(c Codes) []demand {
	return slices.Concat(
		demandsOnFormat("codes.pin", c.PIN, minPINBits),
		[]demand{between("codes.pin.length", c.PIN.Length, 6, 12)},
		demandsOnFormat("codes.activation", c.Activation, minCodeBits),
		demandsOnLife("codes.activation", c.Activation),
		demandsOnFormat("codes.revocation", c.Revocation, minCodeBits),
		demandsOnLife("codes.revocation", c.Revocation),
		[]demand{between("codes.purge_days", c.PurgeDays, 1, 365)},
	)
}

var alphabetShape = regexp.MustCompile(`^[A-Z0-9]{2,}$`)

func demandsOnFormat(key string, f CodeFormat, bits int) []demand {
	chance := float64(f.Length) * math.Log2(float64(max(1, len(f.Alphabet))))
	return []demand{
		{key + ".alphabet", alphabetShape.MatchString(f.Alphabet), "ammesse solo lettere maiuscole e cifre, almeno due"},
		{key + ".alphabet", len(distinct(strings.Split(f.Alphabet, ""))) == len(f.Alphabet), "un carattere è ripetuto"},
		{key, math.Round(chance*100) >= float64(bits*100), fmt.Sprintf("troppo facile da indovinare: servono %d bit, sono %.1f; allungare il codice o l'alfabeto", bits, chance)},
		between(key+".group", f.Group, 0, max(0, f.Length)),
	}
}

func demandsOnLife(key string, f CodeFormat) []demand {
	return []demand{
		between(key+".length", f.Length, 1, 32),
		between(key+".valid_days", f.ValidDays, 1, 365),
		between(key+".max_tries", f.MaxTries, 1, 10),
	}
}

var keyShape = regexp.MustCompile(`^age1[02-9ac-hj-np-z]{58}$`)

func demandsOnPost(p Post) []demand {
	demands := []demand{
		{"post.key", p.Key == "" || keyShape.MatchString(p.Key), "deve essere la chiave pubblica age della tipografia (age1...), o mancare"},
		between("post.yearly", p.Yearly, 0, 12),
	}
	if len(p.TestAddress) == 0 {
		return demands
	}
	return append(demands, between("post.test_days", p.TestDays, 1, 60),
		demand{"post.test_address", 3 <= len(p.TestAddress) && len(p.TestAddress) <= 5, fmt.Sprintf("servono da 3 a 5 righe, sono %d", len(p.TestAddress))})
}

func demandsOnPassword(p Password) []demand {
	return []demand{
		between("password.min_length", p.MinLength, 8, 64),
		between("password.max_length", p.MaxLength, 64, 256),
		between("password.min_strength", p.MinStrength, 0, 4),
		between("password.classes", p.Classes, 0, 4),
		between("password.username_min_length", p.UsernameMin, 3, 32),
		between("password.username_max_length", p.UsernameMax, p.UsernameMin, 64),
	}
}

func demandsOnQuestion(q Question) []demand {
	if !q.Asked {
		return nil
	}
	return []demand{
		{"secret_question.proposed", len(q.Proposed) >= 3, fmt.Sprintf("servono almeno 3 domande, sono %d", len(q.Proposed))},
		between("secret_question.answer_min_length", q.AnswerMin, 3, 32),
	}
}

func demandsOnEnteRequest(r EnteRequest, pin CodeFormat) []demand {
	if !r.Offered {
		return nil
	}
	return []demand{
		between("ente_request.pin_by_mail", r.PINByMail, 1, max(1, pin.Length-5)),
		between("ente_request.open_hours", r.OpenHours, 1, 72),
		between("ente_request.temporary_hours", r.TemporaryHours, 1, 168),
		between("ente_request.documents", r.Documents, 1, 10),
		between("ente_request.megabytes", r.Megabytes, 1, 20),
		between("ente_request.pages", r.Pages, 1, 50),
		between("ente_request.approved_days", r.ApprovedDays, 1, 365),
		between("ente_request.refused_days", r.RefusedDays, 1, 365),
	}
}

func demandsOnServices(services []Service) []demand {
	var demands []demand
	seen := map[string]bool{}
	for i, s := range services {
		key := fmt.Sprintf("services[%d]", i)
		if s.ID != "" {
			key = "services." + s.ID
		}
		demands = append(demands,
			demand{key + ".id", idShape.MatchString(s.ID), fmt.Sprintf("ammesse minuscole, cifre e trattini, è %q", s.ID)},
			demand{key + ".id", s.ID == "" || !seen[s.ID], "è usato da due servizi"},
			demand{key + ".name", s.Name != "", missing},
			oneOf(key+".proofing", s.Proofing, Proofings),
			oneOf(key+".authn", s.Authn, Authns),
			demand{key + ".strong_from", s.StrongFrom == "" || isDate(s.StrongFrom), fmt.Sprintf("deve essere una data come 2014-05-02, è %q", s.StrongFrom)},
			demand{key + ".strong_from", s.StrongFrom == "" || s.Proofing == ProofingStrong, `ha senso solo con proofing = "forte"`},
			demand{key + ".explanation", s.Proofing != ProofingStrong || s.Explanation != "", "manca: chi viene respinto deve sapere perché"},
		)
		seen[s.ID] = true
	}
	return demands
}

func demandsOnText(key string, t Text) []demand {
	return []demand{
		{key + ".version", t.Version != "", missing},
		{key + ".valid_from", isDate(t.ValidFrom), fmt.Sprintf("deve essere una data come 2026-09-01, è %q", t.ValidFrom)},
		{key + ".summary", len(t.Summary) > 0, missing},
	}
}

func between(key string, n, low, high int) demand {
	return demand{key, low <= n && n <= high, fmt.Sprintf("deve essere da %d a %d, è %d", low, high, n)}
}

func oneOf[T ~string](key string, value T, known []T) demand {
	if value == "" {
		return demand{key, false, fmt.Sprintf("manca; valori ammessi: %s", list(known))}
	}
	return demand{key, slices.Contains(known, value), fmt.Sprintf("%q non è tra i valori ammessi: %s", value, list(known))}
}

func list[T ~string](values []T) string {
	var words []string
	for _, v := range values {
		words = append(words, string(v))
	}
	return strings.Join(words, ", ")
}

func distinct(values []string) map[string]bool {
	set := map[string]bool{}
	for _, v := range values {
		set[v] = true
	}
	return set
}

func isMail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s
}

func isDomain(s string) bool { return isMail("x@"+s) && s == strings.ToLower(s) }

func isHTTPS(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil
}

func isDate(d person.Date) bool { return !d.Time().IsZero() }
