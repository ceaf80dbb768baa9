#!/bin/sh
# samples.sh RUNG - the shipped rules give the sample dump the results that were worked out by reading it.
set -eu
cd "$(dirname "$0")/../.."
rung=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for rules in rules/*.rung; do
  name=$(basename "$rules" .rung)
  key=
  [ "$name" != rfm ] || key="--key customer_id" # it declares no columns
  "$rung" check "$rules" 2>"$work/said" || { cat "$work/said" >&2; exit 1; }
  # shellcheck disable=SC2086
  "$rung" score "$rules" samples/shop/customers.csv --slim $key --today 2026-11-21 -o "$work/$name.csv" \
    2>"$work/said" || {
    cat "$work/said" >&2; echo "FAIL samples: $rules does not score the shop" >&2; exit 1; }
  diff -u "samples/shop/expected/$name.csv" "$work/$name.csv" || { echo "FAIL samples: $rules" >&2; exit 1; }
done

# Not slim: each row as it was, byte for byte, and the results after it.
"$rung" score rules/lifecycle.rung samples/shop/customers.csv --today 2026-11-21 2>/dev/null |
  cmp - samples/shop/expected/lifecycle-all.csv
echo "samples: $(ls rules/*.rung | wc -l) rule files"
