#include "eval/state.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
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

const char *zc_state_at(lua_State *L)
{
  return zc_text_or(zc_state_budget(L)->at, "");
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

/* Whether a message already names the file that `at` begins with. */
static bool names_file(const char *message, const char *at)
{
  const char *colon = strchr(at, ':');
  return colon == NULL || strncmp(message, at, (size_t)(colon - at) + 1) == 0;
}

/* Puts spaces where a character could write over a terminal. Broken bytes stay. */
static void blank_controls(char *text, size_t size)
{
  uint32_t c;
  for (size_t at = 0, length; at < size; at += length == 0 ? 1 : length) {
    length = zc_utf8_decode(text + at, size - at, &c);
    if (length > 0 && (c < 0x20 || zc_text_forbidden(c)))
      memset(text + at, ' ', length);
  }
}

/* Past "file.lua:12: " in a message that has a prefix of `used` bytes of ours, or names
 * its place itself. */
static const char *after_place(const char *text, int used)
{
  const char *colon = strstr(text, ".lua:"), *at = colon == NULL ? NULL : colon + 5;
  size_t digits = at == NULL ? 0 : strspn(at, "0123456789");
  return used == 0 && digits > 0 && strncmp(at + digits, ": ", 2) == 0 ? at + digits + 2
                                                                       : text + used;
}

/* What was thrown, as a text. Only texts and numbers are shown: a table's address
 * would differ from run to run. */
static zc_code describe(lua_State *L, int status, const char *at, zc_err *err)
{
  zc_budget *budget = zc_state_budget(L);
  if (budget->spent)
    return zc_fail(err, ZC_EINTERNAL, "{at}stopped: more than {limit} instructions",
                   "limit", "50,000,000", "at", at, NULL);
  if (status == LUA_ERRMEM || budget->memory)
    return zc_fail(err, ZC_EINTERNAL, "{at}stopped: more than 256 MiB of memory", "at",
                   at, NULL);
  char text[400], other[40];
  const char *message = other;
  size_t size = 0;
  if (lua_type(L, -1) == LUA_TSTRING)
    message = lua_tolstring(L, -1, &size);
  else
    size = (size_t)snprintf(other, sizeof other, "error object: %s",
                            luaL_typename(L, -1));
  int used = snprintf(text, sizeof text, "%.200s", names_file(message, at) ? "" : at);
  size_t length = zc_utf8_cut(message, size, sizeof text - 1 - (size_t)used);
  memcpy(text + used, message, length);
  text[(size_t)used + length] = '\0';
  blank_controls(text, (size_t)used + length);
  /* What is said after the place may be a sentence of ours, which is translated. */
  const char *problem = after_place(text, used);
  char where[sizeof text];
  snprintf(where, sizeof where, "%.*s", (int)(problem - text), text);
  return zc_fail(err, ZC_EINTERNAL, "a script failed: {where}{problem_term}", "where",
                 where, "problem_term", problem, NULL);
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
  zc_code code = describe(L, status, zc_state_at(L), err);
  lua_settop(L, 0);
  return code;
}

zc_code zc_state_load(lua_State *L, const char *name, const char *text, size_t size,
                      zc_err *err)
{
  if (size > ZC_LUA_CHUNK)
    return zc_fail(err, ZC_EINTERNAL, "{at}the script is over 256 KiB", "at",
                   zc_state_at(L), NULL);
  int status = luaL_loadbufferx(L, text, size, name, "t");
  if (status == LUA_OK)
    return ZC_OK;
  zc_state_budget(L)->spent = zc_state_budget(L)->memory = false;
  /* Not every message of the compiler has a place. */
  char at[220];
  snprintf(at, sizeof at, "%.200s: ", name + 1);
  zc_code code = describe(L, status, at, err);
  lua_settop(L, 0);
  return code;
}
