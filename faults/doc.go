// Package faults holds the tests of bad days: registries that are slow or lie, a mail server that refuses, a database that
// stops, a disk that fills, a process that is killed, a clock that jumps, sixty-four desks at once; and the benchmarks of pages.
//
// It builds the real house and talks to it as browsers do. Nothing else lives here.
package faults
