/* roster list, show, trust: who is expected to report, and whose signatures are theirs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/ledger.h"
#include "cli/message.h"
#include "cli/office.h"
#include "document/document.h"
#include "package/key.h"

static const char *text_of(const json_t *map, const char *key)
{
  return zc_text_or(zc_get_text(map, key), "");
}

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

/* The key that is trusted for a facility; NULL when there is none. Borrowed. */
static const json_t *key_of(const zc_office *office, const char *code)
{
  size_t index;
  const json_t *key;
  json_array_foreach(json_object_get(office->keys, code), index, key)
  {
    if (*text_of(key, "until") == '\0')
      return key;
  }
  return NULL;
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
      zc_csv_cell(&text, text_of(one, columns[i].key), i == 0);
    zc_csv_cell(&text, text_of(key_of(office, text_of(one, "code")), "key"), false);
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
  size_t index, expected = 0;
  const json_t *one;
  json_array_foreach(list, index, one)
  {
    const json_t *key = key_of(office, text_of(one, "code"));
    bool wanted = zc_get_integer(one, "expected", 1) != 0;
    expected += wanted;
    zc_say_line(!wanted       ? N_("{code}  {class}  {name}: not expected any more")
                : key == NULL ? N_("{code}  {class}  {name}: no key")
                              : N_("{code}  {class}  {name}: key {id}"),
                json_pack("{s:s, s:s, s:s, s:s}", "code", text_of(one, "code"), "class",
                          text_of(one, "class"), "name", text_of(one, "name"), "id",
                          text_of(key, "id")));
  }
  zc_say_line(N_("{count} facilities, reports of {expected} are expected"),
              json_pack("{s:I, s:I}", "count", (json_int_t)json_array_size(list),
                        "expected", (json_int_t)expected));
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

static zc_code find_facility(zc_office *office, const char *code, json_t **found,
                             zc_err *err)
{
  size_t index;
  json_t *plan, *list, *one;
  *found = NULL;
  zc_code result = ZC_OK;
  json_array_foreach(office->plans, index, plan)
  {
    size_t at;
    list = NULL;
    if (result == ZC_OK && *found == NULL)
      result = zc_roster(office->workspace.store, text_of(plan, "id"), &list, err);
    json_array_foreach(list, at, one)
    {
      if (*found == NULL && strcmp(text_of(one, "code"), code) == 0)
        *found = json_incref(one);
    }
    json_decref(list);
  }
  if (result == ZC_OK && *found == NULL)
    result = zc_fail(err, ZC_EDATA,
                     "the roster has no facility {code}; `zicha roster list` tells all",
                     "code", code, NULL);
  return result;
}

typedef struct {
  const char *code;
  zc_err *err;
} history;

static void print_change(const json_t *event, const json_t *change)
{
  const json_t *body = json_object_get(event, "body");
  printf("  ");
  zc_say_line(N_("{day}: {field} from {from} to {to} ({reason}, {by})"),
              json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "day",
                        text_of(event, "business_date"), "field",
                        zc_roster_title(text_of(change, "field")), "from",
                        text_of(change, "from"), "to", text_of(change, "to"), "reason",
                        text_of(body, "reason"), "by", text_of(event, "actor")));
}

static zc_code print_event(void *context, const json_t *event, zc_err *err)
{
  (void)err;
  size_t index;
  const history *h = context;
  const json_t *change, *body = json_object_get(event, "body");
  if (strcmp(text_of(event, "action"), "roster_change") != 0)
    return ZC_OK;
  json_array_foreach(json_object_get(body, "changes"), index, change)
  {
    if (strcmp(text_of(change, "code"), h->code) == 0)
      print_change(event, change);
  }
  return ZC_OK;
}

static zc_code show(zc_office *office, const char *code, zc_err *err)
{
  json_t *one = NULL;
  size_t index;
  const json_t *key;
  history h = {code, err};
  zc_code result = find_facility(office, code, &one, err);
  for (size_t i = 0; result == ZC_OK && i < COLUMNS; i++)
    if (*text_of(one, columns[i].key) != '\0')
      printf("%s：%s\n", columns[i].title, text_of(one, columns[i].key));
  json_array_foreach(result == ZC_OK ? json_object_get(office->keys, code) : NULL,
                     index, key)
      zc_say_line(*text_of(key, "until") == '\0'
                      ? N_("key {id}, trusted since {since}")
                      : N_("key {id}, trusted from {since} to {until}"),
                  json_incref((json_t *)key));
  json_decref(one);
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
  trusting t = {.code = cli->arguments[0], .day = cli->today};
  zc_code code = zc_office_check_actor(cli, &err);
  if (code == ZC_OK && zc_option_value(cli, "reason") == NULL)
    code = zc_fail(
        &err, ZC_EUSAGE,
        "say how you know that the key is the facility's: --reason TEXT, such as "
        "the telephone number that was called",
        NULL);
  if (code == ZC_OK)
    code = zc_office_open(cli, &office, &err);
  if (code == ZC_OK) {
    code = trust(&office, &t, &err);
    zc_office_close(&office);
  }
  return zc_exit(code, &err);
}
