package scan

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"image"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"sync"
	"time"

	"github.com/klippa-app/go-pdfium/webassembly/imports"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"golang.org/x/image/draw"
)

// The program that draws PDF pages, PDFium compiled to WebAssembly without scripts, lies here once `make assets` has installed it.
//
//go:embed pdfium
var installed embed.FS

// ErrNotInstalled means that the binary was built without the program that draws PDF pages.
var ErrNotInstalled = errors.New("PDFium is not installed: run make assets, and build again")

// What drawing one page may take.
const (
	maxTime   = 15 * time.Second
	maxMemory = 256 << 20 / 65536 // pages of 64 KiB
	maxWidth  = 2400              // pixels
	atOnce    = 2                 // pages being drawn
)

// A Renderer draws pages. Each PDF is drawn by a fresh copy of PDFium that reaches neither files nor network nor clock. The zero value is
// ready; it is safe for concurrent use.
type Renderer struct {
	Cache string // folder of the compiled program, which nobody else may write; "" compiles anew in every process

	start   sync.Once
	runtime wazero.Runtime
	program wazero.CompiledModule
	failed  error
	slots   chan struct{}
}

// UserCache is the folder for what can be made again, of the user that the process runs as; "" where there is none. Its name has the compiler's version,
// as the paths of its source carry it: what another version compiled must not run.
func UserCache() string {
	folder, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	source, _ := runtime.FuncForPC(reflect.ValueOf(wazero.NewRuntime).Pointer()).FileLine(0)
	return filepath.Join(folder, "sportello", "pdfium", filepath.Base(filepath.Dir(source)))
}

// Prepare compiles PDFium, which takes some seconds of one core unless Cache has it; the first page would wait for it otherwise. Error: ErrNotInstalled.
func (r *Renderer) Prepare() error {
	r.start.Do(func() {
		r.slots = make(chan struct{}, atOnce)
		r.failed = r.install(context.Background())
	})
	return r.failed
}

func (r *Renderer) install(ctx context.Context) error {
	code, err := installed.ReadFile("pdfium/pdfium.wasm")
	if err != nil {
		return ErrNotInstalled
	}
	if err := r.load(ctx, code); err != nil {
		return fmt.Errorf("compiling PDFium: %w", err)
	}
	_, err = imports.Instantiate(ctx, r.runtime, r.program)
	return err
}

// load brings a program from the cache, or compiles it: also where the cache cannot be read or written, or holds something broken.
func (r *Renderer) load(ctx context.Context, code []byte) error {
	config := wazero.NewRuntimeConfig().WithMemoryLimitPages(maxMemory).WithCloseOnContextDone(true)
	if r.Cache != "" {
		if kept, err := wazero.NewCompilationCacheWithDir(r.Cache); err == nil && r.compile(ctx, config.WithCompilationCache(kept), code) == nil {
			return nil
		}
	}
	return r.compile(ctx, config, code)
}

func (r *Renderer) compile(ctx context.Context, config wazero.RuntimeConfig, code []byte) (err error) {
	r.runtime = wazero.NewRuntimeWithConfig(ctx, config)
	if _, err = wasi_snapshot_preview1.Instantiate(ctx, r.runtime); err != nil {
		return err
	}
	r.program, err = r.runtime.CompileModule(ctx, code)
	return err
}

// Draw gives a picture of one page, width pixels wide, counted from 0. Errors: ErrNoPicture, ErrNotInstalled, the context's.
func (r *Renderer) Draw(ctx context.Context, d *Document, page, width int) (image.Image, error) {
	if page < 0 || page >= len(d.Pages) {
		return nil, ErrNoPicture
	}
	if err := r.Prepare(); err != nil {
		return nil, err
	}
	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	width = min(max(width, 1), maxWidth)
	if d.Format == PDF {
		return r.drawPDF(ctx, d, page, width)
	}
	img, err := r.drawTIFF(ctx, d, page)
	if err != nil {
		return nil, err
	}
	return fit(img, d.Pages[page], width), nil
}

// fit brings the picture of a fax page to a width; its pixels may be taller than wide.
func fit(img image.Image, p Page, width int) image.Image {
	size := img.Bounds().Size()
	ratio := float64(size.Y) / float64(size.X)
	if p.Width > 0 && p.Height > 0 {
		ratio = p.Height / p.Width
	}
	to := image.NewGray(image.Rect(0, 0, width, heightOf(ratio, width)))
	draw.ApproxBiLinear.Scale(to, to.Bounds(), img, img.Bounds(), draw.Src, nil)
	return to
}

// heightOf is bounded: a strip is drawn squeezed.
func heightOf(ratio float64, width int) int {
	return int(min(max(1, math.Round(ratio*float64(width))), 4*maxWidth))
}

// drawPDF draws with a program of its own, which is thrown away afterwards.
func (r *Renderer) drawPDF(ctx context.Context, d *Document, page, width int) (image.Image, error) {
	ctx, stop := context.WithTimeout(ctx, maxTime)
	defer stop()
	m, err := r.runtime.InstantiateModule(ctx, r.program, wazero.NewModuleConfig().
		WithName("").WithStartFunctions("_initialize").WithStdout(io.Discard).WithStderr(io.Discard))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoPicture, err)
	}
	defer m.Close(context.WithoutCancel(ctx))
	p := &pdfium{ctx: ctx, module: m}
	img := p.draw(d, page, width)
	if p.err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoPicture, p.err)
	}
	return img, nil
}

// A pdfium is one running copy of the program. After a first error it does nothing any more.
type pdfium struct {
	ctx    context.Context
	module api.Module
	err    error
}

var errNothing = errors.New("PDFium gave nothing")

// call runs a function of the program, whose result must not be zero.
func (p *pdfium) call(function string, args ...uint64) uint64 {
	result := p.run(function, args...)
	if p.err == nil && (len(result) == 0 || result[0] == 0) {
		p.err = fmt.Errorf("%s: %w", function, errNothing)
	}
	if p.err != nil {
		return 0
	}
	return result[0]
}

func (p *pdfium) run(function string, args ...uint64) (result []uint64) {
	if p.err == nil {
		result, p.err = p.module.ExportedFunction(function).Call(p.ctx, args...)
	}
	return result
}

// Numbers of PDFium's interface (fpdfview.h).
const (
	formatBGRA       = 4
	drawAnnotations  = 0x01
	bytesOrderRGBA   = 0x10
	white            = 0xffffffff
	drawWithoutTurns = 0
)

func (p *pdfium) draw(d *Document, page, width int) image.Image {
	p.run("FPDF_InitLibrary")
	at := p.call("malloc", uint64(len(d.Data)))
	if p.err == nil && !p.module.Memory().Write(uint32(at), d.Data) {
		p.err = errNothing
	}
	document := p.call("FPDF_LoadMemDocument64", at, uint64(len(d.Data)), 0)
	opened := p.call("FPDF_LoadPage", document, uint64(page))
	height := heightOf(p.size("FPDF_GetPageHeightF", opened)/p.size("FPDF_GetPageWidthF", opened), width)
	w, h := uint64(width), uint64(height)
	bitmap := p.call("FPDFBitmap_CreateEx", w, h, formatBGRA, 0, 0)
	p.run("FPDFBitmap_FillRect", bitmap, 0, 0, w, h, white)
	p.run("FPDF_RenderPageBitmap", bitmap, opened, 0, 0, w, h, drawWithoutTurns, drawAnnotations|bytesOrderRGBA)
	return p.picture(p.call("FPDFBitmap_GetBuffer", bitmap), p.call("FPDFBitmap_GetStride", bitmap), image.Rect(0, 0, width, height))
}

func (p *pdfium) size(function string, page uint64) float64 {
	return float64(api.DecodeF32(p.call(function, page)))
}

// picture copies the pixels out of the program's memory.
func (p *pdfium) picture(buffer, stride uint64, r image.Rectangle) image.Image {
	if p.err != nil {
		return nil
	}
	img := image.NewRGBA(r)
	for y := range r.Dy() {
		line, ok := p.module.Memory().Read(uint32(buffer)+uint32(stride)*uint32(y), uint32(4*r.Dx()))
		if !ok {
			p.err = errNothing
			return nil
		}
		copy(img.Pix[y*img.Stride:], line)
	}
	return img
}
