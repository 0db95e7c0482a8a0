#!/usr/bin/env bash
# image-size.sh IMAGE BASE: prints what the image of the local engine takes compressed, in bytes, as a registry keeps it:
# own=... for the layers that it has beside those of its base image, total=... for all. Fails when its own take over 15 MB.
set -euo pipefail

if [ "$#" -ne 2 ]; then
  printf 'usage: %s IMAGE BASE\n' "$0" >&2
  exit 2
fi
image=$1 base=$2
command -v docker >/dev/null || {
  printf 'There is no docker.\n' >&2
  exit 2
}
most=$((15 * 1000 * 1000))

layers_of() { docker image inspect --format '{{range .RootFS.Layers}}{{println .}}{{end}}' "$1" | sed '/^$/d'; }

docker image inspect "$base" >/dev/null 2>&1 || docker pull --quiet "$base" >&2
all_layers=$(layers_of "$image")
base_layers=$(layers_of "$base")
below=$(wc -l <<<"$base_layers")
if [ "$(head -n "$below" <<<"$all_layers")" != "$base_layers" ] || [ "$all_layers" = "$base_layers" ]; then
  printf '%s is not made from %s\n' "$image" "$base" >&2
  exit 2
fi

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
docker save "$image" | tar --extract --directory "$work"
own=0 total=0 count=0
while IFS= read -r layer; do
  # Engines that keep layers compressed save them so: a second time changes their size by less than a thousandth.
  bytes=$(gzip --stdout "$work/$layer" | wc -c)
  count=$((count + 1))
  total=$((total + bytes))
  [ "$count" -le "$below" ] || own=$((own + bytes))
done < <(grep -o '"Layers":\[[^]]*\]' "$work/manifest.json" | sed 's/^"Layers"://' | grep -o '[^]",[]\+')
printf 'own=%s\ntotal=%s\n' "$own" "$total"
if [ "$own" -gt "$most" ]; then
  printf '%s: its own layers take %s bytes; at most %s are allowed\n' "$image" "$own" "$most" >&2
  exit 1
fi
