# bench_growth.sh - how Rung's time grows with bytes, rules, columns and threads, what it takes for customers and their
# orders, and what for next to nothing; for bench.sh.
# shellcheck shell=sh disable=SC2154

growth_runs=$RUNS
[ "$growth_runs" -le 3 ] || growth_runs=3
score='exec "$rung" score'
slim='--today $TODAY -q --slim'

plan_growth() { # group, what, rows, dump, rules
  for threads in $rung_threads; do
    plan growth "$1" "$2" "$threads" "$3" "$4" no "$score $5 $4 $slim $(threads_option "$threads") >\"\$result\""
  done
}

# 0.1, 1 and 4 GB, when the dump of the peers has its 5,000,000 rows; the rows of smaller trials in proportion.
grow_size() {
  for tenths in 1 10 40; do
    rows=$((tenths * 550000 * (ROWS / 1000) / 5000))
    free=$(df -Pk "$data" | awk 'NR == 2 { print $4 }')
    if [ "$free" -lt $((rows * 300 / 1024)) ]; then
      note "not enough disk for $rows rows"
      continue
    fi
    make_dump "$data/growth.csv" $rows
    new_plan
    plan_growth size "$((tenths / 10)).$((tenths % 10)) GB" $rows "$data/growth.csv" '"$bench/bench_rules.rung"'
    run_plan $growth_runs
    rm -f "$data/growth.csv"
  done
}

grow_rules() {
  rows=$((ROWS / 5))
  make_dump "$data/growth.csv" $rows
  new_plan
  for rules in 1 20 200 2000; do
    awk -v count=$rules -f "$bench/many_rules.awk" >"$data/rules.$rules.rung"
    plan_growth rules "$rules rules" $rows "$data/growth.csv" "\"\$data/rules.$rules.rung\""
  done
  run_plan $growth_runs
  rm -f "$data/growth.csv" "$data"/rules.*
}

# The same bytes each time, in more and more columns, and the same rules.
grow_columns() {
  new_plan
  for columns in 5 26 200; do
    file=$data/growth.$columns.csv
    rows=$((ROWS * 40 / (columns * 7 + 10)))
    make_dump "$file" columns $columns $rows
    plan_growth columns "$columns columns" $rows "$file" '"$bench/bench_columns.rung"'
  done
  run_plan $growth_runs
  rm -f "$data"/growth.*.csv
}

# Eight questions about the orders of each customer.
join_orders() {
  make_dump "$data/growth.csv" $((ROWS / 10))
  make_dump "$data/orders.csv" orders "$ROWS" $((ROWS / 10))
  new_plan
  for threads in $rung_threads; do
    plan growth joins "customers, 10 orders each" "$threads" "$ROWS" "$data/orders.csv" no \
      "$score \"\$bench/scale.rung\" \"\$data/growth.csv\" \"orders=\$data/orders.csv\" $slim $(
        threads_option "$threads") >\"\$result\""
  done
  run_plan $growth_runs
  rm -f "$data/growth.csv" "$data/orders.csv"
}

# What does not grow: ten rows, and a compiler's work.
time_little() {
  make_dump "$data/ten.csv" 10
  "$rung" compile "$bench/bench_rules.rung" -o "$data/bench.rungc" 2>>"$out/log"
  new_plan
  plan growth start "10 rows, rule file" 1 10 "$data/ten.csv" no \
    "$score \"\$bench/bench_rules.rung\" \"\$data/ten.csv\" $slim >\"\$result\""
  plan growth start "10 rows, compiled" 1 10 "$data/ten.csv" no \
    "$score \"\$data/bench.rungc\" \"\$data/ten.csv\" $slim >\"\$result\""
  run_plan 21
  new_plan
  for rules in 100 1000 10000; do
    awk -v count=$rules -f "$bench/many_rules.awk" >"$data/rules.$rules.rung"
    plan growth compile "$rules rules" 1 "$rules" "$data/rules.$rules.rung" no \
      "exec \"\$rung\" compile \"\$data/rules.$rules.rung\" -o \"\$result\" >/dev/null"
  done
  run_plan 5
  make_dump "$data/growth.csv" 10000
  "$build/tests/bench/row" "$data/bench.rungc" "$data/growth.csv" $TODAY |
    awk '{ printf "growth\trow\tone row, as %s\t1\t1\t0\t1\t%.9f\t%.9f\t0\n", $1, $2 / 1e9, $2 / 1e9 }' >>"$out/raw.tsv"
  rm -f "$data"/rules.* "$data/growth.csv" "$data/ten.csv" "$data/bench.rungc" "$data/result.csv" "$data/plan"
}

grow_size
grow_rules
grow_columns
join_orders
time_little
