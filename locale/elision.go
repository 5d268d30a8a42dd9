package locale

import (
	"regexp"
	"strings"
)

// before8And11 finds an article before the days that begin with a vowel when they are said: otto, undici.
var before8And11 = regexp.MustCompile(`\b([Ii]l|[Dd]al|[Aa]l|[Dd]el|[Nn]el|[Ss]ul) (8|11) (` + strings.Join(italianMonths(), "|") + `)`)

func italianMonths() []string {
	list := months[Italian]
	return list[:]
}

// shortened are those articles as they are written there.
var shortened = map[string]string{"il": "l'", "dal": "dall'", "al": "all'", "del": "dell'", "nel": "nell'", "sul": "sull'"}

// elided writes the articles before days in words as Italian does, "l'8 gennaio" for "il 8 gennaio". Other languages stay as they are.
func elided(lang, text string) string {
	if lang != Italian || !strings.Contains(text, " 8 ") && !strings.Contains(text, " 11 ") {
		return text
	}
	return before8And11.ReplaceAllStringFunc(text, func(found string) string {
		article, day, _ := strings.Cut(found, " ")
		short := shortened[strings.ToLower(article)]
		if article[0] < 'a' {
			short = strings.ToUpper(short[:1]) + short[1:]
		}
		return short + day
	})
}
