/* collect list: what came and does not count, and why. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "cli/screen.h"
#include "document/document.h"
#include "store/received.h"
#include "supervisor/commands.h"
#include "supervisor/office.h"

/* ---- rows --------------------------------------------------------------------------- */

typedef struct {
  zc_office *office;
  const char *format, *state; /* `state` may be NULL: all */
  json_t *files;              /* for JSON */
  json_t *corrected;          /* file → how its day was corrected. Owned */
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
  zc_buffer cell = {0};
  for (size_t i = 0; i < count; i++) {
    cell.size = 0;
    zc_add_visible(&cell, cells[i]);
    zc_csv_cell(&l->text, cell.size == 0 ? "" : zc_text_or(cell.data, ""), i == 0);
  }
  l->text.failed |= cell.failed;
  zc_buffer_free(&cell);
  zc_buffer_text(&l->text, "\r\n");
}

static void print_csv(listing *l, const json_t *file, const char *reason)
{
  const char *const cells[] = {zc_text_of(file, "facility"),
                               zc_text_of(file, "title"),
                               zc_text_of(file, "class"),
                               zc_text_of(file, "plan"),
                               zc_text_of(file, "round"),
                               zc_text_of(file, "day"),
                               zc_text_of(file, "received"),
                               zc_office_state(zc_text_of(file, "state")),
                               reason,
                               zc_text_of(file, "name"),
                               zc_text_of(file, "file")};
  print_cells(l, cells, sizeof cells / sizeof *cells);
}

static void print_lines(const json_t *file, const char *reason)
{
  zc_say_line(
      N_("{state}  {facility} {title}: {name} (of {day}, received {received}, {file})"),
      json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s%}", "state",
                zc_office_state(zc_text_of(file, "state")), "facility",
                zc_text_of(file, "facility"), "title", zc_text_of(file, "title"),
                "name", zc_text_of(file, "name"), "day",
                *zc_text_of(file, "day") == '\0' ? "—" : zc_text_of(file, "day"),
                "received", zc_text_of(file, "received"), "file",
                zc_text_of(file, "file"),
                strlen(zc_text_of(file, "file")) < 12 ? strlen(zc_text_of(file, "file"))
                                                      : (size_t)12));
  if (*reason != '\0')
    printf("    %s\n", reason);
  const json_t *corrected = json_object_get(file, "received_changed");
  if (corrected == NULL)
    return;
  printf("    ");
  zc_say_line(
      N_("received: noted as {from} before, corrected on {on} by {by}: {reason}"),
      json_incref((json_t *)corrected));
}

static zc_code list_file(void *context, const json_t *file, zc_err *err)
{
  listing *l = context;
  char *reason = reason_of(file);
  if (reason == NULL)
    return zc_fail_memory(err);
  int bad = 0;
  json_t *how = json_object_get(l->corrected, zc_text_of(file, "file"));
  if (how != NULL)
    bad |= json_object_set((json_t *)file, "received_changed", how);
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
          "before", zc_text_of(arrival, "before"), "since",
          zc_text_of(arrival, "since"), NULL);
  int bad = json_object_set_new(file, "state", json_string("replayed"));
  bad |= json_object_set_new(file, "counts", json_integer(0));
  bad |= json_object_set_new(file, "reason", zc_message_of(&why));
  zc_code code = bad != 0 ? zc_fail_memory(err) : list_file(l, file, err);
  json_decref(file);
  return code;
}

/* Files that say nothing of themselves, or came in no round: --round does not find them. */
static zc_code tell_homeless(const listing *l, const zc_filed_filter *filter,
                             zc_err *err)
{
  int64_t count = 0;
  zc_code code = filter->round == NULL ? ZC_OK
                                       : zc_filed_homeless(l->office->workspace.store,
                                                           filter, &count, err);
  if (code == ZC_OK && count > 0)
    zc_say_line(
        N_("{count} files are of no round: `zicha collect list` without --round "
           "lists them, too"),
        json_pack("{s:I}", "count", (json_int_t)count));
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
  zc_office_print_notices(office);
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
                  json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", zc_text_of(round, "id"),
                            "title", zc_text_of(round, "title"), "from",
                            *zc_text_of(round, "from") == '\0'
                                ? "…"
                                : zc_text_of(round, "from"),
                            "to",
                            *zc_text_of(round, "to") == '\0' ? "…"
                                                             : zc_text_of(round, "to"),
                            "due",
                            *zc_text_of(round, "due") == '\0'
                                ? "…"
                                : zc_text_of(round, "due")));
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
  zc_code code = zc_office_check_asked(l->office, err);
  if (code != ZC_OK)
    return code;
  code = zc_received_changes(store, &l->corrected, err);
  if (code != ZC_OK)
    return code;
  if (csv)
    print_head(l);
  code = zc_standing_list(store, &filter, list_file, l, err);
  if (code == ZC_OK && (state == NULL || strcmp(state, "replayed") == 0))
    code = zc_arrivals_list(store, &filter, list_again, l, err);
  if (code == ZC_OK && csv)
    code = zc_buffer_check(&l->text, err);
  if (code == ZC_OK && csv)
    fwrite(l->text.data, 1, l->text.size, stdout);
  else if (code == ZC_OK && strcmp(l->format, "json") == 0)
    return zc_print_document(json_pack("{s:O}", "files", l->files), "collected/1", err);
  if (code != ZC_OK || strcmp(l->format, "text") != 0)
    return code;
  zc_say_line(N_("{count} files"), json_pack("{s:I}", "count", (json_int_t)l->count));
  return tell_homeless(l, &filter, err);
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
  json_decref(l.corrected);
  zc_buffer_free(&l.text);
  return zc_exit(code, &err);
}
