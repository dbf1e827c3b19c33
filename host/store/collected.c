/* What an office keeps of each file that it was sent. */
#include "store/collected.h"

#include <stdlib.h>
#include <string.h>

#include "store/sql.h"

#define NAME(name) #name,
const char *const zc_fact_numbers[ZC_NUMBER_COUNT] = {ZC_FACT_NUMBERS(NAME)};
#undef NAME

void zc_facts_forget_unasked(int64_t numbers[ZC_NUMBER_COUNT])
{
  static const zc_fact_number unasked[] = {ZC_NUMBER_closed,     ZC_NUMBER_held,
                                           ZC_NUMBER_relapsed,   ZC_NUMBER_extended,
                                           ZC_NUMBER_extensions, ZC_NUMBER_inspected,
                                           ZC_NUMBER_unreported, ZC_NUMBER_reported,
                                           ZC_NUMBER_refund,     ZC_NUMBER_refund_self};
  for (size_t i = 0; i < sizeof unasked / sizeof *unasked; i++)
    numbers[unasked[i]] = ZC_UNKNOWN;
}

void zc_facts_free(zc_facts *facts)
{
  for (size_t i = 0; i < facts->member_count; i++)
    zc_arena_free(&facts->members[i].arena);
  free(facts->members);
  zc_arena_free(&facts->arena);
  *facts = (zc_facts){0};
}

/* ---- binding ---------------------------------------------------------------------- */

typedef struct {
  sqlite3_stmt *statement;
  int at, result;
} binding;

static void bind_text(binding *b, const char *text)
{
  if (b->result == SQLITE_OK)
    b->result = sqlite3_bind_text(b->statement, ++b->at, text, -1, SQLITE_STATIC);
}

static void bind_number(binding *b, int64_t number)
{
  if (b->result == SQLITE_OK)
    b->result = number == ZC_UNKNOWN
                    ? sqlite3_bind_null(b->statement, ++b->at)
                    : sqlite3_bind_int64(b->statement, ++b->at, number);
}

/* ---- keeping ---------------------------------------------------------------------- */

#define COLUMN(name) #name ", "
#define MARK(name) "?, "
static const char insert_facts[] = "INSERT INTO collected (" ZC_FACT_TEXTS(COLUMN)
    ZC_FACT_NUMBERS(COLUMN) "no) VALUES (" ZC_FACT_TEXTS(MARK)
        ZC_FACT_NUMBERS(MARK) "?)";
#undef COLUMN
#undef MARK

static zc_code keep_facts(zc_store *store, const zc_facts *facts, int64_t *no,
                          zc_err *err)
{
  binding b = {0};
  zc_code code = zc_sql_kept(store, insert_facts, &b.statement, err);
  if (code != ZC_OK)
    return code;
  for (size_t i = 0; i < ZC_TEXT_COUNT; i++)
    bind_text(&b, facts->texts[i]);
  for (size_t i = 0; i < ZC_NUMBER_COUNT; i++)
    bind_number(&b, facts->numbers[i]);
  bind_number(&b, *no == 0 ? ZC_UNKNOWN : *no);
  code = zc_sql_ran(store, b.statement, b.result, err);
  *no = sqlite3_last_insert_rowid(store->db);
  return code;
}

static const char insert_finding[] =
    "INSERT INTO collected_finding (report, entry, status, severity, count, population,"
    " amount) VALUES (?, ?, ?, ?, ?, ?, ?)";

static zc_code keep_finding(zc_store *store, const zc_fact_finding *finding, int64_t no,
                            zc_err *err)
{
  binding b = {0};
  const char status[] = {finding->status, '\0'};
  zc_code code = zc_sql_kept(store, insert_finding, &b.statement, err);
  if (code != ZC_OK)
    return code;
  bind_number(&b, no);
  bind_number(&b, finding->entry);
  bind_text(&b, status);
  bind_text(&b, finding->severity);
  bind_number(&b, finding->count);
  bind_number(&b, finding->population);
  bind_number(&b, finding->amount);
  return zc_sql_ran(store, b.statement, b.result, err);
}

static const char insert_problem[] =
    "INSERT INTO collected_problem (report, no, entry, item, state, source, severity,"
    " certainty, found, reported, due, done, closed, counted, extended, relapses,"
    " unreported, refund) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
    "?)";

static zc_code keep_problem(zc_store *store, const zc_fact_problem *problem, int64_t no,
                            zc_err *err)
{
  binding b = {0};
  zc_code code = zc_sql_kept(store, insert_problem, &b.statement, err);
  if (code != ZC_OK)
    return code;
  const char *const texts[] = {problem->item,     problem->state,     problem->source,
                               problem->severity, problem->certainty, problem->found,
                               problem->reported, problem->due,       problem->done,
                               problem->closed};
  bind_number(&b, no);
  bind_number(&b, problem->no);
  bind_number(&b, problem->entry);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    bind_text(&b, texts[i]);
  bind_number(&b, problem->counted);
  bind_number(&b, problem->extended);
  bind_number(&b, problem->relapses);
  bind_number(&b, problem->unreported);
  bind_number(&b, problem->refund);
  return zc_sql_ran(store, b.statement, b.result, err);
}

static zc_code keep_listed(zc_store *store, const zc_fact_listed *listed, int64_t no,
                           size_t position, zc_err *err)
{
  binding b = {0};
  zc_code code = zc_sql_kept(store,
                             "INSERT INTO collected_member (report, code, name, class,"
                             " grade, ownership, town, expected, position)"
                             " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                             &b.statement, err);
  if (code != ZC_OK)
    return code;
  const char *const texts[] = {listed->code,  listed->name,      listed->class,
                               listed->grade, listed->ownership, listed->town};
  bind_number(&b, no);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    bind_text(&b, texts[i]);
  bind_number(&b, listed->expected);
  bind_number(&b, (int64_t)position);
  return zc_sql_ran(store, b.statement, b.result, err);
}

static zc_code keep_told(zc_store *store, const zc_fact_figure *told, int64_t no,
                         zc_err *err)
{
  binding b = {0};
  zc_code code = zc_sql_kept(store,
                             "INSERT INTO collected_figure (report, kind, key, name,"
                             " value) VALUES (?, ?, ?, ?, ?)",
                             &b.statement, err);
  if (code != ZC_OK)
    return code;
  bind_number(&b, no);
  bind_text(&b, told->kind);
  bind_text(&b, told->key);
  bind_text(&b, told->name);
  bind_number(&b, told->value);
  return zc_sql_ran(store, b.statement, b.result, err);
}

/* `no` is the number that it had; 0: it is new. */
static zc_code keep(zc_store *store, const zc_facts *facts, int64_t no, zc_err *err)
{
  zc_code code = keep_facts(store, facts, &no, err);
  for (size_t i = 0; code == ZC_OK && i < facts->finding_count; i++)
    code = keep_finding(store, &facts->findings[i], no, err);
  for (size_t i = 0; code == ZC_OK && i < facts->problem_count; i++)
    code = keep_problem(store, &facts->problems[i], no, err);
  for (size_t i = 0; code == ZC_OK && i < facts->listed_count; i++)
    code = keep_listed(store, &facts->listed[i], no, i, err);
  for (size_t i = 0; code == ZC_OK && i < facts->told_count; i++)
    code = keep_told(store, &facts->told[i], no, err);
  for (size_t i = 0; code == ZC_OK && i < facts->member_count; i++)
    code = keep(store, &facts->members[i], 0, err);
  return code;
}

zc_code zc_collected_keep(zc_store *store, const zc_facts *facts, zc_err *err)
{
  return keep(store, facts, 0, err);
}

zc_code zc_collected_replace(zc_store *store, const zc_facts *facts, int64_t no,
                             zc_err *err)
{
#define PARTS                                                                          \
  "(SELECT no FROM collected WHERE source = (SELECT file FROM collected"               \
  " WHERE no = ?1) AND no <> ?1)"
  static const char *const statements[] =
      {"DELETE FROM collected_finding WHERE report IN " PARTS,
       "DELETE FROM collected_problem WHERE report IN " PARTS,
       "DELETE FROM standing WHERE report IN " PARTS,
       "DELETE FROM collected WHERE no IN " PARTS,
       "DELETE FROM collected_finding WHERE report = ?1",
       "DELETE FROM collected_problem WHERE report = ?1",
       "DELETE FROM collected_member WHERE report = ?1",
       "DELETE FROM collected_figure WHERE report = ?1",
       "DELETE FROM collected WHERE no = ?1"};
#undef PARTS
  json_t *row = NULL;
  zc_facts again = *facts;
  zc_code code = zc_sql_again(store,
                              "SELECT name, received FROM collected WHERE no = ?1",
                              zc_sql_binds("i", no), &row, err);
  again.texts[ZC_TEXT_name] = zc_text_or(json_string_value(json_array_get(row, 0)), "");
  again.texts[ZC_TEXT_received] = zc_text_or(json_string_value(json_array_get(row, 1)),
                                             "");
  for (size_t i = 0; code == ZC_OK && i < sizeof statements / sizeof *statements; i++)
    code = zc_sql_again(store, statements[i], zc_sql_binds("i", no), NULL, err);
  if (code == ZC_OK)
    code = keep(store, &again, no, err);
  json_decref(row);
  return code;
}

zc_code zc_arrival_keep(zc_store *store, const char *file, const char *name,
                        const char *received, bool *fresh, zc_err *err)
{
  json_t *row = NULL;
  zc_code code =
      zc_sql_again(store,
                   "SELECT 1 FROM collected WHERE file = ?1 AND name = ?2 UNION ALL"
                   " SELECT 1 FROM arrival WHERE file = ?1 AND name = ?2",
                   zc_sql_binds("ss", file, name), &row, err);
  *fresh = code == ZC_OK && row == NULL;
  json_decref(row);
  return *fresh ? zc_sql_again(store, "INSERT INTO arrival VALUES (?1, ?2, ?3)",
                               zc_sql_binds("sss", file, name, received), NULL, err)
                : code;
}

static zc_code add_file(void *context, const json_t *row, zc_err *err)
{
  const char *file = zc_text_or(json_string_value(json_array_get(row, 0)), "");
  json_int_t unread = json_integer_value(json_array_get(row, 1));
  return json_object_set_new(context, file,
                             unread == 0 ? json_true() : json_integer(unread)) == 0
             ? ZC_OK
             : zc_fail_memory(err);
}

zc_code zc_collected_files(zc_store *store, bool lists, json_t **files, zc_err *err)
{
  json_t *found = json_object();
  *files = NULL;
  zc_code code = found == NULL
                     ? zc_fail_memory(err)
                     : zc_sql_each(store,
                                   "SELECT file, iif(fault = 'unreadable', no, 0) FROM"
                                   " collected WHERE source = ''",
                                   NULL, add_file, found, err);
  if (code == ZC_OK && lists)
    code = zc_sql_each(store,
                       "SELECT DISTINCT source, 0 FROM collected WHERE source <> ''"
                       " AND via = ''",
                       NULL, add_file, found, err);
  if (code == ZC_OK)
    *files = found;
  else
    json_decref(found);
  return code;
}

zc_code zc_collected_number(zc_store *store, const char *file, int64_t *no, zc_err *err)
{
  json_t *row = NULL;
  zc_code code = zc_sql_again(store, "SELECT no FROM collected WHERE file = ?1",
                              zc_sql_binds("s", file), &row, err);
  *no = json_integer_value(json_array_get(row, 0));
  json_decref(row);
  return code;
}

zc_code zc_collected_behind(zc_store *store, int64_t last, bool *behind, zc_err *err)
{
  json_t *row = NULL;
  zc_code code = zc_sql_again(store,
                              "SELECT 1 FROM collected WHERE looked < 0 UNION ALL"
                              " SELECT 1 FROM collected WHERE looked > 0 AND"
                              " looked < ?1 LIMIT 1",
                              zc_sql_binds("i", last), &row, err);
  *behind = row != NULL;
  json_decref(row);
  return code;
}

/* ---- what was kept of one ------------------------------------------------------------- */

typedef struct {
  const char *const *keys;
  size_t count;
  json_t *list;
} mapping;

/* NULL is left out. */
static zc_code add_map(void *context, const json_t *row, zc_err *err)
{
  const mapping *m = context;
  json_t *map = json_object();
  int bad = map == NULL;
  for (size_t i = 0; i < m->count; i++)
    if (!json_is_null(json_array_get(row, i)))
      bad |= json_object_set(map, m->keys[i], json_array_get(row, i));
  bad |= json_array_append_new(m->list, map);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

static zc_code read_maps(zc_store *store, const char *sql, int64_t no,
                         const char *const *keys, size_t count, json_t **list,
                         zc_err *err)
{
  json_t *binds = zc_sql_binds("i", no);
  mapping m = {keys, count, json_array()};
  *list = NULL;
  zc_code code = binds == NULL || m.list == NULL
                     ? zc_fail_memory(err)
                     : zc_sql_each(store, sql, binds, add_map, &m, err);
  json_decref(binds);
  if (code == ZC_OK)
    *list = m.list;
  else
    json_decref(m.list);
  return code;
}

zc_code zc_collected_findings(zc_store *store, int64_t no, json_t **findings,
                              zc_err *err)
{
  static const char *const keys[] = {"entry", "status",     "severity",
                                     "count", "population", "amount"};
  return read_maps(store,
                   "SELECT entry, status, severity, count, population, amount"
                   " FROM collected_finding WHERE report = ?1 ORDER BY entry",
                   no, keys, sizeof keys / sizeof *keys, findings, err);
}

zc_code zc_collected_problems(zc_store *store, int64_t no, json_t **problems,
                              zc_err *err)
{
  static const char *const keys[] = {"no",       "item",      "state",      "source",
                                     "severity", "certainty", "found",      "reported",
                                     "due",      "done",      "closed",     "counted",
                                     "extended", "relapses",  "unreported", "refund"};
  return read_maps(store,
                   "SELECT no, item, state, source, severity, certainty, found,"
                   " reported, due, done, closed, counted, extended, relapses,"
                   " unreported, refund FROM collected_problem WHERE report = ?1"
                   " ORDER BY no",
                   no, keys, sizeof keys / sizeof *keys, problems, err);
}

/* ---- checklists ------------------------------------------------------------------- */

zc_code zc_checklist_put(zc_store *store, const char *plan, const char *version,
                         const char *hash, const json_t *body, zc_err *err)
{
  zc_buffer text = {0};
  zc_code code = zc_json_canonical(body, &text, err);
  if (code == ZC_OK)
    code = zc_sql_again(store,
                        "INSERT INTO checklist (plan, version, hash, body)"
                        " VALUES (?1, ?2, ?3, ?4) ON CONFLICT (hash) DO UPDATE SET"
                        " plan = excluded.plan, version = excluded.version,"
                        " body = excluded.body",
                        zc_sql_binds("ssss", plan, version, hash, text.data), NULL,
                        err);
  zc_buffer_free(&text);
  return code;
}

/* Whether it is kept as it is. */
static zc_code is_kept(zc_store *store, const char *plan, const char *version,
                       const char *hash, const json_t *body, bool *same, zc_err *err)
{
  json_t *row = NULL;
  zc_buffer text = {0};
  zc_code code =
      zc_sql_again(store, "SELECT body, plan, version FROM checklist WHERE hash = ?1",
                   zc_sql_binds("s", hash), &row, err);
  if (code == ZC_OK)
    code = zc_json_canonical(body, &text, err);
  const char *const texts[] = {zc_text_or(text.data, ""), plan, version};
  *same = row != NULL;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    *same &= strcmp(zc_text_or(json_string_value(json_array_get(row, i)), ""),
                    texts[i]) == 0;
  zc_buffer_free(&text);
  json_decref(row);
  return code;
}

zc_code zc_checklist_keep(zc_store *store, const char *plan, const char *version,
                          const char *hash, const json_t *body, zc_err *err)
{
  bool same = false;
  zc_code code = is_kept(store, plan, version, hash, body, &same, err);
  if (code != ZC_OK || same)
    return code;
  code = zc_sql_begin(store, err);
  return code == ZC_OK
             ? zc_sql_end(store,
                          zc_checklist_put(store, plan, version, hash, body, err), err)
             : code;
}

static zc_code add_text(void *context, const json_t *row, zc_err *err)
{
  static const char *const names[] = {"plan", "version", "hash", "text"};
  json_t *map = json_object();
  int bad = map == NULL;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    bad |= json_object_set(map, names[i], json_array_get(row, i));
  bad |= json_array_append_new(context, map);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

zc_code zc_checklist_texts(zc_store *store, json_t **texts, zc_err *err)
{
  *texts = json_array();
  return *texts == NULL ? zc_fail_memory(err)
                        : zc_sql_each(store,
                                      "SELECT plan, version, hash, body FROM checklist"
                                      " ORDER BY no",
                                      NULL, add_text, *texts, err);
}

static zc_code add_checklist(void *context, const json_t *row, zc_err *err)
{
  json_t *entries = NULL;
  const json_t *body = json_array_get(row, 4);
  zc_code code = zc_json_parse(zc_text_or(json_string_value(body), ""),
                               json_string_length(body), &entries, err);
  if (code != ZC_OK)
    return code;
  json_t *map = json_pack("{s:O, s:O, s:O, s:O, s:o}", "no", json_array_get(row, 0),
                          "plan", json_array_get(row, 1), "version",
                          json_array_get(row, 2), "hash", json_array_get(row, 3),
                          "body", entries);
  return json_array_append_new(context, map) == 0 ? ZC_OK : zc_fail_memory(err);
}

zc_code zc_checklists(zc_store *store, json_t **checklists, zc_err *err)
{
  json_t *list = json_array();
  *checklists = NULL;
  zc_code code = list == NULL
                     ? zc_fail_memory(err)
                     : zc_sql_each(store,
                                   "SELECT no, plan, version, hash, body FROM checklist"
                                   " ORDER BY no",
                                   NULL, add_checklist, list, err);
  if (code == ZC_OK)
    *checklists = list;
  else
    json_decref(list);
  return code;
}
