package scan

import (
	"image"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
)

// Barcode reads the Code 128 of a page, however it lies; it gives "" where there is none.
func Barcode(page image.Image) string {
	bits, err := gozxing.NewBinaryBitmapFromImage(page)
	if err != nil {
		return ""
	}
	found, err := oned.NewCode128Reader().Decode(bits, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		return ""
	}
	return found.GetText()
}
