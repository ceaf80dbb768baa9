/* tables_sql.c - customers and purchases in SQLite, and its answers.

   Each question becomes a column of a new table of customers, so that later questions can measure earlier ones. */
#include "tables.h"

#include <sqlite3.h>
#include <string.h>

#define PRINT(...) arena_print(base->arena, __VA_ARGS__).bytes

static const char *run(sqlite3 *db, const struct base_case *base, const char *sql) {
  return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? NULL : PRINT("%s in %s", sqlite3_errmsg(db), sql);
}

static void bind(sqlite3_stmt *statement, int at, struct value value) {
  if (!value.present) sqlite3_bind_null(statement, at);
  else if (value.type != TYPE_TEXT) sqlite3_bind_int64(statement, at, value.i);
  else sqlite3_bind_text(statement, at, value.text.bytes, (int)value.text.length, SQLITE_STATIC);
}

static const char *insert(sqlite3 *db, const struct base_case *base, const char *sql, uint32_t rows,
                          const struct value *values, uint32_t columns, const uint32_t *owner) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) return PRINT("%s in %s", sqlite3_errmsg(db), sql);
  for (uint32_t row = 0; row < rows; row++) {
    uint32_t number = owner ? owner[row] : row;
    sqlite3_reset(statement);
    sqlite3_bind_int64(statement, 1, number);
    if (owner && number == base->owners) sqlite3_bind_null(statement, 1);
    sqlite3_bind_text(statement, 2, base_key(base->arena, number), -1, SQLITE_STATIC);
    for (uint32_t i = 0; i < columns; i++) bind(statement, (int)i + 3, values[(size_t)row * columns + i]);
    sqlite3_step(statement);
  }
  return sqlite3_finalize(statement) == SQLITE_OK ? NULL : PRINT("%s in %s", sqlite3_errmsg(db), sql);
}

static const char *make_tables(sqlite3 *db, const struct base_case *base) {
  const char *trouble = run(db, base, "DROP TABLE IF EXISTS c; DROP TABLE IF EXISTS p; "
                            "CREATE TABLE c (num INTEGER, id TEXT, x, y, z, born); "
                            "CREATE TABLE p (owner INTEGER, key TEXT, n, a, m, s, d, w, f, v, age); "
                            "CREATE INDEX owners ON p (owner); BEGIN");
  if (!trouble)
    trouble = insert(db, base, "INSERT INTO p (owner, key, n, a, m, s, d, w, f) VALUES (?,?,?,?,?,?,?,?,?)",
                     base->purchases, base->purchase, PURCHASE_COLUMNS, base->owner);
  if (!trouble)
    trouble = run(db, base, PRINT("UPDATE p SET v = a * 2 + n * 1000000, age = %d - d", base->today));
  if (!trouble)
    trouble = base->from_purchases
                  ? run(db, base, "INSERT INTO c SELECT DISTINCT owner, key, NULL, NULL, NULL, NULL FROM p "
                        "WHERE owner IS NOT NULL")
                  : insert(db, base, "INSERT INTO c VALUES (?,?,?,?,?,?)", base->customers, base->customer,
                           CUSTOMER_COLUMNS, NULL);
  return trouble ? trouble : run(db, base, "COMMIT");
}

static const char *read_answers(sqlite3 *db, const struct base_case *base, struct base_answers *answers) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v2(db, "SELECT * FROM c", -1, &statement, NULL) != SQLITE_OK) return sqlite3_errmsg(db);
  while (sqlite3_step(statement) == SQLITE_ROW) {
    uint32_t number = (uint32_t)sqlite3_column_int64(statement, 0);
    answers->known[number] = true;
    for (uint32_t i = 0; i < base->questions; i++) {
      int at = 2 + CUSTOMER_COLUMNS + (int)i;
      struct value *value = &answers->at[(size_t)number * base->questions + i];
      value->type = base->question[i].type;
      value->present = sqlite3_column_type(statement, at) != SQLITE_NULL;
      if (!value->present) continue;
      if (value->type == TYPE_TEXT)
        value->text = arena_copy(base->arena, (const char *)sqlite3_column_text(statement, at),
                                 (size_t)sqlite3_column_bytes(statement, at));
      else value->i = sqlite3_column_int64(statement, at);
      if (value->type != TYPE_TEXT && sqlite3_column_type(statement, at) != SQLITE_INTEGER)
        return PRINT("%s is no whole number: %s", base->question[i].name, base->question[i].sql);
    }
  }
  return sqlite3_finalize(statement) == SQLITE_OK ? NULL : sqlite3_errmsg(db);
}

static uint64_t count(sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement;
  uint64_t result = UINT64_MAX;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
    result = (uint64_t)sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return result;
}

const char *base_sql(sqlite3 *db, const struct base_case *base, struct base_answers *answers) {
  const char *trouble = make_tables(db, base);
  answers->at = arena_alloc(base->arena, ((size_t)base->owners * base->questions + 1) * sizeof *answers->at);
  answers->known = arena_alloc(base->arena, base->owners + 1);
  for (uint32_t i = 0; i < base->questions && !trouble; i++)
    trouble = run(db, base, PRINT("CREATE TABLE next AS SELECT *, %s AS %s FROM c ORDER BY num; DROP TABLE c; "
                                  "ALTER TABLE next RENAME TO c", base->question[i].sql, base->question[i].name));
  if (!trouble) trouble = read_answers(db, base, answers);
  answers->without_key = count(db, "SELECT COUNT(*) FROM p WHERE owner IS NULL");
  answers->unmatched = count(db, "SELECT COUNT(*) FROM p WHERE owner IS NOT NULL AND owner NOT IN (SELECT num FROM c)");
  answers->keys = count(db, "SELECT COUNT(DISTINCT owner) FROM p");
  answers->without_rows = count(db, "SELECT COUNT(*) FROM c WHERE num NOT IN "
                                "(SELECT owner FROM p WHERE owner IS NOT NULL)");
  return trouble;
}
