#!/usr/bin/env bash
# image-context.sh IMAGE: bundles the programs of an image and prints what a build of it takes, one NAME=VALUE a line: context, file
# (the Dockerfile) and version. IMAGE is the name of a story service, or fountainai-control.
set -euo pipefail
cd "$(dirname "$0")/.."

image=${1:-}
names=$(scripts/image-names.sh)
if ! grep -qxF -- "$image" <<<"$names"; then
  printf '%s: no such image; there are: %s\n' "$image" "$(paste -sd' ' - <<<"$names")" >&2
  exit 2
fi
if [ ! -e node_modules/esbuild ]; then
  printf 'The packages are missing that bundle it: npm ci\n' >&2
  exit 2
fi
PATH=$PWD/node_modules/.bin:$PATH
if [ "$image" = fountainai-control ]; then
  folder=control-api
  file=Dockerfile
  node control-api/bundle.ts "$PWD/control-api/dist"
else
  folder=app-services/$image
  file=app-services/Dockerfile
  node app-services/bundle.ts "$PWD/app-services/dist" "$image"
fi
printf 'context=%s/dist\n' "${folder%%/*}"
printf 'file=%s\n' "$file"
printf 'version=%s\n' "$(node --print "require('./$folder/package.json').version")"
