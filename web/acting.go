package web

import (
	"net/http"

	"sportello/audit"
	"sportello/desk"
)

// originOf is where a request comes from, for the audit record.
func originOf(r *http.Request) audit.Origin {
	v := visitOf(r)
	return audit.Origin{Address: v.Address.String(), Request: v.ID}
}

// whoOf is the operator whom the gate let in.
func whoOf(r *http.Request) desk.Who { return visitOf(r).Who }
