/* problem add: one problem that somebody has found, by hand. */
#include <string.h>

#include "cli/message.h"
#include "cli/plans.h"
#include "facility/commands.h"
#include "facility/entering.h"

/* The entry from the command line. Owned; NULL when out of memory. */
static json_t *entry_of(const zc_cli *cli)
{
  static const char *const options[] = {"title", "source", "severity", "found",
                                        "count", "amount", "note"};
  json_t *entry = json_pack("{s:s}", "item", cli->arguments[0]);
  int bad = entry == NULL;
  for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
    const char *value = zc_option_value(cli, options[i]);
    if (value != NULL)
      bad |= json_object_set_new(entry, options[i], json_string(value));
  }
  if (zc_option_value(cli, "new") != NULL)
    bad |= json_object_set_new(entry, "new", json_true());
  if (bad == 0)
    return entry;
  json_decref(entry);
  return NULL;
}

/* Until the entry can be read, or nobody can say what is missing. */
static zc_code read_entry(zc_entering *e, json_t **read, zc_err *err)
{
  for (;;) {
    json_t *wrong;
    zc_code code = zc_entering_read(e, read, &wrong, err);
    if (code != ZC_OK || wrong == NULL)
      return code;
    bool again = zc_ledger_ask(wrong, json_array_get(e->entries, 0), e->by);
    if (!again)
      zc_ledger_print_refusals(wrong);
    json_decref(wrong);
    if (!again)
      return zc_fail(err, ZC_EDATA, "nothing was entered", NULL);
  }
}

static zc_code add(zc_plan *plan, void *unused, zc_err *err)
{
  zc_entering e;
  json_t *read = NULL, *told = NULL;
  (void)unused;
  zc_code code = zc_entering_begin(plan, &e, err);
  if (code == ZC_OK && json_array_append_new(e.entries, entry_of(plan->cli)) != 0)
    code = zc_fail_memory(err);
  if (code == ZC_OK)
    code = read_entry(&e, &read, err);
  if (code == ZC_OK)
    code = zc_entering_write(&e, read, &told, err);
  if (code == ZC_OK)
    zc_entering_tell(NULL, json_array_get(told, 0));
  json_decref(read);
  json_decref(told);
  zc_entering_free(&e);
  return code;
}

int zc_command_problem_add(zc_cli *cli)
{
  zc_err err;
  return zc_exit(zc_plan_with_one(cli, add, NULL, &err), &err);
}
