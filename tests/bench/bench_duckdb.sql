-- bench_duckdb.sql - the workload for DuckDB: sections run by bench_duckdb.js, which puts in :in, :out and :threads.

-- Every column has its type, so nothing is guessed, and what a query does not ask for is not parsed.  Flags are small
-- integers, the quicker way to read 0 and 1.  Money is DECIMAL: as exact as in the rules, and no slower than DOUBLE.
-- @setup
SET threads = :threads;
SET enable_progress_bar = false;
CREATE VIEW dump AS SELECT * FROM read_csv(':in', auto_detect = false, header = true, delim = ',', quote = '"',
  escape = '"', nullstr = '', columns = {
  'customer_id': 'VARCHAR', 'email': 'VARCHAR', 'phone': 'VARCHAR', 'first_name': 'VARCHAR', 'last_name': 'VARCHAR',
  'city': 'VARCHAR', 'country': 'VARCHAR', 'registered_at': 'DATE', 'first_order_at': 'DATE', 'last_order_at': 'DATE',
  'orders': 'INTEGER', 'items': 'INTEGER', 'revenue': 'DECIMAL(12,2)', 'avg_check': 'DECIMAL(12,2)',
  'returns': 'INTEGER', 'abandoned_carts': 'INTEGER', 'lost_count': 'INTEGER', 'days_since_last': 'INTEGER',
  'email_consent': 'TINYINT', 'sms_consent': 'TINYINT', 'nps': 'INTEGER', 'support_tickets': 'INTEGER',
  'visits_30d': 'INTEGER', 'referrals': 'INTEGER', 'birthday': 'DATE', 'source': 'VARCHAR'});
CREATE MACRO lifecycle(orders, days, email_consent, sms_consent) AS CASE
  WHEN orders >= 1 AND days > 365 THEN 'lost'
  WHEN orders >= 1 AND days > 90 THEN 'churning'
  WHEN orders >= 3 THEN 'regular'
  WHEN orders >= 1 THEN 'client'
  WHEN email_consent = 1 OR sms_consent = 1 THEN 'subscriber' END;
CREATE VIEW scored AS SELECT *,
  lifecycle(orders, days_since_last, email_consent, sms_consent) AS lifecycle,
  concat_ws('|',
    CASE WHEN revenue >= 20000 AND orders >= 5 THEN 'vip' END,
    CASE WHEN lost_count >= 2 THEN 'no_winback' END,
    CASE WHEN ends_with(email, '@gmail.com') THEN 'gmail' END,
    CASE WHEN city = 'Киев' OR city = 'Бровары' OR city = 'Ирпень' OR city = 'Вишневое' OR city = 'Белая Церковь'
         THEN 'kyiv_region' END, -- as IN it would be a join, slower and without the order of rows
    CASE WHEN abandoned_carts >= 3 OR (abandoned_carts >= 1 AND visits_30d >= 5) THEN 'abandoner' END,
    CASE WHEN orders > 0 AND returns * 10 > orders * 3 THEN 'high_return' END,
    CASE WHEN orders > 0 AND revenue > 600 * orders THEN 'big_check' END,
    CASE WHEN registered_at >= DATE '2026-10-02' THEN 'new_30d' END,
    CASE WHEN last_order_at - first_order_at > 730 THEN 'loyal_2y' END,
    CASE WHEN (email_consent = 1 AND email IS NOT NULL) OR (sms_consent = 1 AND phone IS NOT NULL)
         THEN 'contactable' END,
    CASE WHEN nps <= 6 AND support_tickets >= 2 THEN 'detractor' END,
    CASE WHEN (starts_with(phone, '+38067') OR starts_with(phone, '+38050'))
              AND source IN ('organic', 'referral', 'direct') AND NOT (returns > 1) THEN 'mobile_promo' END) AS tags,
  CASE WHEN orders >= 3 THEN 20 ELSE 0 END + CASE WHEN days_since_last <= 30 THEN 25 ELSE 0 END
    + CASE WHEN revenue >= 10000 THEN 15 ELSE 0 END + CASE WHEN nps >= 9 THEN 10 ELSE 0 END
    + least(coalesce(visits_30d, 0), 10) - 5 * coalesce(returns, 0) AS points
FROM dump;

-- Nobody asks for the order of rows here; DuckDB keeps it unless told that it need not.
-- @unordered
SET preserve_insertion_order = false;

-- @slim
COPY (SELECT customer_id, lifecycle, tags, points FROM scored) TO ':out' (FORMAT csv, HEADER true);

-- @full
COPY (SELECT * FROM scored) TO ':out' (FORMAT csv, HEADER true);

-- The dump is read once.  Ranks go over the distinct values (cents), and what they find is a few bounds: quicker than
-- windows over all rows, or than a join.  A share is rounded at the sixth digit, half up: above / total < 0.8 is
-- 2000000 * above < 1599999 * total.
-- @global
CREATE TEMP TABLE money AS SELECT customer_id, revenue, CAST(revenue * 100 AS BIGINT) AS cents FROM dump;
CREATE TEMP TABLE bounds AS
  WITH sums AS (SELECT cents, count(*) AS n, sum(greatest(cents, 0)) AS held
                FROM money WHERE cents IS NOT NULL GROUP BY cents),
  places AS (SELECT cents, sum(n) OVER () AS n, sum(held) OVER () AS total,
      sum(n) OVER (ORDER BY cents ROWS UNBOUNDED PRECEDING) - n AS below,
      sum(held) OVER () - sum(held) OVER (ORDER BY cents ROWS UNBOUNDED PRECEDING) AS above
    FROM sums)
  SELECT min(cents) FILTER (2000000 * above < 1599999 * total) AS a,
    min(cents) FILTER (2000000 * above < 1899999 * total) AS b,
    min(cents) FILTER (5 * below >= n) AS second, min(cents) FILTER (5 * below >= 2 * n) AS third,
    min(cents) FILTER (5 * below >= 3 * n) AS fourth, min(cents) FILTER (5 * below >= 4 * n) AS fifth
  FROM places;
CREATE TEMP TABLE best AS
  SELECT customer_id FROM money WHERE cents IS NOT NULL ORDER BY cents DESC, customer_id LIMIT 15;
COPY (
  SELECT customer_id,
    CASE WHEN cents >= a THEN 'A' WHEN cents >= b THEN 'B' WHEN cents IS NOT NULL THEN 'C' END AS abc,
    CASE WHEN list_contains((SELECT list(customer_id) FROM best), customer_id) THEN 'top_15' END AS tags,
    revenue,
    CASE WHEN cents >= bounds.fifth THEN 5 WHEN cents >= fourth THEN 4 WHEN cents >= third THEN 3
         WHEN cents >= second THEN 2 WHEN cents IS NOT NULL THEN 1 END AS fifth
  FROM money CROSS JOIN bounds
) TO ':out' (FORMAT csv, HEADER true);
