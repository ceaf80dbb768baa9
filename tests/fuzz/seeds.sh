#!/bin/sh
# seeds.sh BUILD FOLDER - makes what the fuzzers begin with from the rules and dumps that are here: FOLDER/NAME/.
set -eu
rung=$(cd "$1" && pwd)/rung
mkdir -p "$2/rules" "$2/program" "$2/csv" "$2/together"
to=$(cd "$2" && pwd)
cd "$(dirname "$0")/../.."
export RUNG_PRESETS=rules/presets
count=0

small() { # bytes, files or folders
  bytes=$1
  shift
  find "$@" -type f -size "-${bytes}c" | sort
}

# The first byte chooses how to compile: of 3 with coverage, tests and no --only.
for file in $(small 6000 rules tests/accept tests/reject tests/apply tests/testing -name '*.rung'); do
  count=$((count + 1))
  (printf 3; cat "$file") >"$to/rules/$count"
done

for file in tests/fuzz/every.rung $(small 2500 tests/accept tests/apply -name '*.rung'); do
  count=$((count + 1))
  (cd "${file%/*}" && exec "$rung" compile "${file##*/}" -o "$to/program/$count") >/dev/null 2>&1 || continue
done

# Delimiter, size of blocks, what is expected, lines to skip, limit of a row: see fuzz_csv.c.
for file in $(small 1500 tests/apply tests/runs -name '*.csv'); do
  count=$((count + 1))
  for choice in 0104A 24x1a; do
    (printf %s $choice; cat "$file") >"$to/csv/$count.$choice"
  done
done

for folder in tests/apply/*; do
  [ -f "$folder/rules.rung" ] && [ -f "$folder/input.csv" ] || continue
  count=$((count + 1))
  (cat "$folder/rules.rung"; printf '\000'; sed '1d; 20q' "$folder/input.csv") >"$to/together/$count"
done
