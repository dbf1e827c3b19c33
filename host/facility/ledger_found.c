/* What a check has found, for the ledger: which instances are new, and whose the others are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "facility/ledger.h"
#include "facility/ledger_parts.h"

typedef struct {
  zc_plan *plan;
  const zc_checked *checked;
  json_t *marks;    /* item → number of its last answer */
  json_t *problems; /* number → problem, of all that are concerned */
  json_t *parts;    /* item → [{split, all, added, owners, owned, shared, cited}] */
  json_t *texts;    /* item → {split: the new instances, as text} */
  zc_taken *taken;  /* this check's new instances */
  zc_err *err;
} finding;

static zc_store *store_of(const finding *f)
{
  return f->plan->workspace->store;
}

static const char *plan_of(const finding *f)
{
  return zc_text_of(f->plan->about, "id");
}

/* ---- instances -------------------------------------------------------------------- */

/* What has no rows is one thing: this answer, or the item itself. Another answer later is
 * another instance, so that a problem which was closed in between has relapsed. */
static zc_code add_mark(const finding *f, const char *item, zc_parts *parts)
{
  zc_buffer id = {0};
  zc_buffer_print(&id, "%s %s", plan_of(f), item);
  json_int_t answer = zc_get_integer(f->marks, item, 0);
  if (answer > 0)
    zc_buffer_print(&id, " %lld", (long long)answer);
  zc_code code = zc_buffer_check(&id, f->err);
  if (code == ZC_OK)
    code = zc_parts_add_mark(parts, id.data, f->err);
  zc_buffer_free(&id);
  return code;
}

/* The instances of an item, by parts. */
static zc_code gather(finding *f, const char *item, zc_parts *parts)
{
  json_t *told = NULL, *texts = NULL;
  bool more = false;
  zc_code code = zc_checked_each(f->checked, item, zc_parts_add, parts, &more, f->err);
  if (code == ZC_OK && zc_parts_count(parts) == 0)
    code = add_mark(f, item, parts);
  if (code == ZC_OK)
    code = zc_parts_tell(parts, more, &told, &texts, f->err);
  if (code == ZC_OK && (json_object_set(f->parts, item, told) |
                        json_object_set(f->texts, item, texts)) != 0)
    code = zc_fail_memory(f->err);
  json_decref(told);
  json_decref(texts);
  return code;
}

/* ---- parts ------------------------------------------------------------------------ */

static zc_code know_problem(finding *f, int64_t no)
{
  char key[24];
  json_t *problem;
  zc_number_text(key, no);
  if (json_object_get(f->problems, key) != NULL)
    return ZC_OK;
  zc_code code = zc_ledger_problem(store_of(f), no, &problem, f->err);
  if (code == ZC_OK && json_object_set_new(f->problems, key, problem) != 0)
    code = zc_fail_memory(f->err);
  return code;
}

static zc_code add_citations(finding *f, const char *item, json_t *part)
{
  json_t *cited;
  size_t index;
  const json_t *no;
  zc_code code = zc_ledger_cited(store_of(f), plan_of(f), item,
                                 zc_get_text(part, "split"), &cited, f->err);
  if (code != ZC_OK)
    return code;
  json_array_foreach(cited, index, no)
  {
    if (code == ZC_OK)
      code = know_problem(f, json_integer_value(no));
  }
  if (json_object_set_new(part, "cited", cited) != 0)
    code = zc_fail_memory(f->err);
  return code;
}

/* The problems that have the other instances. */
static zc_code know_owners(finding *f, const json_t *part)
{
  size_t index;
  const json_t *no;
  zc_code code = ZC_OK;
  json_array_foreach(json_object_get(part, "owners"), index, no)
  {
    if (code == ZC_OK)
      code = know_problem(f, json_integer_value(no));
  }
  return code;
}

static zc_code add_item(finding *f, const json_t *entry)
{
  const char *item = zc_text_of(entry, "id");
  zc_parts *parts = zc_parts_new(f->plan, item, f->taken);
  size_t index;
  json_t *part;
  zc_code code = parts == NULL ? zc_fail_memory(f->err) : gather(f, item, parts);
  zc_parts_free(parts);
  json_array_foreach(json_object_get(f->parts, item), index, part)
  {
    if (code == ZC_OK)
      code = know_owners(f, part);
    if (code == ZC_OK)
      code = add_citations(f, item, part);
  }
  return code;
}

/* ---- the engine ------------------------------------------------------------------- */

static zc_code ask_engine(const finding *f, json_t *items, const zc_head *head,
                          json_t **steps)
{
  json_t *record = json_object(), *args = json_object();
  const char *by = zc_text_or(zc_ledger_actor(f->plan->cli), "zicha");
  int bad = json_object_set(record, "items", items);
  bad |= json_object_set_new(record, "run", json_string(f->checked->run));
  bad |= json_object_set_new(args, "record", record);
  bad |= json_object_set_new(args, "date", json_string(f->plan->cli->today));
  bad |= json_object_set_new(args, "by", json_string(by));
  bad |= json_object_set_new(args, "next", json_integer(head->last_problem + 1));
  bad |= json_object_set(args, "parts", f->parts);
  bad |= json_object_set(args, "problems", f->problems);
  if (bad != 0) {
    json_decref(args);
    return zc_fail_memory(f->err);
  }
  return zc_plan_call(f->plan, "ledger_found", args, steps, f->err);
}

/* Puts the new instances beside the events that the engine has made of them. */
static zc_code add_instances(const finding *f, json_t *steps)
{
  size_t index;
  json_t *step;
  int bad = 0;
  json_array_foreach(steps, index, step)
  {
    const json_t *place = json_object_get(step, "place");
    json_t *text = json_object_get(json_object_get(f->texts, zc_text_of(place, "item")),
                                   zc_text_of(place, "split"));
    if (place != NULL && text != NULL)
      bad |= json_object_set(step, "instances", text);
  }
  return bad == 0 ? ZC_OK : zc_fail_memory(f->err);
}

/* Reads what the ledger has of all that was found, and lets the engine say what is to be
 * written. */
static zc_code look(finding *f, json_t *items, zc_head *head, json_t **steps)
{
  size_t index;
  const json_t *entry;
  zc_code code = zc_ledger_head(store_of(f), head, f->err);
  if (code == ZC_OK)
    code = zc_store_answer_marks(store_of(f), plan_of(f), &f->marks, f->err);
  json_array_foreach(json_object_get(f->checked->record, "items"), index, entry)
  {
    const char *status = zc_text_of(entry, "status");
    bool rows = json_object_get(entry, "rules") != NULL &&
                !zc_get_flag(entry, "manual");
    /* The rows of an earlier run were taken when it ran. */
    if (code != ZC_OK || strcmp(status, "problem") != 0 || (rows && !f->checked->fresh))
      continue;
    if (json_array_append(items, (json_t *)entry) != 0)
      code = zc_fail_memory(f->err);
    if (code == ZC_OK)
      code = add_item(f, entry);
  }
  if (code == ZC_OK && json_array_size(items) > 0)
    code = ask_engine(f, items, head, steps);
  return code;
}

/* In one transaction the ledger is read: otherwise each look for an instance would lock the file
 * anew. */
static zc_code find(finding *f, json_t *items)
{
  zc_head head;
  json_t *steps = NULL;
  zc_code code = zc_ledger_hold(store_of(f), f->err);
  if (code == ZC_OK)
    code = look(f, items, &head, &steps);
  zc_ledger_release(store_of(f));
  if (code == ZC_OK)
    code = add_instances(f, steps);
  if (code == ZC_OK)
    code = zc_ledger_write(f->plan->cli, store_of(f), &head, steps, f->err);
  json_decref(steps);
  return code;
}

zc_code zc_ledger_found(zc_plan *plan, const zc_checked *checked, zc_err *err)
{
  finding f = {.plan = plan,
               .checked = checked,
               .problems = json_object(),
               .taken = zc_taken_new(),
               .parts = json_object(),
               .texts = json_object(),
               .err = err};
  json_t *items = json_array();
  zc_code code = items == NULL || f.problems == NULL || f.parts == NULL ||
                         f.texts == NULL || f.taken == NULL
                     ? zc_fail_memory(err)
                     : find(&f, items);
  json_decref(items);
  json_decref(f.marks);
  json_decref(f.problems);
  zc_taken_free(f.taken);
  json_decref(f.parts);
  json_decref(f.texts);
  return code;
}
