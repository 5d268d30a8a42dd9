package main

// post sees the pages of the letters that go by post.
func (r *tour) post() {}
