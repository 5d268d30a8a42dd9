// Package communities carries the policy files of the communities that come with the program: one directory each,
// named after the community's id, with community.toml, the texts that it names and its help topics; folder help has the topics that all share. An installation may bring its own.
//
// It holds data only; package community reads and checks it.
package communities

import "embed"

// FS holds the directories of the communities at its root, as community.LoadAll wants them.
//
//go:embed */*.toml */*.md */help/*.md
var FS embed.FS
