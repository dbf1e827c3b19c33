/* plan test: the cases of a package, each through a whole check. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "author/commands.h"
#include "author/trial.h"
#include "base/file.h"
#include "cli/asking.h"
#include "cli/checking.h"
#include "cli/message.h"
#include "cli/stance.h"
#include "runner/judge.h"
#include "value/yaml.h"

#define FOLDER "tests"
#define MOST_FILES 500

/* ---- reading ------------------------------------------------------------------- */

static bool ends_with(const char *text, const char *end)
{
  size_t size = strlen(text), tail = strlen(end);
  return size >= tail && strcmp(text + size - tail, end) == 0;
}

typedef struct {
  int fd; /* the package's folder */
  json_t *documents, *faults;
  zc_err *err;
} reading;

static zc_code read_file(reading *r, const char *path)
{
  zc_buffer text = {0};
  json_t *document;
  zc_code code = zc_file_read_beneath(r->fd, path, ZC_YAML_LIMIT, &text, r->err);
  if (code == ZC_OK)
    code = zc_yaml_parse(path, zc_text_or(text.data, ""), text.size, r->faults,
                         &document, r->err);
  zc_buffer_free(&text);
  if (code == ZC_EDATA && zc_fault_errors(r->faults) > 0)
    return ZC_OK; /* the faults say it, of all files together */
  if (code == ZC_OK && json_array_append_new(r->documents, document) != 0)
    code = zc_fail_memory(r->err);
  return code;
}

static zc_code read_name(reading *r, const char *name, char kind)
{
  char path[300];
  snprintf(path, sizeof path, FOLDER "/%.255s", name);
  if (kind == 'f' && ends_with(name, ".yaml"))
    return read_file(r, path);
  if (!ends_with(name, ".yaml") && !ends_with(name, ".yml"))
    return ZC_OK;
  /* Cases that are passed over look as if they held. */
  return zc_fault(r->faults, (zc_place){path, 0, 0}, "this is not read as cases",
                  "hint",
                  N_("cases stand in files tests/NAME.yaml, not in folders or links"),
                  NULL) != 0
             ? zc_fail_memory(r->err)
             : ZC_OK;
}

/* The documents of tests/, by name; none when there is no such folder. */
static zc_code read_files(reading *r, const zc_plan *plan)
{
  zc_names names = {0};
  zc_code code = zc_folder_open(plan->package.folder, &r->fd, r->err);
  if (code != ZC_OK || faccessat(r->fd, FOLDER, F_OK, AT_SYMLINK_NOFOLLOW) != 0)
    return code;
  code = zc_folder_names(r->fd, FOLDER, &names, r->err);
  if (code == ZC_OK && names.count > MOST_FILES)
    code = zc_fail(r->err, ZC_EDATA, "the folder {path} has more than {count} files",
                   "path", FOLDER, "count", ZC_DIGITS(MOST_FILES), NULL);
  for (size_t i = 0; code == ZC_OK && i < names.count; i++)
    if (names.names[i][0] != '.')
      code = read_name(r, names.names[i], names.kinds[i]);
  zc_names_free(&names);
  return code;
}

/* Prints faults of cases; ZC_EDATA if there are errors among them. */
static zc_code check_faults(const zc_plan *plan, json_t *faults, zc_err *err)
{
  zc_print_faults(faults, plan->package.folder);
  size_t errors = zc_fault_errors(faults);
  if (errors == 0)
    return ZC_OK;
  return zc_fail(err, ZC_EDATA, "the cases of {path} have {count} errors", "path",
                 plan->package.folder, "count", ZC_DIGITS(errors), NULL);
}

/* The cases as the engine reads them: an owned list. */
static zc_code read_cases(zc_plan *plan, json_t **cases, zc_err *err)
{
  reading r = {.fd = -1, .documents = json_array(), .faults = json_array(), .err = err};
  json_t *answer = NULL;
  *cases = NULL;
  zc_code code = r.documents == NULL || r.faults == NULL ? zc_fail_memory(err)
                                                         : read_files(&r, plan);
  if (code == ZC_OK)
    code = check_faults(plan, r.faults, err);
  if (code == ZC_OK)
    code = zc_plan_call(plan, "cases", json_pack("{s:O}", "documents", r.documents),
                        &answer, err);
  if (code == ZC_OK)
    code = check_faults(plan, json_object_get(answer, "faults"), err);
  if (code == ZC_OK)
    *cases = json_incref(json_object_get(answer, "cases"));
  if (r.fd >= 0)
    close(r.fd);
  json_decref(answer);
  json_decref(r.documents);
  json_decref(r.faults);
  return code;
}

/* ---- telling ------------------------------------------------------------------- */

/* Takes `value`: what an expectation wants or got, as people read it. */
static json_t *shown(const char *key, const json_t *value)
{
  const char *text = json_string_value(value);
  if (value == NULL)
    return json_string(strcmp(key, "certainty") == 0 ? _("none") : _("no number"));
  if (text != NULL)
    return json_string(strcmp(key, "status") == 0      ? zc_status_title(text)
                       : strcmp(key, "certainty") == 0 ? zc_certainty_title(text)
                                                       : text);
  return json_sprintf("%lld", (long long)json_integer_value(value));
}

static const char *sentence(const char *key)
{
  if (strcmp(key, "status") == 0)
    return N_("{item} {title}: wanted {wanted}, got {got}");
  if (strcmp(key, "message") == 0)
    return N_("{item} {title}: the message should hold «{wanted}», got «{got}»");
  return N_("{item} {title}: {key_term} should be {wanted}, got {got}");
}

/* What a key of an expectation is called. */
static const char *key_title(const char *key)
{
  if (strcmp(key, "count") == 0)
    return N_("the number of problems");
  if (strcmp(key, "certainty") == 0)
    return N_("the certainty");
  return strcmp(key, "rows") == 0 ? N_("the number of rows") : N_("the number checked");
}

static void print_failure(const zc_plan *plan, const json_t *result,
                          const json_t *failure)
{
  const char *key = zc_get_text(failure, "key");
  json_t *message = json_pack("{s:s, s:{s:O, s:O, s:s, s:o, s:o}}", "text",
                              sentence(key), "args", "item",
                              json_object_get(failure, "item"), "title",
                              json_object_get(failure, "title"), "key_term",
                              key_title(key), "wanted",
                              shown(key, json_object_get(failure, "wanted")), "got",
                              shown(key, json_object_get(failure, "got")));
  char *text = message == NULL ? NULL : zc_message_text(message);
  char *reason = zc_message_text(json_object_get(failure, "reason"));
  const char *own = zc_get_text(failure, "message");
  zc_buffer line = {0};
  zc_buffer_print(&line, "%s/", plan->package.folder);
  zc_add_visible(&line, zc_get_text(result, "file"));
  zc_buffer_print(&line, ":%d:%d: ", (int)zc_get_integer(failure, "line", 0),
                  (int)zc_get_integer(failure, "column", 0));
  zc_add_visible(&line, zc_get_text(result, "name"));
  printf("%s: %s\n", zc_text_or(line.data, "?"), zc_text_or(text, "?"));
  zc_buffer_free(&line);
  if (reason != NULL && *reason != '\0')
    printf("    %s\n", reason);
  else if (own != NULL && strcmp(key, "message") != 0)
    printf("    %s\n", own);
  free(reason);
  free(text);
  json_decref(message);
}

/* Items of which one verdict was not seen, under a heading; nothing when there are none. */
static void print_unseen(const json_t *report, bool failing, bool passing,
                         const char *heading)
{
  size_t index;
  const json_t *item;
  bool first = true;
  json_array_foreach(json_object_get(report, "items"), index, item)
  {
    if ((zc_get_integer(item, "failing", 0) > 0) != failing ||
        (zc_get_integer(item, "passing", 0) > 0) != passing)
      continue;
    if (first)
      printf("\n%s\n", _(heading));
    first = false;
    printf("  %s  %s\n", zc_get_text(item, "id"), zc_get_text(item, "title"));
  }
}

/* Rules that no row was seen to break (`key` failing), or to keep. */
static void print_rules(const json_t *report, const char *key, const char *heading)
{
  size_t index;
  const json_t *rule;
  bool first = true;
  json_array_foreach(json_object_get(report, "rules"), index, rule)
  {
    if (zc_get_integer(rule, key, 0) > 0)
      continue;
    if (first)
      printf("\n%s\n", _(heading));
    first = false;
    printf("  %s  (%s)\n", zc_get_text(rule, "id"), zc_get_text(rule, "item"));
  }
}

static void print_text(const zc_plan *plan, const json_t *report)
{
  const json_t *totals = json_object_get(report, "totals"), *result, *failure;
  size_t index, inner;
  json_array_foreach(json_object_get(report, "cases"), index, result)
  {
    json_array_foreach(json_object_get(result, "failures"), inner, failure)
        print_failure(plan, result, failure);
  }
  zc_say_line(N_("{cases} cases, {failed} of them not as expected; {expectations} "
                 "expectations, {unmet} of them not met"),
              json_incref((json_t *)totals));
  zc_say_line(N_("{seen} of {items} items were seen failing and passing"),
              json_incref((json_t *)totals));
  print_unseen(report, true, false, N_("seen failing, not passing:"));
  print_unseen(report, false, true, N_("seen passing, not failing:"));
  print_unseen(report, false, false, N_("seen neither failing nor passing:"));
  print_rules(report, "failing", N_("rules not seen finding a problem in data:"));
  print_rules(report, "passing", N_("rules not seen passing data:"));
}

static zc_code print_report(const zc_plan *plan, const json_t *report, zc_err *err)
{
  zc_buffer out = {0};
  const char *format = zc_text_or(zc_option_value(plan->cli, "format"), "text");
  if (strcmp(format, "text") == 0) {
    print_text(plan, report);
    return ZC_OK;
  }
  zc_code code = zc_json_canonical(report, &out, err);
  if (code == ZC_OK)
    printf("%s\n", out.data);
  zc_buffer_free(&out);
  return code;
}

/* 0: all expectations hold; with --strict every item was seen failing and passing. */
static int status_of(const zc_plan *plan, const json_t *report)
{
  const json_t *totals = json_object_get(report, "totals");
  bool strict = zc_option_value(plan->cli, "strict") != NULL;
  if (zc_get_integer(totals, "unmet", 1) > 0)
    return 1;
  return strict &&
         zc_get_integer(totals, "seen", 0) < zc_get_integer(totals, "items", 0);
}

/* ---- new cases ----------------------------------------------------------------- */

/* What the rules are and read, and what each says when no table is handed over. */
static zc_code judge_nothing(zc_plan *plan, const json_t *prepared, json_t **outcome,
                             zc_err *err)
{
  json_t *request = zc_plan_rules_request(plan);
  int bad = json_object_set(request, "names", json_object_get(prepared, "names"));
  bad |= zc_plan_want_description(plan, request);
  zc_judgement judgement = {.program = plan->home->evaluator,
                            .request = request,
                            .files = &plan->files,
                            .need_full = zc_judging_needs_full(plan)};
  zc_code code = bad != 0 ? zc_fail_memory(err) : zc_judge(&judgement, outcome, err);
  if (code == ZC_OK)
    zc_print_faults(json_object_get(*outcome, "faults"), plan->package.folder);
  json_decref(request);
  return code;
}

static zc_code run_without_tables(zc_plan *plan, json_t **outcome, zc_err *err)
{
  json_t *prepared = NULL;
  if (!zc_plan_has_rules(plan)) {
    *outcome = json_pack("{s:{}, s:[]}", "results", "described");
    return *outcome == NULL ? zc_fail_memory(err) : ZC_OK;
  }
  zc_code code = zc_plan_call(plan, "prepare",
                              json_pack("{s:{}, s:{}, s:{}, s:s, s:b}", "answers",
                                        "evidence", "handed", "today", plan->cli->today,
                                        "rules", 1),
                              &prepared, err);
  if (code == ZC_OK)
    code = judge_nothing(plan, prepared, outcome, err);
  json_decref(prepared);
  return code;
}

/* The items that --new-case names; none: all. Owned. */
static json_t *wanted_items(const zc_cli *cli)
{
  size_t index;
  json_t *value, *items = json_array();
  int bad = items == NULL;
  json_array_foreach(zc_option_values(cli, "new-case"), index, value)
  {
    if (strcmp(json_string_value(value), "all") == 0)
      bad |= json_array_clear(items);
    else
      bad |= json_array_append(items, value);
  }
  if (bad == 0)
    return items;
  json_decref(items);
  return NULL;
}

static zc_code print_new(zc_plan *plan, zc_err *err)
{
  json_t *outcome = NULL, *answer = NULL;
  zc_code code = run_without_tables(plan, &outcome, err);
  if (code == ZC_OK)
    code = zc_plan_call(plan, "new_cases",
                        json_pack("{s:o, s:O, s:O}", "items", wanted_items(plan->cli),
                                  "results", json_object_get(outcome, "results"),
                                  "described", json_object_get(outcome, "described")),
                        &answer, err);
  const json_t *error = json_object_get(answer, "error");
  if (code == ZC_OK && error != NULL) {
    zc_ask_print_error(NULL, error);
    code = zc_fail(err, ZC_EDATA, "no case was written", NULL);
  }
  if (code == ZC_OK)
    printf("%s", zc_get_text(answer, "text"));
  json_decref(answer);
  json_decref(outcome);
  return code;
}

/* ---- the command --------------------------------------------------------------- */

static zc_code report_results(zc_plan *plan, const json_t *results, int *status,
                              zc_err *err)
{
  json_t *report = NULL;
  zc_code code = zc_plan_call(plan, "case_report",
                              json_pack("{s:O, s:s}", "results", results, "sha256",
                                        plan->package.sha256),
                              &report, err);
  if (code == ZC_OK)
    code = print_report(plan, report, err);
  if (code == ZC_OK)
    *status = status_of(plan, report);
  json_decref(report);
  return code;
}

/* What is wrong in any table of any case is told before one is run. */
static zc_code test(zc_plan *plan, int *status, zc_err *err)
{
  json_t *cases = NULL, *faults = json_array(), *results = json_array();
  json_t *rule_faults = json_array();
  zc_code code = faults == NULL || results == NULL || rule_faults == NULL
                     ? zc_fail_memory(err)
                     : read_cases(plan, &cases, err);
  if (code == ZC_OK)
    code = zc_trial_import(plan, cases, faults, err);
  if (code == ZC_OK)
    code = check_faults(plan, faults, err);
  if (code == ZC_OK)
    code = zc_trial_run(plan, cases, results, rule_faults, err);
  zc_print_faults(rule_faults, NULL);
  if (code == ZC_OK)
    code = report_results(plan, results, status, err);
  if (code == ZC_OK && json_array_size(cases) == 0) {
    fprintf(
        stderr, "%s\n",
        _("the package has no cases in tests/*.yaml: nothing was tested; begin with "
          "`zicha plan test PACKAGE --new-case all`"));
    *status = 1;
  }
  json_decref(rule_faults);
  json_decref(results);
  json_decref(faults);
  json_decref(cases);
  return code;
}

static zc_code check_options(const zc_cli *cli, zc_err *err)
{
  const char *format = zc_text_or(zc_option_value(cli, "format"), "text");
  if (strcmp(format, "text") != 0 && strcmp(format, "json") != 0)
    return zc_fail(err, ZC_EUSAGE, "unknown format {format}; known: text json",
                   "format", format, NULL);
  return zc_check_words(cli, err);
}

int zc_command_plan_test(zc_cli *cli)
{
  zc_plan plan = {0};
  zc_err err;
  int status = 0;
  zc_code code = check_options(cli, &err);
  if (code == ZC_OK)
    code = zc_plan_open_package(cli, cli->arguments[0], &plan, &err);
  if (code == ZC_OK)
    code = zc_option_values(cli, "new-case") != NULL ? print_new(&plan, &err)
                                                     : test(&plan, &status, &err);
  zc_plan_close(&plan);
  return code == ZC_OK ? status : zc_exit(code, &err);
}
