#!/bin/sh
# facts.sh BUILD - real dumps with known answers: tests/facts/*.rung.
#
# The rule files say in comments what must come out:
#   #? data PATH              the dump, under $RUNG_SHARED/data, else ../shared/data; none when a table makes the base
#   #? table NAME PATH        the file of a related table
#   #? args WORDS             more arguments of `rung score`
#   #? word TEXT              one more, blanks and all
#   #? shuffle NAME           with the rows of this table in another order everybody gets the same
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

# The rows behind the header in an order that is none, and always the same.
shuffle() { # dump without line ends in quotes
  gzip -cdf "$1" | sed 1q
  gzip -cdf "$1" | awk 'NR > 1 { print NR * 7919 % 1000003, $0 }' | sort -n | cut -d ' ' -f 2-
}

# Scores again with a table's rows shuffled; the arguments are those of the first time.
check_shuffled() { # table, words...
  table=$1
  shift
  for word; do
    shift
    case $word in "$table"=*) shuffle "${word#*=}" >"$work/shuffled"; word=$table=$work/shuffled ;; esac
    set -- "$@" "$word"
  done
  "$build/rung" score "$@" -q -o "$work/again" || return 1
  sort "$work/out" >"$work/sorted"
  sort "$work/again" | cmp -s - "$work/sorted"
}

for rules in "$root"/tests/facts/*.rung; do
  name=$(basename "$rules")
  # shellcheck disable=SC2046 # words are meant
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
  set -- "$rules" "$@" ${word:+"$word"}
  "$build/rung" score "$@" --summary "$work/summary" -o "$work/out" >"$work/said" 2>&1 ||
    { fail "$name"; cat "$work/said"; continue; }
  shuffled=$(sed -n 's/^#? shuffle //p' "$rules")
  if [ -n "$shuffled" ]; then
    if check_shuffled "$shuffled" "$@"; then passed=$((passed + 1)); else fail "$name: another order, other results"; fi
  fi
  while IFS= read -r fact; do
    got=$("$build/tests/helper" get "$work/summary" "${fact% = *}")
    if [ "$got" = "${fact##* = }" ]; then passed=$((passed + 1)); else fail "$name: $fact, not $got"; fi
  done <"$work/facts"
done
echo "facts: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
