package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"sportello/communities"
	"sportello/community"
)

// Each portal shows its own community at its own address, and the installation's answers everywhere else.
func TestPortals(t *testing.T) {
	set, err := community.LoadAll(communities.FS)
	if err != nil {
		t.Fatal(err)
	}
	main, _ := set.ByID("sistemapiemonte")
	torino, _ := set.ByID("torinofacile")
	s := newServer(io.Discard)
	s.Communities = []community.Community{main}
	s.Portals = []Portal{{Address: &url.URL{Scheme: "https", Host: "torino.example"}, Communities: []community.Community{torino}}}
	h := s.Handler()
	for host, want := range map[string]string{"torino.example": "Città di Torino", "credenziali.example": "Regione Piemonte", "altro.example": "Regione Piemonte"} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "https://"+host+"/", nil)
		h.ServeHTTP(w, r)
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s does not say %s", host, want)
		}
	}
}
