/* count.h: facilities counted together, by class or by town: how many have reported, and the sums of
 * what their reports tell. What papers and the 量化统计表 of an office start from. */
#ifndef ZC_OFFICE_COUNT_H
#define ZC_OFFICE_COUNT_H

#include "office/view.h"

typedef enum { ZC_COUNT_ALL, ZC_COUNT_CLASS, ZC_COUNT_TOWN } zc_count_by;

/* Sums of a measure, in millionths, over the facilities that tell it. */
typedef struct {
  int64_t sum, told;
  bool lost; /* one of them could not be added: the sum is worth nothing */
} zc_measured;

typedef struct {
  zc_group of;           /* a class or town; "" for all */
  zc_measured *measures; /* one for each of zc_counts.measures */
} zc_count;

typedef struct {
  zc_count all;
  zc_count *groups; /* in the order in which the roster first has them */
  size_t count;
  int *group_of;    /* of each member; -1 where nothing is told apart */
  int64_t unheard;  /* offices whose facilities nobody knows (members.h) */
  json_t *measures; /* ids of the plan's rows that measures fill */
} zc_counts;

/* Sorts facilities into groups and counts them; `view` must outlive it. `measures` is a list of ids,
 * kept. To be freed in any case. ZC_ENOMEM alone. */
zc_code zc_counts_make(const zc_view *view, zc_count_by by, json_t *measures,
                       zc_counts *counts, zc_err *err);
void zc_counts_free(zc_counts *counts);

/* Adds a group of nobody, unless there is one of this title (borrowed): figures may be kept of a class that
 * nobody on the roster has any more. ZC_ENOMEM alone. */
zc_code zc_counts_add(zc_counts *counts, const char *title, zc_err *err);

/* Adds up the numbers and measures of the reports; to be called once. */
zc_code zc_counts_sum(const zc_view *view, zc_counts *counts, zc_err *err);

/* The value of a measure in one report, in millionths; false when the report does not tell it, or it
 * is no number of at most twelve digits and six decimals (*lost then, which may be NULL). */
bool zc_measure_of(const json_t *measures, const char *id, int64_t *value, bool *lost);

/* Millionths as a decimal without zeros at its end. */
const char *zc_millionths(char room[32], int64_t value);

/* The group as the engine's office_table wants it: {id, figures, measures, collected}. What no
 * report tells is missing. Owned; NULL when out of memory. */
json_t *zc_count_told(const zc_counts *counts, const zc_count *count);

#endif
