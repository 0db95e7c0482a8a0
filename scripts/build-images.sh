#!/usr/bin/env bash
# build-images.sh REGISTRY [IMAGE...]: bundles the story services and the control API, builds their images, and pushes each as
# REGISTRY/IMAGE:VERSION; REGISTRY is a place such as ghcr.io/user, or - to push nothing. IMAGE is the name of a service, or
# fountainai-control; all when none is named.
# NODE_IMAGE is another base than node:24-slim; SOURCE another address of the sources, which a registry shows, than that of the
# remote `origin`. What is pushed is for Lightsail's hosts, amd64, unless DOCKER_DEFAULT_PLATFORM says otherwise.
set -euo pipefail
cd "$(dirname "$0")/.."

refuse() {
  printf '%s\nusage: %s REGISTRY|- [IMAGE...]\n' "$1" "$0" >&2
  exit 2
}
known=$(scripts/image-names.sh)
# Where to push to is never guessed: `build-images.sh story-factory-api` would push all images to a registry of that name.
case ${1:-} in
  '') refuse 'REGISTRY is missing' ;;
  -) ;;
  *[!a-z0-9.:/_-]* | -* | /* | */) refuse "$1 is no registry: ghcr.io/user, in lower case, or - to push nothing" ;;
  *[.:/]*) ;;
  *) refuse "$1 is no registry: ghcr.io/user, or - to push nothing" ;;
esac
registry=$1
shift
images=${*:-$known}
for image in $images; do
  grep -qxF -- "$image" <<<"$known" || refuse "$image: no such image; there are: $(paste -sd' ' - <<<"$known")"
done
command -v docker >/dev/null || refuse 'There is no docker.'
arch=$(docker version --format '{{.Server.Arch}}')
prefix=$registry
if [ "$registry" = - ]; then
  prefix=fountain
elif [ "$arch" != amd64 ]; then
  export DOCKER_DEFAULT_PLATFORM=${DOCKER_DEFAULT_PLATFORM:-linux/amd64}
fi

revision=$(git rev-parse HEAD 2>/dev/null || true)
# https://github.com/user/repository, of a remote by git@ or with .git at its end, too.
origin=$(git remote get-url origin 2>/dev/null || true)
origin=$(sed -nE 's#^(git@|https://)github\.com[:/](.+)$#https://github.com/\2#p' <<<"${origin%.git}")
for image in $images; do
  found=$(scripts/image-context.sh "$image")
  of() { sed -n "s/^$1=//p" <<<"$found"; }
  tag=$prefix/$image:$(of version)
  # What a Dockerfile does not ask for is left alone.
  docker build --quiet --file "$(of file)" --tag "$tag" --build-arg NODE_IMAGE="${NODE_IMAGE:-node:24-slim}" \
    --build-arg SERVICE="$image" --build-arg VERSION="$(of version)" --build-arg REVISION="$revision" \
    --build-arg SOURCE="${SOURCE:-$origin}" "$(of context)" >/dev/null
  printf '%s built\n' "$tag"
  [ "$registry" = - ] || docker push --quiet "$tag"
done
