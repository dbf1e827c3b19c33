/* counting.h: what statistics, summary and circular of an office have in common: the reports that count
 * for a round or for some days, their sums, and the plan's 量化统计表 made of them. */
#ifndef ZC_CLI_COUNTING_H
#define ZC_CLI_COUNTING_H

#include "cli/office.h"
#include "cli/paper.h"
#include "document/document.h"
#include "office/count.h"
#include "store/told.h"

/* A round, or days within it: what is counted. */
typedef struct {
  const json_t *round; /* {id, title, from, to, due}. Borrowed */
  bool window;         /* days were given: figures are of problems found on them */
  char from[11], to[11];
} zc_span;

typedef struct {
  zc_office office;
  zc_plan plan;
  const char *id; /* of the plan. Borrowed */
  zc_span span, previous;
  bool has_previous;
  zc_count_by by;
  bool columns;
  zc_view view;
  zc_counts counts;
  json_t
      *cases; /* what the register tells: {group: {name: value}}, "" being the total */
  json_t *manual; /* [{row, class, value, day, by, reason}] */
  json_t *table;  /* what the engine's office_table gave */
  json_t *before; /* the total of the span before as the engine had it; NULL: none */
} zc_counting;

/* What is wanted besides the reports' own sums. */
typedef struct {
  zc_count_by by;
  bool columns;  /* the table has a column for each group */
  bool previous; /* the round or the days before, too */
} zc_counting_wish;

/* Opens the office, its plan and what --round or --window say, and counts. To be closed when it succeeded. ZC_EINTERNAL when the columns of a row do
 * not add up to its total. */
zc_code zc_counting_open(zc_cli *cli, const zc_counting_wish *wish,
                         zc_counting *counting, zc_err *err);
void zc_counting_close(zc_counting *counting);

/* The days of --window; NULL without it. Borrowed. */
const zc_days *zc_span_days(const zc_span *span, zc_days *room);

/* A span as JSON: {round, title, from, to, window}. Owned; NULL when out of memory. */
json_t *zc_span_told(const zc_span *span);

/* A row of the table by its id; NULL. Borrowed. */
const json_t *zc_counting_row(const zc_counting *counting, const char *id);

/* Whether a group is printed as a column: reports are expected of it. */
bool zc_counting_shows(const zc_count *group);

/* What each facility has in the register: {code: {name: number}}; "" is whoever is on no roster.
 * Without any entry an empty map. Owned. */
zc_code zc_counting_register(zc_counting *counting, json_t **by_facility, zc_err *err);

/* Writes a paper of this layout: `args` (borrowed) gets `data` of all that is counted beside what is
 * in it. `name` is the file's in reports/; `rows` may be NULL. */
zc_code zc_counting_paper(zc_counting *counting, const char *layout, const char *name,
                          json_t *args, const zc_rows *rows, bool sheets, zc_err *err);

#endif
