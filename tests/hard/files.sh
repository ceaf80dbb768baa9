#!/bin/sh
# files.sh BUILD - full and read-only disks, closed pipes, and outputs that are inputs by another name.
set -u
rung=$(cd "$1" && pwd)/rung
shim=$(cd "$1" && pwd)/tests/hard/fault.so
files=$(cd "$(dirname "$0")" && pwd)/files
work=$(mktemp -d)
mounted=
trap '[ -z "$mounted" ] || umount "$work/disk"; rm -rf "$work"' EXIT
cd "$work" || exit 4
passed=0
failed=0
skipped=0

check() { # what, exit code
  if [ "$2" -eq 0 ]; then passed=$((passed + 1)); return; fi
  echo "FAIL files: $1"
  sed 's/^/    /' said
  failed=$((failed + 1))
}

score() { # more words
  "$rung" score flags.rung "$@" --today 2026-11-21 -q 2>said
}

# Says with which code and word it failed, and that nothing is left over.
failed_with() { # code, wanted, word
  [ "$1" -eq "$2" ] && grep -q "$3" said && [ -z "$(find . -name '*.rung-tmp')" ]
}

cp -r "$files"/* .
awk 'BEGIN { print "id,name,quiet"; for (i = 0; i < 50000; i++) print "c" i ",Name " i ",100" }' >many.csv
echo former >former

# -- Full disks ------------------------------------------------------------------------------

"$rung" compile flags.rung -o flags.rungc
full() { # what, words
  what=$1
  shift
  "$rung" "$@" >/dev/full 2>said
  failed_with $? 4 "No space left"
  check "$what says that there is no space left" $?
}
full "score" score flags.rung many.csv -q
full "score of a few rows" score flags.rung plain.csv -q
full "score that waits for its guards" score guarded.rung plain.csv -q
full "check --json" check wrong.rung --json
full "test" test flags.rung
full "test --tap" test flags.rung --tap
full "dump" dump flags.rungc
full "--help" --help
full "score --help" score --help
full "--version" --version
full "compile -o -" compile flags.rung -o -
score many.csv -o /dev/full
failed_with $? 4 "No space left"
check "so does an output that is named" $?

limited() { # exit code wanted, words: no file of more than 100 blocks of 512 bytes
  (ulimit -f 100; score "$@")
}
cp former out
limited many.csv -o out
failed_with $? 4 "File too large" && cmp -s out former
check "a file that may not grow leaves the former one" $?
(trap '' XFSZ; limited many.csv -o out)
failed_with $? 4 "File too large" && cmp -s out former
check "whatever becomes of the signal" $?
(ulimit -f 100; "$rung" score guarded.rung many.csv --today 2026-11-21 -q >told 2>said)
failed_with $? 4 "File too large" && [ ! -s told ]
check "standard output that waits for guards is told, too" $?
echo "c1,Name,x" >>many.csv

mkdir disk
if mount -t tmpfs -o size=256k rung-tests disk 2>/dev/null; then
  mounted=yes
  cp former disk/out
  score many.csv --rejects disk/rejects -o disk/out
  failed_with $? 4 "No space left" && cmp -s disk/out former && [ ! -e disk/rejects ]
  check "a full disk leaves the former output" $?
  "$rung" score campaigns.rung many.csv --split disk/set --today 2026-11-21 -q --rejects rejects -o out 2>said
  failed_with $? 4 "No space left" && [ ! -e disk/set ] && [ "$(cat out)" = former ]
  check "and no half of a set" $?
  TMPDIR=$work/disk "$rung" score guarded.rung many.csv --today 2026-11-21 -q --rejects rejects >told 2>said
  failed_with $? 4 "temporary file" && [ ! -s told ]
  check "nor any of what waits" $?
  head -c 300000 /dev/zero >disk/filler 2>/dev/null
  for words in "compile flags.rung -o disk/out" "score flags.rung plain.csv -q -o scored --summary disk/out"; do
    # shellcheck disable=SC2086
    "$rung" $words 2>said
    failed_with $? 4 "No space left" && cmp -s disk/out former
    check "without any room: $words" $?
  done
  mount -o remount,ro disk
  for words in "-o disk/out" "--rejects disk/rejects" "--summary disk/summary"; do
    # shellcheck disable=SC2086
    score plain.csv $words >told
    failed_with $? 4 "Read-only"
    check "a disk that is read-only is told: $words" $?
  done
  "$rung" score campaigns.rung plain.csv --split disk/set -q --today 2026-11-21 >told 2>said
  failed_with $? 4 "Read-only"
  check "for a set of files, too" $?
  umount disk && mounted=
else
  echo "files: full and read-only disks are skipped: nothing may be mounted here"
  skipped=$((skipped + 10))
fi

# -- Closed pipes ---------------------------------------------------------------------------------

ended() { # words: the exit code of a run whose reader goes away
  { "$rung" score flags.rung many.csv --today 2026-11-21 -q "$@" 2>said; echo $? >code; } | head -c 100 >told
  cat code
}
[ "$(ended)" -eq 141 ] && [ ! -s said ]
check "who reads no more ends the run as any other" $?
[ "$(ended --rejects put_aside)" -eq 141 ] && [ ! -e put_aside ] && [ -z "$(find . -name '*.rung-tmp')" ]
check "and then what would be left over goes" $?
[ "$(trap '' PIPE; ended)" -eq 4 ] && grep -q "Broken pipe" said
check "without the signal it is a message" $?

# -- Outputs that are inputs ------------------------------------------------------------------------

mkdir folder
cp plain.csv wanted.csv
cp flags.rung wanted.rung
cp more/consent.rung wanted.consent
ln plain.csv hard.csv
ln -s plain.csv soft.csv
ln -s soft.csv softer.csv
ln -s . here
ln flags.rung hard.rung
kept() { # what, code
  failed_with "$2" 2 "" && [ -s said ] && cmp -s plain.csv wanted.csv && cmp -s flags.rung wanted.rung
  check "$1" $?
}
for path in plain.csv ./plain.csv folder/../plain.csv "$work/plain.csv" here/here/plain.csv hard.csv soft.csv \
            softer.csv flags.rung hard.rung "../$(basename "$work")/flags.rung"; do
  for option in --output --rejects --summary; do
    score plain.csv $option "$path" >told
    kept "$option $path is what is read" $?
  done
  score soft.csv -o "$path" >told
  kept "$path is what is read by a link" $?
  score - -o "$path" <plain.csv >told
  kept "$path is standard input, or the rules" $?
  score /dev/stdin -o "$path" <plain.csv >told
  kept "$path is /dev/stdin, or the rules" $?
  score /proc/self/fd/0 --rejects "$path" <plain.csv >told
  kept "$path is /proc/self/fd/0, or the rules" $?
done
for path in /dev/stdin /proc/self/fd/0 /dev/fd/0; do
  for input in - plain.csv $path; do
    score "$input" -o "$path" <plain.csv >told
    kept "$input is the input, and its descriptor $path the output" $?
    score "$input" --summary "$path" <plain.csv >told
    kept "$input is the input, and its descriptor $path the summary" $?
  done
done
score plain.csv >>plain.csv
kept "standard output is the input's end" $?
score - <>plain.csv >&0
kept "standard output is standard input" $?
score plain.csv -o /dev/stdout >>plain.csv
kept "by its name, too" $?
score plain.csv -o /proc/self/fd/1 >>plain.csv
kept "or by its number" $?
"$rung" compile flags.rung -o hard.rung 2>said
kept "the rules are not compiled onto themselves" $?
printf 'use "more/consent.rung";\nname in file "more/regions.txt" → near;\n' >using.rung
for path in more/consent.rung here/more/regions.txt; do
  cp "$path" wanted.used
  for words in "compile using.rung -o $path" "score using.rung customers.csv -q -o $path" \
               "score using.rung customers.csv -q --rejects $path" "score using.rung customers.csv -q --summary $path"; do
    # shellcheck disable=SC2086
    "$rung" $words >told 2>said
    code=$?
    [ $code -eq 2 ] && cmp -s "$path" wanted.used
    check "what the rules use is not written over: $words" $?
    cp wanted.used "$path"
  done
done
# What a customer was, and what he bought, are read too.
cp orders.csv wanted.orders
cp previous.csv wanted.previous
ln orders.csv hard.orders
ln -s previous.csv soft.previous
for path in orders.csv hard.orders here/orders.csv previous.csv soft.previous "$work/previous.csv"; do
  for option in --output --rejects --summary; do
    "$rung" score rules.rung customers.csv orders=orders.csv previous=previous.csv --today 2026-11-21 $option "$path" \
      >told 2>said
    failed_with $? 2 "never written over" && cmp -s orders.csv wanted.orders && cmp -s previous.csv wanted.previous
    check "$option $path is a table that is read" $?
  done
done
"$rung" score campaigns.rung plain.csv --split set --today 2026-11-21 -q >told 2>said
cp set/winback.email.csv wanted.winback
for folder in set ./set here/set; do
  "$rung" score campaigns.rung set/winback.email.csv --split $folder --today 2026-11-21 -q >told 2>said
  failed_with $? 2 "replaced as a whole" && cmp -s set/winback.email.csv wanted.winback
  check "$folder is the folder of what is read" $?
done
for other in same ./same here/same "$work/same"; do
  score plain.csv -o same --rejects "$other" >told
  kept "two outputs are the same: $other" $?
  score plain.csv -o same --summary "$other" >told
  kept "the output is the summary: $other" $?
done

# -- Folders behind links -----------------------------------------------------------------------------

mkdir -p deep/real
ln -s deep/real link
echo 'quiet > 90 → behind;' >deep/used.rung
echo 'quiet > 90 → before;' >used.rung
echo 'use "../used.rung"; quiet > 1 → own;' >deep/real/rules.rung
"$rung" score link/rules.rung plain.csv --today 2026-11-21 -q >told 2>said && grep -q behind told
check "what is above a folder is looked for above it, not above a link to it" $?

unseen() { # number: with this look at a file failing it is the right one, or none
  FAULT="look $1 $1 0" LD_PRELOAD=$shim ASAN_OPTIONS=verify_asan_link_order=0 "$rung" score link/rules.rung plain.csv \
    --today 2026-11-21 -q >told 2>said
  [ $? -eq 4 ] || grep -q behind told
}
case $(ldd "$rung" 2>/dev/null) in
  *libtsan*) skipped=$((skipped + 1)) ;;
  *)
    strange=
    for number in 1 2 3 4 5 6 7 8; do unseen $number || strange="$strange $number"; done
    [ -z "$strange" ]
    check "nor when it can't be found out that it is a link" $? ;;
esac

echo "files: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
