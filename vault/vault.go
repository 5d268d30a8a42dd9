// Package vault seals the secrets that must be read again (a PIN until it is printed, a code until it is mailed)
// and computes the keyed digests of those that must only be recognised.
//
// It knows keys and bytes; what is sealed, and for how long, is the store's business.
package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A Sealer keeps secrets: a key file here, a hardware module elsewhere. Safe for concurrent use.
//
// Seal binds plain to context ("handover/0190.../pin"): Open with another context answers ErrSealed.
// MAC is an HMAC-SHA256 under a key that belongs to the purpose alone; it stays the same for the life of the
// installation, whatever sealing keys come and go.
type Sealer interface {
	Seal(context string, plain []byte) ([]byte, error)
	Open(context string, blob []byte) ([]byte, error)
	MAC(purpose string, data []byte) []byte
}

var (
	// ErrSealed means that a blob was altered, cut, or sealed for another context.
	ErrSealed = errors.New("vault: sealed value damaged or bound to another context")
	// ErrUnknownKey means that the key that sealed a blob is not in the key file any more.
	ErrUnknownKey = errors.New("vault: sealed with a key that the key file does not hold")
)

// A blob is: format (1 byte), key id (4, big endian), nonce (12), ciphertext with tag. The first five are
// authenticated together with the context.
const (
	format     = 1
	headerSize = 1 + 4
	nonceSize  = 12
	keySize    = 32
)

// Names of the subkeys, part of the format: a change makes every old blob and digest unreadable.
const (
	sealInfo = "sportello/seal/1"
	macInfo  = "sportello/mac/1/"
)

// Keys is the Sealer of a key file. The zero value is not usable: see Open and Create.
type Keys struct {
	current uint32
	seals   map[uint32]cipher.AEAD
	macRoot []byte
	rand    io.Reader
}

var _ Sealer = (*Keys)(nil)

// Seal encrypts plain with AES-256-GCM under the current key. It fails only when chance does.
func (k *Keys) Seal(context string, plain []byte) ([]byte, error) {
	blob := make([]byte, headerSize+nonceSize, headerSize+nonceSize+len(plain)+16)
	blob[0] = format
	binary.BigEndian.PutUint32(blob[1:], k.current)
	nonce := blob[headerSize:]
	if _, err := io.ReadFull(k.rand, nonce); err != nil {
		return nil, fmt.Errorf("drawing a nonce: %w", err)
	}
	return k.seals[k.current].Seal(blob, nonce, plain, bound(blob[:headerSize], context)), nil
}

// Open reads a blob that Seal made for the same context, under any key of the file.
// Errors: ErrSealed, ErrUnknownKey; neither says anything of the content.
func (k *Keys) Open(context string, blob []byte) ([]byte, error) {
	if len(blob) < headerSize+nonceSize || blob[0] != format {
		return nil, ErrSealed
	}
	header, nonce, sealed := blob[:headerSize], blob[headerSize:headerSize+nonceSize], blob[headerSize+nonceSize:]
	aead, ok := k.seals[binary.BigEndian.Uint32(header[1:])]
	if !ok {
		return nil, ErrUnknownKey
	}
	plain, err := aead.Open(nil, nonce, sealed, bound(header, context))
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

// MAC is the 32 bytes of HMAC-SHA256 of data under the purpose's own key.
func (k *Keys) MAC(purpose string, data []byte) []byte {
	mac := hmac.New(sha256.New, subkey(k.macRoot, macInfo+purpose))
	mac.Write(data)
	return mac.Sum(nil)
}

func bound(header []byte, context string) []byte {
	return append(append([]byte(nil), header...), context...)
}

// subkey derives a key for one purpose. HKDF can only refuse a length, and this one it takes.
func subkey(root []byte, info string) []byte {
	key, err := hkdf.Key(sha256.New, root, nil, info, keySize)
	if err != nil {
		panic(err)
	}
	return key
}

func newKeys(rand io.Reader, seals []entry, macRoot []byte) (*Keys, error) {
	k := &Keys{current: seals[0].id, seals: map[uint32]cipher.AEAD{}, macRoot: macRoot, rand: rand}
	for _, e := range seals {
		block, err := aes.NewCipher(subkey(e.key, sealInfo))
		if err != nil {
			return nil, err
		}
		if k.seals[e.id], err = cipher.NewGCM(block); err != nil {
			return nil, err
		}
	}
	return k, nil
}

// OwnKeySize is the length of a key for Own, in bytes.
const OwnKeySize = keySize

// Own is a Sealer under one given key: that of one person or request, whose destruction makes unreadable all that it sealed.
func Own(key []byte, rand io.Reader) (*Keys, error) {
	if len(key) != keySize {
		return nil, ErrUnknownKey
	}
	return newKeys(rand, []entry{{id: 1, key: key}}, key)
}
