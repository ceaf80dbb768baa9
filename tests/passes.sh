#!/bin/sh
# passes.sh BUILD - rows that are kept for later passes give what rows read again give.
#
# In little memory nothing is kept: that run is compared, byte for byte, with those that keep.  All that can be odd is
# in the rows: quotes around the key, line ends of three kinds and none after the last, a mark before the first cell,
# missing values, lists, texts with line ends, refused rows between others.
set -u
build=$(cd "$1" && pwd)
rung=$build/rung
# shellcheck source=tests/traces.sh
. "$(dirname "$0")/traces.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
cd "$work" || exit 4

cat >rules.rung <<END
input customers { id text key; city text; n integer; spent money; born date missing "-"; likes list separated ";";
  mail flag; }
let place = rank of spent;
let share = cumulative share of spent;
top 9 by n → best;
place <= 3 → first;
city contains "A" and likes has "tea" → a;
campaign letter { when n > 2; channel mail when mail; limit 50 by spent desc; }
campaign call { when n > 1 and place > 5; limit 300 by born asc; limit 40 per city by born asc; }
campaign gift { when likes has "tea" or born is missing; variants x 50%, y 50%; limit 70 by n desc; }
show place, share;
END

# The key alone is read.
cat >key.rung <<END
input customers { id text key; }
input orders per id { paid money; }
let place = rank of sum of orders.paid;
show place;
END

# Customers made of another table have no file.
{ echo "input customers from orders;"; sed 1d key.rung; } >base.rung

make_rows() { # delimiter
  awk -v d="$1" 'BEGIN {
    srand(9)
    split("\n|\r\n|\r", ends, "|")
    head = "city" d "more" d "n" d "id" d "spent" d "born" d "likes" d "mail"
    for (i = 0; i < 50; i++) {
      head = head d "x" i
      unread = unread d (i % 3 ? "" : "x")
    }
    printf "%s", head "\r\n"
    for (i = 0; i < 2500; i++) {
      city = rand() < 0.2 ? "\"A" d " \"\"quoted\"\"\r\ntown " i % 7 "\"" : rand() < 0.2 ? "" : "B" i % 11
      if (i == 0) city = "\357\273\277A"
      id = i % 5 == 3 ? "\"k\"\"" i d "\"" : i % 5 == 4 ? "\"k" i "\"" : "k" i
      if (i % 250 == 17) id = "k\320\272\377" i
      n = i % 97 == 5 ? "many" : rand() < 0.1 ? " " : int(rand() * 12)
      spent = rand() < 0.1 ? "" : sprintf("%.2f", rand() * 1000)
      born = rand() < 0.1 ? "-" : sprintf("19%02d-%02d-%02d", 30 + i % 70, 1 + i % 12, 1 + i % 28)
      likes = rand() < 0.3 ? "" : rand() < 0.5 ? "tea" : "\"tea;\"\"rum\"\"; gin\""
      row = city d (rand() < 0.3 ? "\"\n" d "\"" : "x y") d n d id d spent d born d likes d (rand() < 0.5) unread
      if (i % 301 == 7) row = "k" i d "short"
      if (i % 701 == 8) row = head
      if (i % 400 == 9) row = row ends[1 + i % 3] " \t"
      printf "%s%s", row, i < 2499 ? ends[1 + int(rand() * 3)] : ""
    }
  }'
}
make_rows , >odd.csv
make_rows "	" >odd.tsv
sed 's/"k12\(.*\)"/"k13\1"/' odd.csv >repeated.csv
awk 'BEGIN { print "id"; for (i = 0; i < 300; i++) print "k" i }' >keys.csv
awk 'BEGIN {
  print "a,id,b,c,d,e,f,g,h,i"
  for (i = 0; i < 300; i++) printf "%s,k%d,,,,,,,,%s", i % 3 ? "x" : "", i, i % 2 ? "\r" : "\n"
}' >wide.csv
awk 'BEGIN { print "id,paid"; for (i = 0; i < 900; i++) print "k" i * 7 % 280 "," i }' >orders.csv

# A run's traces: output, refused rows, folder, summary, messages, exit code.
score() { # folder, rules, customers, more words with @ for the folder
  to=$1
  rm -rf "$to"
  mkdir "$to"
  program=$2
  customers=$3
  shift 3
  "$rung" score "$program" "$customers" --today 2026-11-21 -o "$to/out" --summary "$to/summary" \
    $(echo "$*" | sed "s|@|$to|g") >"$to/stdout" 2>"$to/stderr"
  echo $? >"$to/code"
  keep_plain "$to"
}

same() { # what, rules, customers, more words
  what=$1
  shift
  score again "$@" --threads 1 --memory 1K
  if [ "$(cat again/code)" -eq 0 ] && [ -s again/out ]; then passed=$((passed + 1)); else
    echo "FAIL passes: $what is none"
    sed 's/^/    /' again/stderr.plain
    failed=$((failed + 1))
  fi
  for more in "1 1M" "1 50" "2 1M" "2 1000" "3 50" "8 1000"; do
    score kept "$@" --threads ${more% *} --block ${more#* }
    if diff -a -r again kept >why 2>&1; then passed=$((passed + 1)); continue; fi
    echo "FAIL passes: $what differs from rows read again, with $more (threads, block)"
    head -n 20 why | sed 's/^/    /'
    failed=$((failed + 1))
  done
}

same "a slim run" rules.rung odd.csv --rejects @/bad --slim --split @/split
same "a full run" rules.rung odd.csv --rejects @/bad
same "a run to tabs" rules.rung odd.csv --rejects @/bad --slim --format tsv
same "a run to JSON" rules.rung odd.csv --rejects @/bad --slim --format jsonl
same "a run between tabs" rules.rung odd.tsv --rejects @/bad --slim --delimiter tab
same "a run in Latin letters" rules.rung odd.csv --rejects @/bad --slim --encoding latin1
same "a run with the first of each key" rules.rung repeated.csv --rejects @/bad --slim --duplicate-keys first
same "a run that leaves rows out" rules.rung odd.csv --rejects @/bad --slim --lax
same "a run with no column but the key" key.rung keys.csv orders=orders.csv --slim
same "a run that reads the key alone" key.rung wide.csv orders=orders.csv --slim
same "a run of a base that is made" base.rung orders=orders.csv --slim

echo "passes: $passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
