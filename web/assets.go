package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
)

//go:embed all:static
var static embed.FS

// ErrNoAssets means that the program was built without the design system: pages would have no form.
var ErrNoAssets = errors.New("web/static/vendor is missing: run `make assets` and build again")

// Assets tells whether the program carries the design system; call it at start.
func Assets() error {
	for _, name := range []string{"vendor/css/bootstrap-italia.min.css", "vendor/svg/sprites.svg", "vendor/plugins/input-password.js"} {
		if _, ok := shelf().files[name]; !ok {
			return ErrNoAssets
		}
	}
	return nil
}

type asset struct {
	plain       []byte
	packed      func() []byte // made when the first browser asks: packing all would hold up the start
	contentType string
}

// assets are all files, under a version drawn from their content. The version stands in the address
// before the name, so that stylesheets and modules reach their neighbours by relative address.
type assets struct {
	version string
	files   map[string]asset
}

var contentTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".woff2": "font/woff2",
}

var shelf = sync.OnceValue(func() assets {
	a := assets{files: map[string]asset{}}
	sum := sha256.New()
	err := fs.WalkDir(static, "static", func(name string, d fs.DirEntry, err error) error {
		kind := contentTypes[path.Ext(name)]
		if err != nil || d.IsDir() || kind == "" {
			return err
		}
		b, err := static.ReadFile(name)
		sum.Write([]byte(name))
		sum.Write(b)
		a.files[strings.TrimPrefix(name, "static/")] = asset{b, sync.OnceValue(func() []byte { return pack(b, kind) }), kind}
		return err
	})
	if err != nil {
		panic(err) // embedded files can be read
	}
	a.version = hex.EncodeToString(sum.Sum(nil))[:12]
	return a
})

// pack is the content compressed, nil for fonts, which already are.
func pack(b []byte, kind string) []byte {
	if strings.HasPrefix(kind, "font/") {
		return nil
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(b) // to memory
	_ = z.Close()
	return packed.Bytes()
}

// assetURL is where a file of static is served.
func assetURL(name string) string { return "/static/" + shelf().version + "/" + name }

// getStatic serves a file for good if the address has its version; an address of an older page gets
// today's file, not to be kept.
func (s *Server) getStatic(w http.ResponseWriter, r *http.Request) error {
	f, ok := shelf().files[r.PathValue("file")]
	if !ok {
		return ErrNotFound
	}
	h := w.Header()
	h.Set("Cache-Control", "no-cache")
	if r.PathValue("version") == shelf().version {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Set("Content-Type", f.contentType)
	h.Set("Vary", "Accept-Encoding")
	body := f.plain
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		if packed := f.packed(); packed != nil {
			h.Set("Content-Encoding", "gzip")
			body = packed
		}
	}
	_, err := w.Write(body)
	return err
}
