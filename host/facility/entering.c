#include "facility/entering.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/message.h"

static const char *plan_of(const zc_entering *e)
{
  return zc_text_of(e->plan->about, "id");
}

static zc_store *store_of(const zc_entering *e)
{
  return e->plan->workspace->store;
}

zc_code zc_entering_begin(zc_plan *plan, zc_entering *entering, zc_err *err)
{
  *entering = (zc_entering){.plan = plan, .entries = json_array()};
  snprintf(entering->by, sizeof entering->by, "%s",
           zc_text_or(zc_ledger_actor(plan->cli), ""));
  zc_code code = entering->entries == NULL
                     ? zc_fail_memory(err)
                     : zc_ledger_head(plan->workspace->store, &entering->head, err);
  return code == ZC_OK ? zc_ledger_people(plan, &entering->people, err) : code;
}

void zc_entering_free(zc_entering *entering)
{
  json_decref(entering->people);
  json_decref(entering->entries);
}

/* What the engine wants to know in any case. Owned; NULL when out of memory. */
static json_t *args_of(const zc_entering *e)
{
  json_t *args = json_object();
  int bad = json_object_set(args, "entries", e->entries);
  bad |= json_object_set_new(args, "date", json_string(e->plan->cli->today));
  bad |= json_object_set_new(args, "by", zc_json_lossy(e->by, strlen(e->by)));
  if (e->people != NULL)
    bad |= json_object_set(args, "people", e->people);
  if (e->source != NULL)
    bad |= json_object_set_new(args, "source", json_string(e->source));
  if (e->list != NULL)
    bad |= json_object_set_new(args, "list", json_string(e->list));
  if (bad == 0)
    return args;
  json_decref(args);
  return NULL;
}

zc_code zc_entering_read(zc_entering *entering, json_t **read, json_t **wrong,
                         zc_err *err)
{
  json_t *answer = NULL;
  zc_code code = zc_plan_call(entering->plan, "ledger_read", args_of(entering), &answer,
                              err);
  *read = json_incref(json_object_get(answer, "read"));
  *wrong = json_incref(json_object_get(answer, "wrong"));
  json_decref(answer);
  return code;
}

/* ---- what the ledger has of the same items ------------------------------------------ */

typedef struct {
  json_t *problems, *numbers; /* numbers as keys: each problem is wanted once */
} knowing;

static zc_code know(void *context, const json_t *problem, zc_err *err)
{
  knowing *k = context;
  const char *number = ZC_DIGITS(zc_get_integer(problem, "no", 0));
  if (json_object_get(k->numbers, number) != NULL)
    return ZC_OK;
  int bad = json_array_append(k->problems, (json_t *)problem);
  bad |= json_object_set_new(k->numbers, number, json_true());
  return bad != 0 ? zc_fail_memory(err) : ZC_OK;
}

/* Also what another plan has found first. */
static zc_code know_cited(const zc_entering *e, const char *item, knowing *k,
                          zc_err *err)
{
  json_t *numbers;
  size_t index;
  const json_t *no;
  zc_code code = zc_ledger_cited(store_of(e), plan_of(e), item, "", &numbers, err);
  if (code != ZC_OK)
    return code;
  json_array_foreach(numbers, index, no)
  {
    json_t *problem = NULL;
    if (code == ZC_OK)
      code = zc_ledger_problem(store_of(e), json_integer_value(no), &problem, err);
    if (code != ZC_OK || problem == NULL)
      continue;
    code = know(k, problem, err);
    json_decref(problem);
  }
  json_decref(numbers);
  return code;
}

/* The problems of one item, [problem], into `known`. */
static zc_code know_item(const zc_entering *e, const char *item, json_t *known,
                         zc_err *err)
{
  json_t *items = json_pack("[s]", item);
  knowing k = {json_array(), json_object()};
  zc_ledger_filter filter = {.today = e->plan->cli->today,
                             .plan = plan_of(e),
                             .items = items,
                             .due_within = -1};
  zc_code code = items == NULL || json_object_set(known, item, k.problems) != 0
                     ? zc_fail_memory(err)
                     : zc_ledger_list(store_of(e), &filter, know, &k, err);
  if (code == ZC_OK)
    code = know_cited(e, item, &k, err);
  json_decref(items);
  json_decref(k.problems);
  json_decref(k.numbers);
  return code;
}

static zc_code add_known(const zc_entering *e, const json_t *read, json_t *args,
                         zc_err *err)
{
  json_t *known = json_object();
  size_t index;
  const json_t *entry;
  zc_code code = ZC_OK;
  json_array_foreach(read, index, entry)
  {
    const char *item = zc_text_of(entry, "id");
    if (code == ZC_OK && json_object_get(known, item) == NULL)
      code = know_item(e, item, known, err);
  }
  if (code == ZC_OK && json_object_set(args, "known", known) != 0)
    code = zc_fail_memory(err);
  json_decref(known);
  return code;
}

/* ---- the self-checks before --------------------------------------------------------- */

/* {run, day, items: {id: status}} of a run, into `told`. */
static zc_code tell_run(const zc_entering *e, const json_t *run, json_t *told,
                        zc_err *err)
{
  const char *id = json_string_value(json_array_get(run, 0));
  json_t *record = NULL, *items = json_object(), *entry = NULL;
  size_t index;
  const json_t *item;
  if (json_object_get(told, id) != NULL) {
    json_decref(items);
    return ZC_OK;
  }
  zc_code code = zc_store_find_run(store_of(e), id, &record, err);
  /* Whoever changes a record must not get rid of 应报未报 by it. */
  if (code == ZC_OK && record == NULL)
    code = zc_fail(
        err, ZC_EDATA,
        "the record of the self-check of {day} (run {run}) cannot be read or is "
        "not the one that was kept; run `zicha verify`",
        "day", zc_text_or(json_string_value(json_array_get(run, 1)), ""), "run", id,
        NULL);
  int bad = 0;
  json_array_foreach(json_object_get(record, "items"), index, item)
  {
    bad |= json_object_set(items, zc_text_of(item, "id"),
                           json_object_get(item, "status"));
  }
  entry = json_pack("{s:s, s:O, s:O}", "run", id, "day", json_array_get(run, 1),
                    "items", items);
  bad |= json_object_set_new(told, id, entry);
  json_decref(items);
  json_decref(record);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

/* Every self-check until the last day that is spoken of: one that comes later and tells less
 * does not undo what an earlier one had passed. */
static zc_code add_runs(const zc_entering *e, const json_t *read, json_t *args,
                        zc_err *err)
{
  json_t *runs = NULL, *told = json_object();
  size_t index;
  const json_t *entry, *run;
  const char *last = "";
  zc_code code = zc_store_run_days(store_of(e), plan_of(e), &runs, err);
  int bad = json_object_set(args, "runs", told);
  json_array_foreach(read, index, entry)
  {
    const char *day = zc_text_of(entry, "found");
    last = strcmp(day, last) > 0 ? day : last;
  }
  json_array_foreach(runs, index, run)
  {
    const char *day = zc_text_or(json_string_value(json_array_get(run, 1)), "");
    if (code == ZC_OK && strcmp(day, last) <= 0)
      code = tell_run(e, run, told, err);
  }
  json_decref(runs);
  json_decref(told);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

/* ---- writing ------------------------------------------------------------------------ */

zc_code zc_entering_write(zc_entering *entering, const json_t *read, json_t **told,
                          zc_err *err)
{
  json_t *args = args_of(entering), *answer = NULL;
  zc_code code = args == NULL ||
                         json_object_set_new(args, "next",
                                             json_integer(entering->head.last_problem +
                                                          1)) != 0
                     ? zc_fail_memory(err)
                     : add_known(entering, read, args, err);
  *told = NULL;
  if (code == ZC_OK)
    code = add_runs(entering, read, args, err);
  if (code == ZC_OK) {
    code = zc_plan_call(entering->plan, "ledger_enter", args, &answer, err);
    args = NULL;
  }
  json_decref(args);
  if (code == ZC_OK)
    code = zc_ledger_write(entering->plan->cli, store_of(entering), &entering->head,
                           json_object_get(answer, "steps"), err);
  if (code == ZC_OK)
    *told = json_incref(json_object_get(answer, "told"));
  json_decref(answer);
  return code;
}

/* ---- telling ------------------------------------------------------------------------ */

void zc_entering_tell(const char *place, const json_t *told)
{
  const char *outcome = zc_text_of(told, "outcome");
  const json_t *unreported = json_object_get(told, "unreported");
  const char *day = zc_text_of(unreported, "day");
  const char *text = N_("cited to problem {no}");
  if (strcmp(outcome, "relapsed") == 0)
    text = N_("problem {no}, which was closed, has relapsed");
  else if (unreported != NULL)
    text = N_(
        "new problem {no}: not reported (应报未报), the self-check of {day} had passed "
        "the item");
  else if (strcmp(outcome, "found") == 0)
    text = N_("new problem {no}");
  json_t *message = json_pack("{s:s, s:{s:I, s:s}}", "text", text, "args", "no",
                              zc_get_integer(told, "no", 0), "day", day);
  char *words = message == NULL ? NULL : zc_message_text(message);
  if (words == NULL) {
    zc_err err;
    zc_fail_memory(&err);
    zc_print_error(&err);
    exit(ZC_EINTERNAL); /* what it was to tell is done and kept */
  }
  printf("%s%s%s\n", zc_text_or(place, ""), place == NULL ? "" : ": ", words);
  free(words);
  json_decref(message);
}
