#!/bin/sh
# conserved.sh BUILD - a run that loses a row on its way says so, and publishes nothing: rung that loses one on purpose.
set -u
rung=$(cd "$1" && pwd)/rung
lossy=$(cd "$1" && pwd)/tests/hard/lossy
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 4
passed=0
failed=0

check() { # what, exit code
  if [ "$2" -eq 0 ]; then passed=$((passed + 1)); return; fi
  echo "FAIL conserved: $1"
  sed 's/^/    /' said
  failed=$((failed + 1))
}

cat >plain.rung <<END
input customers { id text key; n integer; }
n > 50 → big;
END
cat >whole.rung <<END
input customers { id text key; n integer; }
input orders per id { paid integer; }
let paid = sum of orders.paid;
paid > 50 and n > 50 → buyer;
show paid;
END
cat >campaign.rung <<END
input customers { id text key; n integer; }
campaign letter { when n > 50; holdout 10%; }
END
cat >ranked.rung <<END
input customers { id text key; n integer; }
let place = rank of n;
show place;
END
# Of 300 customers 3 are bad, of 900 orders 2.  No more of their columns are read than is worth keeping.
awk 'BEGIN {
  print "id,n,a,b,c,d,e,f,g,h,i,j"
  for (i = 0; i < 300; i++)
    print "k" i "," (i % 100 == 7 ? "\"so\"\"\nmany\"" : i % 90) ",1,2,3,4,5,6,7,8,9,0"
}' >dump.csv
awk 'BEGIN {
  print "id,paid"
  for (i = 0; i < 900; i++) print "k" i % 310 "," (i % 500 == 3 ? "dear" : i % 40)
}' >orders.csv
orders=orders=orders.csv

# In what stood there before, and nowhere else, is anything.
score() { # program, rules, more words
  rm -rf out bad set
  echo former >out
  echo former >bad
  program=$1
  rules=$2
  shift 2
  "$program" score "$rules.rung" dump.csv "$@" --today 2026-11-21 -o out --rejects bad >said 2>&1
}
untouched() {
  [ "$(cat out)" = former ] && [ "$(cat bad)" = former ] && [ ! -e set ] && [ -z "$(find . -name '*.rung-tmp')" ]
}

refused() { # what is lost, message, rules, more words
  what=$1
  message=$2
  shift 2
  for more in "--threads 1" "--threads 3 --block 400"; do
    # shellcheck disable=SC2086
    LOSSY=$what score "$lossy" "$@" $more
    [ $? -eq 4 ] && grep -qF -e "internal error: $message" said && grep -q "withheld" said && untouched
    check "$what: $* $more" $?
  done
}

# The double is no other program.
for rules in plain whole campaign ranked; do
  more=
  [ $rules = whole ] && more=$orders
  # shellcheck disable=SC2086
  score "$rung" $rules $more && mv out wanted && mv bad wanted.bad && score "$lossy" $rules $more &&
    cmp -s out wanted && cmp -s bad wanted.bad && [ "$(grep -c ,dump.csv, bad)" -le 6 ]
  check "nothing is lost unless it is asked for: $rules" $?
done

# A row.
refused row "300 rows read, but 296 scored, 3 refused and 296 written" plain
refused customer "300 rows read, but 296 scored, 3 refused and 296 written" whole $orders
refused row "of orders 900 rows were read, but 897 used and 2 refused" whole $orders
refused row "300 rows read, but 296 scored, 3 refused and 296 written" ranked --slim
refused row "300 rows read, but 296 scored, 3 refused and 296 written" campaign --split set
refused refused "300 rows read, but 297 scored, 2 refused and 297 written" plain
refused refused "of orders 900 rows were read, but 898 used and 1 refused" whole $orders
refused written "300 rows read, but 297 scored, 3 refused and 296 written" plain
refused twice "300 rows read, but 297 scored, 3 refused and " plain --only "n > 10"

# Many.
refused block "dump.csv gave 300 rows, but " plain
refused block "dump.csv gave 300 rows, but " ranked
refused block "orders.csv gave 900 rows, but " whole $orders
refused gathered "of orders.csv 898 rows were used, but " whole $orders
refused kept "of 297 rows that were kept " ranked --slim

# What was put aside, and what became of those who are eligible.
refused "put aside" "3 rows were refused, but 2 are in bad" plain
refused "put aside" "5 rows were refused, but 4 are in bad" whole $orders
refused outcome "what became of those eligible for the campaign letter does not add up" campaign
refused astray "what became of those eligible for the campaign letter does not add up" campaign --split set

# Nor does a dry run say that all is well, and --lax has nothing to count on either.
LOSSY=row "$lossy" score plain.rung dump.csv --today 2026-11-21 --dry-run --lax >said 2>&1
[ $? -eq 4 ] && grep -qF "300 rows read, but 296 scored" said
check "a dry run tells it" $?
LOSSY=block "$lossy" score plain.rung dump.csv --today 2026-11-21 --lax --block 400 -o new >said 2>&1
[ $? -eq 4 ] && grep -qF "dump.csv gave 300 rows" said && [ ! -e new ]
check "so does --lax" $?

echo "conserved: $passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
