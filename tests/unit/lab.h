/* lab.h: runs a script in a state of its own and keeps what came of it; for the tests of
 * what scripts can do. */
#ifndef TEST_LAB_H
#define TEST_LAB_H

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "eval/state.h"

typedef struct {
  zc_budget budget;
  lua_State *L;
} lab;

/* `l` must stay where it is: the state knows its budget by address. */
static inline void start(lab *l, size_t cap)
{
  l->budget = (zc_budget){.cap = cap};
  l->L = zc_state_new(&l->budget);
  cr_assert(l->L != NULL);
}

static inline void keep_text(char *out, size_t room, const char *text)
{
  snprintf(out, room, "%s", text == NULL ? "nil" : text);
}

/* Runs a chunk called test.lua. `out` is what it returns, or the whole message of what
 * ended it. */
static inline zc_code run_in(lab *l, const char *script, size_t size,
                             int64_t instructions, char *out, size_t room)
{
  zc_err err = {0};
  zc_code code = zc_state_load(l->L, "@test.lua", script, size, &err);
  if (code == ZC_OK)
    code = zc_state_call(l->L, 0, 1, instructions, &err);
  if (code == ZC_OK) {
    keep_text(out, room, lua_tostring(l->L, -1));
    lua_settop(l->L, 0);
    return code;
  }
  json_t *message = zc_message_of(&err);
  char *text = zc_message_fill(err.text, json_object_get(message, "args"));
  keep_text(out, room, text);
  free(text);
  json_decref(message);
  return code;
}

#define ROOM 2000
#define says(out, text) eq(str, (out), (char *)(text))

/* The same in a state of its own, with the limits that rules have. */
static inline zc_code run(const char *script, char out[ROOM])
{
  lab l;
  start(&l, ZC_LUA_MEMORY);
  zc_code code = run_in(&l, script, strlen(script), ZC_LUA_INSTRUCTIONS, out, ROOM);
  lua_close(l.L);
  return code;
}

static inline bool has(const char *text, const char *part)
{
  return strstr(text, part) != NULL;
}

#endif
