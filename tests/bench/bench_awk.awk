# bench_awk.awk - the workload, slim and full, for mawk: mawk -v full=0|1 -f bench_awk.awk IN >OUT, with LC_ALL=C.
#
# A row with quotes is joined until they are closed and then cut at commas outside of them; other rows are cut by awk.

function days(date,  y, m) { # of YYYY-MM-DD, from an arbitrary day on
  y = substr(date, 1, 4); m = substr(date, 6, 2) + 0
  if (m < 3) { y--; m += 12 }
  return 365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * (m - 3) + 2) / 5) + substr(date, 9, 2)
}

function cut(row, cells,  n, parts, count, i, cell, open) {
  count = split(row, parts, ","); n = 0; open = 0; cell = ""
  for (i = 1; i <= count; i++) {
    cell = open ? cell "," parts[i] : parts[i]
    open = (open + gsub(/"/, "\"", parts[i])) % 2
    if (!open) {
      if (substr(cell, 1, 1) == "\"") { cell = substr(cell, 2, length(cell) - 2); gsub(/""/, "\"", cell) }
      cells[++n] = cell
    }
  }
}

BEGIN {
  names = "Киев,Бровары,Ирпень,Вишневое,Белая Церковь"
  n = split(names, list, ","); for (i = 1; i <= n; i++) region[list[i]]
  free["organic"]; free["referral"]; free["direct"]
}
NR == 1 { print (full ? $0 : "customer_id") ",lifecycle,tags,points"; next }
{
  row = $0
  if (index(row, "\"")) {
    while (gsub(/"/, "\"", row) % 2 && (getline more) > 0) row = row "\n" more
    cut(row, c)
  } else split(row, c, ",")
  orders = c[11]; o = orders + 0; silent = c[18]; d = silent + 0; money = c[13] + 0; known = orders != ""
  life = ""
  if (known && o >= 1 && silent != "" && d > 365) life = "lost"
  else if (known && o >= 1 && silent != "" && d > 90) life = "churning"
  else if (known && o >= 3) life = "regular"
  else if (known && o >= 1) life = "client"
  else if (c[19] == 1 || c[20] == 1) life = "subscriber"
  tags = ""
  if (c[13] != "" && money >= 20000 && o >= 5) tags = tags "|vip"
  if (c[17] + 0 >= 2) tags = tags "|no_winback"
  if (substr(c[2], length(c[2]) - 9) == "@gmail.com") tags = tags "|gmail"
  if (c[6] in region) tags = tags "|kyiv_region"
  if (c[16] + 0 >= 3 || (c[16] + 0 >= 1 && c[23] + 0 >= 5)) tags = tags "|abandoner"
  if (o > 0 && c[15] != "" && c[15] * 10 > o * 3) tags = tags "|high_return"
  if (o > 0 && c[13] != "" && money > 600 * o) tags = tags "|big_check"
  if (c[8] >= "2026-10-02") tags = tags "|new_30d"
  if (c[10] != "" && c[9] != "" && days(c[10]) - days(c[9]) > 730) tags = tags "|loyal_2y"
  if ((c[19] == 1 && c[2] != "") || (c[20] == 1 && c[3] != "")) tags = tags "|contactable"
  if (c[21] != "" && c[21] + 0 <= 6 && c[22] + 0 >= 2) tags = tags "|detractor"
  code = substr(c[3], 1, 6)
  if ((code == "+38067" || code == "+38050") && (c[26] in free) && c[15] != "" && c[15] + 0 <= 1)
    tags = tags "|mobile_promo"
  visits = c[23] + 0
  points = (o >= 3 ? 20 : 0) + (silent != "" && d <= 30 ? 25 : 0) + (money >= 10000 ? 15 : 0) + \
           (c[21] + 0 >= 9 ? 10 : 0) + (visits > 10 ? 10 : visits) - 5 * c[15]
  print (full ? row : c[1]) "," life "," substr(tags, 2) "," points
}
