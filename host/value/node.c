#include "value/node.h"

#include <string.h>

#include "base/utf8.h"

typedef struct {
  char *at, *end; /* `end` holds a NUL */
  zc_arena *arena;
  bool memory;    /* ran out of it */
  bool many;      /* there are more than ZC_NODES */
  zc_node *block; /* nodes that are taken from the arena several at a time */
  size_t left, count;
} reader;

#define BLOCK 64

static zc_node *new_node(reader *r, zc_node_kind kind)
{
  if (r->count++ == ZC_NODES) {
    r->many = true;
    return NULL;
  }
  if (r->left == 0) {
    r->block = zc_arena_take(r->arena, BLOCK * sizeof *r->block);
    r->left = r->block == NULL ? 0 : BLOCK;
  }
  if (r->left == 0) {
    r->memory = true;
    return NULL;
  }
  zc_node *node = r->block++;
  r->left--;
  node->kind = kind;
  return node;
}

/* ---- texts -------------------------------------------------------------------------- */

static int hex_digit(char c)
{
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* \u00xx is written for controls and < > & alone. */
static bool read_code(const char *at, char *out)
{
  int high = hex_digit(at[4]), low = at[4] == '\0' ? -1 : hex_digit(at[5]);
  if (at[2] != '0' || at[3] != '0' || high < 0 || low < 0)
    return false;
  int code = high * 16 + low;
  *out = (char)code;
  return code == '<' || code == '>' || code == '&' ||
         (code > 0 && code < 0x20 && strchr("\b\f\n\r\t", code) == NULL);
}

/* One escape at `at`; its length, or 0. */
static size_t read_escape(const char *at, char *out)
{
  static const char letters[] = "\"\\bfnrt", values[] = "\"\\\b\f\n\r\t";
  const char *letter = at[1] == '\0' ? NULL : strchr(letters, at[1]);
  if (letter != NULL) {
    *out = values[letter - letters];
    return 2;
  }
  return at[1] == 'u' && at[2] != '\0' && at[3] != '\0' && read_code(at, out) ? 6 : 0;
}

/* The rest of a text from its first escape on, moved together. */
static char *unescape(char *from, char *end)
{
  char *to = from;
  while (from < end && *from != '"') {
    if ((unsigned char)*from < 0x20 || *from == '<' || *from == '>' || *from == '&')
      return NULL;
    if (*from != '\\') {
      *to++ = *from++;
      continue;
    }
    size_t size = read_escape(from, to);
    if (size == 0)
      return NULL;
    to++;
    from += size;
  }
  if (from == end)
    return NULL;
  *to = '\0';
  return from + 1;
}

/* A text whose quote was read; NULL when it is none. */
static const char *read_text(reader *r)
{
  char *start = r->at, *at = start;
  while ((unsigned char)*at >= 0x20 && *at != '"' && *at != '\\' && *at != '<' &&
         *at != '>' && *at != '&')
    at++;
  if (at < r->end && *at == '"') {
    *at = '\0';
    r->at = at + 1;
    return start;
  }
  if (*at != '\\')
    return NULL;
  r->at = unescape(at, r->end);
  return r->at == NULL ? NULL : start;
}

/* ---- numbers ------------------------------------------------------------------------ */

static bool read_integer(reader *r, int64_t *number)
{
  bool below = *r->at == '-';
  const char *at = r->at + below;
  int64_t value = 0;
  if (*at < '0' || *at > '9' ||
      (*at == '0' && (below || (at[1] >= '0' && at[1] <= '9'))))
    return false;
  for (; *at >= '0' && *at <= '9'; at++) {
    value = value * 10 + (*at - '0');
    if (value > ZC_INTEGER_MAX)
      return false;
  }
  r->at += at - r->at;
  *number = below ? -value : value;
  return *at != '.' && *at != 'e' && *at != 'E';
}

/* ---- values ------------------------------------------------------------------------- */

static zc_node *read_value(reader *r, int depth);

static bool take(reader *r, char c)
{
  if (*r->at != c || r->at == r->end)
    return false;
  r->at++;
  return true;
}

/* As strcmp; most keys differ in their first letter. */
static int compare_keys(const char *a, const char *b)
{
  int first = (unsigned char)*a - (unsigned char)*b;
  return first != 0 ? first : strcmp(a, b);
}

static const char *read_key(reader *r, const char *before)
{
  const char *key = take(r, '"') ? read_text(r) : NULL;
  bool good = key != NULL && take(r, ':') &&
              (before == NULL || compare_keys(before, key) < 0);
  return good ? key : NULL;
}

/* The members up to the closing bracket. */
static bool read_members(reader *r, zc_node *whole, char close, int depth)
{
  zc_node *last = NULL;
  if (take(r, close))
    return true;
  do {
    const char *key = NULL;
    if (close == '}' && (key = read_key(r, last == NULL ? NULL : last->key)) == NULL)
      return false;
    zc_node *member = read_value(r, depth + 1);
    if (member == NULL)
      return false;
    member->key = key;
    if (last == NULL)
      whole->first = member;
    else
      last->next = member;
    last = member;
    whole->count++;
  } while (take(r, ','));
  return take(r, close);
}

static zc_node *read_several(reader *r, zc_node_kind kind, char close, int depth)
{
  zc_node *node = depth < ZC_VALUE_DEPTH ? new_node(r, kind) : NULL;
  return node != NULL && read_members(r, node, close, depth) ? node : NULL;
}

static zc_node *read_word(reader *r, const char *word, int64_t value)
{
  size_t size = strlen(word);
  if (strncmp(r->at, word, size) != 0)
    return NULL;
  zc_node *node = new_node(r, ZC_NODE_FLAG);
  if (node != NULL)
    node->integer = value;
  r->at += size;
  return node;
}

static zc_node *read_value(reader *r, int depth)
{
  zc_node *node;
  if (take(r, '{'))
    return read_several(r, ZC_NODE_MAP, '}', depth);
  if (take(r, '['))
    return read_several(r, ZC_NODE_LIST, ']', depth);
  if (take(r, '"')) {
    node = new_node(r, ZC_NODE_TEXT);
    return node != NULL && (node->text = read_text(r)) != NULL ? node : NULL;
  }
  if (*r->at == 't' || *r->at == 'f')
    return *r->at == 't' ? read_word(r, "true", 1) : read_word(r, "false", 0);
  node = new_node(r, ZC_NODE_INTEGER);
  return node != NULL && read_integer(r, &node->integer) ? node : NULL;
}

zc_code zc_node_read(const char *text, size_t size, zc_arena *arena,
                     const zc_node **node, zc_err *err)
{
  *node = NULL;
  char *own = zc_arena_take(arena, size + 8); /* NULs behind it end every look ahead */
  if (own == NULL)
    return zc_fail_memory(err);
  memcpy(own, text, size);
  reader r = {.at = own, .end = own + size, .arena = arena};
  const zc_node *root = zc_utf8_valid(own, size, NULL) ? read_value(&r, 0) : NULL;
  if (r.memory)
    return zc_fail_memory(err);
  if (r.many)
    return zc_fail(err, ZC_EDATA,
                   "the JSON in it has more than {limit} values: it is too large to be "
                   "read",
                   "limit", ZC_DIGITS(ZC_NODES), NULL);
  if (root == NULL || r.at != r.end)
    return zc_fail(
        err, ZC_EDATA,
        "the JSON in it is not as zicha writes it, from its character {count} on: have "
        "the file sent as zicha wrote it, neither opened nor saved by another program",
        "count", ZC_DIGITS((r.at == NULL ? 0 : r.at - own) + 1), NULL);
  *node = root;
  return ZC_OK;
}

/* ---- looking ------------------------------------------------------------------------ */

const zc_node *zc_node_get(const zc_node *map, const char *key)
{
  if (map == NULL || map->kind != ZC_NODE_MAP)
    return NULL;
  for (const zc_node *member = map->first; member != NULL; member = member->next) {
    int order = compare_keys(member->key, key);
    if (order >= 0)
      return order == 0 ? member : NULL;
  }
  return NULL;
}

const char *zc_node_text(const zc_node *map, const char *key)
{
  const zc_node *member = zc_node_get(map, key);
  return member != NULL && member->kind == ZC_NODE_TEXT ? member->text : NULL;
}

int64_t zc_node_integer(const zc_node *map, const char *key, int64_t otherwise)
{
  const zc_node *member = zc_node_get(map, key);
  return member != NULL && member->kind == ZC_NODE_INTEGER ? member->integer
                                                           : otherwise;
}

bool zc_node_flag(const zc_node *map, const char *key)
{
  const zc_node *member = zc_node_get(map, key);
  return member != NULL && member->kind == ZC_NODE_FLAG && member->integer != 0;
}

const zc_node *zc_node_first(const zc_node *list)
{
  return list != NULL && list->kind <= ZC_NODE_LIST ? list->first : NULL;
}

size_t zc_node_count(const zc_node *list)
{
  return list == NULL ? 0 : list->count;
}

/* Texts and keys are compared to their ends: no value holds a NUL. */
static bool same_text(const char *a, const char *b)
{
  return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

bool zc_node_equal(const zc_node *a, const zc_node *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  if (a->kind != b->kind || a->count != b->count)
    return false;
  if (a->kind == ZC_NODE_TEXT)
    return same_text(a->text, b->text);
  if (a->kind > ZC_NODE_LIST)
    return a->integer == b->integer;
  const zc_node *of_a = a->first, *of_b = b->first;
  for (; of_a != NULL && of_b != NULL; of_a = of_a->next, of_b = of_b->next)
    if (!same_text(of_a->key, of_b->key) || !zc_node_equal(of_a, of_b))
      return false;
  return of_a == of_b;
}
