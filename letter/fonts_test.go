package letter

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func TestMissingFontsSayWhatToDo(t *testing.T) {
	_, err := newWriter(fstest.MapFS{"fonts/README.md": {}})
	if !errors.Is(err, ErrFonts) || !strings.Contains(err.Error(), "make assets") {
		t.Errorf("%v, want ErrFonts with the command", err)
	}
	if _, err := newWriter(fstest.MapFS{"fonts/TitilliumWeb_400Regular.ttf": {Data: []byte("not a font")}}); err == nil {
		t.Error("a broken font is taken")
	}
}

func TestDaysAreNotParted(t *testing.T) {
	for lang, want := range map[string]string{"": "1\u00A0gennaio\u00A02027", "en": "1\u00A0January\u00A02027", "de": "1.\u00A0Januar\u00A02027"} {
		rome := time.FixedZone("CET", 3600)
		if got := (Head{Lang: lang}).day(time.Date(2026, 12, 31, 23, 30, 0, 0, time.UTC).In(rome)); got != want {
			t.Errorf("%s: %q, want the day in the caller's zone, %q", lang, got, want)
		}
	}
}

func TestGrouped(t *testing.T) {
	for _, c := range []struct {
		code  string
		group int
		want  string
	}{{"K7QX22PM", 4, "K7QX 22PM"}, {"ABCDEFG", 3, "ABC DEF G"}, {"ABC", 0, "ABC"}, {"", 4, ""}} {
		if got := grouped(c.code, c.group); got != c.want {
			t.Errorf("%q by %d: %q, want %q", c.code, c.group, got, c.want)
		}
	}
}

func TestBlocks(t *testing.T) {
	got := blocks("# Titolo\n\nPrima riga\nseconda riga.\n\n- uno\n  segue\n- due\n\n1. primo\n10. decimo\n#nontitolo\n")
	want := []string{"# Titolo", "Prima riga seconda riga.", "- uno segue|due", "1. primo|decimo #nontitolo"}
	for i, b := range got {
		text := strings.Join(b.items, "|")
		switch {
		case b.heading > 0:
			text = strings.Repeat("#", b.heading) + " " + text
		case b.numbering != nil && strings.HasPrefix(want[min(i, len(want)-1)], "- "):
			text = "- " + text
		case b.numbering != nil:
			text = "1. " + text
		}
		if i >= len(want) || text != want[i] {
			t.Errorf("block %d: %q", i, text)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d blocks, want %d", len(got), len(want))
	}
}
