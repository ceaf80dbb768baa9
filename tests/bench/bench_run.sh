# bench_run.sh - plans of commands, their rounds, and what is made of the measurements; for bench.sh.
#
# raw.tsv has a line for each run: part, group, tool, threads, rows, bytes, round, seconds, CPU seconds, KiB of memory.
# shellcheck shell=sh disable=SC2154

note() { printf '%s\n' "$*" >>"$out/notes.new"; say "bench: $*"; }

new_plan() { : >"$data/plan"; }

# A command writes its output to $result and nothing to standard output; `check`: it must say the same as rung's.
plan() { # part, group, tool, threads, rows, dump, check, command
  printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$@" >>"$data/plan"
}

threads_option() { ! "$rung" score --help | grep -q -- --threads || printf '%s' "--threads $1"; }

expected() { printf '%s' "$data/expected.$(basename "$1")"; } # rung's output for a dump

check_result() { # group, tool, dump
  said=$("$build/tests/bench/compare" "$(expected "$3")" "$result" 2>&1) && code=0 || code=$?
  printf '%s\t%s\t%s\n' "$1" "$2" "$said" >>"$out/checks.new"
  [ $code = 0 ] || { say "bench: $1 by $2 differs from rung's: $said"; different=yes; }
}

# Runs each line of the plan once, then as often as asked for; the first time counts for the comparison only.
run_plan() { # rounds
  result=$data/result.csv
  export result
  round=0
  while [ $round -le "$1" ]; do
    while IFS='	' read -r part group tool threads rows dumped check command; do
      rm -f "$result"
      cat "$dumped" >/dev/null # from memory for all of them, whatever the others pushed out
      if measured=$("$build/tests/helper" measure sh -c "$command" </dev/null 2>>"$out/log"); then
        bytes=$(stat -c %s "$dumped")
        # shellcheck disable=SC2086
        [ $round = 0 ] || printf '%s\t' "$part" "$group" "$tool" "$threads" "$rows" "$bytes" $round >>"$out/raw.tsv"
        [ $round = 0 ] || echo "$measured" | awk '{ printf "%s\t%s\t%s\n", $1, $3, $2 }' >>"$out/raw.tsv"
        [ $round != 0 ] || [ "$check" = no ] || check_result "$group" "$tool" "$dumped"
      else
        say "bench: $group by $tool failed: $(tail -n 1 "$out/log")"
        different=yes
      fi
    done <"$data/plan"
    round=$((round + 1))
  done
}

# The tables as text, Markdown and TSV, and a plot.
report() {
  mv "$out/notes.new" "$out/notes"
  [ ! -e "$out/checks.new" ] || mv "$out/checks.new" "$out/checks.tsv"
  awk -f "$bench/bench_median.awk" "$out/raw.tsv" >"$out/results.tsv"
  for form in text markdown; do
    extension=txt
    [ $form = text ] || extension=md
    awk -v form=$form -v notes="$out/notes" -v checks="$out/checks.tsv" -f "$bench/bench_table.awk" "$out/results.tsv" \
      >"$out/table.$extension"
  done
  awk -f "$bench/bench_plot.awk" "$out/results.tsv" >"$out/plot.svg"
  cat "$out/table.txt"
  say "bench: $out/table.txt, table.md, results.tsv, plot.svg"
  [ -z "${different:-}" ] || exit 1
}
