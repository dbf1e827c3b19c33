/* judging.h: one run of one rule by the vector engine; for the files that judge its forms. */
#ifndef ZC_VECTOR_JUDGING_H
#define ZC_VECTOR_JUDGING_H

#include "vector/joining.h"
#include "vector/keys.h"

typedef struct {
  zc_engine shared;
  zc_crew *crew; /* may be NULL */
} zc_vector_engine;

typedef struct {
  zc_run *run;
  zc_crew *crew;
  int workers;
  /* By table, and by row of the first table: the partner's number plus one, or what
   * program.h says; NULL where there is no such join, or it is late, or only shown. */
  uint32_t *partners[1 + ZC_TABLE_PREV];
  /* The population: rows of the first table, ascending; NULL: all of them. */
  uint32_t *rows;
  size_t count;
} zc_judging;

/* Finds partners and population of a run; counts the unjudged rows that lie outside, as
 * zc_run_admit does. No row of the population has an odd partner. False when out of memory;
 * zc_judging_end is due in any case. */
bool zc_judging_begin(const zc_engine *engine, zc_run *run, zc_judging *judging);
void zc_judging_end(zc_judging *judging);

/* Room for a batch's row numbers, one for each worker. */
typedef struct {
  uint32_t rows[1 + ZC_TABLE_PREV][ZC_LANE];
} zc_batch_room;

/* A batch of these rows of the first table (numbers; NULL: `first` and those behind it),
 * with their partners. `before` (may be NULL): the numbers plus one of the rows before
 * them, for prev. */
void zc_judging_batch(const zc_judging *judging, const uint32_t *rows, size_t first,
                      size_t count, const uint32_t *before, zc_batch_room *room,
                      zc_batch *batch);

/* Number `i` of the population. */
static inline uint32_t zc_judging_row(const zc_judging *judging, size_t i)
{
  return judging->rows == NULL ? (uint32_t)i : judging->rows[i];
}

/* The forms; each answers as zc_engine's judge does. */
bool zc_vector_rows(zc_judging *judging);     /* where, each */
bool zc_vector_rate(zc_judging *judging);     /* rate without group */
bool zc_vector_quota(zc_judging *judging);    /* quota */
bool zc_vector_groups(zc_judging *judging);   /* group and having */
bool zc_vector_rates(zc_judging *judging);    /* rate and group */
bool zc_vector_sequence(zc_judging *judging); /* sort and where */
bool zc_vector_windows(zc_judging *judging);  /* within */
bool zc_vector_fill(zc_judging *judging, zc_table *view);
bool zc_vector_measure(zc_judging *judging, zc_scalar *value);

/* The population by the keys of `group`, for all forms that have one: rows with a blank key
 * are counted as unjudged and left out. False when out of memory. *taken is false when a key
 * cannot be packed at all; nothing has happened then. */
bool zc_judging_group(zc_judging *judging, zc_grouping *grouping, bool *taken);

#endif
