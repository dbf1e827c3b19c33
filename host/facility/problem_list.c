/* problem list: the ledger on the screen, for programs, or as the sheet of d-2. Rows are printed
 * as they are read: there may be a hundred thousand. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "cli/message.h"
#include "cli/screen.h"
#include "document/document.h"
#include "facility/commands.h"
#include "facility/ledger.h"
#include "facility/ledger_rows.h"

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

static void print_line(listing *l, const zc_ledger_row *row)
{
  zc_print_padded(stdout, ZC_DIGITS(row->no), 6, true);
  printf("  ");
  zc_print_padded(stdout, zc_ledger_state_title(row->state), 18, false);
  print_due(l, row->state, row->due);
  l->out.size = 0;
  zc_add_visible(&l->out, zc_ledger_cell(row, l->person, "", ""));
  zc_print_padded(stdout, zc_text_or(l->out.data, ""), 12, false);
  l->out.size = 0;
  zc_buffer_text(&l->out, "  ");
  zc_add_visible(&l->out, zc_ledger_cell(row, l->title, "", ""));
  printf("%s\n", zc_text_or(l->out.data, ""));
}

/* Prints every row by `print`, which need not succeed. */
static zc_code each_row(zc_workspace *workspace, listing *l,
                        const zc_ledger_filter *filter,
                        void (*print)(listing *l, const zc_ledger_row *row),
                        zc_err *err)
{
  zc_ledger_rows *rows;
  const zc_ledger_row *row;
  zc_code code = zc_ledger_rows_open(workspace->store, filter, &rows, err);
  if (code != ZC_OK)
    return code;
  while ((code = zc_ledger_rows_next(rows, &row, err)) == ZC_OK && row != NULL) {
    print(l, row);
    l->count++;
  }
  zc_ledger_rows_close(rows);
  return code == ZC_OK ? zc_buffer_check(&l->out, err) : code;
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
  zc_code code = each_row(workspace, l, filter, print_line, err);
  if (code == ZC_OK)
    zc_say_line(N_("{count} problems"),
                json_pack("{s:I}", "count", (json_int_t)l->count));
  return code;
}

/* ---- for programs ----------------------------------------------------------------- */

static void print_problem(listing *l, const zc_ledger_row *row)
{
  printf("%s%s", l->count == 0 ? "" : ",", row->body);
}

static zc_code list_json(zc_workspace *workspace, listing *l,
                         const zc_ledger_filter *filter, zc_err *err)
{
  printf("{\"problems\":[");
  zc_code code = each_row(workspace, l, filter, print_problem, err);
  printf("],\"today\":\"%s\",\"zicha\":\"problems/1\"}\n", l->cli->today);
  return code;
}

static void print_row(listing *l, const zc_ledger_row *row)
{
  char number[24];
  zc_number_text(number, row->no);
  l->out.size = 0;
  for (int i = 0; zc_ledger_columns[i].id != NULL; i++)
    zc_csv_cell(&l->out, zc_ledger_cell(row, i, number, l->facility), i == 0);
  zc_buffer_text(&l->out, "\r\n");
  fwrite(l->out.data, 1, l->out.failed ? 0 : l->out.size, stdout);
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
    code = each_row(workspace, l, filter, print_row, err);
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
