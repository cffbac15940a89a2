#!/bin/sh
# Puts the present checkout to work without an outage: new nodes start beside the old ones, which leave when the new are
# ready. (A plain `docker compose up -d --build` loses nothing either, but for some seconds nobody answers.) Needs memory
# for twice the nodes meanwhile. A migration must leave the old nodes able to work: expand now, contract next time.
set -eu
cd "$(dirname "$0")/../.."

nodes=$(docker compose ps --quiet --status running server | wc -l)
[ "$nodes" -gt 0 ] || { echo 'unable to roll; no node runs: docker compose up -d --build' >&2; exit 1; }

docker compose build
docker compose run --rm migrate
docker compose up --detach --wait --no-recreate --scale server=$((nodes * 2))
# What is out of date goes first, and that is the old half.
docker compose up --detach --wait --scale server="$nodes"
