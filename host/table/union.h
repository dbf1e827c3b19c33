/* union.h: what several rules of one item found together. A prescription that breaks two
 * of them is one prescription. */
#ifndef ZC_TABLE_UNION_H
#define ZC_TABLE_UNION_H

#include "table/plain.h"

/* A rule that has been run, with the rows that it has seen. */
typedef struct zc_ran {
  zc_rule *rule;
  const zc_marks *marks;
} zc_ran;

/* Whether a rule counts groups; otherwise it counts rows, or the values of `count`. */
bool zc_counts_groups(const zc_rule *rule);

/* {population, count, rows} of all rules together. *result is owned; NULL when they do
 * not count the same thing: other tables, or rows here and groups there. */
zc_code zc_union(zc_plain *plain, const zc_ran *ran, size_t count, json_t **result,
                 zc_err *err);

#endif
