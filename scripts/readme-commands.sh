#!/usr/bin/env bash
# Runs the README's shell blocks in their order, as a new user would: each must succeed. A block that starts a server is left
# running in the background, and ended at the end.
set -euo pipefail
cd "$(dirname "$0")/.."

blocks=$(mktemp -d)
server=''
cleanup() {
  if [ -n "$server" ]; then
    kill -TERM -- "-$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf -- "$blocks"
}
trap cleanup EXIT

awk -v dir="$blocks" '/^```sh$/ { n++; inside = 1; next } /^```$/ { inside = 0 } inside { print > (dir "/" sprintf("%02d", n) ".sh") }' README.md

serve() {
  set -m
  bash -euo pipefail "$1" &
  server=$!
  set +m
  for _ in $(seq 1 240); do
    if curl --silent --fail --output /dev/null http://127.0.0.1:8000/health; then return 0; fi
    kill -0 "$server" 2>/dev/null || break
    sleep 0.5
  done
  echo "the server of $1 did not answer" >&2
  return 1
}

for block in "$blocks"/*.sh; do
  printf '\n$ %s\n' "$(cat "$block")"
  if grep -qE '^npm (start|run sandbox)' "$block"; then
    serve "$block"
  else
    bash -euo pipefail "$block"
  fi
done
