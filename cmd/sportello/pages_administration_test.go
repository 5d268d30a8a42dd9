package main

// administration sees the pages of amministrazione.
func (r *tour) administration() {}
