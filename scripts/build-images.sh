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

for image in "${images[@]}"; do
  case " ${known[*]} " in
    *" $image "*) ;;
    *)
      printf '%s: no such image; there are: %s\n' "$image" "${known[*]}" >&2
      exit 2
      ;;
  esac
done
docker version --format '{{.Server.Version}}' >/dev/null

revision=$(git rev-parse HEAD 2>/dev/null || true)
for image in "${images[@]}"; do
  # Its context, file and version.
  found=$(scripts/image-context.sh "$image")
  declare -A of=()
  while IFS='=' read -r key value; do of[$key]=$value; done <<<"$found"
  prefix=$registry
  [ "$prefix" != - ] || prefix=fountain
  tag=$prefix/$image:${of[version]}
  # What a Dockerfile does not ask for is left alone.
  docker build --quiet --file "${of[file]}" --tag "$tag" --build-arg NODE_IMAGE="${NODE_IMAGE:-node:24-slim}" \
    --build-arg SERVICE="$image" --build-arg VERSION="${of[version]}" --build-arg REVISION="$revision" \
    --build-arg SOURCE="${SOURCE:-}" "${of[context]}" >/dev/null
  printf '%s built\n' "$tag"
  [ "$registry" = - ] || docker push --quiet "$tag"
done
