package web

// searchProblems are what can go wrong in Gestione utenti: the search and its list.
var searchProblems []problem
