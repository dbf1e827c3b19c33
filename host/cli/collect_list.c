/* collect list, collect allow: what came and does not count, and what a person decides about it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/ledger.h"
#include "cli/message.h"
#include "cli/office.h"
#include "cli/screen.h"
#include "document/document.h"

static const char *text_of(const json_t *map, const char *key)
{
  return zc_text_or(zc_get_text(map, key), "");
}

/* ---- rows --------------------------------------------------------------------------- */

typedef struct {
  zc_office *office;
  const char *format, *state; /* `state` may be NULL: all */
  json_t *files, *again;      /* for JSON */
  zc_buffer text;
  size_t count;
} listing;

static char *reason_of(const json_t *file)
{
  const json_t *reason = json_object_get(file, "reason");
  return reason == NULL ? strdup("") : zc_message_text(reason);
}

static void print_cells(listing *l, const char *const *cells, size_t count)
{
  for (size_t i = 0; i < count; i++)
    zc_csv_cell(&l->text, cells[i], i == 0);
  zc_buffer_text(&l->text, "\r\n");
}

static void print_csv(listing *l, const json_t *file, const char *reason)
{
  const char *const cells[] = {text_of(file, "facility"),
                               text_of(file, "title"),
                               text_of(file, "class"),
                               text_of(file, "plan"),
                               text_of(file, "round"),
                               text_of(file, "day"),
                               text_of(file, "received"),
                               zc_office_state(text_of(file, "state")),
                               reason,
                               text_of(file, "name"),
                               text_of(file, "file")};
  print_cells(l, cells, sizeof cells / sizeof *cells);
}

static void print_lines(const json_t *file, const char *reason)
{
  zc_say_line(
      N_("{state}  {facility} {title}: {name} (of {day}, received {received}, {file})"),
      json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s%}", "state",
                zc_office_state(text_of(file, "state")), "facility",
                text_of(file, "facility"), "title", text_of(file, "title"), "name",
                text_of(file, "name"), "day",
                *text_of(file, "day") == '\0' ? "—" : text_of(file, "day"), "received",
                text_of(file, "received"), "file", text_of(file, "file"),
                strlen(text_of(file, "file")) < 12 ? strlen(text_of(file, "file"))
                                                   : (size_t)12));
  if (*reason != '\0')
    printf("    %s\n", reason);
}

static zc_code list_file(void *context, const json_t *file, zc_err *err)
{
  listing *l = context;
  char *reason = reason_of(file);
  if (reason == NULL)
    return zc_fail_memory(err);
  int bad = 0;
  l->count++;
  if (strcmp(l->format, "json") == 0)
    bad |= json_array_append(l->files, (json_t *)file);
  else if (strcmp(l->format, "csv") == 0)
    print_csv(l, file, reason);
  else
    print_lines(file, reason);
  free(reason);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

/* A known file that came again under another name: an old report in new clothes. */
static zc_code list_again(void *context, const json_t *arrival, zc_err *err)
{
  listing *l = context;
  zc_err why;
  json_t *file = json_copy((json_t *)arrival);
  zc_fail(&why, ZC_EDATA, "it is the file {before}, which was here on {since}",
          "before", text_of(arrival, "before"), "since", text_of(arrival, "since"),
          NULL);
  int bad = json_object_set_new(file, "state", json_string("replayed"));
  bad |= json_object_set_new(file, "counts", json_integer(0));
  bad |= json_object_set_new(file, "reason", zc_message_of(&why));
  zc_code code = bad != 0 ? zc_fail_memory(err) : list_file(l, file, err);
  json_decref(file);
  return code;
}

/* ---- the list ----------------------------------------------------------------------- */

static void print_head(listing *l)
{
  static const char *const titles[] = {"机构编码", "机构名称", "机构类别",   "方案",
                                       "轮次",     "报告日期", "收到日期",   "状态",
                                       "原因",     "文件名",   "文件SHA-256"};
  zc_buffer_text(&l->text, "\xef\xbb\xbf");
  print_cells(l, titles, sizeof titles / sizeof *titles);
}

static zc_code list_rounds(zc_office *office)
{
  const char *plan;
  json_t *rounds, *round;
  size_t index;
  json_object_foreach(office->rounds, plan, rounds)
  {
    printf("%s\n", plan);
    json_array_foreach(rounds, index, round)
    {
      printf("  ");
      zc_say_line(N_("{id}: {title}, from {from} to {to}, due {due}"),
                  json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", text_of(round, "id"),
                            "title", text_of(round, "title"), "from",
                            *text_of(round, "from") == '\0' ? "…"
                                                            : text_of(round, "from"),
                            "to",
                            *text_of(round, "to") == '\0' ? "…" : text_of(round, "to"),
                            "due",
                            *text_of(round, "due") == '\0' ? "…"
                                                           : text_of(round, "due")));
    }
  }
  return ZC_OK;
}

/* The state that --state names, by its word or by what the list calls it; NULL: all. */
static zc_code read_state(const zc_cli *cli, const char **found, zc_err *err)
{
  const char *wanted = zc_option_value(cli, "state");
  zc_buffer known = {0};
  *found = NULL;
  for (const char *const *state = zc_standing_states; *state != NULL; state++) {
    if (wanted != NULL &&
        (strcmp(*state, wanted) == 0 || strcmp(zc_office_state(*state), wanted) == 0))
      *found = *state;
    zc_buffer_print(&known, "%s%s", known.size == 0 ? "" : " ", *state);
  }
  zc_code code = wanted == NULL || *found != NULL
                     ? ZC_OK
                     : zc_fail(err, ZC_EUSAGE, "unknown state {value}; known: {list}",
                               "value", wanted, "list", zc_text_or(known.data, ""),
                               NULL);
  zc_buffer_free(&known);
  return code;
}

static zc_code print_list(listing *l, zc_err *err)
{
  const zc_cli *cli = l->office->workspace.cli;
  const char *state = l->state;
  const zc_filed_filter filter = {.plan = zc_option_value(cli, "plan"),
                                  .round = zc_option_value(cli, "round"),
                                  .state = state,
                                  .facility = zc_option_value(cli, "facility"),
                                  .listed = state == NULL &&
                                            zc_option_value(cli, "all") == NULL};
  zc_store *store = l->office->workspace.store;
  bool csv = strcmp(l->format, "csv") == 0;
  if (csv)
    print_head(l);
  zc_code code = zc_standing_list(store, &filter, list_file, l, err);
  if (code == ZC_OK && (state == NULL || strcmp(state, "replayed") == 0) &&
      filter.facility == NULL)
    code = zc_arrivals_list(store, list_again, l, err);
  if (code == ZC_OK && csv)
    code = zc_buffer_check(&l->text, err);
  if (code == ZC_OK && csv)
    fwrite(l->text.data, 1, l->text.size, stdout);
  else if (code == ZC_OK && strcmp(l->format, "json") == 0)
    return zc_print_document(json_pack("{s:O}", "files", l->files), "collected/1", err);
  else if (code == ZC_OK)
    zc_say_line(N_("{count} files"), json_pack("{s:I}", "count", (json_int_t)l->count));
  return code;
}

int zc_command_collect_list(zc_cli *cli)
{
  static const char *const formats[] = {"text", "json", "csv", NULL};
  zc_err err;
  zc_office office;
  listing l = {.office = &office,
               .format = zc_output_format(cli),
               .files = json_array()};
  zc_code code = l.files == NULL ? zc_fail_memory(&err)
                                 : zc_check_format(cli, formats, &err);
  if (code == ZC_OK)
    code = read_state(cli, &l.state, &err);
  if (code == ZC_OK)
    code = zc_office_open(cli, &office, &err);
  if (code == ZC_OK) {
    code = zc_option_value(cli, "rounds") != NULL ? list_rounds(&office)
                                                  : print_list(&l, &err);
    zc_office_close(&office);
  }
  json_decref(l.files);
  zc_buffer_free(&l.text);
  return zc_exit(code, &err);
}

/* ---- collect allow -------------------------------------------------------------------- */

typedef struct {
  zc_office *office;
  const char *prefix; /* of the file's hash */
  json_t *found;      /* the file; NULL: none yet. Owned */
  size_t count;
} allowing;

static zc_code match(void *context, const json_t *file, zc_err *err)
{
  (void)err;
  allowing *a = context;
  if (strncmp(text_of(file, "file"), a->prefix, strlen(a->prefix)) != 0)
    return ZC_OK;
  a->count++;
  json_decref(a->found);
  a->found = json_incref((json_t *)file);
  return ZC_OK;
}

static zc_code put(zc_store *store, void *context, zc_err *err)
{
  const allowing *a = context;
  const zc_cli *cli = a->office->workspace.cli;
  return zc_decision_put(store, text_of(a->found, "file"), "allow",
                         zc_option_value(cli, "reason"), cli->today,
                         zc_ledger_actor(cli), err);
}

/* What was changed, or is no report, cannot be made good by anybody. */
static zc_code check_allowed(const allowing *a, zc_err *err)
{
  static const char *const possible[] = {"unsigned", "foreign_key", "bad_date",
                                         "broken_chain", "late"};
  const char *state = text_of(a->found, "state");
  if (a->count != 1)
    return zc_fail(err, ZC_EUSAGE,
                   a->count == 0
                       ? N_("no file begins with {value}; `zicha collect list` tells "
                            "the beginnings of their hashes")
                       : "several files begin with {value}: give more of its hash",
                   "value", a->prefix, NULL);
  for (size_t i = 0; i < sizeof possible / sizeof *possible; i++)
    if (strcmp(state, possible[i]) == 0)
      return ZC_OK;
  return zc_fail(
      err, ZC_EDATA,
      "the file is «{state}»: nobody can make it count; let the facility submit "
      "it again",
      "state", zc_office_state(state), NULL);
}

static zc_code allow(allowing *a, zc_err *err)
{
  zc_office *office = a->office;
  const zc_filed_filter all = {0};
  zc_code code = zc_standing_list(office->workspace.store, &all, match, a, err);
  if (code == ZC_OK)
    code = check_allowed(a, err);
  if (code == ZC_OK)
    code = zc_office_record(office, "collect_allow",
                            json_pack("{s:s, s:s}", "file", text_of(a->found, "file"),
                                      "reason",
                                      zc_option_value(office->workspace.cli, "reason")),
                            put, a, err);
  if (code == ZC_OK)
    code = zc_office_reload(office, err);
  if (code == ZC_OK)
    code = zc_office_decide(office, NULL, err);
  if (code == ZC_OK)
    zc_say_line(N_("{name} of {title} counts now, by decision of {by}"),
                json_pack("{s:s, s:s, s:s}", "name", text_of(a->found, "name"), "title",
                          text_of(a->found, "title"), "by",
                          zc_ledger_actor(office->workspace.cli)));
  return code;
}

int zc_command_collect_allow(zc_cli *cli)
{
  zc_err err;
  zc_office office;
  allowing a = {.office = &office, .prefix = cli->arguments[0]};
  zc_code code = zc_office_check_actor(cli, &err);
  if (code == ZC_OK && zc_option_value(cli, "reason") == NULL)
    code = zc_fail(&err, ZC_EUSAGE, "say why it is to count: --reason TEXT", NULL);
  if (code == ZC_OK)
    code = zc_office_open(cli, &office, &err);
  if (code == ZC_OK) {
    code = allow(&a, &err);
    zc_office_close(&office);
  }
  json_decref(a.found);
  return zc_exit(code, &err);
}
