#include <string.h>

#include "base/date.h"
#include "eval/job.h"
#include "table/match.h"
#include "table/scan.h"

/* Which of the datasets the one table of argv may be. */
static zc_code match_export(const zc_inputs *inputs, const json_t *first, zc_err *err)
{
  const char *file = zc_text_of(first, "file");
  json_t *match = NULL, *faults = json_array(), *frame = json_object();
  zc_code code = faults == NULL || frame == NULL ? zc_fail_memory(err) : ZC_OK;
  if (code == ZC_OK && inputs->table_count != 1)
    code = zc_fail(err, ZC_EINTERNAL, "no table was handed over", NULL);
  if (code == ZC_OK) {
    code = zc_match(file, inputs->tables[0].data, inputs->tables[0].size,
                    json_object_get(first, "datasets"), inputs->converter, faults,
                    &match, err);
    if (code == ZC_EDATA)
      code = ZC_OK; /* the faults say it */
  }
  if (code == ZC_OK) {
    int bad = json_object_set(frame, "faults", faults);
    if (match != NULL)
      bad |= json_object_set(frame, "match", match);
    code = bad != 0 ? zc_fail_memory(err) : zc_reply(frame, err);
  }
  json_decref(match);
  json_decref(faults);
  json_decref(frame);
  return code;
}

#define TOLD_BYTES ((uint64_t)8 << 20)

/* Tells the host how far the reading has come, every few megabytes: there is no clock here.
 * What cannot be told is no loss. */
static void tell_host(void *context, uint64_t bytes, uint64_t rows)
{
  uint64_t *told = context;
  zc_err ignored;
  if (bytes < *told + TOLD_BYTES)
    return;
  *told = bytes;
  zc_reply_with("progress",
                json_pack("{s:I, s:I}", "bytes", (json_int_t)bytes, "rows",
                          (json_int_t)rows),
                &ignored);
  zc_reply_flush(&ignored);
}

zc_code zc_job_import(const zc_inputs *inputs, const json_t *first, zc_err *err)
{
  if (json_object_get(first, "datasets") != NULL)
    return match_export(inputs, first, err);
  zc_dataset *dataset = NULL;
  zc_mapped mapped = {0};
  json_t *summary = NULL, *faults = json_array(), *frame = json_object();
  const json_t *options = json_object_get(first, "options");
  const char *file = zc_text_of(first, "file");
  const char *day = zc_text_of(first, "today");
  uint64_t told = 0;
  const zc_watch watch = {tell_host, &told};
  int32_t today;
  if (!zc_day_parse(day, strlen(day), &today))
    today = INT32_MAX;
  zc_code code = faults == NULL || frame == NULL ? zc_fail_memory(err) : ZC_OK;
  if (code == ZC_OK)
    code = zc_dataset_new(json_object_get(first, "dataset"), &dataset, err);
  if (code == ZC_OK && zc_dataset_adjust(dataset, options, faults) != 0)
    code = zc_fail_memory(err);
  if (code == ZC_OK && !zc_inputs_find(inputs, dataset->id, &mapped))
    code = zc_fail(err, ZC_EINTERNAL, "no table was handed over", NULL);
  if (code == ZC_OK && zc_fault_errors(faults) == 0) {
    code = zc_scan(file, mapped.data, mapped.size, dataset, options, today,
                   inputs->converter, zc_get_flag(first, "tell") ? &watch : NULL,
                   faults, &summary, err);
    if (code == ZC_EDATA)
      code = ZC_OK; /* the faults say it */
  }
  if (code == ZC_OK) {
    int bad = json_object_set(frame, "faults", faults);
    if (summary != NULL)
      bad |= json_object_set(frame, "summary", summary);
    code = bad != 0 ? zc_fail_memory(err) : zc_reply(frame, err);
  }
  zc_dataset_free(dataset);
  json_decref(summary);
  json_decref(faults);
  json_decref(frame);
  return code;
}
