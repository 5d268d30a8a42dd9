package main

import (
	"fmt"
	"strings"
)

// settingsDoc is docs/configuration.md: the table of settings for people.
func settingsDoc() string {
	var b strings.Builder
	b.WriteString(`# Configurazione

Questa pagina nasce dalla tabella delle impostazioni del programma: non si modifica a mano, si rifà con ` + "`make golden`" + `.

Ogni impostazione si può dare nel file (` + "`sportello serve --config sportello.toml`" + ` oppure ` + "`SPORTELLO_CONFIG`" + `), in una variabile
d'ambiente, o in un'opzione della riga di comando. L'opzione vince sul file, la variabile vince su tutto. Nel file le chiavi con il
punto stanno nella loro sezione: ` + "`smtp.host`" + ` è ` + "`host`" + ` sotto ` + "`[smtp]`" + `. Le liste sono array nel file, parole separate da virgole altrove.
Il programma non parte se un'impostazione è sbagliata o non esiste, e le dice tutte insieme. I valori riservati stanno meglio in una
variabile o in un file che in un'opzione, che si legge nell'elenco dei processi.

| chiave | variabile | opzione | valore | predefinito | significato |
|---|---|---|---|---|---|
`)
	for _, s := range settings {
		kind := s.kind
		if s.secret {
			kind += ", riservato"
		}
		fallback := ""
		if s.fallback != "" {
			fallback = "`" + s.fallback + "`"
		}
		fmt.Fprintf(&b, "| `%s` | `%s` | `--%s` | %s | %s | %s |\n", s.key, s.env(), s.flag(), kind, fallback, s.meaning)
	}
	b.WriteString("\n## Esempio\n\n```toml\n" + exampleSettings + "```\n")
	return b.String()
}

// exampleSettings is a file that works.
const exampleSettings = `database = "postgres://sportello@db.example/sportello"
listen = "127.0.0.1:8080"
public_url = "https://credenziali.example"
trusted_proxies = ["127.0.0.1"]
key_file = "/etc/sportello/sportello.keys"

[cia]
url = "https://anagrafe.example/cia"
token = "da-sostituire"

[smtp]
host = "posta.example"
tls = "starttls"
user = "sportello"
password = "da-sostituire"

[session]
operator_idle = "15m"
`
