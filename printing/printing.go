// Package printing hands runs of letters to a printing house: files in a folder, encrypted with age to the printing house's public key, so that
// nobody on the way reads a PIN. The folder may be one that a file transfer watches: a file appears in it whole or not at all.
//
// It knows no letters: what is written into a run is the caller's business.
package printing

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"filippo.io/age"
)

// The troubles that callers recognise; each wraps what the system said.
var (
	ErrNoFolder = errors.New("no folder for the printing house is set")
	ErrKey      = errors.New("not a public key of age")
	ErrFull     = errors.New("no room left in the folder of the printing house")
	ErrFolder   = errors.New("the folder of the printing house cannot be written")
	ErrNoFile   = errors.New("the file is not in the folder of the printing house")
)

// The endings of the files of a run.
const (
	Letters  = ".pdf.age"
	Manifest = ".csv.age"
	part     = ".parte"
)

// A Folder is where the files of runs wait for the printing house.
type Folder struct{ Dir string }

// CheckKey returns ErrKey unless key is a public key of age, "age1...".
func CheckKey(key string) error {
	_, err := recipient(key)
	return err
}

func recipient(key string) (age.Recipient, error) {
	r, err := age.ParseX25519Recipient(key)
	if err != nil {
		return nil, ErrKey // what age says would repeat the key
	}
	return r, nil
}

// A File is one that was written whole.
type File struct {
	Name   string
	Bytes  int64
	SHA256 string // hexadecimal
}

// A Writer writes one file. What is given to it is encrypted before it reaches the disk.
type Writer struct {
	io.Writer // takes the plain bytes
	path      string
	file      *os.File
	age       io.WriteCloser
	buffer    *bufio.Writer
	sum       hash.Hash
	counted   *int64
}

// Create begins a file, which stands in the folder under its name once it is whole. Errors: ErrNoFolder, ErrKey, ErrFull, ErrFolder.
func (f Folder) Create(name, key string) (*Writer, error) {
	if f.Dir == "" {
		return nil, ErrNoFolder
	}
	to, err := recipient(key)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(f.Dir, 0o700); err != nil {
		return nil, trouble(err)
	}
	path := filepath.Join(f.Dir, name)
	file, err := os.CreateTemp(f.Dir, strings.ReplaceAll(name, "*", "")+".*"+part)
	if err != nil {
		return nil, trouble(err)
	}
	w := &Writer{path: path, file: file, sum: sha256.New(), counted: new(int64)}
	w.buffer = bufio.NewWriterSize(io.MultiWriter(file, w.sum, (*count)(w.counted)), 256<<10)
	if w.age, err = age.Encrypt(w.buffer, to); err != nil {
		return nil, errors.Join(trouble(err), w.Abandon())
	}
	w.Writer = w.age
	return w, nil
}

// Close ends the file, has it on the disk and gives it its name; one of an earlier try is replaced.
func (w *Writer) Close() (File, error) {
	err := errors.Join(w.age.Close(), w.buffer.Flush(), w.file.Sync(), w.file.Close())
	if err == nil {
		err = os.Rename(w.file.Name(), w.path)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(w.path))
	}
	if err != nil {
		return File{}, errors.Join(trouble(err), remove(w.file.Name()))
	}
	return File{Name: filepath.Base(w.path), Bytes: *w.counted, SHA256: hex.EncodeToString(w.sum.Sum(nil))}, nil
}

// Abandon leaves nothing of a file that was begun.
func (w *Writer) Abandon() error {
	w.file.Close()
	return remove(w.file.Name())
}

// Sweep removes what a process that was stopped has left of the files of a run.
func (f Folder) Sweep(run string) error { return f.remove(run + ".*" + part) }

// Remove removes the files of a run; those that the printing house has taken away are not missed.
func (f Folder) Remove(run string) error {
	if f.Dir == "" {
		return nil
	}
	return errors.Join(f.Sweep(run), remove(filepath.Join(f.Dir, run+Letters)), remove(filepath.Join(f.Dir, run+Manifest)))
}

func (f Folder) remove(pattern string) error {
	names, err := filepath.Glob(filepath.Join(escaped(f.Dir), pattern))
	for _, name := range names {
		err = errors.Join(err, remove(name))
	}
	return err
}

// escaped is a folder's name as Glob takes it literally.
func escaped(dir string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(dir)
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return trouble(err)
	}
	return nil
}

// Open opens a file to be downloaded: encrypted, as it is. Errors: ErrNoFile, ErrFolder.
func (f Folder) Open(name string) (io.ReadCloser, error) {
	if f.Dir == "" || name != filepath.Base(name) {
		return nil, ErrNoFile
	}
	file, err := os.Open(filepath.Join(f.Dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoFile
	}
	if err != nil {
		return nil, trouble(err)
	}
	return file, nil
}

// trouble tells what the system said in one of our errors.
func trouble(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	return fmt.Errorf("%w: %w", ErrFolder, err)
}

// Trouble wraps an error met while writing into a run, if it is one of the folder's.
func Trouble(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return trouble(err)
	}
	return err
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// count counts the bytes that are written to it.
type count int64

// Write implements io.Writer.
func (c *count) Write(b []byte) (int, error) { *c += count(len(b)); return len(b), nil }
