/* statistics: the plan's 量化统计表 of an office, on the screen, as papers, for programs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/counting.h"
#include "cli/message.h"
#include "cli/paper_write.h"
#include "cli/screen.h"
#include "cli/statistics.h"

static const char *text_of(const json_t *map, const char *key)
{
  return zc_text_or(zc_get_text(map, key), "");
}

/* ---- words ---------------------------------------------------------------------------- */

static bool is_of_roster(const json_t *row)
{
  const json_t *name = json_array_get(json_object_get(row, "names"), 0);
  return strcmp(text_of(name, "space"), "o") == 0;
}

const char *zc_row_source(const json_t *row)
{
  const char *from = text_of(row, "from");
  if (zc_get_flag(row, "manual") || strcmp(from, "manual") == 0)
    return _("entered by hand");
  if (strcmp(from, "cases") == 0)
    return _("register");
  if (strcmp(from, "measure") == 0)
    return _("reports: rules");
  return is_of_roster(row) ? _("roster and reports") : _("reports that count");
}

/* ---- text ----------------------------------------------------------------------------- */

static const char *cell_of(const json_t *row, const char *key)
{
  const char *value = text_of(row, key);
  return *value == '\0' ? "—" : value;
}

static json_t *head_line(const zc_counting *c)
{
  json_t *line = json_array();
  json_array_append_new(line, json_string(_("ROW")));
  json_array_append_new(line, json_string(_("FIGURE")));
  json_array_append_new(line, json_string(_("UNIT")));
  json_array_append_new(line, json_string(_("VALUE")));
  if (c->has_previous) {
    json_array_append_new(line, json_string(_("BEFORE")));
    json_array_append_new(line, json_string(_("CHANGE")));
  }
  for (size_t i = 0; i < c->counts.count; i++)
    if (zc_counting_shows(&c->counts.groups[i]))
      json_array_append_new(line, json_string(c->counts.groups[i].title));
  return line;
}

static json_t *row_line(const zc_counting *c, const json_t *row)
{
  size_t index;
  const json_t *cell;
  json_t *line = json_array();
  json_array_append_new(line, json_string(text_of(row, "id")));
  json_array_append_new(line, json_string(text_of(row, "title")));
  json_array_append_new(line, json_string(text_of(row, "unit")));
  json_array_append_new(line, json_string(cell_of(row, "value")));
  if (c->has_previous) {
    json_array_append_new(line, json_string(cell_of(row, "previous")));
    json_array_append_new(line, json_string(cell_of(row, "change")));
  }
  json_array_foreach(json_object_get(row, "cells"), index, cell)
  {
    const char *text = zc_text_or(json_string_value(cell), "");
    json_array_append_new(line, json_string(*text == '\0' ? "—" : text));
  }
  return line;
}

static json_t *source_of(const json_t *row)
{
  const json_t *reason = json_object_get(row, "reason");
  char *why = reason == NULL ? NULL : zc_message_text(reason);
  json_t *text = why == NULL ? json_string(zc_row_source(row))
                             : json_sprintf("%s: %s", zc_row_source(row), why);
  free(why);
  return text;
}

#define MOST_COLUMNS 60 /* of a terminal */

static zc_code print_text(const zc_counting *c, zc_err *err)
{
  size_t index;
  const json_t *row;
  json_t *lines = json_array(), *head = head_line(c);
  char sides[MOST_COLUMNS + 1] = "";
  size_t width = json_array_size(head);
  json_array_append_new(head, json_string(_("SOURCE")));
  json_array_append_new(lines, head);
  json_array_foreach(json_object_get(c->table, "rows"), index, row)
  {
    json_t *line = row_line(c, row);
    while (json_array_size(line) < width)
      json_array_append_new(line, json_string("—"));
    json_array_append_new(line, source_of(row));
    json_array_append_new(lines, line);
  }
  for (size_t i = 0; i <= width && i < sizeof sides - 1; i++)
    sides[i] = i < 3 || i == width ? 'l' : 'r';
  if (width >= MOST_COLUMNS) {
    json_decref(lines);
    return zc_fail(err, ZC_EUSAGE,
                   "there are too many columns for the screen: write a workbook with "
                   "--out xlsx:PATH",
                   NULL);
  }
  zc_say_line(c->span.window
                  ? N_("problems found from {from} to {to}, as reported in {round}")
                  : N_("round {round} ({from} to {to})"),
              json_pack("{s:s, s:s, s:s}", "round", text_of(c->span.round, "id"),
                        "from", *c->span.from == '\0' ? "…" : c->span.from, "to",
                        *c->span.to == '\0' ? "…" : c->span.to));
  zc_say_line(N_("{here} of {expected} facilities have reported, {late} of them late"),
              json_pack("{s:I, s:I, s:I}", "here", (json_int_t)c->counts.all.here,
                        "expected", (json_int_t)c->counts.all.expected, "late",
                        (json_int_t)c->counts.all.late));
  zc_print_grid(stdout, lines, sides, 0);
  json_decref(lines);
  return ZC_OK;
}

/* ---- JSON ----------------------------------------------------------------------------- */

static json_t *told_counts(const zc_count *count)
{
  return json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "title",
                   count->title, "roster", (json_int_t)count->listed, "expected",
                   (json_int_t)count->expected, "reported", (json_int_t)count->here,
                   "missing", (json_int_t)(count->expected - count->here), "late",
                   (json_int_t)count->late, "zero", (json_int_t)count->nil, "left_out",
                   (json_int_t)count->left_out, "clean", (json_int_t)count->clean);
}

static zc_code print_json(const zc_counting *c, zc_err *err)
{
  json_t *groups = json_array();
  for (size_t i = 0; i < c->counts.count; i++)
    if (zc_counting_shows(&c->counts.groups[i]))
      json_array_append_new(groups, told_counts(&c->counts.groups[i]));
  json_t *document =
      json_pack("{s:s, s:s, s:o, s:O, s:o, s:o, s:O, s:s}", "plan", c->id, "version",
                text_of(json_object_get(c->view.checklist, "plan"), "version"), "span",
                zc_span_told(&c->span), "rows", json_object_get(c->table, "rows"),
                "total", told_counts(&c->counts.all), "groups", groups, "manual",
                c->manual, "today", c->office.workspace.cli->today);
  if (document != NULL && c->has_previous)
    json_object_set_new(document, "previous", zc_span_told(&c->previous));
  return zc_print_document(document, "statistics/1", err);
}

/* ---- the command ---------------------------------------------------------------------- */

static zc_code read_by(const zc_cli *cli, zc_count_by *by, zc_err *err)
{
  const char *word = zc_option_value(cli, "by");
  *by = ZC_COUNT_ALL;
  if (word == NULL)
    return ZC_OK;
  *by = strcmp(word, "town") == 0 ? ZC_COUNT_TOWN : ZC_COUNT_CLASS;
  return strcmp(word, "town") == 0 || strcmp(word, "class") == 0
             ? ZC_OK
             : zc_fail(err, ZC_EUSAGE, "--by {value} is not class or town", "value",
                       word, NULL);
}

static zc_code print(zc_counting *c, const char *format, zc_err *err)
{
  if (strcmp(format, "json") == 0)
    return print_json(c, err);
  if (strcmp(format, "text") == 0)
    return print_text(c, err);
  json_t *args = json_object();
  zc_code code = args == NULL ? zc_fail_memory(err)
                              : zc_counting_paper(c, "office_statistics", "statistics",
                                                  args, NULL, true, err);
  json_decref(args);
  return code;
}

/* --trace ROW:CLASS wants the classes told apart. */
static zc_code choose(const zc_cli *cli, zc_count_by *by, const char **format,
                      zc_err *err)
{
  static const char *const formats[] = {"text", "markdown", "html", "csv",
                                        "xlsx", "json",     NULL};
  static const char *const traced[] = {"text", "json", NULL};
  const char *trace = zc_option_value(cli, "trace");
  zc_code code = read_by(cli, by, err);
  if (code == ZC_OK)
    code = zc_check_format(cli, trace != NULL ? traced : formats, err);
  if (code == ZC_OK && trace != NULL && zc_option_values(cli, "out") != NULL)
    code = zc_fail(err, ZC_EUSAGE, "--trace is printed: it has no --out", NULL);
  if (trace != NULL && strchr(trace, ':') != NULL && *by == ZC_COUNT_ALL)
    *by = ZC_COUNT_CLASS;
  *format = zc_option_value(cli, "format");
  if (*format == NULL)
    *format = trace == NULL && zc_option_values(cli, "out") != NULL ? "paper" : "text";
  bool screen = strcmp(*format, "text") == 0 || strcmp(*format, "json") == 0;
  if (code == ZC_OK && screen && zc_option_values(cli, "out") != NULL)
    code = zc_fail(err, ZC_EUSAGE,
                   "--format {format} is for the screen: leave out --out", "format",
                   *format, NULL);
  return code == ZC_OK && !screen ? zc_paper_formats(cli, err) : code;
}

int zc_command_statistics(zc_cli *cli)
{
  zc_err err;
  zc_counting c;
  zc_count_by by;
  const char *format;
  zc_code code = choose(cli, &by, &format, &err);
  if (code == ZC_OK)
    code = zc_counting_open(cli,
                            &(zc_counting_wish){by, true,
                                                zc_option_value(cli, "previous") !=
                                                    NULL},
                            &c, &err);
  if (code == ZC_OK) {
    code = zc_option_value(cli, "trace") != NULL ? zc_statistics_trace(&c, format, &err)
                                                 : print(&c, format, &err);
    zc_counting_close(&c);
  }
  return zc_exit(code, &err);
}
