#!/bin/sh
# threads.sh BUILD [few] - what comes of a run is the same for any number of threads and any size of blocks.
#
# The cases of tests/apply once more, in blocks so small that each has many; then a made dump with all kinds of stages,
# whose output, refused rows, summary and messages are compared byte for byte.  With `few` only that, and less of it.
set -u
build=$(cd "$1" && pwd)
tests=$(cd "$(dirname "$0")" && pwd)
rung=$build/rung
# shellcheck source=tests/traces.sh
. "$tests/traces.sh"
# shellcheck source=tests/made.sh
. "$tests/made.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

few=${2:-}
numbers="1 2 3 8"
blocks="1M 1000 50"
[ -z "$few" ] || numbers="1 4" blocks="1M 400"
for more in "--threads 1 --block 1" "--threads 2 --block 64" "--threads 3 --block 7" "--threads 8 --block 300"; do
  [ -z "$few" ] || break
  RUNG_MADE='' MORE=$more "$tests/data.sh" "$build" >"$work/said"
  grep -v '^data: ' "$work/said" | sed "s/^FAIL /FAIL threads: $more: /"
  set -- $(sed -n 's/^data: \([0-9]*\) passed, \([0-9]*\) failed.*/\1 \2/p' "$work/said")
  passed=$((passed + ${1:-0}))
  failed=$((failed + ${2:-1}))
done

# -- All kinds of stages ----------------------------------------------------------------------

cd "$work" || exit 4
cat >rules.rung <<END
input customers { id text key; city text; n integer; spent money; mail flag; }
input orders per id { at date; paid money; item text; }
let paid = sum of orders.paid;
let last = latest of orders.item by orders.at;
let items = distinct of orders.item;
let place = rank of spent;
let fifth = quintile of spent;
top 15 by spent → best;
status life { paid > 100 → buyer; n > 5 and spent / n > 10 → visitor; }
city starts with "A" → a;
campaign letter { when n > 2; channel mail when mail; variants x 50%, y 50%; limit 200; }
guard share of buyer <= 99%;
show paid, last, items, place, fifth;
END
awk 'BEGIN {
  srand(7)
  print "id,city,n,spent,mail"
  for (i = 0; i < 3000; i++) {
    city = rand() < 0.3 ? "\"A, \"\"quoted\"\"\ntown " i % 7 "\"" : rand() < 0.1 ? "" : "B" i % 11
    n = i % 97 == 5 ? "many" : int(rand() * 12)
    if (i % 301 == 7) print "k" i ",short"
    else printf "k%d,%s,%s,%.2f,%d\n", i, city, n, rand() * 1000, rand() < 0.5
    if (i % 400 == 9) print ""
  }
}' >customers.csv
awk 'BEGIN {
  srand(8)
  print "id,at,paid,item"
  for (i = 0; i < 9000; i++)
    printf "k%d,2026-%02d-%02d,%s,thing %d\n", rand() * 3100, 1 + i % 12, 1 + i % 28, i % 500 == 3 ? "dear" : i % 90,
           rand() * 40
}' >orders.csv
sed 's/,dear,/,1,/' orders.csv >fine.csv
table=orders=orders.csv
sed 's/^k2999,/k6,/' customers.csv >repeated.csv
sed 's/^k49,/k6,/' customers.csv >early.csv
{ sed -n 1,1900p customers.csv; printf 'k9000,"never closed,1,2,3\n'; sed -n '1901,$p' customers.csv; } >open.csv
sed 's/^k8[0-9]*,.*/&,one,more/' customers.csv >bad.csv

# Sums that leave the numbers and come back, or don't; every question that there is; keys with and without rows.
awk 'BEGIN {
  srand(9)
  print "id,at,n,paid,item"
  for (i = 0; i < 9000; i++) {
    key = rand() < 0.2 ? "k" int(rand() * 9) : rand() < 0.5 ? "a long key, " int(rand() * 900) : "k" int(rand() * 3000)
    if (i % 70 == 0) key = ""
    n = i % 61 == 0 ? "" : int(rand() * 9)
    if (rand() < 0.1) n = rand() < 0.5 ? "9223372036854775807" : "-9223372036854775807"
    printf "\"%s\",2026-%02d-%02d,%s,%s,%s\n", key, 1 + i % 3, 1 + i % 4, n, i % 50 ? i % 90 : "",
           i % 17 ? "thing " int(rand() * 40) : ""
  }
}' >log.csv
cat >log.rung <<END
input customers from log;
input log per id { id text; at date; n integer; paid money; item text; }
let rows = count of log;
let dear = count of log where paid > 50;
let whole = sum of log.n;
let mean = average of log.n where item != "thing 7";
let paid = sum of log.paid;
let first = min of log.at;
let most = max of log.paid;
let newest = latest of log.item by log.at;
let number = latest of log.n by log.at;
let items = distinct of log.item;
let numbers = distinct of log.n where paid > 5;
any of log where n is missing → odd;
quintile of paid = 5 → top;
show rows, dear, whole, mean, paid, first, most, newest, number, items, numbers;
END
cat >before.rung <<END
input customers { id text key; n integer; }
input previous per id;
status life { n > 5 → many; otherwise → few; }
became many → risen;
END
awk -F, 'BEGIN { print "id,life" } /^k[0-9]*,/ && !seen[$1]++ { print $1 "," (NR % 3 ? "many" : "few") }' \
  customers.csv >previous.csv
awk '{ print } NR == 1500 { print "k5,few\nk44,few\nk9,many" } NR % 100 == 51 && NR > 1500' previous.csv >twice.csv

# A run's traces: output, refused rows, folder, summary, messages, exit code.
rules=rules.rung
score() { # folder, customers or nothing, more words
  mkdir "$1"
  to=$1
  customers=$2
  shift 2
  "$rung" score "$rules" ${customers:+"$customers"} "$table" --today 2026-11-21 -o "$to/out" \
    --summary "$to/summary" "$@" >"$to/stdout" 2>"$to/stderr"
  echo $? >"$to/code"
  keep_plain "$to"
}

same() { # what, customers, more words; @ is the folder
  what=$1
  customers=$2
  shift 2
  words=$*
  failed_before=$failed
  for threads in $numbers; do
    for block in $blocks; do
      to=t$threads.$block
      rm -rf "$to"
      score "$to" "$customers" --threads $threads --block $block $(echo "$words" | sed "s|@|$to|g")
      [ $to = t1.1M ] && continue
      if diff -a -r t1.1M "$to" >why 2>&1; then passed=$((passed + 1)); continue; fi
      echo "FAIL threads: $what differs with $threads threads and blocks of $block"
      head -n 20 why | sed 's/^/    /'
      failed=$((failed + 1))
    done
  done
  [ "$failed" -gt "$failed_before" ] || made "threads: $what"
}

same "a run" customers.csv --rejects @/bad --split @/split
[ -s t1.1M/out ] && [ "$(wc -l <t1.1M/bad)" -gt 30 ] && [ "$(cat t1.1M/code)" -eq 0 ] && passed=$((passed + 1)) ||
  { echo "FAIL threads: the run compared is none"; failed=$((failed + 1)); }
same "a slim run" customers.csv --rejects @/bad --slim --format jsonl
same "a run in little memory" customers.csv --rejects @/bad --memory 1K
same "a run that keeps the first of a key" repeated.csv --rejects @/bad --duplicate-keys first
same "a run with a repeated key" repeated.csv --rejects @/bad
grep -q 'key in column 1 (id) stands in an earlier row' t1.1M/stderr.plain && passed=$((passed + 1)) ||
  { echo "FAIL threads: the repeated key is none"; failed=$((failed + 1)); }
same "a run that ends in a cell" open.csv --rejects @/bad
same "a run with few rows refused" customers.csv
table=orders=fine.csv
same "a run with many rows refused" customers.csv
same "a run with a repeated key behind bad rows" early.csv
same "a run that stops at bad rows before a repeated key" repeated.csv
table=orders=orders.csv
same "a run with too many refused" bad.csv --rejects @/bad --max-rejects 1%

rules=log.rung
table=log=log.csv
same "every question of a log that makes its customers" ""
[ "$(wc -l <t1.1M/out)" -gt 2000 ] && grep -q 'sum of log.n: .*out of range' t1.1M/stderr.plain &&
  passed=$((passed + 1)) ||
  { echo "FAIL threads: the log is none, or nothing leaves the numbers"; failed=$((failed + 1)); }
rules=before.rung
table=previous=previous.csv
same "the last run's output" customers.csv --rejects @/bad
table=previous=twice.csv
same "a key that stands twice in the last run's output" customers.csv --rejects @/bad
grep -q 'twice.csv:1501: the key in column 1 (id) stands in' t1.1M/stderr.plain && passed=$((passed + 1)) ||
  { echo "FAIL threads: the first of the repeated keys is not told"; failed=$((failed + 1)); }

echo "threads: $passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
