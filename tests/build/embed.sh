#!/bin/sh
# embed.sh - install to a temporary place, build samples/embed there as a stranger would (shared, then static), and
# compare what it prints; then uninstall and see that nothing stays.  Wants MAKE, CC and SANITIZE of the build.
set -eu
flags=${MAKEFLAGS-}
case ${flags%% *} in *=* | --*) ;; *n*) exit 0 ;; esac # `make -n` comes here too, and there is nothing to try
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "FAIL embed: $*" >&2; exit 1; }

$MAKE -s DESTDIR="$work" PREFIX=/opt/rung install
root=$work/opt/rung
version=$(sed -n 's/^.define RUNG_VERSION "\(.*\)"/\1/p' runtime/rung.h)
"$root/bin/rung" --version | grep -q "^rung $version," || fail "the installed command gives another version"
env -u RUNG_PRESETS "$root/bin/rung" presets | grep -q "^shopify-orders  " || fail "the installed command finds no presets"

# The .pc files name /opt/rung; the copy lives elsewhere.
export PKG_CONFIG_PATH="$root/lib/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$work"
export CC CFLAGS="-std=c99 -pedantic -O1 -g -Wall -Wextra -Werror $SANITIZE"
cp -r samples/embed "$work/embed"

try() { # kind: builds and runs the sample, with none of the outer make's variables
  env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s -C "$work/embed" clean all || fail "the sample does not build ($1)"
  LD_LIBRARY_PATH=$root/lib "$work/embed/embed" >"$work/out" 2>"$work/err" || {
    cat "$work/err" >&2; fail "the sample does not run ($1)"; }
  diff -u samples/embed/expected.txt "$work/out" >&2 || fail "the sample prints something else ($1)"
}
try shared
readelf -d "$work/embed/embed" | grep -q 'NEEDED.*librung\.so' || fail "the shared build does not use librung.so"
rm "$root"/lib/*.so*
export PKG_CONFIG="pkg-config --static"
try static
readelf -d "$work/embed/embed" | grep 'NEEDED.*librung' && fail "the static build asks for a shared library"

$MAKE -s DESTDIR="$work" PREFIX=/opt/rung uninstall >/dev/null
left=$(find "$root" ! -type d)
[ -z "$left" ] || fail "make uninstall leaves $left"
echo "embed: shared and static"
