#!/usr/bin/env bash
# Runs a command with a Docker engine: with the one that answers (DOCKER_HOST, or the usual socket), else with a private one
# that has its own data root, exec root, socket, pid file and bridge, and ends with the command. A private one needs root.
set -euo pipefail

if [ "$#" -eq 0 ]; then
  printf 'usage: %s COMMAND [ARGUMENT...]\n' "$0" >&2
  exit 2
fi
if docker version >/dev/null 2>&1; then exec "$@"; fi
if [ "$(id -u)" != 0 ]; then
  printf 'No Docker engine answers, and starting one needs root.\n' >&2
  exit 1
fi

directory=$(mktemp -d "${TMPDIR:-/tmp}/fountain-engine.XXXXXX")
bridge=fntn$$
engine=''

end_engine() {
  if [ -n "$engine" ]; then
    kill "$engine" 2>/dev/null || true
    wait "$engine" 2>/dev/null || true
  fi
  ip link delete "$bridge" 2>/dev/null || true
  # What it leaves mounted belongs to this directory alone.
  awk -v under="$directory/" 'index($2, under) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount --lazy
  rm -rf "$directory"
}
trap end_engine EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# A bridge of its own: docker0 may belong to another engine.
ip link add name "$bridge" type bridge
ip address add "10.$((200 + $$ % 50)).$(($$ / 50 % 250)).1/24" dev "$bridge"
ip link set "$bridge" up

# In a group of its own, so that Ctrl-C reaches the command first.
set -m
dockerd --data-root "$directory/data" --exec-root "$directory/exec" --pidfile "$directory/pid" \
  --host "unix://$directory/socket" --bridge "$bridge" >"$directory/log" 2>&1 &
engine=$!
set +m

export DOCKER_HOST=unix://$directory/socket
for _ in $(seq 300); do
  if docker version >/dev/null 2>&1; then break; fi
  if ! kill -0 "$engine" 2>/dev/null; then break; fi
  sleep 0.1
done
if ! docker version >/dev/null 2>&1; then
  printf 'The Docker engine did not start; its last lines:\n' >&2
  tail -n 20 "$directory/log" >&2
  exit 1
fi
"$@"
