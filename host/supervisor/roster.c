/* roster list, show, trust: who is expected to report, and whose signatures are theirs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/message.h"
#include "document/document.h"
#include "facility/ledger.h"
#include "package/key.h"
#include "supervisor/commands.h"
#include "supervisor/roster_keys.h"

static const struct {
  const char *key, *title;
} columns[] = {{"code", "机构编码"},
               {"name", "机构名称"},
               {"class", "机构类别"},
               {"grade", "等级"},
               {"ownership", "所有制"},
               {"town", "乡镇"},
               {"licence_from", "许可证有效期起"},
               {"licence_to", "许可证有效期止"},
               {"contact", "联系人"},
               {"phone", "联系电话"}};
#define COLUMNS (sizeof columns / sizeof *columns)

const char *zc_roster_title(const char *field)
{
  for (size_t i = 0; i < COLUMNS; i++)
    if (strcmp(columns[i].key, field) == 0)
      return columns[i].title;
  return strcmp(field, "expected") == 0 ? "应报" : field;
}

const char *zc_roster_value(const json_t *change, const char *side)
{
  const char *value = zc_text_of(change, side);
  if (strcmp(zc_text_of(change, "field"), "expected") == 0 && strcmp(value, "1") == 0)
    return "是";
  if (strcmp(zc_text_of(change, "field"), "expected") == 0 && strcmp(value, "0") == 0)
    return "否";
  return *value == '\0' ? "—" : value;
}

/* ---- changes ------------------------------------------------------------------------ */

void zc_roster_print_changes(const json_t *changes)
{
  size_t index;
  const json_t *change;
  json_array_foreach(changes, index, change)
  {
    const char *field = zc_text_of(change, "field");
    printf("  ");
    zc_say_line(strcmp(field, "added") == 0 ? N_("{code}: new, {to}")
                                            : N_("{code}: {field} from {from} to {to}"),
                json_pack("{s:s, s:s, s:s, s:s}", "code", zc_text_of(change, "code"),
                          "field", zc_roster_title(field), "from",
                          zc_roster_value(change, "from"), "to",
                          zc_roster_value(change, "to")));
  }
}

/* ---- list --------------------------------------------------------------------------- */

static zc_code print_csv(const zc_office *office, const json_t *list, zc_err *err)
{
  size_t index;
  const json_t *one;
  zc_buffer text = {0};
  zc_buffer_text(&text, "\xef\xbb\xbf");
  for (size_t i = 0; i < COLUMNS; i++)
    zc_csv_cell(&text, columns[i].title, i == 0);
  zc_csv_cell(&text, "公钥", false);
  zc_csv_cell(&text, "应报", false);
  zc_buffer_text(&text, "\r\n");
  json_array_foreach(list, index, one)
  {
    for (size_t i = 0; i < COLUMNS; i++)
      zc_csv_cell(&text, zc_text_of(one, columns[i].key), i == 0);
    zc_csv_cell(&text,
                zc_text_of(zc_office_active_key(office, zc_text_of(one, "code")),
                           "key"),
                false);
    zc_csv_cell(&text, zc_get_integer(one, "expected", 1) != 0 ? "是" : "否", false);
    zc_buffer_text(&text, "\r\n");
  }
  zc_code code = zc_buffer_check(&text, err);
  if (code == ZC_OK)
    fwrite(text.data, 1, text.size, stdout);
  zc_buffer_free(&text);
  return code;
}

static void print_lines(const zc_office *office, const json_t *list)
{
  size_t index, expected = 0, offices = 0, theirs = 0;
  const json_t *one;
  json_array_foreach(list, index, one)
  {
    const json_t *key = zc_office_active_key(office, zc_text_of(one, "code"));
    bool wanted = zc_get_integer(one, "expected", 1) != 0;
    bool other = strcmp(zc_text_of(one, "class"), ZC_OFFICE_CLASS) == 0;
    expected += wanted && !other;
    offices += other;
    theirs += wanted && other;
    zc_say_line(!wanted       ? N_("{code}  {class}  {name}: not expected any more")
                : key == NULL ? N_("{code}  {class}  {name}: no key")
                              : N_("{code}  {class}  {name}: key {id}"),
                json_pack("{s:s, s:s, s:s, s:s}", "code", zc_text_of(one, "code"),
                          "class", zc_text_of(one, "class"), "name",
                          zc_text_of(one, "name"), "id", zc_text_of(key, "id")));
  }
  zc_say_line(N_("{count} facilities, reports of {expected} are expected"),
              json_pack("{s:I, s:I}", "count",
                        (json_int_t)(json_array_size(list) - offices), "expected",
                        (json_int_t)expected));
  if (offices > 0)
    zc_say_line(N_("{count} offices that report of facilities of their own, reports of "
                   "{expected} are expected"),
                json_pack("{s:I, s:I}", "count", (json_int_t)offices, "expected",
                          (json_int_t)theirs));
}

static zc_code list_roster(zc_office *office, zc_err *err)
{
  const char *plan, *format = zc_output_format(office->workspace.cli);
  json_t *list = NULL;
  zc_code code = zc_office_plan(office, &plan, err);
  if (code == ZC_OK)
    code = zc_roster(office->workspace.store, plan, &list, err);
  if (code == ZC_OK && strcmp(format, "json") == 0)
    code = zc_print_document(json_pack("{s:s, s:O}", "plan", plan, "facilities", list),
                             "roster/1", err);
  else if (code == ZC_OK && strcmp(format, "csv") == 0)
    code = print_csv(office, list, err);
  else if (code == ZC_OK)
    print_lines(office, list);
  json_decref(list);
  return code;
}

int zc_command_roster_list(zc_cli *cli)
{
  static const char *const formats[] = {"text", "json", "csv", NULL};
  zc_err err;
  zc_office office;
  zc_code code = zc_check_format(cli, formats, &err);
  if (code == ZC_OK)
    code = zc_office_open(cli, &office, &err);
  if (code == ZC_OK) {
    code = list_roster(&office, &err);
    zc_office_close(&office);
  }
  return zc_exit(code, &err);
}

/* ---- show --------------------------------------------------------------------------- */

/* Its rows, of all plans or the one of --plan: [{plan, row}]. Owned. */
static zc_code find_facility(zc_office *office, const char *code, json_t **found,
                             zc_err *err)
{
  size_t index;
  int bad = 0;
  json_t *plan, *list, *one;
  const char *wanted = zc_option_value(office->workspace.cli, "plan");
  zc_code result = (*found = json_array()) == NULL ? zc_fail_memory(err)
                                                   : zc_office_check_asked(office, err);
  json_array_foreach(office->plans, index, plan)
  {
    size_t at;
    list = NULL;
    if (wanted != NULL && strcmp(wanted, zc_text_of(plan, "id")) != 0)
      continue;
    if (result == ZC_OK)
      result = zc_roster(office->workspace.store, zc_text_of(plan, "id"), &list, err);
    json_array_foreach(list, at, one)
    {
      if (strcmp(zc_text_of(one, "code"), code) == 0)
        bad |= json_array_append_new(*found, json_pack("{s:O, s:O}", "plan",
                                                       json_object_get(plan, "id"),
                                                       "row", one));
    }
    json_decref(list);
  }
  if (result == ZC_OK && bad != 0)
    result = zc_fail_memory(err);
  if (result == ZC_OK && json_array_size(*found) == 0)
    result = zc_fail(err, ZC_EDATA,
                     "the roster has no facility {code}; `zicha roster list` tells all",
                     "code", code, NULL);
  return result;
}

typedef struct {
  const char *code, *plan; /* `plan` NULL: all */
  bool several;            /* plans are in use: each change says of which */
} history;

static void print_change(const history *h, const json_t *event, const json_t *change)
{
  const json_t *body = json_object_get(event, "body");
  bool added = strcmp(zc_text_of(change, "field"), "added") == 0;
  json_t *args =
      json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "day",
                zc_text_of(event, "business_date"), "plan", zc_text_of(body, "plan"),
                "field", zc_roster_title(zc_text_of(change, "field")), "from",
                zc_roster_value(change, "from"), "to", zc_roster_value(change, "to"),
                "reason", zc_text_of(body, "reason"), "by", zc_text_of(event, "actor"));
  printf("  ");
  if (h->several)
    zc_say_line(added ? N_("{day}: added to the roster of {plan} ({reason}, {by})")
                      : N_("{day}: {plan}: {field} from {from} to {to} ({reason}, "
                           "{by})"),
                args);
  else
    zc_say_line(added ? N_("{day}: added to the roster ({reason}, {by})")
                      : N_("{day}: {field} from {from} to {to} ({reason}, {by})"),
                args);
}

static zc_code print_event(void *context, const json_t *event, zc_err *err)
{
  (void)err;
  size_t index;
  const history *h = context;
  const json_t *change, *body = json_object_get(event, "body");
  if (strcmp(zc_text_of(event, "action"), "roster_change") != 0 ||
      (h->plan != NULL && strcmp(zc_text_of(body, "plan"), h->plan) != 0))
    return ZC_OK;
  json_array_foreach(json_object_get(body, "changes"), index, change)
  {
    if (strcmp(zc_text_of(change, "code"), h->code) == 0)
      print_change(h, event, change);
  }
  return ZC_OK;
}

static zc_code print_row(const json_t *row, zc_err *err)
{
  zc_buffer text = {0};
  for (size_t i = 0; i < COLUMNS; i++)
    if (*zc_text_of(row, columns[i].key) != '\0') {
      zc_buffer_print(&text, "%s：", columns[i].title);
      zc_add_visible(&text, zc_text_of(row, columns[i].key));
      zc_buffer_char(&text, '\n');
    }
  zc_buffer_print(&text, "%s：%s\n", zc_roster_title("expected"),
                  zc_get_integer(row, "expected", 1) != 0 ? "是" : "否");
  if (*zc_text_of(row, "since") != '\0')
    zc_buffer_print(&text, "应报起：%s\n", zc_text_of(row, "since"));
  if (*zc_text_of(row, "until") != '\0')
    zc_buffer_print(&text, "不再应报起：%s\n", zc_text_of(row, "until"));
  zc_code code = zc_buffer_check(&text, err);
  if (code == ZC_OK)
    fwrite(text.data, 1, text.size, stdout);
  zc_buffer_free(&text);
  return code;
}

static zc_code show(zc_office *office, const char *code, zc_err *err)
{
  json_t *rows = NULL;
  size_t index;
  const json_t *key, *one;
  zc_code result = find_facility(office, code, &rows, err);
  history h = {code, zc_option_value(office->workspace.cli, "plan"),
               json_array_size(office->plans) > 1};
  json_array_foreach(result == ZC_OK ? rows : NULL, index, one)
  {
    if (h.several)
      printf("%s\n", zc_text_of(one, "plan"));
    if (result == ZC_OK)
      result = print_row(json_object_get(one, "row"), err);
  }
  json_array_foreach(result == ZC_OK ? json_object_get(office->keys, code) : NULL,
                     index, key)
      zc_say_line(*zc_text_of(key, "until") == '\0'
                      ? N_("key {id}, trusted since {since}")
                      : N_("key {id}, trusted from {since} to {until}"),
                  json_incref((json_t *)key));
  json_decref(rows);
  return result == ZC_OK
             ? zc_ledger_events(office->workspace.store, 0, 0, print_event, &h, err)
             : result;
}

int zc_command_roster_show(zc_cli *cli)
{
  zc_err err;
  zc_office office;
  zc_code code = zc_office_open(cli, &office, &err);
  if (code == ZC_OK) {
    code = show(&office, cli->arguments[0], &err);
    zc_office_close(&office);
  }
  return zc_exit(code, &err);
}

/* ---- trust -------------------------------------------------------------------------- */

typedef struct {
  const char *code, *day;
  char line[ZC_KEY_LINE_ROOM], id[ZC_KEY_ID_ROOM];
} trusting;

static zc_code put_key(zc_store *store, void *context, zc_err *err)
{
  const trusting *t = context;
  return zc_key_trust(store, t->code, t->line, t->id, t->day, err);
}

static zc_code trust(zc_office *office, trusting *t, zc_err *err)
{
  json_t *one = NULL;
  zc_public_key key;
  const zc_cli *cli = office->workspace.cli;
  zc_code code = find_facility(office, t->code, &one, err);
  json_decref(one);
  if (code == ZC_OK)
    code = zc_key_read_public(cli->arguments[1], &key, err);
  if (code != ZC_OK)
    return code;
  zc_key_line(&key, t->line);
  zc_key_id_text(key.id, t->id);
  json_t *rows = json_pack("[{s:s, s:s}]", "code", t->code, "key", t->line);
  code = rows == NULL ? zc_fail_memory(err)
                      : zc_roster_warn_of_shared(office, rows, err);
  json_decref(rows);
  if (code != ZC_OK)
    return code;
  code = zc_office_record(office, "roster_trust",
                          json_pack("{s:s, s:s, s:s}", "code", t->code, "key", t->line,
                                    "reason", zc_option_value(cli, "reason")),
                          put_key, t, err);
  if (code == ZC_OK)
    code = zc_office_reload(office, err);
  if (code == ZC_OK)
    code = zc_office_read_again(office, false, err);
  if (code == ZC_OK)
    code = zc_office_decide(office, NULL, err);
  if (code == ZC_OK)
    zc_say_line(N_("{code}: the key {id} is trusted from {day} on, and no other"),
                json_pack("{s:s, s:s, s:s}", "code", t->code, "id", t->id, "day",
                          t->day));
  return code;
}

int zc_command_roster_trust(zc_cli *cli)
{
  zc_err err;
  zc_office office;
  const char *reason;
  trusting t = {.code = cli->arguments[0], .day = cli->today};
  zc_code code = zc_office_check_actor(cli, &err);
  if (code == ZC_OK)
    code = zc_office_reason(
        cli,
        N_("say how you know that the key is the facility's: --reason TEXT, such as "
           "the telephone number that was called"),
        &reason, &err);
  if (code == ZC_OK)
    code = zc_office_open(cli, &office, &err);
  if (code == ZC_OK) {
    code = trust(&office, &t, &err);
    zc_office_close(&office);
  }
  return zc_exit(code, &err);
}
