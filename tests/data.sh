#!/bin/sh
# data.sh BUILD [NAME] - the tests that are data: tests/accept, reject and apply; with NAME, only cases so called.
#
# accept/NAME.rung    compiles to exactly NAME.listing.  NAME.2.rung, NAME.3.rung ... are other spellings of it: they
#                     give the same listing but for the places and texts of the rules, which follow ` ; `.
# reject/NAME.rung    `rung check` exits with 2 and says exactly NAME.expected.
# apply/NAME/         rules.rung is applied to input.* (see apply below).
#
# With MORE in the environment only the cases of apply run, each with these words added.
set -u
build=$(cd "$1" && pwd)
wanted=${2:-}
rung=$build/rung
helper=$build/tests/helper
tests=$(cd "$(dirname "$0")" && pwd)
export RUNG_PRESETS="$tests/../rules/presets"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/made.sh
. "$tests/made.sh"
passed=0
failed=0

fail() { # case, what went wrong, file with the evidence
  echo "FAIL $1: $2"
  sed 's/^/    /' "$3"
  failed=$((failed + 1))
}

same() { # case, expected file, got file, name: compares exactly; prints a failure
  cmp -s "$2" "$3" && return 0
  diff -a -u "$2" "$3" 2>&1 | sed '1,2d; 40q' | cat -v >"$work/why"
  fail "$1" "another $4" "$work/why"
  return 1
}

# -- accept ---------------------------------------------------------------------------

bare() { sed -e '/^program format /d; /^from /d' -e 's/ *; .*//' "$1"; }

accept() { # rule file
  file=$(basename "$1" .rung)
  name=${file%.[0-9]}
  (cd "$tests/accept" && "$rung" compile "$file.rung" -o "$work/program.rungc" && "$rung" dump "$work/program.rungc") \
    >"$work/listing" 2>"$work/stderr" || { fail "accept/$file" "is refused" "$work/stderr"; return; }
  if [ "$file" = "$name" ]; then
    same "accept/$file" "$tests/accept/$name.listing" "$work/listing" listing || return
  else
    bare "$tests/accept/$name.listing" >"$work/bare.expected"
    bare "$work/listing" >"$work/bare.got"
    same "accept/$file" "$work/bare.expected" "$work/bare.got" "listing than the first spelling's" || return
  fi
  passed=$((passed + 1))
}

# -- reject ---------------------------------------------------------------------------

reject() { # rule file
  name=$(basename "$1" .rung)
  (cd "$tests/reject" && "$rung" check "$name.rung") >"$work/stdout" 2>"$work/stderr"
  code=$?
  [ $code -eq 2 ] || { fail "reject/$name" "exit code $code instead of 2" "$work/stderr"; return; }
  same "reject/$name" "$tests/reject/$name.expected" "$work/stderr" message || return
  passed=$((passed + 1))
  made "reject/$name"
}

# -- apply ----------------------------------------------------------------------------
# Runs `rung score rules.rung input.* -o OUT --today 2026-11-21` in the case's folder; without input.* if there is none.
#   args              more arguments, one a line; @ stands for a fresh folder
#   via               gz, zst or stdin: how the input is handed over; or compiled: the rules as a program
#   former            stands where the output goes
#   expected.*        the output, exactly; without it there must be none, or the former one as it was
#   expected.exit     the exit code, else 0
#   expected.rejects  the file of --rejects, exactly
#   expected.split    the folder of --split, exactly
#   expected.stderr   texts that stand in the messages, one a line; a line beginning with ! must not
#   expected.summary  lines `path = value`, of the JSON summary

input_file() {
  case $(cat via 2>/dev/null) in
    gz) gzip -c "$1" >"$out/input"; echo "$out/input" ;;
    zst) "$helper" zstd "$1" "$out/input"; echo "$out/input" ;;
    stdin) echo - ;;
    *) echo "$1" ;;
  esac
}

check_stderr() { # case
  while IFS= read -r line; do
    case $line in
      !*) grep -qF -e "${line#!}" "$out/stderr" || continue; why="the messages say: ${line#!}" ;;
      *) grep -qF -e "$line" "$out/stderr" && continue; why="the messages do not say: $line" ;;
    esac
    fail "$1" "$why" "$out/stderr"
    return 1
  done <expected.stderr
}

check_summary() { # case
  while IFS= read -r line; do
    got=$("$helper" get "$out/summary" "${line% = *}")
    [ "$got" = "${line##* = }" ] && continue
    fail "$1" "the summary should say $line, not $got" "$out/summary"
    return 1
  done <expected.summary
}

apply() { # folder
  case=apply/$(basename "$1")
  out=$work/$(basename "$1")
  mkdir "$out"
  cd "$1" || return
  set --
  if [ -e args ]; then while IFS= read -r line; do set -- "$@" "$(echo "$line" | sed "s|@|$out|")"; done <args; fi
  case " $*" in *" --today "*) ;; *) set -- "$@" --today 2026-11-21 ;; esac
  set -- "$@" ${MORE:-}
  [ -e expected.rejects ] && set -- "$@" --rejects "$out/rejects"
  [ -e expected.split ] && set -- "$@" --split "$out/split"
  [ -e former ] && cp former "$out/output"
  for input in input.*; do break; done
  for expected in expected.csv expected.tsv expected.jsonl; do [ -e "$expected" ] && break; done
  rules=rules.rung
  if grep -qs compiled via; then
    rules=$out/rules.rungc
    "$rung" compile rules.rung -o "$rules" 2>"$out/stderr" || { fail "$case" "is refused" "$out/stderr"; return; }
  fi
  if [ -e "$input" ]; then set -- "$(input_file "$input")" "$@"; else input=/dev/null; fi
  "$rung" score "$rules" "$@" -o "$out/output" --summary "$out/summary" <"$input" >"$out/stdout" 2>"$out/stderr"
  code=$?
  wanted_code=$(cat expected.exit 2>/dev/null || echo 0)
  [ "$code" -eq "$wanted_code" ] || { fail "$case" "exit code $code instead of $wanted_code" "$out/stderr"; return; }
  if [ -e "$expected" ]; then same "$case" "$expected" "$out/output" output || return
  elif [ -e former ]; then same "$case" former "$out/output" "former output" || return
  elif [ -e "$out/output" ]; then fail "$case" "an output where there should be none" "$out/output"; return; fi
  if [ -e expected.rejects ]; then same "$case" expected.rejects "$out/rejects" "file of rejects" || return; fi
  if [ -e expected.split ]; then
    diff -a -r expected.split "$out/split" >"$work/why" 2>&1 || { fail "$case" "another set of files" "$work/why"; return; }
  fi
  if [ -e expected.stderr ]; then check_stderr "$case" || return; fi
  if [ -e expected.summary ]; then check_summary "$case" || return; fi
  passed=$((passed + 1))
  made "$case"
}

if [ -n "${MORE:-}" ]; then accept() { :; }; reject() { :; }; fi
for file in "$tests"/accept/*.rung; do
  case $(basename "$file") in "$wanted"*.rung) [ -e "$file" ] && accept "$file" ;; esac
done
for file in "$tests"/reject/*.rung; do
  case $(basename "$file") in "$wanted"*.rung) [ -e "$file" ] && reject "$file" ;; esac
done
for folder in "$tests"/apply/*/; do
  case $(basename "$folder") in "$wanted"*) [ -d "$folder" ] && apply "$folder" ;; esac
done
echo "data: $passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
