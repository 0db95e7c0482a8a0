#!/usr/bin/env bash
# Installs what tests need and a bare Debian lacks: machines, PostgreSQL, Pebble, programs that read the stories' music; and what
# install-go-tools.sh builds. Does nothing when all is there. Needs root.
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

if [ "${#packages[@]}" -eq 0 ]; then
  printf 'The packages for the tests are all there.\n'
else
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
fi
"$(dirname "$0")/install-go-tools.sh"
