#!/bin/sh
# setup.sh - does .ci/install-packages find what is missing and ask for exactly that, on machines of every kind?
set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
script=$PWD/.ci/install-packages

# A machine is a folder of commands, and nothing else is on its PATH.
machine() { # name
  box=$work/$1
  mkdir "$box"
  for tool in sh env grep; do ln -s "$(command -v $tool)" "$box/$tool"; done
}
fake() { printf '#!/bin/sh\n%s\n' "$2" >"$box/$1"; chmod +x "$box/$1"; }

expect() { # what status text: run the script on the machine, compare its status and all it says
  status=0
  out=$(PATH=$box LOG=$work/log DRY_RUN=${DRY_RUN:-} "$box/sh" "$script" flex bison cunit 2>&1) || status=$?
  if [ "$status" != "$2" ] || [ "$out" != "$3" ]; then
    printf 'FAIL setup: %s\nexpected %s: %s\ngot      %s: %s\n' "$1" "$2" "$3" "$status" "$out" >&2
    exit 1
  fi
}

# flex is there, bison was removed but left its settings, cunit was never there.
dpkg='case "$*" in *flex) echo installed;; *bison) echo config-files;; *) exit 1;; esac'
apt='echo "$*" >>"$LOG"'

machine complete
fake dpkg-query 'echo installed'
expect "nothing is missing" 0 ""

machine other
expect "no Debian" 0 \
  "install-packages: this is no Debian, so what is installed is not known; Rung needs: flex bison cunit"

machine no-apt
fake dpkg-query "$dpkg"
expect "no apt-get" 1 "install-packages: there is no apt-get here; please install by hand: bison cunit"

machine no-sudo
fake dpkg-query "$dpkg"; fake apt-get "$apt"; fake id 'echo 1000'
expect "neither root nor sudo" 1 \
  "install-packages: you are not root and there is no sudo; please install by hand: bison cunit"

machine root
fake dpkg-query "$dpkg"; fake apt-get "$apt"; fake id 'echo 0'
DRY_RUN=1 expect "root, dry run" 0 "apt-get install bison cunit"
expect "root" 0 "Installing: bison cunit"
[ "$(cat "$work/log")" = "-y -qq install --no-install-recommends bison cunit" ]

machine user
fake dpkg-query "$dpkg"; fake apt-get "$apt"; fake id 'echo 1000'; fake sudo 'echo "sudo" >>"$LOG"; exec "$@"'
DRY_RUN=1 expect "user, dry run" 0 "sudo apt-get install bison cunit"
: >"$work/log"
expect "user" 0 "Installing: bison cunit"
[ "$(head -n 1 "$work/log")" = sudo ]

machine fresh
fake dpkg-query "$dpkg"; fake id 'echo 0'
fake apt-get 'echo "$3" >>"$LOG"; case $3 in update) : >"$LOG.updated";; *) [ -e "$LOG.updated" ];; esac'
: >"$work/log"
expect "no package lists yet" 0 "Installing: bison cunit"
[ "$(tr '\n' ' ' <"$work/log")" = "install update install " ]

machine offline
fake dpkg-query "$dpkg"; fake id 'echo 0'; fake apt-get 'exit 100'
expect "apt-get fails" 1 "Installing: bison cunit
install-packages: apt-get failed; please install by hand: bison cunit"

echo "setup: 8 machines"
