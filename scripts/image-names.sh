#!/usr/bin/env bash
# image-names.sh: prints the names of the images of this repository, one a line: those of the story services and of the control API.
set -euo pipefail
cd "$(dirname "$0")/.."

for program in app-services/*/src/server.ts; do
  service=${program#app-services/}
  printf '%s\n' "${service%/src/server.ts}"
done
printf 'fountainai-control\n'
