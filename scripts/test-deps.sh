#!/bin/bash
# Installs what `make test` needs beyond Go, Node and make, on Debian and its kin:
# a browser, a PostgreSQL server, the tools that read PDFs, Java for the HTML validator, an IMAP server, a font.
# It is quick and asks nobody when everything is there; otherwise it needs root. Named packages are looked for alone:
#
#   scripts/test-deps.sh poppler-utils
set -euo pipefail

# What must be found, and the package that brings it.
needs() {
	cat <<-'TABLE'
		chromium-headless-shell                  chromium-headless-shell
		/usr/lib/postgresql/*/bin/initdb         postgresql
		pdftotext                                poppler-utils
		qpdf                                     qpdf
		java                                     default-jre-headless
		/usr/sbin/dovecot                        dovecot-imapd
		gcc                                      gcc
		/usr/include/stdlib.h                    libc6-dev
		/usr/share/fonts/truetype/dejavu/*.ttf   fonts-dejavu-core
	TABLE
}

present() {
	case $1 in
	/*) compgen -G "$1" >/dev/null ;;
	*) command -v "$1" >/dev/null ;;
	esac
}

missing=()
while read -r what package; do
	[ $# -eq 0 ] || [[ " $* " == *" $package "* ]] || continue
	present "$what" || missing+=("$package")
done < <(needs)

[ ${#missing[@]} -eq 0 ] && exit 0

# RUNLEVEL=1 keeps a database server that is being installed from starting by itself.
if [ "$(id -u)" -ne 0 ]; then
	echo "The tests need ${missing[*]}. Run this line, then make again:" >&2
	echo "  sudo apt-get update && sudo env RUNLEVEL=1 apt-get install -y --no-install-recommends ${missing[*]}" >&2
	exit 1
fi
by_hand() {
	echo "The tests need ${missing[*]}, and $1. Install them by hand, then run make again." >&2
	exit 1
}
command -v apt-get >/dev/null || by_hand "apt-get is not here"
echo "installing ${missing[*]}"
apt=(env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300)
"${apt[@]}" update -qq && "${apt[@]}" install -y -qq --no-install-recommends "${missing[@]}" </dev/null || by_hand "apt-get could not install them"
