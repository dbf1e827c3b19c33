/* scores.h: points (不良执业行为记分) added up by facility and by cycles of its licence. What an item is
 * worth and what follows from a sum stands in the plan's table (scripts/zicha/scoring.lua).
 *
 * Points are in hundredths. A cycle of n years begins with the licence and then every n years; where
 * the licence's first day is not known, it is the n calendar years in a row that have most. */
#ifndef ZC_OFFICE_SCORES_H
#define ZC_OFFICE_SCORES_H

#include "office/view.h"

#define ZC_SPANS_MOST 8

/* What a table of points says: `points` of entries or items, and of severities, in hundredths. */
typedef struct {
  const json_t *points, *severities;
  int64_t spans
      [ZC_SPANS_MOST]; /* lengths of cycles in years; 0: the licence's whole term */
  size_t span_count;
} zc_point_table;

/* The most points that came together in one cycle of a length, and its first and last day; "" where it
 * has none. */
typedef struct {
  int64_t points;
  char from[11], to[11];
} zc_cycle;

typedef struct {
  size_t member;
  int64_t total, by_cases; /* by_cases: of it what cases gave */
  int64_t lenient;         /* of it what the self-check found and has mended (从宽) */
  int64_t problems, cases; /* that gave points */
  int64_t unscored;        /* problems that the table has no points for */
  int64_t outside; /* points of days outside of the licence's term: of no cycle */
  bool licensed;   /* the roster knows the licence's first day */
  zc_cycle cycles[ZC_SPANS_MOST];
} zc_score;

typedef struct {
  zc_score *scores; /* of all members, in their order */
  size_t count;
} zc_scores;

/* Adds up what the counted problems of reports that count for the round give, and `cases`, those of
 * zc_cases. To be freed in any case. */
zc_code zc_scores_read(zc_store *store, const zc_view *view, const char *plan,
                       const char *round, const zc_point_table *table,
                       const json_t *cases, zc_scores *scores, zc_err *err);
void zc_scores_free(zc_scores *scores);

#endif
