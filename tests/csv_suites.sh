#!/bin/sh
# csv_suites.sh BUILD - two public suites of CSV files, read through the whole of rung, by each instruction set.
#
# Their place is $RUNG_SHARED/data/csv_suites, else ../shared/data/csv_suites.  The suites have two known faults:
#   csv-spectrum/location_coordinates   has quotes inside fields that do not begin with one, is no UTF-8, and its
#                                       expected JSON is one object, not a list: it must be refused;
#   sineemore/bad-header-wrong-header   is a good file, only with other names than its neighbours: it is bad for rules
#                                       that name their columns.
set -u
build=$(cd "$1" && pwd)
rung=$build/rung
helper=$build/tests/helper
root=$(cd "$(dirname "$0")/.." && pwd)
suites=${RUNG_SHARED:-$root/../shared}/data/csv_suites
if [ ! -d "$suites" ]; then
  echo "csv_suites: $suites is not there: skipped"
  echo "csv_suites: 0 passed, 0 failed, 1 skipped"
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# No column is named, so any file will do; the result is an extra column.
echo '1 = 1 -> always_so;' >"$work/any.rung"
echo 'foo = "1" -> one; bar = "2" -> two; baz = "3" -> three;' >"$work/foo.rung"

ok() { passed=$((passed + 1)); }
fail() { # file, what went wrong
  echo "FAIL csv_suites/$1 by $scan: $2"
  sed 's/^/    /' "$work/said"
  failed=$((failed + 1))
}

score() { # rules, file, more arguments: to $work/out
  rules=$1
  file=$2
  shift 2
  rm -f "$work/out"
  "$rung" score "$work/$rules.rung" "$file" --scan "$scan" --today 2026-11-21 -o "$work/out" "$@" >"$work/said" 2>&1
}

accepted() { # file, expected json
  name=${1#"$suites"/}
  score any "$1" --format jsonl || { fail "$name" "is refused"; return; }
  "$helper" rows "$work/out" "$2" >"$work/said" 2>&1 || { fail "$name" "is read otherwise"; return; }
  ok
}

refused() { # rules, file, text of the message
  name=${2#"$suites"/}
  score "$1" "$2"
  code=$?
  [ $code -eq 3 ] || { fail "$name" "exit code $code instead of 3"; return; }
  [ ! -e "$work/out" ] || { fail "$name" "left an output"; return; }
  grep -qF -e "$3" "$work/said" || { fail "$name" "the message does not say: $3"; return; }
  ok
}

suites() {
  for json in "$suites"/csv-spectrum/json/*.json; do
    name=$(basename "$json" .json)
    [ "$name" = location_coordinates ] || accepted "$suites/csv-spectrum/csvs/$name.csv" "$json"
  done
  # Two empty lines are two rows of a column without a name; a name it must have, so it is read without a header.
  echo 'only is missing -> empty;' >"$work/only.rung"
  score only "$suites/sineemore/csv/all-empty.csv" --no-header --columns only
  printf ',empty\n,empty\n' | cmp -s - "$work/out" && ok || fail sineemore/all-empty.csv "is read otherwise"

  for json in "$suites"/sineemore/json/*.json; do
    [ "$(basename "$json")" = all-empty.json ] || accepted "$suites/sineemore/csv/$(basename "$json" .json).csv" "$json"
  done

  bad=$suites/sineemore/csv
  refused any "$bad/bad-header-less-fields.csv" "bad-header-less-fields.csv:2"
  refused any "$bad/bad-header-less-fields.csv" "fewer fields than the header"
  refused any "$bad/bad-header-more-fields.csv" "bad-header-more-fields.csv:2"
  refused any "$bad/bad-header-more-fields.csv" "more fields than the header"
  refused any "$bad/bad-header-no-header.csv" "empty"
  refused any "$bad/bad-missing-quote.csv" "line 2"
  refused any "$bad/bad-missing-quote.csv" "never closed"
  refused any "$bad/bad-quotes-with-unescaped-quote.csv" "bad-quotes-with-unescaped-quote.csv:2"
  refused any "$bad/bad-quotes-with-unescaped-quote.csv" "text after a closing quote"
  refused any "$bad/bad-unescaped-quote.csv" "bad-unescaped-quote.csv:2"
  refused any "$bad/bad-unescaped-quote.csv" "a quote inside a field"
  refused foo "$bad/bad-header-wrong-header.csv" "foo"

  refused any "$suites/csv-spectrum/csvs/location_coordinates.csv" "location_coordinates.csv:2"
  refused any "$suites/csv-spectrum/csvs/location_coordinates.csv" "a quote inside a field"
}

# What this processor has not is passed over.
echo name >"$work/header"
for scan in portable sse2 avx2 avx512 neon; do
  if score any "$work/header"; then suites
  elif ! grep -qF "can't scan by" "$work/said"; then fail header "is refused"
  fi
done

echo "csv_suites: $passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
