#!/bin/sh
# shop.sh RUNG FOLDER [WORDS...] - all that the shipped rules give for the sample shop, in files of a new folder.
# With SHIM, a shared object, rung is run under it.
set -eu
rung=$1
out=$2
shift 2
root=$(cd "$(dirname "$0")/../.." && pwd)
shop=$root/samples/shop
customers=$shop/customers.csv
purchases=purchases=$shop/purchases.csv
contacts=contacts=$shop/contacts.csv
tickets=tickets=$shop/tickets.csv
previous=previous=$shop/previous.csv

mkdir "$out"
cd "$out"
[ -z "${SHIM-}" ] || export LD_PRELOAD="$SHIM" # from here on this shell starts nothing else
for rules in "$root"/rules/*.rung; do
  name=${rules##*/}
  name=${name%.rung}
  case $name in
    rfm_segments) continue ;; # a part of two others
    rfm | rfm_fixed) more="--key customer_id" ;;
    purchases | growth | basket) more=$purchases ;;
    top | evolution) more="$purchases $contacts" ;;
    consent | reminders) more=$contacts ;;
    churn) more=$tickets ;;
    memory) more=$previous ;;
    advocates) more="$contacts previous=$shop/previous_advocates.csv" ;;
    winback) more="$contacts $tickets $previous" ;;
    campaigns) more="$purchases $contacts $tickets $previous --split set --summary campaigns.json" ;;
    *) more= ;;
  esac
  # shellcheck disable=SC2086
  "$rung" score "$rules" "$customers" $more --today 2026-11-21T12:00 "$@" >"$name.csv" 2>"$name.said"
done
"$rung" score "$root/rules/campaigns.rung" "$customers" "$purchases" "$contacts" "$tickets" "$previous" \
  --today 2026-11-21T12:00 --format jsonl -q "$@" >campaigns.jsonl
"$rung" compile "$root/rules/campaigns.rung" -o campaigns.rungc
"$rung" dump campaigns.rungc >campaigns.listing
"$rung" test "$root/rules" --coverage >tests 2>&1
