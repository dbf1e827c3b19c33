/* Parts become whole columns. */
#include <stdlib.h>
#include <string.h>

#include "vector/parts.h"

#define STEP 256u

static bool lies_in(const zc_parts *p, const char *text)
{
  return text >= p->rest.at && text < p->rest.end;
}

/* The codes that the words of a dictionary have in the whole one, which gets those that it
 * lacks. Owned; NULL when out of memory. */
static uint32_t *translate(const zc_parts *p, const zc_dictionary *part,
                           zc_dictionary *whole)
{
  uint32_t count = part->words.count, *codes = malloc(count * sizeof *codes);
  if (codes == NULL)
    return NULL;
  for (uint32_t i = 0; i < ZC_CODE_FIRST; i++)
    codes[i] = i;
  for (uint32_t first = ZC_CODE_FIRST; first < count; first += STEP) {
    zc_word words[STEP];
    uint32_t some = count - first < STEP ? count - first : STEP;
    for (uint32_t i = 0; i < some; i++)
      words[i] = *zc_word_at(&part->words, first + i);
    zc_dictionary_find_many(whole, words, some, codes + first);
    for (uint32_t i = 0; i < some; i++) {
      uint32_t *code = &codes[first + i];
      if (*code == 0)
        *code = zc_dictionary_add(whole, words[i], !lies_in(p, words[i].text));
      if (*code == UINT32_MAX) {
        free(codes);
        return NULL;
      }
    }
  }
  return codes;
}

static bool add_part(const zc_parts *p, zc_reader *whole, size_t first, zc_reader *part,
                     size_t count)
{
  size_t size = zc_entry_size(&whole->vector);
  if (whole->vector.dictionary == NULL) {
    if (count > 0)
      memcpy((char *)whole->vector.truths + first * size, part->vector.truths,
             count * size);
  } else {
    uint32_t *codes = translate(p, part->vector.dictionary, whole->vector.dictionary);
    if (codes == NULL)
      return false;
    for (size_t i = 0; i < count; i++)
      whole->vector.codes[first + i] = codes[part->vector.codes[i]];
    free(codes);
  }
  if (part->vector.least < whole->vector.least)
    whole->vector.least = part->vector.least;
  if (part->vector.most > whole->vector.most)
    whole->vector.most = part->vector.most;
  whole->blank += part->blank;
  return true;
}

/* Numbers are narrow in all parts, or in none. False when out of memory. */
static bool make_alike(const zc_parts *p, int number)
{
  bool narrow = true;
  for (size_t i = 0; i < p->part_count; i++)
    narrow &= p->parts[i].readers[number].vector.narrow;
  for (size_t i = 0; !narrow && i < p->part_count; i++) {
    zc_reader *reader = &p->parts[i].readers[number];
    if (reader->vector.narrow &&
        !zc_column_widen(&reader->vector, p->parts[i].rows, p->parts[i].rows))
      return false;
  }
  return true;
}

/* One column of all parts; each part's own is given back at once. */
static bool join_column(const zc_parts *p, int number)
{
  zc_reader *whole = &p->parts[0].readers[number];
  size_t total = 0, first = p->parts[0].rows;
  for (size_t i = 0; i < p->part_count; i++)
    total += p->parts[i].rows;
  if (!make_alike(p, number))
    return false;
  /* Also with one part: room that it has too much is given back. */
  void *larger = realloc(whole->vector.units,
                         (total + 1) * zc_entry_size(&whole->vector));
  if (larger == NULL)
    return false;
  whole->vector.units = larger;
  whole->room = total + 1;
  for (size_t i = 1; i < p->part_count; i++) {
    zc_part *part = &p->parts[i];
    if (!add_part(p, whole, first, &part->readers[number], part->rows))
      return false;
    first += part->rows;
    zc_reader_free(&part->readers[number]);
  }
  zc_dictionary *dictionary = whole->vector.dictionary;
  if (dictionary != NULL && dictionary->words.count > ZC_CODE_FIRST) {
    whole->vector.least = ZC_CODE_FIRST;
    whole->vector.most = (int64_t)dictionary->words.count - 1;
  }
  return true;
}

typedef struct {
  const zc_parts *parts;
  bool *good; /* by column */
} joining;

static void join_task(void *context, size_t number, int worker)
{
  joining *j = context;
  (void)worker;
  j->good[number] = join_column(j->parts, (int)number);
}

/* Lines and counts of all parts. */
static bool join_figures(zc_parts *p)
{
  zc_part *whole = &p->parts[0];
  for (size_t i = 1; i < p->part_count; i++) {
    zc_part *part = &p->parts[i];
    int64_t further = whole->lines - (int64_t)whole->rows;
    for (size_t j = 0; j < part->shift_count; j++)
      if (!zc_part_shift(whole, whole->rows + part->shifts[j].row,
                         part->shifts[j].shift + further))
        return false;
    for (int j = 0; j < p->count; j++)
      whole->bad[j] += part->bad[j];
    whole->rows += part->rows;
    whole->lines += part->lines;
    whole->malformed += part->malformed;
  }
  return true;
}

bool zc_parts_join(zc_parts *p, zc_crew *crew)
{
  joining j = {p, calloc((size_t)p->count + 1, sizeof *j.good)};
  bool good = j.good != NULL;
  if (good)
    zc_crew_run(crew, (size_t)p->count, join_task, &j);
  for (int i = 0; good && i < p->count; i++)
    good = j.good[i];
  free(j.good);
  return good && join_figures(p);
}
