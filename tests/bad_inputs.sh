#!/bin/bash
# bad_inputs.sh BUILD - bad inputs that no case of tests/apply or tests/reject can hold, because they are large, are no
# plain files or come while the run goes on.
set -u
build=$(cd "$1" && pwd)
rung=$build/rung
# shellcheck source=tests/made.sh
. "$(dirname "$0")/made.sh"
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work" || exit 4
passed=0
failed=0
skipped=0
: >said

check() { # what, exit code
  if [ "$2" -eq 0 ]; then passed=$((passed + 1)); made "bad_inputs: $1"; return; fi
  echo "FAIL bad_inputs: $1"
  head -n 5 said | cut -c 1-300 | sed 's/^/    /'
  failed=$((failed + 1))
}

skip() { # how many checks, the first of them and why
  echo "bad_inputs: $2: skipped"
  not_made "bad_inputs: ${2%%: *}"
  skipped=$((skipped + $1))
}

score() { # rules, customers, more words
  "$rung" score "$@" --today 2026-11-21 -q 2>said
}

told() { # exit code, exit code wanted, texts of the message
  [ "$1" -eq "$2" ] || return 1
  shift 2
  for text in "$@"; do grep -qF -e "$text" said || return 1; done
}

echo 'input c { id text key; n integer; } n > 1 → big;' >rules.rung
printf 'id,n\n1,1\n2,2\n' >good.csv
printf 'id,n,tags\n1,1,\n2,2,big\n' >scored.csv

# -- Programs and rules ---------------------------------------------------------------------

"$rung" compile rules.rung -o rules.rungc 2>said && score rules.rungc good.csv | cmp -s - scored.csv
check "a compiled program stands for its rules" $?
score rules.rung rules.rungc
told $? 3 "rules.rungc is a compiled program" "rules come first"
check "a program is no dump" $?
head -c 200 rules.rungc >short.rungc
score short.rungc good.csv
told $? 2 "short.rungc: the program is cut short"
check "a program that is cut short" $?
score rules.rung rules.rung
told $? 3 "rules.rung:1:"
check "rules are no dump" $?
score good.csv rules.rung
told $? 2 "the rules come first: rung score rules.rung good.csv"
check "a dump is no rules" $?
# Whose it may be is not shown.
printf 'ivan@mail.ru,Ivan Petrov,+79001234567,5\nb@mail.ru,Boris,+7,6\n' >bare.csv
tr , ';' <bare.csv >semicolon.csv
cp bare.csv bare.txt
for dump in bare.csv bare.txt good.csv semicolon.csv; do
  "$rung" check $dump 2>said
  told $? 2 "$dump looks like a dump, not like rules" && ! grep -q "Ivan\|@" said
  check "nor is $dump, and nothing of it is quoted" $?
done
head -n 1 bare.csv >row.txt
"$rung" test row.txt 2>said >&2
told $? 2 "row.txt looks like a dump, not like rules" && ! grep -q "Ivan\|@" said
check "nor for rung test" $?
for dump in bare.csv bare.txt semicolon.csv; do
  printf 'n > 1 → big;\nuse "%s";\n' $dump >using.rung
  for words in check compile\ -o\ x score\ good.csv test check\ --json; do
    # shellcheck disable=SC2086 # the words are several
    "$rung" ${words%% *} using.rung ${words#"${words%% *}"} >said 2>&1
    told $? 2 "looks like a dump, not like rules" && ! grep -q "Ivan\|@" said
    check "nor is $dump that rules use, for rung $words" $?
  done
done
printf 'show\n  a, b,\n  c, d;\na in (1, 2)\n→ x;\n' >lists.rung
printf 'show a, b,\n  c, d;\n' >lists2.rung
"$rung" check lists.rung 2>said && "$rung" check lists2.rung 2>said
check "lists in rules are no cells" $?
for dump in bare.csv semicolon.csv; do
  score rules.rung $dump
  told $? 3 "no column of the rules among them" "help:" "--show-values" && ! grep -q "Ivan\|ivan\|7900" said
  check "a forgotten --no-header shows nobody in $dump" $?
done
printf 'id,ivan@mail.ru\n1,2\n' >mixed.csv
score rules.rung mixed.csv
told $? 3 "the dump has" "one not shown" && ! grep -q "ivan" said
check "nor what stands among columns" $?
score rules.rung bare.csv
told $? 3 '--no-header --columns'
check "and is advised" $?
score rules.rung bare.csv --show-values
told $? 3 '"Ivan Petrov"'
check "unless it is asked for" $?
printf 'input customers { id text key; } input t per id { total money; } let s = sum of t.total; show s;' >related.rung
score related.rung good.csv t=bare.csv
told $? 3 "bare.csv:1:" "no column of the rules among them" && ! grep -q "Ivan\|ivan\|7900" said
check "nor in a related table" $?
printf 'sep=;\nid;n\n1;2\n' >sep.csv
score rules.rung sep.csv
told $? 3 '--skip-lines 1 --delimiter ";"'
check "a first line that names the delimiter" $?
score rules.rung sep.csv --skip-lines 1 --delimiter ";" >/dev/null
check "and is passed over as advised" $?
printf '"id;n"\n"1;2"\n' >whole.csv
score rules.rung whole.csv
told $? 3 "stands in quotes, as one cell" '--delimiter ";"'
check "lines that stand in quotes" $?
printf 'id:n\n1:2\n' >colon.csv
score rules.rung colon.csv
told $? 3 '--delimiter ":"'
check "a colon between cells" $?
printf 'id n\n1 2\n' >blanks.csv
score rules.rung blanks.csv
told $? 3 '--delimiter blanks'
check "blanks between cells" $?
awk 'BEGIN { print "id,b"; for (i = 10; i < 60; i++) print i ",1990-02-" i % 28 + 1 }' | sed 's/-\([0-9]\)$/-0\1/' >born.csv
echo 'input c { id text key; b date; } top 8 by b → few; top 10 by b → many; quintile of b = 5 → young;' >born.rung
"$rung" score born.rung born.csv --today 2026-11-21 --summary summary -o out 2>said
told $? 0 "top 8 from (not shown" "top 10 from 1990-02-24" "quintile 5 from 1990-02-24" &&
  ! grep -q 1990-02-25 said summary && grep -q '"value": *null' summary
check "what was found of few customers is not shown" $?
"$rung" score born.rung born.csv --today 2026-11-21 --summary summary -o out --show-values 2>said
told $? 0 "top 8 from 1990-02-25" "top 10 from 1990-02-24" && ! grep -q '"value": *null' summary
check "unless that is asked for" $?

nested() { # before, after, how often: a rule
  awk -v before="$1" -v after="$2" -v most="$3" 'BEGIN {
    for (i = 0; i < most; i++) printf "%s", before
    printf "f"
    for (i = 0; i < most; i++) printf "%s", after
    print " → t;" }'
}
nested "(" ")" 20000 >nested.rung
score nested.rung good.csv
told $? 2 "nested more than 200 levels deep"
check "20,000 parentheses" $?
nested "not " "" 20000 >nested.rung
(ulimit -s 64; "$rung" check nested.rung 2>said)
told $? 2 "nested more than 200 levels deep"
check "20,000 times not, with a stack of 64 KiB" $?
awk 'BEGIN { for (i = 0; i < 100000; i++) printf "n >= %d → tag%d;\n", i, i % 50 }' >many.rung
printf 'id,n\n1,20\n' | score many.rung - --slim --key id >out && [ "$(sed 's/[^|]//g; 1d' out | tr -d '\n' | wc -c)" -eq 20 ]
check "100,000 rules" $?
awk 'BEGIN { printf "n = 0"; for (i = 1; i < 32768; i++) printf " or n = %d", 3 * i; print " → third;" }' >chain.rung
printf 'id,n\n1,98301\n2,98300\n' | score chain.rung - >out && [ "$(grep -c 'third$' out)" -eq 1 ]
check "32,768 conditions in a row" $?
head -n 12500 many.rung >few.rung
awk 'BEGIN { printf "n = 0"; for (i = 1; i < 4096; i++) printf " or n = %d", 3 * i; print " → third;" }' >link.rung
seconds() { # rules
  TIMEFORMAT=%U
  { time "$rung" check "$1" >/dev/null 2>&1; } 2>&1
}
grows() { # rules, eight times as many: the time is near eight times as long, and not 64 times
  echo "$(seconds "$1") $(seconds "$2")" >said
  awk '{ exit !($2 < 24 * $1 + 0.3) }' said
}
grows few.rung many.rung && grows link.rung chain.rung
check "and the time for them grows as they do" $?
awk 'BEGIN {
  for (x = "x"; length(x) < 1048576;) x = x x
  printf "c = \"%s\" → same;\n", x > "long.rung"
  print "id,c\n1," x > "long.csv" }'
score long.rung long.csv | grep -q ',same$'
check "a text of 1 MiB" $?
sed 's/x"/xx"/' long.rung >longer.rung
score longer.rung long.csv
told $? 2 "longer.rung:1:5:"
check "a longer one is refused" $?
awk 'BEGIN { a = "a"; while (length(a) < 65536) a = a a; print "id,c\n1," a "!" }' >regex.csv
echo 'c matches "(a+)+$" → fits;' >regex.rung
timeout 60 "$rung" score regex.rung regex.csv --today 2026-11-21 >out 2>said
told $? 0 "no value" "1 row" "regex.rung:1  c matches" "took too long"
check "a pattern made to never end ends" $?
awk 'BEGIN {
  print "id,c" > "words.csv"
  for (i = 0; i < 200000; i++) { print "word" i > "words.txt"; printf "%d,word%d\n", i, i * 2 > "words.csv" } }'
echo 'c in file "words.txt" → listed;' >words.rung
score words.rung words.csv >out && [ "$(grep -c 'listed$' out)" -eq 100000 ]
check "a list of 200,000 words" $?
printf 'n > 1 \000→ t;\n' >nul.rung
score nul.rung good.csv
told $? 2 "nul.rung:1:7:" "U+0000"
check "a NUL byte in rules" $?
mkdir folder
"$rung" check folder 2>said
told $? 4 "folder" "directory"
check "rules that are a folder" $?

# -- The shape of dumps ------------------------------------------------------------------------

printf 'id,n,\000\n1,2,3\n' >header.csv
score rules.rung header.csv
told $? 3 "header.csv:1:" "NUL byte"
check "a NUL byte in the header" $?
columns() { awk -v most="$1" 'BEGIN { printf "id,n"; for (i = 2; i < most; i++) printf ",c%d", i; print ""
                                     printf "1,2"; for (i = 2; i < most; i++) printf ","; print "" }'; }
columns 65535 | score rules.rung - --slim >out && [ "$(tail -n 1 out)" = "1,big" ]
check "65,535 columns" $?
columns 100000 | score rules.rung -
told $? 3 "100000 columns; 65535 is the most"
check "100,000 columns" $?
{ printf 'id,n,c\n1,2,'; head -c 10485760 /dev/zero | tr '\000' x; echo; } >line.csv
score rules.rung line.csv --slim >out && [ "$(tail -n 1 out)" = "1,big" ]
check "a line of 10 MiB" $?
score rules.rung line.csv --max-row 1M
told $? 3 "line.csv, line 2: a row of over 1048576 bytes" "byte 7" "--max-row"
check "a row over the limit" $?
{ printf 'id,n\n1,2\n3,"4\n'; cat line.csv; } >open.csv
score rules.rung open.csv --max-row 1M
told $? 3 "open.csv, line 3:" "quote that opens on line 3" "column 2 (n), byte 11"
check "a quote that is open over the limit" $?
printf 'Отчёт за неделю\n\nid,n\n1,2\n' >preamble.csv
score rules.rung preamble.csv
told $? 3 "preamble.csv:1:" "--skip-lines"
check "lines before the header" $?
score rules.rung preamble.csv --skip-lines 2 --slim >out && [ "$(tail -n 1 out)" = "1,big" ]
check "which can be skipped" $?
printf 'id,n,born\n1,2,2000-01-01\nИТОГО,2,\n' >total.csv
echo 'input c { id text key; n integer; born date; } always born is present; n > 1 → big;' >total.rung
score total.rung total.csv -o out --show-values
told $? 1 "total.rung:1: guard broken" "ИТОГО"
check "a row of totals breaks what always holds" $?
printf 'id,n\n1,2\n2,"3\n' >tail.csv
printf '4,5\n' >>tail.csv
score rules.rung tail.csv --lax -o out
told $? 3 "tail.csv, line 3: the quote that opens here is never closed: column 2 (n), byte 11" "help:"
check "an open quote is refused by --lax too" $?
awk 'BEGIN { print "id,n,c"; for (i = 1; i < 60; i++) printf "%d,2,%s\n", i, i == 5 ? "\"open" : i == 50 ? "\"a\"" : "b" }' >takes.csv
score rules.rung takes.csv --rejects bad -o none
told $? 3 "takes.csv, line 6: the quote that opens here seems never to be closed (column 3 (c), byte 35)" "line 51" "help:" && [ ! -e none ]
check "a quote that takes in other rows is refused" $?

# What --lax keeps, in all stages.
printf 'id,n,c\n1,2,x"y\n2,3,"a"b\n3,4\n4,5,"a,"b\n5,6,"fine ""so"""\n' >lax.csv
printf 'id,c\n1,x"y\n1,"z"z\n5,p,q\n2,n\000\n' >rows.csv
cat >lax.rung <<END
input customers { id text key; n integer; c text; }
input rows per id { c text; }
let items = distinct of rows.c;
let place = rank of n;
show items, place, c;
END
score lax.rung lax.csv rows=rows.csv --lax --slim --summary summary >out
[ $? -eq 0 ] && printf 'id,items,place,c\n1,2,3,"x""y"\n2,0,2,"""a""b"\n5,0,1,"fine ""so"""\n' | cmp -s - out
check "--lax reads what has a quote out of place, in every stage" $?
told 0 0 "lax.csv:4: the row has fewer fields than the header (2, not 3): it ends before column 3 (c), byte 27" "lax.csv:5: the row has text after a closing quote: column 3 (c), byte 36" \
  "rows.csv:4: the row has more fields than the header (3, not 2): it goes on after column 2 (c), byte 21" \
  "rows.csv:5: the row has a NUL byte: column 2 (c), byte 27" \
  "warning: lax.csv: 2 of 5 rows are bad and were left out" "warning: rows: 2 of 4 rows"
check "and tells of the rest where it is" $?
grep -q '"misquoted": 4' summary && grep -q '"rejected": 2' summary
check "and counts both" $?
score lax.rung lax.csv rows=rows.csv --lax --max-rejects 30% --slim -o none
told $? 1 "were refused, more than the 30% allowed" && [ ! -e none ]
check "up to the share that is allowed" $?

score lax.rung lax.csv rows=rows.csv --lax --slim -o /dev/null --rejects /dev/null --summary /dev/null
told $? 0 && score lax.rung lax.csv rows=rows.csv --lax --rejects /dev/stdout >out
told $? 2 "can't both be /dev/stdout"
check "what is kept by nobody may be all files, but not standard output" $?

# -- Files that are none -----------------------------------------------------------------------------

score rules.rung folder
told $? 4 "folder" "directory"
check "a folder is no dump" $?
score rules.rung none.csv
told $? 4 "none.csv: No such file"
check "nor is what is not there" $?
"$build/tests/helper" socket socket
score rules.rung socket
told $? 4 "cannot open socket: No such device or address"
check "nor is a socket" $?
score rules.rung good.csv -o socket
told $? 4 "cannot write socket" && [ -S socket ]
check "and no output" $?
mkfifo pipe
cat good.csv >pipe &
score rules.rung pipe | cmp -s - scored.csv
check "a pipe with a name is one" $?
score rules.rung - <good.csv | cmp -s - scored.csv
check "and standard input" $?
score rules.rung good.csv -o none/out
told $? 4 "none/out: No such file"
check "a folder that is not there" $?
score rules.rung good.csv -o folder
told $? 4 "folder: Is a directory"
check "an output that is a folder" $?
# Root may write anywhere, so for root it is somebody else who may not.
common=$work
as_other() { "$@"; }
if [ "$(id -u)" -eq 0 ]; then
  common=$(mktemp -d)
  trap 'chmod -R u+w "$work"; rm -rf "$work" "$common"' EXIT
  chmod 755 "$common"
  cp "$rung" rules.rung good.csv "$common"
  as_other() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
  rung_of_other=$common/rung
else
  rung_of_other=$rung
fi
mkdir "$common/locked"
echo id >"$common/locked/secret.csv"
chmod 000 "$common/locked/secret.csv"
echo former >"$common/locked/former"
chmod 555 "$common/locked"
others() { # words: rung as somebody who may not write to locked
  (cd "$common" && as_other "$rung_of_other" "$@" --today 2026-11-21 -q) >none.out 2>said
}
if [ "$(as_other id -u 2>/dev/null || echo 0)" -ne 0 ] && as_other "$rung_of_other" --version >/dev/null 2>&1; then
  others score rules.rung good.csv -o locked/out
  told $? 4 "locked/out: Permission denied" && [ ! -e "$common/locked/out" ]
  check "a folder where nothing may be written" $?
  others score rules.rung good.csv -o locked/former
  told $? 4 "locked/former: Permission denied" && [ "$(cat "$common/locked/former")" = former ]
  check "which keeps what stands there" $?
  others score rules.rung good.csv --rejects locked/bad
  told $? 4 "locked/bad: Permission denied" && [ ! -s none.out ]
  check "nor may the refused rows" $?
  others score rules.rung locked/secret.csv
  told $? 4 "locked/secret.csv: Permission denied" && [ ! -s none.out ]
  check "a dump that may not be read" $?
else
  skip 4 "a folder where nothing may be written: everybody here may write anywhere"
fi
chmod 755 "$common/locked"
ln -s good.csv link.csv
ln good.csv hard.csv
refuse_input() { # output
  score rules.rung good.csv -o "$1"
  told $? 2 "the input" && printf 'id,n\n1,1\n2,2\n' | cmp -s - good.csv
}
refuse_input good.csv && refuse_input "$work/./good.csv" && refuse_input link.csv && refuse_input hard.csv
check "the output is not the input, whatever it is called" $?
score rules.rung - -o good.csv <good.csv
told $? 2 "good.csv is the input" && printf 'id,n\n1,1\n2,2\n' | cmp -s - good.csv
check "nor what standard input reads" $?
score rules.rung good.csv >/dev/full
told $? 4 "No space left"
check "a full disk behind standard output" $?
awk 'BEGIN { print "id,n"; for (i = 0; i < 300000; i++) print i ",2" }' >large.csv
echo former >out
score rules.rung large.csv | head -n 1 >/dev/null
[ "${PIPESTATUS[0]}" -eq 141 ] && [ ! -s said ]
check "who reads no more ends the run without a word" $?
stopped() { # signal: a run that waits for more is sent it; the former output must stay
  # What a script runs in the background is deaf to SIGINT, and to SIGHUP under nohup, unless it is told to listen.
  env --default-signal=INT,HUP "$rung" score rules.rung - --today 2026-11-21 -q -o out <pipe >said 2>&1 &
  run=$!
  exec 3>pipe
  cat large.csv >&3
  kill "-$1" $run
  wait $run 2>/dev/null
  code=$?
  exec 3>&-
  [ $code -eq $((128 + $(kill -l "$1"))) ] && [ "$(cat out)" = former ]
}
stopped TERM && stopped HUP && stopped INT && [ -z "$(find . -name '*.rung-tmp')" ]
check "a signal leaves the former output, and nothing else" $?
stopped_early() { # it waits for rows, and must not take the signal for the end of them
  "$rung" score rules.rung - --today 2026-11-21 -q -o out <pipe >said 2>&1 &
  run=$!
  exec 3>pipe
  head -n 1 large.csv >&3
  sleep 0.5
  kill -TERM $run
  wait $run 2>/dev/null
  code=$?
  exec 3>&-
  [ $code -eq 143 ] && [ "$(cat out)" = former ]
}
stopped_early
check "so does one that comes while only the header is there" $?
stopped KILL
check "so does SIGKILL" $?
find . -name '*.rung-tmp' -delete
score rules.rung large.csv -o out && [ "$(wc -l <out)" -eq 300001 ]
check "a complete run takes its place" $?
sed 's/2$/1/' large.csv >other.csv
race() {
  score rules.rung large.csv -o out & one=$!
  "$rung" score rules.rung other.csv --today 2026-11-21 -q -o out & two=$!
  wait $one && wait $two &&
    [ "$(sed 1d out | cut -d, -f2,3 | sort -u | wc -l)" -eq 1 ] && [ "$(wc -l <out)" -eq 300001 ]
}
race && race && race
check "of two writers one has all of it" $?

# -- The world around ------------------------------------------------------------------------------------

printf 'id,n\n1,1.50\n2,1234.5\n' >numbers.csv
echo 'input c { id text key; n number; } n > 1.4 → more; show n;' >numbers.rung
score numbers.rung numbers.csv --slim >plain
grep -qxF '1,more,1.5' plain && grep -qxF '2,more,1234.5' plain
check "numbers have a point" $?
# A locale of each kind, made here, in which the system's own printf writes a comma.
localedef -i ru_RU -f UTF-8 ./ru_RU.UTF-8 2>/dev/null
localedef -i de_DE -f UTF-8 ./de_DE.UTF-8 2>/dev/null
comma() { [ "$(env LOCPATH="$work" LC_ALL="$1" printf %.1f 1 2>/dev/null)" = 1,0 ]; }
under() {
  env LOCPATH="$work" LC_ALL="$1" "$rung" score numbers.rung numbers.csv --today 2026-11-21 -q --slim >localized 2>said &&
    cmp -s localized plain
}
if comma ru_RU.UTF-8 && comma de_DE.UTF-8; then
  under ru_RU.UTF-8 && under de_DE.UTF-8 && under POSIX && under none
  check "no locale changes a number" $?
else
  skip 1 "no locale changes a number: the system has no parts to make one of"
fi
(ulimit -s 64; "$rung" score many.rung good.csv --key id --slim --today 2026-11-21 -q >out 2>said) &&
  [ "$(wc -l <out)" -eq 3 ]
check "a stack of 64 KiB is enough" $?
# A row of 80 MB does not fit where there are 60, and does where there is no limit.
huge_row() { printf 'id,n,c\n1,2,'; head -c 80000000 /dev/zero | tr '\000' x; echo; }
if ( (ulimit -v 60000; "$rung" --version); exit $?) >/dev/null 2>&1; then
  huge_row | (ulimit -v 60000; "$rung" score rules.rung - --today 2026-11-21 -q --max-row 1G --threads 1 -o huge) 2>said
  told "${PIPESTATUS[1]}" 4 "memory" && [ ! -e huge ]
  check "little memory is a message" $?
  huge_row | score rules.rung - --slim --max-row 1G --threads 1 >out && [ "$(tail -n 1 out)" = "1,big" ]
  check "and enough of it is none" $?
else
  skip 2 "little memory is a message: the program does not start in so little"
fi
score rules.rung large.csv >first && score rules.rung large.csv >second && cmp -s first second
check "the same again gives the same bytes" $?
"$rung" score rules.rung good.csv >out 2>said && grep -q "by the clock" said
check "a date that comes from the clock is said" $?

echo "bad_inputs: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
