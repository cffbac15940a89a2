#!/bin/sh
# Makes the secrets of a first start, once, in a volume that only our services mount. Existing files are kept.
set -eu
cd /run/parley
umask 077
random() { head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
[ -s postgres-password ] || random >postgres-password
[ -s session-secret ] || random >session-secret
printf 'postgresql://parley:%s@postgres:5432/parley' "$(cat postgres-password)" >database-url
# The nodes run as `node` (1000); Postgres reads its file as root before it steps down.
chown 1000:1000 database-url session-secret
chmod 0400 database-url session-secret postgres-password
