#include "cli/judging.h"

#include <string.h>

#include "cli/meter.h"
#include "cli/validity.h"
#include "runner/judge.h"
#include "runner/kept.h"

/* ---- before the rules ---------------------------------------------------------- */

static zc_code prepare(zc_judging *j, zc_err *err)
{
  json_t *args = json_object();
  int bad = json_object_set(args, "answers", j->answers);
  bad |= json_object_set(args, "evidence", j->evidence);
  bad |= json_object_set_new(args, "handed", zc_handed_tables(j->tables));
  bad |= json_object_set_new(args, "today", json_string(j->today));
  if (zc_plan_has_rules(j->plan))
    bad |= json_object_set_new(args, "rules", json_true());
  if (j->from != NULL)
    bad |= json_object_set_new(args, "from", json_string(j->from));
  if (j->to != NULL)
    bad |= json_object_set_new(args, "to", json_string(j->to));
  if (bad != 0) {
    json_decref(args);
    return zc_fail_memory(err);
  }
  return zc_plan_call(j->plan, "prepare", args, &j->prepared, err);
}

/* The engine judges what needs no rule while the rules run, and while the host looks
 * whether there is a record already. */
static zc_code ask_ahead(zc_judging *j, zc_err *err)
{
  json_t *none = json_object();
  zc_code code = none == NULL
                     ? zc_fail_memory(err)
                     : zc_engine_ask(j->plan->engine, "judge_ahead", none, err);
  json_decref(none);
  return code;
}

zc_code zc_judging_begin(zc_judging *judging, zc_err *err)
{
  zc_code code = prepare(judging, err);
  return code == ZC_OK ? ask_ahead(judging, err) : code;
}

/* The next answer must be to the next question. */
zc_code zc_judging_leave(zc_judging *judging, zc_err *err)
{
  json_t *nothing = NULL;
  zc_code code = zc_engine_answer(judging->plan->engine, &nothing, err);
  json_decref(nothing);
  return code;
}

/* ---- the rules ----------------------------------------------------------------- */

/* The rules job's first frame: the names that expressions know, and the tables. */
static zc_code make_request(const zc_judging *j, json_t **request, zc_err *err)
{
  json_t *tables = json_array();
  const char *name;
  json_t *table;
  json_t *names = json_object_get(j->prepared, "names");
  *request = zc_plan_rules_request(j->plan);
  int bad = names == NULL ? 0 : json_object_set(*request, "names", names);
  json_object_foreach(j->tables, name, table)
  {
    if (zc_get_text(table, "file") == NULL)
      continue;
    json_t *entry = json_object();
    bad |= json_object_set_new(entry, "id", json_string(name));
    bad |= json_object_set(entry, "file", json_object_get(table, "file"));
    bad |= json_object_set(entry, "options", json_object_get(table, "options"));
    if (json_object_get(table, "covers") != NULL)
      bad |= json_object_set(entry, "covers", json_object_get(table, "covers"));
    bad |= json_array_append_new(tables, entry);
  }
  bad |= json_object_set_new(*request, "tables", tables);
  if (j->wanted_hits != NULL)
    bad |= json_object_set(*request, "hits", j->wanted_hits);
  if (j->want_hits) {
    bad |= json_object_set_new(*request, "hits", json_true());
    bad |= json_object_set_new(*request, "hits_most", json_integer(ZC_KEPT_MOST));
  }
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

bool zc_judging_needs_full(const zc_plan *plan)
{
  return !zc_validity_trusted(plan) && strcmp(zc_isolation(plan->cli), "full") == 0;
}

/* Rules only run when there are some: a plan of questions needs one process less. */
static zc_code run_rules(zc_judging *j, json_t *request, json_t **outcome, zc_err *err)
{
  bool need_full = zc_judging_needs_full(j->plan);
  int64_t own_rows = zc_plan_rows(j->plan);
  if (!zc_plan_has_rules(j->plan)) {
    bool full;
    zc_code code = zc_engine_level(j->plan->engine, &full, err);
    if (code == ZC_OK && !full && need_full)
      code = zc_fail_isolation(err);
    if (code != ZC_OK)
      return code;
    *outcome = json_pack("{s:{}, s:{}, s:{}, s:s}", "results", "unions", "measures",
                         "isolation", full ? "full" : "process");
    return *outcome == NULL ? zc_fail_memory(err) : ZC_OK;
  }
  zc_judgement judgement = {
      .program = j->plan->home->evaluator,
      .request = request,
      .files = &j->plan->files,
      .tables = j->opened->handed,
      .table_count = j->opened->count,
      .threads = j->plan->cli->threads,
      .rows = own_rows > j->opened->rows ? own_rows : j->opened->rows,
      .first = j->opened->worker,
      .need_full = need_full,
  };
  j->opened->worker = NULL;
  zc_meter meter;
  zc_meter_begin_judging(&meter, json_array_size(json_object_get(request, "runs")));
  judgement.watch = zc_meter_watch(&meter);
  zc_code code = zc_judge(&judgement, outcome, err);
  zc_meter_end(&meter);
  return code;
}

static bool is_told(const json_t *faults, const json_t *fault)
{
  size_t index;
  const json_t *told;
  json_array_foreach(faults, index, told)
  {
    if (json_equal(told, fault))
      return true;
  }
  return false;
}

/* Rules that are wrong are told with their places; only their own items suffer. What is
 * wrong in a view or measure is told once, however many rules name it. */
static json_t *rule_faults(const json_t *outcome)
{
  const char *key;
  json_t *result, *faults = json_array(), *fault;
  size_t index;
  int bad = faults == NULL;
  json_object_foreach(json_object_get(outcome, "results"), key, result)
  {
    json_array_foreach(json_object_get(result, "faults"), index, fault)
    {
      if (!is_told(faults, fault))
        bad |= json_array_append(faults, fault);
    }
  }
  if (bad == 0)
    return faults;
  json_decref(faults);
  return NULL;
}

/* ---- the record ---------------------------------------------------------------- */

/* What the record says of each table, by id. */
static json_t *table_records(const zc_judging *j)
{
  static const char *const told[] = {"title",     "file", "sha256", "rows",
                                     "malformed", "from", "to",     "covers",
                                     "absent",    "bad",  "blanks", "options",
                                     NULL};
  json_t *entries = zc_tables_told(j->tables, told), *list = json_array(), *entry;
  const char *name;
  int bad = entries == NULL || list == NULL;
  json_object_foreach(entries, name, entry)
  {
    bad |= json_object_set_new(entry, "id", json_string(name));
    bad |= json_array_append(list, entry);
  }
  json_decref(entries);
  if (bad == 0)
    return list;
  json_decref(list);
  return NULL;
}

static zc_code compose(zc_judging *j, const json_t *outcome, json_t **record,
                       zc_err *err)
{
  json_t *given = json_object(), *plan = json_object(), *args = json_object();
  int bad = json_object_set_new(plan, "sha256", json_string(j->plan->package.sha256));
  bad |= json_object_set_new(plan, "layers", zc_validity_record(j->plan));
  bad |= json_object_set_new(given, "plan", plan);
  bad |= json_object_set_new(given, "tables", table_records(j));
  bad |= json_object_set(given, "isolation", json_object_get(outcome, "isolation"));
  if (zc_get_flag(outcome, "interrupted"))
    bad |= json_object_set_new(given, "interrupted", json_true());
  bad |= json_object_set_new(given, "run", json_string(j->run));
  bad |= json_object_set(args, "results", json_object_get(outcome, "results"));
  bad |= json_object_set(args, "unions", json_object_get(outcome, "unions"));
  bad |= json_object_set(args, "measures", json_object_get(outcome, "measures"));
  bad |= json_object_set_new(args, "given", given);
  if (bad != 0) {
    json_decref(args);
    return zc_fail_memory(err);
  }
  return zc_plan_call(j->plan, "judge", args, record, err);
}

zc_code zc_judging_end(zc_judging *judging, json_t **record, zc_err *err)
{
  json_t *outcome = NULL, *request;
  *record = NULL;
  zc_code code = make_request(judging, &request, err);
  if (code == ZC_OK)
    code = run_rules(judging, request, &outcome, err);
  json_decref(request);
  if (code == ZC_OK)
    code = zc_judging_leave(judging, err);
  if (code == ZC_OK && (judging->faults = rule_faults(outcome)) == NULL)
    code = zc_fail_memory(err);
  if (code == ZC_OK)
    code = compose(judging, outcome, record, err);
  if (code == ZC_OK)
    judging->hits = json_incref(json_object_get(outcome, "hits"));
  json_decref(outcome);
  return code;
}

void zc_judging_free(zc_judging *judging)
{
  json_decref(judging->prepared);
  json_decref(judging->faults);
  json_decref(judging->hits);
  judging->prepared = judging->faults = judging->hits = NULL;
}
