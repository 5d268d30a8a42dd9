package scan

import (
	"image"
	"image/color"
	"math"
	"sync"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/f64"
	"golang.org/x/image/math/fixed"
)

// Mark writes words across a picture of a page, again and again: who looks at it, and when, stays on whatever is copied from the screen.
func Mark(page image.Image, words string) *image.RGBA {
	out := image.NewRGBA(image.Rectangle{Max: page.Bounds().Size()})
	draw.Draw(out, out.Bounds(), page, page.Bounds().Min, draw.Src)
	stamp := stampOf(words, float64(max(14, out.Rect.Dx()/45)))
	step := image.Pt(stamp.Rect.Dx()*9/10, max(stamp.Rect.Dx()*6/10, 120))
	sin, cos := math.Sincos(-math.Pi / 7)
	for y := step.Y / 3; y < out.Rect.Dy()+step.Y; y += step.Y {
		for x := -step.X / 4; x < out.Rect.Dx(); x += step.X {
			turned := f64.Aff3{cos, -sin, float64(x), sin, cos, float64(y)}
			draw.ApproxBiLinear.Transform(out, turned, stamp, stamp.Rect, draw.Over, nil)
		}
	}
	return out
}

var face = sync.OnceValue(func() *opentype.Font {
	f, err := opentype.Parse(goregular.TTF)
	if err != nil {
		panic(err) // the font is part of the program
	}
	return f
})

// stampOf writes one line in pale red, pixels high.
func stampOf(words string, pixels float64) *image.RGBA {
	f, err := opentype.NewFace(face(), &opentype.FaceOptions{Size: pixels, DPI: 72})
	if err != nil {
		panic(err) // no size is refused
	}
	width := font.MeasureString(f, words).Ceil()
	img := image.NewRGBA(image.Rect(0, 0, width+1, int(pixels*1.5)))
	d := font.Drawer{Dst: img, Src: image.NewUniform(color.NRGBA{R: 0xb0, A: 0x50}), Face: f, Dot: fixed.P(0, int(pixels*1.1))}
	d.DrawString(words)
	return img
}
