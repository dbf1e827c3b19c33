#include "cli/checking.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/file.h"
#include "cli/message.h"
#include "cli/validity.h"

/* Everything that one check holds. */
typedef struct {
  zc_plan *plan;
  zc_judging judging; /* answers, evidence and tables are owned */
  zc_checked *checked;
  zc_err *err;
} checking;

/* ---- inputs -------------------------------------------------------------------------
 */

static void hash_files(const zc_texts *texts, zc_hash *hash)
{
  for (size_t i = 0; i < texts->count; i++) {
    zc_hash_add(hash, texts->files[i].path, strlen(texts->files[i].path) + 1);
    zc_hash_add(hash, texts->files[i].text, texts->files[i].size + 1);
  }
}

/* The sums of the engine's sources: what was made of them may differ by the compiler. */
static zc_code hash_engine(checking *c, zc_hash *hash)
{
  char path[PATH_MAX];
  zc_buffer sums = {0};
  zc_code code = zc_home_path(c->plan->home, "engine/sources.sha256", path, c->err);
  if (code == ZC_OK)
    code = zc_file_read(path, 65536, &sums, c->err);
  if (code == ZC_OK)
    zc_hash_add(hash, sums.data, sums.size);
  zc_buffer_free(&sums);
  return code;
}

/* The parameters of the rule library: what else its files tell judges nothing. Owned. */
static json_t *library_defaults(const checking *c)
{
  json_t *defaults = json_array();
  size_t index;
  const json_t *document;
  int bad = defaults == NULL;
  json_array_foreach(json_object_get(c->plan->package.bundle, "rule_library"), index,
                     document)
  {
    const json_t *value = json_object_get(document, "value");
    json_t *own = json_object_get(value, "parameters");
    own = own != NULL ? own : json_object_get(value, "参数");
    if (own != NULL)
      bad |= json_array_append(defaults, own);
  }
  if (bad == 0)
    return defaults;
  json_decref(defaults);
  return NULL;
}

/* One hash over what judges besides the package: engine and rule files with their
 * defaults, tables, calendar. */
static zc_code hash_texts(checking *c, char digits[ZC_HASH_ROOM])
{
  json_t *library = library_defaults(c);
  zc_buffer datasets = {0}, calendar = {0}, defaults = {0};
  zc_hash *hash = zc_hash_new();
  if (hash == NULL || library == NULL) {
    zc_hash_free(hash);
    json_decref(library);
    return zc_fail_memory(c->err);
  }
  zc_code code = hash_engine(c, hash);
  hash_files(&c->plan->files, hash);
  if (code == ZC_OK)
    code = zc_json_canonical(c->plan->datasets, &datasets, c->err);
  if (code == ZC_OK)
    zc_hash_add(hash, datasets.data, datasets.size);
  if (code == ZC_OK && c->plan->calendar != NULL)
    code = zc_json_canonical(c->plan->calendar, &calendar, c->err);
  if (code == ZC_OK && calendar.size > 0)
    zc_hash_add(hash, calendar.data, calendar.size);
  if (code == ZC_OK && json_array_size(library) > 0)
    code = zc_json_canonical(library, &defaults, c->err);
  if (code == ZC_OK && defaults.size > 0)
    zc_hash_add(hash, defaults.data, defaults.size);
  zc_buffer_free(&datasets);
  zc_buffer_free(&calendar);
  zc_buffer_free(&defaults);
  json_decref(library);
  if (code == ZC_OK)
    return zc_hash_finish(hash, digits, c->err);
  zc_hash_free(hash);
  return code;
}

/* Of each table what decides how it reads, not when it was imported. */
static json_t *table_inputs(const json_t *tables)
{
  static const char *const kept[] = {"sha256",  "options", "covers",
                                     "read_on", "absent",  NULL};
  return zc_tables_told(tables, kept);
}

/* A parent's folder may be anywhere; what it holds decides. */
static json_t *parent_hashes(const checking *c)
{
  json_t *hashes = json_array();
  size_t index;
  const json_t *parent;
  int bad = hashes == NULL;
  json_array_foreach(c->plan->package.parents, index, parent)
  {
    bad |= json_array_append(hashes, json_object_get(parent, "sha256"));
  }
  if (bad == 0)
    return hashes;
  json_decref(hashes);
  return NULL;
}

/* Whether a manifest says how long a layer holds, which the record tells. */
static bool has_manifest(const zc_plan *plan)
{
  size_t index;
  const json_t *origin;
  json_array_foreach(plan->package.origins, index, origin)
  {
    if (json_object_get(origin, "serial") != NULL)
      return true;
  }
  return false;
}

static zc_code make_inputs(checking *c)
{
  char engine[ZC_HASH_ROOM], digits[ZC_HASH_ROOM];
  json_t *plan = json_object(), *inputs = json_object();
  zc_code code = hash_texts(c, engine);
  int bad = code == ZC_OK ? 0 : -1;
  if (bad == 0) {
    bad |= json_object_set(plan, "id", json_object_get(c->plan->about, "id"));
    bad |= json_object_set_new(plan, "sha256", json_string(c->plan->package.sha256));
    if (c->plan->package.parents != NULL)
      bad |= json_object_set_new(plan, "parents", parent_hashes(c));
    if (has_manifest(c->plan))
      bad |= json_object_set_new(plan, "layers", zc_validity_record(c->plan));
    bad |= json_object_set(inputs, "plan", plan);
    bad |= json_object_set_new(inputs, "zicha", json_string(ZC_VERSION));
    bad |= json_object_set_new(inputs, "engine", json_string(engine));
    bad |= json_object_set(inputs, c->plan->office != NULL ? "office" : "facility",
                           (json_t *)zc_plan_subject(c->plan));
    bad |= json_object_set(inputs, "answers", c->judging.answers);
    bad |= json_object_set(inputs, "evidence", c->judging.evidence);
    bad |= json_object_set_new(inputs, "tables", table_inputs(c->judging.tables));
    bad |= json_object_set(inputs, "interval",
                           json_object_get(c->judging.prepared, "interval"));
    bad |= json_object_set_new(inputs, "today", json_string(c->judging.today));
    if (bad != 0)
      code = zc_fail_memory(c->err);
  }
  if (code == ZC_OK)
    code = zc_json_canonical(inputs, &c->checked->inputs, c->err);
  if (code == ZC_OK)
    code = zc_hash_of(c->checked->inputs.data, c->checked->inputs.size, digits, c->err);
  if (code == ZC_OK)
    snprintf(c->checked->run, sizeof c->checked->run, "%.16s", digits);
  json_decref(plan);
  json_decref(inputs);
  return code;
}

/* Whether the workspace holds the file of this hash, and it is still that file. */
static bool is_evidence(const checking *c, const char *digits)
{
  char path[ZC_HASH_ROOM + 24], own[ZC_HASH_ROOM] = "";
  zc_err ignored;
  int fd;
  snprintf(path, sizeof path, "evidence/sha256/%.2s/%.*s", digits, ZC_HASH_ROOM,
           digits);
  if (zc_file_open_beneath(c->plan->workspace->fd, path, &fd, NULL, &ignored) != ZC_OK)
    return false;
  bool same = zc_file_hash(fd, path, own, &ignored) == ZC_OK &&
              strcmp(own, digits) == 0;
  close(fd);
  return same;
}

/* Marks files that the workspace has lost: what nobody can show is no evidence. */
static zc_code mark_gone(checking *c)
{
  const char *item;
  json_t *files, *file;
  size_t index;
  json_object_foreach(c->judging.evidence, item, files)
  {
    json_array_foreach(files, index, file)
    {
      const char *digits = zc_text_of(file, "sha256");
      if (!is_evidence(c, digits) &&
          json_object_set_new(file, "gone", json_true()) != 0)
        return zc_fail_memory(c->err);
    }
  }
  return ZC_OK;
}

static zc_code load_stored(checking *c)
{
  zc_store *store = c->plan->workspace->store;
  const char *id = zc_get_text(c->plan->about, "id");
  zc_code code = zc_store_answers(store, id, &c->judging.answers, c->err);
  if (code == ZC_OK)
    code = zc_store_evidence(store, id, &c->judging.evidence, c->err);
  return code == ZC_OK ? mark_gone(c) : code;
}

/* --from and --to: both or none, in order. */
static zc_code check_interval(const char *from, const char *to, zc_err *err)
{
  int32_t first, last;
  if (from == NULL && to == NULL)
    return ZC_OK;
  if (from == NULL || to == NULL || !zc_day_parse(from, strlen(from), &first) ||
      !zc_day_parse(to, strlen(to), &last) || first > last)
    return zc_fail(err, ZC_EUSAGE,
                   "an interval is --from DAY --to DAY, such as --from 2023-03-01 --to "
                   "2023-05-31",
                   NULL);
  return ZC_OK;
}

/* What stopped a rule then need not stop it now, and what ran with less isolation then
 * may not run, or is isolated, now. */
static bool is_reusable(const zc_plan *plan, const json_t *record)
{
  bool full = strcmp(zc_text_of(record, "isolation"), "full") == 0;
  return !zc_get_flag(record, "interrupted") && (full || !zc_judging_needs_full(plan));
}

/* Judges anew. What changed meanwhile was not what was judged: there is no record then. */
static zc_code judge(checking *c)
{
  zc_code code = zc_judging_end(&c->judging, &c->checked->record, c->err);
  json_t *runs = NULL;
  bool any = json_object_size(json_object_get(c->judging.hits, "runs")) > 0;
  if (code == ZC_OK && c->judging.want_hits && any) {
    code = zc_plan_call(c->plan, "runs_by_item", json_object(), &runs, c->err);
    c->checked->hits = json_incref(c->judging.hits);
    c->checked->items = json_incref(json_object_get(runs, "items"));
    json_decref(runs);
  }
  zc_print_faults(c->judging.faults, NULL);
  if (code == ZC_OK)
    code = zc_tables_unchanged(c->plan->workspace, c->judging.opened, c->judging.tables,
                               c->err);
  c->checked->fresh = true;
  return code;
}

/* Hands everything to the engine, and makes out which run this is. */
static zc_code prepare(checking *c, zc_opened_tables *tables)
{
  zc_code code = load_stored(c);
  if (code == ZC_OK)
    code = zc_tables_of_plan(c->plan, tables, &c->judging.tables, c->err);
  if (code == ZC_OK)
    code = check_interval(c->judging.from, c->judging.to, c->err);
  if (code == ZC_OK)
    code = zc_judging_begin(&c->judging, c->err);
  if (code == ZC_OK)
    zc_print_faults(json_object_get(c->judging.prepared, "notices"), NULL);
  return code == ZC_OK ? make_inputs(c) : code;
}

static checking new_checking(zc_plan *plan, zc_opened_tables *tables,
                             zc_checked *checked, zc_err *err)
{
  *checked = (zc_checked){0};
  return (checking){.plan = plan,
                    .judging = {.plan = plan,
                                .opened = tables,
                                .today = plan->cli->today,
                                .from = zc_option_value(plan->cli, "from"),
                                .to = zc_option_value(plan->cli, "to"),
                                .run = checked->run},
                    .checked = checked,
                    .err = err};
}

static void end_checking(checking *c)
{
  json_decref(c->judging.tables);
  json_decref(c->judging.answers);
  json_decref(c->judging.evidence);
  zc_judging_free(&c->judging);
}

/* `hits`: all of them are wanted of a fresh run. */
static zc_code check(zc_plan *plan, zc_opened_tables *tables, bool hits,
                     zc_checked *checked, zc_err *err)
{
  checking c = new_checking(plan, tables, checked, err);
  c.judging.want_hits = hits;
  zc_code code = prepare(&c, tables);
  if (code == ZC_OK)
    code = zc_store_find_run(plan->workspace->store, checked->run, &checked->record,
                             err);
  if (checked->record != NULL && !is_reusable(plan, checked->record)) {
    json_decref(checked->record);
    checked->record = NULL;
  }
  if (code == ZC_OK)
    code = checked->record == NULL ? judge(&c) : zc_judging_leave(&c.judging, err);
  end_checking(&c);
  if (code != ZC_OK)
    zc_checked_free(checked);
  return code;
}

zc_code zc_check(zc_plan *plan, zc_opened_tables *tables, zc_checked *checked,
                 zc_err *err)
{
  return check(plan, tables, true, checked, err);
}

zc_code zc_check_preview(zc_plan *plan, zc_opened_tables *tables, zc_checked *checked,
                         zc_err *err)
{
  return check(plan, tables, false, checked, err);
}

zc_code zc_check_last(zc_plan *plan, zc_opened_tables *tables, json_t **record,
                      bool *changed, zc_err *err)
{
  zc_checked checked;
  json_t *run = NULL;
  checking c = new_checking(plan, tables, &checked, err);
  *record = NULL;
  *changed = false;
  zc_code code = zc_store_last_run(plan->workspace->store,
                                   zc_get_text(plan->about, "id"), &run, err);
  const json_t *last = json_object_get(run, "record");
  const json_t *interval = json_object_get(last, "interval");
  if (code == ZC_OK && last != NULL) {
    c.judging.today = zc_text_or(zc_get_text(last, "today"), plan->cli->today);
    if (zc_get_flag(interval, "given")) {
      c.judging.from = zc_get_text(interval, "from");
      c.judging.to = zc_get_text(interval, "to");
    }
    code = prepare(&c, tables);
    if (code == ZC_OK)
      code = zc_judging_leave(&c.judging, err);
    *changed = strcmp(zc_text_of(run, "id"), checked.run) != 0;
  }
  if (code == ZC_OK)
    *record = json_incref((json_t *)last);
  end_checking(&c);
  zc_checked_free(&checked);
  json_decref(run);
  return code;
}

/* The runs of an item's rules, as the engine names them: [{rule, key}]. */
static zc_code runs_of_item(zc_plan *plan, const char *item, json_t **runs,
                            json_t **keys, zc_err *err)
{
  json_t *answer = NULL;
  size_t index;
  const json_t *run;
  zc_code code = zc_plan_call(plan, "runs_of_item", json_pack("{s:s}", "item", item),
                              &answer, err);
  if (code == ZC_OK && json_object_get(answer, "error") != NULL)
    code = zc_fail_message(err, ZC_EUSAGE, json_object_get(answer, "error"));
  *keys = json_array();
  *runs = json_incref(json_object_get(answer, "runs"));
  json_array_foreach(*runs, index, run)
  {
    if (json_array_append(*keys, json_object_get(run, "key")) != 0)
      code = zc_fail_memory(err);
  }
  json_decref(answer);
  return code;
}

/* Adds the hits of a run, {rule, key, split}, to a list; `split` becomes one text. */
static zc_code add_hits(const json_t *kept, const json_t *run, json_t *list,
                        zc_err *err)
{
  json_t *rows, *row;
  json_int_t split = zc_get_integer(run, "split", 0);
  size_t index;
  bool ignored;
  zc_code code = zc_kept_rows(kept, zc_text_of(run, "key"), &rows, &ignored, err);
  if (code != ZC_OK)
    return code;
  int bad = 0;
  json_array_foreach(rows, index, row)
  {
    json_t *texts = json_incref(json_object_get(row, "split"));
    json_t *text = split == 0 ? NULL : json_array_get(texts, (size_t)split - 1);
    bad |= text != NULL ? json_object_set(row, "split", text)
                        : json_object_set_new(row, "split", json_string(""));
    json_decref(texts);
  }
  bad |= json_array_extend(list, rows);
  json_decref(rows);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

static zc_code collect_hits(const json_t *runs, const json_t *kept, json_t **hits,
                            zc_err *err)
{
  json_t *list = json_array();
  size_t index;
  const json_t *run;
  int bad = list == NULL;
  zc_code code = ZC_OK;
  json_array_foreach(runs, index, run)
  {
    json_t *entry = json_object(), *rows = json_array();
    if (code == ZC_OK)
      code = add_hits(kept, run, rows, err);
    bad |= json_object_set(entry, "rule", json_object_get(run, "rule"));
    bad |= json_object_set_new(entry, "rows", rows);
    bad |= json_object_set_new(entry, "split",
                               json_boolean(json_object_get(run, "split") != NULL));
    bad |= json_array_append_new(list, entry);
  }
  if (code == ZC_OK && bad != 0)
    code = zc_fail_memory(err);
  if (code == ZC_OK)
    *hits = list;
  else
    json_decref(list);
  return code;
}

/* Whether the record says that the item is a problem because of this rule. */
static bool is_problem_of(const json_t *record, const char *item, const char *rule)
{
  size_t index, number;
  const json_t *entry, *line;
  json_array_foreach(json_object_get(record, "items"), index, entry)
  {
    if (strcmp(zc_text_of(entry, "id"), item) != 0)
      continue;
    json_array_foreach(json_object_get(entry, "rules"), number, line)
    {
      if (strcmp(zc_text_of(line, "id"), rule) == 0)
        return strcmp(zc_text_of(line, "status"), "problem") == 0;
    }
  }
  return false;
}

typedef struct {
  const char *rule;
  json_int_t split; /* which split value is the item's, from 1; 0: it has none */
  zc_checked_visit *visit;
  void *context;
} visiting;

static zc_code visit_hit(void *context, const zc_kept_hit *hit, zc_err *err)
{
  const visiting *v = context;
  zc_piece split = {"\"\"", 2};
  if (v->split > 0)
    split = zc_kept_split(hit, (size_t)v->split - 1);
  return v->visit(v->context, v->rule, hit, split, err);
}

zc_code zc_checked_each(const zc_checked *checked, const char *item,
                        zc_checked_visit *visit, void *context, bool *more, zc_err *err)
{
  size_t index;
  const json_t *run;
  zc_code code = ZC_OK;
  *more = false;
  json_array_foreach(json_object_get(checked->items, item), index, run)
  {
    visiting v = {zc_text_of(run, "rule"), zc_get_integer(run, "split", 0), visit,
                  context};
    bool cut = false;
    if (code == ZC_OK && is_problem_of(checked->record, item, v.rule))
      code = zc_kept_each(checked->hits, zc_text_of(run, "key"), visit_hit, &v, &cut,
                          err);
    *more |= cut;
  }
  return code;
}

zc_code zc_check_hits(zc_plan *plan, zc_opened_tables *tables, const char *item,
                      json_t **hits, zc_err *err)
{
  zc_checked checked;
  json_t *runs = NULL, *keys = NULL;
  checking c = new_checking(plan, tables, &checked, err);
  *hits = NULL;
  zc_code code = runs_of_item(plan, item, &runs, &keys, err);
  c.judging.wanted_hits = keys;
  if (code == ZC_OK)
    code = prepare(&c, tables);
  if (code == ZC_OK)
    code = judge(&c);
  if (code == ZC_OK)
    code = collect_hits(runs, c.judging.hits, hits, err);
  end_checking(&c);
  zc_checked_free(&checked);
  json_decref(runs);
  json_decref(keys);
  return code;
}

zc_code zc_check_keep(const zc_plan *plan, const zc_checked *checked, zc_err *err)
{
  return zc_store_run(plan->workspace->store, checked->run,
                      zc_get_text(plan->about, "id"), &checked->inputs, checked->record,
                      plan->workspace->cli->now, err);
}

void zc_checked_free(zc_checked *checked)
{
  json_decref(checked->record);
  json_decref(checked->hits);
  json_decref(checked->items);
  zc_buffer_free(&checked->inputs);
  *checked = (zc_checked){0};
}
