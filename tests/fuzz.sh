#!/bin/sh
# fuzz.sh BUILD - what the fuzzers once found, and what they begin with, without libFuzzer; and a slice of what becomes
# of programs on their way (tests/fuzz/loading.c).
set -u
build=$(cd "$1" && pwd)
fuzz=$(cd "$(dirname "$0")" && pwd)/fuzz
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

done_with() { # code, what
  if [ "$1" -eq 0 ]; then
    passed=$((passed + 1))
  else
    echo "FAIL $2 ended with $1"
    tail -n 40 "$work/said"
    failed=$((failed + 1))
  fi
}

cd "$fuzz/../.."
# The programs that it changes stand in fuzz/programs.
"$build/tests/fuzz/loading" $(grep -v '^#' "$fuzz/programs") >"$work/said" 2>&1
done_with $? loading

"$fuzz/seeds.sh" "$build" "$work/seeds" >"$work/said" 2>&1
done_with $? seeds.sh
for name in rules program csv together; do
  find "$work/seeds/$name" "$fuzz/found/$name" -type f 2>/dev/null | sort >"$work/files"
  echo "fuzz: $name: $(wc -l <"$work/files") files"
  xargs "$build/tests/fuzz/replay_$name" <"$work/files" >"$work/said" 2>&1
  done_with $? "fuzz/$name"
done
echo "fuzz: $passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
