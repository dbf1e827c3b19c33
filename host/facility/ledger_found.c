/* What a check has found, for the ledger: which instances are new, and whose the others are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "facility/ledger.h"

typedef struct {
  zc_plan *plan;
  const zc_checked *checked;
  json_t *marks;    /* item → number of its last answer */
  json_t *problems; /* number → problem, of all that are concerned */
  json_t *
      parts; /* item → [{split, all, added, owners, owned, shared, cited, instances}] */
  json_t *taken; /* this check's new instances: id → item and split value */
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
static json_t *mark_of(const finding *f, const char *item)
{
  zc_buffer id = {0};
  zc_buffer_print(&id, "%s %s", plan_of(f), item);
  json_int_t answer = zc_get_integer(f->marks, item, 0);
  if (answer > 0)
    zc_buffer_print(&id, " %lld", (long long)answer);
  json_t *instance = id.failed ? NULL : json_pack("[{s:s}]", "id", id.data);
  zc_buffer_free(&id);
  return instance;
}

/* Which package a rule is of, as a text before the ids of what it hits: two plans may call
 * different rules of their own by one name. "" for a rule of the library, which means the
 * same wherever it is named. Owned; NULL when out of memory. */
static char *package_of(const finding *f, const char *rule)
{
  zc_buffer out = {0}, stem = {0};
  zc_buffer_add(&stem, rule, strcspn(rule, "."));
  const zc_text_file *file = stem.failed ? NULL
                                         : zc_texts_find(&f->plan->package.rules,
                                                         zc_text_or(stem.data, ""));
  const char *at = file == NULL ? NULL : strstr(file->path, "rules/");
  zc_buffer_text(&out, "");
  if (at != NULL &&
      at == file->path) /* the plan's own file; a parent's begins with its label */
    zc_buffer_print(&out, "%s ", plan_of(f));
  else if (at != NULL)
    zc_buffer_print(&out, "%.*s ", (int)(at - file->path) - 1, file->path);
  zc_buffer_free(&stem);
  return zc_buffer_take(&out);
}

#define ID_DIGITS 32

/* Its id among those of all plans. */
static zc_code name_instance(const finding *f, json_t *instance)
{
  char *package = package_of(f, zc_text_of(instance, "rule"));
  char digits[ZC_HASH_ROOM];
  zc_buffer id = {0};
  zc_code code = package == NULL ? zc_fail_memory(f->err) : ZC_OK;
  if (code == ZC_OK && *package != '\0') {
    zc_buffer_print(&id, "%s%s", package, zc_text_of(instance, "id"));
    code = zc_buffer_check(&id, f->err);
    if (code == ZC_OK)
      code = zc_hash_of(id.data, id.size, digits, f->err);
    if (code == ZC_OK &&
        json_object_set_new(instance, "id", json_stringn(digits, ID_DIGITS)) != 0)
      code = zc_fail_memory(f->err);
  }
  free(package);
  zc_buffer_free(&id);
  return code;
}

/* The instances of an item; *more: it has others, too many to keep. Owned. */
static zc_code instances_of(const finding *f, const json_t *entry, json_t **instances,
                            bool *more)
{
  const char *item = zc_text_of(entry, "id");
  size_t index;
  json_t *instance;
  zc_code code = zc_checked_instances(f->checked, item, instances, more, f->err);
  json_array_foreach(*instances, index, instance)
  {
    if (code == ZC_OK)
      code = name_instance(f, instance);
  }
  if (code != ZC_OK || json_array_size(*instances) > 0)
    return code;
  json_decref(*instances);
  *instances = mark_of(f, item);
  return *instances == NULL ? zc_fail_memory(f->err) : ZC_OK;
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

static bool holds_number(const json_t *numbers, int64_t no)
{
  size_t index;
  const json_t *known;
  json_array_foreach(numbers, index, known)
  {
    if (json_integer_value(known) == no)
      return true;
  }
  return false;
}

/* The part of a split value, made when it is new. Borrowed; NULL when out of memory. */
static json_t *part_for(json_t *parts, const char *split)
{
  size_t index;
  json_t *part;
  json_array_foreach(parts, index, part)
  {
    if (strcmp(zc_get_text(part, "split"), split) == 0)
      return part;
  }
  part = json_pack("{s:s, s:i, s:i, s:[], s:{}, s:{}, s:[], s:[]}", "split", split,
                   "all", 0, "added", 0, "owners", "owned", "shared", "cited",
                   "instances");
  return json_array_append_new(parts, part) == 0 ? part : NULL;
}

static int count_up(json_t *map, const char *key)
{
  return json_object_set_new(map, key, json_integer(zc_get_integer(map, key, 0) + 1));
}

/* One of a problem that the ledger has. */
static zc_code add_known(finding *f, json_t *part, int64_t owner)
{
  char key[24];
  json_t *owners = json_object_get(part, "owners");
  int bad = count_up(json_object_get(part, "owned"), zc_number_text(key, owner));
  if (bad == 0 && !holds_number(owners, owner)) {
    bad |= json_array_append_new(owners, json_integer(owner));
    if (bad == 0)
      return know_problem(f, owner);
  }
  return bad != 0 ? zc_fail_memory(f->err) : ZC_OK;
}

/* A new one: of this part, unless another item has it by the same rule and came first. */
static zc_code add_new(finding *f, json_t *part, const char *item, json_t *instance)
{
  const char *id = zc_text_of(instance, "id");
  const char *first = zc_get_text(f->taken, id);
  json_t *place = json_sprintf("%s\x1f%s", item, zc_get_text(part, "split"));
  int bad = place == NULL;
  if (bad == 0 && first != NULL &&
      strcmp(first, zc_text_or(json_string_value(place), "")) != 0) {
    bad |= count_up(json_object_get(part, "shared"), first);
  } else {
    bad |= json_object_set(f->taken, id, place);
    bad |= count_up(part, "added");
    bad |= json_array_append(json_object_get(part, "instances"), instance);
  }
  json_decref(place);
  return bad != 0 ? zc_fail_memory(f->err) : ZC_OK;
}

/* Counts an instance, new or of a problem that is known. */
static zc_code add_instance(finding *f, json_t *parts, const char *item,
                            json_t *instance)
{
  int64_t owner;
  json_t *part = part_for(parts, zc_text_of(instance, "split"));
  if (part == NULL || count_up(part, "all") != 0)
    return zc_fail_memory(f->err);
  zc_code code = zc_ledger_owner(store_of(f), zc_text_of(instance, "id"), &owner,
                                 f->err);
  if (code != ZC_OK)
    return code;
  return owner != 0 ? add_known(f, part, owner) : add_new(f, part, item, instance);
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

static zc_code add_item(finding *f, const json_t *entry)
{
  const char *item = zc_text_of(entry, "id");
  json_t *instances = NULL, *parts = json_array(), *instance, *part;
  size_t index;
  bool more = false;
  zc_code code = parts == NULL || json_object_set(f->parts, item, parts) != 0
                     ? zc_fail_memory(f->err)
                     : instances_of(f, entry, &instances, &more);
  json_array_foreach(instances, index, instance)
  {
    if (code == ZC_OK)
      code = add_instance(f, parts, item, instance);
  }
  json_array_foreach(parts, index, part)
  {
    if (code == ZC_OK && more && json_object_set_new(part, "more", json_true()) != 0)
      code = zc_fail_memory(f->err);
    if (code == ZC_OK)
      code = add_citations(f, item, part);
  }
  json_decref(instances);
  json_decref(parts);
  return code;
}

/* ---- the engine ------------------------------------------------------------------- */

/* The parts without their instances: the engine wants numbers only. Owned. */
static json_t *parts_told(const json_t *parts)
{
  json_t *told = json_object(), *list;
  const char *item;
  size_t index;
  json_t *part;
  int bad = told == NULL;
  json_object_foreach((json_t *)parts, item, list)
  {
    json_t *copies = json_array();
    json_array_foreach(list, index, part)
    {
      json_t *copy = json_copy(part);
      json_object_del(copy, "instances");
      bad |= json_array_append_new(copies, copy);
    }
    bad |= json_object_set_new(told, item, copies);
  }
  if (bad == 0)
    return told;
  json_decref(told);
  return NULL;
}

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
  bad |= json_object_set_new(args, "parts", parts_told(f->parts));
  bad |= json_object_set(args, "problems", f->problems);
  if (bad != 0) {
    json_decref(args);
    return zc_fail_memory(f->err);
  }
  return zc_plan_call(f->plan, "ledger_found", args, steps, f->err);
}

/* Puts the new instances into the events that the engine has made of them. */
static zc_code add_instances(const finding *f, json_t *steps)
{
  size_t index, number;
  json_t *step, *part;
  int bad = 0;
  json_array_foreach(steps, index, step)
  {
    const json_t *place = json_object_get(step, "place");
    const char *split = zc_get_text(place, "split");
    json_array_foreach(json_object_get(f->parts, zc_text_of(place, "item")), number,
                       part)
    {
      bool same = split != NULL && strcmp(zc_get_text(part, "split"), split) == 0;
      if (same && json_array_size(json_object_get(part, "instances")) > 0)
        bad |= json_object_set(json_object_get(json_object_get(step, "event"), "body"),
                               "instances", json_object_get(part, "instances"));
    }
  }
  return bad == 0 ? ZC_OK : zc_fail_memory(f->err);
}

static zc_code find(finding *f, json_t *items)
{
  size_t index;
  const json_t *entry;
  zc_head head;
  json_t *steps = NULL;
  zc_code code = zc_ledger_head(store_of(f), &head, f->err);
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
    code = ask_engine(f, items, &head, &steps);
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
               .taken = json_object(),
               .parts = json_object(),
               .err = err};
  json_t *items = json_array();
  zc_code code = items == NULL || f.problems == NULL || f.parts == NULL ||
                         f.taken == NULL
                     ? zc_fail_memory(err)
                     : find(&f, items);
  json_decref(items);
  json_decref(f.marks);
  json_decref(f.problems);
  json_decref(f.taken);
  json_decref(f.parts);
  return code;
}
