/* urge_rows.h: who is to be urged in a round: facilities of which nothing came, those whose file
 * does not count, and those that left something out. */
#ifndef ZC_SUPERVISOR_URGE_ROWS_H
#define ZC_SUPERVISOR_URGE_ROWS_H

#include "cli/paper_sources.h"
#include "document/document.h"
#include "office/view.h"
#include "supervisor/office.h"

typedef enum {
  ZC_URGE_MISSING,
  ZC_URGE_RETURNED,
  ZC_URGE_LEFT_OUT,
  ZC_URGE_LISTS
} zc_urge_list;

typedef struct zc_urge zc_urge;

/* Finds them; `round` is borrowed. Owned. */
zc_code zc_urge_new(zc_office *office, const char *plan, const json_t *round,
                    zc_urge **urge, zc_err *err);
void zc_urge_free(zc_urge *urge);

/* Their numbers: {counts: {expected, here, missing, returned, left_out}, classes: [{class, …}]}.
 * Owned; NULL when out of memory. */
json_t *zc_urge_counts(const zc_urge *urge);

/* The rows of tables called urge.missing, urge.returned and urge.left_out, by class and
 * town. */
zc_rows zc_urge_rows(zc_urge *urge);

/* The list of this name; ZC_URGE_LISTS when there is none. */
zc_urge_list zc_urge_list_of(const char *name);

/* Rows of whom to urge, as papers name them. */
extern const zc_paper_rows zc_urge_paper_rows;

#endif
