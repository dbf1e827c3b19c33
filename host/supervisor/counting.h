/* counting.h: what statistics, summary and circular of an office have in common: the reports that count
 * for a round or for some days, their sums, and the plan's 量化统计表 made of them. */
#ifndef ZC_SUPERVISOR_COUNTING_H
#define ZC_SUPERVISOR_COUNTING_H

#include "cli/paper.h"
#include "document/document.h"
#include "office/count.h"
#include "office/held.h"
#include "office/sources.h"
#include "store/told.h"
#include "supervisor/below.h"
#include "supervisor/office.h"

/* A round, or days within it: what is counted. */
typedef struct {
  const json_t *round; /* {id, title, from, to, due}. Borrowed */
  bool window;         /* days were given: figures are of problems found on them */
  char from[11], to[11];
} zc_span;

/* Reports that were handed in before a window's last day: those that end before its first one tell
 * nothing of it, the others nothing of the days behind their own. */
typedef struct {
  int64_t before, within;
  const char *last; /* the last day of any report; "": there is none. Borrowed */
} zc_reach;

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
  zc_found *found; /* of each member, where it is wished. Owned */
  json_t
      *cases; /* what the register tells: {group: {name: value}}, "" being the total */
  int64_t *covered; /* zc_registered_covered. Owned */
  zc_reach reach;   /* of the reports into the days of a window */
  bool own_visits;  /* the office itself has registered inspections */
  json_t *manual;   /* [{row, class, value, day, by, reason}] that were entered here */
  json_t *entered;  /* with those below: {row: {class: value}} (zc_below_entered) */
  zc_below below, below_before; /* what offices report, of both spans */
  json_t *table;                /* what the engine's office_table gave */
  json_t *before; /* the total of the span before as the engine had it; NULL: none */
} zc_counting;

/* What is wanted besides the reports' own sums. */
typedef struct {
  zc_count_by by;
  bool columns;  /* the table has a column for each group */
  bool previous; /* the round or the days before, too */
  bool found;    /* what each facility has found itself */
  bool
      hold; /* all of one moment (zc_ledger_hold): nothing is written until it is closed */
} zc_counting_wish;

/* Opens the office, its plan and what --round or --window say, and counts. To be closed when it succeeded. ZC_EINTERNAL when the columns of a row do
 * not add up to its total. */
zc_code zc_counting_open(zc_cli *cli, const zc_counting_wish *wish,
                         zc_counting *counting, zc_err *err);
void zc_counting_close(zc_counting *counting);

/* The days of --window; NULL without it. Borrowed. */
const zc_days *zc_span_days(const zc_span *span, zc_days *room);

/* What the offices below report of a span. To be freed in any case. */
zc_code zc_span_below(const zc_counting *counting, const zc_span *span, zc_below *below,
                      zc_err *err);

/* Whether every report ends before the window: what was found on its days is not known. */
bool zc_counting_behind(const zc_counting *counting);

/* A span as JSON: {round, title, from, to, window}. Owned; NULL when out of memory. */
json_t *zc_span_told(const zc_span *span);

/* {before, within, last} as JSON. Owned; NULL when out of memory. */
json_t *zc_reach_told(const zc_reach *reach);

/* A row of the table by its id; NULL. Borrowed. */
const json_t *zc_counting_row(const zc_counting *counting, const char *id);

/* Whether a group is printed as a column: reports are expected of it, or something was filed or entered of it
 * while they were. */
bool zc_counting_shows(const zc_counting *counting, const zc_count *group);

/* Whether whom no roster has got a column: something was inspected or filed of them. */
bool zc_counting_others(const zc_counting *counting);

/* Its title as papers have it. Owned. */
json_t *zc_counting_title(const zc_count *group);

/* What each facility has in the register, here and below: {code: {name: number}}; "" is whoever is on no
 * roster. Without any entry an empty map. Owned. */
zc_code zc_counting_register(zc_counting *counting, json_t **by_facility, zc_err *err);

/* What the office's inspections of the span have found, held against the round's reports. To be freed in any
 * case. */
zc_code zc_counting_inspections(zc_counting *counting, zc_held_list *list, zc_err *err);

/* Its sums as JSON: {problems, reported, reported_after, unreported, not_checked, not_in_scope, no_report, others}. Owned; NULL
 * when out of memory. */
json_t *zc_inspections_told(const zc_counting *counting, const zc_held_list *list);

/* Writes a paper of this layout: `args` (borrowed) gets `data` of all that is counted beside what is
 * in it. `name` is the file's in reports/; `rows` may be NULL. */
zc_code zc_counting_paper(zc_counting *counting, const char *layout, const char *name,
                          json_t *args, const zc_rows *rows, bool sheets, zc_err *err);

#endif
