#!/bin/sh
# ideas.sh RUNG - every idea of rules/IDEAS.md has its rule and its test, or the reason why there is none; and the tests
# of the shipped rules pass, with each of their conditions seen both true and false.
#
# A line of the tables there is: | row | idea | pack | names | test |.  The names, in back-quotes, are rules, tags,
# labels, statuses, scores, campaigns, lets or guards of rules/PACK.rung, and the test is one of its tests.
set -eu
cd "$(dirname "$0")/../.."

awk '
  function fail(what) { print "FAIL ideas: " what; failed = 1 }
  function trim(s) { gsub(/^ +| +$/, "", s); return s }

  # What a statement of a pack gives a name to.  Texts and comments have been taken out.
  function define(statement,    arrow, n, i, tags, words) {
    gsub(/ +/, " ", statement)
    statement = trim(statement)
    sub(/ because.*/, "", statement)
    if (statement ~ /^(guard|never|always) /) defined[pack, statement] = 1
    split(statement, words, " ")
    if (words[1] ~ /^(status|score|campaign|let)$/) defined[pack, words[2]] = 1
    if (!(n = index(statement, "→"))) return
    if (match(statement, /^[0-9A-Za-z_]+:/)) {
      defined[pack, substr(statement, 1, RLENGTH - 1)] = 1
      if (!because) fail(pack ".rung: " statement ": the rule does not say because of what")
    }
    n = split(substr(statement, n + length("→")), tags, ",")
    for (i = 1; i <= n; i++) defined[pack, trim(tags[i])] = 1
  }

  FNR == 1 { pack = FILENAME; sub(/.*\//, "", pack); sub(/\.rung$/, "", pack); testing = 0; statement = "" }

  FILENAME ~ /\.rung$/ {
    packs[pack] = 1
    if (match($0, /^test ".*" \{$/)) { tests[pack, substr($0, 7, RLENGTH - 9)] = 1; testing = 1 }
    gsub(/"[^"]*"/, "")
    sub(/#.*/, "")
    if (testing) { testing = $0 !~ /^}/; next }
    for (text = $0 " "; end = match(text, /[;{}]/); text = substr(text, end + 1)) {
      statement = statement substr(text, 1, end - 1)
      because = statement ~ / because /
      define(statement)
      statement = ""
    }
    statement = statement text
    next
  }

  /^\| [A-Z]\.[0-9]+ \|/ {
    n = split($0, cell, "|")
    row = trim(cell[2]); pack = trim(cell[4]); names = trim(cell[5]); test = trim(cell[6])
    seen[row] = 1
    lines++
    if (n != 7) fail(row ": the line has not five cells")
    if (trim(cell[3]) == "") fail(row " has no idea")
    if (pack == "—") {
      if (names !~ /^no rule: ./) fail(row ": neither a rule nor the reason why there is none")
      next
    }
    if (!(pack in packs)) fail(row ": there is no rules/" pack ".rung")
    n = split(names, name, "`")
    if (n < 3) fail(row ": no rule is named")
    for (i = 2; i < n; i += 2)
      if (!((pack, name[i]) in defined)) fail(row ": " pack ".rung has no " name[i])
    if (!((pack, test) in tests)) fail(row ": " pack ".rung has no test \"" test "\"")
  }

  END {
    parts = split("A 22 B 13 C 17 D 26 E 33", rows, " ")
    for (i = 1; i < parts; i += 2)
      for (j = 1; j <= rows[i + 1]; j++)
        if (!((rows[i] "." j) in seen)) fail(rows[i] "." j " has no line")
    if (!failed) print "ideas: " lines " lines"
    exit failed
  }
' rules/*.rung rules/IDEAS.md

"$1" test rules --min-coverage 100 --quiet
