/* plan show and explain: what a package and its parents make together. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "author/commands.h"
#include "author/plan_layers.h"
#include "author/plan_paper.h"
#include "author/plan_view.h"
#include "cli/asking.h"
#include "cli/message.h"
#include "cli/paper.h"
#include "cli/plans.h"
#include "value/json.h"

bool zc_view_wants_json(const zc_cli *cli)
{
  return zc_option_values(cli, "out") != NULL ||
         strcmp(zc_text_or(zc_option_value(cli, "format"), "text"), "json") == 0;
}

zc_code zc_view_check_format(const zc_cli *cli, zc_err *err)
{
  const char *format = zc_text_or(zc_option_value(cli, "format"), "text");
  if (strcmp(format, "text") == 0 || strcmp(format, "json") == 0)
    return ZC_OK;
  return zc_fail(err, ZC_EUSAGE, "unknown format {format}; known: text json", "format",
                 format, NULL);
}

bool zc_view_is_paper(const char *format)
{
  return strcmp(format, "markdown") == 0 || strcmp(format, "html") == 0;
}

zc_code zc_view_check_paper_format(const zc_cli *cli, zc_err *err)
{
  const char *format = zc_text_or(zc_option_value(cli, "format"), "text");
  if (zc_view_is_paper(format) || strcmp(format, "text") == 0 ||
      strcmp(format, "json") == 0)
    return ZC_OK;
  return zc_fail(err, ZC_EUSAGE,
                 "unknown format {format}; known: text markdown html json", "format",
                 format, NULL);
}

zc_code zc_view_print_json(const zc_cli *cli, json_t *document, const char *schema,
                           zc_err *err)
{
  zc_buffer out = {0};
  int bad = json_object_set_new(document, "zicha", json_string(schema));
  zc_code code = bad != 0 ? zc_fail_memory(err)
                          : zc_json_canonical(document, &out, err);
  if (code == ZC_OK && zc_option_values(cli, "out") != NULL) {
    json_t *texts = json_pack("{s:s+}", "json", out.data, "\n");
    code = texts == NULL ? zc_fail_memory(err) : zc_write_outputs(cli, texts, err);
    json_decref(texts);
  } else if (code == ZC_OK) {
    printf("%s\n", out.data);
  }
  zc_buffer_free(&out);
  json_decref(document);
  return code;
}

static const char *shown(const json_t *object, const char *key)
{
  return zc_text_or(zc_get_text(object, key), "—");
}

void zc_view_print_direction(const json_t *difference)
{
  static const struct {
    const char *direction, *title;
  } titles[] = {{"looser", N_("asks for less")},
                {"stricter", N_("asks for more")},
                {"not_comparable", N_("cannot be compared")}};
  const char *direction = shown(difference, "direction");
  for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
    if (strcmp(titles[i].direction, direction) == 0)
      printf("  [%s]", _(titles[i].title));
  printf("\n");
}

/* ---- explain ------------------------------------------------------------------------- */

static void print_step(const json_t *step, bool last)
{
  const char *layer = shown(step, "layer");
  printf("    %s %s", last ? "→" : " ", shown(step, "value"));
  printf("  (%s, %s:%lld", strcmp(layer, "library") == 0 ? _("rule library") : layer,
         shown(step, "file"), (long long)zc_get_integer(step, "line", 0));
  if (zc_get_text(step, "authorised_by") != NULL)
    printf(", %s", zc_get_text(step, "authorised_by"));
  if (zc_get_text(step, "reason") != NULL)
    printf(", %s", zc_get_text(step, "reason"));
  printf(")\n");
}

/* What the rule library says of the rules that an item names. */
static void print_rules(const json_t *rules)
{
  size_t index, inner;
  const json_t *rule, *line;
  json_array_foreach(rules, index, rule)
  {
    printf("  %s  %s\n", shown(rule, "id"), shown(rule, "title"));
    json_array_foreach(json_object_get(rule, "basis"), inner, line)
        printf("    %s: %s\n", _("basis"), json_string_value(line));
    if (zc_get_text(rule, "exempt") != NULL)
      printf("    %s: %s\n", _("exempt"), zc_get_text(rule, "exempt"));
    if (zc_get_text(rule, "limits") != NULL)
      printf("    %s: %s\n", _("limits"), zc_get_text(rule, "limits"));
  }
}

static void print_fields(const json_t *answer)
{
  size_t index, inner;
  const json_t *field, *step;
  printf("%s %s  %s\n", shown(answer, "section_title"), shown(answer, "id"),
         zc_text_of(answer, "title"));
  json_array_foreach(json_object_get(answer, "fields"), index, field)
  {
    const json_t *steps = json_object_get(field, "steps");
    printf("  %s (%s)\n", shown(field, "title"), shown(field, "key"));
    json_array_foreach(steps, inner, step)
        print_step(step, inner + 1 == json_array_size(steps));
  }
  print_rules(json_object_get(answer, "rules"));
}

/* *known: whether there is such an entry; else it has been told what there is. */
static zc_code explain_entry(zc_plan *plan, bool *known, zc_err *err)
{
  const zc_cli *cli = plan->cli;
  json_t *args = json_object(), *answer = NULL;
  int bad = json_object_set_new(args, "id", json_string(cli->arguments[1]));
  if (cli->argument_count > 2)
    bad |= json_object_set_new(args, "field", json_string(cli->arguments[2]));
  if (bad != 0) {
    json_decref(args);
    args = NULL;
  }
  zc_code code = zc_plan_call(plan, "explain", args, &answer, err);
  json_t *problem = json_object_get(answer, "error");
  *known = problem == NULL;
  if (code == ZC_OK && problem != NULL)
    zc_ask_print_error("zicha", problem);
  else if (code == ZC_OK && zc_view_wants_json(cli)) {
    json_object_set(answer, "layers", plan->package.origins);
    code = zc_view_print_json(cli, json_incref(answer), "explain/1", err);
  } else if (code == ZC_OK)
    print_fields(answer);
  json_decref(answer);
  return code;
}

/* Of the plan as a whole: whose its layers are. */
static zc_code explain_layers(const zc_plan *plan, zc_err *err)
{
  return zc_view_wants_json(plan->cli)
             ? zc_view_print_json(plan->cli,
                                  json_pack("{s:O}", "layers", plan->package.origins),
                                  "explain/1", err)
             : zc_plan_layers_print(plan, err);
}

static zc_code explain(zc_cli *cli, bool *known, zc_err *err)
{
  zc_plan plan;
  zc_code code = zc_view_check_format(cli, err);
  if (code == ZC_OK)
    code = zc_plan_open_package(cli, cli->arguments[0], &plan, err);
  if (code != ZC_OK)
    return code;
  code = cli->argument_count > 1 ? explain_entry(&plan, known, err)
                                 : explain_layers(&plan, err);
  zc_plan_close(&plan);
  return code;
}

int zc_command_plan_explain(zc_cli *cli)
{
  zc_err err;
  bool known = true;
  zc_code code = explain(cli, &known, &err);
  return code == ZC_OK && !known ? ZC_EDATA : zc_exit(code, &err);
}

/* ---- show ---------------------------------------------------------------------------- */

static void print_section(const json_t *plan, const char *key, const char *title)
{
  const json_t *section = json_object_get(plan, key), *entry;
  const char *id;
  size_t index;
  if (json_array_size(section) == 0 && json_object_size(section) == 0)
    return;
  printf("\n%s (%zu)\n", title,
         json_is_array(section) ? json_array_size(section) : json_object_size(section));
  json_array_foreach(section, index, entry)
      printf("  %s  %s\n", shown(entry, "id"),
             zc_text_or(zc_get_text(entry, "title"),
                        zc_text_or(zc_get_text(entry, "artefact"),
                                   zc_text_of(entry, "when"))));
  json_object_foreach((json_t *)section, id, entry)
      printf("  %s  %s\n", id, zc_text_of(entry, "title"));
}

static void print_deviation(const json_t *deviation)
{
  printf("  %s %s  %s: %s → %s", shown(deviation, "section_title"),
         shown(deviation, "id"), shown(deviation, "field_title"),
         shown(deviation, "from"), shown(deviation, "to"));
  if (zc_get_text(deviation, "authorised_by") != NULL)
    printf("  (%s)", zc_get_text(deviation, "authorised_by"));
  zc_view_print_direction(deviation);
}

static void print_tables(const json_t *tables)
{
  size_t index;
  const json_t *table;
  if (json_array_size(tables) == 0)
    return;
  printf("\n%s (%zu)\n", _("reference tables"), json_array_size(tables));
  json_array_foreach(tables, index, table)
      printf("  %s  %s (%lld)\n", shown(table, "id"), shown(table, "file"),
             (long long)zc_get_integer(table, "rows", 0));
}

static void print_overview(const json_t *answer)
{
  static const struct {
    const char *key, *title;
  } sections[] = {{"focus", N_("focus areas")},       {"sets", N_("counted sets")},
                  {"phases", N_("phases")},           {"measures", N_("measures")},
                  {"departments", N_("departments")}, {"duties", N_("reports")},
                  {"coverage", N_("coverage")},       {"parameters", N_("parameters")}};
  const json_t *plan = json_object_get(answer, "plan"), *layer, *deviation;
  const json_t *items = json_object_get(answer, "items"), *item;
  const json_t *deviations = json_object_get(answer, "deviations");
  size_t index;
  printf("%s  %s (%s)\n", shown(plan, "title"), shown(plan, "id"),
         shown(plan, "version"));
  json_array_foreach(json_object_get(answer, "chain"), index, layer)
      printf("  %s %s (%s)\n",
             index + 1 == json_array_size(json_object_get(answer, "chain")) ? "→" : " ",
             shown(layer, "id"), shown(layer, "version"));
  for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
    print_section(plan, sections[i].key, _(sections[i].title));
  print_tables(json_object_get(answer, "tables"));
  printf("\n%s (%zu)\n", _("checklist items"), json_array_size(items));
  json_array_foreach(items, index, item)
      printf("  %s  %s\n", shown(item, "id"), shown(item, "title"));
  if (json_array_size(deviations) > 0)
    printf("\n%s (%zu)\n",
           json_array_size(json_object_get(answer, "chain")) > 1
               ? _("changes to the parents")
               : _("changes to the rule library"),
           json_array_size(deviations));
  json_array_foreach(deviations, index, deviation) print_deviation(deviation);
}

/* ---- show --dates ---------------------------------------------------------------------- */

static const char *kind_title(const char *kind)
{
  static const struct {
    const char *kind, *title;
  } titles[] = {{"period", N_("period")},
                {"phase", N_("phase")},
                {"measure", N_("measure")},
                {"duty", N_("report")}};
  for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
    if (strcmp(titles[i].kind, kind) == 0)
      return _(titles[i].title);
  return kind;
}

/* Why no day follows from a time. */
static void print_notices(const json_t *notices)
{
  size_t index;
  const json_t *notice;
  json_array_foreach(notices, index, notice)
  {
    char *text = zc_message_text(notice);
    if (text != NULL)
      printf("    %s\n", text);
    free(text);
  }
}

static void print_days(const json_t *entry)
{
  const char *from = zc_get_text(entry, "from"), *to = zc_get_text(entry, "to");
  const json_t *due = json_object_get(entry, "due");
  size_t count = json_array_size(due);
  if (from != NULL && to != NULL && strcmp(from, to) != 0)
    printf("    %s – %s\n", from, to);
  else if (from != NULL && to != NULL)
    printf("    %s\n", to);
  else if (to != NULL)
    printf("    – %s\n", to);
  if (count > 1) {
    printf("    %zu: %s", count, json_string_value(json_array_get(due, 0)));
    for (size_t i = 1; i < count && i < 12; i++)
      printf(", %s", json_string_value(json_array_get(due, i)));
    printf("%s\n", count > 12 ? ", …" : "");
  }
  if (zc_get_text(entry, "next") != NULL) {
    printf("    ");
    zc_say_line(N_("next: {day}"),
                json_pack("{s:s}", "day", zc_get_text(entry, "next")));
  }
  if (zc_get_flag(entry, "blank"))
    printf("    %s\n", _("still blank"));
  print_notices(json_object_get(entry, "notices"));
}

static void print_dates(const zc_plan *plan, const json_t *answer)
{
  size_t index;
  const json_t *entry, *year;
  printf("%s  %s (%s)\n", shown(plan->about, "title"), shown(plan->about, "id"),
         shown(plan->about, "version"));
  zc_say_line(N_("today: {today}"), json_pack("{s:s}", "today", plan->cli->today));
  json_array_foreach(json_object_get(answer, "entries"), index, entry)
  {
    printf("  %s %s: %s\n", kind_title(shown(entry, "kind")), shown(entry, "title"),
           shown(entry, "text"));
    print_days(entry);
  }
  json_array_foreach(json_object_get(answer, "doubtful_years"), index, year)
      zc_say_line(
          N_("the holidays of {year} are not known or not confirmed: working days "
             "are counted from Monday to Friday"),
          json_pack("{s:O}", "year", year));
}

static zc_code show_dates(zc_cli *cli, zc_err *err)
{
  zc_plan plan;
  json_t *answer = NULL;
  zc_code code = zc_view_check_format(cli, err);
  if (code == ZC_OK)
    code = zc_plan_open_package(cli, cli->arguments[0], &plan, err);
  if (code != ZC_OK)
    return code;
  code = zc_plan_call_dated(&plan, "dates", NULL, &answer, err);
  if (code == ZC_OK && zc_view_wants_json(cli))
    code = zc_view_print_json(cli, json_incref(answer), "dates/1", err);
  else if (code == ZC_OK)
    print_dates(&plan, answer);
  json_decref(answer);
  zc_plan_close(&plan);
  return code;
}

static zc_code show(zc_cli *cli, zc_err *err)
{
  if (zc_option_value(cli, "dates") != NULL)
    return show_dates(cli, err);
  zc_plan plan;
  json_t *answer = NULL;
  const char *format = zc_text_or(zc_option_value(cli, "format"), "text");
  bool paper = zc_view_is_paper(format);
  zc_code code = zc_view_check_paper_format(cli, err);
  if (code == ZC_OK)
    code = zc_plan_open_package(cli, cli->arguments[0], &plan, err);
  if (code != ZC_OK)
    return code;
  code = zc_plan_call(&plan, "show", json_object(), &answer, err);
  if (code == ZC_OK && paper)
    code = zc_plan_print_paper(&plan, "text", err);
  else if (code == ZC_OK && zc_view_wants_json(cli))
    code = zc_view_print_json(cli, json_incref(answer), "plan/1", err);
  else if (code == ZC_OK)
    print_overview(answer);
  json_decref(answer);
  zc_plan_close(&plan);
  return code;
}

int zc_command_plan_show(zc_cli *cli)
{
  zc_err err;
  return zc_exit(show(cli, &err), &err);
}
