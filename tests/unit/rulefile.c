/* Rule files: what they may declare and return, and what becomes of those that break. */
#include "lab.h"

/* The states that a rule file makes are watched, and can be kept short of memory: each
 * allocation in turn is the first that fails. */
static struct {
  lua_State *L;
  lua_Alloc allocate;
  void *context;
  long left; /* allocations that still succeed; below zero: all of them */
} watched;

static void *scarce_allocation(void *context, void *old, size_t old_size, size_t size)
{
  (void)context;
  bool grows = size > 0 && (old == NULL || size > old_size);
  if (grows && watched.left == 0)
    return NULL;
  if (grows && watched.left > 0)
    watched.left--;
  return watched.allocate(watched.context, old, old_size, size);
}

static lua_State *watched_state_new(zc_budget *budget)
{
  watched.L = zc_state_new(budget);
  if (watched.L != NULL) {
    watched.allocate = lua_getallocf(watched.L, &watched.context);
    lua_setallocf(watched.L, scarce_allocation, NULL);
  }
  return watched.L;
}

#define zc_state_new watched_state_new
#include "eval/rulefile.c"
#undef zc_state_new

/* ---- helpers ------------------------------------------------------------------- */

#define KEEP ((size_t)64 << 20)

static zc_text_file file_of(const char *text)
{
  return (zc_text_file){.name = (char *)"test",
                        .path = (char *)"rules/test.lua",
                        .text = (char *)text,
                        .size = strlen(text)};
}

static void close_file(zc_rulefile *file)
{
  if (watched.L != NULL)
    lua_close(watched.L);
  watched.L = NULL;
  json_decref(file->declarations);
  json_decref(file->by_id);
  json_decref(file->faults);
}

static zc_code load(zc_rulefile *file, const zc_text_file *source, zc_err *err)
{
  *file = (zc_rulefile){.source = source};
  *err = (zc_err){0};
  return zc_rulefile_load(file, KEEP, err);
}

static void tell(const zc_err *err, char out[ROOM])
{
  json_t *message = zc_message_of(err);
  char *text = zc_message_fill(err->text, json_object_get(message, "args"));
  keep_text(out, ROOM, text);
  free(text);
  json_decref(message);
}

static json_t *context; /* what checks are told */

static void begin(void)
{
  json_t *names = json_pack("[{s:s, s:s, s:i}, {s:s, s:s, s:s}]", "space", "facility",
                            "name", "beds", "value", 20, "space", "answers.posted",
                            "name", "wrong", "value", "x");
  context = zc_context_new(names);
  json_decref(names);
  watched.left = -1;
}

static void end(void)
{
  json_decref(context);
}

TestSuite(rulefile, .init = begin, .fini = end);

/* ---- loading ------------------------------------------------------------------- */

Test(rulefile, a_file_that_breaks_says_where)
{
  static const struct {
    const char *text, *told;
  } rows[] = {
      {"rule 'test.a' { check = function( end }", "rules/test.lua:1: "},
      {"\n\nlocal x = nil + 1", "rules/test.lua:3: attempt to perform arithmetic"},
      {"\nrul 'test.a' { fail = 'true' }", "rules/test.lua:2: the name 'rul' is not"},
      {"\nrule {}", "rules/test.lua:2: bad argument #1 to 'rule'"},
      {"error('stopped by itself')", "rules/test.lua:1: stopped by itself"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    zc_rulefile file;
    zc_err err;
    char out[ROOM];
    zc_text_file source = file_of(rows[i].text);
    cr_expect(eq(int, load(&file, &source, &err), ZC_EINTERNAL), "%s", rows[i].text);
    tell(&err, out);
    cr_expect(has(out, rows[i].told), "%s: %s", rows[i].text, out);
    cr_expect(eq(ptr, file.L, NULL), "%s", rows[i].text);
    close_file(&file);
  }
}

Test(rulefile, a_file_of_more_rules_than_there_is_room_for_is_refused)
{
  zc_rulefile file;
  zc_err err;
  char out[ROOM];
  zc_text_file source = file_of(
      "for i = 1, 1e6 do rule('test.r' .. math.tointeger(i)) end");
  cr_expect(eq(int, load(&file, &source, &err), ZC_EINTERNAL));
  tell(&err, out);
  cr_expect(has(out, "rules/test.lua:1: more than 1 MiB of texts and values"), "%s",
            out);
  close_file(&file);
}

Test(rulefile, files_have_the_words_of_rules_besides_those_of_scripts)
{
  zc_rulefile file;
  zc_err err;
  char out[ROOM];
  zc_text_file source = file_of(
      "local n = {} for k in pairs(_ENV) do n[#n + 1] = k end "
      "error(table.concat(n, ' '), 0)");
  load(&file, &source, &err);
  tell(&err, out);
  cr_expect(says(out, "a script failed: rules/test.lua: "
                      "assert error ipairs list math measure next not_applicable pairs "
                      "pass pcall problem rule select string table tonumber tostring "
                      "type unknown utf8 view"));
  close_file(&file);
}

Test(rulefile, a_file_may_not_keep_more_than_its_share_of_memory)
{
  zc_rulefile file;
  zc_err err;
  char out[ROOM];
  zc_text_file source = file_of("hoard = {} local s = ('x'):rep(1 << 20) "
                                "for i = 1, 80 do hoard[i] = s .. i end");
  cr_expect(eq(int, load(&file, &source, &err), ZC_EINTERNAL));
  tell(&err, out);
  cr_expect(has(out, "65536 KiB of memory"), "%s", out);
  close_file(&file);
}

/* ---- checking ------------------------------------------------------------------ */

static zc_code check_rule(zc_rulefile *file, json_t **outcome, char out[ROOM])
{
  zc_err err = {0};
  zc_code code = zc_rulefile_check(file, "test.a", context, NULL, NULL, outcome, &err);
  if (code != ZC_OK)
    tell(&err, out);
  return code;
}

/* Loads a file whose test.a has this body and runs it. The outcome as JSON, or why
 * there is none. */
static zc_code check_body(const char *body, char out[ROOM])
{
  char text[ROOM];
  zc_rulefile file;
  zc_err err;
  json_t *outcome = NULL;
  snprintf(text, sizeof text, "rule 'test.a' { check = function(c)\n%s\nend }", body);
  zc_text_file source = file_of(text);
  zc_code code = load(&file, &source, &err);
  cr_assert(eq(int, code, ZC_OK), "%s: %s", body,
            zc_text_or(zc_err_argument(&err, "problem"), err.text));
  code = check_rule(&file, &outcome, out);
  if (code == ZC_OK) {
    zc_buffer json = {0};
    zc_json_canonical(outcome, &json, &err);
    keep_text(out, ROOM, json.data);
    zc_buffer_free(&json);
  }
  json_decref(outcome);
  close_file(&file);
  return code;
}

Test(rulefile, the_four_outcomes_come_through)
{
  static const struct {
    const char *body, *outcome;
  } rows[] = {
      {"return pass{population = 3}", "{\"outcome\":\"pass\",\"population\":3}"},
      {"return pass()", "{\"outcome\":\"pass\"}"},
      {"return problem('缺', {count = 2, rows = 5, amount = '1.50'})",
       "{\"amount\":\"1.50\",\"count\":2,\"outcome\":\"problem\",\"rows\":5,"
       "\"text\":\"缺\"}"},
      {"return unknown('未作答')", "{\"outcome\":\"unknown\",\"text\":\"未作答\"}"},
      {"return not_applicable('无床位')",
       "{\"outcome\":\"not_applicable\",\"text\":\"无床位\"}"},
      {"return problem(c.facility.beds .. c.answers.posted.wrong)",
       "{\"outcome\":\"problem\",\"text\":\"20x\"}"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char out[ROOM];
    cr_expect(eq(int, check_body(rows[i].body, out), ZC_OK), "%s", rows[i].body);
    cr_expect(says(out, rows[i].outcome), "%s", rows[i].body);
  }
}

Test(rulefile, options_that_no_outcome_has_are_refused)
{
  static const struct {
    const char *body, *told;
  } rows[] = {
      {"return pass{populaton = 3}", "pass takes population and nothing else"},
      {"return pass{count = 3}", "pass takes population and nothing else"},
      {"return pass{3}", "pass takes population and nothing else"},
      {"return problem('x', {cuont = 3})",
       "problem takes the options population, count, rows and amount"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char out[ROOM] = "";
    cr_expect(ne(int, check_body(rows[i].body, out), ZC_OK), "%s", rows[i].body);
    cr_expect(has(out, rows[i].told), "%s: %s", rows[i].body, out);
  }
}

Test(rulefile, nonsense_is_no_outcome)
{
  static const char *const bodies[] = {
      "return",
      "return nil",
      "return true",
      "return 5",
      "return 'pass'",
      "return {}",
      "return list{}",
      "return {'pass'}",
      "return {outcome = 'great'}",
      "return {outcome = 5}",
      "return {outcome = {outcome = 'pass'}}",
      "return function() end",
      "return pass",
      "return c",
      "return pass{population = -1}",
      "return pass{population = 1.5}",
      "return pass{population = '3'}",
      "return problem('x', {count = -1})",
      "return problem('x', {count = 1 / 3})",
      "return problem('x', {count = '3'})",
      "return problem('x', {count = (1 << 53) + 1})",
      "return problem('x', {rows = {}})",
      "return problem('x', {amount = 1})",
      "return problem('x', {amount = {}})",
      "return problem({})",
      "return problem()",
      "return unknown()",
      "return not_applicable(function() end)",
      "local p = problem('x') p.p = p return p",
      "return problem(('x'):rep(1 << 20))",
      ("local p = problem('x') for i = 1, 300 do p['k' .. i] = ('x'):rep(4000) end "
       "return p"),
  };
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
    char out[ROOM] = "";
    cr_expect(ne(int, check_body(bodies[i], out), ZC_OK), "%s became %s", bodies[i],
              out);
  }
}

/* The engine's scripts take `text` for a text and `amount` for a number. */
Test(rulefile, a_self_made_outcome_has_the_types_of_a_real_one)
{
  static const char *const bodies[] = {
      "return {outcome = 'problem', text = {}}",
      "return {outcome = 'problem', text = 5}",
      "return {outcome = 'problem', text = true}",
      "return {outcome = 'problem'}",
      "return {outcome = 'unknown', text = {a = 1}}",
      "return {outcome = 'unknown'}",
      "return {outcome = 'not_applicable', text = list{}}",
      "local p = problem('x') p.text = {p.text} return p",
      "return problem('x', {amount = 'abc'})",
      "return problem('x', {amount = ''})",
  };
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
    char out[ROOM] = "";
    cr_expect(ne(int, check_body(bodies[i], out), ZC_OK), "%s became %s", bodies[i],
              out);
  }
}

Test(rulefile, what_breaks_a_check_is_told_with_its_line)
{
  static const struct {
    const char *body, *told;
  } rows[] = {
      {"return c.nothing.here", "rules/test.lua:2: attempt to index a nil value"},
      {"\nreturn lenght", "rules/test.lua:3: the name 'lenght' is not defined"},
      {"rule 'test.b' {fail = 'true'}",
       "rules/test.lua:2: rules are declared while the file is loaded"},
      {"return problem(('x'):rep(1e9))",
       "rules/test.lua:2: rep: the result would be over 1 MiB"},
      {"local _ENV = {} return problem('x')",
       "rules/test.lua:2: attempt to call a nil value (global 'problem')"},
      {"_ENV = nil return problem('x')", "rules/test.lua:2: attempt to index a nil"},
      {"return os.time()", "rules/test.lua:2: the name 'os' is not defined"},
      {"local s = 'x' s.y = 1", "rules/test.lua:2: attempt to index a string value"},
      {"return setmetatable({}, {})", "the name 'setmetatable' is not defined"},
      {"return -{}",
       "rules/test.lua:2: attempt to perform arithmetic on a table value"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char out[ROOM] = "";
    cr_expect(eq(int, check_body(rows[i].body, out), ZC_EINTERNAL), "%s", rows[i].body);
    cr_expect(has(out, rows[i].told), "%s: %s", rows[i].body, out);
  }
}

Test(rulefile, one_check_cannot_change_what_the_next_one_is_told)
{
  zc_rulefile file;
  zc_err err;
  char out[ROOM];
  zc_text_file source = file_of(
      "rule 'test.a' { check = function(c) c.facility.beds = c.facility.beds + 1 "
      "local n = c.facility.beds c.facility = nil c.answers = {} return problem('' .. "
      "n) end }");
  cr_assert(eq(int, load(&file, &source, &err), ZC_OK));
  for (int i = 0; i < 2; i++) {
    json_t *outcome;
    cr_expect(eq(int, check_rule(&file, &outcome, out), ZC_OK));
    cr_expect(says((char *)zc_get_text(outcome, "text"), "21"));
    json_decref(outcome);
  }
  close_file(&file);
}

Test(rulefile, a_function_that_was_taken_away_is_an_error)
{
  zc_rulefile file;
  zc_err err;
  json_t *outcome;
  char out[ROOM] = "";
  zc_text_file source = file_of("local t = {check = function() return pass{} end} "
                                "rule 'test.a' (t) t.check = 'gone'");
  cr_assert(eq(int, load(&file, &source, &err), ZC_OK));
  cr_expect(eq(int, check_rule(&file, &outcome, out), ZC_EINTERNAL));
  cr_expect(has(out, "check is no function any more"), "%s", out);
  close_file(&file);
}

/* ---- rows ---------------------------------------------------------------------- */

/* A table of three visits, and one rule over it. */
typedef struct {
  zc_table *tables[1];
  zc_scope *scope;
  json_t *faults;
  zc_rulefile file;
  zc_rule *rule;
} clinic;

static const char visits[] = "no,days,patient\nA1,3,P7\nA2,8,P8\nA3,,P7\n";

static zc_code open_clinic(clinic *c, const zc_text_file *source, zc_err *err)
{
  zc_dataset *dataset;
  json_t *json = json_pack("{s:s, s:[{s:s, s:s, s:b}, {s:s, s:s}, {s:s, s:s, s:s}]}",
                           "id", "visits", "columns", "id", "no", "type", "code", "key",
                           1, "id", "days", "type", "int", "id", "patient", "type",
                           "code", "identifies", "patient");
  *c = (clinic){.scope = zc_scope_new(NULL), .faults = json_array()};
  cr_assert(eq(int, zc_dataset_new(json, &dataset, err), ZC_OK));
  json_decref(json);
  c->tables[0] = zc_table_new(dataset, "visits.csv", visits, sizeof visits - 1, NULL);
  zc_code code = load(&c->file, source, err);
  if (code != ZC_OK)
    return code;
  zc_world world = {c->tables, 1, c->scope, NULL};
  code = zc_rule_new(zc_rulefile_find(&c->file, "test.a"), "rules/test.lua", &world,
                     c->faults, &c->rule, err);
  cr_assert(eq(int, code, ZC_OK));
  cr_assert(eq(int, zc_table_load(c->tables[0], NULL, c->faults, err), ZC_OK));
  zc_rule_settle(c->rule);
  return ZC_OK;
}

static void close_clinic(clinic *c)
{
  zc_rule_free(c->rule);
  zc_table_free(c->tables[0]);
  zc_scope_free(c->scope);
  json_decref(c->faults);
  close_file(&c->file);
}

static zc_code judge_rows(clinic *c, json_t **result, zc_err *err)
{
  zc_patients patients = {0};
  zc_plain plain = {.patients = &patients};
  zc_index_begin(&patients.index, 1);
  *result = NULL;
  zc_code code = zc_rulefile_each(&c->file, &plain, c->rule, result, err);
  zc_index_free(&patients.index);
  zc_arena_free(&patients.texts);
  return code;
}

static zc_code each_body(const char *body, char out[ROOM])
{
  char text[ROOM];
  clinic c;
  zc_err err;
  json_t *result;
  snprintf(text, sizeof text,
           "local saved rule 'test.a' { on = 'visits', each = function(row)\n%s\nend }",
           body);
  zc_text_file source = file_of(text);
  cr_assert(eq(int, open_clinic(&c, &source, &err), ZC_OK));
  zc_code code = judge_rows(&c, &result, &err);
  if (code == ZC_OK)
    snprintf(out, ROOM, "%d hits of %d, %d unjudged",
             (int)zc_get_integer(result, "count", -1),
             (int)zc_get_integer(result, "population", -1),
             (int)zc_get_integer(result, "unjudged", -1));
  else
    tell(&err, out);
  json_decref(result);
  close_clinic(&c);
  return code;
}

Test(rulefile, each_sees_rows_and_judges_them)
{
  static const struct {
    const char *body, *result;
  } rows[] = {
      {"return row.days and row.days > 5", "1 hits of 3, 1 unjudged"},
      {"if row.days then return true end", "2 hits of 3, 1 unjudged"},
      {"return row.no == 'A2'", "1 hits of 3, 0 unjudged"},
      {"return row.patient == '患者#1'", "2 hits of 3, 0 unjudged"},
      {"return row.patient:find('P') ~= nil", "0 hits of 3, 0 unjudged"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char out[ROOM];
    cr_expect(eq(int, each_body(rows[i].body, out), ZC_OK), "%s", rows[i].body);
    cr_expect(says(out, rows[i].result), "%s", rows[i].body);
  }
}

Test(rulefile, each_that_breaks_is_told)
{
  static const struct {
    const char *body, *told;
  } rows[] = {
      {"return 5", "each must return true, false or nil"},
      {"return 'true'", "each must return true, false or nil"},
      {"return {}", "each must return true, false or nil"},
      {"return row", "each must return true, false or nil"},
      {"return row.nothing",
       "rules/test.lua:2: the table visits has no column nothing"},
      {"return row[1]", "the table visits has no column 1"},
      {"return row[{}]", "rules/test.lua:2: bad argument"},
      {"row.days = 3", "rules/test.lua:2: attempt to index a zicha.row value"},
      {"for k in pairs(row) do end", "rules/test.lua:2: bad argument #1"},
      {"return #row", "rules/test.lua:2: attempt to get length of a zicha.row value"},
      {"if row.no == 'A2' then error('why') end", "rules/test.lua:2: why"},
      {"if row.no == 'A2' then error() end", "error object: nil"},
      {"error({})", "error object: table"},
      {"while true do end", "stopped: more than 50,000,000 instructions"},
      {"pcall(function() while true do end end) return true", "stopped: more than"},
      {"saved = saved or {} local s = ('x'):rep(1 << 20) for i = 1, 300 do "
       "saved[#saved + 1] = s .. i end",
       "stopped: more than 256 MiB of memory"},
      {"local function f() return 1 + f() end return f()",
       "rules/test.lua:2: stack overflow"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char out[ROOM] = "";
    cr_expect(eq(int, each_body(rows[i].body, out), ZC_EINTERNAL), "%s", rows[i].body);
    cr_expect(has(out, rows[i].told), "%s: %s", rows[i].body, out);
  }
}

Test(rulefile, a_row_is_gone_after_its_call)
{
  clinic c;
  zc_err err;
  json_t *result, *outcome;
  char out[ROOM] = "";
  zc_text_file source = file_of(
      "local saved rule 'test.b' { check = function() return problem(saved.no) end } "
      "rule 'test.a' { on = 'visits', each = function(row) saved = row return true end "
      "}");
  cr_assert(eq(int, open_clinic(&c, &source, &err), ZC_OK));
  cr_assert(eq(int, judge_rows(&c, &result, &err), ZC_OK));
  cr_expect(eq(int, zc_rulefile_check(&c.file, "test.b", context, NULL, NULL, &outcome, &err),
               ZC_EINTERNAL));
  tell(&err, out);
  cr_expect(has(out, "a row is gone after its call"), "%s", out);
  json_decref(result);
  close_clinic(&c);
}

/* ---- without memory ------------------------------------------------------------ */

Test(rulefile, each_failed_allocation_of_lua_is_a_clean_error)
{
  static const char text[] =
      "local words = {} for w in ('a b c'):gmatch('%a') do words[#words + 1] = w end\n"
      "rule 'test.b' { fail = 'facility.beds > 1', say = 'x' .. #words }\n"
      "rule 'test.a' { check = function(c) local t = {} "
      "for k, v in pairs(c) do t[#t + 1] = k .. tostring(v) end "
      "pcall(error, {}) table.sort(t) "
      "return problem(('%s:%d'):format(table.concat(t), c.facility.beds)) end }";
  zc_text_file source = file_of(text);
  zc_code code = ZC_EINTERNAL;
  long given = 0;
  for (; code != ZC_OK && given < 5000; given++) {
    zc_rulefile file;
    zc_err err;
    json_t *outcome = NULL;
    char out[ROOM] = "";
    watched.left = given;
    code = load(&file, &source, &err);
    if (code == ZC_OK)
      code = check_rule(&file, &outcome, out);
    else
      tell(&err, out);
    watched.left = -1;
    cr_assert(code == ZC_OK || (code == ZC_EINTERNAL && has(out, "memory")),
              "allocation %ld: %s", given, out);
    json_decref(outcome);
    close_file(&file);
  }
  cr_expect(eq(int, code, ZC_OK));
  cr_expect(gt(i64, given, 50));
}

Test(rulefile, each_failed_allocation_while_rows_are_judged_is_a_clean_error)
{
  static const char text[] =
      "local seen = {} rule 'test.a' { on = 'visits', each = function(row) "
      "seen[row.no] = {row.patient .. row.no} "
      "if row.no == 'A2' then pcall(error, {row.no}) end "
      "return (row.days or 0) > 5 end }";
  zc_text_file source = file_of(text);
  zc_code code = ZC_EINTERNAL;
  long given = 0;
  for (; code != ZC_OK && given < 5000; given++) {
    clinic c;
    zc_err err;
    json_t *result = NULL;
    char out[ROOM] = "";
    cr_assert(eq(int, open_clinic(&c, &source, &err), ZC_OK));
    watched.left = given;
    code = judge_rows(&c, &result, &err);
    watched.left = -1;
    if (code != ZC_OK)
      tell(&err, out);
    cr_assert(code == ZC_OK || (code == ZC_EINTERNAL && has(out, "memory")),
              "allocation %ld: %s", given, out);
    json_decref(result);
    close_clinic(&c);
  }
  cr_expect(eq(int, code, ZC_OK));
  cr_expect(gt(i64, given, 10));
}
