# traces.sh - what a run leaves behind, without what differs from run to run; for scripts that compare runs.
# shellcheck shell=sh

# The messages and the summary in a folder, which is named in them.
keep_plain() { # folder
  for file in "$1"/stderr "$1"/summary; do
    [ -e "$file" ] && sed "s|$1|TO|g; /seconds/d; /rows\/s/d; s/ in [0-9.]* s.*//" "$file" >"$file.plain"
    rm -f "$file"
  done
}
