/* roster import: who is expected to report (机构名册). The first list freezes the roster of a plan;
 * what a later one changes wants a reason and stays in the events. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "cli/asking.h"
#include "cli/commands.h"
#include "cli/ledger.h"
#include "cli/list.h"
#include "cli/message.h"
#include "cli/office.h"
#include "cli/plans.h"
#include "package/key.h"

#define LIST_LIMIT ((size_t)256 << 20)

enum {
  CODE,
  NAME,
  CLASS,
  GRADE,
  OWNERSHIP,
  TOWN,
  FROM,
  TO,
  CONTACT,
  PHONE,
  KEY,
  EXPECTED
};

static const char *const keys[] = {"code",      "name", "class",        "grade",
                                   "ownership", "town", "licence_from", "licence_to",
                                   "contact",   "phone"};
#define KEYS (sizeof keys / sizeof *keys)

static const zc_list_column columns[] = {{"机构编码", "code", true},
                                         {"机构名称", "name", true},
                                         {"机构类别", "class", true},
                                         {"等级", "grade", false},
                                         {"所有制", "ownership", false},
                                         {"乡镇", "town", false},
                                         {"许可证有效期起", "licence_from", false},
                                         {"许可证有效期止", "licence_to", false},
                                         {"联系人", "contact", false},
                                         {"联系电话", "phone", false},
                                         {"公钥", "key", false},
                                         {"应报", "expected", false},
                                         {NULL, NULL, false}};

typedef struct {
  zc_office *office;
  const char *plan, *file;
  char sha256[ZC_HASH_ROOM];
  json_t *rows;    /* [{code …, expected, key, line}] */
  json_t *lines;   /* code → line */
  json_t *classes; /* word → {class} or {error} */
  json_t *before;  /* code → as the roster has it */
  json_t *changes; /* [{code, field, from, to}] */
  size_t wrong, added, removed;
  zc_err *err;
} importing;

static const char *text_of(const json_t *map, const char *key)
{
  return zc_text_or(zc_get_text(map, key), "");
}

/* ---- the list ----------------------------------------------------------------------- */

static void check_day(importing *im, const zc_list_row *row, int column)
{
  int32_t day;
  const char *text = zc_text_or(row->cells[column], "");
  if (*text == '\0' || (strlen(text) == 10 && zc_day_parse(text, 10, &day)))
    return;
  zc_list_wrong(row->file, row->line, N_("{value} is no date"),
                N_("write it as 2026-12-31"), "value", text, NULL);
  im->wrong++;
}

static void check_key(importing *im, const zc_list_row *row)
{
  zc_err why;
  zc_public_key key;
  const char *line = zc_text_or(row->cells[KEY], "");
  if (*line == '\0' || zc_key_parse_line(line, line, &key, &why) == ZC_OK)
    return;
  zc_list_wrong(row->file, row->line, N_("{value} is no public key"),
                N_("copy the line that `zicha key show` prints"), "value", line, NULL);
  im->wrong++;
}

static void check_code(importing *im, const zc_list_row *row)
{
  const char *code = row->cells[CODE];
  const json_t *first = json_object_get(im->lines, code);
  const char *problem = NULL;
  if (*code == '\0' || *row->cells[NAME] == '\0')
    problem = N_("the row has no code or no name");
  else if (strlen(code) > 255 || strpbrk(code, " \t") != NULL)
    problem = N_("the code {code} has blanks in it, or is too long");
  else if (first != NULL)
    problem = N_("the code {code} stands in line {line} already");
  if (problem == NULL)
    return;
  zc_list_wrong(row->file, row->line, problem,
                first == NULL
                    ? NULL
                    : N_("each facility stands once: delete one of the rows, or "
                         "mend its code"),
                "code", code, "line", ZC_DIGITS(json_integer_value(first)), NULL);
  im->wrong++;
}

static const struct {
  const char *word;
  int expected;
} expected_words[] = {{"", 1},   {"是", 1}, {"Y", 1}, {"1", 1}, {"√", 1},
                      {"否", 0}, {"N", 0},  {"0", 0}, {"×", 0}};

static int read_expected(importing *im, const zc_list_row *row)
{
  const char *word = zc_text_or(row->cells[EXPECTED], "");
  for (size_t i = 0; i < sizeof expected_words / sizeof *expected_words; i++)
    if (strcmp(word, expected_words[i].word) == 0)
      return expected_words[i].expected;
  zc_list_wrong(row->file, row->line, N_("{value} is neither 是 nor 否"), NULL, "value",
                word, NULL);
  im->wrong++;
  return 1;
}

static zc_code take_row(void *context, const zc_list_row *row, zc_err *err)
{
  importing *im = context;
  json_t *one = json_object();
  int bad = one == NULL;
  check_code(im, row);
  check_day(im, row, FROM);
  check_day(im, row, TO);
  check_key(im, row);
  for (size_t i = 0; i < KEYS; i++)
    bad |= json_object_set_new(one, keys[i],
                               json_string(zc_text_or(row->cells[i], "")));
  bad |= json_object_set_new(one, "key", json_string(zc_text_or(row->cells[KEY], "")));
  bad |= json_object_set_new(one, "expected", json_integer(read_expected(im, row)));
  bad |= json_object_set_new(one, "line", json_integer(row->line));
  bad |= json_object_set_new(im->lines, row->cells[CODE], json_integer(row->line));
  bad |= json_object_set_new(im->classes, row->cells[CLASS], json_true());
  bad |= json_array_append_new(im->rows, one);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

/* ---- classes ------------------------------------------------------------------------ */

static zc_code ask_classes(importing *im, zc_plan *plan)
{
  const char *word;
  json_t *unused, *words = json_array(), *told = NULL;
  const json_t *one;
  size_t index;
  int bad = words == NULL;
  json_object_foreach(im->classes, word, unused)
      bad |= json_array_append_new(words, json_string(word));
  zc_code code = bad != 0 ? zc_fail_memory(im->err)
                          : zc_plan_call(plan, "office_classes",
                                         json_pack("{s:O}", "classes", words), &told,
                                         im->err);
  json_array_foreach(json_object_get(told, "classes"), index, one)
      bad |= json_object_set(im->classes, text_of(one, "word"), (json_t *)one);
  json_decref(words);
  json_decref(told);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(im->err) : code;
}

static zc_code check_classes(importing *im)
{
  zc_plan plan;
  size_t index;
  json_t *row;
  zc_code code = zc_plan_open(&im->office->workspace, im->plan, &plan, im->err);
  if (code != ZC_OK)
    return code;
  code = ask_classes(im, &plan);
  zc_plan_close(&plan);
  int bad = 0;
  json_array_foreach(im->rows, index, row)
  {
    const json_t *told = json_object_get(im->classes, text_of(row, "class"));
    const json_t *error = json_object_get(told, "error");
    json_t *place = zc_list_place(im->file, zc_get_integer(row, "line", 0));
    if (code == ZC_OK && error != NULL) {
      zc_ask_print_error(json_string_value(place), error);
      im->wrong++;
    } else if (code == ZC_OK) {
      bad |= json_object_set(row, "class", json_object_get(told, "class"));
    }
    json_decref(place);
  }
  return code == ZC_OK && bad != 0 ? zc_fail_memory(im->err) : code;
}

/* ---- what is different ---------------------------------------------------------------- */

static int add_change(importing *im, const char *code, const char *field,
                      const char *from, const char *to)
{
  return json_array_append_new(im->changes,
                               json_pack("{s:s, s:s, s:s, s:s}", "code", code, "field",
                                         field, "from", from, "to", to));
}

static int compare_row(importing *im, const json_t *row)
{
  const char *code = text_of(row, "code");
  const json_t *was = json_object_get(im->before, code);
  int bad = 0;
  if (was == NULL) {
    im->added++;
    return add_change(im, code, "added", "", text_of(row, "name"));
  }
  for (size_t i = 1; i < KEYS; i++)
    if (strcmp(text_of(was, keys[i]), text_of(row, keys[i])) != 0)
      bad |= add_change(im, code, keys[i], text_of(was, keys[i]),
                        text_of(row, keys[i]));
  if (zc_get_integer(was, "expected", 1) != zc_get_integer(row, "expected", 1))
    bad |= add_change(im, code, "expected",
                      zc_get_integer(was, "expected", 1) != 0 ? "1" : "0",
                      zc_get_integer(row, "expected", 1) != 0 ? "1" : "0");
  return bad;
}

/* Whoever is not in the new list is not expected any more: nobody is forgotten. */
static int compare_missing(importing *im)
{
  const char *code;
  json_t *was;
  int bad = 0;
  json_object_foreach(im->before, code, was)
  {
    if (json_object_get(im->lines, code) != NULL ||
        zc_get_integer(was, "expected", 1) == 0)
      continue;
    json_t *row = json_deep_copy(was);
    bad |= json_object_set_new(row, "expected", json_integer(0));
    bad |= json_array_append_new(im->rows, row);
    bad |= add_change(im, code, "expected", "1", "0");
    im->removed++;
  }
  return bad;
}

static zc_code compare(importing *im)
{
  json_t *list = NULL, *one;
  size_t index;
  int bad = 0;
  zc_code code = zc_roster(im->office->workspace.store, im->plan, &list, im->err);
  json_array_foreach(list, index, one)
      bad |= json_object_set(im->before, text_of(one, "code"), one);
  json_decref(list);
  json_array_foreach(im->rows, index, one) if (code == ZC_OK)
      bad |= compare_row(im, one);
  if (code == ZC_OK)
    bad |= compare_missing(im);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(im->err) : code;
}

/* ---- writing -------------------------------------------------------------------------- */

/* A key comes into force with the list that adds its facility; later ones are trusted one by one
 * (roster trust). */
static zc_code put_key(importing *im, zc_store *store, const json_t *row, zc_err *err)
{
  zc_public_key key;
  char id[ZC_KEY_ID_ROOM];
  const char *code = text_of(row, "code"), *line = text_of(row, "key");
  if (*line == '\0' || json_object_get(im->office->keys, code) != NULL)
    return ZC_OK;
  zc_code result = zc_key_parse_line(code, line, &key, err);
  if (result != ZC_OK)
    return result;
  zc_key_id_text(key.id, id);
  return zc_key_trust(store, code, line, id, im->office->workspace.cli->today, err);
}

static zc_code put_all(zc_store *store, void *context, zc_err *err)
{
  importing *im = context;
  size_t index;
  const json_t *row;
  zc_code code = ZC_OK;
  json_array_foreach(im->rows, index, row)
  {
    if (code == ZC_OK)
      code = zc_roster_put(store, im->plan, row, err);
    if (code == ZC_OK)
      code = put_key(im, store, row, err);
  }
  return code;
}

/* New facilities stand behind those that are there. */
static int number_rows(importing *im)
{
  size_t index;
  json_t *row;
  int bad = 0;
  json_array_foreach(im->rows, index, row) bad |=
      json_object_set_new(row, "position",
                          json_integer(
                              (json_int_t)(json_object_size(im->before) + index)));
  return bad;
}

static zc_code write_roster(importing *im, const char *action)
{
  if (number_rows(im) != 0)
    return zc_fail_memory(im->err);
  const char *reason = zc_option_value(im->office->workspace.cli, "reason");
  json_t *body = json_pack("{s:s, s:s, s:s, s:O}", "plan", im->plan, "list", im->sha256,
                           "reason", zc_text_or(reason, ""), "rows", im->rows);
  if (json_object_size(im->before) > 0 &&
      json_object_set(body, "changes", im->changes) != 0) {
    json_decref(body);
    return zc_fail_memory(im->err);
  }
  zc_code code = zc_office_record(im->office, action, body, put_all, im, im->err);
  if (code == ZC_OK)
    code = zc_office_reload(im->office, im->err);
  if (code == ZC_OK)
    code = zc_office_read_again(im->office, false, im->err);
  return code == ZC_OK ? zc_office_decide(im->office, NULL, im->err) : code;
}

/* Keys in a later list that are not the trusted ones: told, never taken over silently. */
static void warn_of_keys(const importing *im)
{
  size_t index, others = 0;
  const json_t *row;
  json_array_foreach(im->rows, index, row)
  {
    const json_t *own = json_object_get(im->office->keys, text_of(row, "code"));
    const json_t *last = json_array_get(own, json_array_size(own) - 1);
    if (last != NULL && *text_of(row, "key") != '\0' &&
        strcmp(text_of(row, "key"), text_of(last, "key")) != 0)
      others++;
  }
  if (others == 0)
    return;
  char *words = NULL;
  json_t *message =
      json_pack("{s:s, s:{s:I}}", "text",
                N_("{count} facilities have another key in this list: a new "
                   "key is taken with `zicha roster trust CODE KEYFILE`, one "
                   "by one"),
                "args", "count", (json_int_t)others);
  words = message == NULL ? NULL : zc_message_text(message);
  fflush(stdout);
  fprintf(stderr, "%s%s\n", _("warning: "), zc_text_or(words, ""));
  free(words);
  json_decref(message);
}

static void print_changes(const importing *im)
{
  size_t index;
  const json_t *change;
  json_array_foreach(im->changes, index, change)
  {
    const char *field = text_of(change, "field");
    printf("  ");
    zc_say_line(strcmp(field, "added") == 0 ? N_("{code}: new, {to}")
                                            : N_("{code}: {field} from {from} to {to}"),
                json_pack("{s:s, s:s, s:s, s:s}", "code", text_of(change, "code"),
                          "field", zc_roster_title(field), "from",
                          text_of(change, "from"), "to", text_of(change, "to")));
  }
}

static zc_code change_roster(importing *im)
{
  const zc_cli *cli = im->office->workspace.cli;
  if (json_array_size(im->changes) == 0) {
    zc_say_line(N_("the roster of {plan} is the same already: nothing was written"),
                json_pack("{s:s}", "plan", im->plan));
    return ZC_OK;
  }
  print_changes(im);
  if (zc_option_value(cli, "reason") == NULL)
    return zc_fail(im->err, ZC_EUSAGE,
                   "the roster of {plan} is frozen; {count} changes would be made: "
                   "--reason TEXT makes them, and they stay recorded",
                   "plan", im->plan, "count", ZC_DIGITS(json_array_size(im->changes)),
                   NULL);
  zc_code code = zc_office_check_actor(cli, im->err);
  return code == ZC_OK ? write_roster(im, "roster_change") : code;
}

static zc_code keep_list(importing *im)
{
  bool first = json_object_size(im->before) == 0;
  warn_of_keys(im);
  zc_code code = first ? write_roster(im, "roster_import") : change_roster(im);
  if (code == ZC_OK && (first || json_array_size(im->changes) > 0))
    zc_say_line(N_("roster of {plan}: {count} facilities, {added} new, {removed} not "
                   "expected any more"),
                json_pack("{s:s, s:I, s:I, s:I}", "plan", im->plan, "count",
                          (json_int_t)json_array_size(im->rows), "added",
                          (json_int_t)im->added, "removed", (json_int_t)im->removed));
  return code;
}

static zc_code read_list(importing *im)
{
  zc_buffer text = {0};
  zc_code code = zc_list_load(im->file, LIST_LIMIT, &text, im->sha256, im->err);
  if (code == ZC_OK)
    code = zc_list_read(im->file, &text, columns, take_row, im, &im->wrong, im->err);
  zc_buffer_free(&text);
  if (code == ZC_OK)
    code = check_classes(im);
  if (code == ZC_OK && im->wrong > 0)
    code = zc_fail(im->err, ZC_EDATA,
                   "{file} has {count} mistakes: the roster is as it was", "file",
                   im->file, "count", ZC_DIGITS(im->wrong), NULL);
  if (code == ZC_OK && json_array_size(im->rows) == 0)
    code = zc_fail(im->err, ZC_EDATA, "{file} has no facility in it", "file", im->file,
                   NULL);
  return code;
}

int zc_command_roster_import(zc_cli *cli)
{
  zc_err err;
  zc_office office;
  importing im = {.office = &office,
                  .file = cli->arguments[0],
                  .rows = json_array(),
                  .lines = json_object(),
                  .classes = json_object(),
                  .before = json_object(),
                  .changes = json_array(),
                  .err = &err};
  bool memory = im.rows == NULL || im.lines == NULL || im.classes == NULL ||
                im.before == NULL || im.changes == NULL;
  zc_code code = memory ? zc_fail_memory(&err) : zc_office_open(cli, &office, &err);
  if (code == ZC_OK) {
    code = zc_office_plan(&office, &im.plan, &err);
    if (code == ZC_OK)
      code = read_list(&im);
    if (code == ZC_OK)
      code = compare(&im);
    if (code == ZC_OK)
      code = keep_list(&im);
    zc_office_close(&office);
  }
  json_decref(im.rows);
  json_decref(im.lines);
  json_decref(im.classes);
  json_decref(im.before);
  json_decref(im.changes);
  return zc_exit(code, &err);
}
