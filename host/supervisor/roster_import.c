/* roster import: who is expected to report (机构名册). The first list freezes the roster of a plan;
 * what a later one changes wants a reason and stays in the events. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "cli/asking.h"
#include "cli/list.h"
#include "cli/message.h"
#include "cli/plans.h"
#include "facility/ledger.h"
#include "package/key.h"
#include "package/zrep.h"
#include "supervisor/cells.h"
#include "supervisor/commands.h"
#include "supervisor/effect.h"
#include "supervisor/roster_keys.h"

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
  const char *day; /* from which the changes hold */
  char sha256[ZC_HASH_ROOM];
  json_t *rows;    /* [{code …, expected, key, line}] */
  json_t *lines;   /* code → line */
  json_t *classes; /* word → {class} or {error} */
  json_t *before;  /* code → as the roster has it */
  json_t *changes; /* [{code, field, from, to}] */
  json_t *others;  /* rows whose key is not taken */
  zc_buffer
      gone; /* codes that the list has, and of which nothing stays expected: it has no 应报 */
  size_t wrong, added, removed, offices;
  zc_err *err;
} importing;

/* ---- the list ----------------------------------------------------------------------- */

/* The day of a cell; what is none is told. */
static const char *read_day(importing *im, const zc_list_row *row, int column,
                            char room[ZC_DAY_ROOM])
{
  const char *hint, *text = zc_text_or(row->cells[column], "");
  const char *day = *text == '\0' ? "" : zc_list_day(text, room, &hint);
  if (day != NULL)
    return day;
  zc_list_wrong(row->file, row->line, N_("{value} is no date"), hint, "value", text,
                NULL);
  im->wrong++;
  return "";
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
  else if (!zc_claim_takes(code))
    problem = N_("the code {code} has blanks or invisible characters in it, or is too "
                 "long: nothing could be signed for it");
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

/* What a spreadsheet program has made of a cell is nobody's code, name or telephone. Days, keys and 应报 are
 * told as what they are not. False: the code is spoiled. */
static bool check_spoiled(importing *im, const zc_list_row *row)
{
  static const int texts[] = {CODE,      NAME, CLASS,   GRADE,
                              OWNERSHIP, TOWN, CONTACT, PHONE};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    const char *text = zc_text_or(row->cells[texts[i]], "");
    if (!zc_cell_is_spoiled(text))
      continue;
    zc_list_wrong(row->file, row->line,
                  N_("{title}: a spreadsheet program has made {value} of it"),
                  N_("format the column as text and write it again"), "title",
                  columns[texts[i]].title, "value", text, NULL);
    im->wrong++;
  }
  return !zc_cell_is_spoiled(row->cells[CODE]);
}

/* A licence ends on the day on which it begins at the earliest, else no cycle of points fits into it. A
 * column that the list does not have is as the roster has it. */
static void check_licence(importing *im, const zc_list_row *row, const json_t *one)
{
  const json_t *was = json_object_get(im->before, row->cells[CODE]);
  const char *days[2];
  static const char *const ends[] = {"licence_from", "licence_to"};
  for (size_t i = 0; i < 2; i++)
    days[i] = zc_text_of(json_object_get(one, ends[i]) == NULL ? was : one, ends[i]);
  if (*days[0] == '\0' || *days[1] == '\0' || strcmp(days[0], days[1]) <= 0)
    return;
  zc_list_wrong(row->file, row->line,
                N_("the licence ends on {to}, before it begins on {from}"),
                N_("mend one of the two days"), "from", days[0], "to", days[1], NULL);
  im->wrong++;
}

/* What nobody can see has no place on papers. */
static void check_seen(importing *im, const zc_list_row *row)
{
  uint32_t character;
  for (int i = NAME; i <= PHONE; i++) {
    const char *text = zc_text_or(row->cells[i], "");
    size_t size = strlen(text);
    bool good = true;
    for (size_t at = 0; good && at < size;) {
      size_t length = zc_utf8_decode(text + at, size - at, &character);
      good = length > 0 && character >= ' ' && !zc_text_forbidden(character);
      at += length;
    }
    if (good)
      continue;
    zc_list_wrong(row->file, row->line,
                  N_("{title} has line ends or invisible characters in it: {value}"),
                  N_("write it anew, without copying"), "title", columns[i].title,
                  "value", text, NULL);
    im->wrong++;
  }
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
  if (check_spoiled(im, row))
    check_code(im, row);
  check_seen(im, row);
  check_key(im, row);
  for (size_t i = 0; i < KEYS; i++) {
    char room[ZC_DAY_ROOM];
    const char *text = i == FROM || i == TO ? read_day(im, row, (int)i, room)
                                            : row->cells[i];
    if (row->cells[i] != NULL) /* a column that is missing is left as it was */
      bad |= json_object_set_new(one, keys[i], json_string(text));
  }
  bad |= json_object_set_new(one, "key", json_string(zc_text_or(row->cells[KEY], "")));
  if (row->cells[EXPECTED] != NULL)
    bad |= json_object_set_new(one, "expected", json_integer(read_expected(im, row)));
  bad |= json_object_set_new(one, "line", json_integer(row->line));
  bad |= json_object_set_new(im->lines, row->cells[CODE], json_integer(row->line));
  if (!zc_cell_is_spoiled(row->cells[CLASS]))
    bad |= json_object_set_new(im->classes, row->cells[CLASS], json_true());
  if (bad == 0)
    check_licence(im, row, one);
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
      bad |= json_object_set(im->classes, zc_text_of(one, "word"), (json_t *)one);
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
    const json_t *told = json_object_get(im->classes, zc_text_of(row, "class"));
    const json_t *error = json_object_get(told, "error");
    json_t *place = zc_list_place(im->file, zc_get_integer(row, "line", 0));
    if (code == ZC_OK && error != NULL) {
      zc_ask_print_error(json_string_value(place), error);
      im->wrong++;
    } else if (code == ZC_OK && told != NULL) { /* else the word was spoiled */
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
  im->removed += strcmp(field, "expected") == 0 && strcmp(to, "否") == 0;
  return json_array_append_new(im->changes,
                               json_pack("{s:s, s:s, s:s, s:s}", "code", code, "field",
                                         field, "from", from, "to", to));
}

/* From when to when it is expected: rounds that were over before a change keep whom it takes out, and
 * do not miss whom it adds. Whoever comes back was never gone. */
static int date_row(const importing *im, json_t *row, const json_t *was)
{
  bool first = json_object_size(im->before) == 0;
  bool is = zc_get_integer(row, "expected", 1) != 0;
  bool before = was != NULL && zc_get_integer(was, "expected", 1) != 0;
  const char *since = was != NULL ? zc_text_of(was, "since") : first ? "" : im->day;
  const char *until = is ? "" : before ? im->day : zc_text_of(was, "until");
  return json_object_set_new(row, "since", json_string(since)) |
         json_object_set_new(row, "until", json_string(until));
}

/* A column that the list does not have changes nothing. */
static int complete_row(json_t *row, const json_t *was)
{
  int bad = 0;
  for (size_t i = 0; i < KEYS; i++)
    if (json_object_get(row, keys[i]) == NULL)
      bad |= json_object_set_new(row, keys[i], json_string(zc_text_of(was, keys[i])));
  if (json_object_get(row, "expected") == NULL)
    bad |= json_object_set_new(row, "expected",
                               json_integer(zc_get_integer(was, "expected", 1)));
  return bad;
}

static const char *expectation(const json_t *row)
{
  return zc_get_integer(row, "expected", 1) != 0 ? "是" : "否";
}

static int compare_row(importing *im, json_t *row)
{
  const char *code = zc_text_of(row, "code");
  const json_t *was = json_object_get(im->before, code);
  if (json_object_get(row, "expected") == NULL &&
      zc_get_integer(was, "expected", 1) == 0)
    zc_buffer_print(&im->gone, "%s%s", im->gone.size == 0 ? "" : " ", code);
  int bad = complete_row(row, was);
  bad |= date_row(im, row, was);
  im->offices += strcmp(zc_text_of(row, "class"), ZC_OFFICE_CLASS) == 0;
  if (was == NULL) {
    im->added++;
    return add_change(im, code, "added", "", zc_text_of(row, "name"));
  }
  for (size_t i = 1; i < KEYS; i++)
    if (strcmp(zc_text_of(was, keys[i]), zc_text_of(row, keys[i])) != 0)
      bad |= add_change(im, code, keys[i], zc_text_of(was, keys[i]),
                        zc_text_of(row, keys[i]));
  if (zc_get_integer(was, "expected", 1) != zc_get_integer(row, "expected", 1))
    bad |= add_change(im, code, "expected", expectation(was), expectation(row));
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
    im->offices += strcmp(zc_text_of(was, "class"), ZC_OFFICE_CLASS) == 0;
    bad |= json_object_set_new(row, "expected", json_integer(0));
    bad |= date_row(im, row, was);
    bad |= json_array_append_new(im->rows, row);
    bad |= add_change(im, code, "expected", "是", "否");
  }
  return bad;
}

static zc_code know_before(importing *im)
{
  json_t *list = NULL, *one;
  size_t index;
  int bad = 0;
  zc_code code = zc_roster(im->office->workspace.store, im->plan, &list, im->err);
  json_array_foreach(list, index, one)
      bad |= json_object_set(im->before, zc_text_of(one, "code"), one);
  json_decref(list);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(im->err) : code;
}

static zc_code compare(importing *im)
{
  json_t *one;
  size_t index;
  int bad = 0;
  json_array_foreach(im->rows, index, one) bad |= compare_row(im, one);
  bad |= compare_missing(im);
  return bad == 0 ? ZC_OK : zc_fail_memory(im->err);
}

/* ---- writing -------------------------------------------------------------------------- */

/* A key comes into force with the first row of its facility in any roster; later ones are trusted
 * one by one (roster trust). */
static zc_code put_key(importing *im, zc_store *store, const json_t *row, zc_err *err)
{
  zc_public_key key;
  char id[ZC_KEY_ID_ROOM];
  const char *code = zc_text_of(row, "code"), *line = zc_text_of(row, "key");
  zc_code result = zc_key_parse_line(code, line, &key, err);
  if (result != ZC_OK)
    return result;
  zc_key_id_text(key.id, id);
  return zc_key_trust(store, code, line, id, im->office->workspace.cli->today, err);
}

static zc_code put_row(importing *im, zc_store *store, const json_t *row, zc_err *err)
{
  bool known = false;
  zc_code code = zc_roster_has(store, zc_text_of(row, "code"), &known, err);
  if (code == ZC_OK)
    code = zc_roster_put(store, im->plan, row, err);
  return code == ZC_OK && !known && *zc_text_of(row, "key") != '\0'
             ? put_key(im, store, row, err)
             : code;
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
      code = put_row(im, store, row, err);
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

/* ---- telling ---------------------------------------------------------------------------- */

static zc_code change_roster(importing *im)
{
  const zc_cli *cli = im->office->workspace.cli;
  if (json_array_size(im->changes) == 0) {
    zc_say_line(N_("the roster of {plan} is the same already: nothing was written"),
                json_pack("{s:s}", "plan", im->plan));
    return ZC_OK;
  }
  zc_roster_print_changes(im->changes);
  const char *reason = NULL;
  if (zc_option_value(cli, "reason") == NULL)
    return zc_fail(im->err, ZC_EUSAGE,
                   "the roster of {plan} is frozen; {count} changes would be made: "
                   "--reason TEXT makes them, and they stay recorded",
                   "plan", im->plan, "count", ZC_DIGITS(json_array_size(im->changes)),
                   NULL);
  zc_code code = zc_office_reason(cli, "", &reason, im->err);
  if (code == ZC_OK)
    code = zc_office_check_actor(cli, im->err);
  return code == ZC_OK ? write_roster(im, "roster_change") : code;
}

static zc_code keep_list(importing *im, const zc_effect *effect)
{
  bool first = json_object_size(im->before) == 0;
  zc_code code = zc_roster_other_keys(im->office, im->rows, im->others, im->err);
  if (code == ZC_OK)
    code = zc_roster_warn_of_shared(im->office, im->rows, im->err);
  if (code == ZC_OK)
    code = first ? write_roster(im, "roster_import") : change_roster(im);
  if (code == ZC_OK && (first || json_array_size(im->changes) > 0))
    zc_say_line(im->offices == 0
                    ? N_("roster of {plan}: {count} facilities, {added} new, {removed} "
                         "not expected any more")
                    : N_("roster of {plan}: {count} facilities and {offices} offices, "
                         "{added} new, {removed} not expected any more"),
                json_pack("{s:s, s:I, s:I, s:I, s:I}", "plan", im->plan, "count",
                          (json_int_t)(json_array_size(im->rows) - im->offices),
                          "offices", (json_int_t)im->offices, "added",
                          (json_int_t)im->added, "removed", (json_int_t)im->removed));
  if (code == ZC_OK && !first)
    code = zc_effect_tell(effect, im->err);
  zc_roster_warn_of_keys(im->others);
  if (im->gone.size > 0)
    zc_warn(N_("these are not expected, and stay so, since the list has no column "
               "应报: {list}; to expect them "
               "again write 是 there"),
            json_pack("{s:s}", "list", im->gone.data));
  if (first)
    zc_office_print_notices(im->office);
  return code;
}

static zc_code read_list(importing *im)
{
  /* Whose report is expected, for how long a licence holds, whose key it is: nobody notices when that is
   * not read. */
  static const zc_list_suspect suspects[] = {{"应报 上报 报送 免报", "应报"},
                                             {"有效期",
                                              "许可证有效期起、许可证有效期止"},
                                             {"公钥 密钥", "公钥"},
                                             {NULL, NULL}};
  static const char *const printed[] = {NULL};
  size_t unread = 0;
  zc_buffer text = {0};
  zc_code code = zc_list_load(im->file, LIST_LIMIT, &text, im->sha256, im->err);
  if (code == ZC_OK)
    code = zc_list_tell_unread(im->file, &text, columns, printed, suspects, &im->wrong,
                               im->err);
  if (code == ZC_OK)
    code = zc_list_read(im->file, &text, columns, take_row, im, &unread, im->err);
  im->wrong += unread;
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

static zc_code import(importing *im)
{
  zc_effect effect = {0};
  const char *until = NULL;
  zc_code code = zc_window_of(im->office->workspace.cli, &im->day, &until, im->err);
  if (im->day == NULL)
    im->day = im->office->workspace.cli->today;
  if (code == ZC_OK)
    code = zc_office_plan(im->office, &im->plan, im->err);
  if (code == ZC_OK)
    code = know_before(im);
  if (code == ZC_OK)
    code = read_list(im);
  if (code == ZC_OK)
    code = compare(im);
  if (code == ZC_OK)
    code = zc_effect_begin(im->office, &effect, im->err);
  if (code == ZC_OK)
    code = keep_list(im, &effect);
  zc_effect_end(&effect);
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
                  .others = json_array(),
                  .err = &err};
  bool memory = im.rows == NULL || im.lines == NULL || im.classes == NULL ||
                im.before == NULL || im.changes == NULL || im.others == NULL;
  zc_code code = memory ? zc_fail_memory(&err) : zc_office_open(cli, &office, &err);
  if (code == ZC_OK) {
    code = import(&im);
    zc_office_close(&office);
  }
  json_decref(im.rows);
  json_decref(im.lines);
  json_decref(im.classes);
  json_decref(im.before);
  json_decref(im.changes);
  json_decref(im.others);
  zc_buffer_free(&im.gone);
  return zc_exit(code, &err);
}
