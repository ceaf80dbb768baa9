#!/bin/sh
# run.sh BUILD PART... - runs the named parts of the tests and counts them together.
#
# A part is unit, oracle, a script beside this one, or a target check-* of the Makefile, which counts as one test.  The
# others end with "PART: N passed, N failed, N skipped".  The sum of these, without the part, is the last line of all.
set -u
build=$1
shift
tests=$(cd "$(dirname "$0")" && pwd)
said=$(mktemp)
RUNG_MADE=$(mktemp)
export RUNG_MADE
trap 'rm -f "$said" "$RUNG_MADE"' EXIT
passed=0
failed=0
skipped=0

run() {
  case $1 in
    check-*) $MAKE --no-print-directory "$1" &&
      echo "$1: 1 passed, 0 failed, $(grep -c ': skipped: ' "$said") skipped" ;;
    unit) "$build/unit" ;;
    oracle) "$build/tests/oracle/oracle" ;;
    faults | signals) "$build/tests/hard/$1" "$build" "$tests/hard/files" ;;
    files | alike | conserved) "$tests/hard/$1.sh" "$build" ;;
    *) "$tests/$1.sh" "$build" ;;
  esac
}

for part in "$@"; do
  run "$part" >"$said" 2>&1
  code=$?
  counts=$(sed -n "s/^$part: \([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped\$/\1 \2 \3/p" "$said" | tail -n 1)
  cat "$said"
  # A part that dies says no counts, and one that fails must not seem to pass.
  [ -n "$counts" ] || { echo "FAIL $part: it ended with $code before it was done"; counts="0 1 0"; code=0; }
  set -- $counts
  passed=$((passed + $1))
  failed=$((failed + $2))
  skipped=$((skipped + $3))
  [ $code -eq 0 ] || [ "$2" -gt 0 ] || failed=$((failed + 1))
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
