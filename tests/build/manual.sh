#!/bin/bash
# manual.sh RUNG - the man page names every command and option that the command itself lists, and every member of the
# JSON summary, and no other; completion offers the options.
set -eu
rung=$(realpath "$1")
cd "$(dirname "$0")/../.."
export RUNG_PRESETS=rules/presets
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

commands=$("$rung" --help | sed -n 's/^  rung \([a-z]\{1,\}\) .*/\1/p' | grep -vx help)
{
  for command in $commands; do
    echo "rung $command"
    "$rung" "$command" --help | sed -n 's/^  \(-., \)\{0,1\}\(--[a-z-]*\).*/\2/p'
  done
  echo "rung help"
  echo "--version"
} | sort -u >"$work/listed"
sed 's/\\f[BIRP]//g; s/\\-/-/g' runtime/man/rung.1 >"$work/plain"
{
  sed -n '/^.SH SYNOPSIS/,/^.SH DESCRIPTION/s/^\(rung [a-z]*\).*/\1/p' "$work/plain" | sed 's/ $//' | grep -vx rung
  grep -o -e '--[a-z][a-z-]*' "$work/plain"
} | sort -u >"$work/described"
diff -u "$work/listed" "$work/described" || { echo "FAIL manual: rung.1 and --help differ" >&2; exit 1; }

# It describes each member of the JSON summary, and no other.
sed -n 's/.*set\(_object\)\{0,1\}(&\{0,1\}[a-z]*, "\([a-z_]*\)".*/\2/p' runtime/cmd_summary_json.c | sort -u >"$work/members"
sed -n '/^.SH SUMMARY AS JSON/,/^.SH FILES/p' runtime/man/rung.1 |
  grep -o -e '^\.B [a-z_]*' -e '\\fB[a-z_]*\\fR' | sed 's/^\.B //; s/\\f[BR]//g' | sort -u >"$work/told"
diff -u "$work/members" "$work/told" || { echo "FAIL manual: rung.1 and the summary differ" >&2; exit 1; }

# The page is plain roff that nothing complains about, where there is a formatter to ask.
if command -v man >/dev/null; then
  complaints=$(LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=80 man --warnings=w -l runtime/man/rung.1 2>&1 >/dev/null)
  [ -z "$complaints" ] || { echo "FAIL manual: $complaints" >&2; exit 1; }
else
  echo "manual: skipped: there is no man to ask whether the page is well-formed"
fi

. runtime/completion/rung
offer() { # words...: what completion offers for the last of them
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
  _rung
  echo "${COMPREPLY[*]}"
}
expect() { # got wanted
  [ "$1" = "$2" ] || { echo "FAIL manual: completion offers \"$1\", not \"$2\"" >&2; exit 1; }
}
expect "$(offer "$rung" sc)" "score"
expect "$(offer "$rung" score --max-)" "--max-row --max-rejects"
expect "$(offer "$rung" score --format t)" "tsv"
expect "$(offer "$rung" score --preset shopify-c)" "shopify-customers"
expect "$(offer "$rung" check rules/life)" "rules/lifecycle.rung"
echo "manual: $(wc -l <"$work/listed") commands and options"
