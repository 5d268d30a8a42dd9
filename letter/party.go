package letter

import "sportello/person"

// PartyOf is somebody as a form names them, with the places by name: a form for the citizen's delegate is filled in with it, at home (B08) and at
// the desk (001 §5.1.1).
func PartyOf(p person.Person, places *person.Places) *Party {
	return &Party{Person: p, BirthPlace: BirthPlaceOf(p, places), Residence: PlaceOf(p.Residence, places)}
}

// PlaceOf is where somebody lives, by name.
// PlaceOf is where somebody lives, by name.
func PlaceOf(r person.Residence, places *person.Places) Place {
	p, _ := places.Latest(r.Comune)
	return Place{Comune: p.Name, Province: r.Province}
}

// BirthPlaceOf is the one that the tax code names, as it was called when the person was born.
func BirthPlaceOf(p person.Person, places *person.Places) Place {
	code := p.TaxCode.BirthPlaceCode()
	place, ok := places.At(code, p.BirthDate)
	if !ok {
		place, ok = places.Latest(code)
	}
	if !ok || place.Foreign() {
		return Place{Comune: place.Name}
	}
	return Place{Comune: place.Name, Province: place.Province}
}
