#!/bin/sh
# run.sh BUILD SECONDS [NAME...] - lets each fuzzer run so long; what it finds goes to BUILD/tests/fuzz/found/NAME.
#
# What they learn is kept in BUILD/tests/fuzz/corpus/NAME for the next time.  A find that is mended belongs into
# tests/fuzz/found/NAME, under a name that says what it was.
set -u
build=$(cd "$1" && pwd)
seconds=$2
shift 2
fuzz=$(cd "$(dirname "$0")" && pwd)
failed=
"$fuzz/seeds.sh" "$build" "$build/tests/fuzz/seeds" || exit 4
cd "$fuzz/../.."
for name in "$@"; do
  corpus=$build/tests/fuzz/corpus/$name
  found=$build/tests/fuzz/found/$name
  log=$build/tests/fuzz/$name.log
  mkdir -p "$corpus" "$found" "tests/fuzz/found/$name"
  echo "fuzz: $name, $seconds seconds"
  "$build/tests/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=30 -rss_limit_mb=3000 -print_final_stats=1 \
    -artifact_prefix="$found/" -dict="$fuzz/$name.dict" -max_len=8192 -verbosity=1 \
    "$corpus" "$build/tests/fuzz/seeds/$name" "tests/fuzz/found/$name" >"$log" 2>&1 || failed="$failed $name"
  grep -E 'cov: [0-9]+ ft:' "$log" | tail -n 1
  grep -E '^stat::(number_of_executed_units|average_exec_per_sec)' "$log"
  case " $failed " in *" $name "*) grep -E '^broken|ERROR|SUMMARY|Test unit written' "$log" ;; esac
done
[ -z "$failed" ] || { echo "fuzz: found something:$failed; see $build/tests/fuzz/NAME.log"; exit 1; }
