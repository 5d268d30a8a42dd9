package main

// openPages sees the public pages of a community.
func (r *tour) openPages() {}
