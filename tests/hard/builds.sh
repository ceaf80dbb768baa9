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
failed=0
built=0
for cc in gcc clang; do
  command -v $cc >/dev/null || { echo "builds: $cc is skipped: it is not installed"; continue; }
  for flags in "-O0" "-O0 -DNDEBUG" "-O3" "-O3 -DNDEBUG" "-O2 -fwrapv -fno-strict-aliasing -funsigned-char"; do
    name=$cc$(echo "$flags" | tr -d ' ')
    ${MAKE:-make} --no-print-directory B="$folder/$name" CC=$cc MODE=debug EXTRA_CFLAGS="$flags" "$folder/$name/rung" \
      >"$work/log" 2>&1 || { tail -n 5 "$work/log"; echo "FAIL builds: $name is not built"; failed=1; continue; }
    built=$((built + 1))
    "$here/shop.sh" "$folder/$name/rung" "$work/$name" >"$work/said" 2>&1 &&
      "$here/shop.sh" "$folder/$name/rung" "$work/$name.small" --block 7 --threads 3 >>"$work/said" 2>&1 ||
      { cat "$work/said"; echo "FAIL builds: $name does not score the shop"; failed=1; }
    [ -e "$work/wanted" ] || cp -r "$work/$name" "$work/wanted"
    diff -r "$work/wanted" "$work/$name" && diff -r "$work/wanted" "$work/$name.small" ||
      { echo "FAIL builds: $name gives something else"; failed=1; }
  done
done
echo "builds: $built compared"
[ $failed -eq 0 ]
