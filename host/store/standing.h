/* standing.h: what an office makes of the files that it was sent: kept as a whole, beside what the
 * files tell by themselves. */
#ifndef ZC_STORE_STANDING_H
#define ZC_STORE_STANDING_H

#include "base/arena.h"
#include "store/office.h"

/* One file; texts are "" where there is nothing, and borrowed from the list. */
typedef struct {
  int64_t no, seq, checklist; /* -1: none */
  int64_t looked;             /* as in collected.h; 0: its plan is known */
  bool brief;                 /* its problems and parts are not kept */
  const char *file, *kind, *name, *received, *fault, *detail, *report, *run, *plan,
      *facility, *day, *head, *corrects, *key_id, *signer, *source, *via, *round_day,
      *round_from, *round_id;
  /* What is made of it: a state, whether it counts for its round, and a message as canonical
   * JSON that says why; "" where the state says it. */
  const char *round, *state, *reason;
  bool counts;
  bool
      wanted; /* nothing is against it, and it is brief: it has to be read whole first */
} zc_filed;

typedef struct {
  zc_arena arena;
  zc_filed *files; /* by `no` */
  size_t count;
} zc_filed_list;

/* All files, with what was made of them last. To be freed in any case. */
zc_code zc_filed_read(zc_store *store, zc_filed_list *list, zc_err *err);
void zc_filed_free(zc_filed_list *list);

/* Keeps what is made of these files, in one transaction; those of which it is what it was are left.
 * *changed (may be NULL) counts the others. */
zc_code zc_standing_keep(zc_store *store, const zc_filed *const *files, size_t count,
                         size_t *changed, zc_err *err);

/* What was decided by besides the files: settings and rounds as a text that the caller makes, and
 * up to which event. `last` is the last event that it depends on. */
typedef struct {
  int64_t seq, last;
  json_t *body; /* owned; NULL: nothing was decided yet */
} zc_basis_row;
zc_code zc_basis(zc_store *store, zc_basis_row *basis, zc_err *err);
zc_code zc_basis_keep(zc_store *store, int64_t seq, const char *body, zc_err *err);

/* The same within a transaction of the caller. */
zc_code zc_standing_put(zc_store *store, const zc_filed *const *files, size_t count,
                        size_t *changed, zc_err *err);

/* How many files there are of each state: {state: count}; `parts` are facilities of which offices
 * report, in reports that count, and that do not count themselves. Owned. */
zc_code zc_standing_counts(zc_store *store, json_t **counts, zc_err *err);

/* How many facilities are expected to report, also those that offices report of, and of how many a
 * report of this round counts. */
zc_code zc_standing_missing(zc_store *store, const char *plan, const char *round,
                            int64_t *expected, int64_t *here, zc_err *err);

/* Whether a report still has all problems that an earlier one had. */
zc_code zc_problems_kept(zc_store *store, int64_t earlier, int64_t later, bool *kept,
                         zc_err *err);

/* What a list of files wants; NULL means all. */
typedef struct {
  const char *plan, *round, *state, *facility;
  bool
      listed; /* only those that do not count and were not superseded by one that does */
} zc_filed_filter;

/* Visits files by facility and day: {file, name, kind, received, plan, round, facility, title (the
 * roster's name, else the report's own), class, day, state, counts, reason (a message, missing where
 * the state says it), report, via (the office that reports of it, "")}. */
zc_code zc_standing_list(zc_store *store, const zc_filed_filter *filter,
                         zc_ledger_visit *visit, void *context, zc_err *err);

/* How many files that the filter lists otherwise are of no round. */
zc_code zc_filed_homeless(zc_store *store, const zc_filed_filter *filter,
                          int64_t *count, zc_err *err);

/* Files that came again later under another name: {file, name, received, plan, round, facility, title,
 * class, day, before (its name at first), since (when that was here)}; of the filter plan, round and
 * facility. */
zc_code zc_arrivals_list(zc_store *store, const zc_filed_filter *filter,
                         zc_ledger_visit *visit, void *context, zc_err *err);

/* How many these are of all. */
zc_code zc_arrivals_count(zc_store *store, int64_t *count, zc_err *err);

/* Whether any file is of a plan; whether a roster has a facility or office, or anything that was kept
 * is about it. */
zc_code zc_filed_has_plan(zc_store *store, const char *plan, bool *known, zc_err *err);
zc_code zc_filed_has_facility(zc_store *store, const char *code, bool *known,
                              zc_err *err);

/* Of [[hash, name]] those that no file is known under. Owned. */
zc_code zc_arrivals_unknown(zc_store *store, const json_t *names, json_t **unknown,
                            zc_err *err);

/* Decisions of people about files: {file: {decision, round, reason, day, by}}. Owned. */
zc_code zc_decisions(zc_store *store, json_t **decisions, zc_err *err);

/* Writes one down, or takes it back, within a change of the office. `round` is the one that the file
 * is to count for, "" that of its day. */
zc_code zc_decision_put(zc_store *store, const char *file, const char *decision,
                        const char *round, const char *reason, const char *day,
                        const char *by, zc_err *err);
zc_code zc_decision_drop(zc_store *store, const char *file, zc_err *err);

/* ---- receipts ------------------------------------------------------------------------- */

/* The last receipt of each file: {file: state}. Owned. */
zc_code zc_receipts(zc_store *store, json_t **receipts, zc_err *err);

/* Writes one down, within a change of the office. */
zc_code zc_receipt_put(zc_store *store, const char *file, const char *state,
                       const char *sha256, const char *day, zc_err *err);

#endif
