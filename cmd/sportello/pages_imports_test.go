package main

// imports sees the pages of importazione.
func (r *tour) imports() {}
