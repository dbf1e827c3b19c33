#include "cli/checking.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/file.h"
#include "cli/message.h"
#include "runner/judge.h"
#include "value/json.h"

#ifndef ZC_VERSION
#define ZC_VERSION "0"
#endif

/* Everything that one check holds. */
typedef struct {
  zc_plan *plan;
  zc_cli *cli;
  json_t *answers, *evidence; /* from the store */
  json_t *tables;             /* those that the plan knows */
  json_t *prepared;           /* the engine's {names, interval} */
  json_t *request;            /* the rules job's first frame */
  zc_opened_tables *opened;
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

/* One hash over the texts that judge besides the package: engine and rule files. */
static zc_code hash_texts(checking *c, char digits[ZC_HASH_ROOM])
{
  zc_buffer datasets = {0};
  zc_hash *hash = zc_hash_new();
  if (hash == NULL)
    return zc_fail_memory(c->err);
  zc_code code = hash_engine(c, hash);
  hash_files(&c->plan->files, hash);
  if (code == ZC_OK)
    code = zc_json_canonical(c->plan->datasets, &datasets, c->err);
  if (code == ZC_OK)
    zc_hash_add(hash, datasets.data, datasets.size);
  zc_buffer_free(&datasets);
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
    bad |= json_object_set(inputs, "plan", plan);
    bad |= json_object_set_new(inputs, "zicha", json_string(ZC_VERSION));
    bad |= json_object_set_new(inputs, "engine", json_string(engine));
    bad |= json_object_set(inputs, "facility", c->plan->facility);
    bad |= json_object_set(inputs, "answers", c->answers);
    bad |= json_object_set(inputs, "evidence", c->evidence);
    bad |= json_object_set_new(inputs, "tables", table_inputs(c->tables));
    bad |= json_object_set(inputs, "interval",
                           json_object_get(c->prepared, "interval"));
    bad |= json_object_set_new(inputs, "today", json_string(c->cli->today));
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
  json_object_foreach(c->evidence, item, files)
  {
    json_array_foreach(files, index, file)
    {
      const char *digits = zc_text_or(zc_get_text(file, "sha256"), "");
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
  zc_code code = zc_store_answers(store, id, &c->answers, c->err);
  if (code == ZC_OK)
    code = zc_store_evidence(store, id, &c->evidence, c->err);
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

static zc_code prepare(checking *c)
{
  json_t *args = json_object();
  const char *from = zc_option_value(c->cli, "from"),
             *to = zc_option_value(c->cli, "to");
  zc_code code = check_interval(from, to, c->err);
  if (code != ZC_OK) {
    json_decref(args);
    return code;
  }
  int bad = json_object_set(args, "answers", c->answers);
  bad |= json_object_set(args, "evidence", c->evidence);
  bad |= json_object_set_new(args, "handed", zc_handed_tables(c->tables));
  bad |= json_object_set_new(args, "today", json_string(c->cli->today));
  if (json_array_size(c->plan->runs) > 0)
    bad |= json_object_set_new(args, "rules", json_true());
  if (from != NULL)
    bad |= json_object_set_new(args, "from", json_string(from));
  if (to != NULL)
    bad |= json_object_set_new(args, "to", json_string(to));
  if (bad != 0) {
    json_decref(args);
    return zc_fail_memory(c->err);
  }
  return zc_plan_call(c->plan, "prepare", args, &c->prepared, c->err);
}

/* ---- judging ----------------------------------------------------------------- */

/* Completes the first frame: the names that expressions know, and the tables. */
static zc_code complete_request(checking *c)
{
  json_t *tables = json_array();
  const char *name;
  json_t *table;
  json_t *names = json_object_get(c->prepared, "names");
  int bad = names == NULL ? 0 : json_object_set(c->request, "names", names);
  json_object_foreach(c->tables, name, table)
  {
    if (zc_get_text(table, "file") == NULL)
      continue;
    json_t *entry = json_object();
    bad |= json_object_set_new(entry, "id", json_string(name));
    bad |= json_object_set(entry, "file", json_object_get(table, "file"));
    bad |= json_object_set(entry, "options", json_object_get(table, "options"));
    bad |= json_array_append_new(tables, entry);
  }
  bad |= json_object_set_new(c->request, "tables", tables);
  return bad == 0 ? ZC_OK : zc_fail_memory(c->err);
}

/* Whether somebody else's package may only run fully isolated. */
static bool needs_full(const checking *c)
{
  return !c->plan->package.shipped && strcmp(zc_isolation(c->cli), "full") == 0;
}

/* Rules only run when there are some: a plan of questions needs one process less. */
static zc_code run_rules(checking *c, json_t **outcome)
{
  if (json_array_size(c->plan->runs) == 0) {
    bool full;
    zc_code code = zc_engine_level(c->plan->engine, &full, c->err);
    if (code == ZC_OK && !full && needs_full(c))
      code = zc_fail_isolation(c->err);
    if (code != ZC_OK)
      return code;
    *outcome = json_pack("{s:{}, s:{}, s:s}", "results", "unions", "isolation",
                         full ? "full" : "process");
    return *outcome == NULL ? zc_fail_memory(c->err) : ZC_OK;
  }
  zc_judgement judgement = {
      .program = c->plan->home->evaluator,
      .request = c->request,
      .files = &c->plan->files,
      .tables = c->opened->handed,
      .table_count = c->opened->count,
      .rows = c->opened->rows,
      .first = c->opened->worker,
      .need_full = needs_full(c),
  };
  c->opened->worker = NULL;
  return zc_judge(&judgement, outcome, c->err);
}

/* What the record says of each table, by id. */
static json_t *table_records(const checking *c)
{
  static const char *const told[] = {"title",     "file", "sha256", "rows",
                                     "malformed", "from", "to",     "covers",
                                     "absent",    "bad",  "blanks", "options",
                                     NULL};
  json_t *entries = zc_tables_told(c->tables, told), *list = json_array(), *entry;
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

static zc_code compose(checking *c, const json_t *outcome)
{
  json_t *given = json_object(), *plan = json_object(), *args = json_object();
  int bad = json_object_set_new(plan, "sha256", json_string(c->plan->package.sha256));
  bad |= json_object_set_new(given, "plan", plan);
  bad |= json_object_set_new(given, "tables", table_records(c));
  bad |= json_object_set(given, "isolation", json_object_get(outcome, "isolation"));
  if (zc_get_flag(outcome, "interrupted"))
    bad |= json_object_set_new(given, "interrupted", json_true());
  bad |= json_object_set_new(given, "run", json_string(c->checked->run));
  bad |= json_object_set(args, "results", json_object_get(outcome, "results"));
  bad |= json_object_set(args, "unions", json_object_get(outcome, "unions"));
  bad |= json_object_set_new(args, "given", given);
  if (bad != 0) {
    json_decref(args);
    return zc_fail_memory(c->err);
  }
  return zc_plan_call(c->plan, "judge", args, &c->checked->record, c->err);
}

/* Rules that are wrong are told with their places; only their own items suffer. */
static void print_rule_faults(const json_t *outcome)
{
  const char *key;
  json_t *result, *faults = json_array();
  json_object_foreach(json_object_get(outcome, "results"), key, result)
  {
    json_t *own = json_object_get(result, "faults");
    size_t index;
    json_t *fault;
    json_array_foreach(own, index, fault) json_array_append(faults, fault);
  }
  zc_print_faults(faults, NULL);
  json_decref(faults);
}

/* The engine judges what needs no rule while the rules run, and while the host looks
 * whether there is a record already. */
static zc_code ask_ahead(checking *c)
{
  json_t *none = json_object();
  zc_code code = none == NULL
                     ? zc_fail_memory(c->err)
                     : zc_engine_ask(c->plan->engine, "judge_ahead", none, c->err);
  json_decref(none);
  return code;
}

static zc_code await_ahead(checking *c)
{
  json_t *nothing = NULL;
  zc_code code = zc_engine_answer(c->plan->engine, &nothing, c->err);
  json_decref(nothing);
  return code;
}

static zc_code judge(checking *c)
{
  json_t *outcome = NULL;
  zc_code code = complete_request(c);
  if (code == ZC_OK)
    code = run_rules(c, &outcome);
  if (code == ZC_OK)
    code = await_ahead(c);
  print_rule_faults(outcome);
  if (code == ZC_OK)
    code = zc_tables_unchanged(c->plan->workspace, c->tables, c->err);
  if (code == ZC_OK)
    code = compose(c, outcome);
  json_decref(outcome);
  return code;
}

/* What stopped a rule then need not stop it now, and what ran with less isolation then
 * may not run, or is isolated, now. */
static bool is_reusable(const checking *c, const json_t *record)
{
  bool full = strcmp(zc_text_or(zc_get_text(record, "isolation"), ""), "full") == 0;
  return !zc_get_flag(record, "interrupted") && (full || !needs_full(c));
}

zc_code zc_check(zc_plan *plan, zc_opened_tables *tables, zc_checked *checked,
                 zc_err *err)
{
  checking c = {.plan = plan,
                .cli = plan->workspace->cli,
                .opened = tables,
                .checked = checked,
                .err = err};
  *checked = (zc_checked){0};
  zc_code code = load_stored(&c);
  if (code == ZC_OK)
    code = zc_tables_of_plan(plan, tables, &c.tables, err);
  if (code == ZC_OK)
    code = prepare(&c);
  if (code == ZC_OK)
    code = ask_ahead(&c);
  if (code == ZC_OK && (c.request = zc_plan_rules_request(plan)) == NULL)
    code = zc_fail_memory(err);
  if (code == ZC_OK)
    code = make_inputs(&c);
  if (code == ZC_OK)
    code = zc_store_find_run(plan->workspace->store, checked->run, &checked->record,
                             err);
  if (checked->record != NULL && !is_reusable(&c, checked->record)) {
    json_decref(checked->record);
    checked->record = NULL;
  }
  if (code == ZC_OK && checked->record == NULL) {
    checked->fresh = true;
    code = judge(&c);
  } else if (code == ZC_OK) {
    code = await_ahead(&c); /* the next answer must be to the next question */
  }
  json_decref(c.tables);
  json_decref(c.answers);
  json_decref(c.evidence);
  json_decref(c.prepared);
  json_decref(c.request);
  if (code != ZC_OK)
    zc_checked_free(checked);
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
  zc_buffer_free(&checked->inputs);
  *checked = (zc_checked){0};
}

/* ---- statuses ---------------------------------------------------------------- */

/* Calls `use` for each word of --fail-on, which stand apart by commas or options, until
 * it returns true. */
static bool any_word(const zc_cli *cli, bool (*use)(const char *, size_t, const void *),
                     const void *data)
{
  size_t index;
  const json_t *value;
  json_array_foreach(zc_option_values(cli, "fail-on"), index, value)
  {
    for (const char *at = json_string_value(value);; at++) {
      size_t size = strcspn(at, ",");
      if (use(at, size, data))
        return true;
      at += size;
      if (*at == '\0')
        break;
    }
  }
  return false;
}

static bool is_word(const char *at, size_t size, const void *word)
{
  return strlen(word) == size && strncmp(at, word, size) == 0;
}

static bool is_unknown(const char *at, size_t size, const void *unused)
{
  (void)unused;
  return !is_word(at, size, "problem") && !is_word(at, size, "incomplete") &&
         !is_word(at, size, "never");
}

static bool fails_on(const zc_cli *cli, const char *word)
{
  return zc_option_values(cli, "fail-on") == NULL || any_word(cli, is_word, word);
}

zc_code zc_check_words(const zc_cli *cli, zc_err *err)
{
  if (any_word(cli, is_unknown, NULL))
    return zc_fail(err, ZC_EUSAGE,
                   "--fail-on {word} means nothing; known, by commas if several: "
                   "problem incomplete never",
                   "word", zc_option_value(cli, "fail-on"), NULL);
  if (strcmp(zc_isolation(cli), "full") != 0 &&
      strcmp(zc_isolation(cli), "process") != 0)
    return zc_fail(err, ZC_EUSAGE,
                   "there is no isolation level {level}; known: full process", "level",
                   zc_isolation(cli), NULL);
  return ZC_OK;
}

int zc_check_status(const zc_cli *cli, const json_t *record)
{
  const json_t *totals = json_object_get(record, "totals");
  json_int_t open = zc_get_integer(totals, "not_checked", 0) +
                    zc_get_integer(totals, "undetermined", 0);
  json_int_t judged = zc_get_integer(totals, "pass", 0) +
                      zc_get_integer(totals, "problem", 0);
  if (zc_get_integer(totals, "problem", 0) > 0 && fails_on(cli, "problem"))
    return 1;
  if ((open > 0 || judged == 0) && fails_on(cli, "incomplete"))
    return 2;
  return 0;
}
