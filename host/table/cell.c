/* One cell: trimmed, narrowed, read as its column's type. */
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "table/dataset.h"
#include "table/space.h"

typedef struct {
  const char *text;
  size_t size;
} span;

/* Full-width letters, digits and signs as ASCII; the same span if there are none. */
static span narrow(span s, zc_arena *arena, bool *memory)
{
  if (memchr(s.text, 0xef, s.size) == NULL)
    return s;
  char *copy = zc_arena_take(arena, s.size + 1);
  if (copy == NULL) {
    *memory = true;
    return s;
  }
  size_t size = 0;
  uint32_t c;
  for (size_t at = 0; at < s.size;) {
    size_t length = zc_utf8_decode(s.text + at, s.size - at, &c);
    if (length == 0)
      return s; /* rows that are not UTF-8 are malformed and never come here */
    uint32_t twin = zc_text_narrow(c);
    if (twin != c && twin < 0x80) {
      copy[size++] = (char)twin;
    } else {
      memcpy(copy + size, s.text + at, length);
      size += length;
    }
    at += length;
  }
  return (span){copy, size};
}

/* Reads 1 to `most` digits; advances. -1 when there is none. */
static int digits(span *s, int most, int *read)
{
  int number = 0, count = 0;
  while (count < most && s->size > 0 && *s->text >= '0' && *s->text <= '9') {
    number = number * 10 + (*s->text - '0');
    s->text++;
    s->size--;
    count++;
  }
  if (read != NULL)
    *read = count;
  return count == 0 ? -1 : number;
}

static bool literal(span *s, const char *text)
{
  size_t size = strlen(text);
  if (s->size < size || memcmp(s->text, text, size) != 0)
    return false;
  s->text += size;
  s->size -= size;
  return true;
}

/* 2023-3-5 2023/3/5 2023.3.5 20230305 2023年3月5日; advances past it. */
static bool read_day(span *s, int32_t *day)
{
  zc_civil c;
  int width;
  c.year = digits(s, 4, &width);
  if (width != 4)
    return false;
  if (s->size > 0 && *s->text >= '0' && *s->text <= '9') {
    c.month = digits(s, 2, &width);
    if (width != 2)
      return false;
    c.day = digits(s, 2, &width);
    if (width != 2)
      return false;
  } else {
    const char *between = literal(s, "-")    ? "-"
                          : literal(s, "/")  ? "/"
                          : literal(s, ".")  ? "."
                          : literal(s, "年") ? "月"
                                             : NULL;
    if (between == NULL || (c.month = digits(s, 2, NULL)) < 0 || !literal(s, between) ||
        (c.day = digits(s, 2, NULL)) < 0)
      return false;
    if (strcmp(between, "月") == 0 && !literal(s, "日"))
      return false;
  }
  if (!zc_civil_valid(c))
    return false;
  *day = zc_day_from_civil(c);
  return true;
}

/* Nothing, or a time of day after a space or T: 8:05 08:05:00 080500 8时5分. */
static bool read_time(span *s, int *second)
{
  int hour, minute, rest = 0;
  *second = 0;
  if (s->size == 0)
    return true;
  bool gap = literal(s, "T");
  int hours, minutes, seconds = 2;
  while (literal(s, " "))
    gap = true;
  if (!gap && (s->size != 6 && s->size != 4))
    return false;
  hour = digits(s, 2, &hours);
  bool chinese = literal(s, "时"), colon = !chinese && literal(s, ":");
  minute = digits(s, 2, &minutes);
  if (chinese)
    literal(s, "分");
  if (colon ? literal(s, ":") : s->size > 0)
    rest = digits(s, 2, &seconds);
  /* Without marks, 80500 could be 8:05 or 80:50: a lost digit is not guessed. */
  if (!chinese && !colon && (hours != 2 || minutes != 2 || seconds != 2))
    return false;
  literal(s, "秒");
  if (literal(s, "."))
    digits(s, 9, NULL);
  if (s->size > 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || rest < 0 ||
      rest > 59)
    return false;
  *second = hour * 3600 + minute * 60 + rest;
  return true;
}

static bool all_digits(span s)
{
  for (size_t i = 0; i < s.size; i++)
    if (s.text[i] < '0' || s.text[i] > '9')
      return false;
  return s.size > 0;
}

/* 45012: the number by which a spreadsheet program stores a day (1954 to 2119). */
static bool serial_day(span s)
{
  return s.size == 5 && all_digits(s) && s.text[0] >= '2' && s.text[0] <= '7';
}

/* 1.23E+17: what a spreadsheet program makes of a long code. */
static bool exponent(span s)
{
  size_t at = 0;
  if (s.size < 5 || s.text[0] < '0' || s.text[0] > '9')
    return false;
  while (at < s.size && ((s.text[at] >= '0' && s.text[at] <= '9') || s.text[at] == '.'))
    at++;
  if (at + 3 > s.size || (s.text[at] | 32) != 'e' || s.text[at + 1] != '+')
    return false;
  return all_digits((span){s.text + at + 2, s.size - at - 2});
}

static zc_cell_state read_number(const zc_column *column, span s, zc_scalar *value)
{
  zc_scalar number;
  if (!zc_number_parse(s.text, s.size, &number))
    return ZC_CELL_BAD;
  /* 7.00 in a whole number is 7; 7.05 is not. */
  while (number.scale > column->scale) {
    if (number.units % 10 != 0)
      return ZC_CELL_BAD;
    number.units /= 10;
    number.scale--;
  }
  for (; number.scale < column->scale; number.scale++)
    if (__builtin_mul_overflow(number.units, (int64_t)10, &number.units))
      return ZC_CELL_BAD;
  *value = number;
  return ZC_CELL_GOOD;
}

zc_cell_state zc_day_read(const char *text, size_t size, int32_t *day)
{
  int second;
  span s = {text, size};
  if (serial_day(s))
    return ZC_CELL_DAMAGED;
  return read_day(&s, day) && read_time(&s, &second) ? ZC_CELL_GOOD : ZC_CELL_BAD;
}

static zc_cell_state read_day_or_moment(const zc_column *column, span s,
                                        zc_scalar *value)
{
  int32_t day;
  int second;
  if (serial_day(s))
    return ZC_CELL_DAMAGED;
  if (!read_day(&s, &day) || !read_time(&s, &second))
    return ZC_CELL_BAD;
  *value = column->kind == ZC_DATE ? zc_date(day)
                                   : zc_moment((int64_t)day * 86400 + second);
  return ZC_CELL_GOOD;
}

/* Enum words and bools: looked up as dataset.c has normalised their spellings (narrow,
 * lower case, without spaces). */
static zc_cell_state read_word(const zc_column *column, span s, zc_scalar *value)
{
  char key[128];
  size_t size = 0;
  if (s.size >= sizeof key)
    return ZC_CELL_BAD;
  for (size_t i = 0; i < s.size; i++) {
    size_t gap = zc_space_first(s.text + i, s.size - i);
    if (gap > 0)
      i += gap - 1;
    else if ((unsigned char)s.text[i] > ' ')
      key[size++] = s.text[i] >= 'A' && s.text[i] <= 'Z' ? (char)(s.text[i] + 32)
                                                         : s.text[i];
  }
  const json_t *word = json_object_getn(column->spellings, key, size);
  if (word == NULL)
    return ZC_CELL_BAD;
  const char *text = json_string_value(word);
  *value = column->kind == ZC_BOOL ? zc_bool(text[0] == 'y')
                                   : zc_text(text, json_string_length(word));
  return ZC_CELL_GOOD;
}

zc_cell_state zc_column_read(const zc_column *column, const char *text, size_t size,
                             zc_arena *arena, zc_scalar *value, bool *memory)
{
  span s = {text, size};
  zc_space_trim(&s.text, &s.size);
  *value = zc_column_blank(column);
  if (s.size == 0)
    return column->blank == ZC_BLANK_NEVER ? ZC_CELL_BAD : ZC_CELL_BLANK;
  bool plain = column->kind == ZC_TEXT && !column->code && !column->enumeration;
  if (!plain)
    s = narrow(s, arena, memory);
  zc_cell_state state = ZC_CELL_GOOD;
  switch (column->kind) {
  case ZC_NUMBER:
    state = read_number(column, s, value);
    break;
  case ZC_DATE:
  case ZC_MOMENT:
    state = read_day_or_moment(column, s, value);
    break;
  case ZC_BOOL:
    state = read_word(column, s, value);
    break;
  default:
    if (column->enumeration) {
      state = read_word(column, s, value);
    } else if (column->code && exponent(s)) {
      state = ZC_CELL_DAMAGED;
    } else {
      *value = zc_text(s.text, s.size);
      value->kind = (uint8_t)column->kind;
    }
  }
  /* A cell that cannot be read is never what a blank one is taken for. */
  if (state != ZC_CELL_GOOD)
    *value = zc_unreadable();
  return state;
}
