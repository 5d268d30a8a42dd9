package web

import (
	"html/template"
	"regexp"
	"strings"
)

// markdown renders the texts that communities publish: headings, paragraphs, lists, strong, emphasis
// and links to https or mail. Everything else stays text: no HTML passes. The highest heading becomes
// h2, because the page has its own h1.
func markdown(text string) template.HTML {
	var out strings.Builder
	text = headingsFromTop(text)
	for _, block := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		lines := strings.Split(strings.Trim(block, "\n"), "\n")
		for len(lines) > 0 {
			lines = markdownBlock(&out, lines)
		}
	}
	return template.HTML(out.String())
}

// A list item is told from a paragraph by its first signs.
var (
	bullet   = regexp.MustCompile(`^\s*[-*+]\s+`)
	numbered = regexp.MustCompile(`^\s*\d+[.)]\s+`)
	heading  = regexp.MustCompile(`^(#{1,4})\s+(.*)$`)
)

// headingsFromTop takes away the signs that all headings have in common, but one.
func headingsFromTop(text string) string {
	for strings.Contains("\n"+text, "\n#") && !strings.Contains("\n"+text, "\n# ") {
		text = strings.ReplaceAll("\n"+text, "\n##", "\n#")[1:]
	}
	return text
}

// markdownBlock writes what starts at the first line and returns the lines after it.
func markdownBlock(out *strings.Builder, lines []string) []string {
	switch first := lines[0]; {
	case strings.TrimSpace(first) == "":
		return lines[1:]
	case heading.MatchString(first):
		m := heading.FindStringSubmatch(first)
		tag := [...]string{"h2", "h3", "h4", "h5"}[len(m[1])-1]
		out.WriteString("<" + tag + ">" + markdownLine(strings.TrimRight(m[2], "# ")) + "</" + tag + ">\n")
		return lines[1:]
	case bullet.MatchString(first):
		return markdownList(out, "ul", bullet, lines)
	case numbered.MatchString(first):
		return markdownList(out, "ol", numbered, lines)
	}
	n := 1
	for n < len(lines) && !bullet.MatchString(lines[n]) && !heading.MatchString(lines[n]) {
		n++
	}
	out.WriteString("<p>" + markdownLine(strings.Join(lines[:n], " ")) + "</p>\n")
	return lines[n:]
}

// markdownList writes the items that start with mark; a line without one continues the item above.
func markdownList(out *strings.Builder, tag string, mark *regexp.Regexp, lines []string) []string {
	var items []string
	n := 0
	for ; n < len(lines) && !heading.MatchString(lines[n]); n++ {
		if mark.MatchString(lines[n]) {
			items = append(items, mark.ReplaceAllString(lines[n], ""))
		} else {
			items[len(items)-1] += " " + strings.TrimSpace(lines[n])
		}
	}
	out.WriteString("<" + tag + ">\n")
	for _, item := range items {
		out.WriteString("<li>" + markdownLine(item) + "</li>\n")
	}
	out.WriteString("</" + tag + ">\n")
	return lines[n:]
}

var inline = []struct {
	find *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`\[([^\]]+)\]\(((?:https://|mailto:)[^\s()]+)\)`), `<a href="$2">$1</a>`},
	{regexp.MustCompile(`\*\*([^*]+)\*\*`), "<strong>$1</strong>"},
	{regexp.MustCompile(`\*([^*]+)\*`), "<em>$1</em>"},
}

// markdownLine escapes first: the signs that it then replaces cannot close a tag.
func markdownLine(line string) string {
	line = template.HTMLEscapeString(strings.TrimSpace(line))
	for _, i := range inline {
		line = i.find.ReplaceAllString(line, i.with)
	}
	return line
}
