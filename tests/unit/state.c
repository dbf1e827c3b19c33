/* What stops scripts: errors, instructions, memory, what cannot be compiled. */
#include "eval/state.h"

#include "base/utf8.h"
#include "lab.h"

/* ---- errors -------------------------------------------------------------------- */

Test(state, what_was_thrown_is_told_without_addresses)
{
  static const struct {
    const char *script, *told;
  } rows[] = {
      {"error('why')", "test.lua:1: why"},
      {"error('why', 0)", "why"},
      {"error(nil)", "error object: nil"},
      {"error()", "error object: nil"},
      {"error({})", "error object: table"},
      {"error(pairs)", "error object: function"},
      {"error(true)", "error object: boolean"},
      {"error('a\\0b\\n\\27[2Jc', 0)", "a b  [2Jc"},
      {"error('a\\u{9b}b\\u{202e}c', 0)", "a  b   c"},
      {"\n\nlocal x\nreturn x.y",
       "test.lua:4: attempt to index a nil value (local 'x')"},
      {"return {} .. 'x'", "test.lua:1: attempt to concatenate a table value"},
      {"local function f() return 1 + f() end return f()",
       "test.lua:1: stack overflow"},
      {"return table.concat({{}})",
       "test.lua:1: invalid value (table) at index 1 in table for 'concat'"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char out[ROOM], told[200];
    snprintf(told, sizeof told, "a script failed: %s", rows[i].told);
    cr_expect(eq(int, run(rows[i].script, out), ZC_EINTERNAL), "row %zu", i);
    cr_expect(says(out, told), "row %zu", i);
  }
}

/* 400 bytes are kept; a character must not be cut in two there. */
Test(state, a_long_message_is_cut_between_characters)
{
  for (int i = 0; i < 3; i++) {
    char script[100], out[ROOM];
    size_t bad;
    snprintf(script, sizeof script, "error(('x'):rep(%d) .. ('药'):rep(300), 0)", i);
    run(script, out);
    cr_expect(strlen(out) > 300 && zc_utf8_valid(out, strlen(out), &bad) &&
                  !has(out, "\xef\xbf\xbd"),
              "shifted by %d", i);
  }
}

Test(state, pcall_catches_ordinary_errors)
{
  static const struct {
    const char *script, *result;
  } rows[] = {
      {"local ok, why = pcall(error, 'x', 0) return tostring(ok) .. why", "falsex"},
      {"return table.concat({select(2, pcall(function(...) return ... end, 1, 2, 3))}, "
       "',')",
       "1,2,3"},
      {"local ok, why = pcall(error) return tostring(ok) .. tostring(why)", "falsenil"},
      {"local function f() return 1 + f() end return tostring((pcall(f)))", "false"},
      {"return tostring((pcall(string.rep, 'x', 1e9)))", "false"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char out[ROOM];
    run(rows[i].script, out);
    cr_expect(says(out, rows[i].result), "row %zu", i);
  }
}

/* ---- limits -------------------------------------------------------------------- */

static const char too_long[] = "stopped: more than 50,000,000 instructions";
static const char too_large[] = "stopped: more than 256 MiB of memory";

Test(state, nothing_survives_the_end_of_its_instructions)
{
  static const char *const scripts[] = {
      "while true do end",
      "::again:: goto again",
      "repeat until false",
      "local function f() return f() end f()",
      "pcall(function() while true do end end) return 'survived'",
      "while true do pcall(function() while true do end end) end",
      "local function loop() while true do pcall(loop) end end pcall(loop) "
      "return 'survived'",
      "pcall(pcall, pcall, function() while true do end end) return 'survived'",
      "pcall(function() while true do pcall(error, {}) end end) return 'survived'",
      "pcall(string.gsub, 'x', '.', function() while true do end end) return "
      "'survived'",
      "pcall(table.sort, {3, 2, 1}, function() while true do end end) return "
      "'survived'",
      "for _ in string.gmatch(('x'):rep(1000), '.') do "
      "pcall(function() while true do end end) end return 'survived'",
      "for i = 1, math.huge do end",
      "local t = {} for i = 1, math.huge do t[i % 10] = i end",
  };
  for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
    char out[ROOM];
    lab l;
    start(&l, ZC_LUA_MEMORY);
    zc_code code = run_in(&l, scripts[i], strlen(scripts[i]), 1000000, out, sizeof out);
    cr_expect(eq(int, code, ZC_EINTERNAL), "%s", scripts[i]);
    cr_expect(says(out, too_long), "%s", scripts[i]);
    lua_close(l.L);
  }
}

Test(state, instructions_are_counted_for_each_call_anew)
{
  char out[ROOM];
  const char *short_loop = "for i = 1, 20000 do end return 'ended'";
  const char *long_loop = "for i = 1, 2000000 do end return 'ended'";
  lab l;
  start(&l, ZC_LUA_MEMORY);
  for (int i = 0; i < 3; i++) {
    run_in(&l, short_loop, strlen(short_loop), 50000, out, sizeof out);
    cr_expect(says(out, "ended"), "round %d", i);
    run_in(&l, long_loop, strlen(long_loop), 50000, out, sizeof out);
    cr_expect(says(out, too_long), "round %d", i);
  }
  lua_close(l.L);
}

Test(state, nothing_survives_the_end_of_its_memory)
{
  static const char *const scripts[] = {
      "local t = {} for i = 1, 1e7 do t[i] = i end return 'survived'",
      "local t = {} for i = 1, 1e5 do t[i] = ('x'):rep(1000) .. i end return "
      "'survived'",
      "pcall(function() local t = {} for i = 1, 1e7 do t[i] = {} end end) "
      "return 'survived'",
      "local s = 'x' pcall(function() while true do s = s .. s end end) "
      "return 'survived'",
      "local s = ('x'):rep(1 << 20) pcall(string.gsub, s, '.', s) return 'survived'",
      "local s = ('x'):rep(1 << 20) local t = {} for i = 1, 100 do t[i] = s end "
      "pcall(table.concat, t) return 'survived'",
      "local t = {} pcall(function() for i = 1, 1e7 do t[i] = i end end) t = nil "
      "return 'survived'",
      "pcall(pcall, function() local t = {} for i = 1, 1e7 do t[i] = {} end end) "
      "while true do end",
  };
  for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
    char out[ROOM];
    lab l;
    start(&l, (size_t)8 << 20);
    zc_code code = run_in(&l, scripts[i], strlen(scripts[i]), ZC_LUA_INSTRUCTIONS, out,
                          sizeof out);
    cr_expect(eq(int, code, ZC_EINTERNAL), "row %zu", i);
    cr_expect(says(out, too_large), "row %zu", i);
    cr_expect(le(sz, l.budget.used, l.budget.cap), "row %zu", i);
    lua_close(l.L);
    cr_expect(eq(sz, l.budget.used, 0), "row %zu: the books do not balance", i);
  }
}

Test(state, memory_that_was_let_go_can_be_used_again)
{
  char out[ROOM];
  lab l;
  start(&l, (size_t)8 << 20);
  const char *script = "local s = ('x'):rep(1 << 20) local n = 0 "
                       "for i = 1, 100 do n = n + #(s .. i) end return tostring(n)";
  zc_code code = run_in(&l, script, strlen(script), ZC_LUA_INSTRUCTIONS, out,
                        sizeof out);
  cr_expect(eq(int, code, ZC_OK), "%s", out);
  lua_close(l.L);
}

/* ---- loading ------------------------------------------------------------------- */

Test(state, only_texts_of_at_most_256_kib_are_compiled)
{
  char out[ROOM];
  char *text = malloc(ZC_LUA_CHUNK + 2);
  memset(text, ' ', ZC_LUA_CHUNK + 1);
  lab l;
  start(&l, ZC_LUA_MEMORY);
  memcpy(text, "return 'whole' --", 17);
  cr_expect(eq(int, run_in(&l, text, ZC_LUA_CHUNK, 1000, out, sizeof out), ZC_OK));
  cr_expect(says(out, "whole"));
  cr_expect(
      eq(int, run_in(&l, text, ZC_LUA_CHUNK + 1, 1000, out, sizeof out), ZC_EINTERNAL));
  cr_expect(has(out, "256 KiB"), "%s", out);
  lua_close(l.L);
  free(text);
}

static int write_chunk(lua_State *L, const void *data, size_t size, void *to)
{
  (void)L;
  zc_buffer_add(to, data, size);
  return 0;
}

Test(state, bytecode_is_refused)
{
  char out[ROOM];
  zc_buffer code = {0};
  lab l;
  start(&l, ZC_LUA_MEMORY);
  cr_assert(eq(int, luaL_loadstring(l.L, "return 'ran'"), LUA_OK));
  lua_dump(l.L, write_chunk, &code, 0);
  lua_settop(l.L, 0);
  cr_expect(
      eq(int, run_in(&l, code.data, code.size, 1000, out, sizeof out), ZC_EINTERNAL));
  cr_expect(has(out, "binary chunk"), "%s", out);
  zc_buffer_free(&code);
  lua_close(l.L);
}

Test(state, source_that_nests_without_end_is_refused_with_its_file)
{
  static const struct {
    const char *head, *piece;
  } rows[] = {{"\nreturn ", "("},      {"\nreturn ", "{"},   {"\nreturn ", "not "},
              {"\n", "do "},           {"\n", "if x then "}, {"\nreturn ", "f{"},
              {"\n", "function f() "}, {"\nreturn ", "- "},  {"\nreturn 1", "..1"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char out[ROOM];
    zc_buffer text = {0};
    zc_buffer_text(&text, rows[i].head);
    for (int n = 0; n < 20000; n++)
      zc_buffer_text(&text, rows[i].piece);
    cr_expect(eq(int, run(text.data, out), ZC_EINTERNAL), "row %zu", i);
    cr_expect(has(out, "test.lua"), "row %zu: %s", i, out);
    zc_buffer_free(&text);
  }
}

/* Every amount of memory that does not suffice gives no state and no crash. */
Test(state, a_state_that_does_not_fit_is_not_made)
{
  lua_State *L = NULL;
  size_t refused = 0;
  for (size_t cap = 0; L == NULL && cap < 100000; cap += 16) {
    zc_budget budget = {.cap = cap};
    L = zc_state_new(&budget);
    if (L == NULL) {
      refused++;
      cr_assert(eq(sz, budget.used, 0), "%zu bytes", cap);
    } else {
      lua_close(L);
    }
  }
  cr_expect(L != NULL && refused > 500);
}
