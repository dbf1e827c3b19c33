/* declaration.h: fills a rule in from its declaration; inside rule.c, declaration.c and
 * form.c only. */
#ifndef ZC_TABLE_DECLARATION_H
#define ZC_TABLE_DECLARATION_H

#include "table/rule.h"

/* Compiles all fields of rule->declaration. Mistakes become faults; non-zero when out
 * of memory. */
int zc_rule_declare(zc_rule *rule, const zc_world *world, json_t *faults);

/* What the compiler of one rule carries around. */
typedef struct {
  zc_rule *rule;
  const zc_world *world;
  json_t *faults;
  bool memory;
} zc_maker;

/* Where a field stands in the file. */
zc_place zc_maker_place(const zc_maker *maker, const char *field);

/* Notes a mistake in a field; `text` may also name the {rule}. `hint` may be NULL. */
void zc_maker_wrong(zc_maker *maker, const char *field, const char *text,
                    const char *name, const char *value, const char *hint);

/* Sets the rule's form, which follows from the one field that judges. False, with a
 * mistake, when there is none, or more than one. */
bool zc_form_find(zc_maker *maker);

/* Notes fields that do not exist, hold the wrong kind of value, or belong to another
 * form than the rule has. */
void zc_form_check(zc_maker *maker);

#endif
