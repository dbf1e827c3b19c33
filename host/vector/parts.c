#include "vector/parts.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

const zc_grain zc_usual_grain = {ZC_SPLIT_BYTES, (size_t)1 << 20};

#define MOST_KEYS 64 /* as many as rows.c looks at */

/* ---- beginning -------------------------------------------------------------------------- */

static void list_columns(zc_parts *p)
{
  for (int keys = 1; keys >= 0; keys--) {
    for (int i = 0; i < p->dataset->count; i++) {
      bool key = p->dataset->columns[i].key;
      if (zc_rows_cell(p->rows, i) >= 0 && zc_rows_wants(p->rows, i) && key == keys &&
          (key || p->kept != NULL))
        p->columns[p->count++] = i;
    }
    if (keys == 1)
      p->keys = p->count < MOST_KEYS ? p->count : MOST_KEYS;
  }
}

static bool begin_part(const zc_parts *p, zc_part *part)
{
  size_t count = (size_t)p->count;
  part->readers = calloc(count + 1, sizeof *part->readers);
  part->bad = calloc(count + 1, sizeof *part->bad);
  if (part->readers == NULL || part->bad == NULL)
    return false;
  for (size_t i = 0; i < count; i++) {
    int number = p->columns[i];
    if (!zc_reader_begin(&part->readers[i], &p->dataset->columns[number], number,
                         (uint32_t)zc_rows_cell(p->rows, number), p->rest.cells,
                         p->kept == NULL || p->kept[number]))
      return false;
  }
  return true;
}

static void free_part(const zc_parts *p, zc_part *part)
{
  for (int i = 0; part->readers != NULL && i < p->count; i++)
    zc_reader_free(&part->readers[i]);
  free(part->readers);
  free(part->bad);
  free(part->shifts);
  *part = (zc_part){0};
}

bool zc_parts_begin(zc_parts *p, const zc_dataset *dataset, const zc_rows *rows,
                    const bool *kept, zc_grain grain, int workers)
{
  *p = (zc_parts){.dataset = dataset,
                  .rows = rows,
                  .rest = zc_rows_behind_header(rows),
                  .kept = kept,
                  .grain = grain};
  size_t size = (size_t)(p->rest.end - p->rest.at), count = size / grain.part;
  if (count > (size_t)workers)
    count = (size_t)workers;
  if (count == 0)
    count = 1;
  p->columns = calloc((size_t)dataset->count + 1, sizeof *p->columns);
  p->parts = calloc(count, sizeof *p->parts);
  if (p->columns == NULL || p->parts == NULL)
    return false;
  list_columns(p);
  p->part_count = count;
  const char *at = p->rest.at;
  for (size_t i = 0; i < count; i++) {
    zc_part *part = &p->parts[i];
    part->at = at;
    at = i + 1 == count
             ? p->rest.end
             : zc_line_behind(p->rest.at + size / count * (i + 1), p->rest.end);
    if (at < part->at)
      at = part->at;
    part->stop = at;
    if (!begin_part(p, part))
      return false;
  }
  return true;
}

void zc_parts_free(zc_parts *p)
{
  for (size_t i = 0; p->parts != NULL && i < p->part_count; i++)
    free_part(p, &p->parts[i]);
  free(p->parts);
  free(p->columns);
  *p = (zc_parts){0};
}

/* ---- rows ------------------------------------------------------------------------------- */

/* Takes the rows out whose cells are odd, also from the keys that are read already. */
static void leave_out(zc_part *part, zc_row_batch *b, int readers,
                      const zc_reading *reading)
{
  size_t left = 0, odd = 0;
  for (size_t i = 0; i < b->count; i++) {
    if (odd < reading->odd_count && reading->odd[odd].row == i) {
      odd++;
      continue;
    }
    b->rows[left] = b->rows[i];
    b->lines[left] = b->lines[i];
    for (int j = 0; left < i && j < readers; j++) {
      zc_column_vector *v = &part->readers[j].vector;
      size_t size = zc_entry_size(v);
      char *entries = (char *)v->truths + part->rows * size;
      memcpy(entries + left * size, entries + i * size, size);
    }
    left++;
  }
  part->malformed += (int64_t)(b->count - left);
  b->count = left;
}

bool zc_part_shift(zc_part *part, size_t row, int64_t shift)
{
  if (part->shift_count > 0 && part->shifts[part->shift_count - 1].shift == shift)
    return true;
  if (part->shift_count == part->shift_room) {
    size_t room = part->shift_room == 0 ? 16 : part->shift_room * 2;
    zc_shift *larger = realloc(part->shifts, room * sizeof *larger);
    if (larger == NULL)
      return false;
    part->shifts = larger;
    part->shift_room = room;
  }
  part->shifts[part->shift_count++] = (zc_shift){row, shift};
  return true;
}

static bool note_lines(zc_part *part, const zc_row_batch *b)
{
  int64_t begin = b->line - (int64_t)part->rows;
  for (size_t i = 0; i < b->count; i++)
    if ((i == 0 || b->lines[i] != b->lines[i - 1] + 1) &&
        !zc_part_shift(part, part->rows + i, begin + b->lines[i] - (int64_t)i))
      return false;
  return true;
}

#define MOST_EXPECTED ((size_t)16 << 20) /* rows that room is made for in advance */

/* The first batch tells how many rows there will be: that room is taken at once. All parts
 * come to the first one in the end. */
static void expect_rows(const zc_parts *p, zc_part *part, const zc_split *split)
{
  const zc_row_batch *b = &split->batch;
  const char *stop = part == p->parts ? p->rest.end : part->stop;
  size_t seen = (size_t)(split->at - b->base), size = (size_t)(stop - part->at);
  double rows = seen == 0 ? 0 : (double)size / (double)seen * (double)b->count * 1.04;
  if (part->rows > 0 || rows > (double)MOST_EXPECTED)
    return;
  for (int i = 0; i < p->count; i++)
    if (part->readers[i].keep)
      part->readers[i].expected = (size_t)rows;
}

static bool read_batch(const zc_parts *p, zc_part *part, zc_row_batch *b,
                       zc_reading *reading)
{
  size_t first = part->rows;
  part->malformed += (int64_t)b->misfit_count;
  for (int i = 0; i < p->count; i++) {
    zc_reader *reader = &part->readers[i];
    if (!zc_read_cells(reader, b, first, reading))
      return false;
    if (i < p->keys) {
      reader->blank = 0;
      if (reading->odd_count > 0)
        leave_out(part, b, i + 1, reading);
      continue;
    }
    part->bad[i] += (int64_t)reading->odd_count;
  }
  if (!note_lines(part, b))
    return false;
  part->rows += b->count;
  return true;
}

#define GIVEN ((size_t)4 << 20) /* bytes that are given back at once */

/* Gives the pages back that were read; returns from where on they are still there. Long words
 * of dictionaries lie in the file: it is mapped, so these pages come again when such a word is
 * asked for. */
static const char *give_back(const char *from, const char *to)
{
  uintptr_t page = 4096, first = ((uintptr_t)from + page - 1) / page * page,
            end = (uintptr_t)to / page * page;
  if (end < first + GIVEN)
    return from;
  (void)madvise((char *)from + (first - (uintptr_t)from), end - first, MADV_DONTNEED);
  return to - ((uintptr_t)to - end);
}

static void read_part(const zc_parts *p, zc_part *part)
{
  zc_split split;
  zc_reading reading = {.data = p->rest.at, .end = p->rest.end};
  part->memory = !zc_split_begin(&split, part->at, p->rest.end, 0, p->rest.cells,
                                 p->grain.batch);
  split.stop = part->stop;
  const char *there = part->at;
  while (!part->memory && zc_split_next(&split, &part->memory)) {
    expect_rows(p, part, &split);
    if (!read_batch(p, part, &split.batch, &reading))
      part->memory = true;
    if (p->gives_back)
      there = give_back(there, split.at);
  }
  part->finish = split.at;
  part->lines = split.line;
  zc_split_free(&split);
  zc_reading_free(&reading);
}

static void task(void *context, size_t number, int worker)
{
  zc_parts *p = context;
  (void)worker;
  read_part(p, &p->parts[number]);
}

bool zc_parts_read(zc_parts *p, zc_crew *crew)
{
  zc_crew_run(crew, p->part_count, task, p);
  for (size_t i = 0; i < p->part_count; i++) {
    zc_part *part = &p->parts[i], *before = part - 1;
    /* Its first line lies inside of a row that begins in the part before. */
    if (i > 0 && !before->memory && before->finish > part->at) {
      const char *stop = part->stop;
      free_part(p, part);
      part->at = before->finish;
      part->stop = stop < part->at ? part->at : stop;
      part->memory = !begin_part(p, part);
      if (!part->memory)
        read_part(p, part);
    }
    if (part->memory)
      return false;
  }
  return true;
}
