package mail

import (
	"embed"
	"fmt"
	html "html/template"
	"strings"
	text "text/template"

	"sportello/community"
)

//go:embed layout
var layouts embed.FS

var (
	textLayout = text.Must(text.ParseFS(layouts, "layout/mail.txt"))
	htmlLayout = html.Must(html.ParseFS(layouts, "layout/mail.html"))
)

// A page is what the two layouts show.
type page struct {
	body
	Lang      string
	Title     string
	Greeting  string
	Page      string
	Community string
	Sender    community.Publisher
	Help      []fact
	Foot      string
}

// lay renders both parts from the same words, so that they cannot tell different things.
func lay(l Letter, b body) (plain, rich string, err error) {
	t := l.t
	p := page{
		body: b, Lang: l.Lang, Title: b.Subject, Page: l.opens(),
		Greeting:  t("Ciao %s,", l.Name),
		Community: l.Community.Name,
		Sender:    l.Community.Publisher,
		Help:      help(l),
		Foot:      t("Messaggio automatico inviato da %s.", l.Community.Publisher.Name),
	}
	if l.Name == "" {
		p.Greeting = t("Ciao,")
	}
	var plainly, richly strings.Builder
	if err := textLayout.Execute(&plainly, p); err != nil {
		return "", "", fmt.Errorf("mail: parte di testo: %w", err)
	}
	if err := htmlLayout.Execute(&richly, p); err != nil {
		return "", "", fmt.Errorf("mail: parte HTML: %w", err)
	}
	return plainly.String(), richly.String(), nil
}

// help lists the ways to reach the publisher that the community states (mission S16).
func help(l Letter) []fact {
	t, publisher := l.t, l.Community.Publisher.In(l.Lang)
	return given(
		fact{t("Telefono"), publisher.HelpPhone},
		fact{t("E-mail"), publisher.HelpEmail},
		fact{t("Orari"), publisher.HelpHours},
		fact{t("Sito"), publisher.Website})
}

// Numbered are the steps as the text part shows them.
func (p page) Numbered() []string {
	lines := make([]string, len(p.Steps))
	for i, step := range p.Steps {
		lines[i] = fmt.Sprintf("%d. %s", i+1, step)
	}
	return lines
}
