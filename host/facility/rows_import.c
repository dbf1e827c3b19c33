/* problem rows import: what people found when they looked at the rows behind a problem. All
 * of a sheet is taken, or nothing. */
#include <stdio.h>
#include <string.h>

#include "cli/list.h"
#include "cli/message.h"
#include "facility/commands.h"
#include "facility/ledger.h"
#include "facility/row_sheet.h"

#define ROWS_LIMIT ((size_t)256 << 20)
#define REASON_MOST 2000 /* characters, as of every field of the ledger */

enum { ID, VERDICT, REASON };

typedef struct {
  zc_store *store;
  const char *number; /* of the problem */
  json_t *known;      /* instance → {verdict, reason} */
  json_t *seen;       /* instance → its line in the sheet */
  json_t *changed;    /* instance → {verdict, reason} */
  size_t wrong, blank;
} judging_rows;

/* ---- rows ------------------------------------------------------------------------- */

static zc_code know(void *context, const json_t *instance, zc_err *err)
{
  judging_rows *j = context;
  json_t *verdict = json_object();
  if (!json_is_string(json_object_get(instance, "verdict")) ||
      !json_is_string(json_object_get(instance, "reason"))) {
    json_decref(verdict);
    return zc_ledger_damaged(j->store, N_("a row"), err);
  }
  int bad = json_object_set(verdict, "verdict", json_object_get(instance, "verdict"));
  bad |= json_object_set(verdict, "reason", json_object_get(instance, "reason"));
  bad |= json_object_set_new(j->known, zc_get_text(instance, "id"), verdict);
  return bad != 0 ? zc_fail_memory(err) : ZC_OK;
}

static const char *verdict_code(const char *word)
{
  for (const zc_verdict_word *known = zc_verdict_words; known->code != NULL; known++)
    if (strcmp(known->code, word) == 0 || strcmp(known->title, word) == 0)
      return known->code;
  return NULL;
}

static size_t characters(const char *text)
{
  size_t count = 0;
  for (; *text != '\0'; text++)
    count += ((unsigned char)*text & 0xc0) != 0x80;
  return count;
}

/* A row that the problem does not have. */
static zc_code tell_stranger(judging_rows *j, const zc_list_row *row, zc_err *err)
{
  int64_t owner = 0;
  const char *id = row->cells[ID];
  zc_code code = zc_ledger_owner(j->store, id, &owner, err);
  if (code != ZC_OK)
    return code;
  if (owner > 0)
    zc_list_wrong(row->file, row->line,
                  N_("the row {id} belongs to problem {other}, not to {no}"),
                  N_("take the line out, and read it in with `problem rows import "
                     "{other}`"),
                  "id", id, "other", ZC_DIGITS(owner), "no", j->number, NULL);
  else if (*id == '\0')
    zc_list_wrong(row->file, row->line, N_("the number of the row is missing"),
                  N_("take it from the sheet that `problem rows {no}` writes"), "no",
                  j->number, NULL);
  else
    zc_list_wrong(row->file, row->line, N_("problem {no} has no row {id}"),
                  N_("take the number from the sheet that `problem rows {no}` writes"),
                  "no", j->number, "id", id, NULL);
  j->wrong++;
  return ZC_OK;
}

/* NULL when it cannot be taken, which is told. */
static const char *read_verdict(judging_rows *j, const zc_list_row *row)
{
  const char *word = row->cells[VERDICT], *reason = row->cells[REASON];
  const char *code = verdict_code(word);
  if (code == NULL)
    zc_list_wrong(row->file, row->line, N_("{value} is no verdict"),
                  N_("write 属实, 部分属实 or 不属实, or leave it blank"), "value",
                  word, NULL);
  else if (strcmp(code, "false") == 0 && *reason == '\0')
    zc_list_wrong(row->file, row->line,
                  N_("the reason is missing why the row is untrue"),
                  N_("write it into the column 理由"), NULL);
  else if (characters(reason) > REASON_MOST)
    zc_list_wrong(row->file, row->line,
                  N_("the reason is longer than {most} characters"),
                  N_("say it shorter, and attach the long text"), "most",
                  ZC_DIGITS(REASON_MOST), NULL);
  else
    return code;
  j->wrong++;
  return NULL;
}

static int note_change(judging_rows *j, const char *id, const char *verdict,
                       const char *reason)
{
  json_t *now = json_pack("{s:s, s:s}", "verdict", verdict, "reason", reason);
  int bad = now == NULL;
  if (bad == 0 && !json_equal(now, json_object_get(j->known, id))) {
    bad |= json_object_set(j->changed, id, now);
    bad |= json_object_set(j->known, id, now);
  }
  json_decref(now);
  return bad;
}

static zc_code take_row(void *context, const zc_list_row *row, zc_err *err)
{
  judging_rows *j = context;
  const char *id = row->cells[ID];
  const json_t *first = json_object_get(j->seen, id);
  if (json_object_get(j->known, id) == NULL)
    return tell_stranger(j, row, err);
  if (first != NULL) {
    zc_list_wrong(row->file, row->line,
                  N_("the row {id} stands twice, also on line {first}"),
                  N_("take one of the two lines out"), "id", id, "first",
                  ZC_DIGITS(json_integer_value(first)), NULL);
    j->wrong++;
    return ZC_OK;
  }
  if (json_object_set_new(j->seen, id, json_integer(row->line)) != 0)
    return zc_fail_memory(err);
  if (*row->cells[VERDICT] == '\0') {
    if (*row->cells[REASON] != '\0' &&
        *zc_text_or(zc_get_text(json_object_get(j->known, id), "verdict"), "") ==
            '\0') {
      zc_list_wrong(
          row->file, row->line, N_("there is a reason, but no verdict"),
          N_("write 属实, 部分属实 or 不属实 beside it, or take the reason out"), NULL);
      j->wrong++;
    }
    j->blank++;
    return ZC_OK;
  }
  const char *verdict = read_verdict(j, row);
  if (verdict != NULL && note_change(j, id, verdict, row->cells[REASON]) != 0)
    return zc_fail_memory(err);
  return ZC_OK;
}

/* ---- the whole -------------------------------------------------------------------- */

static zc_code read_sheet(judging_rows *j, const char *file, zc_err *err)
{
  static const zc_list_column columns[] = {{ZC_ROW_ID, "id", true},
                                           {ZC_ROW_VERDICT, "verdict", true},
                                           {ZC_ROW_REASON, "reason", true},
                                           {NULL, NULL, false}};
  zc_buffer text = {0};
  size_t unread = 0;
  zc_code code = zc_list_load(file, ROWS_LIMIT, &text, NULL, err);
  if (code == ZC_OK)
    code = zc_list_read(file, &text, columns, take_row, j, &unread, err);
  zc_buffer_free(&text);
  j->wrong += unread;
  if (code == ZC_OK && j->wrong > 0)
    code = zc_fail(err, ZC_EDATA, "{file} has {count} errors: nothing was kept", "file",
                   file, "count", ZC_DIGITS(j->wrong), NULL);
  return code;
}

/* What is known of all rows afterwards. */
static json_t *totals(const judging_rows *j)
{
  json_int_t judged = 0, untrue = 0;
  const char *id;
  json_t *verdict;
  json_object_foreach(j->known, id, verdict)
  {
    const char *code = zc_text_of(verdict, "verdict");
    judged += *code != '\0';
    untrue += strcmp(code, "false") == 0;
  }
  return json_pack("{s:I, s:I}", "judged", judged, "untrue", untrue);
}

static void tell(const judging_rows *j, const json_t *after)
{
  json_int_t all = (json_int_t)json_object_size(j->known);
  json_t *args = json_pack("{s:s, s:I, s:I, s:I, s:I}", "no", j->number, "count",
                           (json_int_t)json_object_size(j->changed), "judged",
                           zc_get_integer(after, "rows_judged", 0), "all", all,
                           "untrue", zc_get_integer(after, "rows_untrue", 0));
  zc_say_line(N_("problem {no}: {count} verdicts kept; {judged} of {all} rows judged, "
                 "{untrue} untrue"),
              args);
  if (zc_get_integer(after, "rows_untrue", 0) == all && all > 0)
    zc_say_line(N_("no row is left: dismiss the problem with `problem dismiss {no}`"),
                json_pack("{s:s}", "no", j->number));
}

static zc_code judge(zc_plan *plan, const zc_head *head, const json_t *problem,
                     judging_rows *j, zc_err *err)
{
  json_t *after = NULL, *beside = NULL;
  zc_code code = zc_ledger_instances(j->store, zc_get_integer(problem, "no", 0), know,
                                     j, err);
  if (code == ZC_OK)
    code = read_sheet(j, plan->cli->arguments[1], err);
  if (code != ZC_OK)
    return code;
  if (json_object_size(j->changed) == 0) {
    zc_say_line(N_("problem {no}: no verdict is new, nothing was changed"),
                json_pack("{s:s}", "no", j->number));
    return ZC_OK;
  }
  if ((beside = json_pack("{s:O}", "verdicts", j->changed)) == NULL)
    return zc_fail_memory(err);
  code = zc_ledger_step_at(plan, head, problem, "rows", totals(j), beside, &after, err);
  if (code == ZC_OK)
    tell(j, after);
  json_decref(beside);
  json_decref(after);
  return code;
}

int zc_command_rows_import(zc_cli *cli)
{
  zc_workspace workspace = {.fd = -1};
  zc_plan plan;
  zc_head head;
  json_t *problem = NULL;
  zc_err err;
  judging_rows j = {.number = cli->arguments[0],
                    .known = json_object(),
                    .seen = json_object(),
                    .changed = json_object()};
  zc_code code = j.known == NULL || j.seen == NULL || j.changed == NULL
                     ? zc_fail_memory(&err)
                     : zc_workspace_open(cli, &workspace, &err);
  j.store = workspace.store;
  if (code == ZC_OK)
    code = zc_ledger_head(j.store, &head, &err);
  if (code == ZC_OK)
    code = zc_ledger_open(&workspace, cli->arguments[0], &plan, &problem, &err);
  if (code == ZC_OK) {
    code = judge(&plan, &head, problem, &j, &err);
    zc_plan_close(&plan);
  }
  json_decref(problem);
  json_decref(j.known);
  json_decref(j.seen);
  json_decref(j.changed);
  zc_workspace_close(&workspace);
  return zc_exit(code, &err);
}
