# bench_median.awk - of the runs in raw.tsv one line for each tool: part, group, tool, threads, rows, bytes, median,
# least and greatest seconds, median CPU seconds, greatest KiB of memory.

function sort(values, n,  i, k, value) {
  for (i = 2; i <= n; i++) {
    value = values[i]
    for (k = i - 1; k > 0 && values[k] > value; k--) values[k + 1] = values[k]
    values[k + 1] = value
  }
}

function median(values, n) {
  return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
}

BEGIN { FS = OFS = "\t" }
{
  key = $1 OFS $2 OFS $3 OFS $4 OFS $5 OFS $6
  if (!(key in runs)) order[++keys] = key
  n = ++runs[key]
  seconds[key, n] = $8 + 0; cpu[key, n] = $9 + 0
  if ($10 + 0 > memory[key]) memory[key] = $10 + 0
}
END {
  for (k = 1; k <= keys; k++) {
    key = order[k]; n = runs[key]
    for (i = 1; i <= n; i++) { s[i] = seconds[key, i]; c[i] = cpu[key, i] }
    sort(s, n); sort(c, n)
    printf "%s\t%.9g\t%.9g\t%.9g\t%.9g\t%d\n", key, median(s, n), s[1], s[n], median(c, n), memory[key]
  }
}
