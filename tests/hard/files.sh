#!/bin/sh
# files.sh BUILD - full and read-only disks, closed pipes, and outputs that are inputs by another name.
set -u
# shellcheck source=tests/made.sh
. "$(dirname "$0")/../made.sh"
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
  if [ "$2" -eq 0 ]; then passed=$((passed + 1)); made "files: $1"; return; fi
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
  *libtsan*) echo "files: failing calls are skipped under the thread sanitizer"; skipped=$((skipped + 3)) ;;
  *)
    strange=
    for number in 1 2 3 4 5 6 7 8; do unseen $number || strange="$strange $number"; done
    [ -z "$strange" ]
    check "nor when it can't be found out that it is a link" $?
    # Whichever read fails, also of the random bytes for names.
    campaign() {
      "$rung" score campaigns.rung plain.csv --today 2026-11-21 -q --threads 1 --split half --rejects halves -o out
    }
    campaign 2>said
    mixed=
    number=0
    code=4
    while [ $code -ne 0 ] && [ $number -lt 100 ]; do
      number=$((number + 1))
      echo former >halves
      FAULT="read $number $number 0" LD_PRELOAD=$shim ASAN_OPTIONS=verify_asan_link_order=0 campaign 2>said
      code=$?
      [ $code -eq 0 ] || [ "$(cat halves)" = former ] || mixed="$mixed $number"
    done
    rm -rf .half.*.rung-tmp # which can't be read, so that it can't be removed
    [ -z "$mixed" ] && [ $number -gt 10 ]
    check "a read that fails leaves no new outputs beside old ones" $?
    # At its fifth read the run stops, the dump is cut, and the run goes on.
    awk 'BEGIN { print "id,n"; for (i = 0; i < 300000; i++) print i ",2" }' >shrinks.csv
    echo 'input c { id text key; n integer; } top 10 by n → first;' >twice.rung
    FAULT="read 5 5 19" LD_PRELOAD=$shim ASAN_OPTIONS=verify_asan_link_order=0 "$rung" score twice.rung shrinks.csv \
      --today 2026-11-21 -q --threads 1 -o cut 2>said &
    run=$!
    for try in 1 2 3 4 5 6 7 8 9 10; do grep -q '^State:.T' /proc/$run/status || sleep 0.1; done
    : >shrinks.csv
    kill -CONT $run
    wait $run
    failed_with $? 3 "shrinks.csv" && [ ! -e cut ]
    check "a dump that is cut short while it is read" $? ;;
esac

# -- What closed descriptors, empty names and empty files are -----------------------------------------------

mkdir small
cp flags.rung plain.csv small
cd small || exit 4
"$rung" score flags.rung plain.csv --today 2026-11-21 -q >wanted
"$rung" score flags.rung plain.csv --today 2026-11-21 -o out <&- >&- 2>&- && cmp -s out wanted
check "with all descriptors closed the output has no messages" $?
score plain.csv >&-
failed_with $? 4 "standard output: Bad file descriptor"
check "closed standard output" $?
score - <&- >told
failed_with $? 4 "standard input: Bad file descriptor"
check "closed standard input" $?
"$rung" check flags.rung --json >&- 2>said
failed_with $? 4 "Bad file descriptor"
check "closed standard output of check --json" $?
: >empty.rungc
: >empty.rung
head -c 3 ../flags.rungc >short.rungc
echo 'input c { id text key; }' >input.rung
for rules in "score empty.rungc plain.csv:is empty" "check empty.rungc:is empty" "compile empty.rungc -o out:is empty" \
             "score short.rungc plain.csv:is cut short" "score empty.rung plain.csv:has no rules" \
             "score input.rung plain.csv:has no rules"; do
  # shellcheck disable=SC2086
  "$rung" ${rules%%:*} >told 2>said
  failed_with $? 2 "${rules#*:}" && [ ! -s told ]
  check "no rules: $rules" $?
done
"$rung" check empty.rung 2>said && grep -q "W0730: this file has no rules" said
check "an empty file is told by check, too" $?
for option in --output --rejects --summary --split; do
  score plain.csv $option '' >told
  failed_with $? 2 "is empty"
  check "$option of no name" $?
done
"$rung" score '' plain.csv 2>said
failed_with $? 2 "names no file"
check "rules of no name" $?

# -- Two outputs for one place ---------------------------------------------------------------------------------

for words in "--rejects -" "--summary -" "--rejects /dev/stdout" "-o out --rejects - --summary -" "-o - --summary -"; do
  # shellcheck disable=SC2086
  score plain.csv $words >told
  failed_with $? 2 "can't both be" && [ ! -s told ]
  check "standard output is for one: $words" $?
done
{ score plain.csv --summary /proc/self/fd/1; echo $? >code; } | cat >told
failed_with "$(cat code)" 2 "can't both be" && [ ! -s told ]
check "so is a pipe" $?
score plain.csv -o out --summary - >told && cmp -s out wanted && grep -q '"rows"' told
check "a summary alone goes there" $?
score plain.csv --dry-run --summary - >told && grep -q '"dry_run": true' told
check "that of a dry run, too" $?

# -- All that is read ---------------------------------------------------------------------------------------------

printf 'delimiter = ,\n' >mine.preset
printf 'input c { id text key; quiet integer; }\n' >mine.rung
printf 'quiet > 90 → quiet_one;\n' >bare.rung
printf 'pepper\n' >salt
cp mine.preset wanted.preset
for option in --output --rejects --summary; do
  for path in mine.preset ./mine.rung salt; do
    cp $path before
    "$rung" score bare.rung plain.csv --preset ./mine --hash id --salt-file salt -q $option $path >told 2>said
    failed_with $? 2 "never written over" && cmp -s $path before
    check "$option $path is read" $?
  done
done
"$rung" compile bare.rung --preset ./mine -o mine.preset 2>said
failed_with $? 2 "never written over" && cmp -s mine.preset wanted.preset
check "a program is not compiled onto a preset" $?

# -- Links that lead nowhere ----------------------------------------------------------------------------------------

mkdir target
ln -s target/made.csv dangling
ln -s dangling further
ln -s none/made.csv nowhere
ln -s round round
score plain.csv -o further && cmp -s target/made.csv wanted && [ -L further ] && [ -L dangling ]
check "what a link leads to is made" $?
rm target/made.csv
score plain.csv -o further --rejects target/made.csv
failed_with $? 2 "can't both be" && [ ! -e target/made.csv ]
check "and known to be the same as by its name" $?
score plain.csv -o nowhere
failed_with $? 4 "none/made.csv: No such file" && [ -L nowhere ]
check "a link into no folder" $?
score plain.csv -o round
failed_with $? 4 "symbolic links"
check "links in a circle" $?
score plain.csv -o round --rejects aside
failed_with $? 4 "symbolic links" && [ ! -e aside ]
check "beside another output, too" $?

for words in "--rejects adrift" "--split adrift"; do
  ln -s target/new adrift
  # shellcheck disable=SC2086
  "$rung" score ../campaigns.rung plain.csv --today 2026-11-21 -q $words -o out 2>said && [ -L adrift ] && [ -e target/new ]
  check "what a link leads to is made by $words" $?
  "$rung" score ../campaigns.rung plain.csv --today 2026-11-21 -q $words -o out 2>said && [ -L adrift ] && [ -e target/new ]
  check "and replaced" $?
  rm -r adrift target/new
done
"$rung" score ../campaigns.rung plain.csv --today 2026-11-21 -q --split slashed// -o out 2>said && [ -s slashed/split.json ]
check "a folder may end with slashes" $?

# -- Open descriptors by a name -------------------------------------------------------------------------------------

for path in /dev/stderr /dev/fd/2 /proc/self/fd/2 /dev/fd/5; do
  for option in --output --rejects --summary; do
    words="$option $path"
    [ $option = --output ] || words="-o out $words"
    echo log >log
    # shellcheck disable=SC2086
    "$rung" score flags.rung plain.csv --today 2026-11-21 -q $words 2>>log 5>>log &&
      [ "$(head -n 1 log)" = log ] && [ "$(wc -l <log)" -gt 1 ]
    check "$option $path adds to what is open there" $?
  done
done
echo log >log
score plain.csv -o /proc/self/fd/1 >>log && { echo log; cat wanted; } | cmp -s - log
check "standard output by its number" $?
for path in /dev/fd/3 /dev/fd/4 /dev/fd/5 /dev/fd/6 /dev/fd/7 /dev/fd/8 /dev/fd/999; do
  score plain.csv --rejects aside -o $path
  failed_with $? 4 "$path: Bad file descriptor" && [ ! -e aside ]
  check "a descriptor of nobody's: $path" $?
done

# -- What is not to be written is known before the first row --------------------------------------------------------

echo former >out
score plain.csv -o out --rejects aside --summary none/summary
failed_with $? 4 "none/summary: No such file" && [ "$(cat out)" = former ] && [ ! -e aside ]
check "a summary without a folder leaves the former output" $?

# -- Who may read what ------------------------------------------------------------------------------------------------

mode() { # file, wanted
  [ "$(stat -c %a "$1")" = "$2" ]
}
umask 022
for former in 600 640 644 666; do
  for file in out summary aside program; do echo former >$file && chmod $former $file; done
  score plain.csv -o out --summary summary --rejects aside && mode out $former && mode summary $former && mode aside 600
  check "a file that is replaced keeps its mode $former" $?
  "$rung" compile flags.rung -o program 2>said && mode program $former
  check "a program, too: $former" $?
done
rm -f out summary aside
(umask 027; score plain.csv -o out --summary summary --rejects aside)
mode out 640 && mode summary 640 && mode aside 600
check "new files have that of the process" $?
score plain.csv -o out --summary summary --show-values && mode out 640 && mode summary 600
check "a summary with keys is its owner's alone" $?
for former in 600 644; do
  rm -rf set
  "$rung" score ../campaigns.rung plain.csv --today 2026-11-21 -q --split set -o out 2>said
  chmod $former set/*
  chmod 750 set
  "$rung" score ../campaigns.rung plain.csv --today 2026-11-21 -q --split set -o out 2>said
  [ "$(stat -c %a set/* | sort -u)" = $former ] && mode set 750
  check "files of a set keep their mode $former" $?
done

cp ../campaigns.rung set/own.rung
"$rung" score set/own.rung plain.csv --today 2026-11-21 -q --split set -o out 2>said
failed_with $? 2 "in the folder of --split, which is replaced as a whole" && [ -s set/own.rung ]
check "rules are not replaced with the folder they stand in" $?
for former in 400 200; do # which only root may replace
  echo former >out && chmod $former out
  if [ "$(id -u)" -eq 0 ]; then score plain.csv -o out && mode out $former; check "root keeps the mode $former" $?; fi
  rm -f out
done
# A file of a group that one does not belong to is replaced by one of one's own group, which may do no more than everybody.
strange=$(mktemp -d)
cp "$rung" flags.rung plain.csv "$strange"
echo former >"$strange/out"
if chown -R 65534:1 "$strange" 2>/dev/null && chmod 664 "$strange/out" &&
  (cd "$strange" && setpriv --reuid=65534 --regid=65534 --clear-groups ./rung --version) >/dev/null 2>&1; then
  (cd "$strange" && setpriv --reuid=65534 --regid=65534 --clear-groups ./rung score flags.rung plain.csv \
    --today 2026-11-21 -q -o out) 2>said
  [ "$(stat -c '%a %g' "$strange/out")" = "644 65534" ] && cmp -s "$strange/out" wanted
  check "a file of a strange group" $?
  chown 0:1 "$strange/out" && chmod 664 "$strange/out" && score plain.csv -o "$strange/out" &&
    [ "$(stat -c '%a %g' "$strange/out")" = "664 1" ]
  check "which it stays for who may give it away" $?
  chown 65534:1 "$strange/out" && chmod 600 "$strange/out" && score plain.csv -o "$strange/out" &&
    [ "$(stat -c '%a %u %g' "$strange/out")" = "600 65534 1" ]
  check "and whose it is it stays, too" $?
  sets() {
    "$rung" score ../campaigns.rung plain.csv --today 2026-11-21 -q --split "$strange/set" -o out 2>said
  }
  sets && chown -R 65534:1 "$strange/set" && chmod 750 "$strange/set" && chmod 640 "$strange"/set/* && sets &&
    [ "$(stat -c '%a %u %g' "$strange/set" "$strange"/set/* | sort -u)" = "640 65534 1
750 65534 1" ]
  check "so it is with a set" $?
  chmod 2775 "$strange" && rm -rf "$strange/set" && sets &&
    [ "$(stat -c %g "$strange/set" "$strange"/set/* | sort -u)" = 1 ] && [ -g "$strange/set" ]
  check "files of a set are of the folder's group where folders pass theirs on" $?
  rm "$strange"/set/*.csv && chmod 755 "$strange" && chgrp 0 "$strange" && sets &&
    [ "$(stat -c %g "$strange"/set/*.csv | sort -u)" = 1 ] && [ -g "$strange/set" ]
  check "and where the former folder did" $?
  chown -R 65534:1 "$strange"
  chmod 555 "$strange/set"
  (cd "$strange" && cp "$work/campaigns.rung" . && setpriv --reuid=65534 --regid=65534 --clear-groups ./rung score \
    campaigns.rung plain.csv --today 2026-11-21 -q --split set -o set.csv) 2>said
  failed_with $? 4 "replace the folder" && [ ! -e "$strange/set.csv" ]
  check "a folder that one may not write in is not replaced" $?
else
  echo "files: a file of a strange group is skipped: nobody else can be here"
  skipped=$((skipped + 7))
fi
rm -rf "$strange"

# -- Signals while there is nothing to do but wait -----------------------------------------------------------------------

mkfifo pipe
waits() { # what, number of a signal, words: ends by the signal, whatever it waits for, and leaves nothing
  what=$1
  signal=$2
  shift 2
  env --default-signal=HUP,INT,QUIT "$rung" score flags.rung "$@" --today 2026-11-21 -q <&7 >/dev/null 2>said &
  run=$!
  sleep 0.3
  kill -"$signal" $run
  for try in 1 2 3 4 5 6 7 8 9 10; do kill -0 $run 2>/dev/null && sleep 0.1; done
  kill -s KILL $run 2>/dev/null
  wait $run
  code=$?
  [ $code -eq $((128 + signal)) ] && [ -z "$(find . -name '*.rung-tmp')" ]
  check "$what, and signal $signal" $?
}
for signal in 15 2 1 3 14 24; do
  exec 7</dev/null
  waits "an input that nobody has opened yet" $signal pipe -o waited --summary waited.json
  waits "an output that nobody reads" $signal plain.csv -o pipe --rejects aside
  exec 7<>pipe
  waits "a pipe that brings nothing" $signal pipe -o waited --rejects aside
  waits "standard input that brings nothing" $signal - -o waited --rejects aside
  waits "the same by its name" $signal /dev/stdin -o waited
  rm -f waited aside
  head -c 65536 /dev/zero >&7 # now it takes nothing more
  waits "a summary that nobody takes" $signal plain.csv -o waited --summary pipe && cmp -s waited wanted
  check "it comes after the output" $?
  cp ../guarded.rung flags.rung
  waits "an output that waits for guards and then for its reader" $signal plain.csv --rejects aside -o pipe
  [ ! -e aside ]
  check "it goes before files take their places" $?
  cp ../flags.rung flags.rung
  exec 7<&-
done
cd ..

echo "files: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
