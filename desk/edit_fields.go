package desk

import (
	"strings"

	"sportello/person"
	"sportello/registry"
	"sportello/store"
)

// Fields that only a change speaks of.
const (
	ProvinceField Field = "residenza-provincia"
	ComuneField   Field = "residenza-comune"
	DomicileField Field = "domicilio"
	NoEmailField  Field = "senza-email"
	NoteField     Field = "nota"
	TaxCodeField  Field = "codice-fiscale"
	CauseField    Field = "causa"
	ProofField    Field = "prova"
	ReasonField   Field = "motivo"
)

// A fieldValue is what a person's field holds.
type fieldValue struct {
	field Field
	value any // comparable
}

func fieldValues(p person.Person) []fieldValue {
	return []fieldValue{
		{NameField, p.Name}, {SurnameField, p.Surname}, {TaxCodeField, p.TaxCode}, {BirthField, p.BirthDate}, {SexField, p.Sex},
		{AddressField, p.Residence.Address}, {CivicField, p.Residence.Number}, {ProvinceField, p.Residence.Province}, {ComuneField, p.Residence.Comune},
		{PostalCodeField, p.Residence.PostalCode}, {CityField, p.Residence.City}, {NationField, p.Residence.Nation},
		{DomicileField, p.Domicile},
		{EmailField, p.Contacts.Email}, {NoEmailField, p.Contacts.NoEmail}, {PhoneField, p.Contacts.Phone}, {MobileField, p.Contacts.Mobile},
		{DocKindField, p.Document.Kind}, {DocNumberField, p.Document.Number}, {DocIssuedField, p.Document.IssuedOn},
		{DocExpiresField, p.Document.ExpiresOn}, {DocIssuerField, p.Document.Issuer},
	}
}

// changedFields names what differs: for the audit, which holds no values.
func changedFields(before, after person.Person) (changed []Field) {
	was := fieldValues(before)
	for i, x := range fieldValues(after) {
		if x.value != was[i].value {
			changed = append(changed, x.field)
		}
	}
	return changed
}

// editedSources notes which fields that a registry had filled are the operator's now (Y06).
func editedSources(tx *store.Tx, before, after person.Person) error {
	sources, err := tx.Provenance(after.ID)
	if err != nil {
		return err
	}
	was, is := registryValues(before), registryValues(after)
	for i, x := range sources {
		if f := registry.Field(x.Field); was[f] != is[f] {
			sources[i].Edited = true
		}
	}
	return tx.SetProvenance(after.ID, sources)
}

// list is the names of fields on one line.
func list(fields []Field) string {
	var names []string
	for _, f := range fields {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}
