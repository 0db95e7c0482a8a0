#!/usr/bin/env bash
# build-node-image.sh [TAG]: makes what stands in for node:24-slim where no registry can be reached: Debian 12's smallest system
# and the node of this repository's node_modules. Needs root, debootstrap and a Docker engine. DEBIAN_MIRROR is where packages
# come from.
set -euo pipefail
cd "$(dirname "$0")/.."

tag=${1:-node:24-slim}
node=$(readlink -f node_modules/node/bin/node)
root=$(mktemp -d "${TMPDIR:-/tmp}/node-image.XXXXXX")
trap 'rm -rf --one-file-system -- "$root"' EXIT
chmod 755 "$root"

printf '%s: debootstrap\n' "$tag"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
debootstrap --variant=minbase --keyring="$keyring" --include=libstdc++6,ca-certificates bookworm "$root" \
  ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"} >"$root.log" 2>&1 || { tail -n 20 "$root.log" >&2; exit 1; }
rm -f -- "$root.log"
install -m 755 "$node" "$root/usr/local/bin/node"
chroot "$root" useradd --uid 1000 --create-home --shell /bin/bash node
rm -rf -- "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/usr/share/{doc,locale,man}/*
tar --create --one-file-system --directory "$root" . | docker import --change 'CMD ["node"]' - "$tag" >/dev/null
printf '%s: %s\n' "$tag" "$(docker image inspect --format '{{.Size}}' "$tag") bytes"
