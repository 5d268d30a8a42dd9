package community

import "testing"

func TestPageOfACommunity(t *testing.T) {
	a := Addresses{Main: "https://credenziali.example/", Own: map[ID]string{"trentino": "https://trentino.example"}}
	for id, want := range map[ID]string{"trentino": "https://trentino.example/revoca", "ente": "https://credenziali.example/revoca"} {
		if got := a.Page(id, "revoca"); got != want {
			t.Errorf("%s: %s, not %s", id, got, want)
		}
	}
}
