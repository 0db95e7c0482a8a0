#!/usr/bin/env bash
# with-docker-engine.sh COMMAND [ARGUMENT...]: runs a command with a Docker engine: with the one that answers (DOCKER_HOST or
# the usual socket), else with a private one that has its own data root, exec root, socket and pid file and ends with the
# command. A private one needs root. What it keeps, the machines' base image, stays in FOUNTAIN_ENGINE_DIR.
set -euo pipefail

if [ "$#" -eq 0 ]; then
  printf 'usage: %s COMMAND [ARGUMENT...]\n' "$0" >&2
  exit 2
fi
if docker version >/dev/null 2>&1; then exec "$@"; fi
if [ "$(id -u)" != 0 ] || ! command -v dockerd >/dev/null; then
  printf 'No Docker engine answers, and starting one needs root and dockerd (scripts/install-test-tools.sh).\n' >&2
  exit 1
fi

data=${FOUNTAIN_ENGINE_DIR:-/var/lib/fountain-engine}
mkdir -p "$data"
exec 9>"$data.lock"
if ! flock --nonblock 9; then
  printf 'Another command has its engine in %s; FOUNTAIN_ENGINE_DIR names another place.\n' "$data" >&2
  exit 1
fi

run=$(mktemp -d /run/fountain-engine.XXXXXX)
engine=''
end_engine() {
  if [ -n "$engine" ]; then
    kill "$engine" 2>/dev/null || true
    wait "$engine" 2>/dev/null || true
  fi
  # A container on the computer's own network leaves that mounted there.
  for mounted in "$run"/exec/netns/*; do umount "$mounted" 2>/dev/null || true; done
  rm -rf --one-file-system "$run"
}
trap end_engine EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# In a group of its own, so that Ctrl-C reaches the command alone. Without a bridge: each sandbox makes its own.
set -m
dockerd --data-root "$data" --exec-root "$run/exec" --pidfile "$run/pid" --host "unix://$run/docker.sock" \
  --bridge none 9>&- >"$run/log" 2>&1 &
engine=$!
set +m

export DOCKER_HOST=unix://$run/docker.sock
for _ in $(seq 600); do
  if docker version >/dev/null 2>&1 || ! kill -0 "$engine" 2>/dev/null; then break; fi
  sleep 0.1
done
if ! docker version >/dev/null 2>&1; then
  printf 'The Docker engine did not start; its last lines:\n' >&2
  tail -n 20 "$run/log" >&2
  exit 1
fi

# Nobody else can have anything in here: what a sandbox left behind that was killed goes.
label=label=fountain-sandbox
docker ps --all --quiet --filter "$label" | xargs --no-run-if-empty docker rm --force --volumes >/dev/null
docker volume ls --quiet --filter "$label" | xargs --no-run-if-empty docker volume rm >/dev/null
docker network ls --quiet --filter "$label" | xargs --no-run-if-empty docker network rm >/dev/null

"$@" 9>&-
