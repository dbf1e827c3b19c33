/* describe.h: rules and tables in words of JSON. */
#ifndef ZC_TABLE_DESCRIBE_H
#define ZC_TABLE_DESCRIBE_H

#include "table/rule.h"

/* What a rule is and reads, for `needs`, `lint` and the documentation: {rule, file,
 * line, form, tables: [{id, columns}]}. Owned; NULL when out of memory. */
json_t *zc_describe_rule(const zc_rule *rule);

/* A loaded table: {id, rows, malformed, from, to}; the days are left out when it has
 * none. Owned; NULL when out of memory. */
json_t *zc_describe_table(const zc_table *table);

#endif
