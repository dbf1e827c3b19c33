/* check: the verdicts on the screen, or the record in a format for programs. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/checking.h"
#include "cli/message.h"
#include "cli/screen.h"
#include "cli/stance.h"
#include "cli/values.h"
#include "document/document.h"
#include "facility/commands.h"
#include "facility/debts.h"
#include "facility/ledger.h"
#include "facility/upgrade.h"

/* ---- text -------------------------------------------------------------------- */

/* Who has answered: the facility, or in its own workspace the office. */
static void print_subject(const json_t *record)
{
  const json_t *office = json_object_get(record, "office");
  const json_t *facility = json_object_get(record, "facility");
  json_t *today = json_object_get(record, "today");
  if (office != NULL)
    zc_say_line(N_("office: {name} ({code})    date: {today}"),
                json_pack("{s:O, s:O, s:O}", "name", json_object_get(office, "name"),
                          "code", json_object_get(office, "code"), "today", today));
  else
    zc_say_line(N_("facility: {name} ({class})    date: {today}"),
                json_pack("{s:O, s:O, s:O}", "name", json_object_get(facility, "name"),
                          "class", json_object_get(facility, "class"), "today", today));
}

static void print_expired(const json_t *layer)
{
  if (zc_get_flag(layer, "expired"))
    zc_say_line(N_("rules expired: the plan {id}, serial {serial}, held until {day}"),
                json_pack("{s:O, s:O, s:O}", "id", json_object_get(layer, "id"),
                          "serial", json_object_get(layer, "serial"), "day",
                          json_object_get(layer, "expires")));
}

static void print_header(const json_t *record)
{
  const json_t *plan = json_object_get(record, "plan");
  const json_t *interval = json_object_get(record, "interval"), *parent;
  size_t index;
  printf("%s  %s (%s)\n", zc_get_text(plan, "title"), zc_get_text(plan, "id"),
         zc_get_text(plan, "version"));
  print_expired(plan);
  json_array_foreach(json_object_get(plan, "chain"), index, parent)
      print_expired(parent);
  print_subject(record);
  zc_stance_print(json_object_get(record, "stance"), "");
  if (zc_get_text(interval, "from") != NULL)
    zc_say_line(N_("interval: {from} to {to}"),
                json_pack("{s:s, s:s}", "from", zc_get_text(interval, "from"), "to",
                          zc_text_of(interval, "to")));
  printf("\n");
}

static const char *const statuses[] = {"pass", "problem", "not_applicable",
                                       "not_checked", "undetermined"};
#define STATUSES (sizeof statuses / sizeof *statuses)

/* The verdict table: counts, each with what it is a share of. */
static void print_totals(const json_t *record)
{
  const json_t *totals = json_object_get(record, "totals");
  json_int_t items = zc_get_integer(totals, "items", 0);
  json_int_t applicable = zc_get_integer(totals, "applicable", 0);
  zc_print_padded(stdout, _("verdict"), 16, false);
  zc_print_padded(stdout, _("items"), 8, true);
  zc_print_padded(stdout, _("of"), 10, true);
  printf("\n");
  for (size_t i = 0; i < STATUSES; i++) {
    char room[32];
    bool all = strcmp(statuses[i], "not_applicable") == 0;
    zc_print_padded(stdout, zc_status_title(statuses[i]), 16, false);
    snprintf(room, sizeof room, "%lld",
             (long long)zc_get_integer(totals, statuses[i], 0));
    zc_print_padded(stdout, room, 8, true);
    snprintf(room, sizeof room, "%lld", (long long)(all ? items : applicable));
    zc_print_padded(stdout, room, 10, true);
    printf("  %s\n", all ? _("items of the plan") : _("items that apply"));
  }
  json_int_t manual = zc_get_integer(totals, "manual", 0);
  if (manual > 0)
    zc_say_line(N_("{count} of them were checked by a person, without data"),
                json_pack("{s:I}", "count", manual));
}

/* A rule of a problem that is itself open: the problem does not hide it. */
static void print_open_rule(const json_t *rule, const char *status)
{
  char *reason = zc_message_text(json_object_get(rule, "reason"));
  zc_buffer line = {0};
  zc_buffer_print(&line, "%s [%s] %s", zc_get_text(rule, "id"), zc_status_title(status),
                  zc_text_or(reason, ""));
  zc_print_wrapped(stdout, zc_text_or(line.data, ""), 6, 88);
  zc_buffer_free(&line);
  free(reason);
}

/* What each of an item's rules has found, if it has several: they may differ in how
 * sure they are. */
static bool print_rules(const json_t *item)
{
  const json_t *rules = json_object_get(item, "rules"), *rule;
  size_t index;
  if (json_array_size(rules) < 2)
    return false;
  json_array_foreach(rules, index, rule)
  {
    const char *text = zc_get_text(rule, "message"),
               *status = zc_get_text(rule, "status");
    zc_buffer line = {0};
    if (strcmp(status, "undetermined") == 0 || strcmp(status, "not_checked") == 0)
      print_open_rule(rule, status);
    if (text == NULL || strcmp(status, "problem") != 0)
      continue;
    zc_buffer_print(&line, "%s [%s]", text,
                    zc_certainty_title(zc_text_of(rule, "certainty")));
    zc_print_wrapped(stdout, zc_text_or(line.data, text), 6, 88);
    zc_buffer_free(&line);
  }
  return true;
}

/* Rows that a problem's rules could not judge: as much a part of the truth as the hits. */
static void print_open_rows(const json_t *item)
{
  json_int_t unjudged = zc_get_integer(item, "unjudged", 0);
  json_int_t malformed = zc_get_integer(item, "malformed", 0);
  if (strcmp(zc_get_text(item, "status"), "problem") != 0 || unjudged + malformed == 0)
    return;
  printf("      ");
  zc_say_line(
      N_("besides, {unjudged} rows could not be judged, {malformed} are malformed"),
      json_pack("{s:I, s:I}", "unjudged", unjudged, "malformed", malformed));
}

static void print_reason(const json_t *item)
{
  const json_t *reason = json_object_get(item, "reason");
  const char *own = zc_get_text(item, "message");
  if (own != NULL && print_rules(item)) {
    /* said */
  } else if (own != NULL) {
    zc_print_wrapped(stdout, own, 6, 88);
  } else if (json_object_get(item, "population") != NULL &&
             json_object_get(item, "count") != NULL) {
    printf("      ");
    zc_say_line(N_("{count} of {population}"),
                json_pack("{s:O, s:O}", "count", json_object_get(item, "count"),
                          "population", json_object_get(item, "population")));
  }
  print_open_rows(item);
  if (reason == NULL)
    return;
  char *text = zc_message_text(reason);
  if (text != NULL)
    zc_print_wrapped(stdout, text, 6, 88);
  free(text);
}

/* A verdict, and what it is today. */
static void print_group(const json_t *record, const char *status)
{
  printf("\n");
  zc_say_line(N_("{status}: {taken}"),
              json_pack("{s:s, s:s}", "status", zc_status_title(status), "taken",
                        zc_taken_title(json_object_get(record, "stance"))));
}

/* What an officer has to look at, worst first; passes are only counted. */
static void print_items(const json_t *record)
{
  static const char *const shown[] = {"problem", "undetermined", "not_checked"};
  for (size_t s = 0; s < sizeof shown / sizeof *shown; s++) {
    size_t index;
    const json_t *item;
    bool first = true;
    json_array_foreach(json_object_get(record, "items"), index, item)
    {
      if (strcmp(zc_get_text(item, "status"), shown[s]) != 0)
        continue;
      if (first)
        print_group(record, shown[s]);
      first = false;
      const char *certainty = zc_get_text(item, "certainty");
      printf("  %s  %s%s%s%s\n", zc_get_text(item, "id"), zc_get_text(item, "title"),
             certainty == NULL ? "" : " [",
             certainty == NULL ? "" : zc_certainty_title(certainty),
             certainty == NULL ? "" : "]");
      print_reason(item);
    }
  }
}

static void print_notices(const json_t *record)
{
  size_t index;
  const json_t *notice;
  json_array_foreach(json_object_get(record, "notices"), index, notice)
  {
    char *text = zc_message_text(notice);
    printf("\n%s%s\n", _("note: "), zc_text_or(text, ""));
    free(text);
  }
}

/* Why nobody knows how to take problems today: then they are not taken lightly. */
static void print_doubt(const json_t *record)
{
  char *reason = zc_stance_doubt(json_object_get(record, "stance"));
  if (reason == NULL)
    return;
  printf("\n%s", _("note: "));
  zc_say_line(N_("{reason}: problems and gaps are taken as failures"),
              json_pack("{s:s}", "reason", reason));
  free(reason);
}

static void print_text(const json_t *record, bool fresh)
{
  print_header(record);
  print_totals(record);
  print_items(record);
  print_notices(record);
  print_doubt(record);
  if (!fresh)
    printf("\n%s %s\n", _("nothing has changed since run"), zc_get_text(record, "run"));
}

/* ---- formats for programs ---------------------------------------------------- */

static void add_number(zc_buffer *out, const json_t *item, const char *key)
{
  char room[24];
  const json_t *value = json_object_get(item, key);
  zc_csv_cell(out, value == NULL ? "" : zc_number_text(room, json_integer_value(value)),
              false);
}

static zc_code make_csv(const json_t *record, zc_buffer *out, zc_err *err)
{
  static const char *const titles[] = {"id",         "title",     "focus",
                                       "status",     "severity",  "certainty",
                                       "population", "count",     "rows",
                                       "unjudged",   "malformed", "message"};
  size_t index;
  const json_t *item;
  zc_buffer_text(out, ZC_CSV_MARK);
  for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
    zc_csv_cell(out, titles[i], i == 0);
  zc_buffer_text(out, "\r\n");
  json_array_foreach(json_object_get(record, "items"), index, item)
  {
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
      if (i >= 6 && i <= 10)
        add_number(out, item, titles[i]);
      else
        zc_csv_cell(out, zc_text_of(item, titles[i]), i == 0);
    }
    zc_buffer_text(out, "\r\n");
  }
  return zc_buffer_check(out, err);
}

static zc_code make_json(const json_t *record, zc_buffer *out, zc_err *err)
{
  zc_code code = zc_json_canonical(record, out, err);
  zc_buffer_char(out, '\n');
  return code;
}

static void xml(zc_buffer *out, const char *text)
{
  for (; *text != '\0'; text++)
    switch (*text) {
    case '<':
      zc_buffer_text(out, "&lt;");
      break;
    case '&':
      zc_buffer_text(out, "&amp;");
      break;
    case '"':
      zc_buffer_text(out, "&quot;");
      break;
    default:
      if ((unsigned char)*text >= 0x20)
        zc_buffer_char(out, *text);
    }
}

/* What build servers are told of a verdict; NULL: it passed. JUnit has no warning, and
 * nothing but a pass may look like one: what is to do or a warning today is skipped, as
 * what does not apply, and says which. */
static const char *junit_tag(const char *status, bool failure)
{
  if (strcmp(status, "pass") == 0)
    return NULL;
  if (strcmp(status, "not_applicable") == 0 || !failure)
    return "skipped";
  return strcmp(status, "problem") == 0 ? "failure" : "error";
}

static void junit_case(const json_t *item, const json_t *stance, zc_buffer *out)
{
  const char *status = zc_get_text(item, "status");
  bool failure = zc_taken_as_failure(stance);
  const char *tag = junit_tag(status, failure);
  char *reason = zc_message_text(json_object_get(item, "reason"));
  zc_buffer_text(out, "<testcase classname=\"");
  xml(out, zc_text_of(item, "focus"));
  zc_buffer_text(out, "\" name=\"");
  xml(out, zc_get_text(item, "id"));
  zc_buffer_text(out, tag == NULL ? "\"/>\n" : "\">");
  if (tag != NULL) {
    zc_buffer_print(out, "<%s message=\"", tag);
    if (!failure && strcmp(status, "not_applicable") != 0) {
      zc_buffer_print(out, "%s: %s", zc_taken_title(stance), zc_status_title(status));
      zc_buffer_text(out, ": ");
    }
    xml(out, zc_text_or(zc_get_text(item, "message"), zc_text_or(reason, "")));
    zc_buffer_text(out, "\"/></testcase>\n");
  }
  free(reason);
}

static void junit_property(zc_buffer *out, const char *name, const char *value)
{
  zc_buffer_print(out, "<property name=\"%s\" value=\"", name);
  xml(out, zc_text_or(value, ""));
  zc_buffer_text(out, "\"/>");
}

static zc_code make_junit(const json_t *record, zc_buffer *out, zc_err *err)
{
  const json_t *totals = json_object_get(record, "totals"), *item;
  const json_t *stance = json_object_get(record, "stance");
  bool failure = zc_taken_as_failure(stance);
  size_t index;
  json_int_t problems = zc_get_integer(totals, "problem", 0);
  json_int_t open = zc_get_integer(totals, "not_checked", 0) +
                    zc_get_integer(totals, "undetermined", 0);
  json_int_t skipped = zc_get_integer(totals, "not_applicable", 0);
  zc_buffer_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"");
  xml(out, zc_get_text(json_object_get(record, "plan"), "id"));
  zc_buffer_print(
      out, "\" tests=\"%lld\" failures=\"%lld\" errors=\"%lld\" skipped=\"%lld\">\n",
      (long long)zc_get_integer(totals, "items", 0),
      (long long)(failure ? problems : 0), (long long)(failure ? open : 0),
      (long long)(failure ? skipped : skipped + problems + open));
  zc_buffer_text(out, "<properties>");
  junit_property(out, "today", zc_get_text(record, "today"));
  junit_property(out, "position", zc_get_text(stance, "position"));
  junit_property(out, "stance", zc_get_text(stance, "word"));
  junit_property(out, "taken", zc_get_text(stance, "taken"));
  zc_buffer_text(out, "</properties>\n");
  json_array_foreach(json_object_get(record, "items"), index, item)
      junit_case(item, stance, out);
  zc_buffer_text(out, "</testsuite>\n");
  return zc_buffer_check(out, err);
}

typedef zc_code maker(const json_t *record, zc_buffer *out, zc_err *err);

static const struct {
  const char *name;
  maker *make;
} formats[] = {{"json", make_json}, {"csv", make_csv}, {"junit", make_junit}};

/* NULL for "text", and for what is no format. */
static maker *find_format(const char *name)
{
  for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
    if (strcmp(formats[i].name, name) == 0)
      return formats[i].make;
  return NULL;
}

/* Every format that --out may ask for. */
static zc_code write_formats(zc_cli *cli, const json_t *record, zc_err *err)
{
  json_t *texts = json_object();
  zc_code code = texts == NULL ? zc_fail_memory(err) : ZC_OK;
  if (zc_option_values(cli, "out") == NULL)
    texts = (json_decref(texts), NULL);
  for (size_t i = 0; texts != NULL && code == ZC_OK && i < 3; i++) {
    zc_buffer out = {0};
    code = formats[i].make(record, &out, err);
    if (code == ZC_OK && json_object_set_new(texts, formats[i].name,
                                             json_stringn(out.data, out.size)) != 0)
      code = zc_fail_memory(err);
    zc_buffer_free(&out);
  }
  if (texts != NULL && code == ZC_OK)
    code = zc_write_outputs(cli, texts, err);
  json_decref(texts);
  return code;
}

static bool is_preview(const zc_cli *cli)
{
  return zc_option_value(cli, "preview") != NULL;
}

static zc_code print_record(zc_cli *cli, const json_t *record, bool fresh, zc_err *err)
{
  maker *make = find_format(zc_text_or(zc_option_value(cli, "format"), "text"));
  zc_buffer out = {0};
  if (make == NULL) {
    print_text(record, fresh);
    if (is_preview(cli))
      printf("\n%s\n", _("a preview: neither the run nor its problems were recorded"));
    return ZC_OK;
  }
  zc_code code = make(record, &out, err);
  if (code == ZC_OK)
    fwrite(out.data, 1, out.size, stdout);
  zc_buffer_free(&out);
  return code;
}

/* ---- the command ------------------------------------------------------------- */

/* The record says nothing of deadlines: whoever asks for them is told. */
static zc_code count_overdue(zc_plan *plan, int64_t *overdue, zc_err *err)
{
  zc_code code = zc_debts_overdue(plan, overdue, err);
  if (code != ZC_OK || *overdue == 0)
    return code;
  json_t *message = json_pack("{s:s, s:{s:I}}", "text",
                              N_("{count} problems are overdue: `zicha problem list "
                                 "--view overdue`"),
                              "args", "count", (json_int_t)*overdue);
  char *text = message == NULL ? NULL : zc_message_text(message);
  fflush(stdout);
  fprintf(stderr, "%s\n", zc_text_or(text, ""));
  free(text);
  json_decref(message);
  return ZC_OK;
}

/* What the check has found becomes the ledger's, and its run is kept. */
static zc_code record_check(zc_plan *plan, const zc_checked *checked, zc_err *err)
{
  /* The ledger is the facilities': what an office has to do is no problem of one. */
  zc_code code = plan->workspace->office ? ZC_OK : zc_ledger_found(plan, checked, err);
  if (code == ZC_OK)
    zc_engine_end(plan->engine);
  return code == ZC_OK ? zc_check_keep(plan, checked, err) : code;
}

/* The plan is begun; it is closed here. The tables are opened, and their process starts,
 * while the engine resolves the plan. */
static zc_code check_plan(zc_workspace *workspace, const char *id, zc_plan *plan,
                          int *status, zc_err *err)
{
  zc_opened_tables tables = {0};
  zc_checked checked = {0};
  zc_code code = zc_plan_ask(workspace, id, plan, err);
  if (code == ZC_OK)
    code = zc_tables_open(workspace, plan, &tables, err);
  if (code == ZC_OK)
    code = zc_plan_complete(id, plan, err);
  if (code == ZC_OK)
    code = zc_values_of_workspace(plan, err);
  bool preview = is_preview(workspace->cli);
  if (code == ZC_OK)
    code = preview ? zc_check_preview(plan, &tables, &checked, err)
                   : zc_check(plan, &tables, &checked, err);
  if (code == ZC_OK && !preview)
    code = record_check(plan, &checked, err);
  if (code == ZC_OK)
    code = print_record(workspace->cli, checked.record, checked.fresh, err);
  if (code == ZC_OK)
    code = write_formats(workspace->cli, checked.record, err);
  if (code == ZC_OK)
    code = zc_upgrade_notice(plan, err);
  int64_t overdue = 0;
  if (code == ZC_OK && zc_check_asks_overdue(workspace->cli))
    code = count_overdue(plan, &overdue, err);
  if (code == ZC_OK) {
    int own = overdue > 0 ? 1 : zc_check_status(workspace->cli, checked.record);
    *status = own == 1 || *status == 1 ? 1 : own > *status ? own : *status;
  }
  zc_checked_free(&checked);
  zc_plan_close(plan);
  zc_tables_close(&tables);
  return code;
}

/* Several plans in use are checked one after the other; the worst status counts. */
static zc_code check_plans(zc_workspace *workspace, zc_plan *first, int *status,
                           zc_err *err)
{
  json_t *ids = NULL;
  const json_t *id;
  size_t index;
  zc_code code = zc_workspace_plans(workspace, &ids, err);
  const char *format = zc_text_or(zc_option_value(workspace->cli, "format"), "text");
  if (code == ZC_OK && json_array_size(ids) > 1 && strcmp(format, "text") != 0 &&
      strcmp(format, "json") != 0)
    code = zc_fail(err, ZC_EUSAGE, "{format} holds one plan: say which with --plan ID",
                   "format", format, NULL);
  json_array_foreach(ids, index, id)
  {
    if (code == ZC_OK && index > 0)
      code = zc_plan_begin(workspace->cli, first, err);
    if (code != ZC_OK)
      break;
    if (index > 0 && strcmp(format, "text") == 0)
      printf("\n");
    code = check_plan(workspace, json_string_value(id), first, status, err);
  }
  json_decref(ids);
  return code;
}

/* Everything that can be wrong with the command line is found before anything is done. */
static zc_code check_options(const zc_cli *cli, zc_err *err)
{
  static const char *const names[] = {"json", "csv", "junit", NULL};
  const char *format = zc_text_or(zc_option_value(cli, "format"), "text");
  zc_code code = zc_check_outputs(cli, names, err);
  if (code == ZC_OK)
    code = zc_check_words(cli, err);
  if (code == ZC_OK && strcmp(format, "text") != 0 && find_format(format) == NULL)
    code = zc_fail(err, ZC_EUSAGE,
                   "unknown format {format}; known: text json csv junit", "format",
                   format, NULL);
  if (code == ZC_OK && is_preview(cli) && zc_check_asks_overdue(cli))
    code = zc_fail(err, ZC_EUSAGE,
                   "--preview leaves the ledger alone: --fail-on overdue goes with a "
                   "check that is recorded",
                   NULL);
  return code;
}

/* The engine's process starts first: it takes longest to be ready. */
int zc_command_check(zc_cli *cli)
{
  zc_workspace workspace = {.fd = -1};
  zc_plan plan = {0};
  zc_err err;
  int status = 0;
  zc_code code = check_options(cli, &err);
  if (code == ZC_OK)
    code = zc_plan_begin(cli, &plan, &err);
  if (code == ZC_OK)
    code = zc_workspace_open(cli, &workspace, &err);
  if (code == ZC_OK)
    code = check_plans(&workspace, &plan, &status, &err);
  zc_plan_close(&plan);
  zc_workspace_close(&workspace);
  return code == ZC_OK ? status : zc_exit(code, &err);
}
