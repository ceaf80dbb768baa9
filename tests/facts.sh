#!/bin/sh
# facts.sh BUILD - real dumps with known answers: tests/facts/*.rung.
#
# The rule files say in comments what must come out:
#   #? data PATH              the dump, under $RUNG_SHARED/data, else ../shared/data; none when a table makes the base
#   #? table NAME PATH        the file of a related table
#   #? args WORDS             more arguments of `rung score`
#   #? word TEXT              one more, blanks and all
#   #? PATH = VALUE           of the JSON summary
# The dumps are not ours to ship: where they are absent, the facts are skipped.
set -u
build=$(cd "$1" && pwd)
root=$(cd "$(dirname "$0")/.." && pwd)
export RUNG_PRESETS="$root/rules/presets"
data=${RUNG_SHARED:-$root/../shared}/data
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
skipped=0

fail() {
  echo "FAIL facts/$1"
  failed=$((failed + 1))
}

for rules in "$root"/tests/facts/*.rung; do
  name=$(basename "$rules")
  set -- $(sed -n "s|^#? data |$data/|p; s|^#? table \([^ ]*\) |\1=$data/|p" "$rules")
  sed -n '/^#? [^=]* = /s/^#? //p' "$rules" >"$work/facts"
  absent=
  for dump; do [ -e "${dump#*=}" ] || absent=${dump#*=}; done
  if [ -n "$absent" ]; then
    echo "facts: $absent is not there: $name is skipped"
    skipped=$((skipped + $(wc -l <"$work/facts")))
    continue
  fi
  # shellcheck disable=SC2046 # words are meant
  set -- "$@" $(sed -n 's/^#? args //p' "$rules")
  word=$(sed -n 's/^#? word //p' "$rules")
  "$build/rung" score "$rules" "$@" ${word:+"$word"} --summary "$work/summary" -o "$work/out" >"$work/said" 2>&1 ||
    { fail "$name"; cat "$work/said"; continue; }
  while IFS= read -r fact; do
    got=$("$build/tests/helper" get "$work/summary" "${fact% = *}")
    if [ "$got" = "${fact##* = }" ]; then passed=$((passed + 1)); else fail "$name: $fact, not $got"; fi
  done <"$work/facts"
done
echo "facts: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
