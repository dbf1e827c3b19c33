/* table show: everything that is known of one table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/message.h"
#include "cli/plans.h"
#include "cli/scanning.h"
#include "cli/screen.h"
#include "facility/commands.h"
#include "facility/findings.h"
#include "facility/known.h"

typedef struct {
  zc_workspace *workspace;
  const json_t *table; /* known.h */
  const char *state;
  zc_err why;            /* of a file that cannot be read */
  json_t *reply;         /* of the import job; NULL: there is nothing to read */
  const json_t *summary; /* in it */
  json_t *about;         /* the document for programs, from which the text is made */
} showing;

/* ---- reading ------------------------------------------------------------------------- */

/* Reads the file again: nothing that can be read from it is kept anywhere else. */
static zc_code read_file(showing *s, zc_err *err)
{
  const json_t *stored = json_object_get(s->table, "stored");
  json_t *dataset = json_object_get(s->table, "dataset");
  const zc_cli *cli = s->workspace->cli;
  int fd;
  s->state = zc_known_state(s->workspace, s->table, &fd, &s->why);
  if (fd < 0)
    return ZC_OK;
  zc_code code = dataset == NULL
                     ? ZC_OK
                     : zc_table_scan(cli, dataset, fd, zc_get_text(stored, "file"),
                                     json_object_get(stored, "options"), cli->today,
                                     &s->reply, err);
  close(fd);
  if (code != ZC_OK)
    return code;
  s->summary = json_object_get(s->reply, "summary");
  zc_print_faults(json_object_get(s->reply, "faults"), NULL);
  return ZC_OK;
}

/* ---- what there is to tell ----------------------------------------------------------- */

static char *text_of(json_t *message)
{
  char *text = message == NULL ? NULL : zc_message_text(message);
  json_decref(message);
  return text;
}

static int set_text(json_t *out, const char *key, json_t *message)
{
  char *text = text_of(message);
  int bad = text == NULL || json_object_set_new(out, key, json_string(text));
  free(text);
  return bad;
}

static const json_t *column_read(const showing *s, const char *id)
{
  return zc_known_table(json_object_get(s->summary, "columns"), id);
}

/* The rules that read a column, each once. */
static json_t *rules_of(const showing *s, const char *column, int *bad)
{
  json_t *rules = json_array(), *seen = json_object();
  size_t index, inner;
  const json_t *use, *name;
  json_array_foreach(json_object_get(s->table, "uses"), index, use)
  {
    const char *rule = zc_get_text(use, "rule");
    json_array_foreach(json_object_get(use, "columns"), inner, name)
    {
      if (rule == NULL || strcmp(json_string_value(name), column) != 0 ||
          json_object_get(seen, rule) != NULL)
        continue;
      *bad |= json_object_set_new(seen, rule, json_true());
      *bad |= json_array_append_new(rules, json_string(rule));
    }
  }
  json_decref(seen);
  return rules;
}

static json_t *describe_column(const showing *s, const json_t *column, int *bad)
{
  static const char *const kept[] = {"found", "header",  "blank",
                                     "bad",   "unknown", "examples"};
  const char *id = zc_get_text(column, "id"), *type = zc_get_text(column, "type");
  const json_t *read = column_read(s, id);
  const json_t *title = json_array_get(json_object_get(column, "titles"), 0);
  json_t *out = json_object();
  *bad |= json_object_set_new(out, "id", json_string(id));
  *bad |= json_object_set_new(out, "title",
                              json_string(zc_text_or(json_string_value(title), id)));
  if (strcmp(type, "decimal") == 0)
    *bad |= json_object_set_new(out, "type",
                                json_sprintf("decimal(%d)",
                                             (int)zc_get_integer(column, "scale", 0)));
  else
    *bad |= json_object_set_new(out, "type", json_string(type));
  *bad |= json_object_set_new(out, "key", json_boolean(zc_get_flag(column, "key")));
  if (zc_get_flag(column, "optional"))
    *bad |= json_object_set_new(out, "optional", json_true());
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
    json_t *value = json_object_get(read, kept[i]);
    if (value != NULL)
      *bad |= json_object_set(out, kept[i], value);
  }
  *bad |= json_object_set_new(out, "rules", rules_of(s, id, bad));
  return out;
}

static json_t *describe_columns(const showing *s, int *bad)
{
  json_t *list = json_array();
  size_t index;
  const json_t *column;
  const json_t *dataset = json_object_get(s->table, "dataset");
  json_array_foreach(json_object_get(dataset, "columns"), index, column)
  {
    json_t *one = describe_column(s, column, bad);
    *bad |= json_array_append_new(list, one);
  }
  return list;
}

/* What a rule reads, and which of it the file lacks. */
static json_t *describe_uses(const showing *s, int *bad)
{
  json_t *list = json_array();
  size_t index, inner;
  const json_t *use;
  json_t *name;
  json_array_foreach(json_object_get(s->table, "uses"), index, use)
  {
    json_t *one = json_copy((json_t *)use), *missing = json_array();
    json_array_foreach(json_object_get(use, "columns"), inner, name)
    {
      const char *id = json_string_value(name);
      if (s->summary != NULL && !zc_get_flag(column_read(s, id), "found") &&
          !zc_known_optional(s->table, id))
        *bad |= json_array_append(missing, name);
    }
    *bad |= json_object_set_new(one, "missing", missing);
    *bad |= json_array_append_new(list, one);
  }
  return list;
}

/* The plans that read the table, and whether it reaches over their period. */
static json_t *describe_plans(const showing *s, int *bad)
{
  const json_t *stored = json_object_get(s->table, "stored");
  const json_t *covers = json_object_get(stored, "covers");
  const json_t *range = covers != NULL ? covers : stored;
  const char *from = zc_get_text(range, "from"), *to = zc_get_text(range, "to");
  json_t *list = json_array();
  size_t index;
  const json_t *plan;
  json_array_foreach(json_object_get(s->table, "plans"), index, plan)
  {
    json_t *one = json_copy((json_t *)plan);
    const char *first = zc_get_text(plan, "from"), *last = zc_get_text(plan, "to");
    if (from != NULL && to != NULL && first != NULL && last != NULL)
      *bad |= json_object_set_new(one, "covered",
                                  json_boolean(strcmp(from, first) <= 0 &&
                                               strcmp(to, last) >= 0));
    *bad |= json_array_append_new(list, one);
  }
  return list;
}

/* Malformed rows with their reasons in words. */
static json_t *with_reasons(const json_t *entries, int *bad)
{
  json_t *list = json_array();
  size_t index;
  const json_t *entry;
  json_array_foreach(entries, index, entry)
  {
    json_t *one = json_copy((json_t *)entry);
    *bad |= set_text(one, "reason",
                     json_pack("{s:O, s:{}}", "text", json_object_get(entry, "text"),
                               "args"));
    json_object_del(one, "text");
    *bad |= json_array_append_new(list, one);
  }
  return list;
}

static int add_read(const showing *s, json_t *out)
{
  static const char *const kept[] = {"gb18030", "later",        "later_line",
                                     "unused",  "undated_line", "periods"};
  int bad = 0;
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
    json_t *value = json_object_get(s->summary, kept[i]);
    if (value != NULL)
      bad |= json_object_set(out, kept[i], value);
  }
  bad |= json_object_set_new(out, "problems",
                             with_reasons(json_object_get(s->summary, "problems"),
                                          &bad));
  return bad |
         json_object_set_new(out, "kinds",
                             with_reasons(json_object_get(s->summary, "kinds"), &bad));
}

static zc_code describe(showing *s, zc_err *err)
{
  static const char *const kept[] = {"file", "sha256", "size", "rows",   "malformed",
                                     "bad",  "from",   "to",   "covers", "options"};
  const json_t *stored = json_object_get(s->table, "stored");
  json_t *out = json_object();
  json_t *source = json_object_get(json_object_get(s->table, "dataset"), "source");
  int bad = json_object_set(out, "id", json_object_get(s->table, "id"));
  bad |= json_object_set(out, "title", json_object_get(s->table, "title"));
  if (source != NULL)
    bad |= json_object_set(out, "source", source);
  bad |= json_object_set_new(out, "state", json_string(s->state));
  if (zc_get_text(stored, "absent") != NULL)
    bad |= json_object_set(out, "reason", json_object_get(stored, "absent"));
  else if (zc_get_text(stored, "file") != NULL && strcmp(s->state, "imported") != 0)
    bad |= set_text(out, "reason", zc_message_of(&s->why));
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
    json_t *value = json_object_get(stored, kept[i]);
    if (value != NULL)
      bad |= json_object_set(out, kept[i], value);
  }
  if (s->summary != NULL)
    bad |= add_read(s, out);
  json_t *plans = describe_plans(s, &bad), *columns = describe_columns(s, &bad);
  json_t *uses = describe_uses(s, &bad);
  bad |= json_object_set_new(out, "plans", plans);
  bad |= json_object_set_new(out, "columns", columns);
  bad |= json_object_set_new(out, "uses", uses);
  s->about = out;
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

/* ---- text ---------------------------------------------------------------------------- */

/* One line of the head: what it is, and its value. Takes `value`. */
static int add_fact(json_t *lines, const char *name, json_t *value)
{
  json_t *line = json_array();
  int bad = json_array_append_new(line, json_string(name));
  bad |= json_array_append_new(line, value);
  return bad | json_array_append_new(lines, line);
}

/* A message as a value. Takes `args`. */
static json_t *say(const char *text, json_t *args)
{
  char *words = text_of(json_pack("{s:s, s:o}", "text", text, "args", args));
  json_t *value = words == NULL ? NULL : json_string(words);
  free(words);
  return value;
}

static int add_file(const showing *s, json_t *lines)
{
  const json_t *a = s->about;
  bool gb18030 = zc_get_flag(json_object_get(s->table, "stored"), "gb18030");
  int bad = add_fact(lines, _("file"),
                     say(N_("{file} ({size} bytes, {encoding})"),
                         json_pack("{s:O, s:O, s:s}", "file",
                                   json_object_get(a, "file"), "size",
                                   json_object_get(a, "size"), "encoding",
                                   gb18030 ? "GB18030" : "UTF-8")));
  bad |= add_fact(lines, "sha256", json_incref(json_object_get(a, "sha256")));
  bad |= add_fact(lines, _("rows"),
                  say(N_("{rows} read, {malformed} malformed, {bad} cells unreadable"),
                      json_pack("{s:O, s:O, s:O}", "rows", json_object_get(a, "rows"),
                                "malformed", json_object_get(a, "malformed"), "bad",
                                json_object_get(a, "bad"))));
  return bad;
}

static int add_range(const showing *s, json_t *lines)
{
  const json_t *covers = json_object_get(s->about, "covers"), *plan;
  size_t index;
  int bad = 0;
  if (zc_get_text(s->about, "from") != NULL)
    bad |= add_fact(lines, _("dates"),
                    say(N_("{from} to {to}"),
                        json_pack("{s:O, s:O}", "from",
                                  json_object_get(s->about, "from"), "to",
                                  json_object_get(s->about, "to"))));
  if (covers != NULL)
    bad |= add_fact(lines, _("stated"),
                    say(N_("{from} to {to} (--covers)"),
                        json_pack("{s:O, s:O}", "from", json_object_get(covers, "from"),
                                  "to", json_object_get(covers, "to"))));
  json_array_foreach(json_object_get(s->about, "plans"), index, plan)
  {
    const json_t *covered = json_object_get(plan, "covered");
    if (zc_get_text(plan, "from") == NULL)
      continue;
    bad |= add_fact(lines, index == 0 ? _("period") : "",
                    say(covered == NULL ? N_("{from} to {to} ({plan})")
                        : json_is_true(covered)
                            ? N_("{from} to {to} ({plan}): covered")
                            : N_("{from} to {to} ({plan}): not covered"),
                        json_pack("{s:O, s:O, s:O}", "from",
                                  json_object_get(plan, "from"), "to",
                                  json_object_get(plan, "to"), "plan",
                                  json_object_get(plan, "id"))));
  }
  return bad;
}

/* The options of the import, as they were written. Owned. */
static char *options_text(const json_t *options)
{
  zc_buffer out = {0};
  const char *column, *cell;
  json_t *value, *word;
  json_object_foreach(json_object_get(options, "map"), column, value)
      zc_buffer_print(&out, " --map %s=%s", column, json_string_value(value));
  json_object_foreach(json_object_get(options, "values"), column, value)
  {
    json_object_foreach(value, cell, word)
        zc_buffer_print(&out, " --map-value %s:%s=%s", column, cell,
                        json_string_value(word));
  }
  json_object_foreach(json_object_get(options, "blank"), column, value)
      zc_buffer_print(&out, " --blank %s=%s", column, json_string_value(value));
  return zc_buffer_take(&out);
}

static zc_code print_head(const showing *s, zc_err *err)
{
  json_t *lines = json_array();
  char *state = zc_known_state_text(s->table, s->state);
  char *options = options_text(json_object_get(s->about, "options"));
  int bad = state == NULL || options == NULL ||
            add_fact(lines, _("state"), json_string(state));
  if (zc_get_text(s->about, "source") != NULL)
    bad |= add_fact(lines, _("source"),
                    json_incref(json_object_get(s->about, "source")));
  if (zc_get_text(s->about, "file") != NULL)
    bad |= add_file(s, lines);
  bad |= add_range(s, lines);
  if (options != NULL && *options != '\0')
    bad |= add_fact(lines, _("options"), json_string(options + 1));
  free(options);
  free(state);
  printf("%s  %s\n", zc_get_text(s->about, "title"), zc_get_text(s->about, "id"));
  if (bad == 0)
    zc_print_grid(stdout, lines, "ll", 2);
  json_decref(lines);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

/* A type in the reader's language. Owned. */
static json_t *type_text(const json_t *column)
{
  static const struct {
    const char *type, *text;
  } types[] = {{"text", N_("text")},          {"code", N_("code")},
               {"enum", N_("enum")},          {"bool", N_("yes or no")},
               {"int", N_("whole number")},   {"decimal", N_("decimal")},
               {"date", N_("date")},          {"datetime", N_("date with time")},
               {"codes", N_("list of codes")}};
  const char *type = zc_get_text(column, "type");
  size_t size = strcspn(type, "(");
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (strlen(types[i].type) == size && strncmp(types[i].type, type, size) == 0)
      return json_sprintf("%s%s", _(types[i].text), type + size);
  return json_string(type);
}

static json_t *count_of(const json_t *column, const char *key)
{
  json_int_t count = zc_get_integer(column, key, -1);
  return json_string(count < 0 || !zc_get_flag(column, "found") ? "—"
                                                                : ZC_DIGITS(count));
}

static int add_column(json_t *lines, const json_t *column, bool read)
{
  const char *header = zc_get_text(column, "header");
  json_t *line = json_array();
  int bad = json_array_append(line, json_object_get(column, "id"));
  bad |= json_array_append(line, json_object_get(column, "title"));
  bad |= json_array_append_new(line, type_text(column));
  bad |= json_array_append_new(line,
                               json_string(zc_get_flag(column, "key") ? _("key") : ""));
  bad |= json_array_append_new(line, json_string(ZC_DIGITS(json_array_size(
                                         json_object_get(column, "rules")))));
  if (read) {
    bad |= json_array_append_new(line, count_of(column, "blank"));
    bad |= json_array_append_new(line, count_of(column, "bad"));
    const char *lacks = zc_get_flag(column, "optional")
                            ? _("not in the file, and need not be")
                            : _("not in the file");
    bad |= json_array_append_new(line, json_string(zc_text_or(header, lacks)));
  }
  return bad | json_array_append_new(lines, line);
}

static zc_code print_columns(const showing *s, zc_err *err)
{
  static const char *const heads[] = {N_("column"), N_("title"), N_("type"),
                                      "",           N_("rules"), N_("blank"),
                                      N_("bad"),    N_("header")};
  json_t *lines = json_array(), *head = json_array();
  size_t index;
  const json_t *column;
  bool read = s->summary != NULL;
  int bad = 0;
  for (size_t i = 0; i < (read ? 8 : 5); i++)
    bad |= json_array_append_new(head, json_string(_(heads[i])));
  bad |= json_array_append_new(lines, head);
  json_array_foreach(json_object_get(s->about, "columns"), index, column)
      bad |= add_column(lines, column, read);
  printf("\n");
  if (bad == 0)
    zc_print_grid(stdout, lines, read ? "llllrrrl" : "llllr", 2);
  json_decref(lines);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

/* Titles of columns, joined. Owned. */
static char *titles_of(const showing *s, const json_t *ids)
{
  zc_buffer out = {0};
  size_t index;
  const json_t *id;
  zc_buffer_text(&out, "");
  json_array_foreach(ids, index, id)
  {
    const json_t *column = zc_known_table(json_object_get(s->about, "columns"),
                                          json_string_value(id));
    zc_buffer_print(&out, "%s%s", index == 0 ? "" : "、",
                    zc_text_or(zc_get_text(column, "title"), json_string_value(id)));
  }
  return zc_buffer_take(&out);
}

static void print_use(const showing *s, const json_t *use)
{
  const char *rule = zc_get_text(use, "rule");
  const json_t *missing = json_object_get(use, "missing"), *item;
  size_t index;
  char *columns = titles_of(s, json_object_get(use, "columns"));
  char *lacks = titles_of(s, missing);
  printf("  %s", zc_text_or(rule, _("items asked for each value")));
  json_array_foreach(json_object_get(use, "items"), index, item)
      printf("%s%s (%s)", index == 0 ? "  " : "、", zc_get_text(item, "title"),
             zc_get_text(item, "id"));
  printf("\n");
  zc_print_wrapped(stdout, zc_text_or(columns, ""), 6, 88);
  if (json_array_size(missing) > 0 && lacks != NULL) {
    printf("      ");
    zc_say_line(N_("not in the file: {titles}"), json_pack("{s:s}", "titles", lacks));
  }
  free(columns);
  free(lacks);
}

static void print_uses(const showing *s)
{
  size_t index;
  const json_t *use, *uses = json_object_get(s->about, "uses");
  printf("\n%s\n", json_array_size(uses) > 0
                       ? _("read by")
                       : _("no rule of the plans in use reads it"));
  json_array_foreach(uses, index, use) print_use(s, use);
}

static zc_code print_text(const showing *s, zc_err *err)
{
  zc_code code = print_head(s, err);
  if (code == ZC_OK && json_array_size(json_object_get(s->about, "columns")) > 0)
    code = print_columns(s, err);
  if (code != ZC_OK)
    return code;
  if (s->summary != NULL) {
    printf("\n");
    zc_findings_malformed(s->summary);
    zc_findings_cells(s->summary);
    zc_findings_periods(s->summary);
    zc_findings_headers(s->summary);
  }
  print_uses(s);
  if (s->summary != NULL)
    zc_findings_warn(s->summary, 0, s->workspace->cli->today);
  return ZC_OK;
}

/* ---- the command --------------------------------------------------------------------- */

/* A table that no plan's rules read and that was never imported is known all the same, if
 * zicha ships it. */
static zc_code find(zc_workspace *workspace, const char *id, json_t **tables,
                    const json_t **table, zc_err *err)
{
  json_t *dataset;
  size_t unread;
  zc_code code = zc_known_tables(workspace, false, tables, &unread, err);
  if (code != ZC_OK || (*table = zc_known_table(*tables, id)) != NULL)
    return code;
  code = zc_find_dataset(workspace, id, &dataset, err);
  if (code != ZC_OK)
    return code;
  json_t *entry = json_pack("{s:s, s:O, s:O, s:[], s:[], s:[]}", "id", id, "title",
                            json_object_get(dataset, "title"), "dataset", dataset,
                            "uses", "columns", "plans");
  json_decref(dataset);
  *table = entry;
  return entry == NULL || json_array_append_new(*tables, entry) != 0
             ? zc_fail_memory(err)
             : ZC_OK;
}

static zc_code show(showing *s, zc_err *err)
{
  const zc_cli *cli = s->workspace->cli;
  zc_code code = read_file(s, err);
  if (code == ZC_OK)
    code = describe(s, err);
  if (code == ZC_OK && strcmp(zc_output_format(cli), "json") == 0)
    code = zc_print_document(json_incref(s->about), "table/1", err);
  else if (code == ZC_OK)
    code = print_text(s, err);
  if (code != ZC_OK)
    return code;
  fflush(stdout);
  if (json_object_get(s->reply, "faults") != NULL && s->summary == NULL)
    return zc_fail(err, ZC_EDATA,
                   "{file} cannot be read as {table} any more; import it again", "file",
                   zc_get_text(s->about, "file"), "table",
                   zc_get_text(s->about, "title"), NULL);
  if (zc_get_text(s->about, "file") != NULL && strcmp(s->state, "imported") != 0) {
    *err = s->why;
    return err->code;
  }
  return ZC_OK;
}

int zc_command_table_show(zc_cli *cli)
{
  static const char *const formats[] = {"text", "json", NULL};
  zc_workspace workspace = {.fd = -1};
  json_t *tables = NULL;
  showing s = {.workspace = &workspace};
  zc_err err;
  zc_code code = zc_check_format(cli, formats, &err);
  if (code == ZC_OK)
    code = zc_workspace_open(cli, &workspace, &err);
  if (code == ZC_OK)
    code = find(&workspace, cli->arguments[0], &tables, &s.table, &err);
  if (code == ZC_OK)
    code = show(&s, &err);
  json_decref(s.about);
  json_decref(s.reply);
  json_decref(tables);
  zc_workspace_close(&workspace);
  return zc_exit(code, &err);
}
