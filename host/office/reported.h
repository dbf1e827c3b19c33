/* reported.h: of each report that counts for a round the figures by which signals of a self-check that
 * was gone through for show are looked for: its own, beside those of other facilities and of
 * the facility's report before. What they mean is said in scripts/datasets/office_reports.yaml.
 *
 * These are figures, no judgement: what is a signal is decided by rules. */
#ifndef ZC_OFFICE_REPORTED_H
#define ZC_OFFICE_REPORTED_H

#include "office/held.h"

#define ZC_REPORT_NAME 13 /* the first 12 digits of a file's hash */

typedef struct {
  size_t member; /* its place in the view */
  zc_tally tally;
  int64_t left_out, nil_rounds;
  bool nil,
      chain; /* chain: all reports before, as far as they were looked at, were nil */
  /* of the ledger's problems; ZC_UNKNOWN where the report tells none */
  int64_t self_found, outside_found, unreported, finished, same_day, days, one_day;
  /* others: those whose answers are the same */
  int64_t same_count;
  const char *same_with; /* names and codes of some of them; "" */
  /* the facility's report before; "" and ZC_UNKNOWN where there is none */
  const char *before_round, *before_day;
  char before_file[ZC_REPORT_NAME];
  bool before, before_same;
  int64_t before_found, before_open, vanished;
  /* its last report before with data items that tables have decided */
  const char *data_round;
  int64_t data_tables, data_run, data_found;
} zc_reported;

typedef struct {
  zc_arena arena;
  const zc_view *view; /* borrowed */
  const char *round;   /* borrowed */
  zc_reported
      *rows; /* in the roster's order: those that are expected and have reported */
  size_t count;
  int64_t *class_with_data; /* by class of the view */
} zc_reported_list;

#define ZC_ROUNDS_BACK 12 /* rounds before that are looked into */

/* Finds the figures of a view's round; `rounds` are those of the plan in their order. To be freed in
 * any case, before the view. */
zc_code zc_reported_read(zc_store *store, const json_t *checklists, const char *plan,
                         const json_t *rounds, const char *round, const zc_view *view,
                         zc_reported_list *list, zc_err *err);
/* Adds what the office's own inspections have found: whoever has not entered it into his ledger is not
 * better off. What both know of cannot be told apart: the larger number stands. */
void zc_reported_add_inspections(zc_reported_list *list, const zc_held_list *held);
void zc_reported_free(zc_reported_list *list);

/* Appends them as a CSV file whose headers are the columns of the dataset office_reports: row i stands in
 * line i + 2. */
zc_code zc_reported_csv(const zc_reported_list *list, zc_buffer *out, zc_err *err);

#endif
