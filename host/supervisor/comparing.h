/* comparing.h: what `compare` has read: the facilities and entries that are compared, and everything
 * that is counted of them. */
#ifndef ZC_SUPERVISOR_COMPARING_H
#define ZC_SUPERVISOR_COMPARING_H

#include "office/compare.h"
#include "office/held.h"
#include "supervisor/office.h"

/* Entries that are counted together in a table: a focus area, a set, one of its members. */
typedef struct {
  const char *id, *title;
  size_t set; /* of members and sets: which; else 0 */
  zc_row_entries entries;
} zc_compared_row;

typedef struct {
  zc_compared_row *rows; /* owned */
  size_t count;
  zc_row_entries *entries;   /* of the rows, as tallies want them; owned */
  zc_tallies tallies;        /* of one round */
  zc_change_tallies changes; /* of two */
} zc_compared_rows;

typedef struct {
  zc_office *office;
  const char *plan;
  const json_t *round, *other; /* `other`: the earlier one of two; NULL */
  zc_view view, before;        /* `before` is of `other` */
  bool *chosen;                /* of members */
  size_t *order;               /* chosen and expected members, class by class; owned */
  size_t order_count;
  bool narrowed; /* to some entries */
  size_t *pool;  /* places that rows share; owned */
  size_t pooled;
  zc_row_entries entries, data; /* that are compared; those of the kind `data` of all */
  zc_compared_rows items, areas, members;
  const json_t **sets; /* of the plan, as far as they have entries; owned */
  size_t set_count;
  zc_group *groups, all; /* of the chosen ones by class; owned */
  zc_progress *progress; /* by class, the last of all; owned */
  zc_rounds_pair pair;
  int places;            /* decimals of 万元: as many as columns need to add up */
  bool inspections;      /* self-check against inspection */
  const char *from, *to; /* days of inspections; NULL: no bound */
  zc_held_list held;
} zc_comparing;

/* Reads and counts what the command line asks for. To be closed in any case. */
zc_code zc_comparing_open(zc_office *office, zc_comparing *comparing, zc_err *err);
void zc_comparing_close(zc_comparing *comparing);

/* A class of the roster, of which any is compared. */
bool zc_compared_class(const zc_comparing *comparing, size_t class);

/* Chosen facilities that can be compared: that reported in this round, (with two) in both, (with
 * inspections) that were inspected. */
int64_t zc_compared_here(const zc_comparing *comparing);

#endif
