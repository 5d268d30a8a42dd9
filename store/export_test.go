package store

// Merge does now what otherwise happens once much has changed.
func (db *DB) Merge() error {
	for !db.memory.claim() {
		db.memory.others()
	}
	return db.memory.do((*memory).merge)
}

func init() { scanPiece, worthMarking = 50, 10 } // so that a few hundred rows are several pieces
