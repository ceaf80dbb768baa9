#!/bin/sh
# broken_rows.sh BUILD - one row of a good dump is broken, in every way and place: no other row may be scored otherwise.
#
# Each broken dump is scored with --rejects and with --lax, as the customers and as a related table.  A way to break a
# row says by its letter what may become of it:
#   refused   the row is refused, all others are scored as before
#   lax       so too, but with --lax the row is scored as before; only the cell with the quote is another
#   two       two refusals, the halves of the row, or one for the row and the next, which is in it; all others as before
#   fine      the row is one for all that, and is scored as before
#   stop      the file is refused, with the place
#   quote     two or stop
# Whatever it is, it is the same for all instruction sets, threads and sizes of blocks.
set -u
# shellcheck source=tests/made.sh
. "$(dirname "$0")/made.sh"
build=$(cd "$1" && pwd)
rung=$build/rung
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 4
passed=0
failed=0

cat >rules.rung <<END
input customers { id text key; name text; note text; n integer; spent money; since date; mail flag; }
status life { since older than 90 days and n > 5 → old; spent / n > 20 → dear; otherwise → other; }
n > 3 and mail → write;
note contains "," → comma;
show spent, name;
END
cat >table.rung <<END
input customers { id text key; }
input rows per id { name text; note text; n integer; spent money; since date; mail flag; }
let n = sum of rows.n; let spent = sum of rows.spent; let mails = count of rows where mail; let last = max of rows.since;
let names = count of rows where name is present; let notes = distinct of rows.note;
show n, spent, mails, last, names, notes;
END

# Rows with a quoted note each (dense), or only each tenth (sparse); a line break is in each twentieth.
make_rows() { # step
  awk -v step="$1" 'BEGIN {
    print "id,name,note,n,spent,since,mail"
    for (i = 1; i <= 200; i++) {
      note = i % step ? "note " i : i % 20 == 10 ? "\"two, say\nlines \"\"" i "\"\"\"" : "\"note, " i "\""
      printf "k%d,Name %d,%s,%d,%d.%02d,2026-%02d-%02d,%s\n", i, i, note, i % 9 + 1, i * 7 % 300, i % 100, i % 12 + 1,
             i % 28 + 1, i % 3 ? "yes" : "no"
    }
  }'
}
make_rows 1 >dense.csv
make_rows 10 >sparse.csv

# Each second or third row has a note of several lines, in turn one that begins with text, a line end, a comma or a
# quote, so that a quote opened before it ends in all these ways.
make_long_rows() { # step
  awk -v step="$1" 'BEGIN {
    split("text|\n|, text|\"\"text\"\"", starts, "|")
    print "id,name,note,n,spent,since,mail"
    for (i = 1; i <= 200; i++) {
      note = i % step ? "note " i : "\"" starts[int(i / step) % 4 + 1] "\nmore, of \"\"" i "\"\"\nthe end\""
      printf "k%d,Name %d,%s,%d,%d.%02d,2026-%02d-%02d,%s\n", i, i, note, i % 9 + 1, i * 7 % 300, i % 100, i % 12 + 1,
             i % 28 + 1, i % 3 ? "yes" : "no"
    }
  }'
}
make_long_rows 2 >behind.csv
make_long_rows 3 >further.csv
awk 'BEGIN { print "id"; for (i = 1; i <= 200; i++) print "k" i }' >keys.csv

# way, what may become of it
ways() {
  cat <<END
last_field refused
separator refused
more_at_end refused
more_inside refused
delimiter_at_end refused
key_alone refused
other_delimiter refused
after_quote lax
quote_in_quotes lax
backslash refused
bare_quote lax
bare_quote_at_end lax
no_opening_quote refused
blank_before_quote refused
no_closing_quote quote
opening_quote quote
opening_quote_at_start quote
three_quotes quote
doubled_closing_quote quote
nul refused
line_break two
carriage_return two
no_line_end two
bad_number refused
bad_amount refused
bad_date refused
bad_flag refused
blank_line fine
line_of_blanks fine
crlf fine
bad_utf8 fine
header_again fine
too_long stop
END
}

# Prints the dump with row `at` broken, and the line of the file where it stands to `line`.
break_row() { # dump, way, row
  LC_ALL=C awk -v way="$2" -v at="$3" '
    function cut(text, fields,    i, c, n, quoted) {
      n = 1; fields[1] = ""; quoted = 0
      for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (c == "\"") quoted = !quoted
        if (c == "," && !quoted) fields[++n] = ""
        else fields[n] = fields[n] c
      }
    }
    function emit(row, end) { printf "%s%s", row, end }
    function broken(row,    f, end, q, text, long) {
      end = "\n"; q = "\""
      cut(row, f)
      text = f[3]
      gsub(/"/, "", text)
      if (way == "last_field") return f[1] "," f[2] "," f[3] "," f[4] "," f[5] "," f[6] end
      if (way == "separator") return f[1] f[2] "," f[3] "," f[4] "," f[5] "," f[6] "," f[7] end
      if (way == "more_at_end") return row ",more" end
      if (way == "more_inside") f[4] = f[4] "," f[4]
      if (way == "delimiter_at_end") return row "," end
      if (way == "key_alone") return f[1] end
      if (way == "other_delimiter") { gsub(/,/, ";", row); return row end }
      if (way == "after_quote") f[2] = q f[2] q "x"
      if (way == "quote_in_quotes") f[2] = q "Na" q "me" q
      if (way == "backslash") f[3] = q "say \\" q ", " text "\\" q q
      if (way == "bare_quote") f[2] = "Na" q "me"
      if (way == "bare_quote_at_end") f[2] = f[2] q
      if (way == "no_opening_quote") f[3] = "text, " at q
      if (way == "blank_before_quote") f[3] = " " q "text, " at q
      if (way == "no_closing_quote") f[3] = q "text, " at
      if (way == "opening_quote") f[2] = q f[2]
      if (way == "opening_quote_at_start") f[1] = q f[1]
      if (way == "three_quotes") f[3] = q q q
      if (way == "doubled_closing_quote") f[3] = q "text, " at q q
      if (way == "nul") f[2] = "Na\001me"
      if (way == "line_break") f[2] = "Na\nme"
      if (way == "carriage_return") f[2] = "Na\rme"
      if (way == "no_line_end") end = ""
      if (way == "bad_number") f[4] = f[4] "x"
      if (way == "bad_amount") f[5] = "5 тыс."
      if (way == "bad_date") f[6] = "2026-02-30"
      if (way == "bad_flag") f[7] = "perhaps"
      if (way == "blank_line") return "\n" row end
      if (way == "line_of_blanks") return " \t \n" row end
      if (way == "crlf") return row "\r" end
      if (way == "bad_utf8") return f[1] "," f[2] "," f[3] "," f[4] "," f[5] "," f[6] "," f[7] end
      if (way == "header_again") return header end row end
      if (way == "too_long") { for (long = "x"; length(long) < 600;) long = long long; f[2] = long }
      return f[1] "," f[2] "," f[3] "," f[4] "," f[5] "," f[6] "," f[7] end
    }
    FNR == 1 { header = $0; print; next }
    { row = open ? row "\n" $0 : $0
      if (!open) first = FNR
      open = gsub(/"/, "\"", row) % 2
      if (open) next
      if (++number != at) { print row; next }
      print first >"line"
      printf "%s", broken(row)
    }' "$1" | tr '\001' '\000'
}

# Compares a run with that of the good dump: the other rows in their order, and what became of the broken one.
compare() { # good, got, key, what may become of it, lax or not
  awk -v key="$3" -v may="$4" -v lax="$5" -F, '
    NR == FNR { good[++count] = $0; next }
    { sub(/\r$/, ""); got[++rows] = $0 }
    function name_of(line,    cells) { split(line, cells, ","); return cells[1] }
    function bare(line) { sub(/[^,]*$/, "", line); return line }
    END {
      for (i = j = 1; i <= count; i++) {
        if (got[j] == good[i]) { j++; same[name_of(good[i])] = 1; continue }
        if (name_of(good[i]) == key && name_of(got[j]) == key) {
          if (bare(got[j]) != bare(good[i])) { print "row " key " is scored otherwise: " got[j]; exit 1 }
          j++; same[key] = 1; other = 1
          continue
        }
        lost++
        if (name_of(good[i]) != key) neighbours++
      }
      if (j <= rows) { print "a row that was none: " got[j]; exit 1 }
      if (may == "fine" && lost) { print "a row is lost"; exit 1 }
      if (may == "fine" && other) { print "row " key " is another"; exit 1 }
      if (may == "lax" && lax && (lost || !other)) { print "the row is not kept"; exit 1 }
      if ((may == "refused" || may == "lax" && !lax) && (lost != 1 || neighbours)) { print lost + 0 " rows are lost"; exit 1 }
      if ((may == "two" || may == "quote") && (lost > 2 || neighbours > 1)) { print lost " rows are lost"; exit 1 }
    }' "$1" "$2"
}

# As a related table: the customers are all there, and only that of the broken row may have other values.
compare_table() { # good, got, key, what may become of it
  awk -v key="$3" -v may="$4" -F, '
    NR == FNR { good[++count] = $0; next }
    { got[++rows] = $0 }
    END {
      if (rows != count) { print "another number of rows"; exit 1 }
      for (i = 1; i <= count; i++) {
        if (got[i] == good[i]) continue
        if (index(good[i], key ",") == 1) itself = 1
        else neighbours++
      }
      if (neighbours > (may == "two" || may == "quote")) { print neighbours " other rows have other values"; exit 1 }
      if (itself != (may != "fine" && may != "lax")) { print "row " key " is " (itself ? "another" : "as before"); exit 1 }
    }' "$1" "$2"
}

fail() { # what went wrong
  echo "FAIL broken_rows: $way of row $row of $dump, $mode: $1"
  head -n 3 said | sed 's/^/    /'
  failed=$((failed + 1))
}

score() { # rules, words...: to out, said
  rules=$1
  shift
  rm -f out bad
  "$rung" score "$rules" "$@" --today 2026-11-21 --slim --max-row 500 >out 2>said
  code=$?
  [ $code -eq 0 ] || rm -f out
  sed '/seconds/d; /rows\/s/d; s/ in [0-9.]* s.*//' said >said.plain
}

# The run that was just made, judged.
judge() { # good, what may become of it, lax or not, the place, and where it is told
  lax=$3
  [ $code -eq 0 ] || [ $code -eq 3 ] || { fail "exit code $code"; return 1; }
  if [ $code -eq 3 ]; then
    case $2 in stop|quote) ;; *) fail "the file is refused"; return 1 ;; esac
    grep -q "broken.csv, line $(cat line): .*byte" said || { fail "the message does not name line $(cat line)"; return 1; }
    return 0
  fi
  [ "$2" != stop ] || { fail "the file is not refused"; return 1; }
  case $1 in
    *table*) compare_table "$1" out "k$row" "$2" ;;
    *) compare "$1" out "k$row" "$2" "$lax" ;;
  esac >why || { fail "$(cat why)"; return 1; }
  if [ "$2" != fine ] && ! { [ "$2" = lax ] && [ -n "$lax" ]; }; then
    grep -qF "$4" "$5" || { fail "the place is not named: $4"; return 1; }
  fi
  return 0
}

# Once more by other means: nothing changes.
again() { # words...
  cp said.plain first.said
  rm -f first.out first.bad
  [ -e out ] && mv out first.out
  [ -e bad ] && mv bad first.bad
  for i in 1 2; do
    turn=$((turn % 5 + 1))
    means=$(sed -n ${turn}p means)
    score "$@" $means
    cmp -s said.plain first.said || { fail "other messages with $means"; return 1; }
    for file in out bad; do
      [ -e $file ] || [ -e first.$file ] || continue
      cmp -s $file first.$file || { fail "another $file with $means"; return 1; }
    done
  done
}

# By instructions that this processor has, else by the portable ones.
turn=0
while read -r means; do
  "$rung" score rules.rung dense.csv --today 2026-11-21 --dry-run -q $means 2>/dev/null && echo "$means" ||
    echo "$means" | sed 's/--scan .*/--scan portable/'
done >means <<END
--threads 1 --block 1
--threads 2 --block 37 --scan portable
--threads 3 --block 300 --scan sse2
--threads 3 --block 64 --scan avx2
--threads 2 --block 5000 --scan avx512
END

for dump in dense sparse behind further; do
  score rules.rung $dump.csv && mv out good.$dump
  score table.rung keys.csv rows=$dump.csv && mv out good.table.$dump
  case $dump in
    behind) rows="1 3 5 7 99 199" ;;
    further) rows="1 4 7 10 2 98" ;;
    *) rows="1 2 100 199 200" ;;
  esac
  for row in $rows; do
    ways | while read -r way may; do echo "$way $may"; done >all
    while read -r way may; do
      break_row $dump.csv "$way" $row >broken.csv
      # A byte of another encoding stands where nothing is read of it.
      [ "$way" = bad_utf8 ] && LC_ALL=C sed -i "s/^\(k$row,.*\)Name $row,/\1Name $row,/" broken.csv
      becomes=$may
      # Nothing follows the last row that could be taken in.
      [ "$row" = 200 ] && [ "$way" = no_line_end ] && becomes=fine
      at="broken.csv,$(cat line),"
      failed_before=$failed
      mode="with --rejects"
      score rules.rung broken.csv --rejects bad
      judge good.$dump $becomes "" "$at" bad && again rules.rung broken.csv --rejects bad && passed=$((passed + 1))
      mode="with --lax"
      score rules.rung broken.csv --lax
      judge good.$dump $becomes lax "broken.csv:$(cat line):" said && again rules.rung broken.csv --lax && passed=$((passed + 1))
      mode="with --lax, as a related table"
      score table.rung keys.csv rows=broken.csv --lax
      judge good.table.$dump $becomes lax "broken.csv:$(cat line):" said && passed=$((passed + 1))
      [ "$failed" -gt "$failed_before" ] || made "broken_rows: $way"
    done <all
  done
done

echo "broken_rows: $passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
