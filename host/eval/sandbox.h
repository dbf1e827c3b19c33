/* sandbox.h: the globals that scripts get. An allow list: whatever is not named in
 * docs/rules.md does not exist. Nothing here tells time, chance, addresses or the
 * order of a hash. */
#ifndef ZC_EVAL_SANDBOX_H
#define ZC_EVAL_SANDBOX_H

#include <lua.h>

#define ZC_REP_LIMIT ((size_t)1 << 20)

/* Fills the state's globals. May raise (out of memory). */
void zc_sandbox_open(lua_State *L);

/* Pushes an iterator function like pairs, in whatever order the table has. For engine
 * scripts that sort what they find; never for rules. May raise. */
void zc_sandbox_push_unordered(lua_State *L);

/* Makes the table on the top a list: what crosses to JSON as one, even when it is
 * empty. May raise. */
void zc_sandbox_mark_list(lua_State *L);

/* Whether the table at `index` is so marked. Never raises. */
int zc_sandbox_is_list(lua_State *L, int index);

#endif
