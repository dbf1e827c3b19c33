#include "eval/context.h"

#include <lauxlib.h>
#include <string.h>

#include "eval/luavalue.h"

/* Parts of the context that are always there, even when nothing is in them. */
static const char *const spaces[] = {"p",    "facility", "answers", "period",
                                     "plan", "m",        "views"};
#define SPACES (sizeof spaces / sizeof *spaces)

/* The map `name` within a map, made if it is missing. Borrowed. */
static json_t *map_within(json_t *map, const char *name, size_t size)
{
  json_t *within = json_object_getn(map, name, size);
  if (json_is_object(within))
    return within;
  within = json_object();
  return json_object_setn_new(map, name, size, within) == 0 ? within : NULL;
}

json_t *zc_context_new(const json_t *names)
{
  json_t *tree = json_object();
  size_t index;
  const json_t *entry;
  int bad = tree == NULL;
  for (size_t i = 0; bad == 0 && i < SPACES; i++)
    bad |= map_within(tree, spaces[i], strlen(spaces[i])) == NULL;
  json_array_foreach(names, index, entry)
  {
    const char *space = zc_text_of(entry, "space");
    json_t *value = json_object_get(entry, "value"), *map = tree;
    while (map != NULL && *space != '\0') {
      size_t size = strcspn(space, ".");
      map = map_within(map, space, size);
      space += size + (space[size] == '.');
    }
    if (bad == 0 && value != NULL)
      bad |= json_object_set(map, zc_text_of(entry, "name"), value);
  }
  if (bad == 0)
    return tree;
  json_decref(tree);
  return NULL;
}

/* ---- what is only made when it is asked for ------------------------------------------- */

static const char asked_key = 0;

void zc_context_ask(lua_State *L, const zc_asked *asked)
{
  lua_pushlightuserdata(L, (void *)asked);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &asked_key);
}

static const zc_asked *current_asked(lua_State *L)
{
  lua_rawgetp(L, LUA_REGISTRYINDEX, &asked_key);
  const zc_asked *asked = lua_touserdata(L, -1);
  lua_pop(L, 1);
  return asked;
}

static bool is_asked(const char *key)
{
  return strcmp(key, "m") == 0 || strcmp(key, "views") == 0;
}

/* Pushes one measure or view. */
static void push_asked(lua_State *L, bool measure, const char *name)
{
  const zc_asked *asked = current_asked(L);
  const char *problem = NULL;
  json_t *value = asked == NULL ? NULL
                                : asked->find(asked->context, measure, name, &problem);
  if (problem != NULL)
    luaL_error(L, "%s", problem);
  if (value == NULL)
    lua_pushnil(L);
  else
    zc_lua_push(L, value);
  json_decref(value);
}

/* __index of c.m and c.views; the upvalue says which. */
static int find_asked(lua_State *L)
{
  if (lua_type(L, 2) != LUA_TSTRING)
    return 0;
  push_asked(L, lua_toboolean(L, lua_upvalueindex(1)), lua_tostring(L, 2));
  lua_pushvalue(L, 2);
  lua_pushvalue(L, 3);
  lua_rawset(L, 1);
  return 1;
}

/* __fill: all of them, before a script goes through the table. */
static int fill_asked(lua_State *L)
{
  bool measure = lua_toboolean(L, lua_upvalueindex(1));
  const zc_asked *asked = current_asked(L);
  json_t *names = asked == NULL ? NULL : asked->all(asked->context, measure);
  size_t index;
  const json_t *name;
  json_array_foreach(names, index, name)
  {
    lua_settop(L, 1);
    push_asked(L, measure, json_string_value(name));
    lua_setfield(L, 1, json_string_value(name));
  }
  json_decref(names);
  return 0;
}

static void push_asked_table(lua_State *L, bool measure)
{
  lua_newtable(L);
  lua_createtable(L, 0, 2);
  lua_pushboolean(L, measure);
  lua_pushcclosure(L, find_asked, 1);
  lua_setfield(L, -2, "__index");
  lua_pushboolean(L, measure);
  lua_pushcclosure(L, fill_asked, 1);
  lua_setfield(L, -2, "__fill");
  lua_setmetatable(L, -2);
}

/* ---- tables that take values in ---------------------------------------------------- */

static void push_table(lua_State *L, const json_t *tree, const json_t *own, int depth);

/* Upvalues of both functions below: the tree, the own one, and how deep they stand: c
 * itself is 0, its spaces 1, and what stands in a space is a plain value. */
static void push_entry(lua_State *L, const char *key)
{
  const json_t *tree = lua_touserdata(L, lua_upvalueindex(1));
  const json_t *own = lua_touserdata(L, lua_upvalueindex(2));
  int depth = (int)lua_tointeger(L, lua_upvalueindex(3));
  const json_t *value = json_object_get(own, key);
  if (depth == 0 && is_asked(key))
    push_asked_table(L, *key == 'm');
  else if (depth == 0 && json_is_object(json_object_get(tree, key)))
    push_table(L, json_object_get(tree, key), value, 1);
  else
    zc_lua_push(L, value != NULL ? value : json_object_get(tree, key));
}

/* __index: the value, which from now on is the table's own. */
static int take_in(lua_State *L)
{
  if (lua_type(L, 2) != LUA_TSTRING)
    return 0;
  push_entry(L, lua_tostring(L, 2));
  if (lua_isnil(L, 3))
    return 1;
  lua_pushvalue(L, 2);
  lua_pushvalue(L, 3);
  lua_rawset(L, 1);
  return 1;
}

/* __fill: all values that the table does not have yet. */
static int take_all_in(lua_State *L)
{
  for (int i = 1; i <= 2; i++) {
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)lua_touserdata(L, lua_upvalueindex(i)), key, value)
    {
      lua_settop(L, 1);
      lua_pushstring(L, key);
      if (lua_rawget(L, 1) != LUA_TNIL)
        continue;
      push_entry(L, key);
      lua_setfield(L, 1, key);
    }
  }
  return 0;
}

static void push_table(lua_State *L, const json_t *tree, const json_t *own, int depth)
{
  static const struct {
    const char *name;
    lua_CFunction function;
  } fields[] = {{"__index", take_in}, {"__fill", take_all_in}};
  luaL_checkstack(L, 8, NULL);
  lua_newtable(L);
  lua_createtable(L, 0, 2);
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
    lua_pushlightuserdata(L, (void *)tree);
    lua_pushlightuserdata(L, (void *)own);
    lua_pushinteger(L, depth);
    lua_pushcclosure(L, fields[i].function, 3);
    lua_setfield(L, -2, fields[i].name);
  }
  lua_setmetatable(L, -2);
}

void zc_context_push(lua_State *L, const json_t *tree, const json_t *own)
{
  push_table(L, tree, own, 0);
}

void zc_context_fill(lua_State *L, int index)
{
  index = lua_absindex(L, index);
  if (luaL_getmetafield(L, index, "__fill") == LUA_TNIL)
    return;
  lua_pushvalue(L, index);
  lua_call(L, 1, 0);
  lua_pushnil(L);
  lua_setmetatable(L, index);
}
