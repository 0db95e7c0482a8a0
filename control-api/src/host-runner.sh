#!/usr/bin/env bash
# The one script that runs on a host. It is fed to `bash -s`, followed on the same stdin by NUL-terminated fields:
#
#   FOUNTAIN/1  nonce  mode  lock  holder  digest  count   record...   END
#
#   mode    facts: read and print every fact; steps: take the lock, read the facts again, run the steps
#   lock    path of the lock file; holder: one line that names who holds it
#   digest  (steps) of the stable facts the plan was made from; '' to skip the comparison
#   count   of all fields, so that input which was cut off is known as such
#
# A record: role name timeout_s verb, then counted lists: environment (NAME=value), stdin (0 or 1), arguments, guard.
#   role    fact (stable), volatile (not compared), step, rescue (belongs to the step before it, run when that failed,
#           even when nobody listens any more)
#   guard   an argument array: exit 0 means that the step is not needed
#   verb    run ARGV...                              run a program
#           run_merged ARGV...                       the same; a fact then holds both outputs, not only the first
#           run_accepting CODES ARGV...              the same; each exit code in CODES (0,2) counts as 0
#           capture VARIABLE PREFIX ARGV...          keep the first line that starts with PREFIX, without PREFIX
#           write_file PATH MODE                     stdin becomes the file: written beside, then renamed
#           write_list PATH MODE ITEM...             the same, with NUL-terminated items as content
#           remove_file PATH
#           wait_until INTERVAL_S TIMES WANT STOP ARGV...   until exit 0 (and output WANT) TIMES times in a row
#           docker_auth ARGV...                      run with stdin as Docker's config.json, which exists only meanwhile,
#                                                    in a folder beside the lock
#           run_release FILE REPLACES OPTION...      docker run as FILE says: JSON, count, NAME=value..., arguments
#           read_releases DIRECTORY                  the JSON of each release file there or one level below, one a line
#           wait_healthy NAME URL TIMES [STEADY]     until container NAME is healthy: by its HEALTHCHECK; else URL answers
#                                                    2xx; else (URL '') seen running TIMES times, a second apart.
#                                                    STEADY: healthy, and 2xx at URL, so many times in a row, a second apart
#
# In fields, @{NONCE:VARIABLE} stands for a captured value. It prints, each on a line of its own after \x1e and the nonce:
#   begin N | end N OUTCOME EXIT MS | digest SHA256 | done STATUS
#   OUTCOME  changed, unchanged, failed;  STATUS  ok, failed, locked (the holder is printed before it), moved, invalid
# No `done`: the outcome is unknown. All input is read before anything runs; a step cannot read or forge any of it.
set -u
umask 022
export LC_ALL=C
trap '' PIPE HUP

mark() { printf '\n\036%s %s\n' "$nonce" "$*" 2>/dev/null || gone=1; }

finish() {
  mark "done $1"
  exit "$2"
}

# Passes on the output of a step, up to its end marker: a program that the step left behind may hold the pipe for longer.
# Once the connection is gone it goes on reading, so that the step can end by itself.
relay() {
  local line open=1
  while IFS= read -r -n 65536 line || [ -n "$line" ]; do
    [ "$open" = 0 ] || printf '%s\n' "$line" 2>/dev/null || open=0
    [[ $line != $'\036'"$nonce end "* ]] || return 0
  done
}

# Runs an argument array for at most $1 seconds, with the record's environment, and its data or nothing as stdin.
# The program gets back the usual end by a broken pipe, and neither the lock nor the connection.
# A name may be one of ours (fields), or one that bash evaluates (OPTIND): it is unset first, and has no meaning then.
execute() {
  (
    trap - PIPE
    exec 7>&- 8>&- 9>&-
    if [ "$has_data" = 1 ]; then exec < <(printf '%s' "$data"); else exec </dev/null; fi
    set -- "${environment[@]+"${environment[@]}"}" timeout --kill-after=10 "$@"
    while [ "$1" != timeout ]; do
      if [[ ! $1 =~ ^[A-Za-z_][A-Za-z0-9_]*= ]] || ! { unset -v "${1%%=*}" && export "${1?}"; } 2>/dev/null; then
        printf 'cannot be set: %s\n' "${1%%=*}"
        exit 65
      fi
      shift
    done
    exec "$@"
  )
}

# Moves stdin to the path $1 with mode $2, if that changes anything. The last act is the rename.
install_file() {
  local path=$1 mode=$2 directory new
  directory=$(dirname -- "$path") && mkdir -p -- "$directory" || return 1
  new=$(umask 077 && mktemp -- "$path.XXXXXXXX") || return 1
  if cat >"$new" && chmod -- "$mode" "$new"; then
    if [ ! -L "$path" ] && [ -f "$path" ] && cmp -s -- "$new" "$path" && [ "$(stat -c %a -- "$path")" = "$((10#$mode))" ]; then
      rm -f -- "$new"
      outcome=unchanged
      return 0
    fi
    sync -- "$new" && mv -fT -- "$new" "$path" && sync -- "$directory" && return 0
  fi
  rm -f -- "$new"
  return 1
}

verb_run_accepting() {
  local codes=$1 code
  shift
  execute "$limit" "$@"
  code=$?
  if [[ ,$codes, == *",$code,"* ]]; then return 0; fi
  return "$code"
}

verb_capture() {
  local variable=$1 prefix=$2 line output code
  shift 2
  output=$(execute "$limit" "$@")
  code=$?
  while IFS= read -r line; do
    if [ "$code" = 0 ] && [[ $line == "$prefix"* ]]; then
      captured[$variable]=${line#"$prefix"}
      printf '%s\n' "$line"
      outcome=unchanged
      return 0
    fi
  done <<<"$output"
  printf '%s\n' "$output"
  [ "$code" != 0 ] || code=1
  return "$code"
}

verb_write_file() { install_file "$1" "$2" < <(printf '%s' "$data"); }

verb_write_list() {
  local path=$1 mode=$2
  shift 2
  install_file "$path" "$mode" < <(printf '%s\0' "$@")
}

verb_remove_file() {
  if [ ! -e "$1" ] && [ ! -L "$1" ]; then
    outcome=unchanged
    return 0
  fi
  rm -f -- "$1"
}

# Unchanged when it was as wanted from the first reading on: readings may bring about what they wait for.
verb_wait_until() {
  local interval=$1 times=$2 want=$3 stop=$4 good=0 deadline=$((SECONDS + limit)) last='' shown='' code
  shift 4
  outcome=unchanged
  while :; do
    last=$(execute "$((deadline > SECONDS ? deadline - SECONDS : 1))" "$@" 2>&1)
    code=$?
    if [ "$last" != "$shown" ]; then
      printf '%s\n' "$last"
      shown=$last
    fi
    if [ "$code" = 0 ] && { [ -z "$want" ] || [ "$last" = "$want" ]; }; then
      good=$((good + 1))
      [ "$good" -lt "$times" ] || return 0
    else
      good=0
      outcome=changed
      if [ -n "$stop" ] && [[ $last = *"$stop"* ]]; then return 1; fi
    fi
    if [ "$SECONDS" -ge "$deadline" ]; then
      printf 'waited %s s; last reading: exit %s\n' "$limit" "$code"
      return 124
    fi
    sleep "$interval" 9>&-
  done
}

verb_docker_auth() {
  local directory=${lock%.lock}-docker code
  rm -rf -- "$directory"
  if (umask 077 && mkdir -- "$directory" && printf '%s' "$data" >"$directory/config.json"); then
    has_data=0
    environment+=("DOCKER_CONFIG=$directory")
    execute "$limit" "$@"
    code=$?
  else
    code=1
  fi
  rm -rf -- "$directory"
  return "$code"
}

verb_run_release() {
  local file=$1 replaces=$2 count
  local -a release
  shift 2
  mapfile -d '' -t release <"$file" || return 1
  count=${release[1]-}
  [[ $count =~ ^[0-9]+$ ]] || { printf 'not a release file: %s\n' "$file"; return 1; }
  environment=("${release[@]:2:count}")
  execute "$limit" docker run --detach --label "fountain.replaces=$replaces" "$@" "${release[@]:2+count}"
}

verb_read_releases() {
  local file line
  for file in "$1"/*.release "$1"/*/*.release; do
    [ -f "$file" ] || continue
    IFS= read -r -d '' line <"$file" && printf '%s\n' "$line"
  done
  return 0
}

# One reading of a container: healthy, starting, unhealthy (its HEALTHCHECK), running (it has none), stopped or absent.
container_state() {
  local format='{{if or (not .State.Running) (gt .RestartCount 0)}}stopped{{else if .State.Health}}{{.State.Health.Status}}'
  state=$(execute 20 docker inspect --type container --format "$format{{else}}running{{end}}" "$1" 2>/dev/null) || state=absent
}

verb_wait_healthy() {
  local name=$1 url=$2 times=$3 steady=${4:-1} good=0 deadline=$((SECONDS + limit)) state shown='' status
  outcome=unchanged
  while :; do
    container_state "$name"
    if [ -n "$url" ] && { [ "$state" = running ] || { [ "$state" = healthy ] && [ "$steady" -gt 1 ]; }; }; then
      status=$(execute 10 curl --silent --output /dev/null --max-time 5 --write-out '%{http_code}' "$url")
      [[ $status == 2?? ]] && state=healthy || state="$state, $url answers $status"
    fi
    if [ "$state" != "$shown" ]; then
      printf '%s\n' "$state"
      shown=$state
    fi
    [ "$state" != healthy ] || times=$steady
    case $state in
      healthy | running) good=$((good + 1)) ;;
      stopped | absent) return 1 ;;
      *) good=0 ;;
    esac
    [ "$good" -lt "$times" ] || return 0
    if [ "$SECONDS" -ge "$deadline" ]; then
      printf 'not healthy after %s s\n' "$limit"
      return 124
    fi
    sleep 1 9>&-
  done
}

# Replaces the placeholders of captured values in $1; the result is in $expanded. Fails if one was never captured.
expand() {
  local variable
  expanded=$1
  for variable in "${!captured[@]}"; do
    expanded=${expanded//"@{$nonce:$variable}"/"${captured[$variable]}"}
  done
  [[ $expanded != *"@{$nonce:"* ]]
}

# Takes the record that starts at field $at apart; leaves $at behind it.
load() {
  local count
  role=${fields[at]} limit=${fields[at + 2]} verb=${fields[at + 3]}
  count=${fields[at + 4]}
  environment=("${fields[@]:at+5:count}")
  at=$((at + 5 + count))
  has_data=${fields[at]} data=''
  at=$((at + 1))
  if [ "$has_data" = 1 ]; then
    data=${fields[at]}
    at=$((at + 1))
  fi
  count=${fields[at]}
  arguments=("${fields[@]:at+1:count}")
  at=$((at + 1 + count))
  count=${fields[at]}
  guard=("${fields[@]:at+1:count}")
  at=$((at + 1 + count))
}

expand_record() {
  local i
  for i in "${!arguments[@]}"; do expand "${arguments[i]}" || return 1; arguments[i]=$expanded; done
  for i in "${!guard[@]}"; do expand "${guard[i]}" || return 1; guard[i]=$expanded; done
  for i in "${!environment[@]}"; do expand "${environment[i]}" || return 1; environment[i]=$expanded; done
  expand "$data" || return 1
  data=$expanded
}

# Runs the loaded record's verb; the outcome is in $outcome, the exit code returned.
perform() {
  outcome=changed
  if ! expand_record; then
    printf 'a value was never captured\n'
    return 65
  fi
  if [ "${#guard[@]}" -gt 0 ] && (has_data=0 && execute 60 "${guard[@]}") >/dev/null 2>&1; then
    outcome=unchanged
    return 0
  fi
  set -- "${arguments[@]+"${arguments[@]}"}"
  case $verb in
    run) execute "$limit" "$@" ;;
    run_merged) execute "$limit" "$@" 2>&1 ;;
    run_accepting) verb_run_accepting "$@" ;;
    capture) verb_capture "$@" ;;
    write_file) verb_write_file "$@" ;;
    write_list) verb_write_list "$@" ;;
    remove_file) verb_remove_file "$@" ;;
    wait_until) verb_wait_until "$@" ;;
    docker_auth) verb_docker_auth "$@" ;;
    run_release) verb_run_release "$@" ;;
    read_releases) verb_read_releases "$@" ;;
    wait_healthy) verb_wait_healthy "$@" ;;
    *) printf 'unknown verb: %s\n' "$verb"; return 64 ;;
  esac
}

read_facts() {
  local show=$1 number=0 output code digest
  at=7
  digest=$(
    while [ "${fields[at]}" != END ]; do
      load
      if [ "$role" = fact ] || { [ "$role" = volatile ] && [ "$show" = 1 ]; }; then
        started=${EPOCHREALTIME/[.,]/}
        output=$(perform 2>/dev/null)
        code=$?
        if [ "$show" = 1 ]; then
          { mark "begin $number"; printf '%s' "$output"; mark "end $number ok $code $(((${EPOCHREALTIME/[.,]/} - started) / 1000))"; } >&8
        fi
        [ "$role" = volatile ] || printf '%s\0%s\0' "$code" "$output"
      fi
      number=$((number + 1))
    done | sha256sum
  )
  facts_digest=${digest%% *}
}

run_steps() {
  local number=0 failed='' code started relay_pid
  at=7
  while [ "${fields[at]}" != END ]; do
    load
    if [ "$role" = step ] && [ -n "$failed" ]; then break; fi
    if [ "$role" = step ] || { [ "$role" = rescue ] && [ -n "$failed" ]; }; then
      started=${EPOCHREALTIME/[.,]/}
      mark "begin $number"
      [ "$gone" = 0 ] || [ "$role" = rescue ] || exit 74
      exec 7> >(exec 9>&- && relay)
      relay_pid=$!
      perform >&7 2>&1
      code=$?
      [ "$code" = 0 ] || outcome=failed
      mark "end $number $outcome $code $(((${EPOCHREALTIME/[.,]/} - started) / 1000))" >&7
      exec 7>&-
      wait "$relay_pid"
      if [ "$code" != 0 ] && [ "$role" = step ]; then failed=$number; fi
    fi
    number=$((number + 1))
  done
  [ -z "$failed" ] || finish failed 1
}

main() {
  local nonce='' mode lock holder digest gone=0 facts_digest='' expanded='' outcome='' started
  local role limit verb has_data data at
  local -a fields environment arguments guard
  local -A captured=()
  mapfile -d '' -t fields
  if [ "${#fields[@]}" -lt 8 ] || [ "${fields[0]}" != FOUNTAIN/1 ] || [ "${fields[6]}" != "${#fields[@]}" ] ||
    [ "${fields[-1]}" != END ]; then
    printf 'host-runner: the input is not whole\n' >&2
    exit 65
  fi
  nonce=${fields[1]} mode=${fields[2]} lock=${fields[3]} holder=${fields[4]} digest=${fields[5]}
  exec 8>&1
  if [ "$mode" = facts ]; then
    read_facts 1
    mark "digest $facts_digest"
    finish ok 0
  fi
  (umask 077 && true >>"$lock") || finish invalid 1
  exec 9<>"$lock"
  if ! flock -w 10 9; then
    cat -- "$lock"
    finish locked 1
  fi
  printf '%s\n' "$holder" >"$lock"
  if [ -n "$digest" ]; then
    read_facts 0
    [ "$facts_digest" = "$digest" ] || finish moved 1
  fi
  run_steps
  finish ok 0
}

# One command on one line: main reads all that follows as its input, and none of that may run should it ever return.
# shellcheck disable=SC2317
{ main; exit 70; }
