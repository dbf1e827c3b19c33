/* scoring.h: what `score` and `credit list` add up, and how both word it. */
#ifndef ZC_SUPERVISOR_SCORING_H
#define ZC_SUPERVISOR_SCORING_H

#include "office/scores.h"
#include "supervisor/office.h"
#include "supervisor/told.h"

typedef struct {
  zc_office *office;
  const char *plan, *round;
  zc_view view;
  zc_scores scores;
  zc_point_table table;
  json_t *points;   /* the engine's table. Owned */
  json_t *cases;    /* owned */
  json_t *steps;    /* of each sum that somebody has: [{cycle, effect, span}]. Owned */
  json_t *steps_at; /* sums as a text → place in `steps`. Owned */
  json_t *credit;   /* {listed, open, sanctions, lists}. Owned */
} zc_scoring;

/* The steps that a facility's points reach: [{cycle, effect, span}]. Borrowed. */
const json_t *zc_steps_of(const zc_scoring *scoring, const zc_score *score);

/* The cycle that a step is of. Borrowed. */
const zc_cycle *zc_cycle_of(const zc_scoring *scoring, const zc_score *score,
                            const json_t *step);

/* Append hundredths of points, and the days of a cycle. */
void zc_points_text(zc_buffer *out, int64_t points);
void zc_cycle_text(zc_buffer *out, const zc_cycle *cycle);

/* Adds to the plan's lists of credit how many rows their registers have. */
zc_code zc_credit_count(zc_scoring *scoring, zc_err *err);

/* Prints who is proposed. */
zc_code zc_credit_tell(zc_scoring *scoring, zc_err *err);

#endif
