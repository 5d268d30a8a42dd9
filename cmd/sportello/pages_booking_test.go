package main

// booking sees the pages of Prenota.
func (r *tour) booking() {}
