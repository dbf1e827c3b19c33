/* inspectors.h: who inspects: a list of people, drawn for each facility by the smallest SHA-256 of
 * SEED/CODE/NAME, without those who have to stay away from it (docs/office.md, 双随机). */
#ifndef ZC_SUPERVISOR_INSPECTORS_H
#define ZC_SUPERVISOR_INSPECTORS_H

#include "cli/list.h"

typedef struct zc_inspector zc_inspector;

typedef struct {
  zc_inspector *list; /* owned */
  size_t count;
} zc_inspectors;

/* Takes in a row: its cells are a name and codes from which it has to stay away, parted by commas, semicolons,
 * 、, bars or spaces, wide ones as well. What is wrong, a name that stands twice and codes that are not keys of
 * `known`, is printed with its line and counted. */
zc_code zc_inspectors_take(zc_inspectors *inspectors, const zc_list_row *row,
                           const json_t *known, size_t *wrong, zc_err *err);

/* The names that are drawn for a facility, with 、 between them, appended to `team`. ZC_EDATA when fewer
 * may go there. */
zc_code zc_inspectors_draw(zc_inspectors *inspectors, const char *seed,
                           const char *code, int64_t wanted, zc_buffer *team,
                           zc_err *err);

/* [{name, avoids: [code]}] in the order of the list. Owned; NULL when out of memory. */
json_t *zc_inspectors_told(const zc_inspectors *inspectors);

void zc_inspectors_free(zc_inspectors *inspectors);

#endif
