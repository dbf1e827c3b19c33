/* held.h: self-check and inspection side by side (自查与检查比对): what a facility has found itself, what
 * the office found there, and how much of that the facility ought to have reported. */
#ifndef ZC_OFFICE_HELD_H
#define ZC_OFFICE_HELD_H

#include "office/ranking.h"
#include "office/sources.h"
#include "office/unreported.h"

/* A facility that was inspected, or several together. Money in hundredths of a yuan. */
typedef struct {
  size_t member; /* of the view */
  int64_t facilities, visits;
  int64_t self_found; /* problems of its report that it has found itself */
  int64_t inspected;  /* problems that inspections found; the sum of these: */
  int64_t reported, reported_after, unreported, not_in_scope, not_checked, no_report;
  int64_t amount;      /* that inspections found */
  int64_t refund_self; /* that it had paid back by itself */
} zc_held;

typedef struct {
  zc_held *rows; /* by member; owned */
  size_t count;
  zc_held *classes; /* of each class of the view, the last of all; owned */
  int64_t others;   /* problems of inspections at places that are not on the roster */
} zc_held_list;

/* `visited` is what zc_inspection_figures gives, `problems` what zc_unreported_mark has marked, `found` what
 * zc_found_read has read. Of the members that are `chosen` (NULL: all). To be freed in any case. */
zc_code zc_held_sum(const zc_view *view, const zc_found *found, const bool *chosen,
                    const json_t *visited, const json_t *problems, zc_held_list *list,
                    zc_err *err);
void zc_held_free(zc_held_list *list);

/* All of that of a plan and round, {id, from, to}, of the visits from one day to another (NULL: no
 * bound). To be freed in any case. */
zc_code zc_held_read(zc_store *store, const zc_view *view, const char *plan,
                     const json_t *round, const char *from, const char *to,
                     const bool *chosen, zc_held_list *list, zc_err *err);

/* 应报未报率 (domain d-6): what it ought to have reported and has not, of all that inspections have found. Of
 * nothing where no report speaks of any of it: who has not reported, or has left it out, has no 0%. */
zc_share zc_held_unreported(const zc_held *held);

#endif
