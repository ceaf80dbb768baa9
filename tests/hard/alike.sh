#!/bin/sh
# alike.sh BUILD - the sample shop is scored alike in small pieces, by many threads, with a small stack and elsewhere.
set -u
rung=$(cd "$1" && pwd)/rung
shim=$(cd "$1" && pwd)/tests/hard/fault.so
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/made.sh
. "$here/../made.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
skipped=0

check() { # what, exit code
  if [ "$2" -eq 0 ]; then passed=$((passed + 1)); made "alike: $1"; return; fi
  echo "FAIL alike: $1"
  head -n 20 "$work/said" | sed 's/^/    /'
  failed=$((failed + 1))
}

shop() { # folder, more words: everything that the shop's rules give, and what is said of it
  "$here/shop.sh" "$rung" "$work/$@" >"$work/said" 2>&1
}

same() { # more words
  rm -rf "$work/now"
  shop now "$@" && diff -r "$work/wanted" "$work/now" >>"$work/said" 2>&1
}

alike() { # what it is, more words
  what=$1
  shift
  same "$@"
  check "$what" $?
}

shop wanted || { check "the shop is scored" 1; echo "alike: $passed passed, $failed failed, $skipped skipped"; exit 1; }
for size in 1 7 64; do alike "blocks of $size" --block $size; done
alike "two threads and blocks of 64" --block 64 --threads 2
alike "eight threads and blocks of 7" --block 7 --threads 8
alike "no memory for what is compared" --memory 1
for scan in avx512 avx2 sse2 neon portable; do
  if "$rung" score "$here/files/flags.rung" "$here/files/plain.csv" --today 2026-11-21 --scan $scan >"$work/said" 2>&1
  then alike "cells found by $scan" --scan $scan
  else echo "alike: $scan is skipped: this processor has none"; skipped=$((skipped + 1))
  fi
done
# shellcheck disable=SC3045 # both dash and bash have it
(ulimit -s 64 && same)
check "a stack of 64 KiB" $?
# shellcheck disable=SC3045
(ulimit -s 64 && same --threads 4 --block 64)
check "threads with stacks of 64 KiB" $?

# A locale with a decimal comma, and other letters; made here when the system has the parts.
localedef -i ru_RU -f UTF-8 "$work/ru_RU.UTF-8" 2>/dev/null
if [ "$(env LOCPATH="$work" LC_ALL=ru_RU.UTF-8 printf %.1f 1 2>/dev/null)" = 1,0 ]; then
  locale="export LOCPATH=$work LC_ALL=ru_RU.UTF-8"
  (eval "$locale"; same)
  check "LC_ALL=ru_RU.UTF-8" $?
else
  locale=
  echo "alike: LC_ALL=ru_RU.UTF-8 is skipped: the system has no parts to make it of; C.UTF-8 it is"
  skipped=$((skipped + 1))
fi
(export LC_ALL=C; same)
check "LC_ALL=C" $?
(export TZ=Pacific/Kiritimati && same)
check "another time zone" $?

# Reads and writes that move few bytes, calls that are interrupted every other time, and a process that has made the
# locale its own.
short="FAULT_BYTES=1 FAULT_BYTES=7 FAULT_INTERRUPT=1"
case $("$rung" --version; ldd "$rung" 2>/dev/null) in
  *libtsan*)
    echo "alike: short reads are skipped under the thread sanitizer"
    for words in $short; do not_made "alike: $words"; done
    skipped=$((skipped + 4)) ;;
  *)
    for words in $short; do
      (export SHIM="$shim" ASAN_OPTIONS=verify_asan_link_order=0 "$words"; same)
      check "$words" $?
    done
    if [ -n "$locale" ]; then
      (eval "$locale"; export SHIM="$shim" ASAN_OPTIONS=verify_asan_link_order=0 FAULT_LOCALE=1; same)
      check "ru_RU.UTF-8 as the locale of the process" $?
    else
      skipped=$((skipped + 1))
    fi ;;
esac

echo "alike: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
