#include "author/trial.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/judging.h"
#include "cli/scanning.h"
#include "cli/values.h"

/* ---- tables -------------------------------------------------------------------- */

/* The rows of a case as a file that has no name; *fd is owned. */
static zc_code make_file(const char *csv, int *fd, zc_err *err)
{
  size_t size = strlen(csv);
  *fd = memfd_create("zicha-case", MFD_CLOEXEC);
  if (*fd < 0)
    return zc_fail_system(err, ZC_EIO, errno, "cannot keep a table: {reason_term}",
                          NULL);
  for (size_t at = 0; at < size;) {
    ssize_t put = write(*fd, csv + at, size - at);
    if (put < 0 && errno == EINTR)
      continue;
    if (put <= 0) {
      close(*fd);
      return zc_fail_system(err, ZC_EIO, errno, "cannot keep a table: {reason_term}",
                            NULL);
    }
    at += (size_t)put;
  }
  return ZC_OK;
}

/* Headers are the columns' own ids, whatever else other columns may be called. */
static json_t *own_headers(const json_t *dataset)
{
  json_t *map = json_object();
  size_t index;
  const json_t *column;
  int bad = map == NULL;
  json_array_foreach(json_object_get(dataset, "columns"), index, column)
      bad |= json_object_set(map, zc_get_text(column, "id"),
                             json_object_get(column, "id"));
  json_t *options = bad != 0 ? NULL : json_pack("{s:O}", "map", map);
  json_decref(map);
  return options;
}

/* What the store would say of the table after an import. */
static json_t *imported(const json_t *one, const json_t *dataset, json_t *options,
                        const json_t *summary)
{
  static const char *const kept[] = {"rows", "malformed", "from", "to", NULL};
  json_t *table = json_object();
  int bad = json_object_set(table, "file", json_object_get(one, "file"));
  bad |= json_object_set(table, "title", json_object_get(dataset, "title"));
  bad |= json_object_set(table, "options", options);
  for (const char *const *key = kept; *key != NULL; key++) {
    json_t *value = json_object_get(summary, *key);
    if (value != NULL)
      bad |= json_object_set(table, *key, value);
  }
  if (json_object_get(one, "covers") != NULL)
    bad |= json_object_set(table, "covers", json_object_get(one, "covers"));
  if (bad == 0)
    return table;
  json_decref(table);
  return NULL;
}

/* What the importer found wrong, in the places of the case. */
static zc_code place_faults(zc_plan *plan, const json_t *one, const char *id,
                            const json_t *given, json_t *reply, json_t *faults,
                            zc_err *err)
{
  json_t *answer = NULL;
  zc_code code = zc_plan_call(plan, "case_faults",
                              json_pack("{s:O, s:s, s:O, s:O}", "file",
                                        json_object_get(one, "file"), "table", id,
                                        "rows", json_object_get(given, "rows"), "reply",
                                        reply),
                              &answer, err);
  if (code == ZC_OK &&
      json_array_extend(faults, json_object_get(answer, "faults")) != 0)
    code = zc_fail_memory(err);
  json_decref(answer);
  return code;
}

/* Reads one table of a case like an import; what it is then stands in `tables`. */
static zc_code import_table(zc_plan *plan, const json_t *one, const char *id,
                            const json_t *given, json_t *tables, json_t *faults,
                            zc_err *err)
{
  json_t *dataset = (json_t *)zc_plan_dataset(plan, id), *reply = NULL;
  json_t *options = own_headers(dataset);
  int fd;
  if (options == NULL)
    return zc_fail_memory(err);
  zc_code code = make_file(zc_get_text(given, "csv"), &fd, err);
  if (code == ZC_OK) {
    code = zc_table_scan(plan->cli, dataset, fd, zc_get_text(one, "file"), options,
                         zc_get_text(one, "today"), &reply, err);
    close(fd);
  }
  if (code == ZC_OK)
    code = place_faults(plan, one, id, given, reply, faults, err);
  if (code == ZC_OK &&
      json_object_set_new(tables, id,
                          imported(one, dataset, options,
                                   json_object_get(reply, "summary"))) != 0)
    code = zc_fail_memory(err);
  json_decref(reply);
  json_decref(options);
  return code;
}

/* Adds to the case what its tables are: {table: as the store has it}. */
static zc_code import_tables(zc_plan *plan, json_t *one, json_t *faults, zc_err *err)
{
  json_t *tables = json_object(), *given;
  const char *id;
  zc_code code = json_object_set_new(one, "imported", tables) == 0
                     ? ZC_OK
                     : zc_fail_memory(err);
  json_object_foreach(json_object_get(one, "none"), id, given)
  {
    json_t *absent = json_pack("{s:O, s:O}", "absent", given, "title",
                               json_object_get(zc_plan_dataset(plan, id), "title"));
    if (code == ZC_OK && json_object_set_new(tables, id, absent) != 0)
      code = zc_fail_memory(err);
  }
  json_object_foreach(json_object_get(one, "tables"), id, given)
  {
    if (code == ZC_OK)
      code = import_table(plan, one, id, given, tables, faults, err);
  }
  return code;
}

zc_code zc_trial_import(zc_plan *plan, json_t *cases, json_t *faults, zc_err *err)
{
  zc_code code = ZC_OK;
  size_t index;
  json_t *one;
  json_array_foreach(cases, index, one)
  {
    if (code == ZC_OK)
      code = import_tables(plan, one, faults, err);
  }
  return code;
}

/* ---- one case ------------------------------------------------------------------ */

/* Opens the case's files and starts the process that reads them. */
static zc_code open_tables(const zc_plan *plan, const json_t *one,
                           zc_opened_tables *opened, zc_err *err)
{
  const char *id;
  json_t *given;
  json_t *tables = json_object_get(one, "tables");
  zc_code code = ZC_OK;
  *opened = (zc_opened_tables){0};
  opened->handed = calloc(json_object_size(tables) + 1, sizeof *opened->handed);
  if (opened->handed == NULL)
    return zc_fail_memory(err);
  json_object_foreach(tables, id, given)
  {
    int fd;
    if (code == ZC_OK)
      code = make_file(zc_get_text(given, "csv"), &fd, err);
    if (code != ZC_OK)
      break;
    opened->handed[opened->count++] = (zc_handed){.id = id, .fd = fd};
    int64_t rows = (int64_t)json_array_size(json_object_get(given, "rows"));
    opened->rows = rows > opened->rows ? rows : opened->rows;
  }
  if (code == ZC_OK && zc_plan_has_rules(plan))
    code = zc_worker_start(plan->home->evaluator, opened->handed, opened->count,
                           plan->cli->threads, &opened->worker, err);
  if (code != ZC_OK)
    zc_tables_close(opened);
  return code;
}

/* Keeps a fault of a rule that no case before has told. */
static int keep_faults(json_t *told, const json_t *faults)
{
  size_t index, inner;
  json_t *fault, *other;
  int bad = 0;
  json_array_foreach(faults, index, fault)
  {
    bool known = false;
    json_array_foreach(told, inner, other) known |= json_equal(other, fault);
    if (!known)
      bad |= json_array_append(told, fault);
  }
  return bad;
}

/* A whole check of the case, as `check` has it; *record is owned. */
static zc_code check_case(zc_plan *plan, const json_t *one, zc_opened_tables *opened,
                          json_t *rule_faults, json_t **record, zc_err *err)
{
  json_t *facility = NULL;
  zc_judging judging = {.plan = plan,
                        .answers = json_object_get(one, "answers"),
                        .evidence = json_object_get(one, "evidence"),
                        .tables = json_object_get(one, "imported"),
                        .opened = opened,
                        .today = zc_get_text(one, "today"),
                        .from = zc_get_text(one, "from"),
                        .to = zc_get_text(one, "to"),
                        .run = ""};
  *record = NULL;
  zc_code code = zc_plan_call(plan, "facility",
                              json_incref(json_object_get(one, "facility")), &facility,
                              err);
  if (code == ZC_OK)
    code = zc_values_take(plan, opened, json_object_get(one, "imported"), err);
  if (code == ZC_OK)
    code = zc_judging_begin(&judging, err);
  if (code == ZC_OK)
    code = zc_judging_end(&judging, record, err);
  if (code == ZC_OK && keep_faults(rule_faults, judging.faults) != 0)
    code = zc_fail_memory(err);
  zc_judging_free(&judging);
  json_decref(facility);
  return code;
}

/* The case's result, appended to `results`. */
static zc_code run_case(zc_plan *plan, json_t *one, zc_opened_tables *opened,
                        json_t *results, json_t *rule_faults, zc_err *err)
{
  json_t *record = NULL, *result = NULL, *expected = NULL;
  zc_code code = check_case(plan, one, opened, rule_faults, &record, err);
  if (code == ZC_OK) {
    expected = json_pack("{s:O, s:O, s:O, s:O}", "name", json_object_get(one, "name"),
                         "file", json_object_get(one, "file"), "line",
                         json_object_get(one, "line"), "expect",
                         json_object_get(one, "expect"));
    code = zc_plan_call(plan, "case_result",
                        json_pack("{s:o, s:O}", "case", expected, "items",
                                  json_object_get(record, "items")),
                        &result, err);
  }
  if (code == ZC_OK && json_array_append(results, result) != 0)
    code = zc_fail_memory(err);
  json_decref(result);
  json_decref(record);
  return code;
}

/* The process of the next case starts while this one is judged. */
zc_code zc_trial_run(zc_plan *plan, const json_t *cases, json_t *results,
                     json_t *rule_faults, zc_err *err)
{
  size_t count = json_array_size(cases);
  zc_opened_tables opened[2] = {{0}, {0}};
  zc_code code = count == 0
                     ? ZC_OK
                     : open_tables(plan, json_array_get(cases, 0), &opened[0], err);
  for (size_t i = 0; code == ZC_OK && i < count; i++) {
    zc_opened_tables *own = &opened[i % 2], *next = &opened[(i + 1) % 2];
    if (i + 1 < count)
      code = open_tables(plan, json_array_get(cases, i + 1), next, err);
    if (code == ZC_OK)
      code = run_case(plan, json_array_get(cases, i), own, results, rule_faults, err);
    zc_tables_close(own);
  }
  zc_tables_close(&opened[0]);
  zc_tables_close(&opened[1]);
  return code;
}
