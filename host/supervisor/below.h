/* below.h: what the offices below have reported of their registers and by hand, as tables of an office
 * want it: added up, each part with the file that tells it, and whose figures are not in the sums. */
#ifndef ZC_SUPERVISOR_BELOW_H
#define ZC_SUPERVISOR_BELOW_H

#include "store/below.h"

/* Some days of a plan's round; the round's own where `whole`. */
typedef struct {
  const char *plan;
  const json_t *round; /* {id, from, to, due}. Borrowed */
  bool whole;
} zc_below_span;

typedef struct {
  /* [{code, name, file, visits, cases, manual, rows: {row: true}, without: [{of, name}]}] in the
   * roster's order. visits, cases, manual: "" where the sums have its figures, else why not:
   *   silent    no report of it counts
   *   untold    its report tells nothing of them, as those of an older zicha
   *   not_kept  it has no such entry at all
   *   window    they are of its round, not of single days
   *   days      the sums have them, but its report is of the days from `from` to `to`, and not of
   *             the round's: levels often differ by some days */
  json_t *offices;
  json_t *
      figures; /* of cases and inspections: {facility, "": no roster has them: {office: {name:
                    * value}}} */
  json_t *manual;     /* [{office, row, class, value}] */
  bool visits, cases; /* some office tells them */
} zc_below;

/* To be freed in any case. */
zc_code zc_below_read(zc_store *store, const zc_below_span *span, zc_below *below,
                      zc_err *err);
void zc_below_free(zc_below *below);

/* Adds to {facility: {name: value}}. Whatever counts each facility once counts it once, whoever was
 * there. 0; -1 when out of memory. */
int zc_below_add(const zc_below *below, json_t *figures);

/* Adds one map of figures to another. 0; -1 when out of memory. */
int zc_figures_add(json_t *to, const json_t *figures);

/* What people have entered, here ([{row, class, value}]) and below, together: {row: {class: value}}. A row
 * that somebody entered as a total is a total. Of `rates`, rows whose parts do not add up, only what was
 * entered here. Owned; NULL when out of memory. */
json_t *zc_below_entered(const zc_below *below, const json_t *own, const json_t *rates);

/* Whose figures are not in the sums, or are of other days: `of` is visits, cases or manual, `row` that of
 * figures by hand. Adds [{code, name, why, via}] to a list, each office once, with `from` and `to` where why
 * is days; an office below one of these has `why` below, and `via`, the name of that. 0; -1 when out of
 * memory. */
int zc_below_lacking(const zc_below *below, const char *of, const char *row,
                     json_t *list);

/* The offices for programs: [{code, name, file, visits, cases, manual}]. Owned; NULL when out of memory. */
json_t *zc_below_told(const zc_below *below);

/* An office by its code; NULL. Borrowed. */
const json_t *zc_below_office(const zc_below *below, const char *code);

#endif
