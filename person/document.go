package person

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// A DocumentKind is a sort of identity document, by the manual's name (001 §5.1.1 note 4).
type DocumentKind string

// The documents that a desk accepts (mission D14); S8: "carta nautica" is the boating licence.
const (
	IdentityCard    DocumentKind = "carta d'identità"
	Passport        DocumentKind = "passaporto"
	DrivingLicence  DocumentKind = "patente di guida"
	ResidencePermit DocumentKind = "permesso di soggiorno"
	BoatingLicence  DocumentKind = "patente nautica"
)

// A Document is the paper that a person was identified with.
type Document struct {
	Kind      DocumentKind
	Number    string
	IssuedOn  Date
	ExpiresOn Date // as printed on it: the desk's date decides (mission S27)
	Issuer    string
}

// DocumentKinds are all kinds, in the order of the desk's list.
var DocumentKinds = []DocumentKind{IdentityCard, Passport, DrivingLicence, ResidencePermit, BoatingLicence}

// Paper identity cards are void from this day, whatever they say (Reg. (EU) 2019/1157 art. 5; mission S27).
const paperCardsEnd Date = "2026-08-03"

// numberFormats are the usual numbers of Italian documents. Older series and foreign documents differ: a number that
// fits none deserves a second look, no more.
var (
	paperCard     = regexp.MustCompile(`^[A-Z]{2}[0-9]{7}$`)
	anyNumber     = regexp.MustCompile(`^[A-Z0-9/.-]{3,30}$`)
	numberFormats = map[DocumentKind][]*regexp.Regexp{
		IdentityCard: {
			regexp.MustCompile(`^C[A-Z][0-9]{5}[A-Z]{2}$`), // electronic, since 2016
			regexp.MustCompile(`^[0-9]{7}[A-Z]{2}$`),       // electronic, before
			paperCard,
		},
		Passport: {regexp.MustCompile(`^[A-Z]{2}[0-9]{7}$`)},
		DrivingLicence: {
			regexp.MustCompile(`^U1[0-9A-Z]{7}[A-Z]$`),    // Ministero dei Trasporti
			regexp.MustCompile(`^[A-Z]{2}[0-9]{7}[A-Z]$`), // provincial offices
		},
		ResidencePermit: {regexp.MustCompile(`^I[0-9]{8}$`)},
		BoatingLicence:  {anyNumber},
	}
)

// NormalizeNumber is a document's number as it is stored and compared: upper case, no spaces.
func NormalizeNumber(number string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, number)
}

// Problems are the reasons why nobody can be identified with the document today; today is the desk's day in
// Europe/Rome. A document is good through the day of its expiry.
func (d Document) Problems(today Date) []Problem {
	return holding([]finding[Problem]{
		{!slices.Contains(DocumentKinds, d.Kind), DocumentKindMissing},
		{NormalizeNumber(d.Number) == "", DocumentNumberMissing},
		{strings.TrimSpace(d.Issuer) == "", DocumentIssuerMissing},
		{d.IssuedOn == "", DocumentIssueMissing},
		{d.ExpiresOn == "", DocumentExpiryMissing},
		{d.ExpiresOn != "" && d.ExpiresOn < today, DocumentExpired},
		{d.paper() && today >= paperCardsEnd, PaperIdentityCard},
	})
}

func (d Document) paper() bool {
	return d.Kind == IdentityCard && paperCard.MatchString(NormalizeNumber(d.Number))
}

// Warnings are what the operator should look at again and may confirm. What is not known warns of nothing.
func (d Document) Warnings(holderBirth, today Date) []Warning {
	return holding([]finding[Warning]{
		{d.Number != "" && !d.usualNumber(), UnusualNumber},
		{d.IssuedOn > today, IssuedInFuture},
		{d.IssuedOn != "" && d.IssuedOn < holderBirth, IssuedBeforeBirth},
		{!d.expectedExpiry(holderBirth), UnexpectedExpiry},
	})
}

func (d Document) usualNumber() bool {
	formats, known := numberFormats[d.Kind]
	number := NormalizeNumber(d.Number)
	return !known || slices.ContainsFunc(formats, func(f *regexp.Regexp) bool { return f.MatchString(number) })
}
