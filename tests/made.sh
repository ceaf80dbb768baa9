# made.sh - the names of tests that passed, and of those that can't be made here, kept for tests/bad_table.sh; for scripts
# of tests.
# shellcheck shell=sh

made() { # part: name, or part/name; to the file that run.sh names
  [ -z "${RUNG_MADE:-}" ] || printf '%s\n' "$1" >>"$RUNG_MADE"
}

not_made() { # the same, of one that was skipped
  made "skipped $1"
}
