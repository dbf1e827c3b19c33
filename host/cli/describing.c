/* What a plan's rules are and read: a rules job that runs none of them. */
#include <stdlib.h>
#include <string.h>

#include "cli/judging.h"
#include "cli/plan.h"
#include "runner/judge.h"

bool zc_plan_has_rules(const zc_plan *plan)
{
  return json_array_size(plan->runs) > 0 || json_array_size(plan->measures) > 0;
}

/* The text of the reference table that stands in `file`. Borrowed. */
static json_t *text_of(const zc_plan *plan, const char *file)
{
  size_t index;
  const json_t *entry;
  json_array_foreach(json_object_get(plan->package.bundle, "references"), index, entry)
  {
    if (strcmp(zc_get_text(entry, "file"), file) == 0)
      return json_object_get(entry, "text");
  }
  return NULL;
}

/* The plan's tables, its reference tables with the texts that its rules read: others need
 * not be sent. Owned; NULL when out of memory. */
static json_t *datasets_with_texts(const zc_plan *plan)
{
  json_t *list = json_array(), *dataset;
  size_t index;
  int bad = list == NULL;
  json_array_foreach(plan->datasets, index, dataset)
  {
    const char *id = zc_text_of(dataset, "id");
    bool lacks = zc_get_flag(dataset, "reference") &&
                 zc_get_text(dataset, "text") == NULL;
    json_t *text = lacks && zc_plan_reads_table(plan, id)
                       ? text_of(plan, zc_text_of(dataset, "file"))
                       : NULL;
    json_t *sent = text == NULL ? json_incref(dataset) : json_copy(dataset);
    if (text != NULL)
      bad |= json_object_set(sent, "text", text);
    bad |= json_array_append_new(list, sent);
  }
  if (bad == 0)
    return list;
  json_decref(list);
  return NULL;
}

int64_t zc_plan_rows(const zc_plan *plan)
{
  json_int_t most = 0;
  size_t index;
  const json_t *dataset;
  json_array_foreach(plan->datasets, index, dataset)
  {
    json_int_t rows = zc_get_integer(dataset, "rows", 0);
    most = rows > most ? rows : most;
  }
  return most;
}

json_t *zc_plan_rules_request(const zc_plan *plan)
{
  json_t *request = json_object();
  int bad = json_object_set_new(request, "job", json_string("rules"));
  bad |= json_object_set_new(request, "datasets", datasets_with_texts(plan));
  bad |= json_object_set(request, "runs", plan->runs);
  bad |= json_object_set(request, "unions", plan->unions);
  if (plan->measures != NULL)
    bad |= json_object_set(request, "measures", plan->measures);
  if (plan->cli->executor != NULL)
    bad |= json_object_set_new(request, "executor", json_string(plan->cli->executor));
  if (bad == 0)
    return request;
  json_decref(request);
  return NULL;
}

/* The line that a reason such as "rules/own.lua:2: '}' expected" names; 0 for none. */
static json_int_t line_in(const json_t *args, const char *path)
{
  const char *name;
  json_t *value;
  json_object_foreach((json_t *)args, name, value)
  {
    const char *at = json_is_string(value) ? strstr(json_string_value(value), path)
                                           : NULL;
    if (at != NULL && at[strlen(path)] == ':')
      return atoll(at + strlen(path) + 1);
  }
  return 0;
}

/* Whoever collects faults hears of files that could not be loaded; others hear of them
 * from the items whose rules they hold. */
static zc_code collect_failures(const zc_plan *plan, const json_t *files, zc_err *err)
{
  const char *name;
  json_t *frame;
  int bad = 0;
  json_object_foreach((json_t *)files, name, frame)
  {
    json_t *error = json_object_get(frame, "error"), *args;
    const zc_text_file *source = zc_texts_find(&plan->files, name);
    if (plan->collected == NULL || error == NULL || source == NULL)
      continue;
    args = json_object_get(error, "args");
    bad |= json_array_append_new(plan->collected,
                                 json_pack("{s:s, s:I, s:i, s:s, s:O, s:O*}", "file",
                                           source->path, "line",
                                           line_in(args, source->path), "column", 0,
                                           "severity", "error", "text",
                                           json_object_get(error, "text"), "args",
                                           args));
  }
  return bad != 0 ? zc_fail_memory(err) : ZC_OK;
}

/* The rules that the plan's items name. */
static json_t *names_of_rules(const zc_plan *plan)
{
  json_t *names = json_array();
  size_t index;
  const json_t *run;
  int bad = names == NULL;
  json_array_foreach(plan->runs, index, run)
      bad |= json_array_append(names, json_object_get(run, "rule"));
  if (bad == 0)
    return names;
  json_decref(names);
  return NULL;
}

/* What items want split, with the rules whose tables must have the columns: [{rule, column,
 * at}]. Owned. */
static json_t *splits_of(const zc_plan *plan)
{
  json_t *splits = json_array();
  size_t index, number;
  const json_t *run;
  json_t *split;
  int bad = splits == NULL;
  json_array_foreach(plan->runs, index, run)
  {
    json_array_foreach(json_object_get(run, "splits"), number, split)
    {
      json_t *entry = json_copy(split);
      bad |= json_object_set(entry, "rule", json_object_get(run, "rule"));
      bad |= json_array_append_new(splits, entry);
    }
  }
  if (bad == 0)
    return splits;
  json_decref(splits);
  return NULL;
}

int zc_plan_want_description(const zc_plan *plan, json_t *request)
{
  int bad = json_object_set_new(request, "describe", json_true());
  bad |= json_object_set_new(request, "splits", splits_of(plan));
  if (!plan->is_library) /* whose rules are all looked at */
    bad |= json_object_set_new(request, "wanted", names_of_rules(plan));
  return bad;
}

/* A run of no rules over no tables: the files are loaded and described. */
static zc_code describe(zc_plan *plan, json_t *names, json_t **described, zc_err *err)
{
  json_t *request = zc_plan_rules_request(plan), *outcome = NULL;
  int bad = json_object_set(request, "names", names);
  bad |= json_object_set_new(request, "runs", json_array());
  bad |= json_object_set_new(request, "unions", json_array());
  bad |= json_object_set_new(request, "measures", json_array());
  bad |= zc_plan_want_description(plan, request);
  zc_judgement judgement = {.program = plan->home->evaluator,
                            .request = request,
                            .files = &plan->files,
                            .need_full = zc_judging_needs_full(plan)};
  zc_code code = bad != 0 ? zc_fail_memory(err) : zc_judge(&judgement, &outcome, err);
  if (code == ZC_OK) {
    code = zc_plan_tell(plan, json_object_get(outcome, "faults"), plan->package.folder,
                        err);
    *described = json_incref(json_object_get(outcome, "described"));
  }
  if (code == ZC_OK)
    code = collect_failures(plan, json_object_get(outcome, "files"), err);
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

/* The stems of a bundle's library. Owned. */
static json_t *library_stems(const json_t *bundle)
{
  json_t *stems = json_array();
  size_t index;
  const json_t *document;
  int bad = stems == NULL;
  json_array_foreach(json_object_get(bundle, "rule_library"), index, document)
  {
    const char *file = strrchr(zc_text_or(zc_get_text(document, "file"), "/"), '/') + 1;
    bad |= json_array_append_new(stems, json_stringn(file, strcspn(file, ".")));
  }
  if (bad == 0)
    return stems;
  json_decref(stems);
  return NULL;
}

zc_code zc_plan_tell_rules(zc_plan *plan, const json_t *bundle, zc_err *err)
{
  json_t *texts = json_object(), *none = NULL, *stems = library_stems(bundle);
  zc_texts files = {0};
  zc_code code = texts == NULL || stems == NULL ? zc_fail_memory(err) : ZC_OK;
  if (code == ZC_OK && json_array_size(stems) > 0)
    code = zc_shipped_texts(plan->home, "scripts/rules", ".lua", stems, &files, err);
  int bad = 0;
  for (size_t i = 0; i < files.count; i++)
    bad |= json_object_set_new(texts, files.files[i].name,
                               json_string(files.files[i].text));
  if (code == ZC_OK && bad != 0)
    code = zc_fail_memory(err);
  if (code == ZC_OK && files.count > 0)
    code = zc_plan_call(plan, "rule_texts", json_incref(texts), &none, err);
  zc_texts_free(&files);
  json_decref(none);
  json_decref(stems);
  json_decref(texts);
  return code;
}
