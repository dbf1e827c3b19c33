/* What parses can be printed and parses again to the same tree; what compiles does so
 * from its print as well, and is worth the same; every fault lies within the text. */
#include <ctype.h>

#include "base/date.h"
#include "property.h"
#include "table/evaluate.h"
#include "table/function.h"

#define ROOM ((size_t)1 << 20)
#define ATOM 6

/* ---- printing: minimal parentheses, so that what fitted the depth fits it again -------
 */

static const struct {
  const char *sign;
  int level;
} infix[] = {[ZC_OP_OR] = {"or", 0},          [ZC_OP_AND] = {"and", 1},
             [ZC_OP_EQUAL] = {"==", 2},       [ZC_OP_UNEQUAL] = {"~=", 2},
             [ZC_OP_LESS] = {"<", 2},         [ZC_OP_LESS_EQUAL] = {"<=", 2},
             [ZC_OP_ADD] = {"+", 3},          [ZC_OP_SUBTRACT] = {"-", 3},
             [ZC_OP_MULTIPLY] = {"*", 4},     [ZC_OP_DIVIDE] = {"/", 4},
             [ZC_OP_AGGREGATE] = {NULL, ATOM}};

static int level_of(const zc_node *node)
{
  if (node->op == ZC_OP_NOT || node->op == ZC_OP_NEGATE)
    return 5;
  return infix[node->op].sign == NULL ? ATOM : infix[node->op].level;
}

static void print(const zc_node *node, int least, zc_buffer *out);

static void print_text(const char *text, size_t size, zc_buffer *out)
{
  zc_buffer_char(out, '"');
  for (size_t i = 0; i < size; i++)
    if (text[i] == '\n')
      zc_buffer_text(out, "\\n");
    else
      zc_buffer_print(out, "%s%c", strchr("\\\"'", text[i]) != NULL ? "\\" : "",
                      text[i]);
  zc_buffer_char(out, '"');
}

static bool plain_name(const char *name)
{
  for (const char *c = name; *c != '\0'; c++)
    if (!isalnum((unsigned char)*c) && *c != '_')
      return false;
  return *name != '\0' && !isdigit((unsigned char)*name);
}

static void print_name(const zc_node *node, zc_buffer *out)
{
  static const char *const reserved[] = {"and", "or", "not", "true", "false", "nil"};
  bool plain = plain_name(node->name);
  for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
    plain = plain && strcmp(node->name, reserved[i]) != 0;
  zc_buffer_text(out, node->space);
  if (plain) {
    zc_buffer_text(out, *node->space == '\0' ? "" : ".");
    zc_buffer_text(out, node->name);
  } else {
    zc_buffer_char(out, '[');
    print_text(node->name, strlen(node->name), out);
    zc_buffer_char(out, ']');
  }
}

static void print_literal(const zc_scalar *value, zc_buffer *out)
{
  if (value->kind == ZC_TEXT)
    print_text(value->text, value->size, out);
  else if (value->kind == ZC_NUMBER)
    zc_scalar_print(value, out);
  else
    zc_buffer_text(out, value->kind == ZC_NIL ? "nil"
                        : value->truth        ? "true"
                                              : "false");
}

static void print_infix(const zc_node *node, zc_buffer *out)
{
  const zc_node *left = node->args[0], *right = node->args[1];
  const char *sign = infix[node->op].sign;
  int level = infix[node->op].level;
  /* a > b is kept as b < a: written so again where that spares parentheses. */
  if (node->op == ZC_OP_LESS || node->op == ZC_OP_LESS_EQUAL)
    if (level_of(right) <= level && level_of(left) > level) {
      left = node->args[1];
      right = node->args[0];
      sign = node->op == ZC_OP_LESS ? ">" : ">=";
    }
  print(left, level, out);
  zc_buffer_print(out, " %s ", sign);
  print(right, level + 1, out);
}

static void print(const zc_node *node, int least, zc_buffer *out)
{
  bool inner = level_of(node) < least;
  zc_buffer_text(out, inner ? "(" : "");
  switch (node->op) {
  case ZC_OP_LITERAL:
    print_literal(&node->literal, out);
    break;
  case ZC_OP_NAME:
    print_name(node, out);
    break;
  case ZC_OP_CALL:
    print_name(node, out);
    zc_buffer_char(out, '(');
    for (int i = 0; i < node->count; i++) {
      zc_buffer_text(out, i == 0 ? "" : ", ");
      print(node->args[i], 0, out);
    }
    zc_buffer_char(out, ')');
    break;
  case ZC_OP_NOT:
  case ZC_OP_NEGATE:
    zc_buffer_text(out, node->op == ZC_OP_NOT ? "not " : "- ");
    print(node->args[0], 5, out);
    break;
  default:
    HOLDS(infix[node->op].sign != NULL, "operation %d before types", node->op);
    print_infix(node, out);
  }
  zc_buffer_text(out, inner ? ")" : "");
}

/* The tree without any doubt: operations, names, literals. */
static void dump(const zc_node *node, zc_buffer *out)
{
  zc_buffer_print(out, "(%d ", (int)node->op);
  if (node->op == ZC_OP_LITERAL)
    print_literal(&node->literal, out);
  if (node->op == ZC_OP_NAME || node->op == ZC_OP_CALL)
    zc_buffer_print(out, "%s|%s", node->space, node->name);
  for (int i = 0; i < node->count; i++)
    dump(node->args[i], out);
  zc_buffer_char(out, ')');
}

/* ---- what expressions are about ---------------------------------------------------------
 */

#define COLUMNS 12

static zc_scope *scope;
static zc_scalar row[COLUMNS];

static void begin(void)
{
  static const char words_text[] = "[\"门诊\",\"急诊\"]";
  static zc_arena arena;
  static json_t *words, *names; /* as long as the scope */
  words = json_loads(words_text, 0, NULL);
  names = json_loads(
      "[{\"space\":\"p\",\"name\":\"max\",\"type\":\"number\",\"value\":7,\"fixed\":"
      "true},"
      "{\"space\":\"p\",\"name\":\"words\",\"type\":\"list\",\"element\":\"text\","
      "\"fixed\":true,\"value\":[\"阿莫西林\",\"头孢\"]},"
      "{\"space\":\"p\",\"name\":\"limits\",\"type\":\"map\",\"element\":\"number\","
      "\"fixed\":true,\"value\":{\"门诊\":7,\"急诊\":3}},"
      "{\"space\":\"answers.rx\",\"name\":\"wrong\",\"type\":\"number\",\"value\":2},"
      "{\"space\":\"\",\"name\":\"today\",\"type\":\"date\",\"value\":\"2023-05-01\"}]",
      0, NULL);
  int32_t day = zc_day_from_civil((zc_civil){2023, 5, 1});
  zc_scalar codes = zc_text("A01; I10.9,B02、C03", strlen("A01; I10.9,B02、C03"));
  codes.kind = ZC_CODES;
  const struct {
    const char *name;
    zc_kind kind;
    zc_scalar value;
  } columns[COLUMNS] = {{"n", ZC_NUMBER, zc_integer(7)},
                        {"zero", ZC_NUMBER, zc_integer(0)},
                        {"big", ZC_NUMBER, zc_integer(INT64_MAX)},
                        {"price", ZC_NUMBER, zc_decimal(27, 2)},
                        {"nothing", ZC_NUMBER, zc_nil()},
                        {"d", ZC_DATE, zc_date(day)},
                        {"start", ZC_MOMENT, zc_moment((int64_t)day * 86400 + 30600)},
                        {"t", ZC_TEXT, zc_text("头孢abc", strlen("头孢abc"))},
                        {"blank", ZC_TEXT, zc_text("", 0)},
                        {"yes", ZC_BOOL, zc_bool(true)},
                        {"kind", ZC_TEXT, zc_text("门诊", strlen("门诊"))},
                        {"dx", ZC_CODES, codes}};
  scope = zc_scope_new(NULL);
  int bad = zc_scope_add_names(scope, names, &arena);
  for (int i = 0; i < COLUMNS; i++) {
    zc_symbol symbol = {.space = "", .name = columns[i].name, .column = i};
    symbol.type = (zc_type){.kind = columns[i].kind,
                            .words = strcmp(columns[i].name, "kind") == 0 ? words
                                                                          : NULL};
    bad |= zc_scope_add(scope, symbol);
    row[i] = columns[i].value;
  }
  HOLDS(bad == 0, "no memory");
}

/* ---- properties -------------------------------------------------------------------------
 */

static void expect_faults(const char *text, json_t *faults, zc_place start)
{
  size_t index, size = strlen(text);
  const json_t *fault;
  zc_place end = zc_place_within(start, text, size);
  HOLDS(json_array_size(faults) > 0, "refused without a fault: %s", text);
  json_array_foreach(faults, index, fault)
  {
    json_int_t line = zc_get_integer(fault, "line", 0);
    json_int_t column = zc_get_integer(fault, "column", 0);
    bool within = false;
    for (size_t at = 0; at <= size && !within; at++) {
      zc_place place = zc_place_within(start, text, at);
      within = place.line == line && place.column == column;
      if (size > 512)
        break; /* quadratic: below, the ends alone */
    }
    HOLDS(within || (size > 512 && line >= start.line && line <= end.line),
          "%lld:%lld in %s", (long long)line, (long long)column, text);
  }
}

static bool too_deep(const json_t *faults)
{
  const char *text = zc_text_or(zc_get_text(json_array_get(faults, 0), "text"), "");
  return strcmp(text, "the expression is nested too deeply") == 0 ||
         strcmp(text, "the expression is longer than 8 KiB") == 0;
}

static void expect_value(const char *text, const char *printed, zc_usage *usage)
{
  zc_expression first, second;
  zc_err err;
  json_t *faults = json_array(), *more = json_array();
  zc_code code = zc_expression_compile(text, ZC_NIL, usage, faults, &first, &err);
  if (code == ZC_OK) {
    HOLDS(json_array_size(faults) == 0, "a fault and a value: %s", text);
    code = zc_expression_compile(printed, ZC_NIL, usage, more, &second, &err);
    HOLDS(code == ZC_OK, "%s\n  compiles, but not %s", text, printed);
    HOLDS(first.root->type.kind == second.root->type.kind, "%s\n  %s", text, printed);
    zc_evaluation a = {.rows = {row}}, b = {.rows = {row}};
    zc_scalar one = zc_evaluate(&a, first.root), two = zc_evaluate(&b, second.root);
    HOLDS(a.overflow == b.overflow && one.kind == two.kind, "%s\n  %s", text, printed);
    HOLDS(one.kind == ZC_NIL || one.kind == ZC_LIST || one.kind == ZC_MAP ||
              zc_scalar_compare(&one, &two) == 0,
          "%s\n  %s", text, printed);
    HOLDS(one.kind == ZC_NIL || one.kind == first.root->type.kind ||
              (one.kind == ZC_TEXT && first.root->type.kind == ZC_CODES),
          "a value of kind %d, not %d: %s", one.kind, first.root->type.kind, text);
  } else {
    expect_faults(text, faults, usage->place);
  }
  json_decref(faults);
  json_decref(more);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  zc_arena arena = {0};
  zc_usage usage = {.place = {"f.lua", 3, 5}, .arena = &arena};
  zc_node *root, *again;
  zc_err err;
  zc_buffer printed = {0}, one = {0}, two = {0};
  json_t *faults = json_array();
  char *text = malloc(size + 1);
  memcpy(text, data, size);
  text[size] = '\0';
  if (scope == NULL)
    begin();
  usage.scope = scope;
  zc_code code = zc_expression_parse(text, &usage, faults, &root, &err);
  HOLDS((code == ZC_OK) == (root != NULL), "code %d", code);
  HOLDS((code == ZC_OK) == (json_array_size(faults) == 0), "code %d", code);
  if (code != ZC_OK) {
    expect_faults(text, faults, usage.place);
  } else {
    print(root, 0, &printed);
    dump(root, &one);
    code = zc_expression_parse(printed.data, &usage, faults, &again, &err);
    if (code == ZC_OK) {
      dump(again, &two);
      HOLDS(strcmp(one.data, two.data) == 0, "%s\n  %s", text, printed.data);
      expect_value(text, printed.data, &usage);
    } else {
      HOLDS(too_deep(faults), "%s\n  parses, but not %s", text, printed.data);
    }
  }
  zc_buffer_free(&printed);
  zc_buffer_free(&one);
  zc_buffer_free(&two);
  json_decref(faults);
  zc_arena_free(&arena);
  free(text);
  return 0;
}
