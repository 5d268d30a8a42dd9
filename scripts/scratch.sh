#!/bin/bash
# Names the folder for what tests write and throw away: memory, where there is plenty of it and programs may run there.
# Hundreds of databases are made and removed; on a disk that is half of the work.
if [ "$(df --output=avail /dev/shm 2>/dev/null | tail -1)" -gt 4000000 ] 2>/dev/null && ! findmnt -no OPTIONS -T /dev/shm | grep -qw noexec; then
	echo /dev/shm
else
	echo "${TMPDIR:-/tmp}"
fi
