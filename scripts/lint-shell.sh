#!/usr/bin/env bash
# lint-shell.sh: has shellcheck read all shell of this repository, also what is not yet committed: what is called .sh or begins as
# a script of a shell. Ends as shellcheck does.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts=()
while IFS= read -r -d '' file; do
  [ -f "$file" ] || continue
  first=''
  IFS= read -r first <"$file" || true
  if [[ $file == *.sh || $first =~ ^'#!'.*[/\ ](ba|da)?sh( |$) ]]; then scripts+=("$file"); fi
done < <(git ls-files -z --cached --others --exclude-standard)
# Without a file shellcheck complains, so that a list that cannot be made does not pass.
exec shellcheck "${scripts[@]}"
