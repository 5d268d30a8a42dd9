package main

import (
	"strings"
	"testing"
)

func TestTaxcodeCommand(t *testing.T) {
	tests := []struct {
		name, stdin string
		args        []string
		status      int
		want        string
	}{
		{
			name: "valid codes, told apart", status: 0,
			args: []string{"check", "rssmra80a01 h501u", "RSSMRAULALMHRLMD", "LLAAIX10R49Z112S", "12345678903", "ABCDEF12A12A123Q"},
			want: "RSSMRA80A01H501U valid born 1980-01-01, sex M, place Roma (RM)\n" +
				"RSSMRAULALMHRLMD valid born 1980-01-01, sex M, place Roma (RM)\n" +
				"LLAAIX10R49Z112S valid born 1910-10-09 or 2010-10-09, sex F, place Germania\n" +
				"12345678903 valid provisional\n" +
				"ABCDEF12A12A123Q valid born 1912-01-12 or 2012-01-12, sex M, place Alatri (FR)\n",
		},
		{
			name: "one invalid", status: 1,
			args: []string{"check", "ABCDEF12A12A123A", "97735020584"},
			want: "ABCDEF12A12A123A invalid: the check character does not match the rest of the tax code\n" +
				"97735020584 valid provisional\n",
		},
		{
			name: "standard input", status: 1, args: []string{"check", "-"}, stdin: "\nRSSMRA80A01H501U\r\n\n  rss\tx\n",
			want: "RSSMRA80A01H501U valid born 1980-01-01, sex M, place Roma (RM)\n" +
				"rss?x invalid: a tax code has 16 characters, a provisional one 11 digits\n",
		},
		{name: "empty input", status: 0, args: []string{"check", "-"}},
		{name: "no code", status: 2, args: []string{"check"}},
		{name: "no verb", status: 2},
		{name: "another verb", status: 2, args: []string{"make", "RSSMRA80A01H501U"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var stdout, stderr strings.Builder
			status := taxcodeCommand(tt.args, strings.NewReader(tt.stdin), &stdout, &stderr)
			if status != tt.status || stdout.String() != tt.want {
				t.Errorf("status %d, want %d\n%s", status, tt.status, stdout.String())
			}
			if usage := strings.HasPrefix(stderr.String(), "usage:"); usage != (tt.status == 2) {
				t.Errorf("stderr: %s", stderr.String())
			}
		})
	}
}

func TestTaxcodeCommandTellsThePlaceAtBirth(t *testing.T) {
	tests := []struct{ first15, want string }{
		{"RSSMRA30A01D620", "place Fiume (FU)"},
		{"RSSMRA70A01A012", "place Abetone (PT)"},
		{"RSSMRA30A01A012", "place Abetone (PT) at another date"},
		{"RSSMRA80A01Z999", "place unknown"},
	}
	for _, tt := range tests {
		if got := checkedWithLetter(t, tt.first15); !strings.HasSuffix(strings.TrimSpace(got), tt.want) {
			t.Errorf("%s: %s, want %s", tt.first15, got, tt.want)
		}
	}
}

// checkedWithLetter is the line of the one check letter that is valid.
func checkedWithLetter(t *testing.T, first15 string) string {
	for letter := 'A'; letter <= 'Z'; letter++ {
		var stdout, stderr strings.Builder
		if taxcodeCommand([]string{"check", first15 + string(letter)}, strings.NewReader(""), &stdout, &stderr) == 0 {
			return stdout.String()
		}
	}
	t.Fatalf("%s: no valid check letter", first15)
	return ""
}
