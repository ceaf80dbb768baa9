# sum.awk - adds up what the runs of loading said; fails unless as many as `wanted` passed.
/ prefixes \(/ {
  for (i = 2; i <= NF; i++) {
    if ($i ~ /^\(/) loaded += substr($i, 2)
    if ($i == "prefixes" || $i == "bits" || $i == "mutants") tried += $(i - 1)
    if ($i == "prefixes") prefixes += $(i - 1)
    if ($i == "bits") bits += $(i - 1)
  }
}
/^loading: 1 passed/ { passed++; next }
{ print; fflush() }
END {
  printf "%d programs, %.0f changed (%.0f prefixes, %.0f bits, %.0f mutants), %.0f of them load\n", passed, tried,
         prefixes, bits, tried - prefixes - bits, loaded
  printf "loading: %d passed, %d failed, 0 skipped\n", passed, wanted - passed
  exit passed != wanted
}
