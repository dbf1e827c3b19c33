/* inspect import: what inspections have found, as lists (a row a problem; a visit without problems is a
 * row without any), or as sheets that came back filled in. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "office/amount.h"
#include "store/inspections.h"
#include "store/project.h"
#include "supervisor/cells.h"
#include "supervisor/commands.h"
#include "supervisor/inspecting.h"

#define LIST_LIMIT ((size_t)64 << 20)

typedef struct {
  zc_office *office;
  zc_inspect_rows rows;
  char sha256[ZC_HASH_ROOM];
  json_t *known;                       /* key → the visit as it is kept */
  json_t *void_visits, *void_problems; /* taken back, by key */
  json_t *fresh;                       /* visits with what is new or other in them */
  json_t *changes; /* [{facility, day, entry, title, field, from, to}] */
  size_t new_visits, new_problems, changed;
  zc_err *err;
} importing;

/* ---- what is new ------------------------------------------------------------------------ */

/* The fields that a later list may change, and the columns that say them. */
static const struct field {
  const char *key;
  int column;
} problem_fields[] = {{"found", ZC_INSPECT_FOUND},
                      {"severity", ZC_INSPECT_SEVERITY},
                      {"count", ZC_INSPECT_COUNT},
                      {"amount", ZC_INSPECT_AMOUNT},
                      {"handling", ZC_INSPECT_HANDLING},
                      {"note", ZC_INSPECT_NOTE},
                      {NULL, 0}},
  visit_fields[] = {{"inspectors", ZC_INSPECT_INSPECTORS},
                    {"handling", ZC_INSPECT_HANDLING},
                    {"note", ZC_INSPECT_NOTE},
                    {NULL, 0}};

static int note_change(importing *im, const json_t *visit, const json_t *problem,
                       const char *field, const char *from, const char *to)
{
  return json_array_append_new(im->changes,
                               json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}",
                                         "facility", zc_text_of(visit, "facility"),
                                         "subject", zc_text_of(visit, "subject"), "day",
                                         zc_text_of(visit, "day"), "entry",
                                         zc_text_of(problem, "entry"), "title",
                                         zc_text_of(problem, "title"), "field", field,
                                         "from", from, "to", to));
}

/* What is kept, as lists have it: money is a number of hundredths. Owned. */
static json_t *kept_value(const json_t *was, const char *field)
{
  const json_t *value = json_object_get(was, field);
  return strcmp(field, "amount") == 0
             ? json_integer(zc_amount_read(zc_text_of(was, field)))
             : json_copy((json_t *)value);
}

/* Takes over what the list does not say, and notes what it says otherwise. */
static int compare_fields(importing *im, const json_t *visit, const json_t *was,
                          json_t *is, const struct field *fields, bool *other)
{
  int bad = 0;
  json_int_t said = zc_get_integer(is, "said", 0);
  for (; fields->key != NULL; fields++) {
    json_t *old = kept_value(was, fields->key);
    const json_t *new = json_object_get(is, fields->key);
    char from[32], to[32];
    if (old == NULL || (said & (json_int_t)1 << fields->column) == 0) {
      bad |= old == NULL || json_object_set(is, fields->key, old) != 0;
    } else if (!json_equal(old, new)) {
      *other = true;
      bad |= json_is_string(new)
                 ? note_change(im, visit, is, fields->key, json_string_value(old),
                               json_string_value(new))
                 : note_change(im, visit, is, fields->key,
                               zc_number_text(from, json_integer_value(old)),
                               zc_number_text(to, json_integer_value(new)));
    }
    json_decref(old);
  }
  return bad;
}

/* The problems of a visit by what they are known by. Owned; NULL when out of memory. */
static json_t *problems_of(const json_t *visit)
{
  size_t index;
  json_t *one, *map = json_object();
  int bad = map == NULL;
  json_array_foreach(json_object_get(visit, "found"), index, one)
  {
    zc_buffer key = {0};
    zc_problem_key(visit, one, &key);
    bad |= key.failed || json_object_set(map, key.data, one) != 0;
    zc_buffer_free(&key);
  }
  if (bad == 0)
    return map;
  json_decref(map);
  return NULL;
}

/* Whether the list has something that was taken back, which is told; --again enters it anew. */
static bool is_void(const importing *im, const json_t *voided, const char *key,
                    const json_t *kept, const json_t *visit, const json_t *problem)
{
  const json_t *one = json_object_get(voided, zc_text_or(key, ""));
  bool again = zc_option_value(im->office->workspace.cli, "again") != NULL;
  if (one == NULL || again || json_object_get(kept, key) != NULL)
    return false;
  zc_buffer what = {0};
  zc_buffer_print(&what, "%s%s %s%s%s", zc_text_of(visit, "facility"),
                  zc_text_of(visit, "subject"), zc_text_of(visit, "day"),
                  problem == NULL ? "" : " ", zc_text_of(problem, "title"));
  zc_cells_note_void(zc_text_or(what.data, "?"), one);
  zc_buffer_free(&what);
  return true;
}

/* Leaves only problems that are new or have other values. */
static int compare_problems(importing *im, const json_t *was, json_t *visit)
{
  json_t *left = json_array(), *one, *kept = problems_of(was);
  size_t index;
  int bad = left == NULL || kept == NULL;
  json_array_foreach(json_object_get(visit, "found"), index, one)
  {
    zc_buffer key = {0};
    zc_problem_key(visit, one, &key);
    bad |= key.failed;
    if (is_void(im, im->void_problems, key.data, kept, visit, one)) {
      zc_buffer_free(&key);
      continue;
    }
    const json_t *known = json_object_get(kept, zc_text_or(key.data, ""));
    bool other = known == NULL;
    if (known != NULL)
      bad |= compare_fields(im, visit, known, one, problem_fields, &other);
    im->new_problems += known == NULL;
    im->changed += known != NULL && other;
    bad |= json_object_del(one, "said");
    if (other)
      bad |= json_array_append(left, one);
    zc_buffer_free(&key);
  }
  json_decref(kept);
  return bad | json_object_set_new(visit, "found", left);
}

/* What a later list does not say stays as it was: a list of problems forgets no scope. */
static int keep_scope(const json_t *was, json_t *visit)
{
  const json_t *scope = json_object_get(was, "scope"), *one;
  json_t *own = json_object_get(visit, "scope");
  size_t index;
  int bad = 0;
  if (json_array_size(scope) == 0)
    return json_array_clear(own);
  json_array_foreach(scope, index, one) bad |= json_array_append(own, (json_t *)one);
  return bad;
}

static int compare_visit(importing *im, const char *key, json_t *visit)
{
  static const char *const passing[] = {"lines", "line", "open", "said", "counted"};
  const json_t *was = json_object_get(im->known, key);
  if (is_void(im, im->void_visits, key, im->known, visit, NULL))
    return 0;
  bool other = was == NULL;
  int bad = was == NULL ? 0 : keep_scope(was, visit);
  bad |= zc_inspect_sort_scope(visit);
  bad |= compare_problems(im, was, visit);
  if (was != NULL)
    bad |= compare_fields(im, visit, was, visit, visit_fields, &other);
  other |= json_array_size(json_object_get(visit, "found")) > 0 ||
           (was != NULL && !json_equal(json_object_get(was, "scope"),
                                       json_object_get(visit, "scope")));
  im->new_visits += was == NULL;
  for (size_t i = 0; i < sizeof passing / sizeof *passing; i++)
    json_object_del(visit, passing[i]);
  return other ? bad | json_array_append(im->fresh, visit) : bad;
}

static zc_code compare(importing *im)
{
  size_t index;
  const json_t *key;
  int bad = 0;
  const zc_visit_filter filter = {.plan = im->rows.cells.plan};
  zc_code code = zc_inspect_known(im->office->workspace.store, &filter, &im->known,
                                  im->err);
  if (code == ZC_OK)
    code = zc_withdrawn(im->office->workspace.store, ZC_VOID_VISIT, filter.plan, NULL,
                        &im->void_visits, im->err);
  if (code == ZC_OK)
    code = zc_withdrawn(im->office->workspace.store, ZC_VOID_PROBLEM, filter.plan, NULL,
                        &im->void_problems, im->err);
  json_array_foreach(im->rows.order, index, key)
  {
    const char *text = json_string_value(key);
    if (code == ZC_OK)
      bad |= compare_visit(im, text, json_object_get(im->rows.visits, text));
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
  const char *slash = strrchr(im->rows.cells.file, '/');
  json_t *source = zc_json_lossy(slash == NULL ? im->rows.cells.file : slash + 1,
                                 strlen(slash == NULL ? im->rows.cells.file
                                                      : slash + 1));
  json_t *body = json_pack("{s:s, s:o, s:s, s:O}", "plan", im->rows.cells.plan,
                           "source", source, "list", im->sha256, "visits", im->fresh);
  if (json_array_size(im->changes) > 0 &&
      json_object_set(body, "changes", im->changes) != 0) {
    json_decref(body);
    body = NULL;
  }
  return zc_office_record(im->office, "inspect_import", body, put, body, im->err);
}

/* A value as lists have it; an amount of 0 is none. */
static void show(zc_buffer *out, const char *field, const char *value)
{
  json_t *amount = NULL;
  if (strcmp(field, "amount") == 0)
    amount = zc_amount(strtoll(value, NULL, 10));
  if (*value == '\0' || (amount != NULL && strcmp(value, "0") == 0))
    zc_buffer_text(out, ZC_CELL_NONE);
  else if (strcmp(field, "handling") == 0)
    zc_words_titles(zc_handlings, value, out);
  else if (strcmp(field, "severity") == 0)
    zc_buffer_text(out, zc_word_title(zc_severities, value));
  else
    zc_buffer_text(out, amount == NULL ? value : json_string_value(amount));
  json_decref(amount);
}

static const char *title_of(const char *field)
{
  const struct field *lists[] = {problem_fields, visit_fields};
  for (size_t i = 0; i < 2; i++)
    for (const struct field *f = lists[i]; f->key != NULL; f++)
      if (strcmp(f->key, field) == 0)
        return zc_inspect_columns[f->column].title;
  return field;
}

static void print_changes(const importing *im)
{
  size_t index;
  const json_t *change;
  json_array_foreach(im->changes, index, change)
  {
    const char *field = zc_text_of(change, "field"),
               *code = zc_text_of(change, "facility");
    zc_buffer from = {0}, to = {0};
    show(&from, field, zc_text_of(change, "from"));
    show(&to, field, zc_text_of(change, "to"));
    printf("  ");
    zc_say_line(*zc_text_of(change, "title") == '\0'
                    ? N_("{facility} {day}: {field} from {from} to {to}")
                    : N_("{facility} {day} {title}: {field} from {from} to {to}"),
                json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "facility",
                          *code == '\0' ? zc_text_of(change, "subject") : code, "day",
                          zc_text_of(change, "day"), "title",
                          zc_text_of(change, "title"), "field", title_of(field), "from",
                          zc_text_or(from.data, ""), "to", zc_text_or(to.data, "")));
    zc_buffer_free(&from);
    zc_buffer_free(&to);
  }
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
                        (json_int_t)json_array_size(im->rows.order), "new",
                        (json_int_t)im->new_visits, "problems",
                        (json_int_t)im->rows.rows, "fresh",
                        (json_int_t)im->new_problems, "changed",
                        (json_int_t)im->changed));
  print_changes(im);
  if (im->rows.blank > 0)
    zc_say_line(N_("{count} rows of sheets were left blank: not inspected"),
                json_pack("{s:I}", "count", (json_int_t)im->rows.blank));
  return ZC_OK;
}

static zc_code read_list(importing *im)
{
  static const char *const printed[] = {"机构类别", "自查情况", "自查结论", NULL};
  zc_buffer text = {0};
  size_t unread = 0;
  const char *file = im->rows.cells.file;
  zc_code code = zc_list_load(file, LIST_LIMIT, &text, im->sha256, im->err);
  if (code == ZC_OK)
    code = zc_list_tell_unread(file, &text, zc_inspect_columns, printed, NULL,
                               &im->rows.cells.wrong, im->err);
  if (code == ZC_OK)
    code = zc_list_read(file, &text, zc_inspect_columns, zc_inspect_row, &im->rows,
                        &unread, im->err);
  zc_buffer_free(&text);
  if (code == ZC_OK)
    zc_inspect_check_marks(&im->rows);
  im->rows.cells.wrong += unread;
  if (code == ZC_OK && im->rows.cells.wrong > 0)
    return zc_fail(im->err, ZC_EDATA,
                   "{file} has {count} mistakes: nothing was taken over", "file", file,
                   "count", ZC_DIGITS(im->rows.cells.wrong), NULL);
  if (code == ZC_OK && json_array_size(im->rows.order) == 0)
    return zc_fail(im->err, ZC_EDATA, "{file} tells of no visit", "file", file, NULL);
  return code;
}

static zc_code import_file(zc_office *office, const char *plan, const char *file,
                           zc_err *err)
{
  importing im = {.office = office,
                  .fresh = json_array(),
                  .changes = json_array(),
                  .err = err};
  zc_code code = zc_inspect_rows_begin(&im.rows, office, plan, file, err);
  if (code == ZC_OK && (im.fresh == NULL || im.changes == NULL))
    code = zc_fail_memory(err);
  if (code == ZC_OK)
    code = read_list(&im);
  if (code == ZC_OK)
    code = compare(&im);
  if (code == ZC_OK)
    code = finish(&im);
  zc_inspect_rows_free(&im.rows);
  json_decref(im.known);
  json_decref(im.void_visits);
  json_decref(im.void_problems);
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
  zc_code code = zc_office_check_actor(cli, &err);
  if (code == ZC_OK)
    code = zc_office_open(cli, &office, &err);
  if (code == ZC_OK) {
    code = import_files(&office, &err);
    zc_office_close(&office);
  }
  return zc_exit(code, &err);
}
