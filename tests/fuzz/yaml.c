/* Whatever the bytes: a document or errors, never both; every position lies within the
 * file; `at` has the shape of `value`. */
#include "property.h"

#include <ctype.h>

#include "base/text.h"
#include "value/yaml.h"

#define MOST_COLUMN 65535

/* The file as it is read. Where the parser itself speaks, lines end as the YAML
 * specification has it; where a character is refused before, at line feeds alone. */
typedef struct {
  size_t lines;
  size_t *columns; /* of each line: characters, without its end */
} page;

static page page_of(const char *text, size_t size, bool yaml)
{
  page p = {.lines = 1, .columns = calloc(size + 2, sizeof *p.columns)};
  uint32_t c;
  for (size_t at = 0; at < size;) {
    size_t length = zc_utf8_decode(text + at, size - at, &c);
    at += length == 0 ? 1 : length;
    if (length == 0)
      c = '?';
    if (c == '\r' && at < size && text[at] == '\n')
      continue;
    if (c == '\n' || (yaml && (c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029)))
      p.lines++;
    else
      p.columns[p.lines - 1]++;
  }
  return p;
}

static bool within(const page *p, json_int_t line, json_int_t column)
{
  /* The parser ends a last line that has no end, and then reports the next one. */
  if (line == (json_int_t)p->lines + 1 && column == 1)
    return true;
  /* Behind the end of a line, and behind its carriage return, is within the file. */
  return line >= 1 && line <= (json_int_t)p->lines && column >= 1 &&
         column <= (json_int_t)p->columns[line - 1] + 2;
}

static void expect_position(const page *p, json_int_t position)
{
  json_int_t line = position >> 16, column = position & 0xffff;
  HOLDS(line >= 1, "position %lld", (long long)position);
  if (column == 0) /* a text over several lines */
    HOLDS(line <= (json_int_t)p->lines, "line %lld", (long long)line);
  else if (column == MOST_COLUMN)
    HOLDS(line <= (json_int_t)p->lines && p->columns[line - 1] + 2 >= MOST_COLUMN,
          "line %lld", (long long)line);
  else
    HOLDS(within(p, line, column), "%lld:%lld", (long long)line, (long long)column);
}

static json_int_t number_at(const char **at)
{
  char *end;
  HOLDS(isdigit((unsigned char)**at), "«%s» is no position", *at);
  json_int_t number = strtoll(*at, &end, 10);
  *at = end;
  return number;
}

static void expect_node(const page *p, const json_t *value, const json_t *at,
                        int depth);

/* The entries of `of`, one after the other, against those of the value. */
static void expect_entries(const page *p, const json_t *value, const json_t *at,
                           int depth)
{
  const char *of = zc_get_text(at, "of");
  const json_t *inner = json_object_get(at, "inner");
  size_t count = 0, containers = 0;
  json_int_t last = zc_get_integer(at, "pos", 0);
  while (*of != '\0') {
    char name[24];
    char *key = NULL;
    HOLDS(*of++ == '\n', "entry %zu", count);
    count++;
    if (json_is_object(value)) {
      size_t size = strcspn(of, "\t");
      key = strndup(of, size);
      of += size + 1;
      json_int_t own = number_at(&of);
      expect_position(p, own);
      HOLDS(own >= last, "the key %s stands before what precedes it", key);
      HOLDS(zc_yaml_key_position(at, key) == own, "the key %s", key);
      last = own;
      HOLDS(*of++ == '\t', "entry %zu", count);
    }
    json_int_t position = number_at(&of);
    expect_position(p, position);
    if ((position & 0xffff) != 0) {
      HOLDS(position >= last, "entry %zu stands before what precedes it", count);
      last = position;
    } else {
      HOLDS(position >> 16 >= last >> 16, "entry %zu stands before what precedes it",
            count);
    }
    snprintf(name, sizeof name, "%zu", count);
    const json_t *entry = key != NULL ? json_object_get(value, key)
                                      : json_array_get(value, count - 1);
    HOLDS(entry != NULL, "entry %zu has no value", count);
    if (!json_is_string(entry)) {
      const json_t *node = json_object_get(inner, key != NULL ? key : name);
      containers++;
      HOLDS(json_is_object(node), "entry %zu has no node", count);
      HOLDS(zc_get_integer(node, "pos", 0) == position, "entry %zu", count);
      expect_node(p, entry, node, depth + 1);
    }
    free(key);
  }
  HOLDS(count ==
            (json_is_object(value) ? json_object_size(value) : json_array_size(value)),
        "%zu positions", count);
  HOLDS(containers == json_object_size(inner), "%zu containers", containers);
}

static void expect_node(const page *p, const json_t *value, const json_t *at, int depth)
{
  HOLDS(depth <= ZC_YAML_DEPTH, "depth %d", depth);
  if (json_is_string(value)) {
    expect_position(p, json_integer_value(at));
    return;
  }
  HOLDS(json_is_object(value) || json_is_array(value), "kind %d", json_typeof(value));
  expect_position(p, zc_get_integer(at, "pos", 0));
  expect_entries(p, value, at, depth);
}

static void expect_faults(const page *p, const page *plain, const json_t *faults)
{
  size_t index;
  const json_t *fault;
  json_array_foreach(faults, index, fault)
  {
    json_int_t line = zc_get_integer(fault, "line", -1);
    json_int_t column = zc_get_integer(fault, "column", -1);
    char *text = zc_message_fill(zc_get_text(fault, "text"),
                                 json_object_get(fault, "args"));
    HOLDS(strpbrk(text, "{}") == NULL || strstr(text, "the key") == text, "%s", text);
    HOLDS((line == 0 && column == 0) || within(p, line, column) ||
              within(plain, line, column),
          "%lld:%lld %s", (long long)line, (long long)column, text);
    free(text);
  }
}

static bool decoded(const char *bytes, size_t size, zc_buffer *text)
{
  zc_gb18030 *converter = zc_gb18030_new();
  zc_err err;
  size_t bad;
  zc_code code = zc_gb18030_decode(converter, bytes, size, text, &bad, &err);
  zc_gb18030_free(converter);
  return code == ZC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  json_t *faults = json_array(), *document = NULL;
  zc_err err;
  zc_buffer text = {0};
  size_t bad;
  const char *bytes = (const char *)data;
  zc_code code = zc_yaml_parse("f.yaml", bytes, size, faults, &document, &err);
  HOLDS(code == ZC_OK || code == ZC_EDATA, "code %d", code);
  HOLDS((code == ZC_OK) == (document != NULL), "code %d", code);
  HOLDS((code == ZC_OK) == (zc_fault_errors(faults) == 0), "code %d", code);
  bool utf8 = zc_utf8_valid(bytes, size, &bad),
       known = utf8 || decoded(bytes, size, &text);
  if (utf8 || !known) {
    zc_buffer_free(&text);
    zc_buffer_add(&text, bytes, size);
  }
  /* In no encoding, a character has at least one byte, and no more is known of it. */
  for (size_t i = 0; !known && i < size; i++)
    if ((unsigned char)text.data[i] >= 0x80)
      text.data[i] = 'x';
  page p = page_of(zc_text_or(text.data, ""), text.size, true);
  page plain = page_of(zc_text_or(text.data, ""), text.size, false);
  expect_faults(&p, &plain, faults);
  const json_t *value = json_object_get(document, "value");
  if (value != NULL) {
    json_t *again;
    expect_node(&p, value, json_object_get(document, "at"), 0);
    char *canonical = canonical_text(document);
    HOLDS(zc_json_parse(canonical, strlen(canonical), &again, &err) == ZC_OK, "%s",
          canonical);
    HOLDS(json_equal(document, again), "%s", canonical);
    json_decref(again);
    free(canonical);
  }
  free(p.columns);
  free(plain.columns);
  zc_buffer_free(&text);
  json_decref(document);
  json_decref(faults);
  return 0;
}
