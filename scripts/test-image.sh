#!/usr/bin/env bash
# test-image.sh IMAGE NAME: starts the image IMAGE of the local engine as a host would, and stricter: within the memory of its
# manifest, without capabilities, and with a root that nobody can write to. NAME is that of a story service, or fountainai-control.
# Its own HEALTHCHECK has to see it healthy, its contract has to hold, and it has to end when told to. Says what it did.
# A story service finds a stand-in for all others, which answers with the examples of their contracts.
# PATIENCE_S is how many seconds it may take to be healthy: 60 when left out.
set -euo pipefail
cd "$(dirname "$0")/.."

refuse() {
  printf '%s\nusage: %s IMAGE NAME\n' "$1" "$0" >&2
  exit 2
}
[ "$#" -eq 2 ] || refuse 'IMAGE or NAME is missing'
image=$1 name=$2
known=$(scripts/image-names.sh)
grep -qxF -- "$name" <<<"$known" || refuse "$name is no name of an image; there are: $(paste -sd' ' - <<<"$known")"
[[ ${PATIENCE_S:-60} =~ ^[0-9]+$ ]] || refuse 'PATIENCE_S is a number of seconds'
[ -e node_modules/yaml ] || refuse 'The packages are missing that read contracts: npm ci'
command -v docker >/dev/null || refuse 'There is no docker.'
PATH=$PWD/node_modules/.bin:$PATH
run=test-image-$$
patience=${PATIENCE_S:-60}

say() { printf '%s: %s\n' "$name" "$*"; }
fail() {
  say "$@" >&2
  docker logs --tail 20 "$run" >&2 2>&1 || true
  exit 1
}
tidy() {
  docker rm --force --volumes "$run" "$run-others" >/dev/null 2>&1 || true
  docker volume rm "$run" >/dev/null 2>&1 || true
  docker network rm "$run" >/dev/null 2>&1 || true
}
trap tidy EXIT
# One container by the names of all other story services, with this repository's sources and the image's own node.
stand_in() {
  local folders=() names=() contract folder
  for contract in app-services/*/openapi.yaml; do
    folder=${contract%/openapi.yaml}
    if [ "${folder##*/}" = "$name" ]; then continue; fi
    folders+=("$folder")
    names+=(--network-alias "${folder##*/}")
  done
  docker run --detach "${label[@]}" --name "$run-others" --network "$run" "${names[@]}" --no-healthcheck \
    --cap-drop ALL --user "$(id -u):$(id -g)" --volume "$PWD:/repository:ro" --workdir /repository \
    --entrypoint node "$image" tools/stand-in-services.ts 8080 "${folders[@]}" >/dev/null ||
    fail 'the stand-in for all others cannot be started'
  # It listens, or ends.
  until [ "$(docker logs "$run-others" 2>/dev/null)" = listening ]; do
    [ "$(docker inspect --type container --format '{{.State.Running}}' "$run-others")" = true ] ||
      fail "the stand-in for all others ended: $(docker logs "$run-others" 2>&1)"
    sleep 0.2
  done
}

if [ "$name" = fountainai-control ]; then
  memory=256 path=/health token=$(node --print 'crypto.randomUUID() + crypto.randomUUID()')
  settings=(--env CONTROL_API_TOKEN="$token")
else
  memory=$(sed -n 's/^memory_mb: //p' "deploy-manifests/apps/$name.yaml") path=/ready
  # Nobody has to notice that it ends.
  settings=(--env DRAIN_MS=0)
fi
port=$(docker image inspect --format '{{range $port, $_ := .Config.ExposedPorts}}{{println $port}}{{end}}' "$image" | head -n 1)
[ -n "$port" ] || fail 'has no port: EXPOSE is missing'
label=(--label "fountain-sandbox=$run")
docker volume create "${label[@]}" "$run" >/dev/null
docker network create "${label[@]}" "$run" >/dev/null
[ "$name" = fountainai-control ] || stand_in
docker run --detach "${label[@]}" --name "$run" --network "$run" --publish "127.0.0.1::${port%/tcp}" --volume "$run:/data" \
  --read-only --memory "${memory}m" --memory-swap "${memory}m" --cap-drop ALL --security-opt no-new-privileges \
  --health-interval 1s "${settings[@]}" "$image" >/dev/null || fail 'cannot be started'
say "started within $memory MB, its root read-only"

state() { docker inspect --type container --format "{{.State.$1}}" "$run"; }
for _ in $(seq $((2 * patience))); do
  [ "$(state Running)" = true ] || fail "ended by itself, with $(state ExitCode)"
  [ "$(state Health.Status)" != healthy ] || break
  sleep 0.5
done
[ "$(state Health.Status)" = healthy ] || fail "is not healthy within $patience s"

url=http://$(docker port "$run" "$port" | head -n 1)
answer=$(curl --silent --show-error --fail-with-body --max-time 10 "$url$path") || fail "$path: $answer"
say "$path: $answer"
status_of() { curl --silent --output /dev/null --max-time 10 --write-out '%{http_code}' "$@" || true; }
if [ "$name" = fountainai-control ]; then
  statuses="$(status_of "$url/operations"), $(status_of --header "Authorization: Bearer $token" "$url/operations")"
  [ "$statuses" = '401, 200' ] || fail "/operations, without its token and with it: $statuses"
  say "its journal is read with its token alone: $statuses"
else
  answers=$(node tools/contract-smoke.ts "$url" "app-services/$name") || fail 'does not keep its contract'
  say "by its contract: $(paste -sd, - <<<"$answers")"
fi

# Not --time: since Docker 28 that is called --timeout.
docker stop -t 20 "$run" >/dev/null
[ "$(state ExitCode)" = 0 ] || fail "ended with $(state ExitCode) when it was told to end"
[ "$(state OOMKilled)" = false ] || fail "took more than $memory MB"
say 'ended as it was told to'
