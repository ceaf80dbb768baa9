-- bench_clickhouse.sql - the workload for ClickHouse (chdb): sections run by bench_clickhouse.js, which puts in :in,
-- :out and :threads.

-- Texts are no Nullable: an empty text is what is missing, and `email != ''` says the same.  Numbers and dates must be
-- Nullable, since a missing number is no zero.
-- @setup
SET max_threads = :threads;
SET max_insert_threads = 1;
SET session_timezone = 'UTC';
SET engine_file_truncate_on_insert = 1;
SET output_format_decimal_trailing_zeros = 1;
SET format_csv_null_representation = '';
SET input_format_csv_trim_whitespaces = 0;
SET input_format_with_names_use_header = 1;
SET input_format_parallel_parsing = 1;
SET output_format_parallel_formatting = 1;
CREATE VIEW dump AS SELECT * FROM file(':in', 'CSVWithNames', 'customer_id String, email String, phone String,
  first_name String, last_name String, city String, country String, registered_at Nullable(Date),
  first_order_at Nullable(Date), last_order_at Nullable(Date), orders Nullable(Int32), items Nullable(Int32),
  revenue Nullable(Decimal64(2)), avg_check Nullable(Decimal64(2)), returns Nullable(Int32),
  abandoned_carts Nullable(Int32), lost_count Nullable(Int32), days_since_last Nullable(Int32),
  email_consent Nullable(UInt8), sms_consent Nullable(UInt8), nps Nullable(Int32), support_tickets Nullable(Int32),
  visits_30d Nullable(Int32), referrals Nullable(Int32), birthday Nullable(Date32), source String');
CREATE VIEW scored AS SELECT *,
  multiIf(orders >= 1 AND days_since_last > 365, 'lost', orders >= 1 AND days_since_last > 90, 'churning',
          orders >= 3, 'regular', orders >= 1, 'client', email_consent OR sms_consent, 'subscriber', '') AS lifecycle,
  trim(TRAILING '|' FROM concat(
    if(revenue >= 20000 AND orders >= 5, 'vip|', ''),
    if(lost_count >= 2, 'no_winback|', ''),
    if(endsWith(email, '@gmail.com'), 'gmail|', ''),
    if(city IN ('Киев', 'Бровары', 'Ирпень', 'Вишневое', 'Белая Церковь'), 'kyiv_region|', ''),
    if(abandoned_carts >= 3 OR (abandoned_carts >= 1 AND visits_30d >= 5), 'abandoner|', ''),
    if(orders > 0 AND returns * 10 > orders * 3, 'high_return|', ''),
    if(orders > 0 AND revenue > 600 * orders, 'big_check|', ''),
    if(registered_at >= toDate('2026-10-02'), 'new_30d|', ''),
    if(last_order_at - first_order_at > 730, 'loyal_2y|', ''),
    if((email_consent AND email != '') OR (sms_consent AND phone != ''), 'contactable|', ''),
    if(nps <= 6 AND support_tickets >= 2, 'detractor|', ''),
    if((startsWith(phone, '+38067') OR startsWith(phone, '+38050'))
       AND source IN ('organic', 'referral', 'direct') AND NOT (returns > 1), 'mobile_promo', ''))) AS tags,
  if(orders >= 3, 20, 0) + if(days_since_last <= 30, 25, 0) + if(revenue >= 10000, 15, 0) + if(nps >= 9, 10, 0)
    + least(ifNull(visits_30d, 0), 10) - 5 * ifNull(returns, 0) AS points
FROM dump;

-- @slim
INSERT INTO FUNCTION file(':out', 'CSVWithNames') SELECT customer_id, lifecycle, tags, points FROM scored;

-- @full
INSERT INTO FUNCTION file(':out', 'CSVWithNames') SELECT * FROM scored;

-- As in bench_duckdb.sql.
-- @global
CREATE TEMPORARY TABLE money ENGINE = Memory AS SELECT customer_id, revenue FROM dump;
INSERT INTO FUNCTION file(':out', 'CSVWithNames')
WITH
  sums AS (SELECT toInt64(assumeNotNull(revenue) * 100) AS cents, toInt64(count()) AS n,
                  toInt128(n) * greatest(cents, 0) AS held
           FROM money WHERE revenue IS NOT NULL GROUP BY cents),
  places AS (SELECT cents, sum(n) OVER () AS all_n, sum(held) OVER () AS total,
      sum(n) OVER (ORDER BY cents ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - n AS below,
      total - sum(held) OVER (ORDER BY cents ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS above
    FROM sums),
  (SELECT tuple(
      minOrNullIf(cents, 2000000 * above < 1599999 * total), minOrNullIf(cents, 2000000 * above < 1899999 * total),
      minOrNullIf(cents, 5 * below >= all_n), minOrNullIf(cents, 5 * below >= 2 * all_n),
      minOrNullIf(cents, 5 * below >= 3 * all_n), minOrNullIf(cents, 5 * below >= 4 * all_n))
    FROM places) AS from_cents,
  (SELECT groupArray(customer_id) FROM (SELECT customer_id FROM money WHERE revenue IS NOT NULL
                                        ORDER BY revenue DESC, customer_id LIMIT 15)) AS best,
  toInt64(revenue * 100) AS cents
SELECT customer_id,
  multiIf(cents >= from_cents.1, 'A', cents >= from_cents.2, 'B', cents IS NOT NULL, 'C', '') AS abc,
  if(has(best, customer_id), 'top_15', '') AS tags,
  revenue,
  multiIf(cents >= from_cents.6, 5, cents >= from_cents.5, 4, cents >= from_cents.4, 3, cents >= from_cents.3, 2,
          cents IS NOT NULL, 1, NULL) AS fifth
FROM money;
