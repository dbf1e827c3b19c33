#include "facility/correction.h"

#include <string.h>

#include "store/submission.h"

#define PREFIX_LEAST 8
#define REASON_MOST 2000

static zc_code check_words(const char *hash, const char *reason, zc_err *err)
{
  size_t length = strlen(zc_text_or(hash, ""));
  if (hash == NULL)
    return zc_fail(err, ZC_EUSAGE,
                   "--reason is the reason of a correction: say which report is "
                   "corrected with --corrects",
                   NULL);
  if (reason == NULL || reason[strspn(reason, " \t\r\n")] == '\0')
    return zc_fail(err, ZC_EUSAGE, "say why the report is corrected with --reason",
                   NULL);
  if (strlen(reason) > REASON_MOST)
    return zc_fail(err, ZC_EUSAGE, "the reason is longer than {limit} bytes", "limit",
                   ZC_DIGITS(REASON_MOST), NULL);
  if (length < PREFIX_LEAST || length >= ZC_HASH_ROOM ||
      strspn(hash, "0123456789abcdef") != length)
    return zc_fail(err, ZC_EUSAGE,
                   "--corrects {hash} is no SHA-256 of a report, nor its first {least} "
                   "digits or more; `zicha status` tells them",
                   "hash", hash, "least", ZC_DIGITS(PREFIX_LEAST), NULL);
  return ZC_OK;
}

/* The one submission whose report's hash begins so; borrowed from the list. */
static zc_code find(const zc_plan *plan, const json_t *submissions, const char *hash,
                    const json_t **found, zc_err *err)
{
  size_t index;
  const json_t *one;
  const char *own = zc_text_of(plan->about, "id");
  *found = NULL;
  json_array_foreach(submissions, index, one)
  {
    if (strncmp(zc_text_of(one, "report"), hash, strlen(hash)) != 0)
      continue;
    if (*found != NULL)
      return zc_fail(err, ZC_EDATA,
                     "several submitted reports begin with {hash}: give more of it",
                     "hash", hash, NULL);
    *found = one;
  }
  const char *other = zc_text_of(*found, "plan");
  if (*found == NULL)
    return zc_fail(err, ZC_EDATA,
                   "no report {hash} was submitted from here; `zicha status` tells "
                   "those that were",
                   "hash", hash, NULL);
  if (strcmp(other, own) != 0)
    return zc_fail(err, ZC_EDATA,
                   "the report {hash} is of the plan {other}, not of {id}: say which "
                   "one with --plan",
                   "hash", hash, "other", other, "id", own, NULL);
  return ZC_OK;
}

zc_code zc_correction_add(zc_plan *plan, json_t *record, json_t **corrected,
                          zc_err *err)
{
  const char *hash = zc_option_value(plan->cli, "corrects");
  const char *reason = zc_option_value(plan->cli, "reason");
  json_t *submissions = NULL;
  const json_t *found;
  *corrected = json_incref(record);
  if (hash == NULL && reason == NULL)
    return ZC_OK;
  zc_code code = check_words(hash, reason, err);
  if (code == ZC_OK)
    code = zc_ledger_submissions(plan->workspace->store, NULL, &submissions, err);
  if (code == ZC_OK)
    code = find(plan, submissions, hash, &found, err);
  if (code == ZC_OK && record != NULL) {
    json_t *copy = json_copy(record);
    int bad = json_object_set_new(copy, "corrects",
                                  json_pack("{s:s, s:s, s:s}", "report",
                                            zc_text_of(found, "report"), "submitted",
                                            zc_text_of(found, "date"), "reason",
                                            reason));
    json_decref(*corrected);
    *corrected = copy;
    code = bad != 0 ? zc_fail_memory(err) : ZC_OK;
  }
  json_decref(submissions);
  return code;
}

zc_code zc_correction_check(zc_plan *plan, const json_t *record, zc_err *err)
{
  json_t *submissions = NULL;
  const json_t *found, *corrects = json_object_get(record, "corrects");
  if (corrects == NULL)
    return ZC_OK;
  zc_code code = zc_ledger_submissions(plan->workspace->store, NULL, &submissions, err);
  if (code == ZC_OK)
    code = find(plan, submissions, zc_text_or(zc_get_text(corrects, "report"), "?"),
                &found, err);
  const char *day = zc_text_of(corrects, "submitted");
  if (code == ZC_OK && (zc_get_text(corrects, "reason") == NULL ||
                        strcmp(day, zc_text_of(found, "date")) != 0))
    code = zc_fail(err, ZC_EDATA,
                   "what the report says of its correction was changed: write it anew "
                   "with `zicha report`",
                   NULL);
  json_decref(submissions);
  return code;
}
