/* held.h: self-check and inspection side by side (自查与检查比对): what a facility has found itself, what
 * the office found there, and how much of that the facility ought to have reported. */
#ifndef ZC_OFFICE_HELD_H
#define ZC_OFFICE_HELD_H

#include "office/unreported.h"

/* A facility that was inspected, or several together. Money in hundredths of a yuan. */
typedef struct {
  size_t member; /* of the view */
  int64_t facilities, visits;
  int64_t self_found; /* problems of its report that no inspection had found */
  int64_t inspected;  /* problems that inspections found; the sum of these: */
  int64_t reported, unreported, not_in_scope, not_checked, no_report;
  int64_t amount;      /* that inspections found */
  int64_t refund_self; /* that it had paid back by itself */
} zc_held;

typedef struct {
  zc_held *rows; /* by member; owned */
  size_t count;
  zc_held *classes; /* of each class of the view, the last of all; owned */
  int64_t others;   /* problems of inspections at places that are not on the roster */
} zc_held_list;

/* `visited` is what zc_inspection_figures gives, `problems` what zc_unreported_mark has marked. Of the
 * members that are `chosen` (NULL: all). To be freed in any case. */
zc_code zc_held_sum(const zc_view *view, const bool *chosen, const json_t *visited,
                    const json_t *problems, zc_held_list *list, zc_err *err);
void zc_held_free(zc_held_list *list);

/* Adds one to another; what is unknown (the money of a facility without a report) adds nothing. */
void zc_held_add(zc_held *sum, const zc_held *one);

#endif
