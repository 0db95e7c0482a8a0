#!/usr/bin/env bash
# build-images.sh REGISTRY [IMAGE...]: bundles the story services and the control API, builds their images, and pushes each as
# REGISTRY/IMAGE:VERSION; REGISTRY is a place such as ghcr.io/user, or - to push nothing. IMAGE is the name of a service, or
# fountainai-control; all when none is named.
# NODE_IMAGE is another base than node:24-slim; SOURCE is the address of the sources that a registry shall show. On a computer
# that is not amd64, as Lightsail's hosts are, DOCKER_DEFAULT_PLATFORM=linux/amd64 makes images that run there.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "$#" -eq 0 ]; then
  printf 'usage: %s REGISTRY|- [IMAGE...]\n' "$0" >&2
  exit 2
fi
registry=$1
shift
control=fountainai-control
known=()
for program in app-services/*/src/server.ts; do known+=("$(basename "${program%/src/server.ts}")"); done
known+=("$control")
images=("$@")
[ "${#images[@]}" -gt 0 ] || images=("${known[@]}")

services=()
for image in "${images[@]}"; do
  case " ${known[*]} " in
    *" $image "*) [ "$image" = "$control" ] || services+=("$image") ;;
    *)
      printf '%s: no such image; there are: %s\n' "$image" "${known[*]}" >&2
      exit 2
      ;;
  esac
done
docker version --format '{{.Server.Version}}' >/dev/null

PATH=$PWD/node_modules/.bin:$PATH
[ "${#services[@]}" -eq 0 ] || node app-services/bundle.ts "$PWD/app-services/dist" "${services[@]}"
case " ${images[*]} " in *" $control "*) node control-api/bundle.ts "$PWD/control-api/dist" ;; esac
revision=$(git rev-parse HEAD 2>/dev/null || true)
for image in "${images[@]}"; do
  if [ "$image" = "$control" ]; then
    sources="control-api"
    recipe=(--file Dockerfile control-api/dist)
  else
    sources=app-services/$image
    recipe=(--file app-services/Dockerfile --build-arg SERVICE="$image" app-services/dist)
  fi
  version=$(node --print "require('./$sources/package.json').version")
  prefix=$registry
  [ "$prefix" != - ] || prefix=fountain
  tag=$prefix/$image:$version
  docker build --quiet --tag "$tag" \
    --build-arg NODE_IMAGE="${NODE_IMAGE:-node:24-slim}" \
    --build-arg VERSION="$version" --build-arg REVISION="$revision" --build-arg SOURCE="${SOURCE:-}" "${recipe[@]}" >/dev/null
  printf '%s built\n' "$tag"
  [ "$registry" = - ] || docker push --quiet "$tag"
done
