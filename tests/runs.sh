#!/bin/sh
# runs.sh BUILD - runs that follow one another: tests/runs.
#
# Three runs over a base that changes, each reading what the one before it wrote; and runs that are stopped or refused,
# which must leave what was written before them as it was.
set -u
rung=$(cd "$1" && pwd)/rung
cd "$(dirname "$0")/runs" || exit 4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

check() { # what, exit code
  if [ "$2" -eq 0 ]; then passed=$((passed + 1)); return; fi
  echo "FAIL runs: $1"
  failed=$((failed + 1))
}

run() { # number, date, more words
  number=$1
  today=$2
  shift 2
  "$rung" score rules.rung "customers.$number.csv" "orders=orders.$number.csv" --today "$today" "$@" >"$work/said" 2>&1
}

# -- One after the other ---------------------------------------------------------------

first=$work/first.csv
second=$work/second.csv
run 1 2026-01-10 -o "$first"
[ $? -eq 2 ] && [ ! -e "$first" ]
check "a run that is neither the first nor knows the last is refused" $?
run 1 2026-01-10 --first-run -o "$first" && cmp "$first" expected.1.csv
check "the first run" $?
run 2 2026-05-01 previous="$first" --slim -o "$second" && cmp "$second" expected.2.csv
check "the second run, knowing the whole output of the first" $?
run 3 2026-09-01 previous="$second" --slim -o "$work/third.csv" && cmp "$work/third.csv" expected.3.csv
check "the third run, knowing the slim output of the second" $?
gzip -k "$first"
run 2 2026-05-01 previous="$first.gz" --slim -o "$work/again.csv" && cmp "$work/again.csv" expected.2.csv
check "the second run, knowing a compressed output" $?
run 2 2026-05-01 previous="$first" -o "$first"
[ $? -eq 2 ] && cmp "$first" expected.1.csv
check "a run does not write over what it reads" $?

# -- Stopped in the middle --------------------------------------------------------------

# A run has taken more than a block of its customers and waits for the rest; it has begun when there is a file beside the
# output to be.
stop() { # signal, output, files that are there already
  rm -f "$work/pipe"
  mkfifo "$work/pipe"
  "$rung" score rules.rung - orders=orders.2.csv previous="$first" --today 2026-05-01 --slim -o "$2" \
    <"$work/pipe" >"$work/said" 2>&1 &
  stopped=$!
  exec 3>"$work/pipe"
  { head -n 3 customers.2.csv && awk 'BEGIN { for (i = 0; i < 100000; i++) print "x" i ",one of many" }'; } >&3
  tries=0
  while [ "$(find "$(dirname "$2")" -type f | wc -l)" -le "$3" ] && [ $tries -lt 100 ]; do
    tries=$((tries + 1))
    sleep 0.1
  done
  kill "-$1" "$stopped"
  wait "$stopped" 2>/dev/null
  code=$?
  exec 3>&-
  return $code
}

mkdir "$work/out"
stop KILL "$work/out/second.csv" 0
[ $? -gt 128 ] && [ ! -e "$work/out/second.csv" ] && [ $tries -lt 100 ]
check "a run that was killed has no output" $?
cmp "$first" expected.1.csv
check "what the first run wrote is still there after the second was killed" $?
run 2 2026-05-01 previous="$first" --slim -o "$work/out/second.csv" && cmp "$work/out/second.csv" expected.2.csv
check "the second run can be made again" $?

mkdir "$work/over"
cp expected.1.csv "$work/over/daily.csv"
stop KILL "$work/over/daily.csv" 1
[ $? -gt 128 ] && cmp "$work/over/daily.csv" expected.1.csv
check "an earlier output of the same name outlives a run that was killed" $?
! stop TERM "$work/over/daily.csv" 2 && cmp "$work/over/daily.csv" expected.1.csv
check "and one that was told to end" $?
run 2 2026-05-01 previous="$first" --slim -o "$work/over/daily.csv" && cmp "$work/over/daily.csv" expected.2.csv
check "a whole run replaces it" $?

# -- Refused at the end ------------------------------------------------------------------

cp expected.1.csv "$work/daily.csv"
{ cat customers.2.csv; echo 'f,Fritz,too much'; } >"$work/bad.csv"
"$rung" score rules.rung "$work/bad.csv" orders=orders.2.csv previous="$first" --today 2026-05-01 -o "$work/daily.csv" \
  >"$work/said" 2>&1
[ $? -eq 3 ] && cmp "$work/daily.csv" expected.1.csv
check "an earlier output outlives a run with bad rows" $?

echo "runs: $passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
