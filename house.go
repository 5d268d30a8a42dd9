// Package sportello holds the tests of the house itself: which package may know which, and whether the
// glossary still speaks of what exists.
package sportello
