// bench_polars.js - the workload for Polars, streamed: node bench_polars.js IN OUT THREADS slim|full|global
"use strict";
const [input, output, threads, form] = process.argv.slice(2);
process.env.POLARS_MAX_THREADS = threads;
const pl = require("nodejs-polars");
const { col, lit, when } = pl;

// Money is Float64, the quickest of Polars's types here; the outputs agree all the same, but for zeros at the end.
const types = {
  customer_id: pl.Utf8, email: pl.Utf8, phone: pl.Utf8, first_name: pl.Utf8, last_name: pl.Utf8, city: pl.Utf8,
  country: pl.Utf8, registered_at: pl.Date, first_order_at: pl.Date, last_order_at: pl.Date, orders: pl.Int32,
  items: pl.Int32, revenue: pl.Float64, avg_check: pl.Float64, returns: pl.Int32, abandoned_carts: pl.Int32,
  lost_count: pl.Int32, days_since_last: pl.Int32, email_consent: pl.Int8, sms_consent: pl.Int8, nps: pl.Int32,
  support_tickets: pl.Int32, visits_30d: pl.Int32, referrals: pl.Int32, birthday: pl.Date, source: pl.Utf8,
};
const dump = pl.scanCSV(input, { schema: types, quoteChar: '"' });
const day = (text) => lit(text).str.strptime(pl.Date, "%Y-%m-%d");
const email = col("email_consent").eq(1), sms = col("sms_consent").eq(1);
const oneOf = (name, ...texts) => texts.map((text) => col(name).eq(lit(text))).reduce((a, b) => a.or(b));

const lifecycle = when(col("orders").gtEq(1).and(col("days_since_last").gt(365))).then(lit("lost"))
  .when(col("orders").gtEq(1).and(col("days_since_last").gt(90))).then(lit("churning"))
  .when(col("orders").gtEq(3)).then(lit("regular"))
  .when(col("orders").gtEq(1)).then(lit("client"))
  .when(email.or(sms)).then(lit("subscriber"))
  .otherwise(lit(null)).alias("lifecycle");

const tags = pl.concatString([
  ["vip", col("revenue").gtEq(20000).and(col("orders").gtEq(5))],
  ["no_winback", col("lost_count").gtEq(2)],
  ["gmail", col("email").str.endsWith("@gmail.com")],
  ["kyiv_region", oneOf("city", "Киев", "Бровары", "Ирпень", "Вишневое", "Белая Церковь")],
  ["abandoner", col("abandoned_carts").gtEq(3).or(col("abandoned_carts").gtEq(1).and(col("visits_30d").gtEq(5)))],
  ["high_return", col("orders").gt(0).and(col("returns").mul(10).gt(col("orders").mul(3)))],
  ["big_check", col("orders").gt(0).and(col("revenue").gt(col("orders").mul(600)))],
  ["new_30d", col("registered_at").gtEq(day("2026-10-02"))],
  ["loyal_2y", col("last_order_at").cast(pl.Int32).sub(col("first_order_at").cast(pl.Int32)).gt(730)],
  ["contactable", email.and(col("email").isNotNull()).or(sms.and(col("phone").isNotNull()))],
  ["detractor", col("nps").ltEq(6).and(col("support_tickets").gtEq(2))],
  ["mobile_promo", col("phone").str.startsWith("+38067").or(col("phone").str.startsWith("+38050"))
    .and(oneOf("source", "organic", "referral", "direct")).and(col("returns").gt(1).not())],
].map(([name, holds]) => when(holds).then(lit(name)).otherwise(lit(null))), "|", true).alias("tags");

const points = [[20, col("orders").gtEq(3)], [25, col("days_since_last").ltEq(30)], [15, col("revenue").gtEq(10000)],
  [10, col("nps").gtEq(9)]].map(([number, holds]) => when(holds).then(lit(number)).otherwise(lit(0)))
  .reduce((a, b) => a.add(b))
  .add(when(col("visits_30d").gt(10)).then(lit(10)).otherwise(col("visits_30d").fillNull(0)))
  .sub(col("returns").fillNull(0).mul(5)).cast(pl.Int32).alias("points");

// As in bench_duckdb.sql: sums over distinct values, a few bounds, one more look at the rows.
const globally = () => {
  const cents = col("revenue").mul(100).round(0).cast(pl.Int64).alias("cents");
  const money = dump.select("customer_id", "revenue").withColumns(cents).collectSync({ engine: "streaming" });
  const places = money.lazy().filter(col("cents").isNotNull()).groupBy("cents").agg(pl.len().cast(pl.Int64).alias("n"))
    .sort("cents").withColumns(col("n").mul(col("cents")).alias("held"))
    .withColumns(col("n").cumSum().sub(col("n")).alias("below"), col("n").sum().alias("all"),
      col("held").sum().sub(col("held").cumSum()).alias("above"), col("held").sum().alias("total")).collectSync();
  const from = (holds) => places.filter(holds).getColumn("cents").min() ?? Number.MAX_SAFE_INTEGER;
  const share = (n) => col("above").mul(2000000).lt(col("total").mul(n));
  const fifth = (n) => from(col("below").mul(5).gtEq(col("all").mul(n)));
  const best = money.filter(col("cents").gtEq(from(col("all").sub(col("below")).sub(col("n")).lt(15))))
    .sort(["cents", "customer_id"], [true, false]).head(15);
  const value = col("cents");
  return money.lazy().select(
    col("customer_id"),
    when(value.gtEq(from(share(1599999)))).then(lit("A")).when(value.gtEq(from(share(1899999)))).then(lit("B"))
      .when(value.isNotNull()).then(lit("C")).otherwise(lit(null)).alias("abc"),
    when(oneOf("customer_id", ...best.getColumn("customer_id").toArray())).then(lit("top_15")).otherwise(lit(null))
      .alias("tags"),
    col("revenue"),
    when(value.gtEq(fifth(4))).then(lit(5)).when(value.gtEq(fifth(3))).then(lit(4))
      .when(value.gtEq(fifth(2))).then(lit(3)).when(value.gtEq(fifth(1))).then(lit(2))
      .when(value.isNotNull()).then(lit(1)).otherwise(lit(null)).cast(pl.Int32).alias("fifth"));
};

const forms = {
  slim: () => dump.select(col("customer_id"), lifecycle, tags, points),
  full: () => dump.withColumns(lifecycle, tags, points),
  global: globally,
};
forms[form]().sinkCSV(output, { maintainOrder: true }).collectSync({ engine: "streaming" });
