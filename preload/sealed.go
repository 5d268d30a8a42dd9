package preload

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"sportello/vault"
)

// An uploaded file waits on disk in pieces that are sealed each for itself: whoever copies the disk reads nothing of it.
const pieceSize = 64 << 10

func sealPiece(id string, n int) string { return fmt.Sprintf("importazione/%s/%d", id, n) }

func (p *Preload) path(id string) string { return filepath.Join(p.Dir, "importazione-"+id) }

// A received is what is known of a file once it was read to its end.
type received struct {
	sha256 string
	bytes  int64
}

// seal writes what comes in to the file of an import. Errors: ErrTooLarge, ErrEmpty.
func (p *Preload) seal(id string, in io.Reader) (got received, err error) {
	if err := os.MkdirAll(p.Dir, 0o700); err != nil {
		return got, fmt.Errorf("directory of imports: %w", err)
	}
	out, err := os.OpenFile(p.path(id), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return got, fmt.Errorf("file of an import: %w", err)
	}
	sum := sha256.New()
	if got.bytes, err = p.sealPieces(id, out, io.TeeReader(io.LimitReader(in, MaxBytes+1), sum)); err == nil {
		err = out.Sync()
	}
	err = errors.Join(err, out.Close())
	switch {
	case err != nil:
	case got.bytes > MaxBytes:
		err = ErrTooLarge
	case got.bytes == 0:
		err = ErrEmpty
	}
	if err != nil {
		return got, errors.Join(err, p.forget(id))
	}
	got.sha256 = hex.EncodeToString(sum.Sum(nil))
	return got, nil
}

func (p *Preload) sealPieces(id string, out io.Writer, in io.Reader) (total int64, err error) {
	piece := make([]byte, pieceSize)
	for n := 0; ; n++ {
		size, end := io.ReadFull(in, piece)
		if size > 0 {
			blob, err := p.Sealer.Seal(sealPiece(id, n), piece[:size])
			if err != nil {
				return total, err
			}
			if _, err := out.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(blob))), blob...)); err != nil {
				return total, err
			}
		}
		total += int64(size)
		switch {
		case errors.Is(end, io.EOF) || errors.Is(end, io.ErrUnexpectedEOF):
			return total, nil
		case end != nil:
			return total, end
		}
	}
}

// forget removes the file of an import, if it is there.
func (p *Preload) forget(id string) error {
	if err := os.Remove(p.path(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// unseal opens the file of an import. Error: ErrGone.
func (p *Preload) unseal(id string) (io.ReadCloser, error) {
	f, err := os.Open(p.path(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrGone
	}
	if err != nil {
		return nil, err
	}
	return &unsealed{File: f, id: id, sealer: p.Sealer}, nil
}

// An unsealed file is read piece by piece.
type unsealed struct {
	*os.File
	id     string
	sealer vault.Sealer
	n      int
	piece  []byte
}

// Read implements io.Reader.
func (u *unsealed) Read(b []byte) (int, error) {
	if len(u.piece) == 0 {
		if err := u.next(); err != nil {
			return 0, err
		}
	}
	n := copy(b, u.piece)
	u.piece = u.piece[n:]
	return n, nil
}

func (u *unsealed) next() error {
	var size [4]byte
	if _, err := io.ReadFull(u.File, size[:]); err != nil {
		return err // io.EOF between two pieces is the end
	}
	length := binary.BigEndian.Uint32(size[:])
	if length > 2*pieceSize {
		return vault.ErrSealed
	}
	blob := make([]byte, length)
	if _, err := io.ReadFull(u.File, blob); err != nil {
		return vault.ErrSealed
	}
	var err error
	u.piece, err = u.sealer.Open(sealPiece(u.id, u.n), blob)
	u.n++
	return err
}
