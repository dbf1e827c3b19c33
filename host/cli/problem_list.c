/* problem list: the ledger on the screen, for programs, or as the sheet of d-2. Rows are printed
 * as they are read: there may be a hundred thousand. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/ledger.h"
#include "cli/ledger_rows.h"
#include "cli/message.h"
#include "cli/screen.h"
#include "document/document.h"

typedef struct {
  const zc_cli *cli;
  const char *facility;
  int64_t count;
  int title, person;
  zc_buffer out;
} listing;

/* ---- text ------------------------------------------------------------------------- */

/* How many days are left until a day; 0 or less when it is over. */
static int days_left(const char *today, const char *due)
{
  int32_t from, to;
  if (!zc_day_parse(today, strlen(today), &from) ||
      !zc_day_parse(due, strlen(due), &to))
    return 0;
  return to - from;
}

static bool is_finished(const char *state)
{
  return strcmp(state, "rectified") == 0 || strcmp(state, "checked") == 0 ||
         strcmp(state, "closed") == 0 || strcmp(state, "held") == 0 ||
         strcmp(state, "dismissed") == 0;
}

static void print_due(const listing *l, const char *state, const char *due)
{
  char text[80];
  char *words = NULL;
  int left = *due == '\0' ? 0 : days_left(l->cli->today, due);
  if (*due != '\0' && !is_finished(state)) {
    json_t *message = json_pack("{s:s, s:{s:i}}", "text",
                                left < 0 ? N_("overdue {days}") : N_("{days} left"),
                                "args", "days", left < 0 ? -left : left);
    words = zc_message_text(message);
    json_decref(message);
  }
  snprintf(text, sizeof text, "%s %s", *due == '\0' ? "—" : due, zc_text_or(words, ""));
  zc_print_padded(stdout, text, 24, false);
  free(words);
}

static zc_code print_line(void *context, const json_t *entry, zc_err *err)
{
  listing *l = context;
  const char *state = zc_text_or(zc_get_text(entry, "state"), "");
  const json_t *row = json_object_get(entry, "row");
  zc_buffer title = {0};
  (void)err;
  l->count++;
  zc_print_padded(stdout, ZC_DIGITS(zc_get_integer(entry, "no", 0)), 6, true);
  printf("  ");
  zc_print_padded(stdout, zc_ledger_state_title(state), 18, false);
  print_due(l, state, zc_text_or(zc_get_text(entry, "due"), ""));
  zc_add_visible(&title, zc_ledger_cell(row, l->person, "", ""));
  zc_print_padded(stdout, zc_text_or(title.data, ""), 12, false);
  title.size = 0;
  zc_buffer_text(&title, "  ");
  zc_add_visible(&title, zc_ledger_cell(row, l->title, "", ""));
  printf("%s\n", zc_text_or(title.data, ""));
  zc_buffer_free(&title);
  return ZC_OK;
}

static zc_code list_text(zc_workspace *workspace, listing *l,
                         const zc_ledger_filter *filter, zc_err *err)
{
  l->title = zc_ledger_column_at("title");
  l->person = zc_ledger_column_at("person");
  zc_print_padded(stdout, _("no."), 6, true);
  printf("  ");
  zc_print_padded(stdout, _("state"), 18, false);
  zc_print_padded(stdout, _("due"), 24, false);
  zc_print_padded(stdout, _("person"), 12, false);
  printf("  %s\n", _("problem"));
  zc_code code = zc_ledger_list(workspace->store, filter, false, print_line, l, err);
  if (code == ZC_OK)
    zc_say_line(N_("{count} problems"),
                json_pack("{s:I}", "count", (json_int_t)l->count));
  return code;
}

/* ---- for programs ----------------------------------------------------------------- */

static zc_code print_problem(void *context, const json_t *entry, zc_err *err)
{
  listing *l = context;
  l->out.size = 0;
  zc_buffer_text(&l->out, l->count++ == 0 ? "" : ",");
  zc_code code = zc_json_canonical(json_object_get(entry, "problem"), &l->out, err);
  if (code == ZC_OK)
    fwrite(l->out.data, 1, l->out.size, stdout);
  return code;
}

static zc_code list_json(zc_workspace *workspace, listing *l,
                         const zc_ledger_filter *filter, zc_err *err)
{
  printf("{\"problems\":[");
  zc_code code = zc_ledger_list(workspace->store, filter, true, print_problem, l, err);
  printf("],\"today\":\"%s\",\"zicha\":\"problems/1\"}\n", l->cli->today);
  return code;
}

static zc_code print_row(void *context, const json_t *entry, zc_err *err)
{
  listing *l = context;
  char number[24];
  zc_number_text(number, zc_get_integer(entry, "no", 0));
  l->out.size = 0;
  for (int i = 0; zc_ledger_columns[i].id != NULL; i++)
    zc_csv_cell(&l->out,
                zc_ledger_cell(json_object_get(entry, "row"), i, number, l->facility),
                i == 0);
  zc_buffer_text(&l->out, "\r\n");
  zc_code code = zc_buffer_check(&l->out, err);
  if (code == ZC_OK)
    fwrite(l->out.data, 1, l->out.size, stdout);
  return code;
}

static zc_code list_csv(zc_workspace *workspace, listing *l,
                        const zc_ledger_filter *filter, zc_err *err)
{
  zc_buffer head = {0};
  char *name = NULL;
  zc_code code = zc_facility_name(workspace, &name, err);
  l->facility = zc_text_or(name, "");
  zc_buffer_text(&head, ZC_CSV_MARK);
  for (int i = 0; zc_ledger_columns[i].id != NULL; i++)
    zc_csv_cell(&head, zc_ledger_columns[i].title, i == 0);
  zc_buffer_text(&head, "\r\n");
  if (code == ZC_OK)
    code = zc_buffer_check(&head, err);
  if (code == ZC_OK) {
    fwrite(head.data, 1, head.size, stdout);
    code = zc_ledger_list(workspace->store, filter, false, print_row, l, err);
  }
  zc_buffer_free(&head);
  free(name);
  return code;
}

/* ---- the command ------------------------------------------------------------------ */

static zc_code list(zc_workspace *workspace, zc_err *err)
{
  static const char *const formats[] = {"text", "json", "csv", NULL};
  const char *format = zc_output_format(workspace->cli);
  listing l = {.cli = workspace->cli};
  zc_ledger_filter filter;
  zc_code code = zc_check_format(workspace->cli, formats, err);
  if (code == ZC_OK)
    code = zc_ledger_filter_read(workspace, &filter, err);
  if (code != ZC_OK)
    return code;
  if (strcmp(format, "json") == 0)
    code = list_json(workspace, &l, &filter, err);
  else if (strcmp(format, "csv") == 0)
    code = list_csv(workspace, &l, &filter, err);
  else
    code = list_text(workspace, &l, &filter, err);
  json_decref((json_t *)filter.items);
  zc_buffer_free(&l.out);
  return code;
}

int zc_command_problem_list(zc_cli *cli)
{
  zc_workspace workspace = {.fd = -1};
  zc_err err;
  zc_code code = zc_workspace_open(cli, &workspace, &err);
  if (code == ZC_OK)
    code = list(&workspace, &err);
  zc_workspace_close(&workspace);
  return zc_exit(code, &err);
}
