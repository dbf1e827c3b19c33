/* derived.h: views and measures: what is computed from tables, for rules to name.
 *
 * A view is a table of groups; a measure is one figure. Both are declared like rules and
 * compiled when a rule first names them; they are made when the first such rule runs. One
 * collection serves all rules that see the same parameters. */
#ifndef ZC_TABLE_DERIVED_H
#define ZC_TABLE_DERIVED_H

#include "table/plain.h"

typedef struct zc_derivations zc_derivations;

/* An empty collection. `world` (copied, but for what it points to) says what the
 * declarations may name. Owned. */
zc_derivations *zc_derivations_new(const zc_world *world);
void zc_derivations_free(zc_derivations *derivations);

/* Adds what the declaration of the file `file` declares; retains it. Non-zero when out of
 * memory. */
int zc_derivations_add(zc_derivations *derivations, json_t *declaration,
                       const char *file);

/* What stands there under the name, compiled; NULL when there is no such thing. A view that
 * is made of itself, or that is wrong, is a fault, once for each who names it, and *wrong is
 * set. Borrowed. */
zc_derived *zc_derivations_find(zc_derivations *derivations, const char *name,
                                bool measure, json_t *faults, bool *wrong, zc_err *err);

/* The view whose name is most like this one; "" when there is none. */
const char *zc_derivations_nearest(const zc_derivations *derivations, const char *name,
                                   bool measure);

/* The table of a view, empty as long as it is not made; the name of a measure as
 * expressions know it. Borrowed. */
zc_table *zc_derived_table(const zc_derived *derived);
const zc_symbol *zc_derived_symbol(const zc_derived *derived);
const zc_rule *zc_derived_rule(const zc_derived *derived);
const char *zc_derived_name(const zc_derived *derived);
bool zc_derived_is_measure(const zc_derived *derived);

/* A rule will need what it names, or needs it no more: a view's rows are given back when
 * nobody does, and made again for whoever names it after that. */
void zc_derived_hold(const zc_rule *rule);
void zc_derived_let_go(const zc_rule *rule);

/* Makes all views and measures that a rule names, and those that they name. Their exports
 * are loaded. Fails where there is no memory for one of them, or was none when another rule
 * named it. */
zc_code zc_derived_make(zc_plain *plain, const zc_rule *rule, zc_err *err);

/* Rows of exports that the views below a rule could not place in a group, or not judge:
 * what the rule says of those views leaves them open. */
int64_t zc_derived_unplaced(const zc_rule *rule);

/* Whether all exports that it reads were handed over, with the columns that it judges by. */
bool zc_derived_is_readable(const zc_derived *derived);

/* The value of an expression over a group's rows; unreadable if a member was unknown: what
 * stands for nothing must not look like a blank. A text may live in run->texts. */
zc_scalar zc_derived_figure(zc_run *run, const zc_expression *expression,
                            const uint32_t *rows, size_t count);

/* The value, with its text copied into the arena. False when out of memory. */
bool zc_derived_keep(zc_arena *arena, zc_scalar *value);

/* Makes this one, and says what a measure came to: {value, unjudged}; without `value` if it
 * is not known. *result is owned. */
zc_code zc_derived_measure(zc_plain *plain, zc_derived *derived, json_t **result,
                           zc_err *err);

/* Rows that it could not place or judge, with what lies below it. */
int64_t zc_derived_open(const zc_derived *derived);

/* What a rule's Lua function sees of one that is made: a measure's value, a view's rows as
 * a list of maps, with patients as tokens. *value is owned; NULL if it is not known.
 * ZC_EDATA: the view has more than `most` rows. */
zc_code zc_derived_value(zc_plain *plain, const zc_derived *derived, size_t most,
                         json_t **value, zc_err *err);

/* Calls `visit` for each view and measure of a file, in the order of their declarations. */
void zc_derivations_each(const zc_derivations *derivations, const char *file,
                         void (*visit)(const char *name, bool measure, void *context),
                         void *context);

#endif
