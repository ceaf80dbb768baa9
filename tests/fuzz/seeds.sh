#!/bin/sh
# seeds.sh BUILD FOLDER - makes what the fuzzers begin with from the rules and dumps that are here: FOLDER/NAME/.
set -eu
rung=$(cd "$1" && pwd)/rung
mkdir -p "$2/rules" "$2/program" "$2/csv" "$2/together"
to=$(cd "$2" && pwd)
cd "$(dirname "$0")/../.."
export RUNG_PRESETS=rules/presets

small() { [ "$(wc -c <"$1")" -le "$2" ]; }

name() { echo "$1" | tr '/' '_'; }

# The first byte chooses how to compile: as a number its lowest bits are coverage, tests, --only.
for file in rules/*.rung rules/presets/*.rung tests/accept/*.rung tests/reject/*.rung tests/apply/*/rules.rung \
            tests/testing/*/rules.rung; do
  small "$file" 6000 || continue
  for how in 0 3; do (printf %s $how; cat "$file") >"$to/rules/$(name "$file").$how"; done
done

for file in tests/fuzz/every.rung tests/accept/*.rung tests/apply/*/rules.rung; do
  small "$file" 2500 || continue
  (cd "$(dirname "$file")" && "$rung" compile "$(basename "$file")" -o "$to/program/$(name "$file")") >/dev/null 2>&1 ||
    rm -f "$to/program/$(name "$file")"
done

# Delimiter, size of blocks, what is expected, lines to skip, limit of a row: see fuzz_csv.c.
for file in tests/apply/*/*.csv tests/runs/*.csv; do
  small "$file" 1500 || continue
  for choice in 0104A 0100A 1324a 24x1a; do
    (printf %s $choice; cat "$file") >"$to/csv/$(name "$file").$choice"
  done
done

for folder in tests/apply/*/; do
  [ -f "$folder/rules.rung" ] && small "$folder/rules.rung" 2500 || continue
  (cat "$folder/rules.rung"; printf '\000'; sed 1d "$folder/input.csv" 2>/dev/null | head -n 20) \
    >"$to/together/$(name "$folder")"
done
