/* declaration.h: fills a rule in from its declaration; inside rule.c, declaration.c,
 * declared_tables.c, declared_words.c and form.c only. */
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
  int derived_room;
  bool memory;
} zc_maker;

/* ---- declaration.c ---- */

/* Where a field stands in the file. */
zc_place zc_maker_place(const zc_maker *maker, const char *field);

/* Notes a mistake in a field; `text` may also name the {rule}. `hint` may be NULL. */
void zc_maker_wrong(zc_maker *maker, const char *field, const char *text,
                    const char *name, const char *value, const char *hint);

/* The field's text; NULL when it has none. Borrowed. */
const char *zc_maker_text(const zc_maker *maker, const char *field);

/* An entry of a text (which is its own only one) or a list of texts; NULL past the end. */
const char *zc_maker_entry(const json_t *value, size_t index);
size_t zc_maker_entries(const json_t *value);

/* Compiles an expression, or the field that holds one. `aggregates`: columns stand only
 * inside aggregates, and as group keys. */
void zc_maker_compile_text(zc_maker *maker, const char *field, const char *text,
                           zc_kind wanted, bool aggregates, zc_expression *expression);
void zc_maker_compile(zc_maker *maker, const char *field, zc_kind wanted,
                      bool aggregates, zc_expression *expression);

/* What an expression reads. */
typedef struct {
  const zc_rule *rule;
  bool any;                 /* a column at all */
  bool late;                /* one of a table whose rows are tried one by one */
  const zc_column *patient; /* one that identifies a patient */
} zc_reading;

zc_reading zc_maker_reads(const zc_rule *rule, const zc_expression *expression);

/* ---- declared_tables.c ---- */

/* The table of a field, or the view of that name; NULL, with a mistake, when there is none.
 * Borrowed. */
zc_table *zc_maker_table(zc_maker *maker, const char *field, const char *id);

/* Makes the columns of the rule's table `number` known in `space`. */
void zc_maker_columns(zc_maker *maker, const char *space, int number);

/* The joined tables, and which of them only explain hits. */
void zc_maker_joins(zc_maker *maker);
void zc_maker_shown_only(zc_rule *rule);

/* Which joins decide something by having no partner. */
void zc_maker_absence(zc_rule *rule);

/* Lets expressions find m["…"]; ends it again. */
void zc_maker_measures(zc_maker *maker, bool on);

/* A Lua function sees the views and measures of its own file, without naming them to us. */
void zc_maker_own_derived(zc_maker *maker);

/* ---- declared_words.c ---- */

/* show, amount, say, certainty, level: what is told of a hit. */
void zc_maker_words(zc_maker *maker);

/* ---- form.c ---- */

/* Sets the rule's form, which follows from the one field that judges. False, with a
 * mistake, when there is none, or more than one. */
bool zc_form_find(zc_maker *maker);

/* Notes fields that do not exist, hold the wrong kind of value, or belong to another
 * form than the rule has. */
void zc_form_check(zc_maker *maker);

#endif
