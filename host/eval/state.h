/* state.h: a Lua state with a budget, for scripts that are not trusted.
 *
 * Memory is capped by the allocator, instructions by a hook; once either is spent
 * nothing can catch it. What takes its time inside one C call (a pattern match) only
 * the host's clock ends. A state that ran foreign code is never closed: the process
 * ends instead. */
#ifndef ZC_EVAL_STATE_H
#define ZC_EVAL_STATE_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "value/json.h"

#define ZC_LUA_MEMORY ((size_t)256 << 20)
#define ZC_LUA_CHUNK ((size_t)256 << 10)
#define ZC_LUA_RESULT ((size_t)1 << 20)
#define ZC_LUA_INSTRUCTIONS 50000000
#define ZC_LUA_INSTRUCTIONS_ROW 2000
#define ZC_LUA_UNCOUNTED INT64_MAX /* for scripts that only the host's clock bounds */

typedef struct {
  size_t used, cap;     /* bytes */
  int64_t instructions; /* left */
  bool spent;           /* the instructions are used up */
  bool memory;          /* an allocation beyond the cap ended a call */
  const char *at;       /* "file:line: rule: ", where messages name no place; or NULL */
  void *owner;          /* of whoever made the state */
} zc_budget;

/* A state with the sandbox's globals (sandbox.h) and nothing else. `budget` must
 * outlive it. NULL when out of memory. */
lua_State *zc_state_new(zc_budget *budget);
zc_budget *zc_state_budget(lua_State *L);
const char *zc_state_at(lua_State *L); /* the budget's `at`, "" without one */

/* Runs the function and `args` arguments on the stack's top under a fresh budget of
 * instructions (ZC_LUA_UNCOUNTED saves the counting, which Lua does at every one).
 * ZC_OK: `results` stand there instead. ZC_EINTERNAL: they are gone, and `err` tells
 * what Lua said ({problem}), or which limit was reached. {at} is the budget's. */
zc_code zc_state_call(lua_State *L, int args, int results, int64_t instructions,
                      zc_err *err);

/* Compiles a text chunk, named `name` in messages; it stands on the top. */
zc_code zc_state_load(lua_State *L, const char *name, const char *text, size_t size,
                      zc_err *err);

#endif
