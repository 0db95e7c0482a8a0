#!/usr/bin/env bash
# build-images.sh REGISTRY [SERVICE...]: bundles the story services, builds their images, and pushes each as
# REGISTRY/SERVICE:VERSION; REGISTRY is a place such as ghcr.io/user, or - to push nothing. All services when none is named.
# NODE_IMAGE is another base than node:24-slim; SOURCE is the address of the sources that a registry shall show. On a computer
# that is not amd64, as Lightsail's hosts are, DOCKER_DEFAULT_PLATFORM=linux/amd64 makes images that run there.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "$#" -eq 0 ]; then
  printf 'usage: %s REGISTRY|- [SERVICE...]\n' "$0" >&2
  exit 2
fi
registry=$1
shift
services=("$@")
if [ "${#services[@]}" -eq 0 ]; then
  for program in app-services/*/src/server.ts; do services+=("$(basename "${program%/src/server.ts}")"); done
fi

for service in "${services[@]}"; do
  [ -e "app-services/$service/src/server.ts" ] && continue
  printf '%s: no such service; there are: %s\n' "$service" "$(cd app-services && printf '%s ' */src/server.ts | sed 's|/src/server.ts||g')" >&2
  exit 2
done
docker version --format '{{.Server.Version}}' >/dev/null

dist=app-services/dist
PATH=$PWD/node_modules/.bin:$PATH
node app-services/bundle.ts "$PWD/$dist" "${services[@]}"
revision=$(git rev-parse HEAD 2>/dev/null || true)
for service in "${services[@]}"; do
  version=$(node --print "require('./app-services/$service/package.json').version")
  prefix=$registry
  [ "$prefix" != - ] || prefix=fountain
  tag=$prefix/$service:$version
  docker build --quiet --file app-services/Dockerfile --tag "$tag" \
    --build-arg NODE_IMAGE="${NODE_IMAGE:-node:24-slim}" --build-arg SERVICE="$service" \
    --build-arg VERSION="$version" --build-arg REVISION="$revision" --build-arg SOURCE="${SOURCE:-}" "$dist" >/dev/null
  printf '%s built\n' "$tag"
  [ "$registry" = - ] || docker push --quiet "$tag"
done
