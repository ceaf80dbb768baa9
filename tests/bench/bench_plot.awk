# bench_plot.awk - results.tsv as bars in an SVG picture: the seconds of each tool for each form, and of each growth.

function escaped(text) {
  gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text)
  return text
}

function words(x, y, anchor, text, style) {
  body = body sprintf("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\"%s>%s</text>\n", x, y, anchor, style, escaped(text))
}

function flush_group(  i, width, longest) {
  if (!bars) return
  for (i = 1; i <= bars; i++) if (value[i] > longest) longest = value[i]
  y += 34
  words(20, y, "start", heading, " font-weight=\"bold\"")
  for (i = 1; i <= bars; i++) {
    y += 20
    width = 520 * value[i] / longest
    body = body sprintf("<rect x=\"230\" y=\"%d\" width=\"%.1f\" height=\"14\" fill=\"%s\"/>\n", y - 11, width,
                        colour[i])
    words(222, y, "end", label[i], "")
    words(236 + width, y, "start", sprintf(value[i] < 0.0001 ? "%.2f µs" : value[i] < 0.1 ? "%.1f ms" : "%.2f s", \
          value[i] * (value[i] < 0.0001 ? 1e6 : value[i] < 0.1 ? 1e3 : 1)), "")
  }
  bars = 0
}

BEGIN { FS = "\t" }
# What ran on fewer rows would need a scale of its own.
$1 == "peers" { if (!whole[$2]) whole[$2] = $5; if ($5 < whole[$2]) next }
{
  if ($1 SUBSEP $2 != group) flush_group()
  group = $1 SUBSEP $2; heading = ($1 == "peers" ? "" : "growth: ") $2
  label[++bars] = $3 ", " $4 ($4 == 1 ? " thread" : " threads"); value[bars] = $7
  colour[bars] = $3 ~ /^limit/ ? "#b0b0b0" : $3 ~ /^rung/ || $1 == "growth" ? "#c8442d" : "#5b7fa6"
}
END {
  flush_group()
  printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"860\" height=\"%d\" ", y + 30
  printf "font-family=\"sans-serif\" font-size=\"13\">\n"
  printf "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n%s</svg>\n", body
}
