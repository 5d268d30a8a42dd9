package audit

import "regexp"

// taxCode is what looks like a codice fiscale, with the letters that omocodia puts in the place of digits.
var taxCode = regexp.MustCompile(`(?i)\b[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPR-T][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]\b`)

// WithoutTaxCodes is a reason as a record keeps it: people type codici fiscali into reasons, and the audit, which is never erased, holds none.
func WithoutTaxCodes(reason string) string {
	return taxCode.ReplaceAllString(reason, "[codice fiscale]")
}
