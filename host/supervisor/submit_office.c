/* submit in the workspace of an office: what its facilities have reported in a round, as one
 * signed file for the office above it. */
#include "supervisor/submit_office.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/message.h"
#include "cli/paper.h"
#include "cli/plans.h"
#include "cli/secret.h"
#include "document/document.h"
#include "facility/ledger.h"
#include "facility/submit.h"
#include "facility/written.h"
#include "office/amount.h"
#include "supervisor/commands.h"
#include "supervisor/passing.h"
#include "value/node.h"

#define COLUMNS_MOST 16

typedef struct {
  zc_office *office;
  const char *plan, *out;
  const json_t *round;
  zc_view view;
  json_t *record; /* owned */
  zc_buffer report, figures, packed;
  char sha256[ZC_HASH_ROOM], key_id[ZC_KEY_ID_ROOM];
  bool sign, there, known;
  zc_err *err;
} reporting;

/* ---- rows of the paper --------------------------------------------------------------------- */

typedef struct {
  const zc_view *view;
  size_t at, width;
  const char *ids[COLUMNS_MOST];
  char rooms[COLUMNS_MOST][24];
  const char *cells[COLUMNS_MOST];
} listing;

static const char *state_word(const zc_member *m)
{
  if (m->report == 0)
    return m->expected ? "未报送" : "不要求报送";
  if (strcmp(m->kind, "paper") == 0)
    return strcmp(m->state, "late") == 0 ? "手工登记（逾期）" : "手工登记";
  return strcmp(m->state, "late") == 0 ? "逾期报送" : "已报送";
}

static const char *number(char room[24], const zc_member *m, int64_t value)
{
  return m->report == 0 || value == ZC_UNKNOWN ? "—" : zc_number_text(room, value);
}

static const char *cell_of(const listing *l, const zc_member *m, const char *id,
                           char room[24])
{
  static const struct {
    const char *id;
    zc_fact_number at;
  } numbers[] = {{"problems", ZC_NUMBER_problems},
                 {"found", ZC_NUMBER_found},
                 {"rectified", ZC_NUMBER_rectified},
                 {"closed", ZC_NUMBER_closed},
                 {"overdue", ZC_NUMBER_overdue}};
  const struct {
    const char *id, *text;
  } texts[] = {{"class", m->class}, {"town", m->town},        {"code", m->code},
               {"name", m->name},   {"state", state_word(m)}, {"day", m->day}};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    if (strcmp(texts[i].id, id) == 0)
      return *texts[i].text == '\0' ? "—" : texts[i].text;
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (strcmp(numbers[i].id, id) == 0)
      return number(room, m, m->numbers[numbers[i].at]);
  if (strcmp(id, "left_out") == 0)
    return number(room, m, zc_view_left_out(l->view, m));
  return zc_number_text(room, (int64_t)l->at); /* index */
}

static bool is_source(const char *source)
{
  return strcmp(source, "office.reports") == 0;
}

static bool has_column(const char *source, const char *column)
{
  static const char *const ids[] = {"index",   "class",     "town",   "code",
                                    "name",    "state",     "day",    "problems",
                                    "found",   "rectified", "closed", "overdue",
                                    "left_out"};
  (void)source;
  for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
    if (strcmp(ids[i], column) == 0)
      return true;
  return false;
}

const zc_paper_rows zc_upward_paper_rows = {is_source, has_column};

static zc_code open_table(void *context, const char *source, const json_t *pick,
                          zc_err *err)
{
  listing *l = context;
  l->at = 0;
  l->width = json_array_size(pick);
  if (!is_source(source) || l->width > COLUMNS_MOST)
    return zc_fail(err, ZC_EINTERNAL,
                   "a table has its rows from {source}, which is not known here",
                   "source", source, NULL);
  for (size_t i = 0; i < l->width; i++)
    l->ids[i] = zc_text_or(json_string_value(json_array_get(pick, i)), "");
  return ZC_OK;
}

static zc_code next_row(void *context, const char *const **cells, size_t *count,
                        zc_err *err)
{
  (void)err;
  listing *l = context;
  *cells = NULL;
  if (l->at == l->view->members.count)
    return ZC_OK;
  const zc_member *m = &l->view->members.members[l->at++];
  for (size_t i = 0; i < l->width; i++)
    l->cells[i] = cell_of(l, m, l->ids[i], l->rooms[i]);
  *cells = l->cells;
  *count = l->width;
  return ZC_OK;
}

/* ---- the report ------------------------------------------------------------------------------ */

static json_t *group_of(const zc_group *g)
{
  static const zc_fact_number told[] = {ZC_NUMBER_found, ZC_NUMBER_rectified,
                                        ZC_NUMBER_closed, ZC_NUMBER_overdue};
  json_t *map = json_pack("{s:s, s:I, s:I, s:I, s:I, s:I}", "class", g->title,
                          "expected", (json_int_t)g->expected, "here",
                          (json_int_t)g->here, "late", (json_int_t)g->late,
                          "nil_reports", (json_int_t)g->nil, "left_out",
                          (json_int_t)g->left_out);
  int bad = map == NULL;
  for (size_t i = 0; i < sizeof told / sizeof *told; i++)
    if (g->numbers[told[i]] != ZC_UNKNOWN)
      bad |= json_object_set_new(map, zc_fact_numbers[told[i]],
                                 json_integer(g->numbers[told[i]]));
  if (bad == 0)
    return map;
  json_decref(map);
  return NULL;
}

static json_t *classes_of(const zc_view *view)
{
  json_t *classes = json_array();
  int bad = classes == NULL;
  for (size_t i = 0; i < view->class_count; i++)
    bad |= json_array_append_new(classes, group_of(&view->classes[i]));
  if (bad == 0)
    return classes;
  json_decref(classes);
  return NULL;
}

/* The run is the beginning of the hash of what the record says. */
static zc_code name_run(reporting *r)
{
  char digits[ZC_HASH_ROOM];
  zc_buffer text = {0};
  zc_code code = zc_json_canonical(r->record, &text, r->err);
  if (code == ZC_OK)
    code = zc_hash_of(text.data, text.size, digits, r->err);
  zc_buffer_free(&text);
  digits[16] = '\0';
  if (code == ZC_OK && json_object_set_new(r->record, "run", json_string(digits)) != 0)
    code = zc_fail_memory(r->err);
  return code;
}

static zc_code print_tree(reporting *r, const json_t *tree)
{
  zc_document *document = NULL;
  listing l = {.view = &r->view};
  const zc_rows rows = {open_table, next_row, NULL, &l};
  zc_sink sink = zc_sink_buffer(&r->report);
  zc_code code = zc_document_new(tree, &document, r->err);
  if (code == ZC_OK)
    code = zc_document_write(document, ZC_MARKDOWN, &rows, &sink, r->err);
  zc_document_free(document);
  zc_buffer_text(&r->report, "\n" ZC_RECORD_MARK);
  if (code == ZC_OK)
    code = zc_json_canonical(r->record, &r->report, r->err);
  zc_buffer_text(&r->report, ZC_RECORD_END "\n");
  return code == ZC_OK ? zc_buffer_check(&r->report, r->err) : code;
}

static zc_code write_report(reporting *r)
{
  static const char *const same[] = {"office", "plan", "round", "today"};
  zc_plan plan;
  zc_paper paper = {0};
  json_t *args = json_object();
  int bad = args == NULL;
  for (size_t i = 0; i < sizeof same / sizeof *same; i++)
    bad |= json_object_set(args, same[i], json_object_get(r->record, same[i]));
  bad |= json_object_set_new(args, "classes", classes_of(&r->view));
  bad |= json_object_set_new(args, "totals", group_of(&r->view.all));
  bad |= json_object_set_new(args, "register", zc_passing_sums(r->record));
  bad |= json_object_set(args, "manual", json_object_get(r->record, "manual"));
  if (json_object_get(r->record, "without") != NULL)
    bad |= json_object_set(args, "without", json_object_get(r->record, "without"));
  zc_code code = bad != 0 ? zc_fail_memory(r->err)
                          : zc_plan_open(&r->office->workspace, r->plan, &plan, r->err);
  if (code == ZC_OK) {
    code = zc_paper_build(&plan, "upward", args, &paper, r->err);
    if (code == ZC_OK)
      code = print_tree(r, paper.tree);
    if (code == ZC_OK)
      code = zc_paper_check(&plan, r->err);
    zc_plan_close(&plan);
  }
  zc_paper_free(&paper);
  json_decref(args);
  return code == ZC_OK ? zc_hash_of(r->report.data, r->report.size, r->sha256, r->err)
                       : code;
}

static zc_code write_figures(reporting *r)
{
  static const char *const same[] = {"office", "plan",  "round",
                                     "run",    "today", "totals"};
  json_t *figures = json_object();
  int bad = json_object_set_new(figures, "zicha", json_string("office-figures/1"));
  for (size_t i = 0; i < sizeof same / sizeof *same; i++)
    bad |= json_object_set(figures, same[i], json_object_get(r->record, same[i]));
  bad |= json_object_set_new(figures, "report", json_string(r->sha256));
  bad |= json_object_set_new(figures, "classes", classes_of(&r->view));
  zc_code code = bad != 0 ? zc_fail_memory(r->err)
                          : zc_json_canonical(figures, &r->figures, r->err);
  zc_buffer_char(&r->figures, '\n');
  json_decref(figures);
  return code == ZC_OK ? zc_buffer_check(&r->figures, r->err) : code;
}

/* ---- the file ----------------------------------------------------------------------------------- */

static zc_code find_key(reporting *r, char path[ZC_OFFICE_KEY_ROOM])
{
  const zc_cli *cli = r->office->workspace.cli;
  r->sign = zc_option_value(cli, "unsigned") == NULL;
  path[0] = '\0';
  if (!r->sign)
    return zc_option_value(cli, "key") == NULL
               ? ZC_OK
               : zc_fail(r->err, ZC_EUSAGE,
                         "--key and --unsigned contradict each other", NULL);
  zc_code code = zc_office_key(r->office, path, r->err);
  return code == ZC_OK && path[0] == '\0'
             ? zc_fail(
                   r->err, ZC_EUSAGE,
                   "there is no key to sign with: `zicha key new` makes {path}; or "
                   "give --key FILE, or --unsigned if the office takes reports that "
                   "nobody has signed",
                   "path", ZC_OFFICE_KEY, NULL)
             : code;
}

static zc_code pack(reporting *r)
{
  char path[ZC_OFFICE_KEY_ROOM];
  zc_secret_key key;
  const zc_submission submission = {.facility = zc_text_of(r->office->about, "code"),
                                    .run = zc_text_of(r->record, "run"),
                                    .report = {r->report.data, r->report.size},
                                    .figures = {r->figures.data, r->figures.size}};
  zc_code code = find_key(r, path);
  if (code == ZC_OK && !r->sign)
    return zc_submission_pack(&submission, NULL, &r->packed, r->err);
  if (code == ZC_OK)
    code = zc_secret_open(path, &key, NULL, r->err);
  if (code != ZC_OK)
    return code;
  zc_key_id_text(key.shown.id, r->key_id);
  code = zc_submission_pack(&submission, &key, &r->packed, r->err);
  zc_key_forget(&key);
  return code;
}

/* Never over another file. */
static zc_code write_file(reporting *r)
{
  zc_buffer old = {0};
  r->there = faccessat(AT_FDCWD, r->out, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
  if (!r->there)
    return zc_file_create(AT_FDCWD, r->out, r->packed.data, r->packed.size, 0666,
                          r->err);
  zc_code code = zc_file_read(r->out, ZC_ZREP_FILE, &old, r->err);
  if (code == ZC_OK &&
      (old.size != r->packed.size || memcmp(old.data, r->packed.data, old.size) != 0))
    code = zc_fail(r->err, ZC_EWRITE,
                   "{path} is there already and holds something else; it is not "
                   "overwritten: take another name",
                   "path", r->out, NULL);
  zc_buffer_free(&old);
  return code;
}

/* ---- the event ----------------------------------------------------------------------------------- */

static zc_code look_at_event(void *context, const json_t *event, zc_err *err)
{
  (void)err;
  reporting *r = context;
  if (strcmp(zc_text_of(event, "action"), "office_submit") == 0 &&
      strcmp(zc_text_of(json_object_get(event, "body"), "report"), r->sha256) == 0)
    r->known = true;
  return ZC_OK;
}

static zc_code note_event(reporting *r)
{
  const char *slash = strrchr(r->out, '/'), *name = slash == NULL ? r->out : slash + 1;
  zc_code code = zc_ledger_events(r->office->workspace.store, 0, 0, look_at_event, r,
                                  r->err);
  if (code != ZC_OK || r->known)
    return code;
  return zc_office_record(r->office, "office_submit",
                          json_pack("{s:s, s:s, s:O, s:s, s:O, s:s, s:o, s:s}", "plan",
                                    r->plan, "round", zc_text_of(r->round, "id"), "run",
                                    json_object_get(r->record, "run"), "report",
                                    r->sha256, "totals",
                                    json_object_get(r->record, "totals"), "day",
                                    r->office->workspace.cli->today, "file",
                                    zc_json_lossy(name, strlen(name)), "key",
                                    r->key_id),
                          NULL, NULL, r->err);
}

static void tell(const reporting *r)
{
  const json_t *totals = json_object_get(r->record, "totals");
  json_t *args = json_pack("{s:s, s:s, s:s, s:s, s:O, s:O}", "path", r->out, "key",
                           r->key_id, "round", zc_text_of(r->round, "title"), "sha256",
                           r->sha256, "here", json_object_get(totals, "here"),
                           "expected", json_object_get(totals, "expected"));
  if (zc_option_value(r->office->workspace.cli, "round") == NULL)
    zc_say_line(N_("without --round it is about the last round that is over: {round}"),
                json_incref(args));
  zc_say_line(r->there  ? N_("{path} was there already, with this report")
              : r->sign ? N_("wrote {path}: {round}, {here} of {expected} facilities, "
                             "signed with the key {key}")
                        : N_("wrote {path}: {round}, {here} of {expected} facilities, "
                             "signed by nobody"),
              json_incref(args));
  zc_say_line(N_("SHA-256 of the report: {sha256}"), args);
}

/* ---- the command ---------------------------------------------------------------------------------- */

/* A report in which nobody has reported is seldom meant. */
static zc_code check_empty(const reporting *r)
{
  return r->view.all.here > 0 ||
                 zc_option_value(r->office->workspace.cli, "empty") != NULL
             ? ZC_OK
             : zc_fail(r->err, ZC_EUSAGE,
                       "no report of a facility counts for {round}: another round is "
                       "named with --round ID, and --empty reports that there is none",
                       "round", zc_text_of(r->round, "title"), NULL);
}

static int64_t count_values(const json_t *value)
{
  size_t index;
  const char *key;
  json_t *one;
  int64_t count = 1;
  json_array_foreach((json_t *)value, index, one) count += count_values(one);
  json_object_foreach((json_t *)value, key, one) count += count_values(one);
  return count;
}

/* What no office could read is not signed. */
static zc_code check_size(const reporting *r)
{
  int64_t count = count_values(r->record);
  return count <= ZC_NODES
             ? ZC_OK
             : zc_fail(r->err, ZC_EDATA,
                       "the report has {count} values, and no office reads more than "
                       "{limit}: --sums leaves out the single problems of facilities, "
                       "whose figures stay in it",
                       "count", ZC_DIGITS(count), "limit", ZC_DIGITS(ZC_NODES), NULL);
}

static zc_code submit(reporting *r)
{
  char unused[ZC_OFFICE_KEY_ROOM];
  zc_code code = find_key(r, unused); /* before anything that takes long */
  if (code == ZC_OK)
    code = zc_office_plan(r->office, &r->plan, r->err);
  if (code == ZC_OK)
    code = zc_office_ended_round(r->office, r->plan, &r->round, r->err);
  if (code == ZC_OK)
    code = zc_view_read(r->office->workspace.store, r->office->checklists, r->plan,
                        zc_text_of(r->round, "id"), &r->view, r->err);
  if (code == ZC_OK && r->view.members.count == 0)
    code = zc_fail(
        r->err, ZC_EDATA,
        json_object_get(r->office->rosters, r->plan) == NULL
            ? N_("there is no roster for the plan {plan}: `zicha roster import`")
            : "none of the offices on the roster has reported for {round} yet, and no "
              "facility is known: `zicha collect urge` tells whom to urge",
        "plan", r->plan, "round", zc_text_of(r->round, "title"), NULL);
  if (code == ZC_OK)
    code = check_empty(r);
  if (code == ZC_OK)
    code = zc_office_report(r->office, &r->view, r->round, &r->record, r->err);
  if (code == ZC_OK)
    code = check_size(r);
  if (code == ZC_OK)
    code = name_run(r);
  if (code == ZC_OK)
    code = write_report(r);
  if (code == ZC_OK)
    code = write_figures(r);
  if (code == ZC_OK)
    code = pack(r);
  if (code == ZC_OK && r->packed.size > ZC_ZREP_FILE)
    code =
        zc_fail(r->err, ZC_EDATA,
                "the report has {size} bytes, and no office reads more than {limit}: "
                "--sums leaves out the single problems of facilities, whose figures "
                "stay in it",
                "size", ZC_DIGITS((int64_t)r->packed.size), "limit",
                ZC_DIGITS((int64_t)ZC_ZREP_FILE), NULL);
  if (code == ZC_OK)
    code = write_file(r);
  return code == ZC_OK ? note_event(r) : code;
}

int zc_submit_office(zc_cli *cli)
{
  zc_err err;
  zc_office office;
  reporting r = {.office = &office, .out = zc_option_value(cli, "out"), .err = &err};
  if (cli->argument_count > 0 || zc_option_value(cli, "duty") != NULL)
    return zc_exit(zc_fail(&err, ZC_EUSAGE,
                           "an office reports on a round: --round ID, and no REPORT or "
                           "--duty",
                           NULL),
                   &err);
  zc_code code = zc_office_open(cli, &office, &err);
  if (code == ZC_OK) {
    code = submit(&r);
    if (code == ZC_OK)
      tell(&r);
    zc_view_free(&r.view);
    zc_office_close(&office);
  }
  json_decref(r.record);
  zc_buffer_free(&r.report);
  zc_buffer_free(&r.figures);
  zc_buffer_free(&r.packed);
  return zc_exit(code, &err);
}
