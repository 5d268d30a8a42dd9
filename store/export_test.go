package store

// Merge does now what otherwise happens once much has changed.
func (db *DB) Merge() error {
	for !db.memory.claim() {
		db.memory.others()
	}
	return db.memory.do((*memory).merge)
}
