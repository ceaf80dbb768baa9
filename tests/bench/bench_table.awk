# bench_table.awk - results.tsv as tables, below what stands in the file `notes` and above what stands in `checks`;
# `form` is text or markdown.

function row(cells, n,  i, line) {
  for (i = 1; i <= n; i++)
    if (form == "markdown") line = line "| " cells[i] " "
    else line = line sprintf(i == 1 ? "%-26s" : i == 2 ? "%8s" : i == 10 || i == 11 ? "%16s" : "%12s", cells[i])
  print line (form == "markdown" ? "|" : "")
}

function head(text,  n, cells, i, rule) {
  n = split(text, cells, ",")
  row(cells, n)
  for (i = 1; i <= n; i++) rule = rule (i == 1 ? "|---" : "|---:")
  if (form == "markdown") print rule "|"
}

function title(text) { print (form == "markdown" ? "\n## " text "\n" : "\n" text "\n") }

function time(s) { return sprintf(s < 0.00001 ? "%.9f" : s < 1 ? "%.4f" : "%.3f", s) }

function a_row(i) { return seconds[i] / rows[i] }

# Of the engines that take the whole dump those that took the least time and the least CPU time for a row.
function find_base(group,  i) {
  fastest = thriftiest = 0
  for (i = 1; i <= count; i++) {
    if (part[i] != "peers" || of[i] != group || tool[i] !~ /^(duckdb|clickhouse|polars)/) continue
    if (!fastest || a_row(i) < a_row(fastest)) fastest = i
    if (!thriftiest || cpu[i] / rows[i] < cpu[thriftiest] / rows[thriftiest]) thriftiest = i
  }
}

# The limit program, of as many threads or else of the most below.
function limit(group, name, threads_wanted,  i, found) {
  for (i = 1; i <= count; i++)
    if (part[i] == "peers" && of[i] == group && tool[i] == "limit: " name && threads[i] <= threads_wanted) found = i
  return found
}

function peers_table(group,  i, base, cells) {
  find_base(group)
  title(group ": " (group == "full" ? "every column and the results" : \
        group == "slim" ? "key and results" : "quintile, class and the best fifteen of the whole base"))
  head("tool,threads,seconds,least,greatest,MB/s,M rows/s,CPU s,MB peak,x fastest peer,x in CPU s,of scan,of copy")
  for (i = 1; i <= count; i++) {
    if (part[i] != "peers" || of[i] != group) continue
    cells[1] = tool[i] (rows[i] < most_rows ? " (" rows[i] " rows)" : ""); cells[2] = threads[i]
    cells[3] = time(seconds[i]); cells[4] = time(least[i]); cells[5] = time(greatest[i])
    cells[6] = sprintf("%.0f", bytes[i] / seconds[i] / 1e6); cells[7] = sprintf("%.2f", rows[i] / seconds[i] / 1e6)
    cells[8] = sprintf("%.2f", cpu[i]); cells[9] = sprintf("%.0f", memory[i] / 1024)
    cells[10] = fastest ? sprintf("%.2f", a_row(fastest) / a_row(i)) : ""
    cells[11] = thriftiest && cpu[i] ? sprintf("%.2f", cpu[thriftiest] / rows[thriftiest] / (cpu[i] / rows[i])) : ""
    base = limit(group, "scan", threads[i]); cells[12] = base ? sprintf("%.2f", a_row(i) / a_row(base)) : ""
    base = limit(group, "copy", threads[i]); cells[13] = base ? sprintf("%.2f", a_row(i) / a_row(base)) : ""
    row(cells, 13)
  }
}

function growth_table(group, text,  i, cells) {
  title(text)
  head("what,threads,seconds,least,MB/s,M rows/s,CPU s,MB peak")
  for (i = 1; i <= count; i++) {
    if (part[i] != "growth" || of[i] != group) continue
    cells[1] = tool[i]; cells[2] = threads[i]; cells[3] = time(seconds[i]); cells[4] = time(least[i])
    cells[5] = sprintf("%.0f", bytes[i] / seconds[i] / 1e6); cells[6] = sprintf("%.2f", rows[i] / seconds[i] / 1e6)
    cells[7] = sprintf("%.3f", cpu[i]); cells[8] = sprintf("%.0f", memory[i] / 1024)
    row(cells, 8)
  }
}

BEGIN { FS = "\t" }
{
  part[++count] = $1; of[count] = $2; tool[count] = $3; threads[count] = $4; rows[count] = $5; bytes[count] = $6
  seconds[count] = $7; least[count] = $8; greatest[count] = $9; cpu[count] = $10; memory[count] = $11
  if ($1 == "peers" && $5 > most_rows) most_rows = $5
  has[$2] = 1
}
END {
  if (form == "markdown") print "# Benchmark\n"
  while ((getline line <notes) > 0) print (form == "markdown" ? "- " : "") line
  if (has["slim"]) peers_table("slim")
  if (has["full"]) peers_table("full")
  if (has["global"]) peers_table("global")
  if (has["size"]) growth_table("size", "bytes, the 20 rules, slim")
  if (has["rules"]) growth_table("rules", "rules")
  if (has["columns"]) growth_table("columns", "columns")
  if (has["joins"]) growth_table("joins", "related tables")
  if (has["start"]) growth_table("start", "start-up, and ten rows")
  if (has["compile"]) growth_table("compile", "the compiler (of each line of rules a row)")
  if (has["row"]) growth_table("row", "one row through the library")
  while ((getline line <checks) > 0) {
    if (!told++) title("outputs, compared with rung's cell by cell")
    split(line, cells, "\t")
    print (form == "markdown" ? "- " : "") cells[1] ", " cells[2] ": " cells[3]
  }
}
