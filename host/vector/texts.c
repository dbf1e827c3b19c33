/* Cells of texts and truths, as codes and truths.
 *
 * Most cells are known at a glance: serial numbers by their digits, and short ones because
 * they were read before. The others are read together, so that what they wait for in a large
 * dictionary comes at the same time. */
#include <stdlib.h>

#include "table/space.h"
#include "vector/decode.h"

#define MEMO_WORDS 4096u /* spellings that are remembered */
#define STEP 512u
#define LONGEST_PAUSE 16u

/* The first place among the words of a step is that of blank cells. */
enum { BLANK, OWN };

typedef struct {
  size_t first;          /* row of the batch */
  uint32_t count;        /* of rows */
  uint32_t codes[STEP];  /* of each row: its code, or its truth */
  uint32_t left[STEP];   /* rows that are not known at a glance, from `first` on */
  uint32_t places[STEP]; /* of each of these: its word */
  uint32_t left_count;
  zc_word words[OWN + STEP];
  uint32_t meanings[OWN + STEP];
  uint32_t word_count;
} step;

/* ---- words ------------------------------------------------------------------------------ */

/* Whether a text may begin or end with a space because this byte does. */
static inline bool may_be_space(char byte)
{
  unsigned char c = (unsigned char)byte;
  return c <= ' ' || c == 0xe3 || c == 0xc2 || c == 0x80 || c == 0xa0;
}

/* Whether reading a text as a code may give something else than that text: it has a letter
 * of full width, or begins as 1.23E+17 does. */
static bool needs_reading(const zc_column *column, const zc_word *word)
{
  if (column->code && *word->text >= '0' && *word->text <= '9' &&
      memchr(word->text, '+', word->size) != NULL)
    return true;
  if (word->size > ZC_SHORT)
    return memchr(word->text, 0xef, word->size) != NULL;
  return zc_has_byte(word->halves.low, 0xef) || zc_has_byte(word->halves.high, 0xef);
}

static bool lives(const zc_reading *reading, const char *text)
{
  return text >= reading->data && text < reading->end;
}

/* What a spelling of an enum or a bool means; remembered. UINT32_MAX: out of memory. */
static uint32_t learn(zc_reader *r, const zc_word *word, zc_reading *reading)
{
  zc_scalar value;
  bool memory = false;
  uint32_t meaning = ZC_CODE_UNREAD;
  zc_cell_state state = zc_column_read(r->column, word->text, word->size,
                                       &reading->texts, &value, &memory);
  bool truth = r->column->kind == ZC_BOOL;
  if (state != ZC_CELL_GOOD)
    meaning = truth ? ZC_TRUTH_UNREAD : ZC_CODE_UNREAD;
  else
    meaning = truth ? value.truth
                    : zc_dictionary_put(r->vector.dictionary, value.text, value.size,
                                        true);
  if (memory || meaning == UINT32_MAX || r->memo->words.count >= MEMO_WORDS)
    return memory ? UINT32_MAX : meaning;
  uint32_t code = zc_dictionary_add(r->memo, *word, !lives(reading, word->text));
  if (code == UINT32_MAX)
    return code;
  if (code >= r->meanings_room) {
    size_t room = r->meanings_room == 0 ? 64 : r->meanings_room * 2;
    uint32_t *larger = realloc(r->meanings, room * sizeof *larger);
    if (larger == NULL)
      return UINT32_MAX;
    r->meanings = larger;
    r->meanings_room = room;
  }
  r->meanings[code] = meaning;
  return meaning;
}

/* The code of a text that the dictionary does not have. UINT32_MAX: out of memory. */
static uint32_t put_text(zc_reader *r, const zc_word *word, zc_reading *reading)
{
  bool plain = r->column->kind == ZC_TEXT && !r->column->code;
  if (plain || !needs_reading(r->column, word))
    return r->keep ? zc_dictionary_add(r->vector.dictionary, *word,
                                       !lives(reading, word->text))
                   : ZC_CODE_FIRST;
  zc_scalar value;
  bool memory = false;
  zc_cell_state state = zc_column_read(r->column, word->text, word->size,
                                       &reading->texts, &value, &memory);
  if (memory)
    return UINT32_MAX;
  if (state != ZC_CELL_GOOD)
    return ZC_CODE_UNREAD;
  return r->keep ? zc_dictionary_put(r->vector.dictionary, value.text, value.size,
                                     !lives(reading, value.text))
                 : ZC_CODE_FIRST;
}

/* ---- at a glance ------------------------------------------------------------------------- */

/* Numbers that lie so near that nobody need ask for them in advance. */
#define NEAR 32768u

/* Rows whose cells are serials. False when out of memory. */
static bool take_serials(zc_reader *r, const zc_cells *cells, step *s)
{
  zc_dictionary *d = r->vector.dictionary;
  const zc_serials serials = d->serials;
  uint32_t numbers[STEP], left = 0;
  zc_glance_way(0)->serials(cells, &serials, numbers);
  for (uint32_t i = 0; serials.room > NEAR && i < s->count; i++)
    __builtin_prefetch(&serials.codes[numbers[i] < serials.room ? numbers[i] : 0]);
  for (uint32_t i = 0; i < s->count; i++) {
    uint32_t number = numbers[i], code = 0, size;
    if (number < serials.room && (code = serials.codes[number]) == 0) {
      const char *text = zc_cell_at(cells, i, &size);
      code = zc_dictionary_add_serial(d, number, text + (*text == '"'));
      if (code == UINT32_MAX)
        return false;
    }
    s->codes[i] = code;
    s->left[left] = i;
    left += code == 0;
  }
  s->left_count = left;
  return true;
}

/* Rows whose cells were read before. */
static void take_recent(zc_reader *r, const zc_cells *cells, step *s)
{
  s->left_count = zc_glance_way(0)->recent(cells, r->recent, s->codes, s->left);
  if (r->column->kind == ZC_BOOL)
    return;
  for (uint32_t i = 0; i < s->left_count; i++)
    s->codes[s->left[i]] = ZC_CODE_FIRST; /* for now: not blank */
  uint32_t blank = 0;
  for (uint32_t i = 0; i < s->count; i++)
    blank += s->codes[i] < ZC_CODE_FIRST;
  r->blank += blank;
}

/* Which rows are known at a glance; whoever finds few does not look again for a while. False
 * when out of memory. */
static bool glance(zc_reader *r, const zc_row_batch *b, step *s)
{
  const zc_cells cells = zc_cells_of(r, b, s->first, STEP);
  bool good = true;
  if (r->pause > 0) {
    r->pause--;
    for (uint32_t i = 0; i < s->count; i++)
      s->left[i] = i;
    s->left_count = s->count;
    return true;
  }
  if (r->memo == NULL && r->vector.dictionary->serials.room > 0)
    good = take_serials(r, &cells, s);
  else
    take_recent(r, &cells, s);
  bool few = s->left_count > s->count / 4;
  r->pause = few ? r->next_pause : 0;
  r->next_pause = !few                                 ? 0
                  : r->next_pause >= LONGEST_PAUSE / 2 ? LONGEST_PAUSE
                                                       : r->next_pause * 2 + 1;
  return good;
}

/* ---- the others -------------------------------------------------------------------------- */

/* The place of a cell's text among the words of a step. */
static uint32_t place_of(const zc_reader *r, const zc_row_batch *b, size_t row, step *s,
                         zc_reading *reading, bool *memory)
{
  zc_cell cell = zc_cell_of(r, b, row, reading, memory);
  size_t size = cell.size;
  if (size > 0 && (may_be_space(cell.text[0]) || may_be_space(cell.text[size - 1])))
    zc_space_trim(&cell.text, &size);
  if (size == 0)
    return BLANK;
  s->words[s->word_count] = zc_word_of(cell.text, (uint32_t)size);
  return s->word_count++;
}

/* Collects the words of a step; a cell of the same bytes as the one before it shares its
 * place. */
static void gather(zc_reader *r, const zc_row_batch *b, step *s, zc_reading *reading,
                   bool *memory)
{
  const uint32_t *ends = b->ends + r->cell;
  const char *last = NULL;
  uint32_t last_size = UINT32_MAX, place = BLANK;
  zc_halves last_halves = {0, 0};
  s->word_count = OWN;
  for (uint32_t i = 0; i < s->left_count; i++) {
    size_t row = s->first + s->left[i];
    const uint32_t *own = ends + b->rows[row];
    const char *text = b->base + (uint32_t)(own[0] + 1);
    uint32_t size = own[1] - own[0] - 1;
    zc_halves halves = zc_halves_of(text, size);
    if (size != last_size || halves.low != last_halves.low ||
        halves.high != last_halves.high ||
        (size > ZC_SHORT && memcmp(text, last, size) != 0)) {
      place = place_of(r, b, row, s, reading, memory);
      last = text;
      last_size = size;
      last_halves = halves;
    }
    s->places[i] = place;
  }
}

/* Gives each word of a step its code or meaning. False when out of memory. */
static bool look_up(zc_reader *r, step *s, zc_reading *reading)
{
  bool remembered = r->memo != NULL;
  const zc_dictionary *known = remembered ? r->memo : r->vector.dictionary;
  uint32_t *meanings = s->meanings;
  zc_dictionary_find_many(known, s->words + OWN, s->word_count - OWN, meanings + OWN);
  for (uint32_t i = OWN; i < s->word_count; i++) {
    if (meanings[i] != 0)
      meanings[i] = remembered ? r->meanings[meanings[i]] : meanings[i];
    else
      meanings[i] = remembered ? learn(r, &s->words[i], reading)
                               : put_text(r, &s->words[i], reading);
    if (meanings[i] == UINT32_MAX)
      return false;
  }
  return true;
}

static bool is_unread(const zc_reader *r, uint32_t meaning)
{
  return meaning == (r->column->kind == ZC_BOOL ? ZC_TRUTH_UNREAD : ZC_CODE_UNREAD);
}

/* Notes cells of a step that are blank, or could not be read. */
static bool note_step(zc_reader *r, const step *s, zc_reading *reading)
{
  bool own = r->column->enumeration || r->column->kind == ZC_BOOL;
  bool never = r->column->blank == ZC_BLANK_NEVER;
  for (uint32_t i = 0; i < s->left_count; i++) {
    size_t row = s->first + s->left[i];
    if (s->places[i] == BLANK) {
      r->blank += !never;
      if (r->tells_blanks &&
          !zc_note_odd(reading, row, never ? ZC_CELL_BAD : ZC_CELL_BLANK))
        return false;
    } else if (is_unread(r, s->meanings[s->places[i]]) &&
               !zc_note_odd(reading, row, own ? ZC_CELL_BAD : ZC_CELL_DAMAGED)) {
      return false;
    }
  }
  return true;
}

/* What a blank cell is among codes or truths. */
static uint32_t blank_meaning(const zc_column *column)
{
  zc_scalar blank = zc_column_blank(column);
  bool truth = column->kind == ZC_BOOL;
  if (blank.kind == ZC_NIL)
    return zc_is_unreadable(blank) ? (truth ? ZC_TRUTH_UNREAD : ZC_CODE_UNREAD)
                                   : (truth ? ZC_TRUTH_NONE : ZC_CODE_NIL);
  return truth ? blank.truth : ZC_CODE_BLANK;
}

/* Whether the next such cell may be taken for this one without a word. */
static bool may_recur(const zc_reader *r, uint32_t place, uint32_t meaning)
{
  if (place == BLANK)
    return !r->tells_blanks && r->column->kind != ZC_BOOL && !is_unread(r, meaning);
  return !is_unread(r, meaning);
}

/* Remembers the cells of a step that were not known at a glance. */
static void remember(zc_reader *r, const zc_row_batch *b, const step *s)
{
  const zc_cells cells = zc_cells_of(r, b, s->first, STEP);
  for (uint32_t i = 0; i < s->left_count; i++) {
    uint32_t size, meaning = s->meanings[s->places[i]];
    const char *text = zc_cell_at(&cells, s->left[i], &size);
    if (size > ZC_SHORT || !may_recur(r, s->places[i], meaning))
      continue;
    zc_halves halves = zc_halves_of(text, size);
    r->recent[zc_recent_place(halves, size)] =
        (zc_recent){.halves = halves, .size = size, .meaning = meaning};
  }
}

/* Reads the cells that are not known at a glance. False when out of memory. */
static bool read_left(zc_reader *r, const zc_row_batch *b, step *s, zc_reading *reading)
{
  bool memory = false, special = false;
  s->meanings[BLANK] = blank_meaning(r->column);
  gather(r, b, s, reading, &memory);
  if (memory || !look_up(r, s, reading))
    return false;
  for (uint32_t i = 0; i < s->left_count; i++) {
    uint32_t meaning = s->meanings[s->places[i]];
    special |= s->places[i] == BLANK || is_unread(r, meaning);
    s->codes[s->left[i]] = meaning;
  }
  if (r->pause == 0)
    remember(r, b, s);
  return !special || note_step(r, s, reading);
}

void zc_read_texts(zc_reader *r, const zc_row_batch *b, size_t into,
                   zc_reading *reading, bool *memory)
{
  step s;
  for (size_t first = 0; first < b->count; first += STEP) {
    s.first = first;
    s.count = b->count - first < STEP ? (uint32_t)(b->count - first) : STEP;
    if (!glance(r, b, &s) || (s.left_count > 0 && !read_left(r, b, &s, reading))) {
      *memory = true;
      return;
    }
    if (r->column->kind == ZC_BOOL)
      for (uint32_t i = 0; i < s.count; i++)
        r->vector.truths[into + first + i] = (uint8_t)s.codes[i];
    else
      memcpy(r->vector.codes + into + first, s.codes, s.count * sizeof *s.codes);
  }
}
