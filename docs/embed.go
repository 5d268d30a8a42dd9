// Package docs carries the guide that operators download (001 §2). It holds data only.
package docs

import _ "embed"

// Operators is the operators' guide, in Markdown.
//
//go:embed operators.md
var Operators string
