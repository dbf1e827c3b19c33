/* table list: which tables the plans' rules read, and what was handed over. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/message.h"
#include "cli/screen.h"
#include "document/document.h"
#include "facility/commands.h"
#include "facility/known.h"

/* ---- what there is to tell ----------------------------------------------------------- */

static json_t *plan_ids(const json_t *table, int *bad)
{
  json_t *ids = json_array();
  size_t index;
  const json_t *plan;
  json_array_foreach(json_object_get(table, "plans"), index,
                     plan) *bad |= json_array_append(ids, json_object_get(plan, "id"));
  return ids;
}

/* One table for programs; `reason` is why its file cannot be read, or there is none. */
static json_t *describe(const json_t *table, const char *state, json_t *reason)
{
  static const char *const kept[] = {"file", "sha256", "rows", "malformed",
                                     "bad",  "from",   "to",   "covers"};
  const json_t *stored = json_object_get(table, "stored");
  json_t *out = json_object();
  int bad = json_object_set(out, "id", json_object_get(table, "id"));
  bad |= json_object_set(out, "title", json_object_get(table, "title"));
  bad |= json_object_set_new(out, "state", json_string(state));
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
    json_t *value = json_object_get(stored, kept[i]);
    if (value != NULL)
      bad |= json_object_set(out, kept[i], value);
  }
  if (reason != NULL)
    bad |= json_object_set(out, "reason", reason);
  bad |= json_object_set_new(out, "rules",
                             json_integer((json_int_t)zc_known_rules(table)));
  bad |= json_object_set_new(out, "plans", plan_ids(table, &bad));
  if (bad == 0)
    return out;
  json_decref(out);
  return NULL;
}

/* The reason of a state in the reader's words, or the facility's own. Owned; may be
 * NULL. */
static json_t *reason_of(const json_t *table, const char *state, const zc_err *why)
{
  if (strcmp(state, "absent") == 0)
    return json_incref(json_object_get(json_object_get(table, "stored"), "absent"));
  if (strcmp(state, "imported") == 0 || strcmp(state, "missing") == 0)
    return NULL;
  json_t *message = zc_message_of(why);
  char *text = message == NULL ? NULL : zc_message_text(message);
  json_t *reason = json_string(zc_text_or(text, state));
  free(text);
  json_decref(message);
  return reason;
}

static zc_code describe_all(zc_workspace *workspace, const json_t *tables,
                            json_t **list, zc_err *err)
{
  size_t index;
  const json_t *table;
  int bad = 0;
  *list = json_array();
  json_array_foreach(tables, index, table)
  {
    int fd;
    zc_err why;
    const char *state = zc_known_state(workspace, table, &fd, &why);
    json_t *reason = reason_of(table, state, &why);
    if (fd >= 0)
      close(fd);
    bad |= json_array_append_new(*list, describe(table, state, reason));
    json_decref(reason);
  }
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

/* ---- text ---------------------------------------------------------------------------- */

/* A number of what was read; nothing where nothing was. */
static json_t *figure(const json_t *entry, const char *key)
{
  json_int_t value = zc_get_integer(entry, key, -1);
  return json_string(value < 0 ? "—" : ZC_DIGITS(value));
}

static json_t *days(const json_t *entry)
{
  const json_t *covers = json_object_get(entry, "covers");
  const json_t *of = covers != NULL ? covers : entry;
  if (zc_get_text(of, "from") == NULL)
    return json_string("—");
  return json_sprintf("%s–%s", zc_get_text(of, "from"), zc_text_of(of, "to"));
}

static int add_line(json_t *lines, const json_t *table, const json_t *entry)
{
  const char *file = zc_get_text(entry, "file");
  char *state = zc_known_state_text(table, zc_get_text(entry, "state"));
  json_t *line = json_array();
  int bad = json_array_append(line, json_object_get(entry, "id"));
  bad |= json_array_append(line, json_object_get(entry, "title"));
  bad |= json_array_append_new(line, figure(entry, "rows"));
  bad |= json_array_append_new(line, figure(entry, "malformed"));
  bad |= json_array_append_new(line, days(entry));
  bad |= json_array_append_new(line, figure(entry, "rules"));
  bad |= state == NULL || json_array_append_new(line, json_string(state));
  bad |= json_array_append_new(line, json_string(zc_text_or(file, "")));
  free(state);
  return bad | json_array_append_new(lines, line);
}

static zc_code print_text(const json_t *tables, const json_t *list, zc_err *err)
{
  static const char *const heads[] = {N_("table"),     N_("title"), N_("rows"),
                                      N_("malformed"), N_("dates"), N_("rules"),
                                      N_("state"),     N_("file")};
  json_t *lines = json_array(), *head = json_array();
  size_t index;
  const json_t *entry;
  int bad = 0;
  if (json_array_size(list) == 0) {
    zc_say_line(
        N_("the rules of the plans in use read no table, and none was imported"), NULL);
    json_decref(head);
    json_decref(lines);
    return ZC_OK;
  }
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
    bad |= json_array_append_new(head, json_string(_(heads[i])));
  bad |= json_array_append_new(lines, head);
  json_array_foreach(list, index, entry)
      bad |= add_line(lines, json_array_get(tables, index), entry);
  if (bad == 0)
    zc_print_grid(stdout, lines, "llrrlrll", 0);
  json_decref(lines);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

/* ---- formats for programs ------------------------------------------------------------ */

static void add_number(zc_buffer *out, const json_t *entry, const char *key)
{
  const json_t *value = json_object_get(entry, key);
  zc_csv_cell(out, value == NULL ? "" : ZC_DIGITS(json_integer_value(value)), false);
}

static zc_code print_csv(const json_t *list, zc_err *err)
{
  static const char *const titles[] = {"id",   "title", "state",     "reason",
                                       "file", "rows",  "malformed", "bad",
                                       "from", "to",    "rules"};
  zc_buffer out = {0};
  size_t index;
  const json_t *entry;
  zc_buffer_text(&out, ZC_CSV_MARK);
  for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
    zc_csv_cell(&out, titles[i], i == 0);
  zc_buffer_text(&out, "\r\n");
  json_array_foreach(list, index, entry)
  {
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
      if (json_is_integer(json_object_get(entry, titles[i])))
        add_number(&out, entry, titles[i]);
      else
        zc_csv_cell(&out, zc_text_of(entry, titles[i]), i == 0);
    }
    zc_buffer_text(&out, "\r\n");
  }
  zc_code code = zc_buffer_check(&out, err);
  if (code == ZC_OK)
    fwrite(out.data, 1, out.size, stdout);
  zc_buffer_free(&out);
  return code;
}

/* ---- the command --------------------------------------------------------------------- */

static zc_code print_list(const zc_cli *cli, const json_t *tables, const json_t *list,
                          zc_err *err)
{
  const char *format = zc_output_format(cli);
  if (strcmp(format, "csv") == 0)
    return print_csv(list, err);
  if (strcmp(format, "json") == 0)
    return zc_print_document(json_pack("{s:O}", "tables", list), "tables/1", err);
  return print_text(tables, list, err);
}

int zc_command_table_list(zc_cli *cli)
{
  static const char *const formats[] = {"text", "json", "csv", NULL};
  zc_workspace workspace = {.fd = -1};
  json_t *tables = NULL, *list = NULL;
  size_t unread;
  zc_err err;
  zc_code code = zc_check_format(cli, formats, &err);
  if (code == ZC_OK)
    code = zc_workspace_open(cli, &workspace, &err);
  if (code == ZC_OK)
    code = zc_known_tables(&workspace, false, &tables, &unread, &err);
  if (code == ZC_OK)
    code = describe_all(&workspace, tables, &list, &err);
  if (code == ZC_OK)
    code = print_list(cli, tables, list, &err);
  json_decref(list);
  json_decref(tables);
  zc_workspace_close(&workspace);
  return zc_exit(code, &err);
}
