#!/bin/sh
# samples.sh RUNG - the shipped rules give the sample dump the results that were worked out by reading it.
set -eu
cd "$(dirname "$0")/../.."
rung=$1
shop=samples/shop
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The tables that a pack asks for, its own and those of the packs that it uses.
purchases=purchases=$shop/purchases.csv
contacts=contacts=$shop/contacts.csv
tickets=tickets=$shop/tickets.csv
previous=previous=$shop/previous.csv
for rules in rules/*.rung; do
  name=$(basename "$rules" .rung)
  case $name in
    rfm_segments) continue ;; # a part of those two
    rfm | rfm_fixed) more="--key customer_id" ;; # it declares no columns
    purchases | growth | basket) more=$purchases ;;
    top) more="$purchases $contacts" ;;
    evolution) more="$purchases $contacts" ;;
    consent | reminders) more=$contacts ;;
    churn) more=$tickets ;;
    memory) more=$previous ;;
    advocates) more="$contacts previous=$shop/previous_advocates.csv" ;;
    winback) more="$contacts $tickets $previous" ;;
    campaigns) more="$purchases $contacts $tickets $previous" ;;
    *) more= ;;
  esac
  "$rung" check "$rules" 2>"$work/said" || { cat "$work/said" >&2; exit 1; }
  # shellcheck disable=SC2086
  "$rung" score "$rules" $shop/customers.csv $more --slim --today 2026-11-21T12:00 -o "$work/$name.csv" \
    2>"$work/said" || { cat "$work/said" >&2; echo "FAIL samples: $rules does not score the shop" >&2; exit 1; }
  diff -u "$shop/expected/$name.csv" "$work/$name.csv" || { echo "FAIL samples: $rules" >&2; exit 1; }
done

# Every pack beside every other, except those that say the same in another way: purchases, rfm_fixed.
for rules in rules/*.rung; do
  case $rules in */purchases.rung | */rfm_fixed.rung | */rfm_segments.rung) ;; *) echo "use \"$PWD/$rules\";" ;; esac
done >"$work/all.rung"
"$rung" check "$work/all.rung" 2>"$work/said" || { cat "$work/said" >&2; exit 1; }
! grep warning: "$work/said" || { echo "FAIL samples: the packs do not go together" >&2; exit 1; }

# The guards of the campaigns hold for the shop, as was seen above; each stops the run when what it allows is too little.
stopped_by() { # guard, param
  # shellcheck disable=SC2086
  "$rung" score rules/campaigns.rung $shop/customers.csv $purchases $contacts $tickets $previous --slim \
    --today 2026-11-21T12:00 --set "$2" -o "$work/stopped.csv" 2>"$work/said" && code=0 || code=$?
  [ $code -eq 1 ] && [ ! -e "$work/stopped.csv" ] && grep -qF "guard broken: $1" "$work/said" && return
  cat "$work/said" >&2
  echo "FAIL samples: $2 breaks no guard $1" >&2
  exit 1
}
stopped_by "share of lost <= lost_most" "lost_most=1%"
stopped_by "count of winback <= letters_most" "letters_most=0"
stopped_by "share of flash_sale <= sale_most" "sale_most=1%"
stopped_by "share of flash_sale.eligible <= audience_most" "audience_most=1%"
stopped_by "change of lifecycle <= change_most" "change_most=1%"
stopped_by "share of (orders >= 1) >= buyers_least" "buyers_least=99%"
stopped_by "share of (orders >= 2) >= repeat_least" "repeat_least=99%"
stopped_by "sum of next_spend >= plan_least" "plan_least=1000000000"

# Not slim: each row as it was, byte for byte, and the results after it.
"$rung" score rules/lifecycle.rung $shop/customers.csv --today 2026-11-21 2>/dev/null |
  cmp - $shop/expected/lifecycle-all.csv

# Two runs: what the first wrote is the second one's `previous` as it is, and on the same day nothing became anything.
run() { # output, then what is known of the last run
  output=$1
  shift
  "$rung" score rules/memory.rung $shop/customers.csv "$@" --today 2026-11-21 -q -o "$output"
}
run "$work/first.csv" --first-run
run "$work/second.csv" previous="$work/first.csv"
run "$work/third.csv" previous="$work/second.csv"
cmp "$work/second.csv" "$work/third.csv"
grep -q survey "$work/first.csv" || { echo "FAIL samples: nothing is new in a first run" >&2; exit 1; }
if grep "survey\|farewell\|early_lost\|welcome\|returned" "$work/second.csv" >&2; then
  echo "FAIL samples: the second run of a day sees what the first one saw" >&2
  exit 1
fi
echo "samples: $(ls rules/*.rung | wc -l) rule files"
