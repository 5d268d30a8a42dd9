package person_test

import (
	"slices"
	"testing"

	"sportello/person"
)

func TestPlaceAt(t *testing.T) {
	tests := []struct {
		code     string
		day      person.Date
		name     string // "" for none
		province string
	}{
		{"A012", "1970-01-01", "Abetone", "PT"},
		{"A012", "2016-12-31", "Abetone", "PT"},
		{"A012", "2017-01-01", "", ""},
		{"M376", "2016-12-31", "", ""},
		{"M376", "2017-01-01", "Abetone Cutigliano", "PT"},
		{"D620", "1930-01-01", "Fiume", "FU"},
		{"D620", "1950-01-01", "", ""},
		{"G778", "1930-01-01", "Pola", "PL"},
		{"M327", "2009-01-01", "", ""}, // Comano Terme, since 2010
		{"Z118", "1970-06-15", "Repubblica Socialista Federale di Jugoslavia", "EE"},
		{"Z118", "2010-01-01", "", ""},
		{"Z135", "1991-12-31", "Unione Sovietica", "EE"},
		{"Z135", "1992-01-01", "", ""},
		{"Z112", "1950-01-01", "Germania", "EE"},
		{"Z150", "1970-01-01", "Slovenia", "EE"},
		{"G382", "1960-01-01", "Pauli Arbarei", "SU"},
		{"D208", "1960-01-01", "Cuorgnè", "TO"},
		{"X000", "1960-01-01", "", ""},
		{"", "1960-01-01", "", ""},
	}
	for _, tt := range tests {
		got, ok := person.ItalianPlaces().At(tt.code, tt.day)
		if ok != (tt.name != "") || got.Name != tt.name || got.Province != tt.province {
			t.Errorf("%s on %s: got %+v, %v", tt.code, tt.day, got, ok)
		}
	}
}

func TestComune(t *testing.T) {
	tests := []struct {
		code   string
		ok     bool
		exists bool
	}{
		{"L219", true, true},
		{"A012", true, false},
		{"F478", true, true},
		{"Z112", false, true},
		{"X000", false, true},
	}
	for _, tt := range tests {
		got, ok := person.ItalianPlaces().Comune(tt.code)
		if ok != tt.ok || got.Exists() != tt.exists {
			t.Errorf("%s: got %+v, %v", tt.code, got, ok)
		}
	}
}

func TestEveryLivingComuneIsInItsProvince(t *testing.T) {
	places := person.ItalianPlaces()
	total := 0
	for _, province := range places.Provinces() {
		comuni := places.Comuni(province.Sigla)
		total += len(comuni)
		if len(comuni) < 2 {
			t.Errorf("%s has %d comuni", province.Name, len(comuni))
		}
		for _, comune := range comuni {
			if !comune.Exists() || comune.Province != province.Sigla {
				t.Errorf("%+v among those of %s", comune, province.Sigla)
			}
		}
	}
	if len(places.Provinces()) != 107 || total != 7896 {
		t.Errorf("%d provinces, %d comuni", len(places.Provinces()), total)
	}
}

func TestPlacesAreInItalianOrder(t *testing.T) {
	var names []string
	for _, p := range person.ItalianPlaces().Provinces() {
		names = append(names, p.Sigla)
	}
	if want := []string{"FC", "FR", "GE"}; !containsRun(names, want) {
		t.Errorf("no %v in %v", want, names)
	}
	names = nil
	for _, c := range person.ItalianPlaces().Comuni("CT") {
		names = append(names, c.Name)
	}
	if want := []string{"Aci Bonaccorsi", "Aci Castello", "Aci Catena", "Aci Sant'Antonio", "Acireale", "Adrano"}; !containsRun(names, want) {
		t.Errorf("no %v in %v", want, names)
	}
}

func containsRun(list, run []string) bool {
	at := slices.Index(list, run[0])
	return at >= 0 && at+len(run) <= len(list) && slices.Equal(list[at:at+len(run)], run)
}

func TestStates(t *testing.T) {
	states := person.ItalianPlaces().States()
	if states[0].Name != "Afghanistan" || len(states) != 216 {
		t.Errorf("%d states from %s", len(states), states[0].Name)
	}
	for _, s := range states {
		if !s.Exists() || !s.Foreign() {
			t.Errorf("%+v", s)
		}
	}
}

func TestPostalCodes(t *testing.T) {
	places := person.ItalianPlaces()
	if got := places.PostalCodes("L125"); !slices.Equal(got, []string{"26827"}) {
		t.Errorf("Terranova dei Passerini: %v", got)
	}
	if got := places.PostalCodes("L219"); !slices.Contains(got, "10121") || len(got) < 20 {
		t.Errorf("Torino: %v", got)
	}
	if got := places.PostalCodes("A012"); got != nil {
		t.Errorf("Abetone, ceased: %v", got)
	}
	for _, province := range places.Provinces() {
		for _, comune := range places.Comuni(province.Sigla) {
			for _, code := range places.PostalCodes(comune.Code) {
				if !person.ValidPostalCode(code) {
					t.Errorf("%s: %q", comune.Name, code)
				}
			}
		}
	}
}

// Who gets a list may change it.
func TestPlacesCannotBeChanged(t *testing.T) {
	places := person.ItalianPlaces()
	places.Comuni("TO")[0].Name = "altro"
	places.States()[0].Name = "altro"
	places.Provinces()[0].Name = "altro"
	places.PostalCodes("L219")[0] = "altro"
	if places.Comuni("TO")[0].Name == "altro" || places.States()[0].Name == "altro" ||
		places.Provinces()[0].Name == "altro" || places.PostalCodes("L219")[0] == "altro" {
		t.Error("changed")
	}
}
