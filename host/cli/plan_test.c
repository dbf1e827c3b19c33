/* plan test: the cases of a package, each through a whole check. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/asking.h"
#include "cli/checking.h"
#include "cli/commands.h"
#include "cli/message.h"
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

/* ---- tables -------------------------------------------------------------------- */

/* The rows of a case as a file that has no name; *fd is owned. */
static zc_code make_file(const char *csv, int *fd, zc_err *err)
{
  size_t size = strlen(csv);
  *fd = memfd_create("zicha-case", MFD_CLOEXEC);
  if (*fd < 0)
    return zc_fail_system(err, ZC_EIO, errno, "cannot keep a table: {reason_term}",
                          NULL);
  for (size_t at = 0; at < size;) {
    ssize_t put = write(*fd, csv + at, size - at);
    if (put < 0 && errno == EINTR)
      continue;
    if (put <= 0) {
      close(*fd);
      return zc_fail_system(err, ZC_EIO, errno, "cannot keep a table: {reason_term}",
                            NULL);
    }
    at += (size_t)put;
  }
  return ZC_OK;
}

/* Headers are the columns' own ids, whatever else other columns may be called. */
static json_t *own_headers(const json_t *dataset)
{
  json_t *map = json_object();
  size_t index;
  const json_t *column;
  int bad = map == NULL;
  json_array_foreach(json_object_get(dataset, "columns"), index, column)
      bad |= json_object_set(map, zc_get_text(column, "id"),
                             json_object_get(column, "id"));
  json_t *options = bad != 0 ? NULL : json_pack("{s:O}", "map", map);
  json_decref(map);
  return options;
}

/* What the store would say of the table after an import. */
static json_t *imported(const json_t *one, const json_t *dataset, json_t *options,
                        const json_t *summary)
{
  static const char *const kept[] = {"rows", "malformed", "from", "to", NULL};
  json_t *table = json_object();
  int bad = json_object_set(table, "file", json_object_get(one, "file"));
  bad |= json_object_set(table, "title", json_object_get(dataset, "title"));
  bad |= json_object_set(table, "options", options);
  for (const char *const *key = kept; *key != NULL; key++) {
    json_t *value = json_object_get(summary, *key);
    if (value != NULL)
      bad |= json_object_set(table, *key, value);
  }
  if (json_object_get(one, "covers") != NULL)
    bad |= json_object_set(table, "covers", json_object_get(one, "covers"));
  if (bad == 0)
    return table;
  json_decref(table);
  return NULL;
}

/* What the importer found wrong, in the places of the case. */
static zc_code place_faults(zc_plan *plan, const json_t *one, const char *id,
                            const json_t *given, json_t *reply, json_t *faults,
                            zc_err *err)
{
  json_t *answer = NULL;
  zc_code code = zc_plan_call(plan, "case_faults",
                              json_pack("{s:O, s:s, s:O, s:O}", "file",
                                        json_object_get(one, "file"), "table", id,
                                        "rows", json_object_get(given, "rows"), "reply",
                                        reply),
                              &answer, err);
  if (code == ZC_OK &&
      json_array_extend(faults, json_object_get(answer, "faults")) != 0)
    code = zc_fail_memory(err);
  json_decref(answer);
  return code;
}

/* Reads one table of a case like an import; what it is then stands in `tables`. */
static zc_code import_table(zc_plan *plan, const json_t *one, const char *id,
                            const json_t *given, json_t *tables, json_t *faults,
                            zc_err *err)
{
  json_t *dataset = (json_t *)zc_plan_dataset(plan, id), *reply = NULL;
  json_t *options = own_headers(dataset);
  int fd;
  if (options == NULL)
    return zc_fail_memory(err);
  zc_code code = make_file(zc_get_text(given, "csv"), &fd, err);
  if (code == ZC_OK) {
    code = zc_table_scan(plan->cli, dataset, fd, zc_get_text(one, "file"), options,
                         zc_get_text(one, "today"), &reply, err);
    close(fd);
  }
  if (code == ZC_OK)
    code = place_faults(plan, one, id, given, reply, faults, err);
  if (code == ZC_OK &&
      json_object_set_new(tables, id,
                          imported(one, dataset, options,
                                   json_object_get(reply, "summary"))) != 0)
    code = zc_fail_memory(err);
  json_decref(reply);
  json_decref(options);
  return code;
}

/* Adds to the case what its tables are: {table: as the store has it}. */
static zc_code import_tables(zc_plan *plan, json_t *one, json_t *faults, zc_err *err)
{
  json_t *tables = json_object(), *given;
  const char *id;
  zc_code code = json_object_set_new(one, "imported", tables) == 0
                     ? ZC_OK
                     : zc_fail_memory(err);
  json_object_foreach(json_object_get(one, "none"), id, given)
  {
    json_t *absent = json_pack("{s:O, s:O}", "absent", given, "title",
                               json_object_get(zc_plan_dataset(plan, id), "title"));
    if (code == ZC_OK && json_object_set_new(tables, id, absent) != 0)
      code = zc_fail_memory(err);
  }
  json_object_foreach(json_object_get(one, "tables"), id, given)
  {
    if (code == ZC_OK)
      code = import_table(plan, one, id, given, tables, faults, err);
  }
  return code;
}

/* ---- one case ------------------------------------------------------------------ */

/* Opens the case's files and starts the process that reads them. */
static zc_code open_tables(const zc_plan *plan, const json_t *one,
                           zc_opened_tables *opened, zc_err *err)
{
  const char *id;
  json_t *given;
  json_t *tables = json_object_get(one, "tables");
  zc_code code = ZC_OK;
  *opened = (zc_opened_tables){0};
  opened->handed = calloc(json_object_size(tables) + 1, sizeof *opened->handed);
  if (opened->handed == NULL)
    return zc_fail_memory(err);
  json_object_foreach(tables, id, given)
  {
    int fd;
    if (code == ZC_OK)
      code = make_file(zc_get_text(given, "csv"), &fd, err);
    if (code != ZC_OK)
      break;
    opened->handed[opened->count++] = (zc_handed){id, fd};
    int64_t rows = (int64_t)json_array_size(json_object_get(given, "rows"));
    opened->rows = rows > opened->rows ? rows : opened->rows;
  }
  if (code == ZC_OK && json_array_size(plan->runs) > 0)
    code = zc_worker_start(plan->home->evaluator, opened->handed, opened->count,
                           &opened->worker, err);
  if (code != ZC_OK)
    zc_tables_close(opened);
  return code;
}

/* Keeps a fault of a rule that no case before has told. */
static int keep_faults(json_t *told, const json_t *faults)
{
  size_t index, inner;
  json_t *fault, *other;
  int bad = 0;
  json_array_foreach(faults, index, fault)
  {
    bool known = false;
    json_array_foreach(told, inner, other) known |= json_equal(other, fault);
    if (!known)
      bad |= json_array_append(told, fault);
  }
  return bad;
}

/* A whole check of the case, as `check` has it; *record is owned. */
static zc_code check_case(zc_plan *plan, const json_t *one, zc_opened_tables *opened,
                          json_t *rule_faults, json_t **record, zc_err *err)
{
  json_t *facility = NULL;
  zc_judging judging = {.plan = plan,
                        .answers = json_object_get(one, "answers"),
                        .evidence = json_object_get(one, "evidence"),
                        .tables = json_object_get(one, "imported"),
                        .opened = opened,
                        .today = zc_get_text(one, "today"),
                        .from = zc_get_text(one, "from"),
                        .to = zc_get_text(one, "to"),
                        .run = ""};
  *record = NULL;
  zc_code code = zc_plan_call(plan, "facility",
                              json_incref(json_object_get(one, "facility")), &facility,
                              err);
  if (code == ZC_OK)
    code = zc_judging_begin(&judging, err);
  if (code == ZC_OK)
    code = zc_judging_end(&judging, record, err);
  if (code == ZC_OK && keep_faults(rule_faults, judging.faults) != 0)
    code = zc_fail_memory(err);
  zc_judging_free(&judging);
  json_decref(facility);
  return code;
}

/* The case's result, appended to `results`. */
static zc_code run_case(zc_plan *plan, json_t *one, zc_opened_tables *opened,
                        json_t *results, json_t *rule_faults, zc_err *err)
{
  json_t *record = NULL, *result = NULL, *expected = NULL;
  zc_code code = check_case(plan, one, opened, rule_faults, &record, err);
  if (code == ZC_OK) {
    expected = json_pack("{s:O, s:O, s:O, s:O}", "name", json_object_get(one, "name"),
                         "file", json_object_get(one, "file"), "line",
                         json_object_get(one, "line"), "expect",
                         json_object_get(one, "expect"));
    code = zc_plan_call(plan, "case_result",
                        json_pack("{s:o, s:O}", "case", expected, "items",
                                  json_object_get(record, "items")),
                        &result, err);
  }
  if (code == ZC_OK && json_array_append(results, result) != 0)
    code = zc_fail_memory(err);
  json_decref(result);
  json_decref(record);
  return code;
}

/* The process of the next case starts while this one is judged. */
static zc_code run_cases(zc_plan *plan, const json_t *cases, json_t *results,
                         json_t *rule_faults, zc_err *err)
{
  size_t count = json_array_size(cases);
  zc_opened_tables opened[2] = {{0}, {0}};
  zc_code code = count == 0
                     ? ZC_OK
                     : open_tables(plan, json_array_get(cases, 0), &opened[0], err);
  for (size_t i = 0; code == ZC_OK && i < count; i++) {
    zc_opened_tables *own = &opened[i % 2], *next = &opened[(i + 1) % 2];
    if (i + 1 < count)
      code = open_tables(plan, json_array_get(cases, i + 1), next, err);
    if (code == ZC_OK)
      code = run_case(plan, json_array_get(cases, i), own, results, rule_faults, err);
    zc_tables_close(own);
  }
  zc_tables_close(&opened[0]);
  zc_tables_close(&opened[1]);
  return code;
}

/* ---- telling ------------------------------------------------------------------- */

/* Takes `value`: what an expectation wants or got, as people read it. */
static json_t *shown(const char *key, const json_t *value)
{
  const char *text = json_string_value(value);
  if (value == NULL)
    return json_string(_("no number"));
  if (text != NULL)
    return json_string(strcmp(key, "status") == 0 ? zc_status_title(text) : text);
  return json_sprintf("%lld", (long long)json_integer_value(value));
}

static const char *sentence(const char *key)
{
  if (strcmp(key, "status") == 0)
    return N_("{item} {title}: wanted {wanted}, got {got}");
  if (strcmp(key, "message") == 0)
    return N_("{item} {title}: the message should hold «{wanted}», got «{got}»");
  return N_("{item} {title}: {key} should be {wanted}, got {got}");
}

static void print_failure(const zc_plan *plan, const json_t *result,
                          const json_t *failure)
{
  const char *key = zc_get_text(failure, "key");
  json_t *message = json_pack("{s:s, s:{s:O, s:O, s:s, s:o, s:o}}", "text",
                              sentence(key), "args", "item",
                              json_object_get(failure, "item"), "title",
                              json_object_get(failure, "title"), "key", key, "wanted",
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
  json_t *cases = NULL, *one, *faults = json_array(), *results = json_array();
  json_t *rule_faults = json_array();
  size_t index;
  zc_code code = faults == NULL || results == NULL || rule_faults == NULL
                     ? zc_fail_memory(err)
                     : read_cases(plan, &cases, err);
  json_array_foreach(cases, index, one)
  {
    if (code == ZC_OK)
      code = import_tables(plan, one, faults, err);
  }
  if (code == ZC_OK)
    code = check_faults(plan, faults, err);
  if (code == ZC_OK)
    code = run_cases(plan, cases, results, rule_faults, err);
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
    code = test(&plan, &status, &err);
  zc_plan_close(&plan);
  return code == ZC_OK ? status : zc_exit(code, &err);
}
