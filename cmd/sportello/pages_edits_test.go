package main

// edits sees the pages of Modifica, Cambio residenza, Recupero username.
func (r *tour) edits() {}
