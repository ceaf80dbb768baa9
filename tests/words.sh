#!/bin/sh
# words.sh BUILD - the words of a command line: what is refused, what is said of it, and that nothing is written then.
set -u
rung=$(cd "$1" && pwd)/rung
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
skipped=0
export RUNG_PRESETS="$work/presets"

check() { # what, exit code
  if [ "$2" -eq 0 ]; then passed=$((passed + 1)); return; fi
  echo "FAIL words: $1"
  sed 's/^/    /' "$work/said"
  failed=$((failed + 1))
}

mkdir "$work/in" "$work/presets" "$work/none"
cd "$work/in" || exit 4
echo 'n > 1 -> big' >r.rung
printf 'id,n\na,1\nb,2\n' >c.csv
"$rung" compile r.rung -o r.rungc || exit 4
awk 'BEGIN { print "id,n"; for (i = 1; i <= 10000; i++) print "k" i "," (i % 1000 == 500 ? "many" : i) }' >ten.csv
ls >"$work/before"

# The exit code is 2, all that is said is this one line, and the folder is as it was.
refused() { # line, words...
  line="rung: $1"
  shift
  "$rung" "$@" >"$work/said" 2>&1 </dev/null
  [ $? -eq 2 ] && [ "$(cat "$work/said")" = "$line" ] && ls | cmp -s - "$work/before"
  check "rung $*" $?
}

# -- Commands -----------------------------------------------------------------------------------

refused "what to do? see rung --help"
refused "there is no command scor; did you mean rung score?" scor
refused "there is no command scor; did you mean rung score?" help scor
refused "there is no command interpretation; see rung --help" interpretation
refused "presets: takes no words: x" presets x
refused "check: one word too many: c.csv; it needs RULES" check r.rung c.csv
refused "score: needs RULES [CUSTOMERS] [TABLE=FILE]...; see rung score --help" score
refused "score: the file of the customers is not given: rung score RULES CUSTOMERS; see rung score --help" score r.rung
refused "score: d.csv is one word too many: the customers are in c.csv, and a table's file is written TABLE=FILE" \
  score r.rung c.csv d.csv
refused "score: the rules and the customers can't both be standard input" score - -
refused "score: x= names no file" score r.rung c.csv x=

# -- Options --------------------------------------------------------------------------------------

refused "score: there is no option --slm; did you mean --slim?" score r.rung c.csv --slm
refused "score: there is no option --interpretation; see rung score --help" score r.rung c.csv --interpretation
refused "score: there is no option -Z; see rung score --help" score r.rung c.csv -Z
refused "score: --output needs a value: FILE" score r.rung c.csv -o
refused "score: --output needs a value: FILE" score r.rung c.csv --output
refused "score: --slim takes no value" score r.rung c.csv --slim=yes -o out.csv
refused "score: --output is given twice" score r.rung c.csv -o out.csv -o out2.csv
refused "score: --format xml: is none of csv, tsv, jsonl" score r.rung c.csv --format xml -o out.csv
refused "score: --max-rejects needs --rejects FILE, or --lax" score r.rung c.csv --max-rejects 1% -o out.csv
refused "score: --min-coverage most: is not a percentage such as 95% or 99.5%" score r.rung c.csv --min-coverage most
refused "test: --min-coverage most: is not a percentage such as 95 or 99.5%" test r.rung --min-coverage most
refused "there is no preset shop; see rung presets" score r.rung c.csv --preset shop -o out.csv
for count in 0 65 -1 2x ''; do
  refused "score: --threads $count: is not a number from 1 to 64" score r.rung c.csv "--threads=$count" -o out.csv
done
for share in 5 % 0.% .1% 100.0001% 0.00001% -1% '1 %' 101%; do
  refused "score: --max-rejects $share: is not a percentage such as 0.1%" \
    score r.rung c.csv --rejects bad.csv --max-rejects "$share" -o out.csv
done
"$rung" check -- -x >"$work/said" 2>&1
[ $? -ne 0 ] && grep -q 'cannot open -x:' "$work/said"
check "after -- a word is a file, whatever it begins with" $?
for words in "--help" "help" "-h"; do
  "$rung" $words >"$work/said" 2>&1 && grep -q 'rung score' "$work/said"
  check "rung $words" $?
done
"$rung" score --help >"$work/said" 2>&1 && "$rung" help score | cmp - "$work/said"
check "help of a command without the words it needs, both ways the same" $?
"$rung" --version >"$work/said" 2>&1 && "$rung" -V | cmp - "$work/said" &&
  grep -qx 'rung [0-9.]*, program format [0-9]*' "$work/said"
check "rung --version" $?

# -- What the file is ---------------------------------------------------------------------------------

refused "check: r.rungc is a compiled program, and its rules were checked when it was made" check r.rungc
refused "compile: r.rungc is compiled already" compile r.rungc -o out.rungc
refused "compile: r.rung is the rule file" compile r.rung -o r.rung
refused "r.rungc is compiled, so --only can't be added; give the rules, or compile them with rung compile --only" \
  score r.rungc c.csv --only 'n > 1' -o out.csv
refused "r.rungc is compiled, and does not count its conditions; give the rules for --coverage" \
  score r.rungc c.csv --coverage -o out.csv
"$rung" test r.rungc >"$work/said" 2>&1
[ $? -eq 2 ] && grep -qx 'rung: test: r.rungc is a compiled program, which holds no tests; give the rules' "$work/said"
check "a compiled program has no tests" $?
"$rung" test ../none >"$work/said" 2>&1
[ $? -eq 2 ] && grep -qx 'rung: test: there is no file \*\.rung in ../none' "$work/said"
check "a folder without rules has no tests" $?

# -- Shares --------------------------------------------------------------------------------------------

# Ten rows of ten thousand are bad.
share() { # share, exit code
  rm -f ../out.csv ../bad.csv
  "$rung" score r.rung ten.csv --rejects ../bad.csv --max-rejects "$1" --today 2026-11-21 -o ../out.csv -q \
    >"$work/said" 2>&1
  [ $? -eq "$2" ] && [ "$(wc -l <../bad.csv)" -eq 11 ] && { [ "$2" -eq 1 ] || [ "$(wc -l <../out.csv)" -eq 9991 ]; } &&
    { [ "$2" -eq 0 ] || [ ! -e ../out.csv ]; }
  check "--max-rejects $1" $?
}
share 100% 0
share 0.1% 0
share 0.1000% 0
share 0.0999% 1
share 0% 1

# -- Coverage of rules by data -----------------------------------------------------------------------------

"$rung" score r.rung c.csv --min-coverage 100% --today 2026-11-21 -o ../out.csv >"$work/said" 2>&1
check "every condition was true of one row and false of another" $?
printf 'id,n\nb,2\n' >../half.csv
"$rung" score r.rung ../half.csv --min-coverage 100% --today 2026-11-21 --slim --key id -o ../out.csv \
  >"$work/said" 2>&1
[ $? -eq 1 ] && grep -qx 'rung: coverage is below 100%' "$work/said" && [ "$(tail -n 1 ../out.csv)" = b,big ]
check "a condition that was never false: exit code 1, and the output stands" $?
"$rung" score r.rung ../half.csv --min-coverage 50% --today 2026-11-21 -o ../out.csv >"$work/said" 2>&1
check "half of the outcomes of the condition" $?

# -- Presets -------------------------------------------------------------------------------------------------

echo '# Of the shop.' >../presets/shop.preset
echo 'delimiter = ;' >../presets/silent.preset
echo '# no preset' >../presets/other.txt
"$rung" presets >"$work/said" 2>&1
[ $? -eq 0 ] && [ "$(head -n 2 "$work/said" | sed 's/  */ /')" = "$(printf 'shop Of the shop.\nsilent ')" ] &&
  ! grep -q other "$work/said"
check "presets of a folder with what their first line says" $?

# -- Names of files, and what is quoted of them ---------------------------------------------------------------

odd=$(printf '../b\377d\001.rung')
printf '1000 / n > 1  # "half" of `it`\n  and n < 50 # all\n  -> big\n' >"$odd"
cp "$odd" ../правила.rung
printf 'id,n\na,0\n' >../zero.csv
tell() { "$rung" score "$1" ../zero.csv --dry-run --today 2026-11-21 >"$work/said" 2>&1; }
tell "$odd" && grep -q '  \.\./b?d?\.rung:1  1000 / n (in big): ' "$work/said"
check "bytes of a path that can't be shown" $?
tell ../правила.rung && grep -q '  \.\./правила\.rung:1  1000 / n (in big): ' "$work/said"
check "letters of a path that can" $?
grep -q '  1000 / n > 1 and n < 50 -> big$' "$work/said"
check "a rule of three lines is told in one, without its comments" $?
"$rung" dump ../правила.rung >"$work/said" && grep -q '; \.\./правила\.rung:1:1 1000 / n > 1 and n < 50 -> big$' "$work/said" &&
  ! grep -q '#' "$work/said"
check "a listing has what is computed on one line, without comments" $?
cat >../escaped.rung <<'END'
n > 1 -> big;
never s = "a\\" # b
  and n < 50;
END
"$rung" compile ../escaped.rung -o ../escaped.rungc && "$rung" dump ../escaped.rungc >"$work/said" &&
  grep -q '; ../escaped\.rung:2:1 never s = "a\\\\" and n < 50$' "$work/said"
check "a text that ends with a backslash is closed" $?

# -- Results alone ------------------------------------------------------------------------------------------

printf 'input t { id text key; n integer; }\nalways n > 0;\n' >../nothing.rung
printf 'id,n\na,1\n"",2\n' >../lone.csv
"$rung" score ../nothing.rung ../lone.csv --slim --today 2026-11-21 -o ../out.csv >"$work/said" 2>&1 &&
  [ "$(cat ../out.csv)" = "$(printf 'id\na\n""')" ]
check "an empty key that stands alone is quoted, for an empty line is no row" $?

# -- A terminal ----------------------------------------------------------------------------------------------

# Between the pieces of a slow input the rows so far are told; what is told last is wiped before the summary.
cat >../slow.sh <<END
{ echo id,n; echo a,1; sleep 0.3; awk 'BEGIN { for (i = 0; i < 30000; i++) print "k" i ",1" }'; sleep 0.3; echo z,9; } |
  "$rung" score r.rung - --today 2026-11-21 -o ../out.csv "\$@"
END
wiped=$(printf '\r\033')'\[K' # for grep
if command -v script >/dev/null; then
  script -qec 'sh ../slow.sh' ../typed </dev/null >"$work/said"
  [ $? -eq 0 ] && grep -q "$wiped[0-9]* MB  [0-9]* MB/s  [0-9]* rows$wiped" "$work/said" &&
    grep -q "${wiped}rows  *30,002 read" "$work/said"
  check "progress on a terminal" $?
  script -qec 'sh ../slow.sh --no-progress' ../typed </dev/null >"$work/said" && ! grep -q "$wiped" "$work/said" &&
    grep -q '^rows  *30,002 read' "$work/said"
  check "no progress on a terminal with --no-progress" $?
else
  echo "words: skipped: progress on a terminal: there is no script to make one"
  skipped=2
fi
sh ../slow.sh 2>"$work/said" && ! grep -q "$wiped" "$work/said" && grep -q '^rows  *30,002 read' "$work/said"
check "no progress where there is no terminal" $?

echo "words: $passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
