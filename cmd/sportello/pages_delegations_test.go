package main

// delegations sees the pages of Modifica delega.
func (r *tour) delegations() {}
