/* traced.h: which cell a trace begins at; the problems, cases and visits behind a figure, what offices below
 * report of it, and what people have entered. */
#ifndef ZC_SUPERVISOR_TRACED_H
#define ZC_SUPERVISOR_TRACED_H

#include "supervisor/counting.h"

/* A row of the table by its id, or a figure as if it were one: o.missing, l.overdue, c.fine_amount. Owned. */
zc_code zc_traced_row(const zc_counting *counting, const char *id, json_t **row,
                      zc_err *err);

/* The place of a group that has a column, by its title; of whom no roster has (名册外) that behind all
 * groups, and `off_roster`. */
zc_code zc_traced_group(const zc_counting *counting, const char *title, int *at,
                        bool *off_roster, zc_err *err);

/* Those of the counting's days: {facility: [{case | day, team, kind, subject, value}]}. Owned. */
zc_code zc_traced_sources(zc_counting *counting, const char *figure, json_t **sources,
                          zc_err *err);

/* Those of a facility as JSON: [{case, day, subject, value}] or [{day, team, kind, subject, value}], then
 * what offices report: [{office, name, value, file, sha256}]; sums of money and everything else as texts.
 * Owned; NULL when out of memory. */
json_t *zc_traced_list(const zc_counting *counting, const json_t *sources,
                       const char *facility, const char *figure);

/* Numbers of problems between commas, as a list. Owned. */
json_t *zc_traced_numbers(const char *numbers);

/* A line each; `title` is what the figure is called there. */
void zc_traced_print(const zc_counting *counting, const json_t *sources,
                     const char *facility, const char *figure, const char *title);

/* What was entered of a row for a group that is asked for (NULL: all; only classes have any): [{row, class, value, day, by, reason}] here, [{row, class, value, office, name,
 * file, sha256}] below. Owned; NULL when out of memory. */
json_t *zc_traced_entered(const zc_counting *counting, const char *row,
                          const char *group);
void zc_traced_print_entered(const json_t *entered);

#endif
