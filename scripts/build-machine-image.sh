#!/usr/bin/env bash
# build-machine-image.sh TAG: makes a Debian 12 as Lightsail hands it out, in what can be seen from inside, and gives it to
# the Docker engine as image TAG. Needs root and debootstrap. DEBIAN_MIRROR is where packages come from.
# The sandbox names the image after this file's digest: a change here makes a new image, and nothing else does.
set -euo pipefail

tag=$1
# Empty: the archive that debootstrap itself goes to.
mirror=${DEBIAN_MIRROR:-}
base=systemd,systemd-sysv,dbus,openssh-server,sudo,iproute2,procps,ca-certificates,curl,gnupg
more=(libpam-systemd python3 cloud-init unattended-upgrades)

say() { printf '%s: %s (%s s)\n' "$tag" "$1" "$SECONDS"; }

root=$(mktemp -d "${TMPDIR:-/tmp}/machine-image.XXXXXX")
trap 'rm -rf --one-file-system -- "$root"' EXIT
chmod 755 "$root"

# Runs a long command; says every few lines of its output where it is, and shows the end of it when it fails.
follow() {
  local log=$root.log lines=0 line
  "$@" 2>&1 | tee "$log" | while IFS= read -r line; do
    lines=$((lines + 1))
    [ $((lines % 100)) != 0 ] || say "  ${line:0:100}"
  done || { tail -n 20 "$log" >&2; exit 1; }
  rm -f -- "$log"
}

say 'debootstrap'
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
follow debootstrap --variant=minbase --keyring="$keyring" --include="$base" bookworm "$root" ${mirror:+"$mirror"}
mirror=$(awk '$1 == "deb" { print $2; exit }' "$root/etc/apt/sources.list")

cat >"$root/etc/apt/sources.list" <<SOURCES
deb $mirror bookworm main
deb $mirror bookworm-updates main
deb ${mirror%/debian}/debian-security bookworm-security main
SOURCES

say "apt-get install ${more[*]}"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
# shellcheck disable=SC2016
follow unshare --mount env DEBIAN_FRONTEND=noninteractive bash -euc '
  root=$1 && shift
  mount -t proc proc "$root/proc"
  chroot "$root" apt-get update
  chroot "$root" apt-get -y install --no-install-recommends "$@"
' - "$root" "${more[@]}"
rm -f -- "$root/usr/sbin/policy-rc.d"

say 'settings'
# What AWS' image adds to Debian's: the user admin. Docker has set up network, disk and hosts before cloud-init comes.
cat >"$root/etc/cloud/cloud.cfg.d/90_sandbox.cfg" <<'CLOUD'
datasource_list: [NoCloud]
datasource: {NoCloud: {fs_label: null}}
system_info:
  default_user:
    name: admin
    lock_passwd: true
    gecos: Debian
    groups: [adm, audio, cdrom, dialout, dip, floppy, plugdev, sudo, video]
    sudo: ["ALL=(ALL) NOPASSWD:ALL"]
    shell: /bin/bash
network: {config: disabled}
apt: {preserve_sources_list: true}
manage_etc_hosts: false
preserve_hostname: true
growpart: {mode: "off"}
resize_rootfs: false
locale: C.UTF-8
ssh_genkeytypes: [rsa, ecdsa, ed25519]
CLOUD
# With the verdict on every key that is offered: the sandbox counts them.
printf 'LogLevel VERBOSE\n' >"$root/etc/ssh/sshd_config.d/sandbox.conf"

# Made at first boot, for each machine its own.
rm -f -- "$root"/etc/ssh/ssh_host_* "$root/var/lib/dbus/machine-id" "$root"/var/cache/apt/archives/*.deb
find "$root/var/lib/apt/lists" -type f -delete
: >"$root/etc/machine-id"
# Nobody sits at a console.
for unit in console-getty.service getty.target; do ln -sf /dev/null "$root/etc/systemd/system/$unit"; done

say 'import into the engine'
tar --create --one-file-system --directory "$root" . |
  docker import --change 'CMD ["/sbin/init"]' --change 'ENV container=docker' - "$tag" >/dev/null
say 'done'
