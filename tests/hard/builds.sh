#!/bin/sh
# builds.sh FOLDER - the sample shop is scored alike by whatever compiler and optimisation, with asserts or without.
set -u
folder=$1
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
cd "$root" || exit 4
passed=0
failed=0
skipped=0
builds="-O0:-O0 -DNDEBUG:-O3:-O3 -DNDEBUG:-O2 -fwrapv -fno-strict-aliasing -funsigned-char"

fail() { # what went wrong, file with the evidence
  tail -n 20 "$2" | sed 's/^/    /'
  echo "FAIL builds: $1"
  failed=$((failed + 1))
}

try() { # compiler, flags
  name=$1$(echo "$2" | tr -d ' ')
  ${MAKE:-make} --no-print-directory B="$folder/$name" CC="$1" MODE=debug EXTRA_CFLAGS="$2" "$folder/$name/rung" \
    >"$work/said" 2>&1 || { fail "$name is not built" "$work/said"; return; }
  "$here/shop.sh" "$folder/$name/rung" "$work/$name" >"$work/said" 2>&1 &&
    "$here/shop.sh" "$folder/$name/rung" "$work/$name.small" --block 7 --threads 3 >>"$work/said" 2>&1 ||
    { fail "$name does not score the shop" "$work/said"; return; }
  [ -e "$work/wanted" ] || cp -r "$work/$name" "$work/wanted"
  { diff -r "$work/wanted" "$work/$name" && diff -r "$work/wanted" "$work/$name.small"; } >"$work/said" 2>&1 ||
    { fail "$name gives something else" "$work/said"; return; }
  passed=$((passed + 1))
}

IFS=:
for flags in $builds; do
  unset IFS
  for cc in gcc clang; do
    if command -v $cc >/dev/null; then try $cc "$flags"; continue; fi
    echo "builds: skipped: $cc $flags: it is not installed"
    skipped=$((skipped + 1))
  done
done
echo "builds: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 1 ]
