package registry_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"sportello/registry"
)

func replace(old, with string) string {
	if !strings.Contains(found, old) {
		panic("not in the example: " + old)
	}
	return strings.Replace(found, old, with, 1)
}

func TestNonsense(t *testing.T) {
	tests := map[string]string{
		"another tax code":          replace("RSSMRA80A01H501U", "RSSMRA79B11C566R"),
		"omocodic code of the same": replace("RSSMRA80A01H501U", "RSSMRA80A01H50MM"),
		"no tax code":               replace(`"codiceFiscale":"RSSMRA80A01H501U",`, ""),
		"html":                      "<!doctype html><title>Manutenzione</title>",
		"empty":                     "",
		"null":                      "null",
		"array":                     "[" + found + "]",
		"cut off":                   found[:len(found)/2],
		"two objects":               found + found,
		"text behind":               found + "<script>",
		"ten megabytes":             replace("Via Roma", strings.Repeat("Via Roma ", 10<<20/9)),
		"endless blanks behind":     found + strings.Repeat(" ", 10<<20),
		"not utf-8":                 replace("Rossi", "Ross\xec"),
		"another version":           replace(`"versione":"1"`, `"versione":"2"`),
		"another registry":          replace(`"CIA"`, `"AURA"`),
		"another request":           strings.Replace(found, `"ID"`, `"00000000000000000000000000000000"`, 1),
		"unknown outcome":           replace("TROVATO", "FORSE"),
		"found nobody":              `{"versione":"1","registro":"CIA","richiesta":"ID","esito":"TROVATO"}`,
		"not found, yet somebody":   replace("TROVATO", "NON_TROVATO"),
		"the 31st of February":      replace("1980-01-01", "1980-02-31"),
		"an Italian date":           replace("1980-01-01", "01/01/1980"),
		"born tomorrow":             replace("1980-01-01", "2126-03-09"),
		"born under Napoleon":       replace("1980-01-01", "1805-05-26"),
		"no birth date":             replace("1980-01-01", ""),
		"a third sex":               replace(`"sesso":"M"`, `"sesso":"1"`),
		"no name at all":            replace(`"cognome":"Rossi","nome":"Mario"`, `"cognome":"  ","nome":""`),
		"a surname of two lines":    replace("Rossi", `Rossi\nBianchi`),
		"a surname back to front":   replace("Rossi", `Rossi\u202e`),
		"an endless surname":        replace("Rossi", strings.Repeat("o", 101)),
		"a name that is a number":   replace(`"Mario"`, `12`),
		"no residence":              strings.NewReplacer(`"residenza":{`, `"residenza":null,"x":{`).Replace(found),
		"null residence":            replace(`{"indirizzo":"Via Roma","numero":"12/A","provincia":"TO","comune":"L219","cap":"10128"}`, "null"),
		"a comune by name":          replace("L219", "Torino"),
		"abroad in Torino":          replace(`"TO"`, `"EE"`),
		"a postal code of six":      replace("10128", "101280"),
		"a card with markup":        replace("CA12345AB", "<b>CA12345"),
		"a card issued tomorrow":    replace("2024-05-06", "2026-03-09"),
		"a card before birth":       replace("2024-05-06", "1979-05-06"),
		"a doctor":                  replace(`"sesso":"M",`, `"sesso":"M","medico":"Bianchi",`),
		"exemptions":                replace(`"esito"`, `"esenzioni":["013"],"esito"`),
		"a health card":             replace(`"cap":"10128"`, `"cap":"10128","tesseraSanitaria":"80380000000000000000"`),
	}
	for name, body := range tests {
		t.Run(name, func(t *testing.T) {
			url := serve(t, func(w http.ResponseWriter, r *http.Request) { answerWith(w, r, body) })
			client := newClient(t, func(c *registry.Config) { c.URL = url })
			record, err := client.Find(t.Context(), query)
			if !errors.Is(err, registry.ErrNonsense) || record != (registry.Record{}) {
				t.Errorf("got %+v, %v; want ErrNonsense", record, err)
			}
			mustNotTell(t, err)
		})
	}
}
