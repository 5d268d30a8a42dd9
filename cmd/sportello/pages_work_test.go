package main

// work sees the pages of lavori e statistiche.
func (r *tour) work() {}
