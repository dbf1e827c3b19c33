#include "table/words.h"

#include <string.h>

#include "base/utf8.h"

/* The next entry of a cell with codes, or of a list; `at` begins at 0. */
static bool next_code(const zc_scalar *codes, size_t *at, zc_scalar *code)
{
  if (codes->kind != ZC_LIST)
    return zc_codes_next(codes, at, code);
  if (*at >= codes->size)
    return false;
  *code = codes->entries[(*at)++];
  return true;
}

static bool is_several(const zc_scalar *value)
{
  return value->kind == ZC_LIST || value->kind == ZC_CODES;
}

/* Iterates over the words that a call names: arguments, or the entries of one list or of
 * one cell with codes. */
typedef struct {
  zc_evaluation *e;
  const zc_node *node;
  int arg, to;
  size_t entry;
  zc_scalar list;
} word_source;

static bool next_word(word_source *s, zc_scalar *word)
{
  for (;;) {
    if (is_several(&s->list)) {
      if (next_code(&s->list, &s->entry, word))
        return true;
      s->list = zc_nil();
    }
    if (s->arg >= s->to)
      return false;
    *word = zc_evaluate(s->e, s->node->args[s->arg++]);
    if (!is_several(word))
      return true;
    s->list = *word;
    s->entry = 0;
  }
}

static word_source words_of(zc_evaluation *e, const zc_node *node, int from, int to)
{
  return (word_source){.e = e, .node = node, .arg = from, .to = to};
}

static const char *find(zc_scalar text, zc_scalar word, const char *from)
{
  size_t left = text.size - (size_t)(from - text.text);
  return word.size == 0 ? NULL : memmem(from, left, word.text, word.size);
}

static bool starts_with(zc_scalar text, zc_scalar word)
{
  return word.size <= text.size && word.size > 0 &&
         memcmp(text.text, word.text, word.size) == 0;
}

/* As x == a or x == b or …, so a missing one matters only if no other is equal. */
zc_scalar zc_word_one_of(zc_evaluation *e, const zc_node *node)
{
  zc_scalar x = zc_evaluate(e, node->args[0]), y, found = zc_bool(false);
  word_source s = words_of(e, node, 1, node->count);
  while (next_word(&s, &y)) {
    zc_scalar same = zc_evaluate_equal(node->args[0], x, node->args[s.arg - 1], y);
    if (same.kind == ZC_NIL)
      found = zc_missing(found, same);
    else if (same.truth)
      return same;
  }
  return found;
}

/* any_of: one of the codes is a word; any_starts: … begins with one. */
static zc_scalar any_code(zc_evaluation *e, const zc_node *node,
                          bool (*fits)(zc_scalar code, zc_scalar word))
{
  zc_scalar codes = zc_evaluate(e, node->args[0]), word, code, found = zc_bool(false);
  if (codes.kind == ZC_NIL)
    return codes;
  word_source s = words_of(e, node, 1, node->count);
  while (next_word(&s, &word)) {
    size_t at = 0;
    if (word.kind == ZC_NIL)
      found = zc_missing(found, word);
    while (word.kind != ZC_NIL && next_code(&codes, &at, &code))
      if (fits(code, word))
        return zc_bool(true);
  }
  return found;
}

static bool same(zc_scalar a, zc_scalar b)
{
  return zc_scalar_compare(&a, &b) == 0;
}

zc_scalar zc_word_any_of(zc_evaluation *e, const zc_node *node)
{
  return any_code(e, node, same);
}

zc_scalar zc_word_any_starts(zc_evaluation *e, const zc_node *node)
{
  return any_code(e, node, starts_with);
}

static zc_scalar any_word(zc_evaluation *e, const zc_node *node,
                          bool (*fits)(zc_scalar text, zc_scalar word))
{
  zc_scalar text = zc_evaluate(e, node->args[0]), word, found = zc_bool(false);
  if (text.kind == ZC_NIL)
    return text;
  word_source s = words_of(e, node, 1, node->count);
  while (next_word(&s, &word)) {
    if (word.kind == ZC_NIL)
      found = zc_missing(found, word);
    else if (fits(text, word))
      return zc_bool(true);
  }
  return found;
}

zc_scalar zc_word_starts(zc_evaluation *e, const zc_node *node)
{
  return any_word(e, node, starts_with);
}

static bool holds(zc_scalar text, zc_scalar word)
{
  return find(text, word, text.text) != NULL;
}

zc_scalar zc_word_contains(zc_evaluation *e, const zc_node *node)
{
  return any_word(e, node, holds);
}

/* Steps back over `count` characters, at most to the start. */
static const char *back(const char *start, const char *at, int64_t count)
{
  while (count > 0 && at > start) {
    at--;
    while (at > start && ((unsigned char)*at & 0xc0) == 0x80)
      at--;
    count--;
  }
  return at;
}

/* Whether one of the negators, a text or a list of them, stands within `distance`
 * characters before `at`. */
static zc_truth negated(const zc_scalar *negators, zc_scalar text, const char *at,
                        int64_t distance)
{
  const char *from = back(text.text, at, distance);
  zc_scalar before = zc_text(from, (size_t)(at - from));
  bool list = negators->kind == ZC_LIST;
  for (uint32_t i = 0; i < (list ? negators->size : 1); i++) {
    const zc_scalar *word = list ? &negators->entries[i] : negators;
    if (word->kind == ZC_NIL)
      return ZC_UNKNOWN;
    if (holds(before, *word))
      return ZC_TRUE;
  }
  return ZC_FALSE;
}

/* A word counts unless a negator stands shortly before it (广告法 §9: 不得使用…). */
zc_scalar zc_word_mentions(zc_evaluation *e, const zc_node *node)
{
  zc_scalar text = zc_evaluate(e, node->args[0]), word, found = zc_bool(false);
  zc_scalar negators = node->count < 3 ? zc_text("", 0) : zc_evaluate(e, node->args[2]);
  int64_t distance = 16;
  if (text.kind == ZC_NIL)
    return text;
  if (text.size > ZC_SEARCH_TEXT)
    return zc_nil();
  if (node->count == 4) {
    zc_scalar given = zc_evaluate(e, node->args[3]), whole;
    if (given.kind == ZC_NIL || !zc_number_floor(given, &whole) ||
        whole.units > ZC_SEARCH_DISTANCE)
      return zc_missing(given, given);
    distance = whole.units;
  }
  word_source s = words_of(e, node, 1, 2);
  while (next_word(&s, &word)) {
    if (word.kind == ZC_NIL) {
      found = zc_missing(found, word);
      continue;
    }
    for (const char *at = find(text, word, text.text); at != NULL;
         at = find(text, word, at + word.size)) {
      zc_truth negative = negated(&negators, text, at, distance);
      if (negative == ZC_FALSE)
        return zc_bool(true);
      if (negative == ZC_UNKNOWN)
        found = zc_missing(found, negators);
    }
  }
  return found;
}

static size_t character(const char *text, size_t left)
{
  size_t length = 1;
  while (length < left && ((unsigned char)text[length] & 0xc0) == 0x80)
    length++;
  return length;
}

/* One alternative of a pattern against the whole text. `*` retries from one place
 * only, the last one seen, so the time is at most text × pattern. */
static bool glob(const char *text, size_t size, const char *pattern, size_t length)
{
  size_t t = 0, p = 0, star = SIZE_MAX, resume = 0;
  while (t < size) {
    if (p < length && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < length && pattern[p] == '?') {
      t += character(text + t, size - t);
      p++;
    } else if (p < length && pattern[p] == text[t]) {
      p++;
      t++;
    } else if (star != SIZE_MAX) {
      p = star + 1;
      resume += character(text + resume, size - resume);
      t = resume;
    } else {
      return false;
    }
  }
  while (p < length && pattern[p] == '*')
    p++;
  return p == length;
}

zc_scalar zc_word_matches(zc_evaluation *e, const zc_node *node)
{
  zc_scalar text = zc_evaluate(e, node->args[0]);
  zc_scalar pattern = zc_evaluate(e, node->args[1]);
  if (text.kind == ZC_NIL || pattern.kind == ZC_NIL)
    return zc_missing(text, pattern);
  if (text.size > ZC_SEARCH_TEXT || pattern.size > ZC_SEARCH_PATTERN)
    return zc_nil();
  for (size_t from = 0; from <= pattern.size;) {
    const char *bar = memchr(pattern.text + from, '|', pattern.size - from);
    size_t end = bar == NULL ? pattern.size : (size_t)(bar - pattern.text);
    if (glob(text.text, text.size, pattern.text + from, end - from))
      return zc_bool(true);
    from = end + 1;
  }
  return zc_bool(false);
}

zc_scalar zc_word_len(zc_evaluation *e, const zc_node *node)
{
  zc_scalar x = zc_evaluate(e, node->args[0]), code;
  if (x.kind == ZC_NIL)
    return x;
  if (x.kind == ZC_TEXT)
    return zc_integer((int64_t)zc_utf8_count(x.text, x.size));
  int64_t count = 0;
  for (size_t at = 0; zc_codes_next(&x, &at, &code);)
    count++;
  return zc_integer(count);
}

zc_scalar zc_word_left(zc_evaluation *e, const zc_node *node)
{
  zc_scalar x = zc_evaluate(e, node->args[0]), n = zc_evaluate(e, node->args[1]), whole;
  if (x.kind == ZC_NIL || n.kind == ZC_NIL || !zc_number_floor(n, &whole))
    return zc_missing(x, n);
  size_t size = 0;
  for (int64_t i = 0; i < whole.units && size < x.size; i++)
    size += character(x.text + size, x.size - size);
  return zc_text(x.text, size);
}
