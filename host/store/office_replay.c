#include "store/office_replay.h"

#include <string.h>

#include "store/collected.h"
#include "store/schema.h"
#include "store/sql.h"

static const char *const tables[] = {"roster",
                                     "facility_key",
                                     "collected",
                                     "collected_finding",
                                     "collected_problem",
                                     "collected_member",
                                     "arrival",
                                     "standing",
                                     "decision",
                                     "receipt"};
#define TABLES (sizeof tables / sizeof *tables)

/* ---- beside -------------------------------------------------------------------------- */

static zc_code make_table(void *context, const json_t *row, zc_err *err)
{
  zc_store *store = context;
  zc_buffer sql = {0};
  const char *text = zc_text_or(json_string_value(json_array_get(row, 0)), "");
  zc_buffer_print(&sql, "CREATE TEMP TABLE%s", text + strlen("CREATE TABLE"));
  zc_code code = zc_buffer_check(&sql, err);
  if (code == ZC_OK)
    code = zc_sql(store, sql.data, NULL, NULL, err);
  zc_buffer_free(&sql);
  return code;
}

static zc_code make_tables(zc_store *store, zc_store *fresh, zc_err *err)
{
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < TABLES; i++) {
    json_t *binds = zc_sql_binds("s", tables[i]);
    code = binds == NULL ? zc_fail_memory(err)
                         : zc_sql_each(fresh,
                                       "SELECT sql FROM sqlite_schema WHERE type ="
                                       " 'table' AND name = ?1",
                                       binds, make_table, store, err);
    json_decref(binds);
  }
  if (code == ZC_OK)
    code = zc_sql(store,
                  "CREATE INDEX temp.aside_source ON collected (source)"
                  " WHERE source <> ''",
                  NULL, NULL, err);
  return code;
}

static void drop_tables(zc_store *store)
{
  zc_sql_forget(store);
  for (size_t i = 0; i < TABLES; i++) {
    zc_buffer sql = {0};
    zc_buffer_print(&sql, "DROP TABLE IF EXISTS temp.%s", tables[i]);
    if (!sql.failed)
      sqlite3_exec(store->db, sql.data, NULL, NULL, NULL);
    zc_buffer_free(&sql);
  }
  sqlite3_exec(store->db, "PRAGMA temp_store=MEMORY", NULL, NULL, NULL);
}

zc_code zc_office_aside(zc_store *store, bool write, zc_err *err)
{
  zc_store fresh;
  zc_sql_forget(store);
  zc_code code = zc_schema_fresh(store, &fresh, err);
  if (code != ZC_OK)
    return code;
  code = zc_sql(store, "PRAGMA temp_store=FILE", NULL, NULL, err);
  if (code == ZC_OK)
    code = make_tables(store, &fresh, err);
  sqlite3_close(fresh.db);
  if (code == ZC_OK)
    code = write ? zc_sql_begin(store, err) : zc_sql(store, "BEGIN", NULL, NULL, err);
  if (code != ZC_OK)
    drop_tables(store);
  return code;
}

zc_code zc_office_aside_end(zc_store *store, zc_code code, zc_err *err)
{
  code = zc_sql_end(store, code, err);
  drop_tables(store);
  return code;
}

/* ---- files that were never kept ------------------------------------------------------------ */

#define COLUMN(name) #name ", "
#define COLUMNS ZC_FACT_TEXTS(COLUMN) ZC_FACT_NUMBERS(COLUMN)

/* Its findings and problems. */
static zc_code take_parts(zc_store *store, const char *file, zc_err *err)
{
#define FROM(columns, table)                                                           \
  "INSERT INTO temp." table                                                            \
  " SELECT (SELECT no FROM temp.collected WHERE file = ?1), " columns                  \
  " FROM main." table " WHERE report = (SELECT no FROM main.collected WHERE"           \
  " file = ?1)"
  static const char *const takes[] =
      {FROM("entry, status, severity, count, population, amount", "collected_finding"),
       FROM("no, entry, item, state, source, severity, certainty, found, reported, due,"
            " done, closed, counted, extended, relapses, unreported, refund",
            "collected_problem"),
       FROM("code, name, class, grade, ownership, town, expected, position",
            "collected_member")};
#undef FROM
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < sizeof takes / sizeof *takes; i++)
    code = zc_sql_again(store, takes[i], zc_sql_binds("s", file), NULL, err);
  return code;
}

zc_code zc_office_take_over(zc_store *store, const char *file, const char *name,
                            const char *received, json_t **fault, zc_err *err)
{
  json_t *row = NULL;
  *fault = NULL;
  zc_code code = zc_sql_again(store,
                              "SELECT fault FROM main.collected WHERE file = ?1 AND"
                              " name = ?2 AND received = ?3",
                              zc_sql_binds("sss", file, name, received), &row, err);
  if (code == ZC_OK && row != NULL)
    code = zc_sql_again(store,
                        "INSERT INTO temp.collected (" COLUMNS "no) SELECT " COLUMNS
                        "NULL FROM main.collected WHERE file = ?1",
                        zc_sql_binds("s", file), NULL, err);
  if (code == ZC_OK && row != NULL)
    code = take_parts(store, file, err);
  if (code == ZC_OK)
    *fault = json_incref(json_array_get(row, 0));
  json_decref(row);
  return code;
}

/* ---- comparing ------------------------------------------------------------------------------- */

/* What a row says, without numbers that only count rows; the first column is an example. */
#define FROM_FILE(table)                                                               \
  " FROM %s." table " AS t LEFT JOIN %s.collected AS c ON c.no = t.report"
static const struct {
  const char *table, *columns, *from;
} compared[] =
    {{"roster", "code, *", " FROM %s.roster"},
     {"facility_key", "code, *", " FROM %s.facility_key"},
     {"collected", COLUMNS "1", " FROM %s.collected"},
     {"collected_finding",
      "c.file, entry, status, severity, t.count, t.population, t.amount",
      FROM_FILE("collected_finding")},
     {"collected_problem",
      "c.file, t.no, entry, item, state, t.source, severity, certainty, t.found,"
      " t.reported, due, done, t.closed, t.counted, t.extended, relapses, t.unreported,"
      " t.refund",
      FROM_FILE("collected_problem")},
     {"collected_member",
      "c.file, t.code, t.name, t.class, t.grade, t.ownership, t.town, t.expected,"
      " t.position",
      FROM_FILE("collected_member")},
     {"arrival", "file, name, received", " FROM %s.arrival"},
     {"decision", "file, decision, reason, day, by", " FROM %s.decision"},
     {"receipt", "file, state, sha256, day", " FROM %s.receipt"},
     {"standing", "c.file, t.plan, t.round, t.facility, t.state, t.counts, t.reason",
      FROM_FILE("standing")}};

static void print_select(zc_buffer *sql, size_t at, const char *schema)
{
  zc_buffer_print(sql, "SELECT %s", compared[at].columns);
  for (const char *from = compared[at].from; *from != '\0';) {
    size_t size = strcspn(from, "%");
    zc_buffer_add(sql, from, size);
    from += size;
    if (*from == '%') {
      zc_buffer_text(sql, schema);
      from += 2;
    }
  }
}

/* Rows of one that the other does not have; in a row of the answer count and example. */
static zc_code count_others(zc_store *store, size_t at, const char *one,
                            const char *other, json_t **row, zc_err *err)
{
  json_t *rows = NULL;
  zc_buffer sql = {0};
  zc_buffer_text(&sql, "WITH x AS (");
  print_select(&sql, at, one);
  zc_buffer_text(&sql, " EXCEPT ");
  print_select(&sql, at, other);
  zc_buffer_print(&sql, ") SELECT count(*), coalesce(min(%s), '') FROM x",
                  strncmp(compared[at].columns, "code", 4) == 0 ? "code" : "file");
  zc_code code = zc_buffer_check(&sql, err);
  if (code == ZC_OK)
    code = zc_sql(store, sql.data, NULL, &rows, err);
  *row = json_incref(json_array_get(rows, 0));
  json_decref(rows);
  zc_buffer_free(&sql);
  return code;
}

static zc_code compare_table(zc_store *store, size_t at, zc_ledger_visit *visit,
                             void *context, zc_err *err)
{
  json_t *kept = NULL, *made = NULL;
  zc_code code = count_others(store, at, "main", "temp", &kept, err);
  if (code == ZC_OK)
    code = count_others(store, at, "temp", "main", &made, err);
  json_int_t first = json_integer_value(json_array_get(kept, 0)),
             second = json_integer_value(json_array_get(made, 0));
  if (code == ZC_OK && first + second > 0) {
    json_t *told = json_pack("{s:s, s:I, s:O}", "table", compared[at].table, "count",
                             first > second ? first : second, "example",
                             json_array_get(first > 0 ? kept : made, 1));
    code = told == NULL ? zc_fail_memory(err) : visit(context, told, err);
    json_decref(told);
  }
  json_decref(kept);
  json_decref(made);
  return code;
}

zc_code zc_office_compare(zc_store *store, zc_ledger_visit *visit, void *context,
                          zc_err *err)
{
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < sizeof compared / sizeof *compared; i++)
    code = compare_table(store, i, visit, context, err);
  return code;
}

zc_code zc_office_replace(zc_store *store, zc_err *err)
{
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < TABLES; i++) {
    zc_buffer sql = {0};
    zc_buffer_print(&sql, "DELETE FROM main.%s", tables[i]);
    code = zc_buffer_check(&sql, err);
    if (code == ZC_OK)
      code = zc_sql(store, sql.data, NULL, NULL, err);
    sql.size = 0;
    zc_buffer_print(&sql, "INSERT INTO main.%s SELECT * FROM temp.%s", tables[i],
                    tables[i]);
    if (code == ZC_OK)
      code = zc_buffer_check(&sql, err);
    if (code == ZC_OK)
      code = zc_sql(store, sql.data, NULL, NULL, err);
    zc_buffer_free(&sql);
  }
  return code;
}
