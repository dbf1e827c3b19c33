/* What scripts can reach: names, the order of tables, texts. */
#include "eval/sandbox.h"

#include <time.h>

#include "lab.h"

#define FAILED "a script failed: "

/* Says how often the clock was read: Lua's library calls this function. */
static int clock_reads;

clock_t clock(void)
{
  clock_reads++;
  return 0;
}

/* ---- names --------------------------------------------------------------------- */

Test(sandbox, the_names_are_exactly_those_of_the_allow_list)
{
  static const struct {
    const char *where, *names;
  } rows[] = {
      {"_ENV", "assert error ipairs list math next pairs pcall select string table "
               "tonumber tostring type utf8"},
      {"math", "abs acos asin atan ceil cos deg exp floor fmod huge log max maxinteger "
               "min mininteger modf pi rad sin sqrt tan tointeger type ult"},
      {"string", "byte char find format gmatch gsub len lower match pack packsize rep "
                 "reverse sub unpack upper"},
      {"table", "concat insert pack remove sort unpack"},
      {"utf8", "char charpattern codepoint codes len offset"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char script[200], out[ROOM];
    snprintf(script, sizeof script,
             "local n = {} for k in pairs(%s) do n[#n + 1] = k end "
             "return table.concat(n, ' ')",
             rows[i].where);
    cr_expect(eq(int, run(script, out), ZC_OK), "%s: %s", rows[i].where, out);
    cr_expect(says(out, rows[i].names), "row %zu", i);
  }
}

Test(sandbox, what_reaches_outside_is_no_name_at_all)
{
  static const char *const names[] = {
      "load",      "loadstring",     "loadfile",     "dofile",     "require",
      "module",    "package",        "io",           "os",         "debug",
      "coroutine", "setmetatable",   "getmetatable", "rawget",     "rawset",
      "rawequal",  "rawlen",         "print",        "xpcall",     "warn",
      "_G",        "_VERSION",       "unpack",       "setfenv",    "getfenv",
      "newproxy",  "collectgarbage", "arg",          "expression", "unordered",
  };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char script[100], out[ROOM], told[100];
    snprintf(script, sizeof script, "\nreturn %s", names[i]);
    snprintf(told, sizeof told, FAILED "test.lua:2: the name '%s' is not defined",
             names[i]);
    cr_expect(eq(int, run(script, out), ZC_EINTERNAL), "%s", names[i]);
    cr_expect(says(out, told), "%s", names[i]);
  }
}

Test(sandbox, chance_and_bytecode_are_missing_from_the_libraries)
{
  static const char *const fields[] = {"math.random", "math.randomseed", "string.dump",
                                       "('').dump", "table.move"};
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
    char script[100], out[ROOM];
    snprintf(script, sizeof script, "return tostring(%s)", fields[i]);
    cr_expect(eq(int, run(script, out), ZC_OK), "%s: %s", fields[i], out);
    cr_expect(says(out, "nil"), "%s", fields[i]);
  }
}

Test(sandbox, a_misspelt_name_is_an_error_with_its_line)
{
  char out[ROOM];
  cr_expect(eq(int, run("local n = 1\n\nn = n + lenght\n", out), ZC_EINTERNAL));
  cr_expect(says(out, FAILED "test.lua:3: the name 'lenght' is not defined"));
}

Test(sandbox, methods_of_texts_are_the_guarded_functions)
{
  char out[ROOM];
  run("return tostring((''):len() == 0 and (('').rep == string.rep) "
      "and ('').format == string.format)",
      out);
  cr_expect(says(out, "true"));
}

Test(sandbox, poisoned_methods_stay_in_their_own_state)
{
  char out[ROOM];
  run("string.rep = function() return 'poisoned' end return ('x'):rep(2)", out);
  cr_assert(says(out, "poisoned"));
  run("return ('x'):rep(2)", out);
  cr_expect(says(out, "xx"));
}

/* ---- order --------------------------------------------------------------------- */

#define WALK                                                                           \
  "local n = {} for k, v in pairs(t) do n[#n + 1] = tostring(k) .. '=' .. \
tostring(v) end return table.concat(n, ' ')"
#define STEP                                                                           \
  "local n, k, v = {}, next(t) while k ~= nil do n[#n + 1] = tostring(k) .. \
'=' .. tostring(v) k, v = next(t, k) end return table.concat(n, ' ')"

Test(sandbox, pairs_and_next_go_by_numbers_then_texts_then_booleans)
{
  static const struct {
    const char *table, *order;
  } rows[] = {
      {"{}", ""},
      {"{'a', 'b', 'c'}", "1=a 2=b 3=c"},
      {"{b = 1, a = 2, C = 3, aa = 4, [''] = 5, ['药'] = 6}",
       "=5 C=3 a=2 aa=4 b=1 药=6"},
      {"{[3] = 1, [1.5] = 2, [-1] = 3, [2^53] = 4, [-math.huge] = 5, [math.huge] = 6, "
       "[math.mininteger] = 7, [math.maxinteger] = 8}",
       "-inf=5 -9223372036854775808=7 -1=3 1.5=2 3=1 9007199254740992=4 "
       "9223372036854775807=8 inf=6"},
      {"{['1'] = 'text', [1] = 'number', ['10'] = 'ten', ['9'] = 'nine'}",
       "1=number 1=text 10=ten 9=nine"},
      {"{[true] = 1, [false] = 2}", "false=2 true=1"},
      {"{[true] = 1, z = 2, [0] = 3, [false] = 4, a = 5, [-0.5] = 6, 'first'}",
       "-0.5=6 0=3 1=first a=5 z=2 false=4 true=1"},
      {"list{'x', 'y'}", "1=x 2=y"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char script[1000], out[ROOM];
    snprintf(script, sizeof script, "local t = %s %s", rows[i].table, WALK);
    cr_expect(eq(int, run(script, out), ZC_OK), "pairs, row %zu: %s", i, out);
    cr_expect(says(out, rows[i].order), "pairs, row %zu", i);
    snprintf(script, sizeof script, "local t = %s %s", rows[i].table, STEP);
    cr_expect(eq(int, run(script, out), ZC_OK), "next, row %zu: %s", i, out);
    cr_expect(says(out, rows[i].order), "next, row %zu", i);
  }
}

/* 997 is prime, so k → k * 7 mod 997 names every key once, in another order. */
Test(sandbox, the_order_does_not_depend_on_how_a_table_was_filled)
{
  static const char *const fills[] = {
      "for i = 1, 996 do t['k' .. i] = i t[i + 0.5] = i end",
      "for i = 996, 1, -1 do t['k' .. i] = i t[i + 0.5] = i end",
      "for i = 1, 996 do local j = i * 7 % 997 t['k' .. j] = j t[j + 0.5] = j end",
      "for i = 1, 3000 do t['x' .. i] = i end for i = 1, 3000 do t['x' .. i] = nil end "
      "for i = 1, 996 do t['k' .. i] = i t[i + 0.5] = i end",
  };
  static char first[65536], out[65536];
  for (size_t i = 0; i < sizeof fills / sizeof *fills; i++) {
    char script[1000];
    lab l;
    start(&l, ZC_LUA_MEMORY);
    snprintf(script, sizeof script, "local t = {} %s %s", fills[i], WALK);
    cr_assert(eq(int,
                 run_in(&l, script, strlen(script), ZC_LUA_INSTRUCTIONS, out,
                        sizeof out),
                 ZC_OK),
              "%s", out);
    lua_close(l.L);
    if (i == 0)
      memcpy(first, out, sizeof out);
    cr_expect(eq(int, strcmp(out, first), 0), "row %zu", i);
  }
  cr_expect(has(first, "1.5=1 2.5=2"));
}

Test(sandbox, keys_without_an_order_are_refused)
{
  static const char *const tables[] = {"{[{}] = 1}", "{[pairs] = 1}",
                                       "{[{}] = 1, [{}] = 2}", "{a = 1, [{}] = 2}",
                                       "{1, 2, [pairs] = 2}"};
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
    char script[200], out[ROOM];
    snprintf(script, sizeof script, "for k in pairs(%s) do end", tables[i]);
    cr_expect(eq(int, run(script, out), ZC_EINTERNAL), "row %zu", i);
    cr_expect(says(out, FAILED "test.lua:1: keys must be texts, numbers or booleans"),
              "row %zu", i);
  }
}

/* Lua's manual lets a loop clear fields; what is cleared does not come any more. */
Test(sandbox, a_key_that_was_cleared_does_not_come)
{
  char out[ROOM];
  run("local t, n = {a = 1, b = 2, c = 3}, '' "
      "for k in pairs(t) do t.b = nil n = n .. k end return n",
      out);
  cr_expect(says(out, "ac"));
}

/* ---- texts --------------------------------------------------------------------- */

Test(sandbox, rep_makes_at_most_one_mebibyte)
{
  static const struct {
    const char *call;
    long length; /* -1: refused */
  } rows[] = {
      {"('x'):rep(0)", 0},
      {"('x'):rep(-5)", 0},
      {"('x'):rep(math.mininteger)", 0},
      {"('ab'):rep(3)", 6},
      {"('ab'):rep(3, '--')", 10},
      {"('x'):rep(1 << 20)", 1 << 20},
      {"(''):rep(1000)", 0},
      {"('x'):rep((1 << 20) + 1)", -1},
      {"('xy'):rep((1 << 19) + 1)", -1},
      {"('x'):rep(1 << 19, 'yy')", -1},
      {"('x'):rep(1e9)", -1},
      {"(''):rep(1e15)", -1},
      {"('x'):rep(math.maxinteger)", -1},
      {"('xxxx'):rep(math.maxinteger // 4 + 1)", -1},
      {"(''):rep(math.maxinteger, ('x'):rep(1 << 20))", -1},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char script[200], out[ROOM], expected[100];
    snprintf(script, sizeof script, "return tostring(#%s)", rows[i].call);
    snprintf(expected, sizeof expected, "%ld", rows[i].length);
    if (rows[i].length < 0)
      snprintf(expected, sizeof expected,
               FAILED "test.lua:1: rep: the result would be over 1 MiB");
    run(script, out);
    cr_expect(says(out, expected), "%s", rows[i].call);
  }
}

Test(sandbox, format_still_formats)
{
  static const struct {
    const char *call, *text;
  } rows[] = {
      {"('%d of %s'):format(3, 'x')", "3 of x"},
      {"('%5.2f|%-4s|%04d'):format(1.005, 'a', 7)", " 1.00|a   |0007"},
      {"('100%%'):format()", "100%"},
      {"('%%p'):format()", "%p"},
      {"('%s %s'):format(true, nil)", "true nil"},
      {"('%q'):format('a\"b')", "\"a\\\"b\""},
      {"('%c%i%x'):format(65, 2, 255)", "A2ff"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char script[200], out[ROOM];
    snprintf(script, sizeof script, "return %s", rows[i].call);
    run(script, out);
    cr_expect(says(out, rows[i].text), "%s", rows[i].call);
  }
}

Test(sandbox, format_gives_no_address)
{
  static const char *const calls[] = {
      "('%p'):format('x')",          "('%p'):format({})",
      "('%-20p'):format('x')",       "('%d%%%p'):format(1, 'x')",
      "('%s'):format({})",           "('%s'):format(pairs)",
      "string.format('%s', list{})", "string.format('\\0%p', 'x')",
      "('%%\\0 %10p'):format('x')",
  };
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
    char script[200], out[ROOM];
    snprintf(script, sizeof script, "return %s", calls[i]);
    cr_expect(eq(int, run(script, out), ZC_EINTERNAL), "%s", calls[i]);
    cr_expect(has(out, "format: "), "%s: %s", calls[i], out);
  }
}

Test(sandbox, tostring_gives_no_address)
{
  static const struct {
    const char *value, *text;
  } rows[] = {{"{}", "table"},
              {"list{}", "table"},
              {"pairs", "function"},
              {"nil", "nil"},
              {"false", "false"},
              {"12", "12"},
              {"1.5", "1.5"},
              {"'药'", "药"},
              {"2^63", "9.2233720368548e+18"},
              {"function() end", "function"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char script[200], out[ROOM];
    snprintf(script, sizeof script, "return tostring(%s)", rows[i].value);
    run(script, out);
    cr_expect(says(out, rows[i].text), "row %zu", i);
  }
}

/* Quicksort that splits badly asks the clock for a better guess: the result could
 * depend on it, and under the lock asking is death. */
Test(sandbox, sorting_does_not_read_the_clock)
{
  static const char *const scripts[] = {
      "local t = {} for i = 1, 500 do t[i] = i t[1001 - i] = i end table.sort(t) "
      "for i = 2, 1000 do assert(t[i - 1] <= t[i]) end return #t .. ''",
      "local t = {} for i = 1, 2000 do t[i] = 0 end t[1] = 5 t[1000] = 1 table.sort(t) "
      "return t[2000] .. ' ' .. t[1999]",
  };
  static const char *const results[] = {"1000", "5 1"};
  for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
    char out[ROOM];
    clock_reads = 0;
    run(scripts[i], out);
    int reads = clock_reads;
    cr_expect(says(out, results[i]), "row %zu", i);
    cr_expect(eq(int, reads, 0), "row %zu", i);
  }
}

Test(sandbox, sorting_puts_everything_in_order)
{
  static const struct {
    const char *call, *result;
  } rows[] = {
      {"local t = {3, 1, 2} table.sort(t)", "1 2 3"},
      {"local t = {} table.sort(t)", ""},
      {"local t = {'药', 'b', 'a'} table.sort(t)", "a b 药"},
      {"local t = {5, 4, 3, 2, 1} table.sort(t, function(a, b) return a > b end)",
       "5 4 3 2 1"},
      {"local t = {'b1', 'a1', 'b2', 'a2', 'b3'} "
       "table.sort(t, function(a, b) return a:sub(1, 1) < b:sub(1, 1) end)",
       "a1 a2 b1 b2 b3"},
      {"local t = list{2, 1} table.sort(t, nil)", "1 2"},
      {"local t = {1, 'x'} local _, why = pcall(table.sort, t) t = {why}",
       "attempt to compare string with number"},
      {"local _, why = pcall(function() table.sort({2, 1}, 5) end) local t = {why}",
       "test.lua:1: bad argument #2 to 'sort' (function expected, got number)"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char script[300], out[ROOM];
    snprintf(script, sizeof script, "%s return table.concat(t, ' ')", rows[i].call);
    run(script, out);
    cr_expect(says(out, rows[i].result), "row %zu", i);
  }
}
