/* plan rules: the rule library, as its files tell of it and as its rules are declared. */
#include <stdio.h>
#include <string.h>

#include "author/commands.h"
#include "cli/asking.h"
#include "cli/message.h"

/* The rules themselves say what they are: a rules job describes them all. */
static zc_code list_rules(zc_plan *plan, const char *wanted, json_t **answer,
                          zc_err *err)
{
  json_t *described = NULL, *args = json_object();
  zc_code code = zc_plan_describe(plan, &described, err);
  int bad = json_object_set(args, "described", described);
  if (wanted != NULL)
    bad |= json_object_set_new(args, "wanted", json_string(wanted));
  json_decref(described);
  if (code == ZC_OK && bad == 0)
    return zc_plan_call(plan, "rules", args, answer, err);
  json_decref(args);
  return code == ZC_OK ? zc_fail_memory(err) : code;
}

/* ---- in words ------------------------------------------------------------------------ */

static const char *form_title(const char *form)
{
  static const struct {
    const char *form, *title;
  } titles[] = {{"row", N_("row by row")},
                {"group", N_("by group")},
                {"sequence", N_("in sequence")},
                {"window", N_("within days")},
                {"rate", N_("rate")},
                {"quota", N_("quota")},
                {"fail", N_("a fact")},
                {"each", N_("row by row, in Lua")},
                {"check", N_("in Lua")}};
  for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
    if (strcmp(titles[i].form, form) == 0)
      return _(titles[i].title);
  return form;
}

static void print_joined(const json_t *list)
{
  size_t index;
  const json_t *entry;
  json_array_foreach(list, index, entry)
      printf("%s%s", index == 0 ? "" : ", ", json_string_value(entry));
}

/* In a list: one line a rule. */
static void print_line(const json_t *rule)
{
  printf("  %s  %s  [", zc_text_or(zc_get_text(rule, "id"), "?"),
         zc_text_or(zc_get_text(rule, "title"), "—"));
  print_joined(json_object_get(rule, "number"));
  printf("%s%s]\n", json_array_size(json_object_get(rule, "number")) > 0 ? "; " : "",
         form_title(zc_text_of(rule, "form")));
}

static void print_text(const json_t *rule, const char *key, const char *title)
{
  const json_t *value = json_object_get(rule, key);
  if (json_is_string(value)) {
    printf("  %s: %s\n", title, json_string_value(value));
  } else if (json_array_size(value) > 0) {
    printf("  %s: ", title);
    print_joined(value);
    printf("\n");
  }
}

static void print_parameters(const json_t *rule)
{
  size_t index;
  const json_t *parameter;
  json_array_foreach(json_object_get(rule, "parameters"), index, parameter)
  {
    const char *id = zc_get_text(parameter, "id");
    printf("  p.%s  %s: %s%s%s\n", id, zc_text_or(zc_get_text(parameter, "title"), id),
           zc_text_or(zc_get_text(parameter, "value"), "____"),
           zc_text_of(parameter, "unit"),
           zc_get_flag(parameter, "unconfirmed") ? _(" (not confirmed)") : "");
  }
}

/* One rule with all that is known of it. */
static void print_rule(const json_t *rule)
{
  size_t index;
  const json_t *line, *table;
  print_line(rule);
  json_array_foreach(json_object_get(rule, "basis"), index, line)
      printf("  %s: %s%s\n", _("basis"), json_string_value(line),
             zc_get_flag(rule, "unconfirmed") ? _(" (not confirmed)") : "");
  print_text(rule, "source", _("asked for by"));
  print_text(rule, "exempt", _("exempt"));
  print_text(rule, "limits", _("limits"));
  json_array_foreach(json_object_get(rule, "tables"), index, table)
  {
    const char *id = zc_get_text(table, "id");
    printf("  %s  %s: ", id, zc_text_or(zc_get_text(table, "title"), id));
    print_joined(json_object_get(table, "columns"));
    printf("\n");
  }
  print_text(rule, "views", _("views"));
  print_text(rule, "measures", _("figures"));
  print_parameters(rule);
}

static size_t count_rules(const json_t *files)
{
  size_t index, count = 0;
  const json_t *file;
  json_array_foreach(files, index, file)
      count += json_array_size(json_object_get(file, "rules"));
  return count;
}

static void print_files(const json_t *files)
{
  size_t index, inner;
  const json_t *file, *entry;
  bool full = count_rules(files) == 1;
  json_array_foreach(files, index, file)
  {
    printf("%s%s\n", index == 0 ? "" : "\n", zc_get_text(file, "file"));
    json_array_foreach(json_object_get(file, "rules"), inner, entry)
    {
      if (full)
        print_rule(entry);
      else
        print_line(entry);
    }
    json_array_foreach(json_object_get(file, "questions"), inner, entry)
        printf("  %s: %s\n", zc_get_text(entry, "number"),
               zc_get_text(entry, "reason"));
  }
  zc_say_line(N_("{count} rules"),
              json_pack("{s:I}", "count", (json_int_t)count_rules(files)));
}

/* ---- the command ----------------------------------------------------------------------- */

static zc_code print_json(const json_t *files, zc_err *err)
{
  zc_buffer out = {0};
  json_t *document = json_pack("{s:s, s:O}", "zicha", "rules/1", "files", files);
  zc_code code = document == NULL ? zc_fail_memory(err)
                                  : zc_json_canonical(document, &out, err);
  if (code == ZC_OK)
    printf("%s\n", out.data);
  zc_buffer_free(&out);
  json_decref(document);
  return code;
}

/* *sound: whether there is such a rule, and the files agree; else it has been told. */
static zc_code show_rules(zc_cli *cli, bool *sound, zc_err *err)
{
  zc_plan plan;
  json_t *answer = NULL, *faults = json_array();
  const char *format = zc_text_or(zc_option_value(cli, "format"), "text");
  zc_code code = faults == NULL ? zc_fail_memory(err) : ZC_OK;
  if (code == ZC_OK && strcmp(format, "text") != 0 && strcmp(format, "json") != 0)
    code = zc_fail(err, ZC_EUSAGE, "unknown format {format}; known: text json",
                   "format", format, NULL);
  if (code == ZC_OK)
    code = zc_plan_open_library(cli, &plan, err);
  if (code != ZC_OK) {
    json_decref(faults);
    return code;
  }
  plan.collected = faults;
  code = list_rules(&plan, cli->argument_count > 0 ? cli->arguments[0] : NULL, &answer,
                    err);
  if (code == ZC_OK &&
      json_array_extend(faults, json_object_get(answer, "faults")) != 0)
    code = zc_fail_memory(err);
  zc_print_faults(faults, NULL);
  const json_t *problem = json_object_get(answer, "error");
  const json_t *files = json_object_get(answer, "files");
  *sound = problem == NULL && zc_fault_errors(faults) == 0;
  if (code == ZC_OK && problem != NULL)
    zc_ask_print_error("zicha", problem);
  else if (code == ZC_OK && strcmp(format, "json") == 0)
    code = print_json(files, err);
  else if (code == ZC_OK)
    print_files(files);
  json_decref(answer);
  json_decref(faults);
  zc_plan_close(&plan);
  return code;
}

int zc_command_plan_rules(zc_cli *cli)
{
  zc_err err;
  bool sound = true;
  zc_code code = show_rules(cli, &sound, &err);
  return code == ZC_OK && !sound ? ZC_EDATA : zc_exit(code, &err);
}
