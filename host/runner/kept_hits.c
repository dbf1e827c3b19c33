/* Hits as they are kept, taken apart without values in between: a large check has hundreds of
 * thousands. */
#include <stdio.h>
#include <string.h>

#include "base/taking.h"
#include "runner/kept.h"

/* What is read is the canonical text of a list of hits; anything else comes from a process that
 * is not what it should be. The names of patients are put in on the way. */
typedef struct {
  const char *at, *end;
  const json_t *numbers; /* of the process that has told this */
  zc_buffer named[2];    /* keys and show, where they have patients */
} reader;

static bool take(reader *r, char c)
{
  return zc_take(&r->at, r->end, c);
}

static bool take_word(reader *r, const char *word)
{
  return zc_take_word(&r->at, r->end, word);
}

/* The rest of \u00XX, which only what must not stand as it is may be. */
static bool take_code(reader *r)
{
  static const char *const others[] = {"3c", "3e", "26"};
  if (!take_word(r, "00") || r->end - r->at < 2)
    return false;
  char high = r->at[0], low = r->at[1];
  bool good = (high == '1' &&
               ((low >= '0' && low <= '9') || (low >= 'a' && low <= 'f'))) ||
              (high == '0' &&
               ((low >= '1' && low <= '7') || low == 'b' || low == 'e' || low == 'f'));
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    good |= memcmp(r->at, others[i], 2) == 0;
  r->at += 2;
  return good;
}

/* A text with its quotation marks. Whether it is UTF-8 was seen when its frame was read. */
static bool take_text(reader *r, zc_piece *text)
{
  const char *from = r->at;
  if (!take(r, '"'))
    return false;
  while (r->at < r->end && *r->at != '"') {
    unsigned char c = (unsigned char)*r->at++;
    if (c < 0x20 || c == '<' || c == '>' || c == '&')
      return false;
    if (c != '\\')
      continue;
    char letter = r->at < r->end ? *r->at++ : '\0';
    if (letter == 'u' ? !take_code(r)
                      : letter == '\0' || strchr("\"\\bfnrt", letter) == NULL)
      return false;
  }
  bool good = take(r, '"');
  *text = (zc_piece){from, (size_t)(r->at - from)};
  return good;
}

#define DIGITS 15

static bool take_integer(reader *r, zc_piece *text, json_int_t *number)
{
  const char *from = r->at;
  bool minus = take(r, '-');
  const char *first = r->at;
  *number = 0;
  while (r->at < r->end && *r->at >= '0' && *r->at <= '9' && r->at - first <= DIGITS)
    *number = *number * 10 + (*r->at++ - '0');
  ptrdiff_t digits = r->at - first;
  *text = (zc_piece){from, (size_t)(r->at - from)};
  *number = minus ? -*number : *number;
  return digits > 0 && digits <= DIGITS && (*first != '0' || (digits == 1 && !minus));
}

/* One [title, text or a patient's number]; what stands since *open and the name instead of the
 * number are copied. */
static bool take_pair(reader *r, zc_buffer *named, const char **open)
{
  json_int_t number;
  zc_piece text;
  if (!take(r, '[') || !take_text(r, &text) || !take(r, ','))
    return false;
  if (r->at < r->end && *r->at == '"')
    return take_text(r, &text) && take(r, ']');
  if (!take_integer(r, &text, &number))
    return false;
  zc_buffer_add(named, *open, (size_t)(text.text - *open));
  zc_buffer_char(named, '"');
  zc_kept_patient(r->numbers, number, named);
  zc_buffer_char(named, '"');
  *open = r->at;
  return take(r, ']');
}

static bool take_pairs(reader *r, zc_buffer *named, zc_piece *pairs)
{
  const char *from = r->at, *open = from;
  named->size = 0;
  if (!take(r, '['))
    return false;
  if (!take(r, ']')) {
    do {
      if (!take_pair(r, named, &open))
        return false;
    } while (take(r, ','));
    if (!take(r, ']'))
      return false;
  }
  *pairs = (zc_piece){from, (size_t)(r->at - from)};
  if (open != from) {
    zc_buffer_add(named, open, (size_t)(r->at - open));
    *pairs = (zc_piece){named->data, named->size};
  }
  return true;
}

static bool take_texts(reader *r, zc_piece *list)
{
  const char *from = r->at;
  zc_piece text;
  if (!take(r, '['))
    return false;
  if (!take(r, ']')) {
    do {
      if (!take_text(r, &text))
        return false;
    } while (take(r, ','));
    if (!take(r, ']'))
      return false;
  }
  *list = (zc_piece){from, (size_t)(r->at - from)};
  return true;
}

/* The name of a member, in their order; what is not there is passed over. */
static bool is_next(reader *r, bool *first, const char *name)
{
  const char *from = r->at;
  if ((*first || take(r, ',')) && take_word(r, name)) {
    *first = false;
    return true;
  }
  r->at = from;
  return false;
}

#define ID_DIGITS 64

/* An id is nothing but digits, and goes without its marks. The ledger keeps it for good: a text
 * that had to be cut there could be cut within a character, and nobody could read its event. */
static bool take_id(reader *r, zc_piece *id)
{
  if (!take_text(r, id))
    return false;
  *id = (zc_piece){id->text + 1, id->size - 2};
  for (size_t i = 0; i < id->size; i++)
    if ((id->text[i] < '0' || id->text[i] > '9') &&
        (id->text[i] < 'a' || id->text[i] > 'f'))
      return false;
  return id->size > 0 && id->size <= ID_DIGITS;
}

static bool take_hit(reader *r, zc_kept_hit *hit)
{
  bool first = true;
  json_int_t line;
  *hit = (zc_kept_hit){0};
  if (!take(r, '{') || (is_next(r, &first, "\"id\":") && !take_id(r, &hit->id)) ||
      (is_next(r, &first, "\"keys\":") && !take_pairs(r, &r->named[0], &hit->keys)) ||
      (is_next(r, &first, "\"level\":") && !take_text(r, &hit->level)) ||
      (is_next(r, &first, "\"line\":") && !take_integer(r, &hit->line, &line)) ||
      (is_next(r, &first, "\"show\":") && !take_pairs(r, &r->named[1], &hit->show)) ||
      (is_next(r, &first, "\"split\":") && !take_texts(r, &hit->split)) ||
      (is_next(r, &first, "\"table\":") && !take_text(r, &hit->table)))
    return false;
  return take(r, '}');
}

static zc_code not_hits(zc_err *err)
{
  return zc_fail(err, ZC_EINTERNAL, "the evaluator has told hits that nobody can read",
                 NULL);
}

static zc_code visit_chunk(reader *r, zc_kept_visit *visit, void *context, zc_err *err)
{
  zc_kept_hit hit;
  if (!take(r, '['))
    return not_hits(err);
  if (take(r, ']'))
    return r->at == r->end ? ZC_OK : not_hits(err);
  do {
    if (!take_hit(r, &hit))
      return not_hits(err);
    if (r->named[0].failed || r->named[1].failed)
      return zc_fail_memory(err);
    zc_code code = visit(context, &hit, err);
    if (code != ZC_OK)
      return code;
  } while (take(r, ','));
  return take(r, ']') && r->at == r->end ? ZC_OK : not_hits(err);
}

zc_code zc_kept_each(const json_t *kept, const char *key, zc_kept_visit *visit,
                     void *context, bool *more, zc_err *err)
{
  const json_t *run = json_object_get(json_object_get(kept, "runs"), key), *chunk;
  const json_t *names = json_object_get(kept, "names");
  reader r = {0};
  size_t index;
  zc_code code = ZC_OK;
  *more = zc_get_flag(run, "more");
  json_array_foreach(json_object_get(run, "chunks"), index, chunk)
  {
    const json_t *text = json_array_get(chunk, 1);
    if (code != ZC_OK)
      break;
    r.at = zc_text_or(json_string_value(text), "");
    r.end = r.at + json_string_length(text);
    r.numbers = json_array_get(names,
                               (size_t)json_integer_value(json_array_get(chunk, 0)));
    code = visit_chunk(&r, visit, context, err);
  }
  zc_buffer_free(&r.named[0]);
  zc_buffer_free(&r.named[1]);
  return code;
}

zc_piece zc_kept_split(const zc_kept_hit *hit, size_t place)
{
  zc_piece text = {"\"\"", 2};
  if (hit->split.size == 0)
    return text;
  reader r = {.at = hit->split.text + 1, .end = hit->split.text + hit->split.size};
  for (size_t i = 0; take_text(&r, &text); i++) {
    if (i == place)
      return text;
    take(&r, ',');
  }
  return (zc_piece){"\"\"", 2};
}
