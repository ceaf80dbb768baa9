#!/bin/sh
# bench.sh BUILD OUT - the workload by Rung, by its peers and by the limit programs, one after another in every round;
# and how Rung's time grows.  OUT takes the programs of the peers, the dumps and the tables.
#
#   ROWS=5000000      of the dump
#   THREADS=2         of each tool
#   RUNS=5            rounds, after one that does not count; of growth at most 3
#   PEERS="duckdb clickhouse polars sqlite mawk"    or "none"
#   SLOW_ROWS=100000  of the dump for sqlite and mawk; "all": the whole one
#   PARTS="peers growth"
#   FORMS="slim full global"  of the output
#   KEEP=             1: the dumps stay
set -eu
bench=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
mkdir -p "$2/data"
out=$(cd "$2" && pwd)
ROWS=${ROWS:-5000000}
THREADS=${THREADS:-2}
RUNS=${RUNS:-5}
PEERS=${PEERS:-duckdb clickhouse polars sqlite mawk}
SLOW_ROWS=${SLOW_ROWS:-100000}
PARTS=${PARTS:-peers growth}
FORMS=${FORMS:-slim full global}
TODAY=2026-11-01

data=$out/data
rung=$build/rung
limits=$build/tests/bench/limits
generate=$build/samples/generate
dump=$data/dump.csv
small=$data/small.csv
NODE_PATH=$out/npm/node_modules
export bench data rung limits dump small TODAY NODE_PATH
export LC_ALL=C

# shellcheck source=tests/bench/bench_run.sh
. "$bench/bench_run.sh"

say() { printf '%s\n' "$*" >&2; }

# Bytes that must be free: a dump, the full output of two tools, and what SQLite and the engines put aside.
check_space() {
  needed=$((ROWS * 1000 / 1024))
  free=$(df -Pk "$data" | awk 'NR == 2 { print $4 }')
  [ "$free" -gt "$needed" ] || { say "bench: $data needs $needed KiB, and $free are free"; exit 4; }
}

make_dump() { # file, words for the generator
  file=$1
  shift
  "$generate" "$@" >"$file"
  cat "$file" >/dev/null
}

# -- Peers -----------------------------------------------------------------------------------

# A peer that cannot be had is left out, and said.
have_peers() {
  for peer in $PEERS; do
    case $peer in
      none) continue ;;
      sqlite) command -v sqlite3 >/dev/null || install_packages sqlite3 ;;
      mawk) command -v mawk >/dev/null || install_packages mawk ;;
      *) have_npm ;;
    esac || { say "bench: without $peer: it could not be installed"; continue; }
    had="$had $peer"
  done
}

install_packages() { "$bench/../../.ci/install-packages" "$@" >&2; }

have_npm() {
  cmp -s "$bench/package.json" "$out/npm/package.json" && return
  command -v npm >/dev/null || install_packages nodejs npm || return 1
  say "bench: installing what npm has of the peers"
  rm -rf "$out/npm"
  mkdir -p "$out/npm"
  cp "$bench/package.json" "$out/npm/"
  (cd "$out/npm" && npm install --no-audit --no-fund --no-package-lock --loglevel=error >&2) && return
  rm -rf "$out/npm"
  return 1
}

has_peer() { case " $had " in *" $1 "*) ;; *) return 1 ;; esac }

plan_rung() { # form, rules, options
  form=$1 rules=$2 options=$3
  score="exec \"\$rung\" score \"\$bench/$rules\" \"\$dump\" --today \$TODAY -q $options"
  for threads in $rung_threads; do
    threaded="$score $(threads_option "$threads")"
    plan peers "$form" rung "$threads" "$ROWS" "$dump" yes "$threaded >\"\$result\""
  done
  plan peers "$form" "rung, no output" "$threads" "$ROWS" "$dump" no "$threaded >/dev/null"
  plan peers "$form" "rung -o, synced" "$threads" "$ROWS" "$dump" yes "$threaded -o \"\$result\""
}

plan_sql_engine() { # form, label, script, words before the form's section
  plan peers "$1" "$2" "$THREADS" "$ROWS" "$dump" yes \
    "exec node \"\$bench/$3\" \"\$dump\" \"\$result\" $THREADS $4 $1 >/dev/null"
}

plan_slow() { # form
  if has_peer sqlite; then
    awk -v form="@$1" '/^-- @/ { on = $2 == "@setup" || $2 == form; next } on && !/^--/' "$bench/bench_sqlite.sql" |
      sed "s|:in|$slow|; s|:out|$data/result.csv|" >"$data/sqlite.$1.sql"
    plan peers "$1" sqlite 1 "$slow_rows" "$slow" yes "exec sqlite3 :memory: <\"\$data/sqlite.$1.sql\" >/dev/null"
  fi
  if has_peer mawk && [ "$1" != global ]; then
    full=0
    [ "$1" != full ] || full=1
    plan peers "$1" mawk 1 "$slow_rows" "$slow" yes \
      "exec mawk -v full=$full -f \"\$bench/bench_awk.awk\" \"$slow\" >\"\$result\""
  fi
}

# shellcheck disable=SC2016 # what stands in a plan is read by the shell that runs it
plan_limits() { # form
  for limit in read scan copy; do
    files='"$dump"'
    [ $limit != copy ] || files='"$dump" "$result"'
    [ $limit != copy ] || [ "$1" = full ] || continue
    for threads in $limit_threads; do
      plan peers "$1" "limit: $limit" "$threads" "$ROWS" "$dump" no \
        "exec \"\$limits\" $limit $files $threads >/dev/null"
    done
  done
}

# One form after another, and within a form all tools in each round.
run_peers() {
  had=
  have_peers
  make_dump "$dump" "$ROWS"
  slow=$dump slow_rows=$ROWS
  if [ "$SLOW_ROWS" != all ] && [ "$SLOW_ROWS" -lt "$ROWS" ]; then
    slow=$small slow_rows=$SLOW_ROWS
    make_dump "$small" "$SLOW_ROWS"
  fi
  for form in $FORMS; do
    rules=bench_rules.rung options=--slim
    [ $form != global ] || rules=bench_global.rung
    [ $form != full ] || options=
    new_plan
    plan_limits $form
    plan_rung $form $rules "$options"
    # ClickHouse promises no order here, so one form of it is enough; Polars gains nothing by losing the order.
    if has_peer duckdb; then
      plan_sql_engine $form duckdb bench_duckdb.js ""
      plan_sql_engine $form "duckdb, unordered" bench_duckdb.js unordered
    fi
    ! has_peer clickhouse || plan_sql_engine $form clickhouse bench_clickhouse.js ""
    ! has_peer polars || plan_sql_engine $form polars bench_polars.js ""
    plan_slow $form
    for file in "$dump" "$slow"; do
      "$rung" score "$bench/$rules" "$file" --today $TODAY -q $options >"$(expected "$file")"
    done
    run_plan "$RUNS"
    rm -f "$data"/expected.* "$data"/result.csv
  done
  rm -f "$small" "$data"/sqlite.*.sql "$data/plan"
  [ -n "${KEEP:-}" ] || rm -f "$dump"
}

# -- All of it ------------------------------------------------------------------------------------

check_space
: >"$out/raw.tsv"
: >"$out/log"
rm -f "$out/notes.new" "$out/checks.new"
limit_threads=1
[ "$THREADS" = 1 ] || limit_threads="1 $THREADS"
rung_threads=1
! "$rung" score --help | grep -q -- --threads || rung_threads=$limit_threads
note "started $(date -u +%Y-%m-%dT%H:%MZ), load $(cut -d' ' -f1-3 /proc/loadavg), $(nproc) cores, $(
  sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)"
note "$ROWS rows, $THREADS threads for each tool, medians of $RUNS rounds after one that does not count"
for part in $PARTS; do
  case $part in
    peers) run_peers ;;
    growth) . "$bench/bench_growth.sh" ;;
    *) say "bench: no part $part: peers, growth"; exit 2 ;;
  esac
done
note "ended $(date -u +%Y-%m-%dT%H:%MZ), load $(cut -d' ' -f1-3 /proc/loadavg)"
report
