/* inspect import: what inspections have found, as lists (a row a problem; a visit without problems is a
 * row without any), or as sheets that came back filled in. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cells.h"
#include "cli/commands.h"
#include "cli/inspecting.h"
#include "cli/message.h"
#include "office/amount.h"
#include "store/inspections.h"

#define LIST_LIMIT ((size_t)64 << 20)

enum {
  CODE,
  NAME,
  DAY,
  TEAM,
  KIND,
  INSPECTORS,
  ENTRY,
  ITEM,
  MARK,
  TITLE,
  FOUND,
  COUNT,
  AMOUNT,
  SEVERITY,
  HANDLING,
  NOTE
};

const zc_list_column zc_inspect_columns[] = {{"机构编码", "code", false},
                                             {"机构名称", "name", false},
                                             {"检查日期", "day", true},
                                             {"检查组", "检查人员", false},
                                             {"检查方式", "kind", false},
                                             {"检查人数", "inspectors", false},
                                             {"检查项编号", "item", false},
                                             {"检查项", "item_title", false},
                                             {"检查情况", "mark", false},
                                             {"问题表现", "title", true},
                                             {"发现时间", "found", false},
                                             {"数量", "count", false},
                                             {"涉及金额", "amount", false},
                                             {"严重程度", "severity", false},
                                             {"处理方式", "handling", false},
                                             {"备注", "note", false},
                                             {NULL, NULL, false}};

typedef struct {
  zc_office *office;
  zc_cells cells;
  char sha256[ZC_HASH_ROOM];
  char last_code[256], last_name[512]; /* of the row before, and its visit */
  char carried[INSPECTORS + 1][256];
  json_t *visits; /* key → {facility …, found: [], scope: [], lines: {}, line, open} */
  json_t *order;   /* of their keys */
  json_t *known;   /* key → the visit as it is kept */
  json_t *fresh;   /* visits with what is new or other in them */
  json_t *changes; /* [{facility, day, entry, title, field, from, to}] */
  size_t new_visits, rows, new_problems, changed, blank;
  zc_err *err;
} importing;

static const char *text_of(const json_t *map, const char *key)
{
  return zc_text_or(zc_get_text(map, key), "");
}

static const char *cell(const zc_list_row *row, int column)
{
  return zc_text_or(row->cells[column], "");
}

/* ---- rows ------------------------------------------------------------------------------- */

/* What is left blank is as in the row above, as long as that is of the same facility and day. */
static void carry(importing *im, const zc_list_row *row, const char *cells[NOTE + 1])
{
  bool own = *cell(row, CODE) != '\0' || *cell(row, NAME) != '\0';
  bool same = !own || (strcmp(cell(row, CODE), im->last_code) == 0 &&
                       (*cell(row, CODE) != '\0' ||
                        strcmp(cell(row, NAME), im->last_name) == 0));
  for (int i = 0; i <= NOTE; i++)
    cells[i] = cell(row, i);
  if (own) {
    snprintf(im->last_code, sizeof im->last_code, "%s", cells[CODE]);
    snprintf(im->last_name, sizeof im->last_name, "%s", cells[NAME]);
  }
  cells[CODE] = im->last_code;
  cells[NAME] = im->last_name;
  same = same && (*cells[DAY] == '\0' || strcmp(cells[DAY], im->carried[DAY]) == 0);
  for (int i = DAY; i <= INSPECTORS; i++) {
    if (!same || *cells[i] != '\0')
      snprintf(im->carried[i], sizeof im->carried[i], "%s", cells[i]);
    cells[i] = im->carried[i];
  }
}

/* Who was visited: a facility of the roster, or somebody who is on none. */
static bool read_who(importing *im, const char *const *cells, json_t *visit)
{
  bool listed = *cells[CODE] != '\0';
  const char *code = zc_cells_facility(&im->cells, cells[CODE]);
  const char *subject = listed ? ""
                               : zc_cells_text(&im->cells, "机构名称", cells[NAME]);
  if (!listed && *subject == '\0')
    zc_cells_wrong(&im->cells, N_("the row does not say which facility was visited"),
                   N_("write its code; who is on no roster stands without a code, with "
                      "a name"),
                   NULL);
  json_object_set_new(visit, "facility", json_string(code));
  json_object_set_new(visit, "subject", json_string(subject));
  return *code != '\0' || *subject != '\0';
}

static const char *read_day(importing *im, const char *const *cells)
{
  if (*cells[DAY] == '\0')
    zc_cells_wrong(&im->cells, N_("the day of the inspection is missing"),
                   N_("write it as 2026-12-31 into the column 检查日期"), NULL);
  return zc_cells_day(&im->cells, "检查日期", cells[DAY]);
}

/* The visit that a row is of. Borrowed; NULL when the row does not say, which was told. */
static json_t *visit_of(importing *im, const char *const *cells)
{
  zc_buffer key = {0};
  json_t *visit = json_object();
  bool who = read_who(im, cells, visit);
  const char *day = read_day(im, cells);
  const char *kind = zc_cells_word(&im->cells, zc_visit_kinds, "检查方式", cells[KIND]);
  int bad = json_object_set_new(visit, "day", json_string(day));
  bad |= json_object_set_new(visit, "team",
                             json_string(
                                 zc_cells_text(&im->cells, "检查组", cells[TEAM])));
  bad |= json_object_set_new(visit, "kind",
                             json_string(*kind == '\0' ? "on_site" : kind));
  bad |= json_object_set_new(visit, "inspectors",
                             json_integer(zc_cells_count(&im->cells, "检查人数",
                                                         cells[INSPECTORS])));
  zc_inspect_key(visit, &key);
  json_t *known = json_object_get(im->visits, zc_text_or(key.data, ""));
  if (known == NULL && who && *day != '\0') {
    bad |= json_object_set_new(visit, "found", json_array());
    bad |= json_object_set_new(visit, "scope", json_array());
    bad |= json_object_set_new(visit, "lines", json_object());
    bad |= json_object_set_new(visit, "handling", json_string(""));
    bad |= json_object_set_new(visit, "note", json_string(""));
    bad |= json_object_set_new(visit, "line", json_integer(im->cells.line));
    bad |= json_object_set(im->visits, zc_text_or(key.data, ""), visit);
    bad |= json_array_append_new(im->order, json_string(zc_text_or(key.data, "")));
    known = visit;
  }
  json_decref(visit); /* kept by the map, if at all */
  zc_buffer_free(&key);
  return bad == 0 && who && *day != '\0' ? known : NULL;
}

/* The same problem twice in one visit would count twice. */
static bool is_second(importing *im, json_t *visit, const char *entry,
                      const char *title)
{
  zc_buffer key = {0};
  zc_buffer_print(&key, "%s\x1f%s", entry, title);
  json_t *lines = json_object_get(visit, "lines");
  const json_t *first = json_object_get(lines, zc_text_or(key.data, ""));
  if (first != NULL)
    zc_cells_wrong(&im->cells, N_("the same problem stands on line {line} already"),
                   N_("take one of the lines out, or say what is different"), "line",
                   ZC_DIGITS(json_integer_value(first)), NULL);
  else
    json_object_set_new(lines, zc_text_or(key.data, ""), json_integer(im->cells.line));
  zc_buffer_free(&key);
  return first != NULL;
}

static int add_problem(importing *im, json_t *visit, const char *const *cells,
                       const char *entry)
{
  zc_cells *c = &im->cells;
  const char *title = zc_cells_text(c, "问题表现", cells[TITLE]);
  const char *found = zc_cells_day(c, "发现时间", cells[FOUND]);
  const char *severity = zc_cells_word(c, zc_severities, "严重程度", cells[SEVERITY]);
  json_t *handling = zc_cells_words(c, zc_handlings, "处理方式", cells[HANDLING]);
  if (*title == '\0' || is_second(im, visit, entry, title)) {
    json_decref(handling);
    return 0;
  }
  json_t *problem =
      json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:o, s:s}", "entry", entry, "title",
                title, "found", *found == '\0' ? text_of(visit, "day") : found,
                "severity", severity, "count",
                (json_int_t)zc_cells_count(c, "数量", cells[COUNT]), "amount",
                (json_int_t)zc_cells_money(c, "涉及金额", cells[AMOUNT]), "handling",
                handling, "note", zc_cells_text(c, "备注", cells[NOTE]));
  im->rows++;
  return json_array_append_new(json_object_get(visit, "found"), problem);
}

/* A row that tells no problem: of the visit as a whole, or of an entry that was looked at. */
static int add_plain(importing *im, json_t *visit, const char *const *cells,
                     const char *entry)
{
  zc_cells *c = &im->cells;
  int bad = 0;
  if (*cells[COUNT] != '\0' || *cells[AMOUNT] != '\0' || *cells[SEVERITY] != '\0')
    zc_cells_wrong(c,
                   N_("the row has a number, an amount or a severity, but no problem"),
                   N_("say in 问题表现 what was found, or take them out"), NULL);
  if (*entry != '\0' && *cells[MARK] == '\0' && *cells[HANDLING] == '\0' &&
      *cells[NOTE] == '\0') {
    im->blank++;
    return json_object_set_new(visit, "open", json_true());
  }
  json_t *handling = zc_cells_words(c, zc_handlings, "处理方式", cells[HANDLING]);
  if (json_string_length(handling) > 0)
    bad |= json_object_set(visit, "handling", handling);
  if (*cells[NOTE] != '\0')
    bad |= json_object_set_new(visit, "note",
                               json_string(zc_cells_text(c, "备注", cells[NOTE])));
  bad |= handling == NULL;
  json_decref(handling);
  return bad;
}

/* A sheet that nobody has filled in: a facility that was not visited. */
static bool is_unused(const zc_list_row *row, const char *const *cells)
{
  return *cells[DAY] == '\0' && row->cells[MARK] != NULL && *cells[MARK] == '\0' &&
         *cells[TITLE] == '\0' && *cells[ENTRY] != '\0';
}

static zc_code take_row(void *context, const zc_list_row *row, zc_err *err)
{
  importing *im = context;
  const char *cells[NOTE + 1];
  im->cells.line = row->line;
  carry(im, row, cells);
  if (is_unused(row, cells)) {
    im->blank++;
    return ZC_OK;
  }
  json_t *visit = visit_of(im, cells);
  const char *entry = zc_cells_entry(&im->cells, cells[ENTRY], cells[ITEM]);
  if (visit == NULL)
    return ZC_OK; /* told */
  int bad = 0;
  bool looked_at = *cells[MARK] != '\0' || *cells[TITLE] != '\0';
  if (row->cells[MARK] != NULL && *entry != '\0' && looked_at)
    bad |= json_array_append_new(json_object_get(visit, "scope"), json_string(entry));
  bad |= *cells[TITLE] != '\0' ? add_problem(im, visit, cells, entry)
                               : add_plain(im, visit, cells, entry);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

/* A sheet with a day on which nothing is marked would be a visit that saw nothing. */
static void check_marks(importing *im)
{
  const char *key;
  json_t *visit;
  json_object_foreach(im->visits, key, visit)
  {
    if (!zc_get_flag(visit, "open") ||
        json_array_size(json_object_get(visit, "scope")) > 0)
      continue;
    im->cells.line = zc_get_integer(visit, "line", 0);
    zc_cells_wrong(&im->cells,
                   N_("the sheet names entries, and none is marked as inspected"),
                   N_("write 合格 into 检查情况 where an entry was in order, or the "
                      "problem into 问题表现"),
                   NULL);
  }
}

/* ---- what is new ------------------------------------------------------------------------ */

static int note_change(importing *im, const json_t *visit, const json_t *problem,
                       const char *field, const char *from, const char *to)
{
  return json_array_append_new(im->changes,
                               json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}",
                                         "facility", text_of(visit, "facility"), "day",
                                         text_of(visit, "day"), "entry",
                                         text_of(problem, "entry"), "title",
                                         text_of(problem, "title"), "field", field,
                                         "from", from, "to", to));
}

static int compare_field(importing *im, const json_t *visit, const json_t *was,
                         const json_t *is, const char *field, bool *other)
{
  char from[32], to[32];
  const json_t *old = json_object_get(was, field), *new = json_object_get(is, field);
  if (json_is_string(new)) {
    if (strcmp(text_of(was, field), text_of(is, field)) == 0)
      return 0;
    *other = true;
    return note_change(im, visit, is, field, text_of(was, field), text_of(is, field));
  }
  int64_t before = json_is_string(old) ? zc_amount_read(json_string_value(old))
                                       : json_integer_value(old);
  if (before == json_integer_value(new))
    return 0;
  *other = true;
  return note_change(im, visit, is, field, zc_number_text(from, before),
                     zc_number_text(to, json_integer_value(new)));
}

static const json_t *find_problem(const json_t *visit, const json_t *problem)
{
  size_t index;
  const json_t *one;
  json_array_foreach(json_object_get(visit, "found"), index, one)
  {
    if (strcmp(text_of(one, "entry"), text_of(problem, "entry")) == 0 &&
        strcmp(text_of(one, "title"), text_of(problem, "title")) == 0)
      return one;
  }
  return NULL;
}

/* Leaves only problems that are new or have other values. */
static int compare_problems(importing *im, const json_t *was, json_t *visit)
{
  static const char *const fields[] = {"found",  "severity", "count",
                                       "amount", "handling", "note"};
  json_t *left = json_array(), *one;
  size_t index;
  int bad = left == NULL;
  json_array_foreach(json_object_get(visit, "found"), index, one)
  {
    const json_t *known = find_problem(was, one);
    bool other = known == NULL;
    for (size_t i = 0; known != NULL && i < sizeof fields / sizeof *fields; i++)
      bad |= compare_field(im, visit, known, one, fields[i], &other);
    im->new_problems += known == NULL;
    im->changed += known != NULL && other;
    if (other)
      bad |= json_array_append(left, one);
  }
  return bad | json_object_set_new(visit, "found", left);
}

/* What a later list does not say stays as it was: a list of problems forgets no scope. */
static int keep_visit(const json_t *was, json_t *visit)
{
  static const char *const kept[] = {"handling", "note"};
  const json_t *scope = json_object_get(was, "scope"), *one;
  json_t *own = json_object_get(visit, "scope");
  size_t index;
  int bad = 0;
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
    if (*text_of(visit, kept[i]) == '\0')
      bad |= json_object_set(visit, kept[i], json_object_get(was, kept[i]));
  if (zc_get_integer(visit, "inspectors", 0) == 0)
    bad |= json_object_set(visit, "inspectors", json_object_get(was, "inspectors"));
  if (json_array_size(scope) == 0)
    return bad | json_array_clear(own);
  json_array_foreach(scope, index, one) bad |= json_array_append(own, (json_t *)one);
  return bad;
}

static int compare_visit(importing *im, const char *key, json_t *visit)
{
  static const char *const fields[] = {"inspectors", "handling", "note"};
  const json_t *was = json_object_get(im->known, key);
  bool other = was == NULL;
  int bad = was == NULL ? 0 : keep_visit(was, visit);
  bad |= zc_inspect_sort_scope(visit);
  bad |= compare_problems(im, was, visit);
  for (size_t i = 0; was != NULL && i < sizeof fields / sizeof *fields; i++)
    bad |= compare_field(im, visit, was, visit, fields[i], &other);
  other |= json_array_size(json_object_get(visit, "found")) > 0 ||
           (was != NULL && !json_equal(json_object_get(was, "scope"),
                                       json_object_get(visit, "scope")));
  im->new_visits += was == NULL;
  json_object_del(visit, "lines");
  json_object_del(visit, "line");
  json_object_del(visit, "open");
  return other ? bad | json_array_append(im->fresh, visit) : bad;
}

static zc_code compare(importing *im)
{
  size_t index;
  const json_t *key;
  int bad = 0;
  const zc_visit_filter filter = {.plan = im->cells.plan};
  zc_code code = zc_inspect_known(im->office->workspace.store, &filter, &im->known,
                                  im->err);
  json_array_foreach(im->order, index, key)
  {
    const char *text = json_string_value(key);
    if (code == ZC_OK)
      bad |= compare_visit(im, text, json_object_get(im->visits, text));
  }
  return code == ZC_OK && bad != 0 ? zc_fail_memory(im->err) : code;
}

/* ---- writing ------------------------------------------------------------------------------ */

static zc_code put(zc_store *store, void *context, zc_err *err)
{
  return zc_visits_put(store, context, err);
}

static zc_code keep(importing *im)
{
  const char *slash = strrchr(im->cells.file, '/');
  json_t *source = zc_json_lossy(slash == NULL ? im->cells.file : slash + 1,
                                 strlen(slash == NULL ? im->cells.file : slash + 1));
  json_t *body = json_pack("{s:s, s:o, s:s, s:O}", "plan", im->cells.plan, "source",
                           source, "list", im->sha256, "visits", im->fresh);
  if (json_array_size(im->changes) > 0 &&
      json_object_set(body, "changes", im->changes) != 0) {
    json_decref(body);
    body = NULL;
  }
  return zc_office_record(im->office, "inspect_import", body, put, body, im->err);
}

static zc_code finish(importing *im)
{
  zc_code code = ZC_OK;
  bool same = json_array_size(im->fresh) == 0;
  if (!same)
    code = keep(im);
  if (code != ZC_OK)
    return code;
  zc_say_line(same ? N_("{visits} visits, {problems} problems: all of it is known "
                        "already, nothing was written")
                   : N_("{visits} visits, {new} of them new; {problems} problems, "
                        "{fresh} new, {changed} changed"),
              json_pack("{s:I, s:I, s:I, s:I, s:I}", "visits",
                        (json_int_t)json_array_size(im->order), "new",
                        (json_int_t)im->new_visits, "problems", (json_int_t)im->rows,
                        "fresh", (json_int_t)im->new_problems, "changed",
                        (json_int_t)im->changed));
  if (im->blank > 0)
    zc_say_line(N_("{count} rows of sheets were left blank: not inspected"),
                json_pack("{s:I}", "count", (json_int_t)im->blank));
  return ZC_OK;
}

static zc_code read_list(importing *im)
{
  zc_buffer text = {0};
  size_t unread = 0;
  const char *file = im->cells.file;
  zc_code code = zc_list_load(file, LIST_LIMIT, &text, im->sha256, im->err);
  if (code == ZC_OK)
    code = zc_list_read(file, &text, zc_inspect_columns, take_row, im, &unread,
                        im->err);
  zc_buffer_free(&text);
  if (code == ZC_OK)
    check_marks(im);
  im->cells.wrong += unread;
  if (code == ZC_OK && im->cells.wrong > 0)
    return zc_fail(im->err, ZC_EDATA,
                   "{file} has {count} mistakes: nothing was taken over", "file", file,
                   "count", ZC_DIGITS(im->cells.wrong), NULL);
  if (code == ZC_OK && json_array_size(im->order) == 0)
    return zc_fail(im->err, ZC_EDATA, "{file} tells of no visit", "file", file, NULL);
  return code;
}

static zc_code import_file(zc_office *office, const char *plan, const char *file,
                           zc_err *err)
{
  importing im = {.office = office,
                  .visits = json_object(),
                  .order = json_array(),
                  .fresh = json_array(),
                  .changes = json_array(),
                  .err = err};
  zc_code code = im.visits == NULL || im.order == NULL || im.fresh == NULL ||
                         im.changes == NULL
                     ? zc_fail_memory(err)
                     : zc_cells_begin(&im.cells, office, plan, file, err);
  if (code == ZC_OK)
    code = read_list(&im);
  if (code == ZC_OK)
    code = compare(&im);
  if (code == ZC_OK)
    code = finish(&im);
  zc_cells_free(&im.cells);
  json_decref(im.visits);
  json_decref(im.order);
  json_decref(im.known);
  json_decref(im.fresh);
  json_decref(im.changes);
  return code;
}

/* Each file by itself: one that cannot be taken keeps no other out. */
static zc_code import_files(zc_office *office, zc_err *err)
{
  const char *plan;
  zc_err one;
  const zc_cli *cli = office->workspace.cli;
  zc_code worst = ZC_OK, code = zc_office_plan(office, &plan, err);
  for (int i = 0; code == ZC_OK && i < cli->argument_count; i++) {
    if (cli->argument_count > 1)
      printf("%s\n", cli->arguments[i]);
    zc_code result = import_file(office, plan, cli->arguments[i], &one);
    if (result != ZC_OK && worst != ZC_OK)
      zc_print_error(err); /* the last one is printed in the end */
    if (result != ZC_OK)
      *err = one;
    worst = result == ZC_OK ? worst : result;
  }
  return code == ZC_OK ? worst : code;
}

int zc_command_inspect_import(zc_cli *cli)
{
  zc_err err;
  zc_office office;
  zc_code code = zc_office_open(cli, &office, &err);
  if (code == ZC_OK) {
    code = import_files(&office, &err);
    zc_office_close(&office);
  }
  return zc_exit(code, &err);
}
