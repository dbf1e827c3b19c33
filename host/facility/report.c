/* report: the papers that the office asks for, of a plan's record and ledger. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "cli/checking.h"
#include "cli/message.h"
#include "cli/paper_write.h"
#include "cli/plans.h"
#include "facility/commands.h"
#include "facility/correction.h"
#include "facility/ledger.h"
#include "facility/paper_data.h"
#include "facility/paper_rows.h"
#include "facility/written.h"

/* ---- kinds ------------------------------------------------------------------------ */

typedef struct {
  const char *kind, *layout, *file;
  bool checks; /* judges anew, and ends with the record */
  bool csv, xlsx;
  bool window; /* about some days */
} paper_kind;

static const paper_kind kinds[] = {
    {"rectification", "rectification", "report", true, false, false, false},
    {"ledger", "ledger", "ledger", false, true, true, false},
    {"lists", "lists", "lists", false, false, true, false},
    {"systems", "systems", "systems", false, true, true, false},
    {"dismissed", "dismissed", "dismissed", false, true, true, false},
    {"notice", "notice", "notice", false, false, false, false},
    {"statistics", "statistics", "statistics", false, true, true, false},
    {"progress", "progress", "progress", false, true, true, true},
    {"monthly", "periodic", "monthly", false, false, false, true},
    {"stage", "periodic", "stage", false, false, false, true},
    {"annual", "periodic", "annual", false, false, false, true},
    {"nil", "periodic", "nil", false, false, false, true},
    {"commitment", "commitment", "commitment", false, false, false, false},
};
#define KINDS (sizeof kinds / sizeof *kinds)

static zc_code read_kind(const zc_cli *cli, const paper_kind **kind, zc_err *err)
{
  const char *word = cli->argument_count > 0 ? cli->arguments[0] : kinds[0].kind;
  zc_buffer known = {0};
  *kind = NULL;
  for (size_t i = 0; i < KINDS; i++) {
    if (strcmp(kinds[i].kind, word) == 0)
      *kind = &kinds[i];
    zc_buffer_print(&known, "%s%s", i == 0 ? "" : " ", kinds[i].kind);
  }
  zc_code code = *kind != NULL
                     ? ZC_OK
                     : zc_fail(err, ZC_EUSAGE, "unknown paper {kind}; known: {list}",
                               "kind", word, "list", zc_text_or(known.data, ""), NULL);
  zc_buffer_free(&known);
  return code;
}

/* Options that only some kinds have. */
static zc_code check_options(const zc_cli *cli, const paper_kind *kind, zc_err *err)
{
  const char *option = NULL;
  bool notice = strcmp(kind->kind, "notice") == 0;
  if (!kind->window && zc_option_value(cli, "window") != NULL)
    option = "window";
  else if (!kind->window && zc_option_value(cli, "duty") != NULL)
    option = "duty";
  else if (!notice && zc_option_value(cli, "department") != NULL)
    option = "department";
  else if (!kind->checks && zc_option_value(cli, "from") != NULL)
    option = "from";
  else if (!kind->checks && zc_option_value(cli, "to") != NULL)
    option = "to";
  else if (!kind->checks && zc_option_value(cli, "corrects") != NULL)
    option = "corrects";
  else if (!kind->checks && zc_option_value(cli, "reason") != NULL)
    option = "reason";
  if (option != NULL)
    return zc_fail(err, ZC_EUSAGE, "report {kind} has no option --{option}", "kind",
                   kind->kind, "option", option, NULL);
  if (notice && zc_option_value(cli, "department") == NULL)
    return zc_fail(err, ZC_EUSAGE,
                   "report notice wants --department NAME: the department that is to "
                   "rectify",
                   NULL);
  return ZC_OK;
}

/* ---- one paper -------------------------------------------------------------------- */

typedef struct {
  zc_plan *plan;
  const paper_kind *kind;
  json_t *record; /* owned; NULL: there was no check */
  bool changed;   /* since that check */
  json_t *args;   /* of the layout, owned */
  zc_paper paper;
  zc_err *err;
} reporting;

static const char *plan_of(const reporting *r)
{
  return zc_text_of(r->plan->about, "id");
}

static zc_code write_tail(void *context, const zc_sink *sink, zc_err *err)
{
  reporting *r = context;
  zc_code code = zc_sink_text(sink, "\n" ZC_RECORD_MARK, err);
  if (code == ZC_OK)
    code = zc_record_write(r->plan->workspace->store, plan_of(r), r->record, sink, err);
  return code == ZC_OK ? zc_sink_text(sink, ZC_RECORD_END "\n", err) : code;
}

/* What a file's name may hold of a text: no way out of its folder, nothing hidden. */
static void add_name(zc_buffer *out, const char *text)
{
  size_t room = out->size + 120;
  for (; *text != '\0' && (out->size < room || ((unsigned char)*text & 0xc0) == 0x80);
       text++)
    zc_buffer_char(out, *text == '/' || *text == '\\' || (unsigned char)*text < 0x20 ||
                                *text == 0x7f
                            ? '-'
                            : *text);
}

/* reports/PLAN-DATE-RUN/KIND, with the department or the days where there may be several. */
static zc_code name_files(const reporting *r, zc_buffer *base)
{
  const char *id = plan_of(r), *slash = strrchr(id, '/');
  const json_t *window = json_object_get(json_object_get(r->args, "ledger"), "window");
  const char *department = zc_option_value(r->plan->cli, "department");
  zc_buffer_print(base, "reports/%.200s-%s-%.8s/%s", slash == NULL ? id : slash + 1,
                  r->plan->cli->today,
                  zc_text_or(zc_get_text(r->record, "run"), "00000000"), r->kind->file);
  if (window != NULL)
    zc_buffer_print(base, "-%s-%s", zc_get_text(window, "from"),
                    zc_get_text(window, "to"));
  if (department != NULL) {
    zc_buffer_char(base, '-');
    add_name(base, department);
  }
  return zc_buffer_check(base, r->err);
}

static zc_code write_files(reporting *r)
{
  const zc_workspace *workspace = r->plan->workspace;
  zc_paper_source *source = NULL;
  zc_buffer base = {0};
  char *facility = NULL;
  zc_paper_tail tail = {write_tail, r};
  zc_code code = name_files(r, &base);
  if (code == ZC_OK)
    code = zc_facility_name(workspace, &facility, r->err);
  if (code == ZC_OK)
    code = zc_paper_source_new(workspace, zc_text_or(facility, ""), plan_of(r),
                               zc_option_value(r->plan->cli, "department"), &source,
                               r->err);
  if (code == ZC_OK) {
    zc_rows rows = zc_paper_source_rows(source);
    code = zc_paper_write(workspace, r->paper.tree, &rows,
                          r->kind->checks ? &tail : NULL, base.data, r->kind->csv,
                          r->kind->xlsx, r->err);
  }
  zc_paper_source_free(source);
  zc_buffer_free(&base);
  free(facility);
  return code;
}

/* ---- what the layout is told ------------------------------------------------------ */

/* --window FROM..TO as two members of `args`. */
static zc_code read_window(const zc_cli *cli, json_t *args, zc_err *err)
{
  const char *text = zc_option_value(cli, "window");
  int32_t from, to;
  if (text == NULL)
    return ZC_OK;
  if (strlen(text) != 22 || strncmp(text + 10, "..", 2) != 0 ||
      !zc_day_parse(text, 10, &from) || !zc_day_parse(text + 12, 10, &to) || from > to)
    return zc_fail(err, ZC_EUSAGE,
                   "--window {value} is not FROM..TO, such as 2023-05-01..2023-05-31",
                   "value", text, NULL);
  int bad = json_object_set_new(args, "from", json_stringn(text, 10));
  bad |= json_object_set_new(args, "to", json_stringn(text + 12, 10));
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

static zc_code ask_window(reporting *r, json_t **window)
{
  const zc_cli *cli = r->plan->cli;
  char begins[11], ends[11];
  json_t *args = json_object();
  zc_code code = zc_ledger_days(r->plan->workspace->store, plan_of(r), begins, ends,
                                r->err);
  if (code == ZC_OK)
    code = read_window(cli, args, r->err);
  int bad = json_object_set_new(args, "kind", json_string(r->kind->kind));
  bad |= json_object_set_new(args, "today", json_string(cli->today));
  bad |= json_object_set_new(args, "begins", json_string(begins));
  if (zc_option_value(cli, "duty") != NULL)
    bad |= json_object_set_new(args, "duty", json_string(zc_option_value(cli, "duty")));
  if (code == ZC_OK && bad != 0)
    code = zc_fail_memory(r->err);
  if (code != ZC_OK) {
    json_decref(args);
    return code;
  }
  code = zc_plan_call(r->plan, "paper_window", args, window, r->err);
  if (code == ZC_OK && json_object_get(*window, "error") != NULL)
    code = zc_fail_message(r->err, ZC_EUSAGE, json_object_get(*window, "error"));
  return code;
}

/* Puts the figures of some days, which may be NULL, beside them. */
static zc_code count_window(reporting *r, json_t *window)
{
  json_t *figures = NULL;
  if (window == NULL)
    return ZC_OK;
  zc_code code = zc_ledger_window(r->plan->workspace->store, plan_of(r),
                                  zc_text_of(window, "from"), zc_text_of(window, "to"),
                                  &figures, r->err);
  if (code == ZC_OK && json_object_set(window, "figures", figures) != 0)
    code = zc_fail_memory(r->err);
  json_decref(figures);
  return code;
}

#define NIL_DAYS 31 /* how long after its days a nil report can still rest on a check */

/* Whether the last check tells of the days from `from` to `to`: it is not before them, and not
 * long after them. */
static zc_code check_checked(const reporting *r, const char *from, const char *to)
{
  int32_t checked, end;
  const char *day = zc_text_of(r->record, "today");
  if (strcmp(day, from) < 0)
    return zc_fail(r->err, ZC_EDATA,
                   "nothing has been checked since {from}: run `zicha check` first",
                   "from", from, NULL);
  if (zc_day_parse(day, strlen(day), &checked) && zc_day_parse(to, strlen(to), &end) &&
      checked <= end + NIL_DAYS)
    return ZC_OK;
  return zc_fail(
      r->err, ZC_EDATA,
      "no check in that window: the last one is of {day}, more than {count} days "
      "after {to}",
      "day", day, "count", ZC_DIGITS(NIL_DAYS), "to", to, NULL);
}

/* 零报告 is for whoever has looked and found nothing. */
static zc_code check_nil(const reporting *r, const json_t *window)
{
  const json_t *figures = json_object_get(window, "figures");
  json_int_t found = zc_get_integer(figures, "standing", 0) +
                     zc_get_integer(figures, "relapsed", 0);
  const char *from = zc_text_of(window, "from");
  const char *to = zc_text_of(window, "to");
  if (strcmp(r->kind->kind, "nil") != 0)
    return ZC_OK;
  if (found > 0)
    return zc_fail(
        r->err, ZC_EDATA,
        "{count} problems were found or relapsed from {from} to {to}: this is "
        "no nil report; write `zicha report monthly`",
        "count", ZC_DIGITS(found), "from", from, "to", to, NULL);
  return check_checked(r, from, to);
}

static zc_code add_window(reporting *r, json_t *ledger)
{
  json_t *window = NULL;
  if (!r->kind->window)
    return ZC_OK;
  zc_code code = ask_window(r, &window);
  if (code == ZC_OK)
    code = count_window(r, window);
  if (code == ZC_OK)
    code = count_window(r, json_object_get(window, "previous"));
  if (code == ZC_OK)
    code = check_nil(r, window);
  if (code == ZC_OK && json_object_set(ledger, "window", window) != 0)
    code = zc_fail_memory(r->err);
  json_decref(window);
  return code;
}

static zc_code add_statistics(reporting *r, const json_t *ledger)
{
  json_t *rows = NULL, *args = json_object();
  if (json_object_set(args, "figures", json_object_get(ledger, "figures")) != 0) {
    json_decref(args);
    return zc_fail_memory(r->err);
  }
  zc_code code = zc_plan_call(r->plan, "statistics", args, &rows, r->err);
  if (code == ZC_OK && json_object_set(r->args, "statistics", rows) != 0)
    code = zc_fail_memory(r->err);
  json_decref(rows);
  return code;
}

static zc_code add_plan(reporting *r)
{
  json_t *digest = NULL, *prose = NULL, *blanks;
  zc_code code = zc_plan_tell_rules(r->plan, r->plan->package.bundle, r->err);
  if (code == ZC_OK)
    code = zc_plan_call(r->plan, "digest", json_object(), &digest, r->err);
  if (code == ZC_OK)
    code = zc_paper_prose(r->plan, r->kind->layout, &prose, r->err);
  blanks = json_copy(r->plan->blanks);
  int bad = json_array_extend(blanks, json_object_get(digest, "blanks"));
  bad |= json_object_set(r->args, "digest", digest);
  bad |= json_object_set(r->args, "prose", prose);
  bad |= json_object_set_new(r->args, "blanks", blanks);
  json_decref(digest);
  json_decref(prose);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(r->err) : code;
}

/* A notice to a department that nothing was assigned to is a slip of the pen. */
static zc_code check_department(const reporting *r, const json_t *ledger)
{
  const char *name = zc_option_value(r->plan->cli, "department");
  const json_t *groups = json_object_get(json_object_get(ledger, "by"), "department");
  const json_t *group;
  zc_buffer known = {0};
  size_t index;
  bool found = name == NULL;
  json_array_foreach(groups, index, group)
  {
    const char *own = zc_text_of(group, "id");
    found |= name != NULL && strcmp(own, name) == 0;
    if (*own != '\0')
      zc_buffer_print(&known, "%s%s", known.size == 0 ? "" : "、", own);
  }
  zc_code code =
      found ? ZC_OK
            : zc_fail(r->err, ZC_EUSAGE,
                      "no problem of this plan is assigned to the department {name}; "
                      "known: {list}",
                      "name", name, "list", zc_text_or(known.data, "—"), NULL);
  zc_buffer_free(&known);
  return code;
}

static zc_code gather(reporting *r)
{
  json_t *ledger = NULL;
  zc_code code = zc_paper_ledger(r->plan, zc_option_value(r->plan->cli, "department"),
                                 &ledger, r->err);
  if (code == ZC_OK)
    code = check_department(r, ledger);
  if (code == ZC_OK)
    code = add_window(r, ledger);
  if (code == ZC_OK)
    code = add_statistics(r, ledger);
  int bad = code == ZC_OK && json_object_set(r->args, "ledger", ledger) != 0;
  if (r->record != NULL)
    bad |= json_object_set_new(r->args, "record", zc_record_spoken(r->record));
  bad |= json_object_set_new(r->args, "changed", json_boolean(r->changed));
  bad |= json_object_set_new(r->args, "kind", json_string(r->kind->kind));
  json_decref(ledger);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(r->err) : code;
}

/* The ledger stands still while it is read: all files of a paper tell of one moment. */
static zc_code make_paper(reporting *r)
{
  zc_store *store = r->plan->workspace->store;
  r->args = json_object();
  zc_code code = r->args == NULL ? zc_fail_memory(r->err) : add_plan(r);
  if (code == ZC_OK)
    code = zc_ledger_hold(store, r->err);
  if (code == ZC_OK)
    code = gather(r);
  if (code == ZC_OK)
    code = zc_paper_build(r->plan, r->kind->layout, r->args, &r->paper, r->err);
  if (code == ZC_OK)
    code = write_files(r);
  zc_ledger_release(store);
  if (code == ZC_OK)
    zc_paper_warn_of_holes(&r->paper);
  return code;
}

/* ---- the record ------------------------------------------------------------------- */

static zc_code check_anew(reporting *r, zc_opened_tables *tables)
{
  zc_checked checked;
  zc_code code = zc_check(r->plan, tables, &checked, r->err);
  if (code == ZC_OK)
    code = zc_ledger_found(r->plan, &checked, r->err);
  if (code == ZC_OK)
    code = zc_check_keep(r->plan, &checked, r->err);
  if (code == ZC_OK) /* the run itself corrects nothing */
    code = zc_correction_add(r->plan, checked.record, &r->record, r->err);
  zc_checked_free(&checked);
  return code;
}

static zc_code take_last(reporting *r, zc_opened_tables *tables)
{
  zc_code code = zc_check_last(r->plan, tables, &r->record, &r->changed, r->err);
  if (code == ZC_OK && r->record == NULL)
    zc_warn(
        N_("no check has been run with this plan yet; what it would tell is missing"),
        NULL);
  else if (code == ZC_OK && r->changed)
    zc_warn(
        N_("answers, documents, tables or the plan have changed since the last check "
           "of "
           "{day}: this paper tells of that check; run `zicha check` first"),
        json_pack("{s:s}", "day", zc_get_text(r->record, "today")));
  return code;
}

typedef struct {
  const paper_kind *kind;
  bool fell_back; /* a plan's own layout failed */
} asked_paper;

/* Writes the paper of one plan. */
static zc_code report_plan(zc_plan *plan, void *context, zc_err *err)
{
  asked_paper *asked = context;
  zc_opened_tables tables;
  reporting r = {.plan = plan, .kind = asked->kind, .err = err};
  json_t *nothing = NULL;
  /* before anything is written */
  zc_code code = zc_correction_add(plan, NULL, &nothing, err);
  if (code == ZC_OK)
    code = zc_tables_open(plan->workspace, plan, &tables, err);
  if (code != ZC_OK)
    return code;
  code = asked->kind->checks ? check_anew(&r, &tables) : take_last(&r, &tables);
  if (code == ZC_OK)
    code = make_paper(&r);
  asked->fell_back |= plan->layouts_failed;
  zc_paper_free(&r.paper);
  json_decref(r.record);
  json_decref(r.args);
  zc_tables_close(&tables);
  return code;
}

/* ---- the command ------------------------------------------------------------------ */

int zc_command_report(zc_cli *cli)
{
  zc_err err;
  const paper_kind *kind;
  zc_code code = read_kind(cli, &kind, &err);
  if (code == ZC_OK && zc_option_value(cli, "needs") != NULL)
    return zc_exit(zc_plan_with_one(cli, zc_paper_template, (void *)kind->layout, &err),
                   &err);
  if (code == ZC_OK)
    code = check_options(cli, kind, &err);
  if (code == ZC_OK)
    code = zc_paper_formats(cli, &err);
  asked_paper asked = {.kind = kind};
  if (code == ZC_OK)
    code = zc_plan_with_each(cli, report_plan, &asked, &err);
  if (code == ZC_OK && asked.fell_back)
    return ZC_EINTERNAL;
  return zc_exit(code, &err);
}
