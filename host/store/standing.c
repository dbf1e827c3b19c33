#include "store/standing.h"

#include <stdlib.h>
#include <string.h>

#include "store/sql.h"

/* ---- reading ------------------------------------------------------------------------ */

static const char *copy(zc_filed_list *list, sqlite3_stmt *s, int column, bool *failed)
{
  const char *text = (const char *)sqlite3_column_text(s, column);
  int size = sqlite3_column_bytes(s, column);
  if (text == NULL || size == 0)
    return "";
  char *own = zc_arena_copy(&list->arena, text, (size_t)size);
  *failed |= own == NULL;
  return own == NULL ? "" : own;
}

static int64_t number(sqlite3_stmt *s, int column)
{
  return sqlite3_column_type(s, column) == SQLITE_NULL
             ? -1
             : sqlite3_column_int64(s, column);
}

static bool read_file(zc_filed_list *list, sqlite3_stmt *s)
{
  bool failed = false;
  zc_filed *f = &list->files[list->count++];
  const char **const texts[] = {&f->file,       &f->kind,     &f->name,
                                &f->received,   &f->fault,    &f->detail,
                                &f->report,     &f->run,      &f->plan,
                                &f->facility,   &f->day,      &f->head,
                                &f->corrects,   &f->key_id,   &f->signer,
                                &f->source,     &f->via,      &f->round_day,
                                &f->round_from, &f->round_id, &f->round,
                                &f->state,      &f->reason};
  int count = (int)(sizeof texts / sizeof *texts);
  for (int i = 0; i < count; i++)
    *texts[i] = copy(list, s, i, &failed);
  f->no = sqlite3_column_int64(s, count);
  f->seq = number(s, count + 1);
  f->checklist = number(s, count + 2);
  f->counts = sqlite3_column_int(s, count + 3) != 0;
  f->brief = sqlite3_column_int(s, count + 4) != 0;
  f->looked = sqlite3_column_int64(s, count + 5);
  return !failed;
}

static zc_code read_all(zc_store *store, zc_filed_list *list, size_t room, zc_err *err)
{
  sqlite3_stmt *s = NULL;
  bool good = true;
  int result = SQLITE_DONE;
  zc_code code = zc_sql_prepare(
      store,
      "SELECT file, kind, name, received, fault, detail, c.report, run, c.plan,"
      " c.facility, day, head, corrects, key_id, signer, source, via, round_day,"
      " round_from, round_id, coalesce(round, ''),"
      " coalesce(state, ''), coalesce(reason, ''), no, seq, checklist,"
      " coalesce(counts, 0), coalesce(brief, 0), coalesce(looked, 0)"
      " FROM collected AS c"
      " LEFT JOIN standing AS s ON s.report = no ORDER BY no",
      NULL, &s, err);
  while (code == ZC_OK && good && list->count < room &&
         (result = sqlite3_step(s)) == SQLITE_ROW)
    good = read_file(list, s);
  if (code == ZC_OK && !good)
    code = zc_fail_memory(err);
  else if (code == ZC_OK && result != SQLITE_DONE && result != SQLITE_ROW)
    code = zc_sql_fail(store, result, err);
  sqlite3_finalize(s);
  return code;
}

zc_code zc_filed_read(zc_store *store, zc_filed_list *list, zc_err *err)
{
  json_t *rows = NULL;
  *list = (zc_filed_list){0};
  zc_code code = zc_sql(store, "SELECT count(*) FROM collected", NULL, &rows, err);
  if (code != ZC_OK)
    return code;
  size_t room = (size_t)json_integer_value(json_array_get(json_array_get(rows, 0), 0));
  json_decref(rows);
  list->files = calloc(room + 1, sizeof *list->files);
  return list->files == NULL ? zc_fail_memory(err) : read_all(store, list, room, err);
}

void zc_filed_free(zc_filed_list *list)
{
  zc_arena_free(&list->arena);
  free(list->files);
  *list = (zc_filed_list){0};
}

/* ---- keeping ------------------------------------------------------------------------ */

static const char put[] =
    "INSERT INTO standing (report, plan, round, facility, state, counts, reason)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (report) DO UPDATE SET"
    " plan = excluded.plan, round = excluded.round, facility = excluded.facility,"
    " state = excluded.state, counts = excluded.counts, reason = excluded.reason"
    " WHERE round <> excluded.round OR state <> excluded.state"
    " OR counts <> excluded.counts OR reason <> excluded.reason"
    " OR plan <> excluded.plan OR facility <> excluded.facility";

static zc_code put_one(zc_store *store, const zc_filed *f, size_t *changed, zc_err *err)
{
  sqlite3_stmt *s;
  zc_code code = zc_sql_kept(store, put, &s, err);
  if (code != ZC_OK)
    return code;
  const char *const texts[] = {f->plan, f->round, f->facility, f->state};
  int result = sqlite3_bind_int64(s, 1, f->no);
  for (int i = 0; result == SQLITE_OK && i < 4; i++)
    result = sqlite3_bind_text(s, i + 2, texts[i], -1, SQLITE_STATIC);
  if (result == SQLITE_OK)
    result = sqlite3_bind_int(s, 6, f->counts);
  if (result == SQLITE_OK)
    result = sqlite3_bind_text(s, 7, f->reason, -1, SQLITE_STATIC);
  code = zc_sql_ran(store, s, result, err);
  if (code == ZC_OK && changed != NULL)
    *changed += (size_t)sqlite3_changes(store->db);
  return code;
}

zc_code zc_standing_put(zc_store *store, const zc_filed *const *files, size_t count,
                        size_t *changed, zc_err *err)
{
  zc_code code = ZC_OK;
  if (changed != NULL)
    *changed = 0;
  for (size_t i = 0; code == ZC_OK && i < count; i++)
    code = put_one(store, files[i], changed, err);
  return code;
}

zc_code zc_standing_keep(zc_store *store, const zc_filed *const *files, size_t count,
                         size_t *changed, zc_err *err)
{
  if (changed != NULL)
    *changed = 0;
  zc_code code = count == 0 ? ZC_OK : zc_sql_begin(store, err);
  if (code != ZC_OK || count == 0)
    return code;
  return zc_sql_end(store, zc_standing_put(store, files, count, changed, err), err);
}

zc_code zc_problems_kept(zc_store *store, int64_t earlier, int64_t later, bool *kept,
                         zc_err *err)
{
  json_t *row = NULL;
  zc_code code = zc_sql_again(
      store,
      "SELECT NOT EXISTS (SELECT 1 FROM collected_problem AS a WHERE a.report = ?1 AND"
      " NOT EXISTS (SELECT 1 FROM collected_problem AS b WHERE b.report = ?2 AND"
      " b.no = a.no))",
      zc_sql_binds("ii", earlier, later), &row, err);
  *kept = json_integer_value(json_array_get(row, 0)) != 0;
  json_decref(row);
  return code;
}

/* ---- decisions ---------------------------------------------------------------------- */

static zc_code add_decision(void *context, const json_t *row, zc_err *err)
{
  const char *file = zc_text_or(json_string_value(json_array_get(row, 0)), "");
  json_t *map = json_pack("{s:O, s:O, s:O, s:O, s:O}", "decision",
                          json_array_get(row, 1), "round", json_array_get(row, 2),
                          "reason", json_array_get(row, 3), "day",
                          json_array_get(row, 4), "by", json_array_get(row, 5));
  return json_object_set_new(context, file, map) == 0 ? ZC_OK : zc_fail_memory(err);
}

zc_code zc_decisions(zc_store *store, json_t **decisions, zc_err *err)
{
  json_t *map = json_object();
  *decisions = NULL;
  zc_code code =
      map == NULL
          ? zc_fail_memory(err)
          : zc_sql_each(store,
                        "SELECT file, decision, round, reason, day, by FROM decision",
                        NULL, add_decision, map, err);
  if (code == ZC_OK)
    *decisions = map;
  else
    json_decref(map);
  return code;
}

zc_code zc_decision_put(zc_store *store, const char *file, const char *decision,
                        const char *round, const char *reason, const char *day,
                        const char *by, zc_err *err)
{
  return zc_sql_again(
      store,
      "INSERT OR REPLACE INTO decision (file, decision, round, reason, day, by)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      zc_sql_binds("ssssss", file, decision, round, reason, day, by), NULL, err);
}

zc_code zc_decision_drop(zc_store *store, const char *file, zc_err *err)
{
  return zc_sql_again(store, "DELETE FROM decision WHERE file = ?1",
                      zc_sql_binds("s", file), NULL, err);
}
