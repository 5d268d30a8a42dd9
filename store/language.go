package store

// Language is the one in which a citizen last read the informativa or accepted a text: a locale.Language, or "" if they never chose one.
func (tx *Tx) Language(registrationID string) (string, error) {
	spoken, err := tx.words(`SELECT lang FROM (SELECT lang, accepted_at AS at FROM acceptance WHERE registration_id = $1
		UNION ALL SELECT lang, at FROM acknowledgement WHERE registration_id = $1) AS read ORDER BY at DESC LIMIT 1`, registrationID)
	if err != nil || len(spoken) == 0 {
		return "", err
	}
	return spoken[0], nil
}
