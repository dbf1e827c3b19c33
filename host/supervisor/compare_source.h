/* compare_source.h: what the files behind compare_rows.h share: the open table, and the tables of each
 * of them. */
#ifndef ZC_SUPERVISOR_COMPARE_SOURCE_H
#define ZC_SUPERVISOR_COMPARE_SOURCE_H

#include "office/amount.h"
#include "supervisor/compare_rows.h"

#define ZC_NOTHING "—"

typedef struct zc_compare_table zc_compare_table;

/* A source with the table that it reads at present. */
struct zc_compare_source {
  const zc_comparing *c;
  const zc_compare_table *table;
  size_t row, rows; /* the present one, from 0; how many there are */
  size_t width;
  size_t *columns;              /* of the table's own, by cell; owned */
  char (*room)[ZC_FIGURE_ROOM]; /* a text for each cell; owned */
  const char **cells;           /* owned */
  const zc_compared_rows *kind; /* rows that are tallied */
  size_t first, count;          /* of these, which */
  size_t *blocks;               /* classes, and class_count for all together; owned */
  size_t block_count;
  /* of the present row */
  const zc_member *member;
  zc_tally tally;
  zc_progress progress;
  zc_change_tally change;
  char verdict;
};

/* The cell of a column; in `room`, or borrowed. */
typedef const char *zc_compare_cell(const zc_compare_source *s, size_t column,
                                    char room[ZC_FIGURE_ROOM]);

struct zc_compare_table {
  const char *source;
  const char *const *columns;         /* ended by NULL */
  bool (*open)(zc_compare_source *s); /* sets `rows`; false: out of memory */
  void (*seek)(zc_compare_source *s); /* to the present row */
  zc_compare_cell *cell;
};

/* A number as a cell; «—» for one that is unknown. */
const char *zc_compare_number(char room[ZC_FIGURE_ROOM], int64_t value);

/* Columns that several tables have, and their cells by the place in these lists. */
#define ZC_LETTER_COLUMNS                                                              \
  "pass", "problem", "suspect", "hint", "not_applicable", "not_checked",               \
      "undetermined", "absent"
#define ZC_CHANGE_COLUMNS                                                              \
  "both", "new", "fixed", "relapsed", "unchanged", "clean", "scope", "scope_new",      \
      "scope_lost", "outside"
const char *zc_letter_cell(const zc_tally *tally, size_t at, char room[ZC_FIGURE_ROOM]);
const char *zc_change_cell(const zc_change_tally *tally, size_t at,
                           char room[ZC_FIGURE_ROOM]);

/* Tables of facilities, and of entries by class; ended by a NULL source. */
extern const zc_compare_table zc_facility_tables[], zc_class_tables[];

#endif
