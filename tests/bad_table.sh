#!/bin/bash
# bad_table.sh BUILD - the table of all bad inputs, rules/BAD_INPUTS.md, against the tests that were made before it.
#
# Each line is: | number | what comes | what happens | what is said | tests |.  A test, in back-quotes, is
#   apply/NAME, reject/NAME   a case of tests/data.sh
#   unit/SUITE: NAME          a unit test
#   SCRIPT: WORDS             what a script of tests/ checks, in these words
# Each of them must have passed in the run that this is part of, or have said that it can't be made here: run.sh keeps
# the names in the file $RUNG_MADE.
set -u
cd "$(dirname "$0")/.." || exit 4
said=$(mktemp)
trap 'rm -f "$said"' EXIT
if [ ! -s "${RUNG_MADE:-}" ]; then
  echo "bad_table: skipped: no tests were made before it"
  echo "bad_table: 0 passed, 0 failed, 1 skipped"
  exit 0
fi

number=0
tests=0
skipped=0
while IFS='|' read -r _ row what does _ names _; do
  number=$((number + 1))
  [ "${row// /}" = $number ] || echo "row $row stands where $number should"
  [ -n "${what// /}" ] && [ -n "${does// /}" ] || echo "row $number has an empty cell"
  tokens=$(echo "$names" | grep -o '`[^`]*`' | tr -d '`')
  [ -n "$tokens" ] || echo "row $number has no test"
  while IFS= read -r token; do
    tests=$((tests + 1))
    grep -qxF -e "$token" "$RUNG_MADE" && continue
    grep -qxF -e "skipped $token" "$RUNG_MADE" && skipped=$((skipped + 1)) && continue
    echo "row $number: no test has passed that is called $token"
  done <<<"$tokens"
done < <(grep '^| [0-9]' rules/BAD_INPUTS.md) >"$said"
[ $number -eq 62 ] || echo "there are 62 rows, not $number" >>"$said"

failed=$(wc -l <"$said")
sed 's/^/FAIL bad_table: /' "$said"
passed=$((tests - failed - skipped))
echo "bad_table: $((passed > 0 ? passed : 0)) passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
