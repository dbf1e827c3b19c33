/* register void: a row of a register that is wrong is taken back, or counts again. It stays, as the
 * event does. */
#include <string.h>

#include "cli/message.h"
#include "facility/ledger.h"
#include "store/registers.h"
#include "supervisor/commands.h"
#include "supervisor/registering.h"

/* The row that is known by `key`, or else the only one whose key has it in itself. Borrowed. */
static zc_code find_row(const json_t *rows, const char *id, const char *key,
                        const json_t **found, zc_err *err)
{
  size_t index, count = 0;
  const json_t *row;
  *found = NULL;
  json_array_foreach(rows, index, row)
  {
    if (strcmp(zc_text_of(row, "line"), key) == 0) {
      *found = row;
      return ZC_OK;
    }
  }
  json_array_foreach(rows, index, row)
  {
    if (*key != '\0' && strstr(zc_text_of(row, "line"), key) != NULL) {
      *found = row;
      count++;
    }
  }
  if (count == 1)
    return ZC_OK;
  return count == 0
             ? zc_fail(err, ZC_EUSAGE,
                       "the register {id} has no row {key}; `zicha register show "
                       "{id} --format json` tells what each row is known by",
                       "id", id, "key", key, NULL)
             : zc_fail(err, ZC_EUSAGE,
                       "{count} rows of the register {id} have {key} in what they "
                       "are known by: write more of it",
                       "count", ZC_DIGITS(count), "id", id, "key", key, NULL);
}

/* An empty reason is none. */
static zc_code check_reason(const zc_cli *cli, zc_err *err)
{
  const char *reason = zc_option_value(cli, "reason");
  return reason != NULL && *reason != '\0'
             ? zc_office_check_actor(cli, err)
             : zc_fail(err, ZC_EUSAGE, "say why with --reason: it stays on record",
                       NULL);
}

static zc_code put(zc_store *store, void *context, zc_err *err)
{
  return zc_register_void(store, context, err);
}

static zc_code take_back(zc_office *office, zc_plan *plan, const json_t *registers,
                         zc_err *err)
{
  json_t *rows = NULL;
  const json_t *one, *row;
  const zc_cli *cli = office->workspace.cli;
  const char *id = cli->arguments[0], *plan_id = zc_text_of(plan->about, "id");
  bool undo = zc_option_value(cli, "undo") != NULL;
  zc_code code = zc_register_find(registers, id, &one, err);
  if (code == ZC_OK && strcmp(id, ZC_REGISTER_OF_CASES) == 0)
    code = zc_fail(err, ZC_EUSAGE, "cases are kept with `zicha case`, not here", NULL);
  if (code == ZC_OK)
    code = zc_register_rows(office->workspace.store, plan_id, id, &rows, err);
  if (code == ZC_OK)
    code = find_row(rows, id, cli->arguments[1], &row, err);
  if (code == ZC_OK && (json_object_get(row, "void") == NULL) == undo)
    code =
        zc_fail(err, ZC_EUSAGE,
                undo ? N_("the row {line} counts already: nothing was written")
                     : N_("the row {line} was taken back already: nothing was written"),
                "line", zc_text_of(row, "line"), NULL);
  if (code == ZC_OK) {
    json_t *body = json_pack("{s:s, s:s, s:s, s:b, s:s, s:s, s:s}", "plan", plan_id,
                             "register", id, "line", zc_text_of(row, "line"), "void",
                             !undo, "on", cli->today, "by", zc_ledger_actor(cli),
                             "reason", zc_option_value(cli, "reason"));
    code = zc_office_record(office, "register_void", body, put, body, err);
  }
  if (code == ZC_OK)
    zc_say_line(undo ? N_("{id}: the row {line} counts again")
                     : N_("{id}: the row {line} was taken back and counts no more"),
                json_pack("{s:s, s:s}", "id", id, "line", zc_text_of(row, "line")));
  json_decref(rows);
  return code;
}

int zc_command_register_void(zc_cli *cli)
{
  zc_err err;
  zc_code code = check_reason(cli, &err);
  return code == ZC_OK ? zc_register_command(cli, take_back) : zc_exit(code, &err);
}
