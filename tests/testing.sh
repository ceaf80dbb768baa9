#!/bin/sh
# testing.sh BUILD [NAME] - what `rung test` says: tests/testing; with NAME, only cases so called.
#
# testing/NAME/       `rung test` runs in the folder with the words of args, one a line.
#   expected          standard output, exactly
#   expected.exit     the exit code, else 0
#   expected.stderr   texts that stand in the messages, one a line; without it there must be no messages
# What is said as TAP must be TAP to prove, too.
set -u
rung=$(cd "$1" && pwd)/rung
wanted=${2:-}
tests=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
skipped=0

fail() { # case, what went wrong, file with the evidence
  echo "FAIL $1: $2"
  sed 's/^/    /' "$3"
  failed=$((failed + 1))
}

check_messages() { # case
  if [ ! -e expected.stderr ]; then
    [ -s "$work/stderr" ] && { fail "$1" "messages where there should be none" "$work/stderr"; return 1; }
    return 0
  fi
  while IFS= read -r line; do
    grep -qF -e "$line" "$work/stderr" || { fail "$1" "the messages do not say: $line" "$work/stderr"; return 1; }
  done <expected.stderr
}

# prove reads a stream without a rung behind it: the exit code is judged above.
check_tap() { # case, exit code
  cat >"$work/replay.sh" <<END
cat "$work/stdout"
END
  if ! command -v prove >/dev/null; then
    echo "testing: skipped: $1 is not read by prove, which is not installed"
    skipped=$((skipped + 1))
    return 0
  fi
  prove -Q --exec sh "$work/replay.sh" >"$work/proved" 2>&1
  [ $? -eq "$2" ] && return 0
  fail "$1" "prove takes it for something else" "$work/proved"
  return 1
}

run() { # folder
  case=testing/$(basename "$1")
  cd "$1" || return
  set --
  while IFS= read -r line; do set -- "$@" "$line"; done <args
  "$rung" test "$@" >"$work/stdout" 2>"$work/stderr"
  code=$?
  wanted_code=$(cat expected.exit 2>/dev/null || echo 0)
  [ "$code" -eq "$wanted_code" ] || { fail "$case" "exit code $code instead of $wanted_code" "$work/stderr"; return; }
  if ! cmp -s expected "$work/stdout"; then
    diff -a -u expected "$work/stdout" | sed '1,2d; 60q' | cat -v >"$work/why"
    fail "$case" "another output" "$work/why"
    return
  fi
  check_messages "$case" || return
  case " $* " in *" --tap "*) check_tap "$case" "$([ "$code" -eq 0 ]; echo $?)" || return ;; esac
  passed=$((passed + 1))
}

for folder in "$tests"/testing/*/; do
  case $(basename "$folder") in "$wanted"*) [ -d "$folder" ] && run "$folder" ;; esac
done
# The rules that ship pass all their tests, which see every condition true and false.
if [ -z "$wanted" ]; then
  if "$rung" test --quiet --min-coverage 100% "$tests/../rules" >"$work/stdout" 2>&1; then passed=$((passed + 1))
  else fail "rules" "they do not pass their tests" "$work/stdout"; fi
fi
echo "testing: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
