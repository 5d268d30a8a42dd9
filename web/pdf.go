package web

import (
	"bytes"
	"net/http"
	"time"
)

// viewerPolicy is the policy of a PDF: browsers show it in a page of their own, which has a style and an object in it.
const viewerPolicy = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"

// sendPDF answers with a file to look at and print. Its name says nothing of the person.
func sendPDF(w http.ResponseWriter, r *http.Request, name string, pdf []byte) error {
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `inline; filename="`+name+`"`)
	w.Header().Set("Content-Security-Policy", viewerPolicy)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(pdf))
	return nil
}
