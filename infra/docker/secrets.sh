#!/bin/sh
# Makes the secrets of a first start, in a volume that only our services mount; later starts keep them. What the
# operator gives (SESSION_SECRET, POSTGRES_PASSWORD in .env) is taken instead.
set -eu
cd /run/parley
umask 077

fail() {
  echo "secrets: $1" >&2
  exit 1
}
random() { head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
# Written aside and moved: a start that breaks off leaves no half of a secret.
keep() {
  printf '%s' "$2" >"$1.new"
  mv "$1.new" "$1"
}

password=$(cat postgres-password 2>/dev/null || true)
given=${POSTGRES_PASSWORD:-}
case $given in *[!A-Za-z0-9._~-]*) fail 'POSTGRES_PASSWORD may have letters, digits and . _ ~ - only, for it becomes part of an address' ;; esac
if [ -n "$password" ] && [ -n "$given" ] && [ "$given" != "$password" ]; then
  fail 'POSTGRES_PASSWORD is not the one the database was made with; change it in Postgres first, then remove postgres-password from the volume "secrets"'
fi
[ -n "$password" ] || keep postgres-password "${given:-$(random)}"

secret=${SESSION_SECRET:-$(cat session-secret 2>/dev/null || true)}
[ -n "$secret" ] || secret=$(random)
[ ${#secret} -ge 32 ] || fail 'SESSION_SECRET must have 32 characters or more'
keep session-secret "$secret" # another one signs everybody out

keep database-url "postgresql://parley:$(cat postgres-password)@postgres:5432/parley"

# The nodes run as `node` (1000). Postgres reads its password as a user whose number depends on the image; whoever
# mounts this volume may know it, for it is in the address too.
chmod 0755 .
chmod 0400 database-url session-secret
chmod 0444 postgres-password
chown 1000:1000 database-url session-secret
