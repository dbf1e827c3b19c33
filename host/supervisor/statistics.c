/* statistics: the plan's 量化统计表 of an office, on the screen, as papers, for programs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "cli/paper_write.h"
#include "cli/screen.h"
#include "office/amount.h"
#include "supervisor/commands.h"
#include "supervisor/counting.h"
#include "supervisor/lacking.h"
#include "supervisor/registered.h"
#include "supervisor/statistics.h"

/* ---- words ---------------------------------------------------------------------------- */

static bool is_of_roster(const json_t *row)
{
  const json_t *name = json_array_get(json_object_get(row, "names"), 0);
  return strcmp(zc_text_of(name, "space"), "o") == 0;
}

const char *zc_row_source(const json_t *row)
{
  const char *from = zc_text_of(row, "from");
  if (zc_get_flag(row, "manual") || strcmp(from, "manual") == 0)
    return _("entered by hand");
  if (strcmp(from, "cases") == 0)
    return _("register");
  if (strcmp(from, "measure") == 0)
    return _("reports: rules");
  return is_of_roster(row) ? _("roster and reports") : _("reports that count");
}

/* ---- text ----------------------------------------------------------------------------- */

/* What lacks something has a mark, which is told below the table. */
static json_t *cell_of(const char *value, bool lacking)
{
  return *value == '\0' ? json_string("—")
                        : json_sprintf("%s%s", value, lacking ? "*" : "");
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
    if (zc_counting_shows(c, &c->counts.groups[i]))
      json_array_append_new(line, zc_counting_title(&c->counts.groups[i]));
  if (zc_counting_others(c))
    json_array_append_new(line, json_string(ZC_OFF_ROSTER_TITLE));
  return line;
}

static json_t *row_line(const zc_counting *c, const json_t *row)
{
  size_t index;
  const json_t *cell;
  json_t *line = json_array();
  bool now = json_object_get(row, "incomplete") != NULL;
  bool before = json_object_get(row, "previous_incomplete") != NULL;
  json_array_append_new(line, json_string(zc_text_of(row, "id")));
  json_array_append_new(line, json_string(zc_text_of(row, "title")));
  json_array_append_new(line, json_string(zc_text_of(row, "unit")));
  json_array_append_new(line, cell_of(zc_text_of(row, "value"), now));
  if (c->has_previous) {
    json_array_append_new(line, cell_of(zc_text_of(row, "previous"), before));
    json_array_append_new(line, cell_of(zc_text_of(row, "change"), now || before));
  }
  json_array_foreach(json_object_get(row, "cells"), index, cell)
      json_array_append_new(line,
                            cell_of(zc_text_or(json_string_value(cell), ""), now));
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
              json_pack("{s:s, s:s, s:s}", "round", zc_text_of(c->span.round, "id"),
                        "from", *c->span.from == '\0' ? "…" : c->span.from, "to",
                        *c->span.to == '\0' ? "…" : c->span.to));
  zc_say_line(N_("{here} of {expected} facilities have reported, {late} of them late"),
              json_pack("{s:I, s:I, s:I}", "here", (json_int_t)c->counts.all.of.here,
                        "expected", (json_int_t)c->counts.all.of.expected, "late",
                        (json_int_t)c->counts.all.of.late));
  if (c->counts.unheard > 0)
    zc_say_line(
        N_("{count} offices have never reported: how many facilities they have is "
           "not known"),
        json_pack("{s:I}", "count", (json_int_t)c->counts.unheard));
  if (c->reach.before > 0)
    zc_say_line(
        N_("{count} facilities have reported before these days: what they found "
           "then is not known"),
        json_pack("{s:I}", "count", (json_int_t)c->reach.before));
  if (c->reach.within > 0)
    zc_say_line(N_("{count} facilities have reported before these days were over: what "
                   "they found afterwards is not known"),
                json_pack("{s:I}", "count", (json_int_t)c->reach.within));
  if (json_array_size(lines) > 1)
    zc_print_grid(stdout, lines, sides, 0);
  else
    zc_say_line(N_("the plan has no rows of statistics"), NULL);
  json_decref(lines);
  zc_lacking_print(c);
  return ZC_OK;
}

/* ---- JSON ----------------------------------------------------------------------------- */

/* Of a group; how many of the expected were inspected is told where inspections are registered. */
static json_t *told_counts(const zc_counting *c, const zc_count *count, size_t at)
{
  json_t *told = json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "title",
                           count->of.title, "roster", (json_int_t)count->of.listed,
                           "expected", (json_int_t)count->of.expected, "reported",
                           (json_int_t)count->of.here, "missing",
                           (json_int_t)(count->of.expected - count->of.here), "late",
                           (json_int_t)count->of.late, "zero",
                           (json_int_t)count->of.nil, "left_out",
                           (json_int_t)count->of.left_out, "clean",
                           (json_int_t)count->of.clean);
  if (told != NULL && c->covered[at] >= 0)
    json_object_set_new(told, "inspected", json_integer((json_int_t)c->covered[at]));
  return told;
}

/* Sums with those of money also in 万元, as papers have them. */
static json_t *with_wan(const json_t *sums)
{
  char name[64], room[ZC_FIGURE_ROOM];
  const char *key;
  json_t *value, *all = json_object();
  json_object_foreach((json_t *)sums, key, value)
  {
    json_object_set(all, key, value);
    if (!json_is_string(value))
      continue;
    snprintf(name, sizeof name, "%s_wan", key);
    json_object_set_new(all, name,
                        json_string(
                            zc_wan_text(room, zc_amount_read(json_string_value(value)),
                                        ZC_WAN_PLACES)));
  }
  return all;
}

/* Figures by hand: those that were entered here, then those that offices report. */
static json_t *told_manual(const zc_counting *c)
{
  json_t *list = json_array();
  if (json_array_extend(list, c->manual) == 0 &&
      json_array_extend(list, c->below.manual) == 0)
    return list;
  json_decref(list);
  return NULL;
}

static int add_below(const zc_counting *c, json_t *document)
{
  return json_array_size(c->below.offices) == 0
             ? 0
             : json_object_set_new(document, "below", zc_below_told(&c->below));
}

static int add_sums(const zc_counting *c, json_t *document)
{
  json_t *told = zc_count_told(&c->counts, &c->counts.all);
  int bad = json_object_set_new(document, "figures",
                                with_wan(json_object_get(told, "figures")));
  bad |= json_object_set_new(document, "register",
                             with_wan(json_object_get(c->cases, "")));
  int64_t covered = c->covered[c->counts.count];
  int64_t all = zc_get_integer(json_object_get(c->cases, ""), "inspected", 0);
  if (covered >= 0 && all > covered)
    bad |= json_object_set_new(document, "off_roster", json_integer(all - covered));
  if (c->reach.before > 0 || c->reach.within > 0)
    bad |= json_object_set_new(document, "reach", zc_reach_told(&c->reach));
  if (c->has_previous) {
    bad |= json_object_set_new(document, "previous", zc_span_told(&c->previous));
    bad |= json_object_set(document, "previous_total",
                           json_object_get(c->before, "collected"));
  }
  json_decref(told);
  return bad;
}

static zc_code print_json(const zc_counting *c, zc_err *err)
{
  json_t *groups = json_array();
  for (size_t i = 0; i < c->counts.count; i++)
    if (zc_counting_shows(c, &c->counts.groups[i]))
      json_array_append_new(groups, told_counts(c, &c->counts.groups[i], i));
  json_t *document =
      json_pack("{s:s, s:s, s:o, s:O, s:o, s:o, s:o, s:s}", "plan", c->id, "version",
                zc_text_of(json_object_get(c->view.checklist, "plan"), "version"),
                "span", zc_span_told(&c->span), "rows",
                json_object_get(c->table, "rows"), "total",
                told_counts(c, &c->counts.all, c->counts.count), "groups", groups,
                "manual", told_manual(c), "today", c->office.workspace.cli->today);
  if (document != NULL && json_array_size(c->view.offices) > 0)
    json_object_set(document, "offices", c->view.offices);
  if (document == NULL || add_sums(c, document) != 0 || add_below(c, document) != 0) {
    json_decref(document);
    return zc_fail_memory(err);
  }
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
  if (code == ZC_OK)
    code = zc_paper_check_screen(cli, err);
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
                            &(zc_counting_wish){.by = by,
                                                .columns = true,
                                                .hold = true,
                                                .previous =
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
