#include "eval/luavalue.h"

#include <lauxlib.h>
#include <string.h>

#include "base/utf8.h"
#include "eval/sandbox.h"
#include "eval/state.h"

#define DEPTH 32
#define VALUE_COST 8 /* of a value's room, besides the bytes of its text */

void zc_lua_push(lua_State *L, const json_t *value)
{
  luaL_checkstack(L, 4, NULL);
  switch (value == NULL ? JSON_NULL : json_typeof(value)) {
  case JSON_OBJECT: {
    const char *key;
    json_t *entry;
    lua_createtable(L, 0, (int)json_object_size(value));
    json_object_foreach((json_t *)value, key, entry)
    {
      zc_lua_push(L, entry);
      lua_setfield(L, -2, key);
    }
    break;
  }
  case JSON_ARRAY: {
    size_t index;
    const json_t *entry;
    lua_createtable(L, (int)json_array_size(value), 0);
    json_array_foreach(value, index, entry)
    {
      zc_lua_push(L, entry);
      lua_rawseti(L, -2, (lua_Integer)index + 1);
    }
    zc_sandbox_mark_list(L);
    break;
  }
  case JSON_STRING:
    lua_pushlstring(L, json_string_value(value), json_string_length(value));
    break;
  case JSON_INTEGER:
    lua_pushinteger(L, json_integer_value(value));
    break;
  case JSON_TRUE:
  case JSON_FALSE:
    lua_pushboolean(L, json_is_true(value));
    break;
  default:
    lua_pushnil(L);
  }
}

void zc_lua_push_scalar(lua_State *L, const zc_scalar *value)
{
  luaL_checkstack(L, 4, NULL);
  switch (value->kind) {
  case ZC_NIL:
    lua_pushnil(L);
    break;
  case ZC_BOOL:
    lua_pushboolean(L, value->truth);
    break;
  case ZC_TEXT:
  case ZC_CODES:
    lua_pushlstring(L, value->text, value->size);
    break;
  case ZC_LIST:
    lua_createtable(L, (int)value->size, 0);
    for (uint32_t i = 0; i < value->size; i++) {
      zc_lua_push_scalar(L, &value->entries[i]);
      lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    zc_sandbox_mark_list(L);
    break;
  case ZC_MAP:
    lua_createtable(L, 0, (int)value->size / 2);
    for (uint32_t i = 0; i < value->size; i += 2) {
      zc_lua_push_scalar(L, &value->entries[i]);
      zc_lua_push_scalar(L, &value->entries[i + 1]);
      lua_rawset(L, -3);
    }
    break;
  default:
    if (value->kind == ZC_NUMBER && value->scale == 0 && value->divisor == 1) {
      lua_pushinteger(L, value->units);
      break;
    }
    /* A short text on the C heap would leak if the push raised: print into a fixed
     * room instead; numbers, days and times need at most 40 bytes. */
    zc_buffer text = {0};
    zc_scalar_print(value, &text);
    char room[64];
    snprintf(room, sizeof room, "%s", text.data == NULL ? "" : text.data);
    zc_buffer_free(&text);
    lua_pushstring(L, room);
  }
}

typedef struct {
  lua_State *L;
  bool plain_lists, functions;
  bool paper;   /* the room is that of a paper, not of a rule */
  size_t left;  /* values that may still be made */
  size_t *room; /* bytes that they may take; NULL: of a trusted script */
  zc_err *err;
} reader;

static json_t *refuse(reader *r, const char *problem)
{
  zc_fail(r->err, ZC_EDATA,
          "{at}a script returned what cannot be passed on: {problem_term}",
          "problem_term", problem, "at", zc_state_at(r->L), NULL);
  return NULL;
}

static json_t *made(reader *r, json_t *value)
{
  if (value == NULL)
    zc_fail_memory(r->err);
  return value;
}

static bool fits(reader *r, size_t size)
{
  if (r->room == NULL)
    return true;
  if (size + VALUE_COST > *r->room) {
    refuse(r, r->paper ? N_("more than 8 MiB of texts and values")
                       : N_("more than 1 MiB of texts and values"));
    return false;
  }
  *r->room -= size + VALUE_COST;
  return true;
}

/* A text of a foreign script with spaces for what could write over a terminal. */
static json_t *visible_text(const char *text, size_t size)
{
  zc_buffer clean = {0};
  uint32_t c;
  for (size_t at = 0, length; at < size; at += length) {
    length = zc_utf8_decode(text + at, size - at, &c);
    if (zc_text_forbidden(c) || c == '\r')
      zc_buffer_char(&clean, ' ');
    else
      zc_buffer_add(&clean, text + at, length);
  }
  json_t *value = NULL;
  if (!clean.failed)
    value = json_stringn_nocheck(size == 0 ? "" : clean.data, clean.size);
  zc_buffer_free(&clean);
  return value;
}

static json_t *read_text(reader *r, int index)
{
  size_t size, bad;
  const char *text = lua_tolstring(r->L, index, &size);
  if (!fits(r, size))
    return NULL;
  if (memchr(text, '\0', size) != NULL)
    return refuse(r, N_("a text that holds a NUL byte"));
  if (!zc_utf8_valid(text, size, &bad))
    return refuse(r, N_("a text that is not UTF-8"));
  return made(r, r->room == NULL ? json_stringn_nocheck(text, size)
                                 : visible_text(text, size));
}

static json_t *read(reader *r, int index, int depth);

/* Whether the table has just so many keys. */
static bool has_keys(lua_State *L, int index, lua_Integer count)
{
  lua_pushnil(L);
  while (lua_next(L, index) != 0) {
    lua_pop(L, 1);
    if (count-- == 0) {
      lua_pop(L, 1);
      return false;
    }
  }
  return count == 0;
}

/* n if the keys are exactly 1 … n, else -1. */
static lua_Integer sequence_length(lua_State *L, int index)
{
  lua_Integer count = 0;
  lua_pushnil(L);
  while (lua_next(L, index) != 0) {
    lua_pop(L, 1);
    count++;
    if (!lua_isinteger(L, -1)) {
      lua_pop(L, 1);
      return -1;
    }
  }
  for (lua_Integer i = 1; i <= count; i++) {
    bool missing = lua_rawgeti(L, index, i) == LUA_TNIL;
    lua_pop(L, 1);
    if (missing)
      return -1;
  }
  return count;
}

static json_t *read_list(reader *r, int index, lua_Integer count, int depth)
{
  json_t *list = made(r, json_array());
  for (lua_Integer i = 1; list != NULL && i <= count; i++) {
    lua_rawgeti(r->L, index, i);
    json_t *entry = read(r, lua_gettop(r->L), depth + 1);
    lua_pop(r->L, 1);
    if (entry == NULL || json_array_append_new(list, entry) != 0) {
      if (entry != NULL)
        zc_fail_memory(r->err);
      json_decref(list);
      return NULL;
    }
  }
  /* Whatever else it holds would be lost without a word. */
  if (list != NULL && !has_keys(r->L, index, count)) {
    json_decref(list);
    return refuse(r, N_("a list with other keys than 1, 2, 3 …"));
  }
  return list;
}

static json_t *read_map(reader *r, int index, int depth)
{
  json_t *map = made(r, json_object());
  lua_pushnil(r->L);
  while (map != NULL && lua_next(r->L, index) != 0) {
    json_t *entry = NULL;
    size_t size = 0, bad;
    const char *key = lua_type(r->L, -2) == LUA_TSTRING ? lua_tolstring(r->L, -2, &size)
                                                        : NULL;
    if (key == NULL || strlen(key) != size)
      refuse(r, N_("a table with keys that are not texts (write list{…} for a list)"));
    else if (!zc_utf8_valid(key, size, &bad))
      refuse(r, N_("a key that is not UTF-8"));
    else if (fits(r, size))
      entry = read(r, lua_gettop(r->L), depth + 1);
    if (entry == NULL || json_object_set_new_nocheck(map, key, entry) != 0) {
      if (entry != NULL)
        zc_fail_memory(r->err);
      json_decref(map);
      lua_pop(r->L, 2);
      return NULL;
    }
    lua_pop(r->L, 1);
  }
  return map;
}

static json_t *read(reader *r, int index, int depth)
{
  lua_State *L = r->L;
  if (depth > DEPTH)
    return refuse(r, N_("nested more than 32 levels deep, or a cycle"));
  if (r->left-- == 0)
    return refuse(r, N_("more than 4 million values"));
  if (!lua_checkstack(L, 8)) {
    zc_fail_memory(r->err);
    return NULL;
  }
  int type = lua_type(L, index);
  if (type != LUA_TSTRING && !fits(r, 0))
    return NULL;
  switch (type) {
  case LUA_TBOOLEAN:
    return made(r, json_boolean(lua_toboolean(L, index)));
  case LUA_TNUMBER: {
    if (!lua_isinteger(L, index))
      return refuse(r, N_("a number with decimals (write it as a text)"));
    lua_Integer number = lua_tointeger(L, index);
    if (number > ZC_INTEGER_MAX || number < -ZC_INTEGER_MAX)
      return refuse(r, N_("an integer beyond 2^53"));
    return made(r, json_integer(number));
  }
  case LUA_TSTRING:
    return read_text(r, index);
  case LUA_TTABLE: {
    lua_Integer count = -1;
    if (zc_sandbox_is_list(L, index))
      count = (lua_Integer)lua_rawlen(L, index);
    else if (r->plain_lists) {
      count = sequence_length(L, index);
      if (count == 0)
        count = -1;
    }
    return count >= 0 ? read_list(r, index, count, depth) : read_map(r, index, depth);
  }
  case LUA_TFUNCTION:
    if (r->functions)
      return made(r, json_true());
    return refuse(r, N_("a function"));
  case LUA_TNIL:
    return refuse(r, N_("nil"));
  default:
    return refuse(r, N_("a value of a type that scripts do not have"));
  }
}

static zc_code read_whole(reader r, int index, json_t **value)
{
  r.left = 4000000;
  *r.err = (zc_err){0};
  *value = read(&r, lua_absindex(r.L, index), 0);
  return *value == NULL ? r.err->code : ZC_OK;
}

zc_code zc_lua_read(lua_State *L, int index, bool plain_lists, bool functions,
                    json_t **value, zc_err *err)
{
  reader r = {.L = L, .plain_lists = plain_lists, .functions = functions, .err = err};
  return read_whole(r, index, value);
}

zc_code zc_lua_read_foreign(lua_State *L, int index, bool functions, size_t *room,
                            json_t **value, zc_err *err)
{
  reader r = {.L = L,
              .plain_lists = true,
              .functions = functions,
              .paper = *room > ZC_LUA_RESULT,
              .room = room,
              .err = err};
  return read_whole(r, index, value);
}
