#include "value/yaml.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/utf8.h"
#include "value/source.h"

/* A container that is being filled. The next scalar of a map is a key when `key`
 * is NULL. `value`, `at` and `inner` are borrowed from the tree. */
typedef struct {
  json_t *value, *at, *inner; /* inner: NULL until it holds a container */
  zc_buffer of;               /* the entries' positions, see yaml.h */
  bool map;
  char *key;
  yaml_mark_t key_mark;
  size_t last_end; /* where the previous entry of a flow list ended */
  bool flow, warned;
} level;

typedef struct {
  const char *file;
  json_t *faults;
  yaml_parser_t parser;
  json_t *value, *at; /* the whole document so far; owned */
  level levels[ZC_YAML_DEPTH];
  int depth;
  int refused;             /* what has been reported so far */
  int entries, containers; /* so far */
  bool memory;             /* an allocation failed */
} reader;

/* More than any plan needs: beyond them reading, and finding what is wrong, would take
 * longer than a reader waits. */
#define KEYS 2000
#define ENTRIES 20000
#define CONTAINERS 5000

/* Who has made so many mistakes has made one of another kind: a file that is no YAML. */
#define REFUSALS 50

static zc_place place_of(const reader *r, yaml_mark_t mark)
{
  return (zc_place){r->file, (int)mark.line + 1, (int)mark.column + 1};
}

static json_int_t position(yaml_mark_t mark)
{
  size_t column = mark.column + 1 > 65535 ? 65535 : mark.column + 1;
  return (json_int_t)((mark.line + 1) << 16 | column);
}

/* Reports and goes on. */
#define TELL(r, mark, ...)                                                             \
  ((r)->refused++,                                                                     \
   (r)->memory |= zc_fault((r)->faults, place_of(r, mark), __VA_ARGS__, NULL) != 0)

/* Reports what ends the parse. */
#define REFUSE(r, mark, ...) (TELL(r, mark, __VA_ARGS__), false)

/* The position of a key in `of`; 0 when it is not there. */
static json_int_t find_position(const zc_buffer *of, const char *key)
{
  size_t size = strlen(key);
  for (const char *at = of->data; at != NULL && *at != '\0'; at = strchr(at + 1, '\n'))
    if (strncmp(at + 1, key, size) == 0 && at[size + 1] == '\t')
      return strtoll(at + size + 2, NULL, 10);
  return 0;
}

json_int_t zc_yaml_key_position(const json_t *at, const char *key)
{
  const char *of = zc_text_of(at, "of");
  return find_position(&(zc_buffer){.data = (char *)of}, key);
}

/* Where a value stands. Of a text over several lines only its first line is told: what
 * folding and indentation have done to it, no column shows. */
static json_int_t value_position(const yaml_event_t *event)
{
  json_int_t own = position(event->start_mark);
  bool several = event->type == YAML_SCALAR_EVENT &&
                 event->start_mark.line != event->end_mark.line;
  return several ? own & ~(json_int_t)0xffff : own;
}

/* Notes where an entry stands and, for a container, its node. Takes `at`. */
static int note_place(level *top, const yaml_event_t *event, json_t *at)
{
  char index[24];
  json_int_t own = value_position(event);
  zc_buffer_char(&top->of, '\n');
  if (top->map) {
    zc_buffer_text(&top->of, top->key);
    zc_buffer_char(&top->of, '\t');
    zc_buffer_number(&top->of, position(top->key_mark));
    zc_buffer_char(&top->of, '\t');
  }
  zc_buffer_number(&top->of, own);
  if (at == NULL)
    return top->of.failed;
  if (top->inner == NULL) {
    top->inner = json_object();
    if (json_object_set_new(top->at, "inner", top->inner) != 0) {
      json_decref(at);
      return -1;
    }
  }
  snprintf(index, sizeof index, "%zu", json_array_size(top->value) + 1);
  return json_object_set_new_nocheck(top->inner, top->map ? top->key : index, at) |
         top->of.failed;
}

/* Puts a finished or opened value where it belongs; `at` is its node, NULL for a scalar.
 * Takes both references. */
static bool attach(reader *r, const yaml_event_t *event, json_t *value, json_t *at)
{
  int bad = value == NULL;
  if (r->entries++ == ENTRIES) {
    json_decref(value);
    json_decref(at);
    return REFUSE(r, event->start_mark, "more than 20,000 entries", "hint",
                  N_("split it into several files"));
  }
  if (r->depth == 0) {
    r->value = value;
    r->at = at != NULL ? at : json_integer(position(event->start_mark));
    bad |= r->at == NULL;
  } else {
    level *top = &r->levels[r->depth - 1];
    bad |= note_place(top, event, at);
    if (top->map) {
      bad |= json_object_set_new_nocheck(top->value, top->key, value);
      free(top->key);
      top->key = NULL;
    } else {
      bad |= json_array_append_new(top->value, value);
    }
    if (top->flow && !top->map) {
      if (!top->warned && top->last_end != 0 &&
          event->start_mark.index == top->last_end + 1) {
        top->warned = true; /* once a list, which may be long */
        bad |= zc_fault_warning(
            r->faults, place_of(r, event->start_mark),
            "this list was split at a comma without a space", "hint",
            N_("put a space after the comma if two entries are meant, or quote the "
               "text if it is one"),
            NULL);
      }
      top->last_end = event->end_mark.index;
    }
  }
  r->memory |= bad != 0;
  return !r->memory;
}

static bool awaits_key(const reader *r)
{
  return r->depth > 0 && r->levels[r->depth - 1].map &&
         r->levels[r->depth - 1].key == NULL;
}

static bool begin(reader *r, const yaml_event_t *event, bool map, bool flow)
{
  if (r->depth == ZC_YAML_DEPTH)
    return REFUSE(r, event->start_mark, "nested more than 32 levels deep", "hint",
                  N_("write it flatter"));
  if (awaits_key(r))
    return REFUSE(r, event->start_mark, "a key must be a plain text", "hint",
                  N_("quote the key if it begins with [ or {"));
  if (r->containers++ == CONTAINERS)
    return REFUSE(r, event->start_mark, "more than 5,000 lists and maps", "hint",
                  N_("split it into several files"));
  json_t *value = map ? json_object() : json_array();
  json_t *at = json_object();
  int bad = json_object_set_new(at, "pos", json_integer(position(event->start_mark)));
  r->memory |= bad != 0 || value == NULL;
  if (r->memory) {
    json_decref(value);
    json_decref(at);
    return false;
  }
  if (!attach(r, event, value, at))
    return false;
  r->levels[r->depth++] = (level){.value = value, .at = at, .map = map, .flow = flow};
  return true;
}

static bool end(reader *r, const yaml_event_t *event)
{
  level *done = &r->levels[--r->depth];
  r->memory |= json_object_set_new(done->at, "of",
                                   json_stringn(zc_text_or(done->of.data, ""),
                                                done->of.size)) != 0;
  zc_buffer_free(&done->of);
  if (r->depth > 0)
    r->levels[r->depth - 1].last_end = event->end_mark.index;
  return !r->memory;
}

/* Reports what an escape such as "\u202e" brings into a text: it may not stand in the
 * file itself either. */
static void check_escapes(reader *r, const yaml_event_t *event)
{
  const char *text = (const char *)event->data.scalar.value;
  size_t size = event->data.scalar.length;
  uint32_t c;
  if (event->data.scalar.style != YAML_DOUBLE_QUOTED_SCALAR_STYLE)
    return;
  for (size_t at = 0; at < size; at += zc_utf8_decode(text + at, size - at, &c)) {
    zc_utf8_decode(text + at, size - at, &c);
    if (zc_source_forbidden(c)) {
      char name[16];
      snprintf(name, sizeof name, "U+%04X", (unsigned)c);
      TELL(r, event->start_mark, "this text holds an invisible character ({character})",
           "character", name, "hint", N_("delete the escape"));
      return;
    }
  }
}

/* A key that is refused, but does not hide what follows it, stands under a name that no
 * file has: nothing is read from a document with faults. */
static bool take_key(reader *r, const yaml_event_t *event)
{
  level *top = &r->levels[r->depth - 1];
  const char *text = (const char *)event->data.scalar.value;
  size_t size = event->data.scalar.length;
  char spare[32] = "";
  if (json_object_size(top->value) == KEYS)
    return REFUSE(r, event->start_mark, "a map of more than 2,000 keys", "hint",
                  N_("split it, or write it as a list of entries"));
  if (size == 0 || strlen(text) != size)
    TELL(r, event->start_mark, "a key is missing before the colon", "hint",
         N_("write a key, or quote the text if the colon belongs to it"));
  else if (strpbrk(text, "\t\n") != NULL)
    TELL(r, event->start_mark, "a key must be a plain text", "hint",
         N_("write it on one line, without tabs"));
  else if (strcmp(text, "<<") == 0 &&
           event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
    TELL(r, event->start_mark, "merge keys (<<) are not allowed", "hint",
         N_("write the entries out"));
  else if (json_object_get(top->value, text) != NULL)
    TELL(r, event->start_mark, "the key {key} stands twice", "key", text, "line",
         ZC_DIGITS(find_position(&top->of, text) >> 16), "hint",
         N_("it stands on line {line} already: delete one of them"));
  else
    spare[0] = '-';
  if (spare[0] == '\0')
    snprintf(spare, sizeof spare, "\x01%d", r->refused);
  top->key = strdup(spare[0] == '-' ? text : spare);
  top->key_mark = event->start_mark;
  r->memory |= top->key == NULL;
  return !r->memory;
}

static void check_marks(reader *r, const yaml_event_t *event, const yaml_char_t *anchor,
                        const yaml_char_t *tag)
{
  if (anchor != NULL)
    TELL(r, event->start_mark, "anchors (&) are not allowed", "hint",
         N_("write the value out where it is needed, or quote the text"));
  else if (tag != NULL)
    TELL(r, event->start_mark, "tags (!) are not allowed", "hint",
         N_("quote the text if it begins with an exclamation mark"));
}

static bool take_scalar(reader *r, const yaml_event_t *event)
{
  check_marks(r, event, event->data.scalar.anchor, event->data.scalar.tag);
  check_escapes(r, event);
  if (awaits_key(r))
    return take_key(r, event);
  json_t *value = json_stringn((const char *)event->data.scalar.value,
                               event->data.scalar.length);
  return attach(r, event, value, NULL);
}

/* Goes on after it with an empty text in its place. */
static bool take_alias(reader *r, const yaml_event_t *event)
{
  TELL(r, event->start_mark, "aliases (*) are not allowed", "hint",
       N_("write the value out, or quote the text"));
  return !awaits_key(r) && attach(r, event, json_string(""), NULL);
}

/* One event; false ends the parse. */
static bool take(reader *r, const yaml_event_t *event)
{
  switch (event->type) {
  case YAML_SCALAR_EVENT:
    return take_scalar(r, event);
  case YAML_ALIAS_EVENT:
    return take_alias(r, event);
  case YAML_SEQUENCE_START_EVENT:
    check_marks(r, event, event->data.sequence_start.anchor,
                event->data.sequence_start.tag);
    return begin(r, event, false,
                 event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE);
  case YAML_MAPPING_START_EVENT:
    check_marks(r, event, event->data.mapping_start.anchor,
                event->data.mapping_start.tag);
    return begin(r, event, true, false);
  case YAML_SEQUENCE_END_EVENT:
  case YAML_MAPPING_END_EVENT:
    return end(r, event);
  case YAML_DOCUMENT_START_EVENT:
    if (r->value != NULL)
      return REFUSE(r, event->start_mark, "a second document begins here", "hint",
                    N_("delete the line ---, or split the file in two"));
    return true;
  default:
    return true;
  }
}

/* libyaml's own words for the mistakes that clerks make, with their remedies. What was
 * opened and is not closed is found where it was opened; so are marks before words. */
static const struct {
  const char *context, *problem; /* NULL: whatever it is */
  bool opened;                   /* it stands where the context begins */
  const char *text, *hint;
} mistakes[] = {
    {"while scanning an anchor", NULL, true, N_("anchors (&) are not allowed"),
     N_("quote the text if it begins with &")},
    {"while scanning an alias", NULL, true, N_("aliases (*) are not allowed"),
     N_("quote the text if it begins with *")},
    {"while scanning a tag", NULL, true, N_("tags (!) are not allowed"),
     N_("quote the text if it begins with an exclamation mark")},
    {"while parsing a tag", NULL, true, N_("tags (!) are not allowed"),
     N_("quote the text if it begins with an exclamation mark")},
    {NULL, "found undefined tag handle", true, N_("tags (!) are not allowed"),
     N_("quote the text if it begins with an exclamation mark")},
    {NULL, "found character that cannot start any token", false,
     N_("this character cannot stand here"),
     N_("indent with spaces, not tabs; quote texts that begin with @ ` or %")},
    {NULL, "mapping values are not allowed in this context", false,
     N_("a colon with a space cannot stand inside a plain text"),
     N_("quote the text, or check the indentation of this line and whether the line "
        "above has a full-width colon")},
    {NULL, "could not find expected ':'", true, N_("a colon is missing"),
     N_("write key: value, with an ASCII colon and a space after it")},
    {NULL, "did not find expected key", false, N_("the indentation does not fit"),
     N_("begin the keys of one map in the same column; quote texts that hold "
        "quotation marks")},
    {NULL, "did not find expected '-' indicator", false,
     N_("the indentation does not fit"),
     N_("begin the entries of one list in the same column")},
    {NULL, "did not find expected ',' or ']'", true,
     N_("a list in brackets is not closed"),
     N_("write one entry a line with - instead")},
    {NULL, "did not find expected ',' or '}'", true,
     N_("a map in braces is not closed"), N_("write one key a line instead")},
    {NULL, "found unexpected end of stream", true, N_("a quoted text is not closed"),
     N_("put the closing quotation mark")},
    {NULL, "found unexpected document indicator", true,
     N_("a quoted text is not closed"), N_("put the closing quotation mark")},
    {NULL, "block sequence entries are not allowed in this context", false,
     N_("a list cannot begin here"), N_("begin the list on the next line, indented")},
    {NULL, "did not find expected <document start>", false,
     N_("the indentation does not fit"),
     N_("the file must be one map or one list, beginning in the first column")},
};

static bool same(const char *wanted, const char *got)
{
  return wanted == NULL || (got != NULL && strcmp(wanted, got) == 0);
}

static void explain_syntax(reader *r)
{
  const yaml_parser_t *parser = &r->parser;
  if (parser->error == YAML_MEMORY_ERROR) {
    r->memory = true;
    return;
  }
  for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
    if (same(mistakes[i].context, parser->context) &&
        same(mistakes[i].problem, parser->problem)) {
      bool opened = mistakes[i].opened && parser->context != NULL;
      TELL(r, opened ? parser->context_mark : parser->problem_mark, mistakes[i].text,
           "hint", mistakes[i].hint);
      return;
    }
  TELL(
      r, parser->problem_mark, "not valid YAML: {problem}", "problem",
      zc_text_or(parser->problem, "?"), "hint",
      N_("indent with spaces, not tabs, and quote texts that hold special characters"));
}

static bool parse(reader *r, const char *text, size_t size)
{
  if (!yaml_parser_initialize(&r->parser)) {
    r->memory = true;
    return false;
  }
  yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&r->parser, (const unsigned char *)text, size);
  bool good = true, over = false;
  while (good && !over) {
    yaml_event_t event;
    if (!yaml_parser_parse(&r->parser, &event)) {
      explain_syntax(r);
      good = false;
      break;
    }
    over = event.type == YAML_STREAM_END_EVENT;
    good = take(r, &event) && r->refused < REFUSALS;
    yaml_event_delete(&event);
  }
  yaml_parser_delete(&r->parser);
  for (int i = 0; i < ZC_YAML_DEPTH; i++) {
    free(r->levels[i].key);
    zc_buffer_free(&r->levels[i].of);
  }
  return good && !r->memory && r->refused == 0;
}

zc_code zc_yaml_parse(const char *file, const char *bytes, size_t size, json_t *faults,
                      json_t **document, zc_err *err)
{
  reader r = {.file = file, .faults = faults};
  zc_buffer converted = {0};
  bool good = true;
  *document = NULL;
  if (size > ZC_YAML_LIMIT) {
    r.memory |= zc_fault(faults, (zc_place){file, 0, 0}, "the file is over 2 MiB",
                         "hint", N_("split it into several files"), NULL) != 0;
    good = false;
  }
  if (good)
    good = zc_source_open(file, &bytes, &size, &converted, faults, &r.memory);
  if (good && size > 0)
    good = parse(&r, bytes, size);
  zc_buffer_free(&converted);
  json_t *result = NULL;
  if (good) {
    result = json_object();
    r.memory |= json_object_set_new(result, "file",
                                    zc_json_lossy(file, strlen(file))) != 0;
    if (r.value != NULL) {
      r.memory |= json_object_set(result, "value", r.value) != 0;
      r.memory |= json_object_set(result, "at", r.at) != 0;
    }
  }
  json_decref(r.value);
  json_decref(r.at);
  if (good && !r.memory) {
    *document = result;
    return ZC_OK;
  }
  json_decref(result);
  if (r.memory)
    return zc_fail_memory(err);
  return zc_fail(err, ZC_EDATA, "{file} has errors", "file", file, NULL);
}
