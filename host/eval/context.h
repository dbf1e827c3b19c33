/* context.h: what a rule's check gets as its argument c: parameters, the facility, the
 * answers, each as a table. Large plans have thousands of answers and rules that look at
 * two of them, so a table takes a value in when a script first asks for it. */
#ifndef ZC_EVAL_CONTEXT_H
#define ZC_EVAL_CONTEXT_H

#include <lua.h>

#include "value/json.h"

/* Makes a tree of [{space, name, value}]: p.days is {"p": {"days": …}}; a space of two
 * parts stands within the first one's. Owned; NULL when out of memory. */
json_t *zc_context_new(const json_t *names);

/* Pushes the context: `own` goes before `tree`. Both must outlive the state. May
 * raise. */
void zc_context_push(lua_State *L, const json_t *tree, const json_t *own);

/* Gives c.m and c.views their values when a script asks for them: the JSON value of a name,
 * owned; NULL for nil, with *problem set (borrowed) to refuse it. `all` lists the names. */
typedef struct {
  json_t *(*find)(void *context, bool measure, const char *name, const char **problem);
  json_t *(*all)(void *context, bool measure);
  void *context;
} zc_asked;

/* What the context asks from now on; `asked` outlives the calls. May raise. */
void zc_context_ask(lua_State *L, const zc_asked *asked);

/* Takes everything in, before a script goes through the table at `index`. Tables of
 * other kinds stay as they are. May raise. */
void zc_context_fill(lua_State *L, int index);

#endif
