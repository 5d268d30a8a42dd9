package main

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"sportello/person"
)

const taxcodeUsage = `usage: sportello taxcode check CODE...

Prints one line per code: "CODE valid ..." or "CODE invalid: reason". The code "-" stands for those on
standard input, one a line. Exits 1 if any is invalid.
`

// taxcodeCommand is `sportello taxcode`: it returns 0, 1 if a code is invalid or cannot be read, or 2 for wrong usage.
func taxcodeCommand(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) < 2 || args[0] != "check" {
		io.WriteString(stderr, taxcodeUsage)
		return 2
	}
	out := bufio.NewWriter(stdout)
	defer out.Flush()
	status := 0
	for _, code := range args[1:] {
		if code == "-" {
			status = max(status, checkLines(stdin, out, stderr))
			continue
		}
		status = max(status, checkCode(code, out))
	}
	return status
}

func checkLines(in io.Reader, out, stderr io.Writer) int {
	status := 0
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		if code := strings.TrimSpace(lines.Text()); code != "" {
			status = max(status, checkCode(code, out))
		}
	}
	if err := lines.Err(); err != nil {
		fmt.Fprintln(stderr, "reading standard input:", err)
		return 1
	}
	return status
}

func checkCode(typed string, out io.Writer) int {
	code, err := person.ParseTaxCode(typed)
	if err != nil {
		fmt.Fprintf(out, "%s invalid: %v\n", printable(typed), err)
		return 1
	}
	fmt.Fprintf(out, "%s valid %s\n", code, described(code))
	return 0
}

// printable keeps what was typed on its one line.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
}

func described(code person.TaxCode) string {
	if code.Provisional() {
		return "provisional"
	}
	births := code.BirthDates(person.DateOf(time.Now()))
	dates := make([]string, len(births))
	for i, birth := range births {
		dates[i] = string(birth)
	}
	return fmt.Sprintf("born %s, sex %s, %s", strings.Join(dates, " or "), code.Sex(), birthPlace(code.BirthPlaceCode(), births))
}

// birthPlace is the place as it was on the latest of the possible birth dates on which it was one.
func birthPlace(code string, births []person.Date) string {
	places := person.ItalianPlaces()
	for _, birth := range slices.Backward(births) {
		if place, ok := places.At(code, birth); ok {
			return "place " + placeLabel(place)
		}
	}
	if place, ok := places.Latest(code); ok {
		return "place " + placeLabel(place) + " at another date"
	}
	return "place unknown"
}

func placeLabel(place person.Place) string {
	if place.Foreign() {
		return place.Name
	}
	return fmt.Sprintf("%s (%s)", place.Name, place.Province)
}
