// Package fax watches the folder in which a fax server leaves what it receives, one file for each fax (mission S29).
//
// A file leaves the folder only after whoever keeps it has committed; one that is met again has the same SHA-256. The package does not look into
// files: see package scan.
package fax

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A Folder is watched. Dir must be there; DoneFolder and AsideFolder are made inside it.
type Folder struct {
	Dir string
	Now func() time.Time
}

// Where files go: once they are kept, or once they turned out to be of no use.
const (
	DoneFolder  = "letti"
	AsideFolder = "scartati"
)

// Bounds of a fax.
const (
	MaxBytes = 20 << 20
	// quiet is how long a file must not have changed: a fax server writes it while the fax comes in.
	quiet = 20 * time.Second
)

// A File is a fax as it was left.
type File struct {
	Name   string
	SHA256 string // hexadecimal
	Data   []byte // nil if it is over MaxBytes
}

// ErrAside is what a Keeper returns for a file that is of no use, and has said so to somebody: it goes to AsideFolder.
var ErrAside = errors.New("put the file aside")

// A Keeper keeps a file for good, or returns why not: then it stays where it is, unless that is ErrAside.
type Keeper func(context.Context, File) error

// Collect hands all files that are whole to keep, in the order of their names, and moves what is kept. A file that cannot be kept does not hold up the
// others. It gives all that went wrong.
func (f *Folder) Collect(ctx context.Context, keep Keeper) (err error) {
	entries, err := os.ReadDir(f.Dir)
	if err != nil {
		return fmt.Errorf("read the folder of faxes: %w", hush(err))
	}
	for _, e := range entries {
		if ctx.Err() != nil {
			return err
		}
		if f.whole(e) {
			err = errors.Join(err, f.collect(ctx, e.Name(), keep))
		}
	}
	return err
}

// unfinished are the ends of names under which programs write.
var unfinished = []string{".part", ".tmp", ".lock", ".filepart", "~"}

// whole tells a file that nobody is writing. Folders, links and hidden files are left alone.
func (f *Folder) whole(e fs.DirEntry) bool {
	if !e.Type().IsRegular() || strings.HasPrefix(e.Name(), ".") {
		return false
	}
	for _, end := range unfinished {
		if strings.HasSuffix(strings.ToLower(e.Name()), end) {
			return false
		}
	}
	info, err := e.Info()
	return err == nil && f.Now().Sub(info.ModTime()) >= quiet
}

func (f *Folder) collect(ctx context.Context, name string, keep Keeper) error {
	file, err := f.read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // another machine was faster
	}
	if err != nil {
		return fmt.Errorf("read a fax: %w", hush(err))
	}
	switch err := keep(ctx, file); {
	case errors.Is(err, ErrAside):
		return f.move(file, AsideFolder)
	case err != nil:
		return fmt.Errorf("keep a fax: %w", err)
	}
	return f.move(file, DoneFolder)
}

func (f *Folder) read(name string) (File, error) {
	in, err := os.Open(filepath.Join(f.Dir, name))
	if err != nil {
		return File{}, err
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, MaxBytes+1))
	if err != nil {
		return File{}, err
	}
	sum := sha256.Sum256(data)
	x := File{Name: name, SHA256: hex.EncodeToString(sum[:]), Data: data}
	if len(data) > MaxBytes {
		x.Data = nil
	}
	return x, nil
}

// move puts a file away under a name that no other has.
func (f *Folder) move(x File, folder string) error {
	to := filepath.Join(f.Dir, folder)
	if err := os.MkdirAll(to, 0o700); err != nil {
		return fmt.Errorf("put a fax away: %w", hush(err))
	}
	err := os.Rename(filepath.Join(f.Dir, x.Name), filepath.Join(to, f.Now().UTC().Format("20060102-150405-")+x.SHA256[:8]+"-"+x.Name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("put a fax away: %w", hush(err))
	}
	return nil
}

// hush keeps names of files, which senders choose, out of logs.
func hush(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}
