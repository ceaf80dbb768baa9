#!/bin/sh
# includes.sh - the runtime never knows the compiler: nothing in runtime/ includes a header that lives in compiler/.
set -eu
cd "$(dirname "$0")/../.."
bad=0
for file in $(find runtime -name '*.[ch]' -o -name '*.def' | sort); do
  for header in $(sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"]\([^>"]*\)[>"].*/\1/p' "$file"); do
    case $header in
      *compiler/*) ;;
      *) [ -e "compiler/$header" ] || continue
         [ ! -e "runtime/$header" ] || continue ;;
    esac
    echo "FAIL includes: $file includes $header, which belongs to the compiler" >&2
    bad=1
  done
done
[ $bad = 0 ] || exit 1
echo "includes: runtime/ knows nothing of compiler/"
