#!/bin/sh
# symbols.sh BUILD - the libraries show rung_ and rungc_ names and nothing else, not even of flex, bison or uthash.
set -eu
build=$1
fail() { echo "FAIL symbols: $*" >&2; exit 1; }

names() { # nm options...: names of the symbols defined, sanitizers' own left out
  nm "$@" | awk 'NF >= 2 { print $NF }' | sed 's/@.*//' | grep -v -e '^__odr_asan' -e '^$' | sort -u
}

declared() { # header: the functions it declares
  sed -n 's/^RUNG_API.*[ *]\(rungc\{0,1\}_[a-z0-9_]*\)(.*/\1/p' "$1" | sort -u
}

for lib in rung rungc; do
  case $lib in rung) header=runtime/rung.h ;; *) header=compiler/rungc.h ;; esac
  wanted=$(declared $header)
  [ -n "$wanted" ] || fail "no functions found in $header"
  for file in "$build/lib$lib.so" "$build/lib$lib.a"; do
    case $file in
      *.so) shown=$(names -D --defined-only "$file") ;;
      *)    shown=$(names --extern-only --defined-only "$file") ;;
    esac
    [ "$shown" = "$wanted" ] || fail "$file shows other names than $header declares:
$(printf '%s\n' "$shown" "$wanted" | sort | uniq -u)"
    if printf '%s\n' "$shown" | grep -i -e '^yy' -e 'flex' -e 'bison' -e 'uthash'; then
      fail "$file shows names of a generator"
    fi
  done
done

readelf -d "$build/librungc.so" | grep -q 'NEEDED.*\[librung\.so' || fail "librungc.so does not ask for librung.so"
readelf -d "$build/librung.so" | grep -q 'NEEDED.*librungc' && fail "librung.so asks for librungc.so"
echo "symbols: only what rung.h and rungc.h declare"
