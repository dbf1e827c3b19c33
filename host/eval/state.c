#include "eval/state.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "eval/sandbox.h"

#define HOOK_STEP 1000

static void *allocate(void *context, void *old, size_t old_size, size_t size)
{
  zc_budget *budget = context;
  size_t before = old == NULL ? 0 : old_size;
  if (size == 0) {
    free(old);
    budget->used -= before;
    return NULL;
  }
  if (size > before && size - before > budget->cap - budget->used)
    return NULL;
  void *new = realloc(old, size);
  if (new != NULL)
    budget->used += size - before;
  return new;
}

zc_budget *zc_state_budget(lua_State *L)
{
  return *(zc_budget **)lua_getextraspace(L);
}

/* Once spent, the hook fires at every instruction, so that no handler gets far. */
static void count_instructions(lua_State *L, lua_Debug *where)
{
  (void)where;
  zc_budget *budget = zc_state_budget(L);
  budget->instructions -= HOOK_STEP;
  if (budget->instructions > 0 && !budget->spent)
    return;
  budget->spent = true;
  lua_sethook(L, count_instructions, LUA_MASKCOUNT, 1);
  luaL_error(L, "too many instructions");
}

static int open_sandbox(lua_State *L)
{
  zc_sandbox_open(L);
  return 0;
}

lua_State *zc_state_new(zc_budget *budget)
{
  lua_State *L = lua_newstate(allocate, budget);
  if (L == NULL)
    return NULL;
  *(zc_budget **)lua_getextraspace(L) = budget;
  lua_pushcfunction(L, open_sandbox);
  if (lua_pcall(L, 0, 0, 0) != LUA_OK) {
    lua_close(L); /* nothing foreign has run in it */
    return NULL;
  }
  return L;
}

/* What was thrown, as a text. Only texts and numbers are shown: a table's address
 * would differ from run to run. */
static zc_code describe(lua_State *L, int status, zc_err *err)
{
  zc_budget *budget = zc_state_budget(L);
  if (budget->spent)
    return zc_fail(err, ZC_EINTERNAL, "stopped: more than {limit} instructions",
                   "limit", "50,000,000", NULL);
  if (status == LUA_ERRMEM || budget->memory)
    return zc_fail(err, ZC_EINTERNAL, "stopped: more than 256 MiB of memory", NULL);
  char text[400];
  if (lua_type(L, -1) == LUA_TSTRING) {
    size_t size;
    const char *message = lua_tolstring(L, -1, &size);
    size_t length = size < sizeof text - 1 ? size : sizeof text - 1;
    memcpy(text, message, length);
    text[length] = '\0';
    for (size_t i = 0; i < length; i++)
      if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
        text[i] = ' ';
  } else {
    snprintf(text, sizeof text, "error object: %s", lua_typename(L, lua_type(L, -1)));
  }
  return zc_fail(err, ZC_EINTERNAL, "a script failed: {problem}", "problem", text, NULL);
}

zc_code zc_state_call(lua_State *L, int args, int results, int64_t instructions,
                      zc_err *err)
{
  zc_budget *budget = zc_state_budget(L);
  budget->instructions = instructions;
  budget->spent = budget->memory = false;
  if (instructions != ZC_LUA_UNCOUNTED)
    lua_sethook(L, count_instructions, LUA_MASKCOUNT, HOOK_STEP);
  int status = lua_pcall(L, args, results, 0);
  lua_sethook(L, NULL, 0, 0);
  /* A limit that was reached counts even if the script then returned normally. */
  if (status == LUA_OK && !budget->spent && !budget->memory)
    return ZC_OK;
  if (status == LUA_OK)
    lua_pushnil(L);
  zc_code code = describe(L, status, err);
  lua_settop(L, 0);
  return code;
}

zc_code zc_state_load(lua_State *L, const char *name, const char *text, size_t size,
                      zc_err *err)
{
  if (size > ZC_LUA_CHUNK)
    return zc_fail(err, ZC_EINTERNAL, "the script is over 256 KiB", NULL);
  int status = luaL_loadbufferx(L, text, size, name, "t");
  if (status == LUA_OK)
    return ZC_OK;
  zc_state_budget(L)->spent = zc_state_budget(L)->memory = false;
  zc_code code = describe(L, status, err);
  lua_settop(L, 0);
  return code;
}
