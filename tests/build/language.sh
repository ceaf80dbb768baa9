#!/bin/sh
# language.sh RUNG FILE.md... - every example of the manuals is tried.
#
# A block marked ```rung begins an example and is a whole rule file, rules.rung; it must compile, and its tests pass.
# ```rung more goes on with the example before it: the same files, and these statements behind its rules.  Blocks behind
# it are of the same example:
#   ```rung NAME    NAME.rung, which the rules use
#   ```text NAME    NAME, a file as it stands
#   ```csv          the dump, customers.csv; with it the rules are scored, and the slim output goes to standard output
#   ```csv NAME     NAME.csv, the file of the related table NAME
#   ```command      instead of that, these lines are run as they stand, beside the files; ```command more runs them in
#                   an example that goes on with the one before, without more rules
#   ```results      what standard output must be, exactly
#   ```results NAME what the commands must leave in NAME.csv
#   ```told         each of these lines must be in the summary
#   ```stopped      instead of results: the run must end with exit code 1 and write nothing, and each of these lines
#                   must be among the messages
# A block marked ```refused is a rule file that must be refused; each line of a ```message behind it must be
# in what is said.  Examples live on 2026-11-21 at noon.
set -eu
rung=$(realpath "$1")
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$rung" "$work/bin/rung"
PATH=$work/bin:$PATH
RUNG_PRESETS=$(realpath "$(dirname "$0")/../../rules/presets")
export PATH RUNG_PRESETS

for manual in "$@"; do
  awk -v out="$work/$(basename "$manual" .md)" '
    function begin(name) { dir = sprintf("%s.%03d", out, ++n); system("mkdir -p " dir "/wanted")
                           print FILENAME ", line " NR + 1 > (dir "/place"); close(dir "/place"); open(name) }
    function more(from)  { from = dir; begin("rules.rung")
                           system("cd " from " && cp *.rung *.csv *.txt " dir " 2>/dev/null") }
    function open(name)  { file = dir "/" name; printf "" > file; close(file) }
    /^```/ && file != ""         { close(file); file = ""; next }
    /^```rung$/                  { begin("rules.rung"); next }
    /^```rung more$/ && n        { more(); next }
    /^```rung [a-z0-9_-]+$/ && n { open($2 ".rung"); next }
    /^```text [a-z0-9_.-]+$/ && n { open($2); next }
    /^```refused$/               { begin("refused.rung"); next }
    /^```csv$/ && n              { open("customers.csv"); next }
    /^```csv [a-z0-9_-]+$/ && n      { open($2 ".csv"); next }
    /^```results$/ && n          { open("wanted/out"); next }
    /^```results [^ ]+$/ && n  { system("mkdir -p $(dirname " dir "/wanted/" $2 ")")
                                     open("wanted/" $2 ".csv"); next }
    /^```command more$/ && n     { more(); open("command"); next }
    /^```(command|told|stopped|message)$/ && n { open(substr($0, 4)); next }
    /^```/                       { file = "/dev/null"; next }
    file != ""                   { print >> file }
  ' "$manual"
done

tried=0
bad=0
fail() { # text: what is wrong with the example that stands here
  echo "FAIL language: $(cat place): $1" >&2
  [ ! -s said ] || cat said >&2
  bad=1
}

score() { # as the reader of the example would
  set -- rules.rung
  for file in *.csv; do
    case $file in customers.csv) set -- "$@" "$file" ;; *) set -- "$@" "${file%.csv}=$file" ;; esac
  done
  rung score "$@" --slim --today 2026-11-21T12:00
}

wants() { # name of a block, each of whose lines must be among the messages
  [ -e "$1" ] || return 0
  ! grep -vxFf said "$1" >&2 || fail "does not say these lines"
}

try() {
  if [ -e refused.rung ]; then
    status=0
    rung check refused.rung >said 2>&1 || status=$?
    [ $status = 2 ] || fail "is not refused (exit $status)"
    wants message
    return
  fi
  rung check rules.rung >said 2>&1 || { fail "does not compile"; return; }
  grep -qs '^rung test' command || rung test rules.rung >said 2>&1 || { fail "has tests that fail"; return; }
  if [ -e stopped ]; then
    status=0
    if [ -e command ]; then sh -eu command >out 2>said || status=$?; else score >out 2>said || status=$?; fi
    [ $status = 1 ] || fail "is not stopped (exit $status)"
    [ ! -s out ] || fail "writes something"
  elif [ -e command ]; then
    sh -eu command >out 2>said || { fail "its commands fail"; return; }
  elif ls ./*.csv >list 2>said; then
    score >out 2>said || { fail "does not score its rows"; return; }
  fi
  find wanted -type f >list
  while IFS= read -r wanted; do
    diff -u "$wanted" "${wanted#wanted/}" >differs 2>&1 || { cat differs >&2; fail "gives other results"; }
  done <list
  wants told
  wants stopped
}

for example in "$work"/*.[0-9]*; do
  tried=$((tried + 1))
  cd "$example"
  try
done
[ $bad = 0 ] || exit 1
echo "language: $tried examples"
