#!/bin/bash
# Runs a command beside a PostgreSQL server made for it, and removes the server afterwards.
#
#   scripts/with-postgres.sh go test ./store
#
# The command finds the server's address in TEST_POSTGRES. A TEST_POSTGRES that is already set is used as
# it is. The server listens on a socket in its own temporary folder only, sorts by bytes as production
# must, and writes without fsync; FSYNC=on gives the real speed of the disk (make bench).
set -euo pipefail

[ -n "${TEST_POSTGRES:-}" ] && exec "$@"

bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -1 || true)
if [ ! -x "$bin/initdb" ]; then
	echo "PostgreSQL's server is not installed: run scripts/test-deps.sh" >&2
	exit 1
fi

# PostgreSQL refuses to run as root. The kernel stops what runs as "as" when this script is killed; the
# signal must be asked for by the process that changes its user, for the change forgets it.
as=(setpriv --pdeathsig QUIT)
user=$(id -un)
if [ "$(id -u)" -eq 0 ]; then
	user=postgres
	id "$user" >/dev/null 2>&1 || user=nobody
	as+=("--reuid=$user" "--regid=$(id -g "$user")" --clear-groups)
fi

dir=$(mktemp -d "${TMPDIR:-/tmp}/sportello-pg.XXXXXX")
server=
finish() {
	if [ -n "$server" ]; then
		kill -QUIT "$server" 2>/dev/null || true
		wait "$server" 2>/dev/null || true
	fi
	rm -rf "$dir"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

chown "$user" "$dir"
chmod 711 "$dir"
cd "$dir"
"${as[@]}" "$bin/initdb" -D "$dir/data" -U sportello -A trust --locale=C --encoding=UTF8 --no-sync \
	>"$dir.log" 2>&1 || { cat "$dir.log" >&2; exit 1; }
rm -f "$dir.log"

"${as[@]}" "$bin/postgres" -D "$dir/data" -k "$dir" \
	-c listen_addresses= -c max_connections=200 -c shared_buffers=128MB \
	-c fsync="${FSYNC:-off}" -c full_page_writes="${FSYNC:-off}" -c logging_collector=off \
	>"$dir/log" 2>&1 </dev/null &
server=$!
for _ in $(seq 300); do
	"$bin/pg_isready" -q -h "$dir" && break
	kill -0 "$server" 2>/dev/null || { cat "$dir/log" >&2; exit 1; }
	sleep 0.1
done
cd "$OLDPWD"

export TEST_POSTGRES="postgres://sportello@/postgres?host=$dir"
"$@"
