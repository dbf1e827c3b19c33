#include "table/scope.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"

struct zc_scope {
  const zc_scope *outer;
  zc_symbol *symbols; /* sorted by space, then name */
  size_t count, room;
  const zc_calendar *calendar; /* NULL: that of `outer` */
  zc_finder finder;
  void *finder_context;
};

zc_scope *zc_scope_new(const zc_scope *outer)
{
  zc_scope *scope = calloc(1, sizeof *scope);
  if (scope != NULL)
    scope->outer = outer;
  return scope;
}

void zc_scope_free(zc_scope *scope)
{
  if (scope == NULL)
    return;
  free(scope->symbols);
  free(scope);
}

static int order(const zc_symbol *symbol, const char *space, const char *name)
{
  int spaces = strcmp(symbol->space, space);
  return spaces != 0 ? spaces : strcmp(symbol->name, name);
}

/* The first index whose symbol is not below (space, name). */
static size_t lower_bound(const zc_scope *scope, const char *space, const char *name)
{
  size_t low = 0, high = scope->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (order(&scope->symbols[middle], space, name) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

int zc_scope_add(zc_scope *scope, zc_symbol symbol)
{
  size_t at = lower_bound(scope, symbol.space, symbol.name);
  if (at < scope->count && order(&scope->symbols[at], symbol.space, symbol.name) == 0) {
    scope->symbols[at] = symbol;
    return 0;
  }
  if (scope->count == scope->room) {
    size_t room = scope->room == 0 ? 32 : scope->room * 2;
    zc_symbol *grown = realloc(scope->symbols, room * sizeof *grown);
    if (grown == NULL)
      return -1;
    scope->symbols = grown;
    scope->room = room;
  }
  memmove(scope->symbols + at + 1, scope->symbols + at,
          (scope->count - at) * sizeof *scope->symbols);
  scope->symbols[at] = symbol;
  scope->count++;
  return 0;
}

const zc_symbol *zc_scope_find(const zc_scope *scope, const char *space,
                               const char *name)
{
  for (; scope != NULL; scope = scope->outer) {
    size_t at = lower_bound(scope, space, name);
    if (at < scope->count && order(&scope->symbols[at], space, name) == 0)
      return &scope->symbols[at];
    const zc_symbol *found = scope->finder == NULL
                                 ? NULL
                                 : scope->finder(scope->finder_context, space, name);
    if (found != NULL)
      return found;
  }
  return NULL;
}

void zc_scope_ask(zc_scope *scope, zc_finder finder, void *context)
{
  scope->finder = finder;
  scope->finder_context = context;
}

const zc_calendar *zc_scope_calendar(const zc_scope *scope)
{
  while (scope != NULL && scope->calendar == NULL)
    scope = scope->outer;
  return scope == NULL ? NULL : scope->calendar;
}

bool zc_scope_has_space(const zc_scope *scope, const char *space)
{
  for (; scope != NULL; scope = scope->outer) {
    size_t at = lower_bound(scope, space, "");
    if (at < scope->count && strcmp(scope->symbols[at].space, space) == 0)
      return true;
  }
  return false;
}

int zc_text_distance(const char *a, const char *b)
{
  enum { LONGEST = 48, FAR = 1000 };
  size_t size_a = strlen(a), size_b = strlen(b);
  if (size_a > LONGEST || size_b > LONGEST)
    return FAR;
  int row[LONGEST + 1];
  for (size_t j = 0; j <= size_b; j++)
    row[j] = (int)j;
  for (size_t i = 1; i <= size_a; i++) {
    int diagonal = row[0];
    row[0] = (int)i;
    for (size_t j = 1; j <= size_b; j++) {
      int above = row[j];
      int cost = diagonal + (a[i - 1] != b[j - 1]);
      if (above + 1 < cost)
        cost = above + 1;
      if (row[j - 1] + 1 < cost)
        cost = row[j - 1] + 1;
      diagonal = above;
      row[j] = cost;
    }
  }
  size_t longer = size_a > size_b ? size_a : size_b;
  return row[size_b] <= 1 + (int)longer / 3 ? row[size_b] : FAR;
}

const char *zc_scope_nearest(const zc_scope *scope, const char *space, const char *name)
{
  const char *nearest = "";
  int best = 1000;
  for (; scope != NULL; scope = scope->outer)
    for (size_t i = 0; i < scope->count; i++) {
      const zc_symbol *symbol = &scope->symbols[i];
      if (strcmp(symbol->space, space) != 0)
        continue;
      int distance = zc_text_distance(symbol->name, name);
      if (distance < best) {
        best = distance;
        nearest = symbol->name;
      }
    }
  return nearest;
}

zc_kind zc_kind_named(const char *word)
{
  static const struct {
    const char *word;
    zc_kind kind;
  } known[] = {
      {"text", ZC_TEXT},      {"code", ZC_TEXT},  {"enum", ZC_TEXT},
      {"bool", ZC_BOOL},      {"int", ZC_NUMBER}, {"number", ZC_NUMBER},
      {"decimal", ZC_NUMBER}, {"date", ZC_DATE},  {"datetime", ZC_MOMENT},
      {"codes", ZC_CODES},    {"list", ZC_LIST},  {"map", ZC_MAP},
  };
  for (size_t i = 0; word != NULL && i < sizeof known / sizeof *known; i++)
    if (strcmp(known[i].word, word) == 0)
      return known[i].kind;
  return ZC_NIL;
}

static bool scalar_from_json(const json_t *json, zc_kind kind, zc_kind element,
                             zc_arena *arena, zc_scalar *value);

static bool list_from_json(const json_t *json, zc_kind element, zc_arena *arena,
                           zc_scalar *value)
{
  size_t count = json_array_size(json);
  zc_scalar *entries = zc_arena_take(arena, (count + 1) * sizeof *entries);
  if (entries == NULL)
    return false;
  for (size_t i = 0; i < count; i++)
    if (!scalar_from_json(json_array_get(json, i), element, ZC_NIL, arena, &entries[i]))
      return false;
  *value = (zc_scalar){.kind = ZC_LIST, .size = (uint32_t)count, .entries = entries};
  return true;
}

static bool map_from_json(const json_t *json, zc_kind element, zc_arena *arena,
                          zc_scalar *value)
{
  zc_scalar *pairs = zc_arena_take(arena,
                                   (json_object_size(json) * 2 + 1) * sizeof *pairs);
  if (pairs == NULL)
    return false;
  uint32_t count = 0;
  const char *key;
  json_t *entry;
  json_object_foreach((json_t *)json, key, entry)
  {
    pairs[count++] = zc_text(key, strlen(key));
    if (!scalar_from_json(entry, element, ZC_NIL, arena, &pairs[count++]))
      return false;
  }
  *value = (zc_scalar){.kind = ZC_MAP, .size = count, .entries = pairs};
  return true;
}

/* A value of a parameter, a facility field or an answer, as a constant: `json` is a text,
 * integer, flag, list or map; `kind` what the schema made of it. Dates and decimals come
 * as texts. Absent (NULL) or unreadable: nil, or "" for texts. The texts are borrowed
 * from `json`. False when out of memory. */
static bool scalar_from_json(const json_t *json, zc_kind kind, zc_kind element,
                             zc_arena *arena, zc_scalar *value)
{
  const char *text = json_string_value(json);
  size_t size = json_string_length(json);
  int32_t day;
  *value = zc_nil();
  switch (kind) {
  case ZC_BOOL:
    if (json_is_boolean(json))
      *value = zc_bool(json_is_true(json));
    break;
  case ZC_NUMBER:
    if (json_is_integer(json))
      *value = zc_integer(json_integer_value(json));
    else if (text != NULL && !zc_number_parse(text, size, value))
      *value = zc_nil();
    break;
  case ZC_DATE:
    if (text != NULL && zc_day_parse(text, size, &day))
      *value = zc_date(day);
    break;
  case ZC_TEXT:
  case ZC_CODES:
    *value = text == NULL ? zc_text("", 0) : zc_text(text, size);
    value->kind = (uint8_t)kind;
    break;
  case ZC_LIST:
    return json == NULL || list_from_json(json, element, arena, value);
  case ZC_MAP:
    return json == NULL || map_from_json(json, element, arena, value);
  default:
    break;
  }
  return true;
}

/* 1: a symbol; 0: a kind that expressions do not know, such as a table parameter; -1: out
 * of memory. */
static int symbol_of(const json_t *entry, zc_arena *arena, zc_symbol *symbol)
{
  zc_scalar *value = zc_arena_take(arena, sizeof *value);
  zc_type type = {.kind = zc_kind_named(zc_get_text(entry, "type")),
                  .element = zc_kind_named(zc_get_text(entry, "element")),
                  .words = json_object_get(entry, "words"),
                  .fixed = zc_get_flag(entry, "fixed")};
  const char *name = zc_get_text(entry, "name");
  if (value == NULL)
    return -1;
  if (name == NULL || type.kind == ZC_NIL)
    return 0;
  if (!scalar_from_json(json_object_get(entry, "value"), type.kind, type.element, arena,
                        value))
    return -1;
  bool given = type.fixed && json_object_get(entry, "value") != NULL;
  if (!given && value->kind == ZC_TEXT && value->size == 0)
    *value = zc_nil();
  *symbol = (zc_symbol){.space = zc_text_of(entry, "space"),
                        .name = name,
                        .type = type,
                        .value = value};
  return 1;
}

/* A name among those that come together: of two alike the later one counts. */
typedef struct {
  zc_symbol symbol;
  size_t index;
} arrival;

static int by_name(const void *a, const void *b)
{
  const arrival *one = a, *two = b;
  int names = order(&one->symbol, two->symbol.space, two->symbol.name);
  return names != 0 ? names : (one->index > two->index) - (one->index < two->index);
}

/* In their order each comes behind the others, where nothing has to move. */
static int add_sorted(zc_scope *scope, arrival *arrivals, size_t count)
{
  qsort(arrivals, count, sizeof *arrivals, by_name);
  for (size_t i = 0; i < count; i++)
    if (zc_scope_add(scope, arrivals[i].symbol) != 0)
      return -1;
  return 0;
}

int zc_scope_add_names(zc_scope *scope, const json_t *names, zc_arena *arena)
{
  size_t index, count = 0;
  const json_t *entry;
  arrival *arrivals = calloc(json_array_size(names) + 1, sizeof *arrivals);
  int bad = arrivals == NULL ? -1 : 0;
  json_array_foreach(names, index, entry)
  {
    const json_t *calendar = json_object_get(entry, "calendar");
    if (bad != 0)
      break;
    if (calendar != NULL) {
      scope->calendar = zc_calendar_new(calendar, arena);
      bad = scope->calendar == NULL ? -1 : 0;
      continue;
    }
    int found = symbol_of(entry, arena, &arrivals[count].symbol);
    arrivals[count].index = index;
    count += found > 0;
    bad = found < 0 ? -1 : 0;
  }
  if (bad == 0)
    bad = add_sorted(scope, arrivals, count);
  free(arrivals);
  return bad;
}
