#!/usr/bin/env bash
# changed-images.sh [BASE [HEAD]]: prints, as a JSON list, the names of the images that have to be built for the commit HEAD (the
# current one) when those of the commit BASE are there: ["core-script-management-api"]. All of them when BASE is unknown, as for a
# tag, for a first push, and for one that took history away. What it does not know counts as shared: an image too many costs
# minutes, one too few is an old one deployed.
set -euo pipefail
cd "$(dirname "$0")/.."

base=${1:-} head=${2:-HEAD}
control=fountainai-control
names=$(scripts/image-names.sh)

service_of() {
  local inside=${1#app-services/}
  printf '%s\n' "${inside%%/*}"
}

# The images that a file is in. Contracts and manifests are in the control API's too: it makes the gateway's configuration of them.
images_of() {
  case $1 in
    *.md | */test/* | docs/* | e2e/* | sandbox/* | kong/* | tools/*/* | tools/*-generate.ts | app-services/service-kit/testing/*) ;;
    .ci/* | .github/dependabot.yml | .github/workflows/ci.yml | .github/workflows/machines.yml) ;;
    compose.yaml | biome.json | knip.json | vitest.config.ts | .gitignore | .editorconfig | LICENSE) ;;
    deploy-manifests/timing.json) printf '%s\n' "$names" ;;
    control-api/* | deploy-manifests/*) printf '%s\n' "$control" ;;
    app-services/service-kit/*) printf '%s\n' "$names" ;;
    app-services/*/openapi.yaml) printf '%s\n' "$(service_of "$1")" "$control" ;;
    app-services/*/*) service_of "$1" ;;
    *) printf '%s\n' "$names" ;;
  esac
}

selected() {
  if git cat-file -e "$base^{commit}" 2>/dev/null; then
    git diff --no-renames --name-only "$base" "$head" -- | while IFS= read -r file; do images_of "$file"; done
  else
    [ -z "$base" ] || printf '%s is no commit here: all images\n' "$base" >&2
    printf '%s\n' "$names"
  fi
}

changed=$'\n'$(selected)$'\n'
list=''
while IFS= read -r image; do
  # A service that is gone is in no list: it has no image any more.
  if [[ $changed == *$'\n'"$image"$'\n'* ]]; then list+=${list:+,}\"$image\"; fi
done <<<"$names"
printf '[%s]\n' "$list"
