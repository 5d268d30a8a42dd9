package main

// helpdesk sees the pages of the back office.
func (r *tour) helpdesk() {}
