#!/usr/bin/env bash
# image-context.sh IMAGE: bundles the programs of an image and prints what a build of it takes, one NAME=VALUE a line: context, file
# (the Dockerfile) and version. IMAGE is the name of a story service, or fountainai-control.
set -euo pipefail
cd "$(dirname "$0")/.."

image=${1:?usage: image-context.sh IMAGE}
PATH=$PWD/node_modules/.bin:$PATH
if [ "$image" = fountainai-control ]; then
  folder=control-api
  file=Dockerfile
  node control-api/bundle.ts "$PWD/control-api/dist"
elif [ -e "app-services/$image/src/server.ts" ]; then
  folder=app-services/$image
  file=app-services/Dockerfile
  node app-services/bundle.ts "$PWD/app-services/dist" "$image"
else
  printf '%s: no such image\n' "$image" >&2
  exit 2
fi
printf 'context=%s/dist\n' "${folder%%/*}"
printf 'file=%s\n' "$file"
printf 'version=%s\n' "$(node --print "require('./$folder/package.json').version")"
