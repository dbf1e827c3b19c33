/* submit.h: signing a report and putting it into the file that is submitted. What the
 * ledger keeps of it is none of this. */
#ifndef ZC_FACILITY_SUBMIT_H
#define ZC_FACILITY_SUBMIT_H

#include "cli/plan.h"
#include "package/zrep.h"

/* What `submit` does in a facility's workspace. The exit status. */
int zc_submit_facility(zc_cli *cli);

/* What is signed. The same gives the same bytes. */
typedef struct {
  const char *facility; /* its code */
  const char *run;
  zc_part report;  /* report.md */
  zc_part figures; /* figures.json; without data where the report is signed alone */
} zc_submission;

/* Appends the signature of the report; its trusted comment claims facility and run, and
 * the hash of the figures. */
zc_code zc_submission_sign(const zc_submission *submission, const zc_secret_key *key,
                           zc_buffer *signature, zc_err *err);

/* Appends the file with report, signature and figures; `key` is NULL for one that is not
 * signed, which the file then says. */
zc_code zc_submission_pack(const zc_submission *submission, const zc_secret_key *key,
                           zc_buffer *out, zc_err *err);

/* ---- figures.json ------------------------------------------------------------ */

/* Where the plan's ledger stands now: {today, seq, hash, figures, by}. Owned. */
zc_code zc_submit_ledger(zc_plan *plan, json_t **ledger, zc_err *err);

/* Appends figures.json of a report with this record and hash; `ledger` as above. The same
 * gives the same bytes. */
zc_code zc_submit_figures(const json_t *record, const char *report,
                          const json_t *ledger, zc_buffer *out, zc_err *err);

#endif
