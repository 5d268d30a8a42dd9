package main

// requests sees the two-phase request to an ente.
func (r *tour) requests() {}
