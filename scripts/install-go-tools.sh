#!/usr/bin/env bash
# Builds programs that tests need and that Debian has not, or not as new, pinned by the go.mod and go.sum of their folders in
# tools. Does nothing when they are there. Without a Go that is new enough it says what is left out, and what to do; with one, a
# program that cannot be built is an error. Needs root.
set -euo pipefail
cd "$(dirname "$0")/../tools"

# build FOLDER PACKAGE FILE
build() {
  local wanted why
  wanted=$(sed -n 's/^go //p' "$1/go.mod")
  # Reads the module alone: no Go at all, or one that is older than it wants, ends here.
  if ! why=$(cd "$1" && GOTOOLCHAIN=local go list -m 2>&1); then
    printf '%s is left out, and its tests with it: %s\n' "$2" "$why"
    printf 'It takes Go %s or newer, which Debian 12 has not: install it as https://go.dev/doc/install says,\n' "$wanted"
    printf 'have it in the PATH of root, and call scripts/install-go-tools.sh again.\n'
    return 0
  fi
  printf 'Building %s, which takes up to some minutes\n' "$2"
  (cd "$1" && GOTOOLCHAIN=local go build -trimpath -ldflags='-s -w' -o "$3" "$2")
}

# Compares what the gateway is made of with decK's reading of the same contracts.
command -v go-apiops >/dev/null || build openapi2kong github.com/kong/go-apiops /usr/local/bin/go-apiops
command -v actionlint >/dev/null || build actionlint github.com/rhysd/actionlint/cmd/actionlint /usr/local/bin/actionlint
docker compose version >/dev/null 2>&1 ||
  build compose github.com/docker/compose/v2/cmd /usr/local/lib/docker/cli-plugins/docker-compose
