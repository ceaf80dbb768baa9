-- bench_sqlite.sql - the workload for SQLite: sections of which bench.sh makes a script, putting in :in and :out.

-- SQLite imports an empty cell as an empty text, which is more than any number.
-- @setup
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE dump (customer_id TEXT, email TEXT, phone TEXT, first_name TEXT, last_name TEXT, city TEXT, country TEXT,
  registered_at TEXT, first_order_at TEXT, last_order_at TEXT, orders INTEGER, items INTEGER, revenue REAL,
  avg_check REAL, returns INTEGER, abandoned_carts INTEGER, lost_count INTEGER, days_since_last INTEGER,
  email_consent INTEGER, sms_consent INTEGER, nps INTEGER, support_tickets INTEGER, visits_30d INTEGER,
  referrals INTEGER, birthday TEXT, source TEXT);
.import --csv --skip 1 :in dump
CREATE VIEW given AS SELECT *,
  nullif(orders, '') AS orders_, nullif(revenue, '') AS revenue_, nullif(returns, '') AS returns_,
  nullif(abandoned_carts, '') AS carts_, nullif(lost_count, '') AS lost_, nullif(days_since_last, '') AS days_,
  nullif(nps, '') AS nps_, nullif(support_tickets, '') AS tickets_, nullif(visits_30d, '') AS visits_
FROM dump;
CREATE VIEW results AS SELECT *,
  CASE WHEN orders_ >= 1 AND days_ > 365 THEN 'lost' WHEN orders_ >= 1 AND days_ > 90 THEN 'churning'
       WHEN orders_ >= 3 THEN 'regular' WHEN orders_ >= 1 THEN 'client'
       WHEN email_consent = 1 OR sms_consent = 1 THEN 'subscriber' END AS lifecycle,
  rtrim(
    CASE WHEN revenue_ >= 20000 AND orders_ >= 5 THEN 'vip|' ELSE '' END ||
    CASE WHEN lost_ >= 2 THEN 'no_winback|' ELSE '' END ||
    CASE WHEN substr(email, -10) = '@gmail.com' THEN 'gmail|' ELSE '' END ||
    CASE WHEN city IN ('Киев', 'Бровары', 'Ирпень', 'Вишневое', 'Белая Церковь') THEN 'kyiv_region|' ELSE '' END ||
    CASE WHEN carts_ >= 3 OR (carts_ >= 1 AND visits_ >= 5) THEN 'abandoner|' ELSE '' END ||
    CASE WHEN orders_ > 0 AND returns_ * 10 > orders_ * 3 THEN 'high_return|' ELSE '' END ||
    CASE WHEN orders_ > 0 AND revenue_ > 600 * orders_ THEN 'big_check|' ELSE '' END ||
    CASE WHEN registered_at >= '2026-10-02' THEN 'new_30d|' ELSE '' END ||
    CASE WHEN julianday(last_order_at) - julianday(first_order_at) > 730 THEN 'loyal_2y|' ELSE '' END ||
    CASE WHEN (email_consent = 1 AND email <> '') OR (sms_consent = 1 AND phone <> '')
         THEN 'contactable|' ELSE '' END ||
    CASE WHEN nps_ <= 6 AND tickets_ >= 2 THEN 'detractor|' ELSE '' END ||
    CASE WHEN (substr(phone, 1, 6) = '+38067' OR substr(phone, 1, 6) = '+38050')
              AND source IN ('organic', 'referral', 'direct') AND NOT (returns_ > 1)
         THEN 'mobile_promo' ELSE '' END, '|') AS tags,
  CASE WHEN orders_ >= 3 THEN 20 ELSE 0 END + CASE WHEN days_ <= 30 THEN 25 ELSE 0 END
    + CASE WHEN revenue_ >= 10000 THEN 15 ELSE 0 END + CASE WHEN nps_ >= 9 THEN 10 ELSE 0 END
    + min(coalesce(visits_, 0), 10) - 5 * coalesce(returns_, 0) AS points
FROM given;
.mode csv
.headers on
.once :out

-- @slim
SELECT customer_id, lifecycle, tags, points FROM results;

-- @full
SELECT customer_id, email, phone, first_name, last_name, city, country, registered_at, first_order_at, last_order_at,
  orders, items, revenue, avg_check, returns, abandoned_carts, lost_count, days_since_last, email_consent, sms_consent,
  nps, support_tickets, visits_30d, referrals, birthday, source, lifecycle, tags, points
FROM results;

-- @global
WITH sums AS (SELECT CAST(round(revenue * 100) AS INTEGER) AS cents, count(*) AS n
              FROM dump WHERE revenue <> '' GROUP BY revenue),
places AS (SELECT cents, sum(n) OVER () AS all_n, sum(n * cents) OVER () AS total,
    sum(n) OVER (ORDER BY cents ROWS UNBOUNDED PRECEDING) - n AS below,
    sum(n * cents) OVER () - sum(n * cents) OVER (ORDER BY cents ROWS UNBOUNDED PRECEDING) AS above
  FROM sums),
bounds AS MATERIALIZED (SELECT
    min(cents) FILTER (WHERE 2000000 * above < 1599999 * total) / 100.0 AS a,
    min(cents) FILTER (WHERE 2000000 * above < 1899999 * total) / 100.0 AS b,
    min(cents) FILTER (WHERE 5 * below >= all_n) / 100.0 AS second,
    min(cents) FILTER (WHERE 5 * below >= 2 * all_n) / 100.0 AS third,
    min(cents) FILTER (WHERE 5 * below >= 3 * all_n) / 100.0 AS fourth,
    min(cents) FILTER (WHERE 5 * below >= 4 * all_n) / 100.0 AS fifth
  FROM places),
best AS MATERIALIZED (SELECT customer_id FROM dump WHERE revenue <> '' ORDER BY revenue DESC, customer_id LIMIT 15)
SELECT customer_id,
  CASE WHEN revenue = '' THEN NULL WHEN revenue >= a THEN 'A' WHEN revenue >= b THEN 'B' ELSE 'C' END AS abc,
  CASE WHEN customer_id IN best THEN 'top_15' END AS tags,
  revenue,
  CASE WHEN revenue = '' THEN NULL WHEN revenue >= bounds.fifth THEN 5 WHEN revenue >= fourth THEN 4
       WHEN revenue >= third THEN 3 WHEN revenue >= second THEN 2 ELSE 1 END AS fifth
FROM dump CROSS JOIN bounds;
