/* run.h: one run of one rule by the vector engine; for the files that judge its forms. */
#ifndef ZC_VECTOR_RUN_H
#define ZC_VECTOR_RUN_H

#include "table/groups.h"
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
  zc_joining *joinings[ZC_JOINS]; /* by join; NULL as for `partners` */
  zc_program *among;              /* NULL: all rows that no join leaves out */
  /* The population: rows of the first table, ascending; NULL: all of them. */
  uint32_t *rows;
  size_t count;
  bool listed; /* `rows` and `count` are there: zc_vector_list */
} zc_vector_run;

/* Rows that one worker takes at a time. */
#define ZC_PART ((size_t)ZC_LANE * 16)

/* Prepares a run. False when out of memory; zc_vector_end is due in any case. */
bool zc_vector_begin(const zc_engine *engine, zc_run *run, zc_vector_run *judging);
void zc_vector_end(zc_vector_run *judging);

/* Finds the partners of the rows from `first` on (at most ZC_LANE, and each row once), and
 * whether they belong to the population: ZC_FALSE, ZC_TRUE, ZC_UNKNOWN, or ZC_TRUTH_ODD:
 * zc_run_admit has to say. Counts nothing. False when out of memory. */
bool zc_vector_admit(zc_vector_run *judging, int worker, size_t first, size_t count,
                     uint8_t *classes);

/* Lists the population, and counts the unjudged rows that lie outside, as zc_run_admit does.
 * No row of it has an odd partner that a condition reads. False when out of memory. */
bool zc_vector_list(zc_vector_run *judging);

/* Enters a row of the population, for the plain executor: as zc_run_enter. */
void zc_vector_enter(zc_vector_run *judging, size_t row);

/* Room for a batch's row numbers, one for each worker. */
typedef struct {
  uint32_t rows[1 + ZC_TABLE_PREV][ZC_LANE];
} zc_batch_room;

/* A batch of these rows of the first table (numbers; NULL: `first` and those behind it),
 * with their partners. `before` (may be NULL): the numbers plus one of the rows before
 * them, for prev. */
void zc_vector_batch(const zc_vector_run *judging, const uint32_t *rows, size_t first,
                     size_t count, const uint32_t *before, zc_batch_room *room,
                     zc_batch *batch);

/* Number `i` of the population. */
static inline uint32_t zc_vector_row(const zc_vector_run *judging, size_t i)
{
  return judging->rows == NULL ? (uint32_t)i : judging->rows[i];
}

/* The forms; each answers as zc_engine's judge does. Those with a list of the population
 * call zc_vector_list first. */
bool zc_vector_rows(zc_vector_run *judging);     /* where, each */
bool zc_vector_rate(zc_vector_run *judging);     /* rate without group */
bool zc_vector_quota(zc_vector_run *judging);    /* quota */
bool zc_vector_groups(zc_vector_run *judging);   /* group and having */
bool zc_vector_rates(zc_vector_run *judging);    /* rate and group */
bool zc_vector_sequence(zc_vector_run *judging); /* sort and where */
bool zc_vector_windows(zc_vector_run *judging);  /* within */
bool zc_vector_fill(zc_vector_run *judging, zc_table *view);
bool zc_vector_measure(zc_vector_run *judging, zc_scalar *value);

/* The population by the keys of `group`, for all forms that have one: rows with a blank key
 * are counted as unjudged and left out. Rows that are alone in their groups may be left out,
 * too, if `leave_lone` is set. False when out of memory. *taken is false when a key cannot be
 * packed at all; nothing has happened then. */
bool zc_vector_group_keys(zc_vector_run *judging, bool leave_lone,
                          zc_grouping *grouping, bool *taken);

/* The same as the plain executor's groups: the engine's `collect`. */
bool zc_vector_collect(zc_vector_run *judging, zc_groups *groups);

#endif
