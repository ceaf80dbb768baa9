#!/bin/sh
# language.sh RUNG FILE.md... - every example of the manuals is tried.
#
# A block marked ```rung is a whole rule file and must compile.  When a block ```csv follows it, those rows are scored
# by it, together with those of blocks ```csv TABLE, and when a block ```results follows that, the slim output must be
# exactly this.  A block marked ```refused is a rule file that must be refused.  Examples live on 2026-11-21 at noon.
set -eu
rung=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for manual in "$@"; do
  name=$(basename "$manual" .md)
  awk -v out="$work/$name" '
    /^```/ && file != ""       { close(file); file = ""; next }
    /^```(rung|refused)$/      { file = sprintf("%s.%03d.%s", out, ++n, substr($0, 4)); print NR + 1 > (file ".line")
                                 close(file ".line"); printf "" > file; next }
    /^```(csv|results)$/ && n  { file = sprintf("%s.%03d.%s", out, n, substr($0, 4)); next }
    /^```csv [a-z]+$/ && n     { file = sprintf("%s.%03d.table.%s", out, n, substr($0, 8)); next }
    /^```/                     { file = "/dev/null"; next }
    file != ""                 { print > file }
  ' "$manual"
done

tried=0
bad=0
say() { # file text: where in the manual it went wrong
  echo "FAIL language: $(basename "$1"), line $(cat "$1.line") of its manual: $2" >&2
  bad=1
}
for rules in "$work"/*.rung; do
  tried=$((tried + 1))
  base=${rules%.rung}
  "$rung" check "$rules" >"$work/said" 2>&1 || { say "$rules" "does not compile"; cat "$work/said" >&2; continue; }
  set --
  [ ! -e "$base.csv" ] || set -- "$base.csv"
  for table in "$base".table.*; do
    [ ! -e "$table" ] || set -- "$@" "${table##*.}=$table"
  done
  [ $# -gt 0 ] || continue
  "$rung" score "$rules" "$@" --slim --today 2026-11-21T12:00 -o "$work/got" >"$work/said" 2>&1 || {
    say "$rules" "does not score its rows"; cat "$work/said" >&2; continue; }
  [ -e "$base.results" ] || continue
  diff -u "$base.results" "$work/got" >"$work/said" || { say "$rules" "gives other results"; cat "$work/said" >&2; }
done
for rules in "$work"/*.refused; do
  [ -e "$rules" ] || continue
  tried=$((tried + 1))
  status=0
  "$rung" check "$rules" >"$work/said" 2>&1 || status=$?
  [ $status = 2 ] || say "$rules" "is not refused (exit $status)"
done
[ $bad = 0 ] || exit 1
echo "language: $tried examples"
