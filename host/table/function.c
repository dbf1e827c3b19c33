#include "table/function.h"

#include <string.h>

#include "base/date.h"
#include "table/words.h"

/* ---- checks ------------------------------------------------------------------ */

static bool result(zc_node *node, zc_kind kind)
{
  node->type = (zc_type){.kind = kind};
  return true;
}

/* The words from argument `from` on: texts, or one list parameter of texts, or the codes of
 * one cell. */
static bool words(zc_checker *c, const zc_node *node, int from, int to)
{
  for (int i = from; i < to; i++) {
    const zc_type *type = &node->args[i]->type;
    bool several = type->kind == ZC_CODES ||
                   (type->kind == ZC_LIST && type->element == ZC_TEXT);
    if (several && to - from == 1)
      return true;
    if (!zc_check_kind(c, node->args[i], ZC_TEXT))
      return false;
  }
  return true;
}

static bool check_one_of(zc_checker *c, zc_node *node)
{
  const zc_node *x = node->args[0];
  if (node->count == 2 && node->args[1]->type.kind == ZC_LIST) {
    if (node->args[1]->type.element != x->type.kind)
      return zc_check_refuse(c, node->args[1], "the list holds other things than this",
                             "name", "", NULL);
    return result(node, ZC_BOOL);
  }
  for (int i = 1; i < node->count; i++)
    if (!zc_check_alike(c, x, node->args[i]))
      return false;
  return result(node, ZC_BOOL);
}

/* A cell with several codes, or a list of texts: the departments of a facility. */
static bool is_codes(zc_checker *c, const zc_node *node)
{
  return (node->type.kind == ZC_LIST && node->type.element == ZC_TEXT) ||
         zc_check_kind(c, node, ZC_CODES);
}

static bool check_codes_words(zc_checker *c, zc_node *node)
{
  return is_codes(c, node->args[0]) && words(c, node, 1, node->count) &&
         result(node, ZC_BOOL);
}

static bool check_text_words(zc_checker *c, zc_node *node)
{
  return zc_check_kind(c, node->args[0], ZC_TEXT) && words(c, node, 1, node->count) &&
         result(node, ZC_BOOL);
}

/* A text that is the same for every row and longer than a function takes. What stands in
 * cells and answers is nobody's mistake: of such a text the function knows nothing. */
static bool too_long(const zc_node *node, size_t limit)
{
  bool known = node->op == ZC_OP_LITERAL ||
               (node->op == ZC_OP_CONSTANT && node->type.fixed);
  const zc_scalar *value = node->op == ZC_OP_LITERAL ? &node->literal : node->constant;
  return known && value->kind == ZC_TEXT && value->size > limit;
}

static bool refuse_length(zc_checker *c, const zc_node *node, size_t limit)
{
  return zc_check_refuse(c, node, "this text is longer than {limit} bytes", "limit",
                         ZC_DIGITS((int64_t)limit), NULL);
}

static bool check_matches(zc_checker *c, zc_node *node)
{
  if (!zc_check_kind(c, node->args[0], ZC_TEXT) ||
      !zc_check_kind(c, node->args[1], ZC_TEXT))
    return false;
  if (too_long(node->args[0], ZC_SEARCH_TEXT))
    return refuse_length(c, node->args[0], ZC_SEARCH_TEXT);
  if (too_long(node->args[1], ZC_SEARCH_PATTERN))
    return refuse_length(c, node->args[1], ZC_SEARCH_PATTERN);
  return result(node, ZC_BOOL);
}

static bool check_mentions(zc_checker *c, zc_node *node)
{
  if (!zc_check_kind(c, node->args[0], ZC_TEXT) || !words(c, node, 1, 2) ||
      (node->count > 2 && !words(c, node, 2, 3)) ||
      (node->count > 3 && !zc_check_kind(c, node->args[3], ZC_NUMBER)))
    return false;
  if (too_long(node->args[0], ZC_SEARCH_TEXT))
    return refuse_length(c, node->args[0], ZC_SEARCH_TEXT);
  const zc_node *distance = node->count > 3 ? node->args[3] : NULL;
  if (distance != NULL && distance->op == ZC_OP_LITERAL &&
      distance->literal.units > ZC_SEARCH_DISTANCE)
    return zc_check_refuse(c, distance,
                           "mentions looks back {limit} characters at most", "limit",
                           ZC_DIGITS(ZC_SEARCH_DISTANCE), NULL);
  return result(node, ZC_BOOL);
}

static bool check_len(zc_checker *c, zc_node *node)
{
  return (node->args[0]->type.kind == ZC_CODES ||
          zc_check_kind(c, node->args[0], ZC_TEXT)) &&
         result(node, ZC_NUMBER);
}

static bool check_numbers(zc_checker *c, zc_node *node)
{
  for (int i = 0; i < node->count; i++)
    if (!zc_check_kind(c, node->args[i], ZC_NUMBER))
      return false;
  return result(node, ZC_NUMBER);
}

static bool check_round(zc_checker *c, zc_node *node)
{
  if (node->count == 2) {
    const zc_node *places = node->args[1];
    if (places->op != ZC_OP_LITERAL || places->literal.kind != ZC_NUMBER ||
        places->literal.scale != 0 || places->literal.units > 6)
      return zc_check_refuse(c, places, "round takes 0 to 6 decimals", "name", "",
                             NULL);
  }
  return check_numbers(c, node);
}

/* min, max: numbers, dates or times, all alike. */
static bool check_extreme(zc_checker *c, zc_node *node)
{
  zc_kind kind = node->args[0]->type.kind;
  if (kind != ZC_DATE && kind != ZC_MOMENT)
    kind = ZC_NUMBER;
  for (int i = 0; i < node->count; i++)
    if (!zc_check_kind(c, node->args[i], kind))
      return false;
  return result(node, kind);
}

static bool day_or_moment(zc_checker *c, const zc_node *node)
{
  return node->type.kind == ZC_MOMENT || zc_check_kind(c, node, ZC_DATE);
}

static bool check_days(zc_checker *c, zc_node *node)
{
  for (int i = 0; i < node->count; i++)
    if (!day_or_moment(c, node->args[i]))
      return false;
  return result(node, ZC_NUMBER);
}

/* workdays, is_workday: days that are counted by the scope's calendar. */
static bool check_workdays(zc_checker *c, zc_node *node)
{
  node->calendar = zc_scope_calendar(c->usage->scope);
  return check_days(c, node);
}

static bool check_is_workday(zc_checker *c, zc_node *node)
{
  return check_workdays(c, node) && result(node, ZC_BOOL);
}

/* date("2023-05-01") is a literal; date(time) is the time's day. */
static bool check_date(zc_checker *c, zc_node *node)
{
  zc_node *x = node->args[0];
  int32_t day;
  if (x->op == ZC_OP_LITERAL && x->type.kind == ZC_TEXT) {
    if (!zc_day_parse(x->literal.text, x->literal.size, &day))
      return zc_check_refuse(c, x, "this is not a day", "name", "",
                             N_("write it as 2023-05-01"));
    *node = (zc_node){.op = ZC_OP_LITERAL,
                      .type = {.kind = ZC_DATE, .fixed = true},
                      .offset = node->offset,
                      .literal = zc_date(day)};
    return true;
  }
  return day_or_moment(c, x) && result(node, ZC_DATE);
}

static bool check_at(zc_checker *c, zc_node *node)
{
  if (!zc_check_kind(c, node->args[0], ZC_MAP) ||
      !zc_check_kind(c, node->args[1], ZC_TEXT))
    return false;
  return result(node, node->args[0]->type.element);
}

static bool check_default(zc_checker *c, zc_node *node)
{
  if (!zc_check_alike(c, node->args[0], node->args[1]))
    return false;
  node->type = node->args[0]->type;
  node->type.fixed = false;
  return true;
}

static bool check_given(zc_checker *c, zc_node *node)
{
  if (!zc_check_kind(c, node->args[0], ZC_BOOL))
    return false;
  node->type = node->args[1]->type;
  return true;
}

static bool check_choose(zc_checker *c, zc_node *node)
{
  if (!zc_check_kind(c, node->args[0], ZC_BOOL) ||
      !zc_check_alike(c, node->args[1], node->args[2]))
    return false;
  node->type = node->args[1]->type;
  node->type.fixed = node->args[1]->type.fixed && node->args[2]->type.fixed;
  return true;
}

static bool check_left(zc_checker *c, zc_node *node)
{
  return zc_check_kind(c, node->args[0], ZC_TEXT) &&
         zc_check_kind(c, node->args[1], ZC_NUMBER) && result(node, ZC_TEXT);
}

/* ---- numbers ----------------------------------------------------------------- */

static zc_scalar absolute(zc_evaluation *e, const zc_node *node)
{
  zc_scalar x = zc_evaluate(e, node->args[0]);
  if (x.kind == ZC_NUMBER && x.units < 0) {
    e->overflow |= x.units == INT64_MIN;
    x.units = x.units == INT64_MIN ? 0 : -x.units;
  }
  return x;
}

static zc_scalar extreme(zc_evaluation *e, const zc_node *node, int sign)
{
  zc_scalar best = zc_evaluate(e, node->args[0]);
  for (int i = 1; i < node->count; i++) {
    zc_scalar x = zc_evaluate(e, node->args[i]);
    if (x.kind == ZC_NIL || best.kind == ZC_NIL)
      best = zc_missing(x, best);
    else if (zc_scalar_compare(&x, &best) * sign > 0)
      best = x;
  }
  return best;
}

static zc_scalar least(zc_evaluation *e, const zc_node *node)
{
  return extreme(e, node, -1);
}

static zc_scalar most(zc_evaluation *e, const zc_node *node)
{
  return extreme(e, node, 1);
}

static zc_scalar rounded(zc_evaluation *e, const zc_node *node)
{
  zc_scalar x = zc_evaluate(e, node->args[0]), z;
  int scale = node->count == 2 ? (int)node->args[1]->literal.units : 0;
  if (x.kind == ZC_NIL)
    return x;
  if (zc_number_round(x, scale, &z))
    return z;
  e->overflow = true;
  return zc_nil();
}

static zc_scalar floored(zc_evaluation *e, const zc_node *node)
{
  zc_scalar x = zc_evaluate(e, node->args[0]), z;
  if (x.kind == ZC_NIL)
    return x;
  if (zc_number_floor(x, &z))
    return z;
  e->overflow = true;
  return zc_nil();
}

/* ---- days and times ---------------------------------------------------------- */

static int64_t second_of(zc_scalar x)
{
  return x.kind == ZC_DATE ? x.units * 86400 : x.units;
}

static zc_scalar civil(zc_evaluation *e, const zc_node *node)
{
  zc_scalar x = zc_evaluate(e, node->args[0]);
  if (x.kind == ZC_NIL)
    return x;
  zc_civil c = zc_day_to_civil(zc_day_of(x));
  const char *name = node->function->name;
  return zc_integer(name[0] == 'y' ? c.year : name[0] == 'm' ? c.month : c.day);
}

static zc_scalar date(zc_evaluation *e, const zc_node *node)
{
  zc_scalar x = zc_evaluate(e, node->args[0]);
  return x.kind == ZC_NIL ? x : zc_date(zc_day_of(x));
}

static zc_scalar elapsed(zc_evaluation *e, const zc_node *node, int64_t unit)
{
  zc_scalar from = zc_evaluate(e, node->args[0]), to = zc_evaluate(e, node->args[1]);
  if (from.kind == ZC_NIL || to.kind == ZC_NIL)
    return zc_missing(from, to);
  zc_scalar quotient = zc_integer(second_of(to) - second_of(from));
  zc_number_divide(quotient, zc_integer(unit), &quotient);
  return quotient;
}

static zc_scalar hours(zc_evaluation *e, const zc_node *node)
{
  return elapsed(e, node, 3600);
}

static zc_scalar minutes(zc_evaluation *e, const zc_node *node)
{
  return elapsed(e, node, 60);
}

static zc_scalar days(zc_evaluation *e, const zc_node *node)
{
  zc_scalar from = zc_evaluate(e, node->args[0]), to = zc_evaluate(e, node->args[1]);
  if (from.kind == ZC_NIL || to.kind == ZC_NIL)
    return zc_missing(from, to);
  return zc_integer(zc_day_of(to) - zc_day_of(from));
}

/* Working days after the first day, up to and with the second; negative if it is the
 * earlier one. */
static zc_scalar workdays(zc_evaluation *e, const zc_node *node)
{
  zc_scalar from = zc_evaluate(e, node->args[0]), to = zc_evaluate(e, node->args[1]);
  if (from.kind == ZC_NIL || to.kind == ZC_NIL)
    return zc_missing(from, to);
  return zc_integer(zc_workdays(node->calendar, zc_day_of(from), zc_day_of(to)));
}

static zc_scalar is_workday(zc_evaluation *e, const zc_node *node)
{
  zc_scalar x = zc_evaluate(e, node->args[0]);
  return x.kind == ZC_NIL ? x : zc_bool(zc_is_workday(node->calendar, zc_day_of(x)));
}

/* ---- missing values ---------------------------------------------------------- */

static zc_scalar at(zc_evaluation *e, const zc_node *node)
{
  zc_scalar map = zc_evaluate(e, node->args[0]), key = zc_evaluate(e, node->args[1]);
  for (uint32_t i = 0; map.kind == ZC_MAP && key.kind != ZC_NIL && i < map.size; i += 2)
    if (zc_scalar_compare(&map.entries[i], &key) == 0)
      return map.entries[i + 1];
  return zc_missing(map, key);
}

static zc_scalar fallback(zc_evaluation *e, const zc_node *node)
{
  zc_scalar x = zc_evaluate(e, node->args[0]);
  if (zc_is_unreadable(x))
    return x;
  bool missing = x.kind == ZC_NIL || (x.kind == ZC_TEXT && x.size == 0);
  return missing ? zc_evaluate(e, node->args[1]) : x;
}

static zc_scalar given(zc_evaluation *e, const zc_node *node)
{
  zc_scalar condition = zc_evaluate(e, node->args[0]);
  if (condition.kind == ZC_NIL)
    return condition;
  return condition.truth ? zc_evaluate(e, node->args[1]) : zc_nil();
}

static zc_scalar choose(zc_evaluation *e, const zc_node *node)
{
  zc_scalar condition = zc_evaluate(e, node->args[0]);
  if (condition.kind == ZC_NIL)
    return condition;
  return zc_evaluate(e, node->args[condition.truth ? 1 : 2]);
}

/* ---- the table --------------------------------------------------------------- */

static const zc_function functions[] = {
    {"one_of", 2, 64, check_one_of, zc_word_one_of, false},
    {"any_of", 2, 64, check_codes_words, zc_word_any_of, false},
    {"starts", 2, 64, check_text_words, zc_word_starts, false},
    {"any_starts", 2, 64, check_codes_words, zc_word_any_starts, false},
    {"contains", 2, 2, check_text_words, zc_word_contains, false},
    {"contains_any", 2, 64, check_text_words, zc_word_contains, true},
    {"mentions", 2, 4, check_mentions, zc_word_mentions, true},
    {"matches", 2, 2, check_matches, zc_word_matches, true},
    {"len", 1, 1, check_len, zc_word_len, false},
    {"abs", 1, 1, check_numbers, absolute, false},
    {"min", 2, 64, check_extreme, least, false},
    {"max", 2, 64, check_extreme, most, false},
    {"round", 1, 2, check_round, rounded, false},
    {"floor", 1, 1, check_numbers, floored, false},
    {"year", 1, 1, check_days, civil, false},
    {"month", 1, 1, check_days, civil, false},
    {"day", 1, 1, check_days, civil, false},
    {"date", 1, 1, check_date, date, false},
    {"hours", 2, 2, check_days, hours, false},
    {"minutes", 2, 2, check_days, minutes, false},
    {"days", 2, 2, check_days, days, false},
    {"workdays", 2, 2, check_workdays, workdays, false},
    {"is_workday", 1, 1, check_is_workday, is_workday, false},
    {"at", 2, 2, check_at, at, false},
    {"default", 2, 2, check_default, fallback, false},
    {"given", 2, 2, check_given, given, false},
    {"choose", 3, 3, check_choose, choose, false},
    {"left", 2, 2, check_left, zc_word_left, false},
    {NULL, 0, 0, NULL, NULL, false},
};

const zc_function *zc_functions(void)
{
  return functions;
}

const zc_function *zc_function_find(const char *name)
{
  for (const zc_function *f = functions; f->name != NULL; f++)
    if (strcmp(f->name, name) == 0)
      return f;
  return NULL;
}

const char *zc_function_nearest(const char *name)
{
  const char *nearest = "";
  int best = 1000;
  for (const zc_function *f = functions; f->name != NULL; f++) {
    int distance = zc_text_distance(f->name, name);
    if (distance < best) {
      best = distance;
      nearest = f->name;
    }
  }
  return nearest;
}
