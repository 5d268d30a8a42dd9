package main

// area sees the personal area.
func (r *tour) area() {}
