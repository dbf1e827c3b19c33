/* values.h: one row, an unmatched join, parameters, a facility and answers, for the
 * tests of expressions: `said` compiles a text over them and says what came out. */
#ifndef ZC_TEST_VALUES_H
#define ZC_TEST_VALUES_H

#include "base/date.h"
#include "notation.h"
#include "table/evaluate.h"

#define SECOND(day, hour, minute) ((int64_t)(day)*86400 + (hour)*3600 + (minute)*60)

typedef struct {
  zc_arena arena;
  zc_scope *scope;
  json_t *names, *words, *faults;
  zc_scalar row[32];
  int columns;
} values;

static inline void add_value(values *v, const char *name, zc_kind kind, zc_scalar value)
{
  zc_symbol symbol = {.space = "", .name = name, .type = {.kind = kind}};
  if (strstr(name, "kind") != NULL)
    symbol.type.words = v->words;
  symbol.column = v->columns;
  v->row[v->columns++] = value;
  cr_assert(eq(int, zc_scope_add(v->scope, symbol), 0));
}

static inline zc_scalar text_of(const char *text)
{
  return zc_text(text, strlen(text));
}

static inline zc_scalar codes_of(const char *text)
{
  zc_scalar codes = text_of(text);
  codes.kind = ZC_CODES;
  return codes;
}

static inline void add_columns(values *v)
{
  int32_t monday = zc_day_from_civil((zc_civil){2023, 5, 1});
  add_value(v, "n", ZC_NUMBER, zc_integer(7));
  add_value(v, "k", ZC_NUMBER, zc_integer(2));
  add_value(v, "zero", ZC_NUMBER, zc_integer(0));
  add_value(v, "big", ZC_NUMBER, zc_integer(INT64_MAX));
  add_value(v, "price", ZC_NUMBER, zc_decimal(27, 2));
  add_value(v, "no_number", ZC_NUMBER, zc_nil());
  add_value(v, "d", ZC_DATE, zc_date(monday));
  add_value(v, "e", ZC_DATE, zc_date(monday + 7));
  add_value(v, "no_day", ZC_DATE, zc_nil());
  add_value(v, "start", ZC_MOMENT, zc_moment(SECOND(monday, 8, 30)));
  add_value(v, "stop", ZC_MOMENT, zc_moment(SECOND(monday + 1, 9, 15) + 30));
  add_value(v, "no_time", ZC_MOMENT, zc_nil());
  add_value(v, "t", ZC_TEXT, text_of("阿莫西林胶囊"));
  add_value(v, "u", ZC_TEXT, text_of("abc"));
  add_value(v, "blank", ZC_TEXT, text_of(""));
  add_value(v, "other_blank", ZC_TEXT, text_of(""));
  add_value(v, "yes", ZC_BOOL, zc_bool(true));
  add_value(v, "no", ZC_BOOL, zc_bool(false));
  add_value(v, "maybe", ZC_BOOL, zc_nil());
  add_value(v, "kind", ZC_TEXT, text_of("门诊"));
  add_value(v, "no_kind", ZC_TEXT, zc_nil());
  add_value(v, "dx", ZC_CODES, codes_of("A01; I10.9,B02、C03|D04；E05，F06"));
  add_value(v, "no_dx", ZC_CODES, codes_of(""));
}

static const char values_names[] =
    "[{'space':'p','name':'max','type':'number','value':7,'fixed':true},"
    "{'space':'p','name':'share','type':'number','value':'0.03','fixed':true},"
    "{'space':'p','name':'words','type':'list','element':'text','fixed':true,"
    "  'value':['阿莫西林','头孢']},"
    "{'space':'p','name':'numbers','type':'list','element':'number','fixed':true,"
    "  'value':[1,7]},"
    "{'space':'p','name':'none','type':'list','element':'text','fixed':true,'value':[]}"
    ","
    "{'space':'p','name':'limits','type':'map','element':'number','fixed':true,"
    "  'value':{'门诊':7,'急诊':3}},"
    "{'space':'p','name':'empty','type':'text','value':'','fixed':true},"
    "{'space':'facility','name':'name','type':'text','value':'清河镇卫生院'},"
    "{'space':'facility','name':'owner','type':'text'},"
    "{'space':'facility','name':'beds','type':'number','value':30},"
    "{'space':'facility','name':'staff','type':'number'},"
    "{'space':'facility','name':'licence_valid_to','type':'date','value':'2023-04-30'},"
    "{'space':'facility','name':'opened','type':'date'},"
    "{'space':'answers','name':'posted','type':'bool','value':true},"
    "{'space':'answers','name':'trained','type':'bool'},"
    "{'space':'answers.checked_rx','name':'checked','type':'number','value':50},"
    "{'space':'answers.checked_rx','name':'wrong','type':'number','value':2},"
    "{'space':'m','name':'fee.total','type':'number','value':'1234.50'},"
    "{'space':'','name':'today','type':'date','value':'2023-05-01'},"
    "{'space':'period','name':'from','type':'date'}]";

/* The tests' own world; each test is a process of its own. */
static inline values *values_new(void)
{
  static values v;
  v = (values){0};
  v.words = json_of("['门诊','急诊','住院']");
  v.names = json_of(values_names);
  v.scope = zc_scope_new(NULL);
  cr_assert(eq(int, zc_scope_add_names(v.scope, v.names, &v.arena), 0));
  add_columns(&v);
  static const struct {
    const char *name;
    zc_kind kind;
  } joined[] = {{"level", ZC_TEXT}, {"until", ZC_DATE}, {"grade", ZC_NUMBER}};
  for (int i = 0; i < 3; i++)
    zc_scope_add(v.scope, (zc_symbol){.space = "s",
                                      .name = joined[i].name,
                                      .type = {.kind = joined[i].kind},
                                      .table = 1,
                                      .column = i});
  return &v;
}

static inline void values_free(values *v)
{
  zc_scope_free(v->scope);
  zc_arena_free(&v->arena);
  json_decref(v->names);
  json_decref(v->words);
}

/* Columns that a group may name, in the tests of having: t alone. */
static inline bool only_t(const void *context, int table, int column)
{
  const values *v = context;
  return table == 0 && column == zc_scope_find(v->scope, "", "t")->column;
}

/* Compiles; false with the faults, several joined by « / », in `room`. */
static inline bool compiled(values *v, const char *text, zc_kind wanted, zc_usage usage,
                            zc_expression *expression, char *room, size_t size)
{
  zc_err err;
  json_t *faults = json_array();
  usage.scope = v->scope;
  usage.arena = &v->arena;
  zc_code code = zc_expression_compile(text, wanted, &usage, faults, expression, &err);
  print_faults(faults, room, size);
  cr_expect(eq(int, code != ZC_OK, json_array_size(faults) > 0), "%s", text);
  json_decref(faults);
  return code == ZC_OK;
}

/* What an expression is worth, as people read it; nil and overflow by name; faults as
 * print_fault writes them. */
static inline char *said(values *v, const char *text)
{
  static char room[2048];
  zc_expression expression;
  if (!compiled(v, text, ZC_NIL, (zc_usage){.place = {"t", 1, 1}}, &expression, room,
                sizeof room))
    return room;
  zc_evaluation e = {.rows = {v->row, NULL}};
  zc_scalar value = zc_evaluate(&e, expression.root);
  zc_buffer out = {0};
  zc_scalar_print(&value, &out);
  snprintf(room, sizeof room, "%s",
           e.overflow                                      ? "overflow"
           : value.kind == ZC_NIL                          ? "nil"
           : value.kind == ZC_NUMBER && value.divisor != 1 ? "ratio "
                                                           : "");
  if (room[0] == '\0' || room[0] == 'r')
    snprintf(room + strlen(room), sizeof room - strlen(room), "%s",
             zc_text_or(out.data, ""));
  zc_buffer_free(&out);
  return room;
}

/* Rows of expression and outcome. */
typedef struct {
  const char *text, *outcome;
} saying;

static inline void expect_saying(values *v, saying row)
{
  char *outcome = said(v, row.text);
  cr_expect(eq(str, outcome, (char *)row.outcome), "%s is «%s», not «%s»", row.text,
            outcome, row.outcome);
}

static inline void expect_sayings(const saying *rows, size_t count)
{
  values *v = values_new();
  for (size_t i = 0; i < count; i++)
    expect_saying(v, rows[i]);
  values_free(v);
}

/* One table of sayings, judged. */
#define EXPECT(...)                                                                    \
  expect_sayings((const saying[]){__VA_ARGS__},                                        \
                 sizeof((const saying[]){__VA_ARGS__}) / sizeof(saying))

#endif
