#include "store/aside.h"

#include <string.h>

#include "store/collected.h"
#include "store/schema.h"
#include "store/sql.h"

#define COLUMN(name) "t." #name ", "
#define OF(table) " FROM %s." table " AS t"
#define OF_FILE(table) OF(table) " LEFT JOIN %s.collected AS c ON c.no = t.report"
#define FILE_EXAMPLE(c)                                                                \
  "coalesce(nullif(" c ".facility, '') || ' ' || " c ".day, " c ".name)"
#define OF_PLAN "t.plan || ' ' || "

/* `key` is a text by which a row is known, `example` what people know it by (NULL: the key), `columns`
 * what it says, without numbers that only count rows; %s in `from` stands for the schema. */
static const struct {
  zc_made_from made;
  const char *table, *title, *key, *example, *columns, *from;
} tables[] = {
    {ZC_FROM_PROBLEMS, "problem", NULL, NULL, NULL, NULL, NULL},
    {ZC_FROM_PROBLEMS, "instance", NULL, NULL, NULL, NULL, NULL},
    {ZC_FROM_PROBLEMS, "citation", NULL, NULL, NULL, NULL, NULL},
    {ZC_FROM_EVENTS, "visit", N_("inspections"),
     OF_PLAN "t.facility || ' ' || t.subject || ' ' || t.day || ' ' || t.team || ' ' ||"
             " t.kind",
     "t.facility || t.subject || ' ' || t.day", "t.*", OF("visit")},
    {ZC_FROM_EVENTS, "inspected", N_("problems of inspections"),
     "t.visit || ' ' || t.no",
     "coalesce(v.facility || v.subject || ' ' || v.day || ' ', '') || t.title", "t.*",
     OF("inspected") " LEFT JOIN %s.visit AS v ON v.no = t.visit"},
    {ZC_FROM_EVENTS, "legal_case", N_("cases"), OF_PLAN "t.no", "t.no", "t.*",
     OF("legal_case")},
    {ZC_FROM_EVENTS, "register_row", N_("rows of registers"),
     OF_PLAN "t.register || ' ' || t.line", "t.register || ' ' || t.line", "t.*",
     OF("register_row")},
    {ZC_FROM_EVENTS, "register_head", N_("columns of registers"), OF_PLAN "t.register",
     "t.register", "t.*", OF("register_head")},
    {ZC_FROM_EVENTS, "register_void", N_("rows of registers that were taken back"),
     OF_PLAN "t.register || ' ' || t.line", "t.register || ' ' || t.line", "t.*",
     OF("register_void")},
    {ZC_FROM_EVENTS, "withdrawn", N_("cases and inspections that were taken back"),
     OF_PLAN "t.kind || ' ' || t.key", "rtrim(replace(t.key, char(31), ' '))", "t.*",
     OF("withdrawn")},
    {ZC_FROM_EVENTS, "manual_figure", N_("figures entered by hand"),
     OF_PLAN "t.round || ' ' || t.line || ' ' || t.class",
     "t.round || ' ' || t.line || iif(t.class = '', '', ' ' || t.class)", "t.*",
     OF("manual_figure")},
    {ZC_FROM_FILES, "roster", N_("roster"), OF_PLAN "t.code", "t.code", "t.*",
     OF("roster")},
    {ZC_FROM_FILES, "facility_key", N_("keys of facilities"), "t.code || ' ' || t.key",
     "t.code", "t.*", OF("facility_key")},
    {ZC_FROM_FILES, "collected", N_("files that came in"), "t.file", FILE_EXAMPLE("t"),
     ZC_FACT_TEXTS(COLUMN) ZC_FACT_NUMBERS(COLUMN) "1", OF("collected")},
    {ZC_FROM_FILES, "collected_finding", N_("findings of reports"),
     "coalesce(c.file, '') || ' ' || t.entry", FILE_EXAMPLE("c"),
     "t.entry, t.status, t.severity, t.count, t.population, t.amount",
     OF_FILE("collected_finding")},
    {ZC_FROM_FILES, "collected_problem", N_("problems of reports"),
     "coalesce(c.file, '') || ' ' || t.no", FILE_EXAMPLE("c"),
     "t.no, t.entry, t.item, t.state, t.source, t.severity, t.certainty, t.found,"
     " t.reported, t.due, t.done, t.closed, t.counted, t.extended, t.relapses,"
     " t.unreported, t.refund",
     OF_FILE("collected_problem")},
    {ZC_FROM_FILES, "collected_member", N_("facilities in the reports of offices"),
     "coalesce(c.file, '') || ' ' || t.code", "t.code",
     "t.code, t.name, t.class, t.grade, t.ownership, t.town, t.expected, t.position",
     OF_FILE("collected_member")},
    {ZC_FROM_FILES, "collected_figure", N_("figures in the reports of offices"),
     "coalesce(c.file, '') || ' ' || t.kind || ' ' || t.key || ' ' || t.name",
     "t.kind || ' ' || t.key || ' ' || t.name", "t.kind, t.key, t.name, t.value",
     OF_FILE("collected_figure")},
    {ZC_FROM_FILES, "arrival", N_("files that came again"), "t.file || ' ' || t.name",
     "t.name", "t.*", OF("arrival")},
    {ZC_FROM_FILES, "standing", N_("states of files"), "coalesce(c.file, '')",
     FILE_EXAMPLE("c"), "t.plan, t.round, t.facility, t.state, t.counts, t.reason",
     OF_FILE("standing")},
    {ZC_FROM_FILES, "decision", N_("decisions about files"), "t.file",
     "substr(t.file, 1, 12)", "t.*", OF("decision")},
    {ZC_FROM_FILES, "receipt", N_("receipts"), "t.file", "substr(t.file, 1, 12)", "t.*",
     OF("receipt")}};
#define TABLES (sizeof tables / sizeof *tables)

const char *zc_table_title(const char *table)
{
  for (size_t i = 0; i < TABLES; i++)
    if (tables[i].title != NULL && strcmp(tables[i].table, table) == 0)
      return tables[i].title;
  return strcmp(table, "checklist") == 0 ? N_("checklists of plans") : table;
}

/* ---- making, dropping, replacing --------------------------------------------------------- */

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

zc_code zc_aside_make(zc_store *store, zc_made_from from, zc_err *err)
{
  zc_store fresh;
  zc_code code = zc_schema_fresh(store, &fresh, err);
  if (code != ZC_OK)
    return code;
  for (size_t i = 0; code == ZC_OK && i < TABLES; i++) {
    if (tables[i].made != from)
      continue;
    json_t *binds = zc_sql_binds("s", tables[i].table);
    code = binds == NULL ? zc_fail_memory(err)
                         : zc_sql_each(&fresh,
                                       "SELECT sql FROM sqlite_schema WHERE type ="
                                       " 'table' AND name = ?1",
                                       binds, make_table, store, err);
    json_decref(binds);
  }
  sqlite3_close(fresh.db);
  if (code == ZC_OK && from == ZC_FROM_FILES)
    code = zc_sql(store,
                  "CREATE INDEX temp.aside_source ON collected (source)"
                  " WHERE source <> ''",
                  NULL, NULL, err);
  return code;
}

void zc_aside_drop(zc_store *store, zc_made_from from)
{
  zc_sql_forget(store);
  for (size_t i = 0; i < TABLES; i++) {
    zc_buffer sql = {0};
    zc_buffer_print(&sql, "DROP TABLE IF EXISTS temp.%s", tables[i].table);
    if (tables[i].made == from && !sql.failed)
      sqlite3_exec(store->db, sql.data, NULL, NULL, NULL);
    zc_buffer_free(&sql);
  }
}

/* Runs a statement that names the table once or twice. */
static zc_code run(zc_store *store, const char *before, const char *between, size_t at,
                   zc_err *err)
{
  zc_buffer sql = {0};
  zc_buffer_print(&sql, "%s%s%s%s", before, tables[at].table,
                  between == NULL ? "" : between,
                  between == NULL ? "" : tables[at].table);
  zc_code code = zc_buffer_check(&sql, err);
  if (code == ZC_OK)
    code = zc_sql(store, sql.data, NULL, NULL, err);
  zc_buffer_free(&sql);
  return code;
}

zc_code zc_aside_clear(zc_store *store, zc_made_from from, zc_err *err)
{
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < TABLES; i++)
    if (tables[i].made == from)
      code = run(store, "DELETE FROM main.", NULL, i, err);
  return code;
}

zc_code zc_aside_replace(zc_store *store, zc_made_from from, zc_err *err)
{
  zc_code code = zc_aside_clear(store, from, err);
  for (size_t i = 0; code == ZC_OK && i < TABLES; i++)
    if (tables[i].made == from)
      code = run(store, "INSERT INTO main.", " SELECT * FROM temp.", i, err);
  return code;
}

/* ---- comparing ------------------------------------------------------------------------------- */

/* The rows of one side: what they are known by, and what they say or an example of them. */
static void print_select(zc_buffer *sql, size_t at, const char *schema, bool example)
{
  zc_buffer_print(sql, "SELECT %s AS k, %s", tables[at].key,
                  !example                     ? tables[at].columns
                  : tables[at].example == NULL ? tables[at].key
                                               : tables[at].example);
  zc_buffer_text(sql, example ? " AS e" : "");
  for (const char *from = tables[at].from; *from != '\0';) {
    size_t size = strcspn(from, "%");
    zc_buffer_add(sql, from, size);
    from += size;
    if (*from == '%') {
      zc_buffer_text(sql, schema);
      from += 2;
    }
  }
}

/* `others` are rows that were made and are not kept so, `own` those that are kept and were not made. */
static void print_difference(zc_buffer *sql, size_t at)
{
  static const char *const sides[][3] = {{"WITH kept AS (", "main", ""},
                                         {"), kept_as AS (", "main", "e"},
                                         {"), made AS (", "temp", ""},
                                         {"), made_as AS (", "temp", "e"}};
  for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
    zc_buffer_text(sql, sides[i][0]);
    print_select(sql, at, sides[i][1], *sides[i][2] != '\0');
  }
  zc_buffer_text(sql, "), others AS (SELECT * FROM made EXCEPT SELECT * FROM kept),"
                      " own AS (SELECT * FROM kept EXCEPT SELECT * FROM made) ");
}

static zc_code ask(zc_store *store, size_t at, const char *question, json_t **row,
                   zc_err *err)
{
  zc_buffer sql = {0};
  json_t *rows = NULL;
  print_difference(&sql, at);
  zc_buffer_text(&sql, question);
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
#define PART(rows, as, keys)                                                           \
  "SELECT count(*), coalesce((SELECT min(e) FROM " as                                  \
  " WHERE k IN (SELECT k FROM " rows " WHERE k " keys ")), '') FROM " rows             \
  " WHERE k " keys
  static const struct {
    const char *what, *question;
  } parts[] = {{"changed", PART("others", "made_as", "IN (SELECT k FROM kept)")},
               {"missing", PART("others", "made_as", "NOT IN (SELECT k FROM kept)")},
               {"extra", PART("own", "kept_as", "NOT IN (SELECT k FROM made)")}};
#undef PART
  json_t *row = NULL;
  zc_code code = ask(store, at,
                     "SELECT EXISTS (SELECT 1 FROM others) OR"
                     " EXISTS (SELECT 1 FROM own)",
                     &row, err);
  bool differs = json_integer_value(json_array_get(row, 0)) != 0;
  json_decref(row);
  for (size_t i = 0; code == ZC_OK && differs && i < sizeof parts / sizeof *parts;
       i++) {
    code = ask(store, at, parts[i].question, &row, err);
    if (code == ZC_OK && json_integer_value(json_array_get(row, 0)) > 0) {
      json_t *told = json_pack("{s:s, s:s, s:O, s:O}", "table", tables[at].table,
                               "what", parts[i].what, "count", json_array_get(row, 0),
                               "example", json_array_get(row, 1));
      code = told == NULL ? zc_fail_memory(err) : visit(context, told, err);
      json_decref(told);
    }
    json_decref(row);
  }
  return code;
}

zc_code zc_aside_compare(zc_store *store, zc_made_from from, zc_ledger_visit *visit,
                         void *context, zc_err *err)
{
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < TABLES; i++)
    if (tables[i].made == from && tables[i].key != NULL)
      code = compare_table(store, i, visit, context, err);
  return code;
}

void zc_aside_fault(const json_t *told, zc_err *what)
{
  const char *kind = zc_text_of(told, "what");
  zc_fail(
      what, ZC_EDATA,
      strcmp(kind, "changed") == 0
          ? N_("{count} entries are others than the events and files make, such as "
               "{example}; `zicha verify --mend` makes them again")
      : strcmp(kind, "missing") == 0
          ? N_("{count} entries that the events and files make are missing, such as "
               "{example}; `zicha verify --mend` makes them again")
          : N_("{count} entries are there that no event or file makes, such as "
               "{example}; `zicha verify --mend` takes them out"),
      "count", ZC_DIGITS(zc_get_integer(told, "count", 0)), "example",
      zc_text_of(told, "example"), NULL);
}
