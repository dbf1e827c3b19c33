/* Values between JSON and Lua: what crosses, what is refused, and that nothing breaks. */
#include "eval/luavalue.h"

#include <stdio.h>

#include "base/date.h"
#include "eval/sandbox.h"
#include "lab.h"

/* ---- helpers ------------------------------------------------------------------- */

static char *canonical(const json_t *value)
{
  zc_err err;
  zc_buffer text = {0};
  cr_assert(eq(int, zc_json_canonical(value, &text, &err), ZC_OK));
  return zc_buffer_take(&text);
}

/* Leaves what `script` returns on the stack's top. */
static void push_result(lua_State *L, const char *script)
{
  zc_err err = {0};
  zc_code code = zc_state_load(L, "@test.lua", script, strlen(script), &err);
  if (code == ZC_OK)
    code = zc_state_call(L, 0, 1, ZC_LUA_INSTRUCTIONS, &err);
  cr_assert(eq(int, code, ZC_OK), "%s: %s", script,
            zc_text_or(zc_err_argument(&err, "problem"), err.text));
}

typedef enum { MARKED = 0, PLAIN = 1, FUNCTIONS = 2 } reading;

/* What a script's result is as JSON (owned), or the problem with it. */
static char *cross(const char *script, int how, zc_code *code)
{
  lab l;
  zc_err err;
  json_t *value;
  char *text;
  start(&l, ZC_LUA_MEMORY);
  push_result(l.L, script);
  int top = lua_gettop(l.L);
  *code = zc_lua_read(l.L, -1, how & PLAIN, how & FUNCTIONS, &value, &err);
  cr_expect(eq(int, lua_gettop(l.L), top), "%s: the stack has changed", script);
  if (*code == ZC_OK) {
    text = canonical(value);
  } else {
    cr_expect(eq(ptr, value, NULL), "%s", script);
    text = strdup(zc_text_or(zc_err_argument(&err, "problem_term"), err.text));
  }
  json_decref(value);
  lua_close(l.L);
  return text;
}

/* ---- from JSON ----------------------------------------------------------------- */

Test(luavalue, every_value_survives_the_way_to_lua_and_back)
{
  static const char *const rows[] = {
      "[]",
      "{}",
      "\"\"",
      "0",
      "true",
      "false",
      "\"药品\"",
      "9007199254740992",
      "-9007199254740992",
      "[[],{},[[]],{\"a\":[]}]",
      "{\"1\":\"one\",\"2\":\"two\"}",
      "[1,\"1\",false,{\"b\":[true,{\"c\":-1}],\"空\":\"\"}]",
      "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":[1,2,3]}}}}}",
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    lab l;
    zc_err err;
    json_t *value, *back;
    start(&l, ZC_LUA_MEMORY);
    cr_assert(eq(int, zc_json_parse(rows[i], strlen(rows[i]), &value, &err), ZC_OK));
    zc_lua_push(l.L, value);
    cr_expect(eq(int, zc_lua_read(l.L, -1, false, false, &back, &err), ZC_OK),
              "row %zu", i);
    char *text = canonical(back);
    cr_expect(says(text, rows[i]), "row %zu", i);
    free(text);
    json_decref(back);
    json_decref(value);
    lua_close(l.L);
  }
}

Test(luavalue, nothing_is_nil_in_lua)
{
  lab l;
  start(&l, ZC_LUA_MEMORY);
  zc_lua_push(l.L, NULL);
  cr_expect(eq(int, lua_type(l.L, -1), LUA_TNIL));
  lua_close(l.L);
}

Test(luavalue, cells_become_what_scripts_can_use)
{
  static const zc_scalar codes[] = {
      {.kind = ZC_TEXT, .text = "k", .size = 1},
      {.kind = ZC_NUMBER, .units = 7, .divisor = 1},
  };
  const struct {
    zc_scalar cell;
    const char *shown; /* type:text */
  } rows[] = {
      {zc_nil(), "nil:nil"},
      {zc_bool(true), "boolean:true"},
      {zc_bool(false), "boolean:false"},
      {zc_integer(12), "number:12"},
      {zc_integer(INT64_MIN), "number:-9223372036854775808"},
      {zc_decimal(1250, 2), "string:12.50"},
      {zc_decimal(-5, 1), "string:-0.5"},
      {zc_text("药", 3), "string:药"},
      {zc_text("", 0), "string:"},
      {zc_date(zc_day_from_civil((zc_civil){2023, 6, 30})), "string:2023-06-30"},
      {{.kind = ZC_CODES, .text = "a;b", .size = 3}, "string:a;b"},
      {{.kind = ZC_LIST, .entries = codes, .size = 2}, "table:k7"},
      {{.kind = ZC_MAP, .entries = codes, .size = 2}, "table:k=7"},
  };
  static const char show[] =
      "local v = cell local s = tostring(v) if type(v) == 'table' then s = '' "
      "for k, w in pairs(v) do s = s .. (k == 1 and '' or type(k) == 'number' and '' "
      "or k .. '=') .. w end end return type(v) .. ':' .. s";
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    lab l;
    char out[ROOM];
    start(&l, ZC_LUA_MEMORY);
    lua_rawgeti(l.L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_pushliteral(l.L, "cell");
    zc_lua_push_scalar(l.L, &rows[i].cell);
    lua_rawset(l.L, 1);
    lua_settop(l.L, 0);
    if (rows[i].cell.kind == ZC_NIL)
      run_in(&l, "return 'nil:nil'", 16, 1000, out, sizeof out);
    else
      run_in(&l, show, strlen(show), 100000, out, sizeof out);
    cr_expect(says(out, rows[i].shown), "row %zu", i);
    lua_close(l.L);
  }
}

/* ---- from Lua ------------------------------------------------------------------ */

Test(luavalue, what_the_contract_knows_crosses)
{
  static const struct {
    const char *script;
    int how;
    const char *json;
  } rows[] = {
      {"return list{}", MARKED, "[]"},
      {"return {}", MARKED, "{}"},
      {"return {}", PLAIN, "{}"},
      {"return list{1, 2}", MARKED, "[1,2]"},
      {"return {1, 2}", PLAIN, "[1,2]"},
      {"return {[2] = 'b', [1] = 'a'}", PLAIN, "[\"a\",\"b\"]"},
      {"return {[1.0] = 'a'}", PLAIN, "[\"a\"]"},
      {"return {b = 1, a = {c = list{}}}", MARKED, "{\"a\":{\"c\":[]},\"b\":1}"},
      {"return {['1'] = true}", PLAIN, "{\"1\":true}"},
      {"return 1 << 53", MARKED, "9007199254740992"},
      {"return -(1 << 53)", MARKED, "-9007199254740992"},
      {"return '药<&>'", MARKED, "\"药\\u003c\\u0026\\u003e\""},
      {"return {f = function() end, g = pairs}", FUNCTIONS, "{\"f\":true,\"g\":true}"},
      {"local t = {'x'} return {t, t, {t}}", PLAIN, "[[\"x\"],[\"x\"],[[\"x\"]]]"},
      {"local t = list{1, 2, 3} t[3] = nil return t", MARKED, "[1,2]"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    zc_code code;
    char *text = cross(rows[i].script, rows[i].how, &code);
    cr_expect(eq(int, code, ZC_OK), "%s", rows[i].script);
    cr_expect(says(text, rows[i].json), "%s", rows[i].script);
    free(text);
  }
}

Test(luavalue, everything_else_is_refused_with_its_reason)
{
  static const char keys[] = "a table with keys that are not texts";
  static const char broken[] = "a text that is not UTF-8";
  static const char real[] = "a number with decimals";
  static const struct {
    const char *script;
    int how;
    const char *problem;
  } rows[] = {
      {"return 1.5", PLAIN, real},
      {"return 2.0", PLAIN, real},
      {"return 0/0", PLAIN, real},
      {"return math.huge", PLAIN, real},
      {"return {n = 10 / 2}", PLAIN, real},
      {"return (1 << 53) + 1", PLAIN, "beyond 2^53"},
      {"return -(1 << 53) - 1", PLAIN, "beyond 2^53"},
      {"return math.mininteger", PLAIN, "beyond 2^53"},
      {"return nil", PLAIN, "nil"},
      {"return list{1, nil, 3}", PLAIN, "nil"},
      {"return function() end", PLAIN, "a function"},
      {"return {a = {pairs}}", PLAIN, "a function"},
      {"return {1, 2}", MARKED, keys},
      {"return {1, 2, x = 3}", PLAIN, keys},
      {"return {1, nil, 3}", PLAIN, keys},
      {"return {[0] = 1}", PLAIN, keys},
      {"return {[2] = 1}", PLAIN, keys},
      {"return {[1.5] = 1}", PLAIN, keys},
      {"return {[true] = 1}", PLAIN, keys},
      {"return {[{}] = 1}", PLAIN, keys},
      {"return {['a\\0b'] = 1}", PLAIN, keys},
      {"return {['\\xff'] = 1}", PLAIN, "a key that is not UTF-8"},
      {"return '\\xff'", PLAIN, broken},
      {"return '\\xc0\\x80'", PLAIN, broken},
      {"return '\\xed\\xa0\\x80'", PLAIN, broken},
      {"return '\\xf4\\x90\\x80\\x80'", PLAIN, broken},
      {"return ('药'):sub(1, 2)", PLAIN, broken},
      {"local t = {} t.t = t return t", PLAIN, "a cycle"},
      {"local t = list{} t[1] = {t} return t", PLAIN, "a cycle"},
      {"local a, b = {}, {} a.b = b b.a = a return a", PLAIN, "a cycle"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    zc_code code;
    char *text = cross(rows[i].script, rows[i].how, &code);
    cr_expect(eq(int, code, ZC_EDATA), "%s", rows[i].script);
    cr_expect(has(text, rows[i].problem), "%s: %s", rows[i].script, text);
    free(text);
  }
}

Test(luavalue, thirty_two_levels_cross_and_one_more_does_not)
{
  static const char *const scripts[] = {
      "local t = 1 for i = 1, %d do t = {a = t} end return t",
      "local t = 1 for i = 1, %d do t = list{t} end return t",
      "local t = 1 for i = 1, %d do t = i %% 2 == 0 and {a = t} or {t} end return t",
  };
  for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
    for (int levels = 32; levels <= 33; levels++) {
      char script[200];
      zc_code code;
      snprintf(script, sizeof script, scripts[i], levels);
      char *text = cross(script, PLAIN, &code);
      cr_expect(eq(int, code, levels == 32 ? ZC_OK : ZC_EDATA), "row %zu, %d levels", i,
                levels);
      free(text);
    }
}

/* A few tables that hold each other many times over are a huge value. */
Test(luavalue, four_million_values_are_the_most)
{
  zc_code code;
  char *text = cross("local a, b = {}, {} for i = 1, 2100 do a[i] = true end "
                     "for i = 1, 2100 do b[i] = a end return b",
                     PLAIN, &code);
  cr_expect(eq(int, code, ZC_EDATA));
  cr_expect(has(text, "more than 4 million values"), "%s", text);
  free(text);
}

/* A list that holds more than its sequence would lose the rest without a word. */
Test(luavalue, a_marked_list_with_other_keys_is_refused)
{
  static const char *const scripts[] = {
      "return list{1, 2, x = 3}",
      "return list{x = 3}",
      "return list{[1] = 1, [2] = 2, [4] = 4, [8] = 8}",
      "return list{[0] = 1}",
  };
  for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
    zc_code code;
    char *text = cross(scripts[i], MARKED, &code);
    cr_expect(eq(int, code, ZC_EDATA), "%s became %s", scripts[i], text);
    free(text);
  }
}

/* Whoever receives a frame reads it with zc_json_parse: what it refuses would look like
 * the end of the process. */
Test(luavalue, what_crosses_can_be_read_at_the_other_end)
{
  static const char *const scripts[] = {
      "return 'a\\0b'",       "return {a = '\\0'}", "return '\\1\\127'",
      "return '\\u{10FFFF}'", "return {[''] = ''}", "return list{list{}, {}}",
  };
  for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
    zc_code code;
    zc_err err;
    json_t *value;
    char *text = cross(scripts[i], PLAIN, &code);
    if (code == ZC_OK) {
      code = zc_json_parse(text, strlen(text), &value, &err);
      json_decref(value);
      cr_expect(eq(int, code, ZC_OK), "%s crosses as %s", scripts[i], text);
    } else {
      cr_expect(i < 2, "%s: %s", scripts[i], text);
    }
    free(text);
  }
}

/* ---- from scripts that are not trusted ------------------------------------------ */

Test(luavalue, what_foreign_scripts_say_cannot_write_over_a_terminal)
{
  lab l;
  zc_err err;
  json_t *value;
  size_t room = 1000;
  start(&l, ZC_LUA_MEMORY);
  push_result(l.L, "return {'a\\27[2J\\r\\127b', '\\u{9b}x\\u{202e}y', 'a\\n药', ''}");
  cr_assert(eq(int, zc_lua_read_foreign(l.L, -1, false, &room, &value, &err), ZC_OK));
  char *text = canonical(value);
  cr_expect(says(text, "[\"a [2J  b\",\" x y\",\"a\\n药\",\"\"]"));
  free(text);
  json_decref(value);
  lua_close(l.L);
}

Test(luavalue, what_foreign_scripts_say_has_its_room)
{
  static const struct {
    const char *script;
    bool fits;
  } rows[] = {
      {"return ('x'):rep(900)", true},
      {"return ('x'):rep(1000)", false},
      {"return {[('k'):rep(900)] = 1}", true},
      {"return {[('k'):rep(1000)] = 1}", false},
      {"local t = {} for i = 1, 100 do t[i] = i end return t", true},
      {"local t = {} for i = 1, 130 do t[i] = i end return t", false},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    lab l;
    zc_err err;
    json_t *value;
    size_t room = 1000;
    start(&l, ZC_LUA_MEMORY);
    push_result(l.L, rows[i].script);
    zc_code code = zc_lua_read_foreign(l.L, -1, false, &room, &value, &err);
    cr_expect(eq(int, code, rows[i].fits ? ZC_OK : ZC_EDATA), "row %zu", i);
    cr_expect(le(sz, room, rows[i].fits ? 999 : 1000), "row %zu", i);
    json_decref(value);
    lua_close(l.L);
  }
}

/* ---- without memory ------------------------------------------------------------ */

static long allocations_left;

static void *scarce_allocation(size_t size)
{
  return allocations_left-- > 0 ? malloc(size) : NULL;
}

Test(luavalue, each_failed_allocation_of_json_is_a_clean_error)
{
  lab l;
  start(&l, ZC_LUA_MEMORY);
  push_result(l.L, "return {a = list{1, 'x', {b = true}}, c = {'药', 'y'}, d = {}, "
                   "e = {f = {g = list{list{}}}}, h = 12, i = function() end}");
  zc_code code = ZC_EINTERNAL;
  long given = 0;
  for (; code != ZC_OK && given < 1000; given++) {
    zc_err err;
    json_t *value;
    allocations_left = given;
    json_set_alloc_funcs(scarce_allocation, free);
    code = zc_lua_read(l.L, 1, true, true, &value, &err);
    json_set_alloc_funcs(malloc, free);
    json_decref(value);
    cr_assert(code == ZC_OK || (code == ZC_EINTERNAL && value == NULL),
              "allocation %ld: %s", given,
              zc_text_or(zc_err_argument(&err, "problem_term"), err.text));
    lua_settop(l.L, 1);
  }
  cr_expect(eq(int, code, ZC_OK));
  cr_expect(gt(i64, given, 20));
  lua_close(l.L);
}
