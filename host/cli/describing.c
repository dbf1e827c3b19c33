/* What a plan's rules are and read: a rules job that runs none of them. */
#include "cli/plan.h"
#include "runner/judge.h"

json_t *zc_plan_rules_request(const zc_plan *plan)
{
  json_t *request = json_object();
  int bad = json_object_set_new(request, "job", json_string("rules"));
  bad |= json_object_set(request, "datasets", plan->datasets);
  bad |= json_object_set(request, "runs", plan->runs);
  bad |= json_object_set(request, "unions", plan->unions);
  if (bad == 0)
    return request;
  json_decref(request);
  return NULL;
}

/* A run of no rules over no tables: the files are loaded and described. */
static zc_code describe(zc_plan *plan, json_t *names, json_t **described, zc_err *err)
{
  json_t *request = zc_plan_rules_request(plan), *outcome = NULL;
  int bad = json_object_set(request, "names", names);
  bad |= json_object_set_new(request, "runs", json_array());
  bad |= json_object_set_new(request, "unions", json_array());
  bad |= json_object_set_new(request, "describe", json_true());
  zc_judgement judgement = {.program = plan->home->evaluator,
                            .request = request,
                            .files = &plan->files};
  zc_code code = bad != 0 ? zc_fail_memory(err) : zc_judge(&judgement, &outcome, err);
  if (code == ZC_OK) {
    code = zc_plan_tell(plan, json_object_get(outcome, "faults"), plan->package.folder,
                        err);
    *described = json_incref(json_object_get(outcome, "described"));
  }
  json_decref(outcome);
  json_decref(request);
  return code;
}

zc_code zc_plan_describe(zc_plan *plan, json_t **described, zc_err *err)
{
  json_t *prepared = NULL;
  *described = NULL;
  zc_code code = zc_plan_call(plan, "prepare",
                              json_pack("{s:{}, s:{}, s:{}, s:s, s:b}", "answers",
                                        "evidence", "handed", "today", "2000-01-01",
                                        "rules", 1),
                              &prepared, err);
  if (code == ZC_OK)
    code = describe(plan, json_object_get(prepared, "names"), described, err);
  json_decref(prepared);
  return code;
}

json_t *zc_plan_reads(const json_t *described)
{
  json_t *reads = json_object();
  size_t index, inner;
  const json_t *rule, *table;
  int bad = reads == NULL;
  json_array_foreach(described, index, rule)
  {
    json_t *tables = json_array();
    json_array_foreach(json_object_get(rule, "tables"), inner, table)
    {
      bad |= json_array_append(tables, json_object_get(table, "id"));
    }
    bad |= json_object_set_new(reads, zc_get_text(rule, "rule"), tables);
  }
  if (bad == 0)
    return reads;
  json_decref(reads);
  return NULL;
}
