#include "vector/split.h"

#include <stdlib.h>
#include <string.h>

#include "table/space.h"
#include "vector/spread.h"

/* A row of quotation marks within these bounds needs no look at ZC_CSV_CELL and
 * ZC_CSV_CELL_LINES. */
#define PLAIN_SIZE (ZC_CSV_CELL / 2)
#define PLAIN_LINES 100

/* Beside the separators that a piece can have: those of rows that were read one by one. */
#define SPARE ((size_t)4 * ZC_CSV_COLUMNS)
#define LEAST_PIECE ((size_t)4 * ZC_BLOCK)

#define BROKEN 2 /* in `look` of a block: a quotation mark where none should be */

bool zc_split_begin(zc_split *s, const char *at, const char *end, int64_t line,
                    uint32_t cells, size_t most)
{
  *s = (zc_split){.at = at,
                  .stop = end,
                  .end = end,
                  .line = line,
                  .cells = cells,
                  .most = most,
                  .piece = most,
                  .room = 2 * most + SPARE};
  size_t blocks = most / ZC_BLOCK + 1;
  s->blocks = malloc(blocks * sizeof *s->blocks);
  s->line_ends = malloc((most + ZC_BLOCK) * sizeof *s->line_ends);
  s->inner = malloc((most + ZC_BLOCK) * sizeof *s->inner);
  s->row = malloc(ZC_CSV_COLUMNS * sizeof *s->row);
  s->batch.ends = malloc((s->room + ZC_BLOCK) * sizeof *s->batch.ends);
  s->batch.rows = malloc(s->room * sizeof *s->batch.rows);
  s->batch.lines = malloc(s->room * sizeof *s->batch.lines);
  return s->blocks != NULL && s->line_ends != NULL && s->inner != NULL &&
         s->row != NULL && s->batch.ends != NULL && s->batch.rows != NULL &&
         s->batch.lines != NULL;
}

void zc_split_free(zc_split *s)
{
  free(s->blocks);
  free(s->line_ends);
  free(s->inner);
  free(s->row);
  free(s->batch.ends);
  free(s->batch.rows);
  free(s->batch.lines);
  free(s->batch.misfits);
  *s = (zc_split){0};
}

/* ---- a piece ---------------------------------------------------------------------------- */

/* What one look at a piece of the data gives. Offsets count from the batch's base. */
typedef struct {
  size_t first;  /* offset of the piece */
  size_t blocks; /* how many it has */
  size_t begin;  /* in `ends`: the separator before its first row */
  size_t limit;  /* in `ends`: behind its separators */
  size_t lines;  /* of rows: so many in line_ends */
  size_t inner;
  bool looks; /* there are blocks with `look` */
  bool last;  /* it ends with the data */
} piece;

/* Each bit is the parity of those below it and its own. */
static inline __attribute__((always_inline)) uint64_t parity(uint64_t bits)
{
  for (int shift = 1; shift < 64; shift *= 2)
    bits ^= bits << shift;
  return bits;
}

/* The offset of each set bit. */
static size_t write_bits(uint64_t bits, uint32_t base, uint32_t *out)
{
  size_t count = 0;
  for (; bits != 0; bits &= bits - 1)
    out[count++] = base + (uint32_t)__builtin_ctzll(bits);
  return count;
}

typedef struct {
  uint64_t inside;    /* all bits: the block begins inside of quotation marks */
  uint64_t separator; /* bit 0: the byte before the block was a comma or a line end */
  uint64_t quote;     /* bit 0: it was a quotation mark */
} carry;

/* Quotation marks of a block: which bytes are inside of them. One that opens must follow a
 * separator, or the one that has closed before it (they are doubled then); one that closes
 * must stand before a separator, or another one. */
static uint64_t inside_of(zc_split *s, zc_block *block, const char *at, carry *c)
{
  uint64_t separators = block->comma | block->line, quotes = block->quote;
  uint64_t inside = parity(quotes) ^ c->inside;
  uint64_t opening = quotes & inside, closing = quotes & ~inside;
  uint64_t after = separators << 1 | c->separator, twin = quotes << 1 | c->quote;
  if ((opening & ~(after | twin)) != 0)
    block->look |= BROKEN;
  s->batch.quoted = true;
  s->batch.doubled |= (opening & twin) != 0;
  uint64_t rest = closing & ~((separators | quotes) >> 1);
  for (; rest != 0; rest &= rest - 1) {
    const char *next = at + __builtin_ctzll(rest) + 1;
    if (next >= s->end || *next == ',' || *next == '\n' || *next == '"' ||
        (*next == '\r' && next + 1 < s->end && next[1] == '\n'))
      continue;
    block->look |= BROKEN;
  }
  return inside;
}

/* Makes the commas of the blocks all separators of cells, and their line ends those of rows. */
static void settle_blocks(zc_split *s, piece *p, size_t size)
{
  const char *at = s->batch.base + p->first;
  carry c = {.separator = 1};
  uint32_t *inner = s->inner;
  uint64_t looks = 0;
  for (size_t i = 0; i < p->blocks; i++) {
    zc_block *block = &s->blocks[i];
    uint64_t separators = block->comma | block->line, lines = block->line;
    uint64_t last = separators >> 63, quote = block->quote >> 63;
    if (i + 1 == p->blocks && p->last) {
      /* Of the line ends behind the data the first one ends its last row. */
      uint64_t valid = (UINT64_C(2) << (size % ZC_BLOCK)) - 1;
      separators &= valid;
      lines &= valid;
    }
    if ((block->quote | c.inside) != 0) {
      uint64_t inside = inside_of(s, block, at + i * ZC_BLOCK, &c);
      if ((lines & inside) != 0)
        inner += write_bits(lines & inside, (uint32_t)(p->first + i * ZC_BLOCK), inner);
      separators &= ~inside;
      lines &= ~inside;
      c.inside = 0 - (inside >> 63);
    }
    c.separator = last;
    c.quote = quote;
    looks |= block->look;
    block->comma = separators;
    block->line = lines;
  }
  p->inner = (size_t)(inner - s->inner);
  p->looks = looks != 0;
}

static void look_at_piece(zc_split *s, piece *p, size_t size)
{
  zc_places places = {s->batch.ends + s->used, s->line_ends};
  zc_classify(s->batch.base + p->first, size, s->blocks, p->blocks);
  settle_blocks(s, p, size);
  zc_spread_way(0)(s->blocks, p->blocks, (uint32_t)p->first, &places);
  p->limit = s->used = (size_t)(places.commas - s->batch.ends);
  p->lines = (size_t)(places.lines - s->line_ends);
}

/* ---- rows ------------------------------------------------------------------------------- */

static inline void take_row(zc_row_batch *b, size_t separator, uint32_t line)
{
  b->rows[b->count] = (uint32_t)separator;
  b->lines[b->count++] = line;
}

static bool note_misfit(zc_row_batch *b, uint32_t line, const char *problem)
{
  if (b->misfit_count == b->misfit_room) {
    size_t room = b->misfit_room == 0 ? 64 : b->misfit_room * 2;
    zc_misfit *larger = realloc(b->misfits, room * sizeof *larger);
    if (larger == NULL)
      return false;
    b->misfits = larger;
    b->misfit_room = room;
  }
  b->misfits[b->misfit_count++] = (zc_misfit){(uint32_t)b->count, line, problem};
  return true;
}

/* Whether a cell's first byte can be that of a blank cell. */
static inline bool may_be_blank(unsigned char c)
{
  return c <= ' ' || c == ',' || c == '"' || c == 0xe3 || c == 0xc2;
}

/* As zc_csv_blank, for a row that is split already. */
static bool is_blank(const zc_split *s, size_t separator)
{
  const uint32_t *ends = s->batch.ends + separator;
  for (uint32_t i = 0; i < s->cells; i++) {
    const char *text = s->batch.base + (uint32_t)(ends[i] + 1);
    size_t size = ends[i + 1] - (ends[i] + 1), gap;
    if (i + 1 == s->cells && size > 0 && text[size - 1] == '\r')
      size--;
    if (size >= 2 && text[0] == '"') {
      text++;
      size -= 2;
    }
    for (; size > 0; text += gap, size -= gap)
      if ((gap = zc_space_first(text, size)) == 0)
        return false;
  }
  return true;
}

/* The row at s->at, by the plain reader. False when out of memory. */
static bool read_plainly(zc_split *s)
{
  zc_row_batch *b = &s->batch;
  zc_csv csv = {.data = s->at,
                .end = s->end,
                .at = s->at,
                .line = s->line,
                .wanted = s->cells,
                .cells = s->row};
  zc_row_kind kind = zc_csv_next(&csv);
  uint32_t line = (uint32_t)(csv.row_line - b->line);
  s->at = csv.at;
  s->line = csv.line;
  if (kind == ZC_ROW_END || zc_csv_blank(&csv, kind))
    return true;
  const char *problem = zc_row_kind_problem(kind);
  if (problem == NULL)
    problem = zc_row_unreadable(csv.row_text, csv.row_size);
  if (problem == NULL && (size_t)(csv.at - b->base) > UINT32_MAX - 1)
    problem = zc_row_kind_problem(ZC_ROW_UNCLOSED); /* a row of several gigabytes */
  if (problem != NULL)
    return note_misfit(b, line, problem);
  uint32_t *ends = b->ends + s->used;
  ends[0] = (uint32_t)(csv.row_text - b->base) - 1;
  for (uint32_t i = 0; i < csv.count; i++) {
    const zc_cell *cell = &csv.cells[i];
    size_t end = (size_t)(cell->text - b->base) + cell->size;
    end += (uint32_t)(cell->text - b->base) != ends[i] + 1; /* its quotation mark */
    if (i + 1 == csv.count)
      end = (size_t)(csv.row_text - b->base) + csv.row_size;
    ends[i + 1] = (uint32_t)end;
    b->quoted |= (uint32_t)(cell->text - b->base) != ends[i] + 1;
    b->doubled |= cell->doubled;
  }
  take_row(b, s->used, line);
  s->used += csv.count + 1;
  return true;
}

/* ---- walking over a piece ------------------------------------------------------------------ */

/* Where a walk stands. */
typedef struct {
  size_t separator; /* in `ends`: before the row */
  size_t line_end;  /* in line_ends: of the row */
  size_t inner;     /* in inner: behind the row's begin */
  size_t block;     /* at or before the row's begin */
} place;

/* Rows that need no look, as long as they come. */
static void walk_fast(zc_split *s, const piece *p, place *at)
{
  zc_row_batch *b = &s->batch;
  const uint32_t *ends = b->ends, *line_ends = s->line_ends;
  const size_t cells = s->cells;
  size_t separator = at->separator, i = at->line_end;
  uint32_t line = (uint32_t)(s->line - b->line), first_line = line;
  size_t reach = (size_t)(s->stop - b->base);
  /* The last row of the data may lack its line end: it is for the careful walk. */
  size_t lines = p->last && p->lines > 0 ? p->lines - 1 : p->lines;
  for (; i < lines && separator + cells < p->limit &&
         ends[separator + cells] == line_ends[i];
       i++) {
    uint32_t start = ends[separator] + 1;
    if (start >= reach)
      break;
    if (!may_be_blank((unsigned char)b->base[start]) || !is_blank(s, separator))
      take_row(b, separator, line);
    line++;
    separator += cells;
  }
  s->line += line - first_line;
  if (i > at->line_end)
    s->at = b->base + ends[separator] + 1;
  at->separator = separator;
  at->line_end = i;
}

/* `look` of all blocks of a row. */
static uint64_t look_of(const zc_split *s, const piece *p, place *at, size_t start,
                        size_t end)
{
  uint64_t look = 0;
  for (size_t i = (start - p->first) / ZC_BLOCK;
       i <= (end - p->first) / ZC_BLOCK && i < p->blocks; i++)
    look |= s->blocks[i].look;
  at->block = (end - p->first) / ZC_BLOCK;
  return look;
}

/* One row that ends where the masks say. False when it is not for them to say. */
static bool walk_one(zc_split *s, const piece *p, place *at, bool *memory)
{
  zc_row_batch *b = &s->batch;
  size_t start = b->ends[at->separator] + (size_t)1, end = s->line_ends[at->line_end];
  start &= UINT32_MAX;
  if (at->separator + s->cells >= p->limit ||
      b->ends[at->separator + s->cells] != end || end - start > PLAIN_SIZE ||
      b->base + end >= s->end)
    return false;
  uint64_t look = p->looks ? look_of(s, p, at, start, end) : 0;
  size_t inner = at->inner;
  while (inner < p->inner && s->inner[inner] < end)
    inner++;
  size_t own = inner - at->inner;
  if ((look & BROKEN) != 0 || own > PLAIN_LINES)
    return false;
  uint32_t line = (uint32_t)(s->line - b->line);
  bool blank = may_be_blank((unsigned char)b->base[start]) &&
               is_blank(s, at->separator);
  const char *problem = blank || look == 0
                            ? NULL
                            : zc_row_unreadable(b->base + start, end - start);
  if (problem != NULL)
    *memory |= !note_misfit(b, line, problem);
  else if (!blank)
    take_row(b, at->separator, line);
  at->inner = inner;
  at->separator += s->cells;
  at->line_end++;
  s->line += (int64_t)own + 1;
  s->at = b->base + end + 1;
  return true;
}

/* Goes on behind a row that was read plainly. False when the masks do not fit any more. */
static bool meet_again(zc_split *s, const piece *p, place *at)
{
  size_t end = (size_t)(s->at - s->batch.base) - 1; /* its line end */
  while (at->line_end < p->lines && s->line_ends[at->line_end] < end)
    at->line_end++;
  if (at->line_end == p->lines || s->line_ends[at->line_end] != end)
    return false;
  at->line_end++;
  while (at->separator < p->limit && s->batch.ends[at->separator] != end)
    at->separator++;
  while (at->inner < p->inner && s->inner[at->inner] < end)
    at->inner++;
  return true;
}

/* Takes the rows of a piece, as far as the masks fit them. */
static void walk(zc_split *s, const piece *p, bool *memory)
{
  place at = {.separator = p->begin};
  while (at.line_end < p->lines && s->at < s->stop && !*memory) {
    if (!p->looks && p->inner == 0)
      walk_fast(s, p, &at);
    if (at.line_end == p->lines || s->at >= s->stop)
      return;
    if (walk_one(s, p, &at, memory))
      continue;
    if (s->used + s->cells + 1 > s->room)
      return; /* the batch is full */
    *memory = !read_plainly(s);
    if (s->at >= s->stop || !meet_again(s, p, &at))
      return;
  }
}

bool zc_split_next(zc_split *s, bool *memory)
{
  zc_row_batch *b = &s->batch;
  b->base = s->at;
  b->line = s->line;
  b->count = b->misfit_count = 0;
  b->quoted = b->doubled = false;
  s->used = 0;
  if (s->at >= s->stop || s->at >= s->end)
    return false;
  while (s->at < s->stop && s->at < s->end && !*memory) {
    size_t done = (size_t)(s->at - b->base), left = (size_t)(s->end - s->at);
    if (done >= s->most || s->used + s->piece + s->cells + 2 > s->room)
      break;
    piece p = {.first = done, .last = left <= s->piece};
    size_t size = p.last ? left : s->piece;
    p.blocks = p.last ? size / ZC_BLOCK + 1 : size / ZC_BLOCK;
    p.begin = s->used;
    b->ends[s->used++] = (uint32_t)done - 1;
    look_at_piece(s, &p, size);
    const char *before = s->at;
    walk(s, &p, memory);
    if (!*memory && s->at == before)
      *memory = !read_plainly(s); /* no row ends in the piece */
    /* Where rows do not fit the masks, little is looked at in vain. */
    if ((size_t)(s->at - before) < size / 2 && s->piece / 2 >= LEAST_PIECE)
      s->piece = s->piece / 2 / ZC_BLOCK * ZC_BLOCK;
    else if ((size_t)(s->at - before) >= size / 2)
      s->piece = s->piece * 2 < s->most ? s->piece * 2 : s->most;
  }
  return !*memory;
}
