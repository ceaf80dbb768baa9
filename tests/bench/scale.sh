#!/bin/sh
# scale.sh BUILD FOLDER [CUSTOMERS] - customers joined with ten times as many orders: seconds and memory of a tenth and of
# the whole.
#
# FOLDER takes the dumps, about 6 GB for the 5,000,000 customers that are usual; they are made when they are not there.
set -eu
build=$(cd "$1" && pwd)
folder=$2
whole=${3:-5000000}
bench=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$folder"

make_dump() { # file, words for the generator
  file=$folder/$1
  shift
  [ -e "$file" ] || { "$build/samples/generate" "$@" >"$file.new" && mv "$file.new" "$file"; }
}

measure() { # rules, customers
  measured=$("$build/tests/helper" measure "$build/rung" score "$bench/$1.rung" "$folder/customers.$2.csv" \
    "orders=$folder/orders.$2.csv" --slim --today 2026-11-01 -q -o "$folder/out.csv")
  echo "$1 $2 $measured" | awk '{ printf "%-12s %9d customers %9d orders  %7.2f s  %6d MiB  %5.2f million orders a second\n",
                              $1, $2, $2 * 10, $3, $4 / 1024, $2 * 10 / $3 / 1e6 }'
}

for customers in $((whole / 10)) "$whole"; do
  make_dump "customers.$customers.csv" "$customers"
  make_dump "orders.$customers.csv" orders $((customers * 10)) "$customers"
  cat "$folder/customers.$customers.csv" "$folder/orders.$customers.csv" >/dev/null # from memory, as far as it goes
  measure scale "$customers"
  measure scale_base "$customers"
done
rm -f "$folder/out.csv"
