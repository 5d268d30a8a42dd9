// Package community holds a community of registered people and its policy: who issues the credentials
// and on what legal basis, how codes look, what passwords must satisfy, which services they open.
//
// Policy is data, read from files; this package checks it and decides nothing else.
package community

import "sportello/person"

// An ID names a community, "sistemapiemonte"; a Realm is the set of communities that share their people (mission S9).
type (
	ID    string
	Realm string
)

// A Community is one file of policy and its texts.
type Community struct {
	ID         ID         `toml:"id"`          // the name of its directory
	Inherits   ID         `toml:"inherits"`    // the community whose file this one changes, "" if it stands alone
	Realm      Realm      `toml:"realm"`       // empty in a file: a realm of its own
	Name       string     `toml:"name"`        // as the citizen reads it: "Sistema Piemonte"
	LegalBasis LegalBasis `toml:"legal_basis"` // without one a community that issues credentials does not load (mission S33)
	Local      Local      `toml:"local"`
	Doors      []Door     `toml:"doors"` // the other ways in, in the order of the pages
	Publisher  Publisher  `toml:"publisher"`
	Desk       Desk       `toml:"desk"`
	Online     Online     `toml:"online"`
	Codes      Codes      `toml:"codes"`
	Post       Post       `toml:"post"`
	Fax        Fax        `toml:"fax"`
	Password   Password   `toml:"password"`
	Question   Question   `toml:"secret_question"`
	Documents  []string   `toml:"documents"` // person.DocumentKind values that the desk accepts, in menu order
	Services   []Service  `toml:"services"`

	EnteRequest EnteRequest `toml:"ente_request"` // by which people ask an ente for credentials (003)
	// ClosedMailDomains are those whose mailboxes no longer exist: who has one there is asked for another address (004).
	ClosedMailDomains []string `toml:"closed_mail_domains"`

	Help []Topic `toml:"-"` // what citizens ask, in the order of their files

	Terms   Text `toml:"terms"`   // Regolamento
	Privacy Text `toml:"privacy"` // Informativa
}

// The words of a service's two axes, from least to most (mission S34). Package assurance gives them their order.
const (
	ProofingNone   = "nessuna"
	ProofingWeak   = "debole"
	ProofingStrong = "forte"

	AuthnPassword       = "password"
	AuthnPasswordAndPIN = "password e PIN"
	AuthnTwoFactors     = "due fattori"
	AuthnCard           = "carta" // CIE, CNS, SPID
)

// The values that a file may use.
var (
	Proofings   = []string{ProofingNone, ProofingWeak, ProofingStrong}
	Authns      = []string{AuthnPassword, AuthnPasswordAndPIN, AuthnTwoFactors, AuthnCard}
	LegalBases  = []string{"legacy_migration", "non_citizen", "enterprise_professional", "operator_internal", "gestore_pubblico_servizio", "outside_italy", "test"}
	DocumentSet = []person.DocumentKind{person.IdentityCard, person.Passport, person.DrivingLicence, person.ResidencePermit, person.BoatingLicence}
)

// LegalBasis says why local credentials may be issued at all (DL 76/2020 art. 24 c. 4).
type LegalBasis struct {
	Kind string `toml:"kind"` // one of LegalBases
	Note string `toml:"note"` // words for the administrator, Italian
}

// Publisher is the body in whose name pages, letters and mails go out (mission S16).
type Publisher struct {
	Name       string `toml:"name"` // "Regione Piemonte"
	Address    string `toml:"address"`
	TaxCode    string `toml:"tax_code"`
	Website    string `toml:"website"`
	HelpPhone  string `toml:"help_phone"`
	HelpEmail  string `toml:"help_email"`
	HelpHours  string `toml:"help_hours"`
	MailSender string `toml:"mail_sender"` // From address of mails

	// Accessibility is the address of the statement filed with AgID (Law 4/2004 art. 3-quater), "" while there is none.
	Accessibility string `toml:"accessibility"`

	HelpHoursEN string `toml:"help_hours_en"`
	HelpHoursDE string `toml:"help_hours_de"`
	// HelpPhoneNote says from which telephones the number answers and what it costs ("gratuito, solo da telefono fisso"); "" for nothing to say.
	HelpPhoneNote   string `toml:"help_phone_note"`
	HelpPhoneNoteEN string `toml:"help_phone_note_en"`
	HelpPhoneNoteDE string `toml:"help_phone_note_de"`
}

// In is what a page in that language says of the publisher: hours and note in its words, the Italian ones where it has none.
func (p Publisher) In(lang string) Publisher {
	p.HelpHours = inLanguage(lang, p.HelpHours, p.HelpHoursEN, p.HelpHoursDE)
	p.HelpPhoneNote = inLanguage(lang, p.HelpPhoneNote, p.HelpPhoneNoteEN, p.HelpPhoneNoteDE)
	return p
}

func inLanguage(lang, italian, english, german string) string {
	switch {
	case lang == "en" && english != "":
		return english
	case lang == "de" && german != "":
		return german
	}
	return italian
}

// Desk is what the community asks of its desks.
type Desk struct {
	RefusedMailDomains []string `toml:"refused_mail_domains"` // D12: postacertificata.gov.it
	MinimumAge         int      `toml:"minimum_age"`          // years; below it only emancipated people (mission S13)
	FSE                string   `toml:"fse"`                  // address of the operator's health application, "" if none (G05)
	FourEyes           bool     `toml:"four_eyes"`            // printing a code needs a second operator (mission S19)
	ContactPauseHours  int      `toml:"contact_pause_hours"`  // how long whoever changed a citizen's e-mail makes no codes for them, and an address that the citizen changed gets no links; 0 for no pause
	SealedHours        int      `toml:"sealed_hours"`         // after so long an unprinted sealed PIN is destroyed
	SearchMinLetters   int      `toml:"search_min_letters"`   // least letters of a name or tax code in a search that names nobody in full; 0 asks for none (mission S32)
	SearchReason       bool     `toml:"search_reason"`        // such a search needs a reason
	DelegateYearly     int      `toml:"delegate_yearly"`      // citizens for whom one delegate may come within a year without a responsabile; 0 is no limit
}

// Online is what a community lets people begin at home; the zero value is nothing.
type Online struct {
	Preregistration bool     `toml:"preregistration"` // data from home, identity at a desk (001 §3.1)
	Weak            bool     `toml:"weak"`            // weak credentials after a comparison with CIA (001 §3.3)
	Completion      bool     `toml:"completion"`      // bonifica online for weak members (mission S14)
	LinkHours       int      `toml:"link_hours"`      // that the link in the mail is good for, counted from when the mail left (001 §3.1)
	Integrated      []string `toml:"integrated"`      // comuni whose registers CIA can compare, by Belfiore code (001 §3.3.1)
}

// A CodeFormat says how a code is drawn, shown and how long it lives.
type CodeFormat struct {
	Alphabet  string `toml:"alphabet"`
	Length    int    `toml:"length"` // characters
	Group     int    `toml:"group"`  // characters in a printed group
	ValidDays int    `toml:"valid_days"`
	MaxTries  int    `toml:"max_tries"` // wrong tries with the right code before it dies (mission S18)
}

// Codes are the formats of a community (mission S17).
type Codes struct {
	PIN        CodeFormat `toml:"pin"`
	Activation CodeFormat `toml:"activation"`
	Revocation CodeFormat `toml:"revocation"`
	// PurgeDays after its expiry an operation that nobody completed is discarded (mission S6).
	PurgeDays int `toml:"purge_days"`
}

// Post is what a community asks of its letters by ordinary post (C03, Y07). Without a key no run is printed.
type Post struct {
	Key         string   `toml:"key"`          // age1...: the printing house's public key, which alone opens the runs
	Product     string   `toml:"product"`      // that the printing house hands to the post: "posta massiva"
	Yearly      int      `toml:"yearly"`       // letters with a PIN for one registration within a year; 0 is no limit
	TestAddress []string `toml:"test_address"` // block of the daily test letter, none without
	TestDays    int      `toml:"test_days"`    // after so many days without confirmation the test letter raises the alarm
}

// Fax is where whoever registers online may send documents to be identified (001 §3.3.2).
type Fax struct {
	Number string `toml:"number"` // "" takes none
}

// Password is the policy for usernames and passwords.
type Password struct {
	MinLength   int  `toml:"min_length"` // characters, not bytes
	MaxLength   int  `toml:"max_length"`
	MinStrength int  `toml:"min_strength"` // 0 to 4, by estimate of guesses
	Common      bool `toml:"refuse_common"`
	Classes     int  `toml:"classes"` // of lower, upper, digit, other: 0 asks for none
	UsernameMin int  `toml:"username_min_length"`
	UsernameMax int  `toml:"username_max_length"`
}

// EnteRequest is the policy of the two-phase request that an ente approves (003). The PIN's first digits go by mail, the others are read on the page.
type EnteRequest struct {
	Offered        bool `toml:"offered"`
	PINByMail      int  `toml:"pin_by_mail"`     // digits of the PIN in the mail
	OpenHours      int  `toml:"open_hours"`      // within which the documents have to come
	TemporaryHours int  `toml:"temporary_hours"` // that the first password lets in, from the approval (mission S23)
	Documents      int  `toml:"documents"`       // that may be sent
	Megabytes      int  `toml:"megabytes"`       // of each
	Pages          int  `toml:"pages"`           // of each
	ApprovedDays   int  `toml:"approved_days"`   // that documents are kept after an approval (GDPR art. 5)
	RefusedDays    int  `toml:"refused_days"`    // and after a refusal
}

// Question is the policy of the secret question (mission S21).
type Question struct {
	Asked     bool     `toml:"asked"`
	Proposed  []string `toml:"proposed"`
	AnswerMin int      `toml:"answer_min_length"`
}

// A Service is something behind the log-in, with the least that it asks (A05, mission S34).
type Service struct {
	ID          string      `toml:"id"`
	Name        string      `toml:"name"`
	Proofing    string      `toml:"proofing"`    // one of Proofings
	Authn       string      `toml:"authn"`       // one of Authns
	StrongFrom  person.Date `toml:"strong_from"` // from this day weak credentials are refused (mission S15)
	Explanation string      `toml:"explanation"` // words for who is refused
}

// A Text is one version of the Regolamento or of the Informativa. The file is Markdown
// (headings, paragraphs, lists), beside the community's own.
type Text struct {
	Version   string      `toml:"version"`
	ValidFrom person.Date `toml:"valid_from"`
	File      string      `toml:"file"`
	Summary   []string    `toml:"summary"` // short sentences for the page
	SummaryEN []string    `toml:"summary_en"`
	SummaryDE []string    `toml:"summary_de"`

	Markdown string `toml:"-"` // the file's content
	SHA256   string `toml:"-"` // of the content, hexadecimal: kept with each acceptance
}

// SummaryIn is the summary in that language, Italian where there is no translation.
func (t Text) SummaryIn(lang string) []string {
	switch {
	case lang == "en" && len(t.SummaryEN) > 0:
		return t.SummaryEN
	case lang == "de" && len(t.SummaryDE) > 0:
		return t.SummaryDE
	}
	return t.Summary
}
