package vault

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

var (
	// ErrExposed means that somebody other than its owner can read the key file.
	ErrExposed = errors.New("il file delle chiavi è leggibile da altri utenti")
	// ErrKeyFile means that the key file does not follow the format; the error says which line.
	ErrKeyFile = errors.New("il file delle chiavi non è valido")
	// ErrExists means that Create found a file and left it as it was.
	ErrExists = errors.New("il file delle chiavi esiste già e non viene sovrascritto")
)

// The key file is UTF-8 text. Empty lines and lines that begin with # do not count; every other line is
//
//	seal ID KEY     a sealing key; the first such line is the one in use, the others only open old values
//	mac KEY         the root of the keyed digests, exactly one line, never to be changed
//
// ID is a number from 1 to 4294967295, used once; KEY is 32 random bytes in standard base64.
const fileHead = `# Chiavi di Sportello. Chi legge questo file può leggere i segreti custoditi nella base dati.
# Conservarne una copia fuori dal server: senza, PIN e codici non ancora consegnati sono perduti,
# e senza la riga "mac" nessuna credenziale è più riconosciuta.
#
# seal NUMERO CHIAVE   chiave che sigilla; la prima riga è quella in uso, le altre aprono i valori vecchi
# mac CHIAVE           radice delle impronte: una sola riga, da non cambiare mai
#
# Per cambiare la chiave in uso: aggiungere SOPRA le altre una riga "seal" con un numero nuovo
# e 32 byte casuali in base64 (openssl rand -base64 32), poi riavviare. Non togliere le righe vecchie
# finché esistono valori sigillati con esse.
`

type entry struct {
	id  uint32
	key []byte
}

// Open reads the key file at path; rand gives the nonces of what will be sealed.
// Errors: fs.ErrNotExist, ErrExposed, ErrKeyFile, each wrapped in words for the administrator; none quotes a key.
func Open(path string, rand io.Reader) (*Keys, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("apertura del file delle chiavi: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("apertura del file delle chiavi: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("%s: %w (permessi %04o): eseguire chmod 600 %s", path, ErrExposed, mode, path)
	}
	text, err := io.ReadAll(io.LimitReader(f, 1<<20))
	if err != nil {
		return nil, fmt.Errorf("lettura del file delle chiavi %s: %w", path, err)
	}
	seals, macRoot, err := parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return newKeys(rand, seals, macRoot)
}

// Create draws new keys, writes them to path with mode 0600 and flushes them to disk.
// An existing file is never touched: ErrExists.
func Create(path string, rand io.Reader) (*Keys, error) {
	keys := make([]byte, 2*keySize)
	if _, err := io.ReadFull(rand, keys); err != nil {
		return nil, fmt.Errorf("estrazione delle chiavi: %w", err)
	}
	seal, macRoot := keys[:keySize], keys[keySize:]
	if err := write(path, fmt.Sprintf("%s\nseal 1 %s\nmac %s\n", fileHead, encode(seal), encode(macRoot))); err != nil {
		return nil, err
	}
	return newKeys(rand, []entry{{1, seal}}, macRoot)
}

func write(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s: %w", path, ErrExists)
	}
	if err != nil {
		return fmt.Errorf("creazione del file delle chiavi: %w", err)
	}
	_, err = io.WriteString(f, text)
	if err = errors.Join(err, f.Sync(), f.Close(), syncDir(filepath.Dir(path))); err != nil {
		return errors.Join(fmt.Errorf("scrittura del file delle chiavi: %w", err), os.Remove(path))
	}
	return nil
}

// syncDir makes the new name survive a power cut: keys that were used and then lost take every credential along.
func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

func parse(text string) (seals []entry, macRoot []byte, err error) {
	seen := map[uint32]bool{}
	for n, line := range strings.Split(text, "\n") {
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		e, err := parseLine(fields)
		switch {
		case err != nil:
			return nil, nil, fmt.Errorf("%w: riga %d: %w", ErrKeyFile, n+1, err)
		case e.id == 0 && macRoot != nil:
			return nil, nil, fmt.Errorf("%w: riga %d: una sola riga \"mac\" è ammessa", ErrKeyFile, n+1)
		case e.id == 0:
			macRoot = e.key
		case seen[e.id]:
			return nil, nil, fmt.Errorf("%w: riga %d: il numero %d è già usato", ErrKeyFile, n+1, e.id)
		default:
			seen[e.id] = true
			seals = append(seals, e)
		}
	}
	if len(seals) == 0 || macRoot == nil {
		return nil, nil, fmt.Errorf("%w: servono almeno una riga \"seal\" e una riga \"mac\"", ErrKeyFile)
	}
	return seals, macRoot, nil
}

var (
	errLine  = errors.New(`attesa "seal NUMERO CHIAVE" oppure "mac CHIAVE"`)
	errID    = errors.New("il numero della chiave va da 1 a 4294967295")
	errBytes = errors.New("la chiave deve essere di 32 byte in base64")
)

// parseLine reads one line; the id of the mac line is 0. Its errors never repeat the line.
func parseLine(fields []string) (entry, error) {
	var e entry
	switch {
	case len(fields) == 3 && fields[0] == "seal":
		id, err := strconv.ParseUint(fields[1], 10, 32)
		if err != nil || id == 0 {
			return e, errID
		}
		e.id = uint32(id)
	case len(fields) == 2 && fields[0] == "mac":
	default:
		return e, errLine
	}
	key, err := base64.StdEncoding.DecodeString(fields[len(fields)-1])
	if err != nil || len(key) != keySize {
		return e, errBytes
	}
	e.key = key
	return e, nil
}

func encode(key []byte) string { return base64.StdEncoding.EncodeToString(key) }
