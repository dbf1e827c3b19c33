/* figures.json in the file that is submitted: what programs of the office read first, without the
 * report's words. */
#include "facility/submit.h"
#include "store/ledger.h"

zc_code zc_submit_ledger(zc_plan *plan, json_t **ledger, zc_err *err)
{
  zc_head head;
  json_t *told = NULL;
  const zc_ledger_filter filter = {.today = plan->cli->today,
                                   .plan = zc_get_text(plan->about, "id"),
                                   .due_within = -1};
  *ledger = NULL;
  zc_code code = zc_ledger_head(plan->workspace->store, &head, err);
  if (code == ZC_OK)
    code = zc_ledger_figures(plan->workspace->store, &filter, &told, err);
  int bad = json_object_set_new(told, "today", json_string(plan->cli->today));
  bad |= json_object_set_new(told, "seq", json_integer(head.seq));
  bad |= json_object_set_new(told, "hash", json_string(head.hash));
  if (code == ZC_OK && bad != 0)
    code = zc_fail_memory(err);
  if (code == ZC_OK)
    *ledger = told;
  else
    json_decref(told);
  return code;
}

zc_code zc_submit_figures(const json_t *record, const char *report,
                          const json_t *ledger, zc_buffer *out, zc_err *err)
{
  static const char *const kept[] = {"facility", "plan",      "run",     "today",
                                     "interval", "totals",    "sets",    "figures",
                                     "stance",   "isolation", "corrects"};
  json_t *figures = json_object();
  int bad = json_object_set_new(figures, "zicha", json_string("figures/1"));
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
    if (json_object_get(record, kept[i]) != NULL)
      bad |= json_object_set(figures, kept[i], json_object_get(record, kept[i]));
  bad |= json_object_set_new(figures, "report", json_string(report));
  bad |= json_object_set(figures, "ledger", (json_t *)ledger);
  zc_code code = bad != 0 ? zc_fail_memory(err) : zc_json_canonical(figures, out, err);
  json_decref(figures);
  zc_buffer_char(out, '\n');
  return code == ZC_OK ? zc_buffer_check(out, err) : code;
}
