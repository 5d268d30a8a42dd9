package letter

import (
	"fmt"

	"github.com/boombuler/barcode/code128"

	"sportello/letter/pdf"
)

// A bars is where a barcode stands, and how wide and high each bar is, in points.
type bars struct{ x, y, bar, height float64 }

// bars draws a number as Code 128 and gives how wide it is; alt is what is read aloud of it.
func (s *sheet) bars(into *pdf.Element, alt, number string, at bars) (wide float64, err error) {
	code, err := code128.Encode(number)
	if err != nil {
		return 0, fmt.Errorf("draw the barcode: %w", err)
	}
	n := code.Bounds().Dx()
	wide = at.bar * float64(n)
	s.flow.Page.Bars(into.AddFigure(alt, at.x, at.y, wide, at.height), at.x, at.y, at.bar, at.height, n, func(i int) bool {
		r, _, _, _ := code.At(i, 0).RGBA()
		return r == 0
	})
	return wide, nil
}

// registrationBars sets a registration number in bars of such a size, with its digits below.
func (s *sheet) registrationBars(number string, bar, height float64) error {
	f := &s.flow
	f.Need(height + 60)
	quiet := 10 * bar // to the left, as readers want
	if _, err := s.bars(f.Parent, s.t("Codice a barre del numero di registrazione %s", number), number, bars{left + quiet, f.Y, bar, height}); err != nil {
		return err
	}
	f.Y += height + 4
	f.Paragraph(pdf.Run{Style: s.label, Text: s.t("Numero di registrazione")})
	f.Paragraph(pdf.Run{Style: s.heading, Text: number})
	return nil
}
