#include "vector/decode.h"

#include <stdlib.h>

#include "base/date.h"

#define STEP 512u /* rows that are read together */

void zc_reading_free(zc_reading *reading)
{
  free(reading->odd);
  zc_arena_free(&reading->texts);
  *reading = (zc_reading){0};
}

static zc_recent *new_recent(void)
{
  zc_recent *recent = malloc(ZC_RECENT * sizeof *recent);
  for (int i = 0; recent != NULL && i < ZC_RECENT; i++)
    recent[i] = (zc_recent){.size = UINT32_MAX};
  return recent;
}

static zc_dictionary *new_dictionary(zc_kind kind)
{
  zc_dictionary *dictionary = calloc(1, sizeof *dictionary);
  if (dictionary != NULL && !zc_dictionary_begin(dictionary, kind)) {
    free(dictionary);
    return NULL;
  }
  return dictionary;
}

static void free_dictionary(zc_dictionary *dictionary)
{
  if (dictionary != NULL)
    zc_dictionary_free(dictionary);
  free(dictionary);
}

bool zc_reader_begin(zc_reader *r, const zc_column *column, int number, uint32_t cell,
                     uint32_t cells, bool keep)
{
  *r = (zc_reader){.column = column,
                   .number = number,
                   .cell = cell,
                   .last = cell + 1 == cells,
                   .keep = keep,
                   .tells_blanks = column->key || column->blank == ZC_BLANK_NEVER};
  r->vector = (zc_column_vector){.kind = column->kind,
                                 .scale = (int8_t)column->scale,
                                 .narrow = column->kind == ZC_NUMBER,
                                 .least = INT64_MAX,
                                 .most = INT64_MIN};
  bool good = true;
  if (column->kind == ZC_TEXT || column->kind == ZC_CODES)
    good = (r->vector.dictionary = new_dictionary(column->kind)) != NULL;
  if (column->kind == ZC_TEXT || column->kind == ZC_CODES || column->kind == ZC_BOOL)
    good &= (r->recent = new_recent()) != NULL;
  if (column->enumeration || column->kind == ZC_BOOL)
    good &= (r->memo = new_dictionary(ZC_TEXT)) != NULL;
  if (column->kind == ZC_DATE || column->kind == ZC_MOMENT)
    good &= (r->months = calloc(ZC_MONTHS, sizeof *r->months)) != NULL;
  return good;
}

void zc_reader_free(zc_reader *r)
{
  free(r->vector.units);
  free_dictionary(r->vector.dictionary);
  free_dictionary(r->memo);
  free(r->meanings);
  free(r->recent);
  free(r->months);
  *r = (zc_reader){0};
}

/* ---- a cell ----------------------------------------------------------------------------- */

zc_cell zc_single_marks(zc_cell raw, zc_reading *reading, bool *memory)
{
  char *copy = zc_arena_take(&reading->texts, raw.size + (size_t)ZC_SHORT);
  if (copy == NULL) {
    *memory = true;
    return raw;
  }
  uint32_t size = 0;
  for (uint32_t i = 0; i < raw.size; i++) {
    copy[size++] = raw.text[i];
    i += raw.text[i] == '"';
  }
  return (zc_cell){.text = copy, .size = size};
}

bool zc_note_odd(zc_reading *reading, size_t row, zc_cell_state state)
{
  if (reading->odd_count == reading->odd_room) {
    size_t room = reading->odd_room == 0 ? 64 : reading->odd_room * 2;
    zc_odd_cell *larger = realloc(reading->odd, room * sizeof *larger);
    if (larger == NULL)
      return false;
    reading->odd = larger;
    reading->odd_room = room;
  }
  reading->odd[reading->odd_count++] = (zc_odd_cell){(uint32_t)row, state};
  return true;
}

/* A cell by the function that knows all of them; notes what it is. */
static zc_scalar read_slowly(zc_reader *r, zc_cell cell, size_t row,
                             zc_reading *reading, bool *memory)
{
  zc_scalar value;
  zc_cell_state state = zc_column_read(r->column, cell.text, cell.size, &reading->texts,
                                       &value, memory);
  r->blank += state == ZC_CELL_BLANK;
  if (state == ZC_CELL_BAD || state == ZC_CELL_DAMAGED ||
      (state == ZC_CELL_BLANK && r->tells_blanks))
    *memory |= !zc_note_odd(reading, row, state);
  return value;
}

/* ---- numbers ---------------------------------------------------------------------------- */

static void note_range(zc_reader *r, int64_t value)
{
  if (value < r->vector.least)
    r->vector.least = value;
  if (value > r->vector.most)
    r->vector.most = value;
}

/* The units of a step. */
static void read_units(zc_reader *r, const zc_row_batch *b, size_t first,
                       int64_t *units, zc_reading *reading, bool *memory)
{
  uint32_t left[STEP];
  zc_cells cells = zc_cells_of(r, b, first, STEP);
  zc_range range = {r->vector.least, r->vector.most};
  uint32_t count = zc_glance_way(0)->numbers(&cells, r->column->scale, units, left,
                                             &range);
  r->vector.least = range.least;
  r->vector.most = range.most;
  for (uint32_t i = 0; i < count && !*memory; i++) {
    size_t row = first + left[i];
    zc_cell cell = zc_cell_of(r, b, row, reading, memory);
    zc_scalar value = read_slowly(r, cell, row, reading, memory);
    units[left[i]] = value.kind == ZC_NUMBER   ? value.units
                     : zc_is_unreadable(value) ? ZC_UNREAD
                                               : ZC_NONE;
    if (value.kind == ZC_NUMBER)
      note_range(r, value.units);
  }
}

static bool are_small(const zc_column_vector *v)
{
  return v->least > v->most || (v->least > ZC_SMALL_UNREAD && v->most <= INT32_MAX);
}

static void read_numbers(zc_reader *r, const zc_row_batch *b, size_t into,
                         zc_reading *reading, bool *memory)
{
  int64_t units[STEP];
  for (size_t first = 0; first < b->count && !*memory; first += STEP) {
    size_t count = b->count - first < STEP ? b->count - first : STEP;
    read_units(r, b, first, units, reading, memory);
    if (*memory)
      return;
    zc_column_vector *v = &r->vector;
    if (v->narrow && !are_small(v) && !zc_column_widen(v, into + first, r->room))
      *memory = true;
    else if (v->narrow)
      for (size_t i = 0; i < count; i++)
        v->small[into + first + i] = units[i] > ZC_UNREAD
                                         ? (int32_t)units[i]
                                         : (int32_t)(units[i] - ZC_NONE) +
                                               ZC_SMALL_NONE;
    else
      memcpy(v->units + into + first, units, count * sizeof *units);
  }
}

/* ---- days and moments ------------------------------------------------------------------- */

static inline uint64_t eight_of(const char *text)
{
  uint64_t v;
  memcpy(&v, text, sizeof v);
  return v;
}

/* A month that was not seen before; false when it is none. */
static bool learn_month(zc_month *month, const char *text)
{
  char day[10];
  int32_t first, length = 28;
  memcpy(day, text, 8);
  memcpy(day + 8, "01", 2);
  if (!zc_day_parse(day, sizeof day, &first))
    return false;
  for (day[8] = '2', day[9] = '9'; day[8] < '4'; day[9]++) {
    int32_t found;
    if (day[9] > '9') {
      day[8]++;
      day[9] = '0';
    }
    if (!zc_day_parse(day, sizeof day, &found))
      break;
    length++;
  }
  *month = (zc_month){eight_of(text), first, length};
  return true;
}

/* Reads 2024-03-05. */
static inline bool read_iso(zc_month *months, const char *text, int32_t *day)
{
  uint64_t key = eight_of(text);
  zc_month *month = &months[key * UINT64_C(0x9e3779b97f4a7c15) >> 55];
  unsigned tens = (unsigned char)text[8] - (unsigned)'0',
           ones = (unsigned char)text[9] - (unsigned)'0';
  unsigned number = tens * 10 + ones - 1;
  if (tens > 9 || ones > 9 || (month->text != key && !learn_month(month, text)) ||
      number >= (unsigned)month->length)
    return false;
  *day = month->first + (int32_t)number;
  return true;
}

static inline int two_digits(const char *text)
{
  unsigned tens = (unsigned char)text[0] - (unsigned)'0',
           ones = (unsigned char)text[1] - (unsigned)'0';
  return tens > 9 || ones > 9 ? 100 : (int)(tens * 10 + ones);
}

/* Reads 2024-03-05 08:30 and 2024-03-05 08:30:15, also with a T. */
static inline bool read_iso_moment(zc_month *months, const char *text, uint32_t size,
                                   int64_t *second)
{
  int32_t day;
  int hour = 0, minute = 0, rest = 0;
  if (size != 10 && size != 16 && size != 19)
    return false;
  if (!read_iso(months, text, &day))
    return false;
  if (size > 10) {
    if ((text[10] != ' ' && text[10] != 'T') || text[13] != ':')
      return false;
    hour = two_digits(text + 11);
    minute = two_digits(text + 14);
  }
  if (size == 19) {
    rest = two_digits(text + 17);
    if (text[16] != ':')
      return false;
  }
  if (hour > 23 || minute > 59 || rest > 59)
    return false;
  *second = (int64_t)day * 86400 + hour * 3600 + minute * 60 + rest;
  return true;
}

static void read_days(zc_reader *r, const zc_row_batch *b, int32_t *out,
                      zc_reading *reading, bool *memory)
{
  int32_t least = INT32_MAX, most = INT32_MIN;
  for (size_t i = 0; i < b->count && !*memory; i++) {
    zc_cell cell = zc_cell_of(r, b, i, reading, memory);
    int32_t day;
    int64_t second;
    if (cell.size != 10 || !read_iso(r->months, cell.text, &day)) {
      if (read_iso_moment(r->months, cell.text, cell.size, &second)) {
        day = zc_day_of(zc_moment(second));
      } else {
        zc_scalar value = read_slowly(r, cell, i, reading, memory);
        if (value.kind != ZC_DATE) {
          out[i] = zc_is_unreadable(value) ? ZC_SMALL_UNREAD : ZC_SMALL_NONE;
          continue;
        }
        day = (int32_t)value.units;
      }
    }
    out[i] = day;
    least = day < least ? day : least;
    most = day > most ? day : most;
  }
  if (least < r->vector.least)
    r->vector.least = least;
  if (most > r->vector.most)
    r->vector.most = most;
  if (r->vector.least > r->vector.most) {
    r->vector.least = INT64_MAX;
    r->vector.most = INT64_MIN;
  }
}

static void read_moments(zc_reader *r, const zc_row_batch *b, int64_t *out,
                         zc_reading *reading, bool *memory)
{
  for (size_t i = 0; i < b->count && !*memory; i++) {
    zc_cell cell = zc_cell_of(r, b, i, reading, memory);
    int64_t second;
    if (!read_iso_moment(r->months, cell.text, cell.size, &second)) {
      zc_scalar value = read_slowly(r, cell, i, reading, memory);
      if (value.kind != ZC_MOMENT) {
        out[i] = zc_is_unreadable(value) ? ZC_UNREAD : ZC_NONE;
        continue;
      }
      second = value.units;
    }
    out[i] = second;
    if (second < r->vector.least)
      r->vector.least = second;
    if (second > r->vector.most)
      r->vector.most = second;
  }
}

/* ---- a batch ---------------------------------------------------------------------------- */

static bool make_room(zc_reader *r, size_t count)
{
  if (count <= r->room)
    return true;
  size_t room = r->room + r->room / 2 > count ? r->room + r->room / 2 : count + 1024;
  if (room < r->expected)
    room = r->expected;
  void *larger = realloc(r->vector.units, room * zc_entry_size(&r->vector));
  if (larger == NULL)
    return false;
  r->vector.units = larger;
  r->room = room;
  return true;
}

bool zc_read_cells(zc_reader *r, const zc_row_batch *b, size_t first,
                   zc_reading *reading)
{
  bool memory = false;
  reading->odd_count = 0;
  if (!make_room(r, first + b->count))
    return false;
  switch (r->vector.kind) {
  case ZC_NUMBER:
    read_numbers(r, b, first, reading, &memory);
    break;
  case ZC_DATE:
    read_days(r, b, r->vector.small + first, reading, &memory);
    break;
  case ZC_MOMENT:
    read_moments(r, b, r->vector.units + first, reading, &memory);
    break;
  default:
    zc_read_texts(r, b, first, reading, &memory);
  }
  zc_arena_reset(&reading->texts);
  return !memory;
}
