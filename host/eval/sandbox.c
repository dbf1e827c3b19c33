#include "eval/sandbox.h"

#include <lauxlib.h>
#include <limits.h>
#include <lualib.h>
#include <stdbool.h>
#include <string.h>

#include "eval/context.h"
#include "eval/state.h"

/* ---- lists ------------------------------------------------------------------- */

/* Its address is the registry's key of the lists' metatable: to look it up takes no
 * allocation, so that reading values cannot raise. */
static const char list_key = 0;

void zc_sandbox_mark_list(lua_State *L)
{
  lua_rawgetp(L, LUA_REGISTRYINDEX, &list_key);
  lua_setmetatable(L, -2);
}

int zc_sandbox_is_list(lua_State *L, int index)
{
  if (!lua_getmetatable(L, index))
    return 0;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &list_key);
  int same = lua_rawequal(L, -1, -2);
  lua_pop(L, 2);
  return same;
}

/* list{…}: a table that is a list even when it is empty. */
static int list(lua_State *L)
{
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  zc_sandbox_mark_list(L);
  return 1;
}

/* ---- base -------------------------------------------------------------------- */

/* pcall that lets the limits through: a script cannot catch what ends it. */
static int guarded_pcall(lua_State *L)
{
  luaL_checkany(L, 1);
  zc_budget *budget = zc_state_budget(L);
  int status = lua_pcall(L, lua_gettop(L) - 1, LUA_MULTRET, 0);
  if (status == LUA_ERRMEM)
    budget->memory = true;
  if (budget->spent || budget->memory)
    return luaL_error(L, N_("a limit was reached"));
  lua_pushboolean(L, status == LUA_OK);
  lua_insert(L, 1);
  return lua_gettop(L);
}

/* Texts of tables and functions would hold addresses. */
static int plain_tostring(lua_State *L)
{
  luaL_checkany(L, 1);
  switch (lua_type(L, 1)) {
  case LUA_TNIL:
  case LUA_TBOOLEAN:
  case LUA_TNUMBER:
  case LUA_TSTRING:
    luaL_tolstring(L, 1, NULL);
    break;
  default:
    lua_pushstring(L, luaL_typename(L, 1));
  }
  return 1;
}

/* Numbers, then texts by bytes, then false and true: an order that is everywhere the
 * same. Returns below 0, 0 or above. Raises for keys without an order. */
static int compare_keys(lua_State *L, int a, int b)
{
  static const int ranks[] = {[LUA_TNUMBER] = 1, [LUA_TSTRING] = 2, [LUA_TBOOLEAN] = 3};
  int type_a = lua_type(L, a), type_b = lua_type(L, b);
  int rank_a = type_a < (int)(sizeof ranks / sizeof *ranks) ? ranks[type_a] : 0;
  int rank_b = type_b < (int)(sizeof ranks / sizeof *ranks) ? ranks[type_b] : 0;
  if (rank_a == 0 || rank_b == 0)
    luaL_error(L, N_("keys must be texts, numbers or booleans"));
  if (rank_a != rank_b)
    return rank_a - rank_b;
  if (type_a == LUA_TNUMBER)
    return lua_compare(L, a, b, LUA_OPLT) ? -1 : lua_compare(L, b, a, LUA_OPLT);
  if (type_a == LUA_TBOOLEAN)
    return lua_toboolean(L, a) - lua_toboolean(L, b);
  size_t size_a, size_b;
  const char *text_a = lua_tolstring(L, a, &size_a);
  const char *text_b = lua_tolstring(L, b, &size_b);
  int order = memcmp(text_a, text_b, size_a < size_b ? size_a : size_b);
  return order != 0 ? order : (size_a > size_b) - (size_a < size_b);
}

/* next(t, key): the smallest key above `key`. Slower than Lua's, and the same in
 * every run. */
static int sorted_next(lua_State *L)
{
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 2);
  zc_context_fill(L, 1);
  lua_pushnil(L); /* 3: the best key so far */
  lua_pushnil(L); /* 4: the cursor */
  while (lua_next(L, 1) != 0) {
    lua_pop(L, 1);
    bool above = lua_isnil(L, 2) || compare_keys(L, 4, 2) > 0;
    if (above && (lua_isnil(L, 3) || compare_keys(L, 4, 3) < 0)) {
      lua_pushvalue(L, 4);
      lua_replace(L, 3);
    }
  }
  lua_settop(L, 3);
  if (lua_isnil(L, 3))
    return 1;
  lua_pushvalue(L, 3);
  lua_rawget(L, 1);
  return 2;
}

/* Sorts keys[1…n] of the table at `keys` in place (heap sort: no recursion, no
 * worst case). */
static void sift(lua_State *L, int keys, lua_Integer root, lua_Integer count)
{
  for (;;) {
    lua_Integer child = 2 * root;
    if (child > count)
      return;
    lua_rawgeti(L, keys, child);
    if (child < count) {
      lua_rawgeti(L, keys, child + 1);
      if (compare_keys(L, -2, -1) < 0) {
        child++;
        lua_remove(L, -2);
      } else {
        lua_pop(L, 1);
      }
    }
    lua_rawgeti(L, keys, root);
    if (compare_keys(L, -1, -2) >= 0) {
      lua_pop(L, 2);
      return;
    }
    lua_rawseti(L, keys, child);
    lua_rawseti(L, keys, root);
    root = child;
  }
}

static void sort_keys(lua_State *L, int keys, lua_Integer count)
{
  for (lua_Integer root = count / 2; root >= 1; root--)
    sift(L, keys, root, count);
  for (lua_Integer last = count; last > 1; last--) {
    lua_rawgeti(L, keys, 1);
    lua_rawgeti(L, keys, last);
    lua_rawseti(L, keys, 1);
    lua_rawseti(L, keys, last);
    sift(L, keys, 1, last - 1);
  }
}

/* The iterator that pairs returns: upvalues table, keys, position. A key that the loop
 * has cleared does not come. */
static int step(lua_State *L)
{
  lua_Integer at = lua_tointeger(L, lua_upvalueindex(3));
  bool more = true, cleared = true;
  while (more && cleared) {
    lua_settop(L, 0);
    more = lua_rawgeti(L, lua_upvalueindex(2), ++at) != LUA_TNIL;
    lua_pushvalue(L, 1);
    cleared = more && lua_rawget(L, lua_upvalueindex(1)) == LUA_TNIL;
  }
  lua_pushinteger(L, at);
  lua_replace(L, lua_upvalueindex(3));
  return more ? 2 : 1;
}

static int sorted_pairs(lua_State *L)
{
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  zc_context_fill(L, 1);
  lua_newtable(L);
  lua_Integer count = 0;
  lua_pushnil(L);
  while (lua_next(L, 1) != 0) {
    lua_pop(L, 1);
    if (count == 0)
      compare_keys(L, -1, -1); /* one key of an odd type is never compared else */
    lua_pushvalue(L, -1);
    lua_rawseti(L, 2, ++count);
  }
  sort_keys(L, 2, count);
  lua_pushinteger(L, 0);
  lua_pushcclosure(L, step, 3);
  return 1;
}

static int plain_next(lua_State *L)
{
  lua_settop(L, 2);
  if (lua_next(L, 1) != 0)
    return 2;
  lua_pushnil(L);
  return 1;
}

static int unordered(lua_State *L)
{
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_pushcfunction(L, plain_next);
  lua_pushvalue(L, 1);
  lua_pushnil(L);
  return 3;
}

void zc_sandbox_push_unordered(lua_State *L)
{
  lua_pushcfunction(L, unordered);
}

/* ---- table ------------------------------------------------------------------- */

/* Stack of a sort: 1 the table, 2 the comparator or nil, 3 a table to merge into. */

/* Whether the value on the top comes before the one below it. */
static bool top_is_less(lua_State *L)
{
  if (lua_isnil(L, 2))
    return lua_compare(L, -1, -2, LUA_OPLT);
  lua_pushvalue(L, 2);
  lua_pushvalue(L, -2);
  lua_pushvalue(L, -4);
  lua_call(L, 2, 1);
  bool less = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return less;
}

/* Merges from[left … middle − 1] and from[middle … end − 1] into `to`. */
static void merge(lua_State *L, int from, int to, lua_Integer left, lua_Integer middle,
                  lua_Integer end)
{
  lua_Integer right = middle, at = left;
  while (left < middle && right < end) {
    lua_rawgeti(L, from, left);
    lua_rawgeti(L, from, right);
    if (top_is_less(L)) {
      lua_rawseti(L, to, at++);
      lua_pop(L, 1);
      right++;
    } else {
      lua_pop(L, 1);
      lua_rawseti(L, to, at++);
      left++;
    }
  }
  for (; left < middle || right < end; at++) {
    lua_rawgeti(L, from, left < middle ? left++ : right++);
    lua_rawseti(L, to, at);
  }
}

static lua_Integer lesser(lua_Integer a, lua_Integer b)
{
  return a < b ? a : b;
}

/* table.sort(t, less): Lua's own asks the clock where a table is hard to sort, and the
 * lock forbids that. A merge sort needs no luck, and equal entries keep their order. */
static int merge_sort(lua_State *L)
{
  luaL_checktype(L, 1, LUA_TTABLE);
  if (!lua_isnoneornil(L, 2))
    luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_settop(L, 2);
  lua_Integer count = (lua_Integer)lua_rawlen(L, 1);
  lua_createtable(L, (int)lesser(count, INT_MAX), 0);
  int from = 1, to = 3;
  for (lua_Integer width = 1; width < count; width *= 2) {
    for (lua_Integer left = 1; left <= count; left += 2 * width)
      merge(L, from, to, left, lesser(left + width, count + 1),
            lesser(left + 2 * width, count + 1));
    from = 4 - from;
    to = 4 - to;
  }
  for (lua_Integer i = 1; from == 3 && i <= count; i++) {
    lua_rawgeti(L, 3, i);
    lua_rawseti(L, 1, i);
  }
  return 0;
}

/* ---- string ------------------------------------------------------------------ */

static int capped_rep(lua_State *L)
{
  size_t size, between = 0;
  const char *text = luaL_checklstring(L, 1, &size);
  lua_Integer count = luaL_checkinteger(L, 2);
  const char *separator = luaL_optlstring(L, 3, "", &between);
  if (count <= 0) {
    lua_pushliteral(L, "");
    return 1;
  }
  size_t piece = size + between;
  if ((lua_Unsigned)count > ZC_REP_LIMIT || piece > ZC_REP_LIMIT / (size_t)count)
    return luaL_error(L, N_("rep: the result would be over 1 MiB"));
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  for (lua_Integer i = 0; i < count; i++) {
    luaL_addlstring(&buffer, text, size);
    if (i + 1 < count)
      luaL_addlstring(&buffer, separator, between);
  }
  luaL_pushresult(&buffer);
  return 1;
}

/* string.format without %p and without tables, whose texts would be addresses. The
 * original function is the upvalue. */
static int plain_format(lua_State *L)
{
  size_t size;
  const char *format = luaL_checklstring(L, 1, &size), *end = format + size,
             *at = format;
  while ((at = memchr(at, '%', (size_t)(end - at))) != NULL) {
    at += 1 + strspn(at + 1, "-+ #0123456789.");
    if (*at == 'p')
      return luaL_error(L, "format: %%p is not available");
    if (*at == '%')
      at++;
  }
  for (int i = 2; i <= lua_gettop(L); i++)
    if (lua_type(L, i) > LUA_TSTRING || lua_type(L, i) == LUA_TLIGHTUSERDATA)
      return luaL_error(L, "format: argument %d is a %s", i, luaL_typename(L, i));
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, 1);
  return 1;
}

/* ---- opening ----------------------------------------------------------------------
 */

static int undefined(lua_State *L)
{
  if (lua_type(L, 2) == LUA_TSTRING)
    return luaL_error(L, "the name '%s' is not defined", lua_tostring(L, 2));
  return luaL_error(L, N_("this name is not defined"));
}

/* Copies `names` from the library on the top into a new table, which replaces it. */
static void keep(lua_State *L, const char *const *names)
{
  lua_newtable(L);
  for (; *names != NULL; names++) {
    lua_getfield(L, -2, *names);
    lua_setfield(L, -2, *names);
  }
  lua_remove(L, -2);
}

static void open_base(lua_State *L)
{
  static const char *const kept[] = {"assert",   "error", "ipairs", "select",
                                     "tonumber", "type",  NULL};
  static const luaL_Reg own[] = {{"next", sorted_next},    {"pairs", sorted_pairs},
                                 {"pcall", guarded_pcall}, {"tostring", plain_tostring},
                                 {"list", list},           {NULL, NULL}};
  lua_pushcfunction(L, luaopen_base);
  lua_call(L, 0, 1); /* fills the globals … */
  keep(L, kept);     /* … of which these are taken along */
  luaL_setfuncs(L, own, 0);
}

static void open_string(lua_State *L)
{
  static const char *const kept[] = {"byte",  "char",    "find",     "gmatch", "gsub",
                                     "len",   "lower",   "match",    "pack",   "sub",
                                     "upper", "reverse", "packsize", "unpack", NULL};
  luaL_requiref(L, "string", luaopen_string, 0);
  lua_getfield(L, -1, "format");
  lua_insert(L, -2);
  keep(L, kept);
  lua_pushcfunction(L, capped_rep);
  lua_setfield(L, -2, "rep");
  lua_insert(L, -2);
  lua_pushcclosure(L, plain_format, 1);
  lua_setfield(L, -2, "format");
  /* The methods of texts are these functions, too. */
  lua_pushliteral(L, "");
  lua_getmetatable(L, -1);
  lua_pushvalue(L, -3);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 2);
}

void zc_sandbox_open(lua_State *L)
{
  static const char *const tables[] = {"concat", "insert", "pack",
                                       "remove", "unpack", NULL};
  static const char *const math[] = {"abs",        "acos", "asin", "atan",
                                     "ceil",       "cos",  "deg",  "exp",
                                     "floor",      "fmod", "huge", "log",
                                     "max",        "min",  "modf", "pi",
                                     "rad",        "sin",  "sqrt", "tan",
                                     "tointeger",  "type", "ult",  "maxinteger",
                                     "mininteger", NULL};
  static const char *const utf8[] = {"char", "charpattern", "codepoint", "codes",
                                     "len",  "offset",      NULL};
  lua_newtable(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &list_key);
  open_base(L);
  open_string(L);
  lua_setfield(L, -2, "string");
  luaL_requiref(L, "table", luaopen_table, 0);
  keep(L, tables);
  lua_pushcfunction(L, merge_sort);
  lua_setfield(L, -2, "sort");
  lua_setfield(L, -2, "table");
  luaL_requiref(L, "math", luaopen_math, 0);
  keep(L, math);
  lua_setfield(L, -2, "math");
  luaL_requiref(L, "utf8", luaopen_utf8, 0);
  keep(L, utf8);
  lua_setfield(L, -2, "utf8");
  /* A misspelt name is an error with its line, not nil. */
  lua_newtable(L);
  lua_pushcfunction(L, undefined);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
  /* The table of kept names becomes the globals; the libraries' own copies in the
   * registry go. */
  lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  lua_pushnil(L);
  lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
}
