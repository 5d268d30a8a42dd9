package main

// renewals sees the pages of Rigenera codice.
func (r *tour) renewals() {}
