#!/bin/sh
# torture.sh MAKE SECTION... - runs the sections one after another, a failed one too, and says at the end what each did
# and how long it took: the last two lines of what it said, which are its figures.
set -u
make=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=
for section in "$@"; do
  echo "== $section"
  begun=$(date +%s)
  { $make --no-print-directory MODE=asan "$section"; echo $? >"$work/code"; } 2>&1 | tee "$work/said"
  [ "$(cat "$work/code")" -eq 0 ] || failed="$failed $section"
  figures=$(grep -v '^make' "$work/said" | tail -n 2 | tr '\n' ';' | sed 's/;$//; s/;/; /g')
  echo "$section: $(($(date +%s) - begun)) s: $figures" >>"$work/all"
done
echo
cat "$work/all"
[ -z "$failed" ] || { echo "torture: failed:$failed"; exit 1; }
echo "torture: $# sections, all passed"
