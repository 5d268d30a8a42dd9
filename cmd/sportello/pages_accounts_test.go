package main

// accounts sees the pages of account obsoleti.
func (r *tour) accounts() {}
