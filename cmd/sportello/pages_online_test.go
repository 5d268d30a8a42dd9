package main

// online sees the pages of who begins at home.
func (r *tour) online() {}
