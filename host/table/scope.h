/* scope.h: the names that an expression may use, with their types.
 *
 * A name stands alone (a column, today) or in a space (p.rx_max_days, c.price). A
 * scope can lie inside another: what it lacks is looked up outside. */
#ifndef ZC_TABLE_SCOPE_H
#define ZC_TABLE_SCOPE_H

#include "base/arena.h"
#include "table/scalar.h"
#include "table/workday.h"
#include "value/json.h"

/* What a name, or an expression, is. `words` are the terms of an enum: comparing
 * with another term is an error, because it could never be true. */
typedef struct {
  zc_kind kind;
  zc_kind element;     /* of a list or a map */
  const json_t *words; /* list of texts, or NULL */
  bool fixed;          /* a literal or a parameter: "" in it means the empty text */
} zc_type;

typedef struct {
  const char *space; /* "" for a name that stands alone */
  const char *name;
  zc_type type;
  const zc_scalar *value; /* a constant of this run; NULL: a column */
  int table, column;      /* of a column: 0 is the rule's own table, then the joins */
} zc_symbol;

typedef struct zc_scope zc_scope;

/* An empty scope inside `outer` (borrowed; may be NULL). Names and types that are
 * added must outlive it. Owned. */
zc_scope *zc_scope_new(const zc_scope *outer);
void zc_scope_free(zc_scope *scope);

/* Non-zero when out of memory. A name that is there already is replaced. */
int zc_scope_add(zc_scope *scope, zc_symbol symbol);

/* Somebody who may know a name that the scope lacks; NULL if not. Borrowed. */
typedef const zc_symbol *(*zc_finder)(void *context, const char *space,
                                      const char *name);

/* Asks `finder` for names that the scope itself lacks; NULL ends it. */
void zc_scope_ask(zc_scope *scope, zc_finder finder, void *context);

/* NULL when unknown. Borrowed. */
const zc_symbol *zc_scope_find(const zc_scope *scope, const char *space,
                               const char *name);

/* True if any name lives in `space`. */
bool zc_scope_has_space(const zc_scope *scope, const char *space);

/* The known name that is most like `name`, for «did you mean»; "" when none is. */
const char *zc_scope_nearest(const zc_scope *scope, const char *space,
                             const char *name);

/* Which of two texts is more like a third: their edit distance, or a large number
 * when it is no likely slip of the pen. */
int zc_text_distance(const char *a, const char *b);

/* The calendar by which workdays are counted, of this scope or the nearest one around it;
 * NULL without one. Borrowed. */
const zc_calendar *zc_scope_calendar(const zc_scope *scope);

/* Adds constants that the engine describes: a list of {space, name, type, element,
 * words, value, fixed}; an entry {calendar: {holidays, workdays}} is the scope's calendar
 * (workday.h). They live in `arena`; their texts in `names`. A text that is
 * empty and not fixed is nil: a field of the facility or an answer that nobody has
 * filled in; so is a parameter without a value, of whatever type. Non-zero when out of memory. */
int zc_scope_add_names(zc_scope *scope, const json_t *names, zc_arena *arena);

/* The kind that a schema's word names (text code enum bool int number decimal date
 * datetime codes list map); ZC_NIL for another word. */
zc_kind zc_kind_named(const char *word);

#endif
