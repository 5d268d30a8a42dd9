#!/bin/sh
# Looks for what a build needs and no script installs: Go and Node, with npm. It says what is missing, or too old, before anything is downloaded.
set -u
cd "$(dirname "$0")/.."
status=0

say() {
  echo "$1" >&2
  status=1
}

if ! command -v go >/dev/null; then
  say "Go is missing: install version $(sed -n "s,^go ,,p" go.mod) or later from https://go.dev/dl/, and put its bin folder into PATH."
elif ! answer=$(go list -m 2>&1); then
  say "$(go version) cannot build this: $answer"
fi
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  say "Node.js is missing, or npm: install version 20 or later from https://nodejs.org/."
elif ! node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)'; then
  say "Node.js $(node --version) is too old: install version 20 or later from https://nodejs.org/."
fi
exit $status
