#!/bin/sh
# outputs.sh BUILD - what a run leaves behind: standard output with guards, dry runs, and the folder of --split.
set -u
# shellcheck source=tests/made.sh
. "$(dirname "$0")/made.sh"
rung=$(cd "$1" && pwd)/rung
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 4
passed=0
failed=0

check() { # what, exit code
  if [ "$2" -eq 0 ]; then passed=$((passed + 1)); made "outputs: $1"; return; fi
  echo "FAIL outputs: $1"
  sed 's/^/    /' said
  failed=$((failed + 1))
}

score() { # rules, more words
  rules=$1
  shift
  "$rung" score "$rules" customers.csv --today 2026-11-21 "$@" 2>said
}

names() { # folder: what is in it, on one line
  find "$1" -mindepth 1 | sed "s|^$1/||" | LC_ALL=C sort | tr '\n' ' '
}

cat >customers.csv <<END
id,n,mail
1,1,yes
2,2,yes
3,3,no
END
cat >scored.csv <<END
id,n,mail,tags
1,1,yes,
2,2,yes,t
3,3,no,t
END
columns='input customers { id text key; n integer; mail flag; }'
echo "$columns n > 1 and (mail or not mail) → t; guard count of t <= 2;" >held.rung
echo "$columns n > 1 and (mail or not mail) → t; guard count of t <= 1;" >broken.rung
echo "$columns campaign a { when n > 1; channel mail when mail; variants x 50%, y 50%; }
      campaign b { when n > 0; channel mail when mail; }" >campaigns.rung
echo "$columns campaign b { when n > 0; channel mail when mail; }" >fewer.rung
echo "$columns campaign b { when n > 0; channel mail when mail; } guard count of b < 1;" >refused.rung

# -- Standard output -------------------------------------------------------------------

score held.rung >out && cmp out scored.csv
check "guards that hold let standard output through" $?
score broken.rung >out
[ $? -eq 1 ] && [ ! -s out ]
check "broken ones let nothing through" $?
mkfifo pipe
cat pipe >out &
score broken.rung -o pipe
[ $? -eq 1 ] && wait && [ ! -s out ]
check "nor to a pipe that has a name" $?
cat pipe >out &
score held.rung -o pipe && wait && cmp out scored.csv
check "which gets all when they hold" $?
score held.rung -o /dev/null
check "nor is /dev/null in the way" $?
awk 'BEGIN { print "id,n,mail"; for (i = 0; i < 300000; i++) print i ",1,yes" }' >many.csv
"$rung" score held.rung many.csv --today 2026-11-21 -q >out && [ "$(wc -l <out)" -eq 300001 ] && [ "$(tail -n 1 out)" = "299999,1,yes," ]
check "outputs larger than any buffer wait too" $?
(trap '' XFSZ; ulimit -f 100; exec "$rung" score held.rung many.csv --today 2026-11-21 -q) 2>said | cat >out
[ ! -s out ] && grep -q "temporary file" said
check "a disk that is too small for them says so, before anything is written" $?
TMPDIR=$work/none score held.rung >out
[ $? -eq 4 ] && [ ! -s out ] && grep -q "$work/none" said
check "and so does one without a place for them" $?

# -- Refused rows and summaries of broken guards ------------------------------------------

echo '4,x,yes' | cat customers.csv - >bad.csv
echo former >rejects
"$rung" score broken.rung bad.csv --today 2026-11-21 --rejects rejects --summary summary -o out2 2>said
[ $? -eq 1 ] && [ "$(cat rejects)" = former ] && [ ! -e out2 ] && grep -q '"held": false' summary
check "with broken guards no refused rows are written, but the summary is" $?
"$rung" score broken.rung bad.csv --today 2026-11-21 --rejects rejects --max-rejects 1% -o out2 2>said
[ $? -eq 1 ] && grep -q '4,x,yes' rejects && [ ! -e out2 ]
check "too many refused rows are written, to be looked at" $?
echo 'input customers { id text key; n integer; } n > 1 → t;' >plain.rung
{ awk 'BEGIN { print "id,n,mail"; for (i = 0; i < 300000; i++) print i ",1,yes" }'; echo 'x,x,yes'; } >spoilt.csv
"$rung" score plain.rung spoilt.csv --today 2026-11-21 --lax --max-rejects 0% >out 2>said
[ $? -eq 1 ] && [ -s out ] && grep -q "the output is not to be used" said &&
  grep -q "what was written is not to be used" said && ! grep -q "no output" said
check "of what went to standard output before it is said that it is not to be used" $?
"$rung" score plain.rung bad.csv --today 2026-11-21 --lax --max-rejects 1% -o out2 2>said
[ $? -eq 1 ] && [ ! -e out2 ] && grep -q "no output was written" said
check "a file does not appear then" $?
rm -f rejects
score held.rung --dry-run --rejects rejects --summary summary -o out2 >out &&
  [ ! -s out ] && [ ! -e out2 ] && [ ! -e rejects ] && grep -q '"dry_run": true' summary
check "a dry run writes the summary only" $?

# -- The folder of --split ------------------------------------------------------------------

all='a.mail.x.csv a.mail.y.csv b.mail.csv split.json '
score campaigns.rung --split set -o out && [ "$(names set)" = "$all" ]
check "a set of files appears" $?
mkdir empty
score campaigns.rung --split empty/ -o out && [ "$(names empty)" = "$all" ]
check "in an empty folder too" $?
chmod 700 set
score fewer.rung --split set -o out && [ "$(names set)" = "b.mail.csv split.json " ] && [ "$(stat -c %a set)" = 700 ]
check "and takes the place of a former one, whose files of other campaigns go" $?
ln -s set link
score campaigns.rung --split link -o out && [ -L link ] && [ "$(names set)" = "$all" ]
check "behind a symbolic link" $?
cp -r set before
score refused.rung --split set -o out
[ $? -eq 1 ] && diff -r set before >>said
check "broken guards leave a former set as it was" $?
score fewer.rung --split set --dry-run && diff -r set before >>said
check "and so does a dry run" $?
"$rung" score fewer.rung bad.csv --today 2026-11-21 --split set -o out3 2>said
[ $? -eq 3 ] && diff -r set before >>said && [ ! -e out3 ]
check "and a dump with a bad row" $?
cp before/b.mail.csv set/b.mail.csv
"$rung" score fewer.rung set/b.mail.csv --today 2026-11-21 --split set 2>said
[ $? -eq 2 ] && diff -r set before >>said && grep -q 'set/b.mail.csv is in the folder of --split' said
check "what is read is not replaced" $?
cp fewer.rung set/b.mail.csv
score set/b.mail.csv --split set
[ $? -eq 2 ] && cmp set/b.mail.csv fewer.rung && grep -q 'rule file' said
check "nor are the rules" $?
cp before/b.mail.csv set/b.mail.csv
for stranger in notes.txt .hidden a.mail.x.csv.bak; do
  touch "set/$stranger"
  score fewer.rung --split set -o out3
  [ $? -eq 2 ] && grep -qF "($stranger)" said && [ ! -e out3 ] && [ "$(names set | wc -w)" -eq 5 ]
  check "a folder with $stranger, which no run put there, is refused" $?
  rm "set/$stranger"
done
mkdir set/b.mail.csv.d
score fewer.rung --split set --dry-run
[ $? -eq 2 ]
check "one with a folder in it too, by a dry run as well" $?
rmdir set/b.mail.csv.d
rm set/b.mail.csv
mkdir set/b.mail.csv
score fewer.rung --split set
[ $? -eq 2 ] && [ -d set/b.mail.csv ]
check "even if the folder has the name of one of the files" $?
rmdir set/b.mail.csv
mkdir other
echo precious >other/a.mail.x.csv
score campaigns.rung --split other
[ $? -eq 2 ] && [ "$(cat other/a.mail.x.csv)" = precious ]
check "files that are called alike, without a list, are nobody's" $?
rm other/a.mail.x.csv
echo '{"my": "own"}' >other/split.json
score campaigns.rung --split other
[ $? -eq 2 ] && [ "$(cat other/split.json)" = '{"my": "own"}' ]
check "nor is a list that no run wrote" $?
score campaigns.rung --split customers.csv
[ $? -eq 2 ] && grep -q "is no folder" said
check "a file is no folder" $?
score campaigns.rung --split none/set
[ $? -eq 4 ]
check "where nothing can be made, nothing is" $?
score held.rung --split new
[ $? -eq 2 ] && [ ! -e new ] && grep -q "no campaign" said
check "rules without campaigns have nothing to split" $?
score campaigns.rung --split before -o before/all.csv
[ $? -eq 2 ] && grep -q "replaced as a whole" said
check "the output can't be among the files" $?
score campaigns.rung --split before -o out3 --summary before/summary
[ $? -eq 2 ] && [ ! -e out3 ]
check "nor can the summary" $?
ln -s before/b.mail.csv listed.csv
ln -s before/new.csv unlisted
"$rung" score campaigns.rung listed.csv --slim --today 2026-11-21 --split before -o out3 2>said
[ $? -eq 2 ] && [ "$(names before)" = "$all" ] && grep -q "the input listed.csv is in the folder" said
check "nor can the input, whatever link leads to it" $?
score campaigns.rung --split before/ --rejects unlisted
[ $? -eq 2 ] && [ "$(names before)" = "$all" ] && grep -q -e "--rejects unlisted is in the folder" said
check "nor can a new file behind a link" $?
score campaigns.rung --split fresh --rejects ./fresh/rejects
[ $? -eq 2 ] && [ ! -e fresh ] && grep -q "is in the folder of --split" said
check "nor can it be in a folder that is not there yet" $?
cp campaigns.rung before/b.mail.csv
ln -sf before/b.mail.csv linked.rung
echo 'use "linked.rung";' >using.rung
score using.rung --split before
[ $? -eq 2 ] && cmp -s campaigns.rung before/b.mail.csv && grep -q "linked.rung is read by the rules" said
check "nor can rules that are used" $?
echo id >before/b.mail.csv
ln -s nowhere dangling
for written in -o --rejects --summary; do
  for pair in "fresh fresh" "fresh/ ./fresh" "dangling nowhere" "nowhere dangling"; do
    score campaigns.rung --split "${pair% *}" $written "${pair#* }"
    [ $? -eq 2 ] && [ ! -e fresh ] && [ ! -e nowhere ] && grep -q -e "--[a-z]* and --split can't both be ${pair#* }" said
    check "--split ${pair% *} and $written ${pair#* } are one place" $?
  done
done

# -- A dry run says what would be refused -----------------------------------------------------

for words in "-o none/out" "--rejects /dev/fd/99" "-o customers.csv/out" "-o before" "-o out5/" "--rejects none/out" "--rejects before" \
  "--summary none/out" "--split none/fresh" "--split customers.csv/fresh"; do
  # shellcheck disable=SC2086 # they are two words
  score campaigns.rung $words
  code=$?
  # shellcheck disable=SC2086
  score campaigns.rung $words --dry-run
  [ $? -eq $code ] && [ $code -eq 4 ] && grep -q "cannot write\|could not write" said
  check "$words is refused by a dry run too" $?
done
ln -s later.csv later
score campaigns.rung --dry-run --rejects later --split fresh/ -o out5 && [ ! -e out5 ] && [ ! -e later.csv ] && [ ! -e fresh ]
check "what a run can make is refused by none" $?

# A run that has begun its files and waits for more customers is told to end.
"$rung" score campaigns.rung - --today 2026-11-21 --split before -o out3 -q <pipe >said 2>&1 &
stopped=$!
exec 3>pipe
head -c 3000000 many.csv >&3
tries=0
while [ -z "$(find . -name '.before.*.rung-tmp')" ] && [ $tries -lt 100 ]; do
  tries=$((tries + 1))
  sleep 0.1
done
hidden=$(stat -c %a .out3.*.rung-tmp .before.*.rung-tmp 2>/dev/null | tr '\n' ' ')
kill -TERM "$stopped"
wait "$stopped" 2>/dev/null
code=$?
exec 3>&-
[ $code -gt 128 ] && [ $tries -lt 100 ] && [ ! -e out3 ] && [ "$(names before)" = "$all" ]
check "a run that is told to end leaves a former set as it was" $?
[ -z "$(find . -name '*.rung-tmp')" ]
check "nothing is left over" $?
echo "$hidden" >said
[ "$hidden" = "600 700 " ]
check "and while it ran nobody else could read its files" $?

# -- Who may read what is written ---------------------------------------------------------------

modes() { # umask: of the output, refused rows, the summary, the folder and a file in it
  rm -rf out4 refused summary folder
  (umask "$1" && "$rung" score fewer.rung bad.csv --today 2026-11-21 -o out4 --rejects refused --summary summary \
    --split folder) 2>said
  stat -c %a out4 refused summary folder folder/b.mail.csv | tr '\n' ' '
}
[ "$(modes 000)" = "666 600 666 777 666 " ]
check "refused rows are their owner's, whatever the umask allows" $?
[ "$(modes 027)" = "640 600 640 750 640 " ]
check "all else is whose the umask says" $?
[ "$(modes 077)" = "600 600 600 700 600 " ]
check "and nobody's beside" $?
chmod 640 refused
"$rung" score fewer.rung bad.csv --today 2026-11-21 -o out4 --rejects refused 2>said
[ "$(stat -c %a refused)" = 600 ]
check "refused rows that take the place of others too" $?

# -- Salts ------------------------------------------------------------------------------------------

echo pepper >salt
cp salt salt2
for written in -o --rejects --summary; do
  score held.rung --hash mail --salt-file salt $written salt -q >out
  [ $? -eq 2 ] && cmp salt salt2 >>said && grep -q "file of the salt" said
  check "$written is never written over the salt" $?
done
score held.rung --hash mail --salt-file - <salt >out
[ $? -eq 2 ] && [ ! -s out ]
check "the salt is a file's" $?
score held.rung --hash mail --salt-file none >out
[ $? -eq 4 ] && [ ! -s out ]
check "without its file nothing is hashed" $?
score held.rung --hash mail --salt-file none --dry-run >out
[ $? -eq 4 ] && [ ! -s out ]
check "nor tried" $?

# A long name is refused before anything is read.
name=$(printf '%0260d' 0 | tr 0 x | cut -c 1-200)
echo "$columns campaign \`$name\` { when n > 0; channel \`$name\` when mail; }" >long.rung
score long.rung --split new
[ $? -eq 2 ] && [ ! -e new ] && grep -q "shorten" said
check "names that are too long for files are refused" $?

# -- More files than descriptors ---------------------------------------------------------------

{ echo "input customers { id text key; n integer; mail flag; }"
  i=0
  while [ $i -lt 1000 ]; do echo "campaign c$i { when n >= $i; channel mail when mail; }"; i=$((i + 1)); done; } >thousand.rung
awk 'BEGIN { print "id,n,mail,filler"; for (i = 0; i < 1000; i++) printf "%d,%d,yes,%0600d\n", i, i, i }' >customers.csv
# shellcheck disable=SC3045 # both dash and bash have it
(ulimit -n 20; score thousand.rung --split thousand -q --slim -o out) &&
  [ "$(find thousand -name 'c*.csv' | wc -l)" -eq 1000 ] && [ "$(cat thousand/c*.csv | wc -l)" -eq 501500 ] &&
  [ "$(wc -l <thousand/c900.mail.csv)" -eq 101 ]
check "a thousand files with twenty descriptors" $?
sed -n '901,$p' out >wanted && sed 1d thousand/c899.mail.csv >got && cut -d, -f1 wanted >w && cut -d, -f1 got >g && cmp w g
check "whose rows are those of the output, in their order" $?

echo "outputs: $passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
