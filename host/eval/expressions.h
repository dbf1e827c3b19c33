/* expressions.h: expressions for the engine's scripts: `applies`, `problem_if`.
 *
 * In Lua:  scope = expression.scope(names, outer)     names as zc_scope_add_names
 *          faults = scope:check(text, kind, place)    place = {file, line, column}
 *          value, empty = scope:evaluate(text)        of a text that check accepts
 * value is true, false, a number or a text, or nil when unknown; `empty` lists the
 * names without a value that stand in the expression. */
#ifndef ZC_EVAL_EXPRESSIONS_H
#define ZC_EVAL_EXPRESSIONS_H

#include <lua.h>

/* Pushes the library. May raise. */
void zc_expressions_open(lua_State *L);

#endif
