/* declaration.h: fills a rule in from its declaration; inside rule.c only. */
#ifndef ZC_TABLE_DECLARATION_H
#define ZC_TABLE_DECLARATION_H

#include "table/rule.h"

/* Compiles all fields of rule->declaration. Mistakes become faults; non-zero when out
 * of memory. */
int zc_rule_declare(zc_rule *rule, const zc_world *world, json_t *faults);

#endif
