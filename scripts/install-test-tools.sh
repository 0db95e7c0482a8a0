#!/usr/bin/env bash
# Installs what tests need and a bare Debian lacks: machines, PostgreSQL, Pebble, programs that read the stories' music. Does nothing
# when all is there. Needs root.
set -euo pipefail

declare -A tools=(
  [dockerd]=docker.io
  [docker]=docker.io
  [iptables]=iptables
  [ip]=iproute2
  [debootstrap]=debootstrap
  [docker-registry]=docker-registry
  [busybox]=busybox-static
  [openssl]=openssl
  [pebble]=pebble
  [ssh]=openssh-client
  [dpkg-deb]=dpkg
  [gpg]=gnupg
  [shellcheck]=shellcheck
  [curl]=curl
  [csound]=csound
  [lilypond]=lilypond
)

packages=()
for tool in "${!tools[@]}"; do
  command -v "$tool" >/dev/null || packages+=("${tools[$tool]}")
done
# A busybox that needs libraries cannot run in an image of its own.
dpkg-query --show --showformat='${db:Status-Abbrev}' busybox-static 2>/dev/null | grep -q '^ii' || packages+=(busybox-static)
[ -d /usr/lib/postgresql ] || packages+=(postgresql)
# Ubuntu has no keys of Debian's archive, which the machines' base image comes from.
[ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || packages+=(debian-archive-keyring)
# go_tool FOLDER PACKAGE FILE: builds a program that Debian has not, or not as new, pinned by the go.mod and go.sum of tools/FOLDER.
go_tool() {
  command -v go >/dev/null || return 0
  printf 'Building %s, which takes up to some minutes\n' "$2"
  (cd "$(dirname "$0")/../tools/$1" && GOTOOLCHAIN=local go build -trimpath -ldflags='-s -w' -o "$3" "$2") ||
    printf '%s cannot be built here: its tests are left out.\n' "$2"
}
# Compares what the gateway is made of with decK's reading of the same contracts.
command -v go-apiops >/dev/null || go_tool openapi2kong github.com/kong/go-apiops /usr/local/bin/go-apiops
compose=/usr/local/lib/docker/cli-plugins/docker-compose
[ -x "$compose" ] || docker compose version >/dev/null 2>&1 || go_tool compose github.com/docker/compose/v2/cmd "$compose"
if [ "${#packages[@]}" -eq 0 ]; then
  printf 'The tools for the tests are all there.\n'
  exit 0
fi

mapfile -t packages < <(printf '%s\n' "${packages[@]}" | sort -u)
printf 'Installing %s\n' "${packages[*]}"
# Nothing that is installed here may start a service of its own: the tests start what they need.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
fi
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
apt-get -q update
apt-get -qy -o DPkg::Lock::Timeout=300 install --no-install-recommends "${packages[@]}"
