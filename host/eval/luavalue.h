/* luavalue.h: values between JSON and Lua, by the contract of value/json.h. */
#ifndef ZC_EVAL_LUAVALUE_H
#define ZC_EVAL_LUAVALUE_H

#include <lua.h>

#include "table/scalar.h"
#include "value/json.h"

/* Pushes a value; lists are marked as lists. May raise. */
void zc_lua_push(lua_State *L, const json_t *value);

/* Pushes a cell or a parameter: whole numbers as integers, decimals and dates as
 * texts, missing ones as nil. May raise. */
void zc_lua_push_scalar(lua_State *L, const zc_scalar *value);

/* The value at `index`, owned. With `plain_lists` a table with the keys 1 … n is a
 * list; otherwise only a marked one is. Functions become true where `functions` is
 * set. Reals, odd keys, depth over 32 (or a cycle) and texts that are not UTF-8 or hold
 * a NUL byte are ZC_EDATA. Never raises. */
zc_code zc_lua_read(lua_State *L, int index, bool plain_lists, bool functions,
                    json_t **value, zc_err *err);

/* The same for values of scripts that are not trusted, with plain lists: a value may
 * take at most *room bytes, which it is then less; characters that a reader cannot see
 * become spaces. */
zc_code zc_lua_read_foreign(lua_State *L, int index, bool functions, size_t *room,
                            json_t **value, zc_err *err);

#endif
