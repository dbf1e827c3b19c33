/* The rows of joined tables, for many rows at once.
 *
 * A text of one table is a code there and another code in the joined table: which one is
 * looked up once for each text, and written down (translation.h). */
#include "vector/joining.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/crew.h"
#include "vector/partners.h"
#include "vector/translation.h"

/* What is known of a row's own key. */
#define BLANK 1 /* a part of it is */
#define ODD 2   /* a part of it cannot be read, or told */
#define ALONE 4 /* no row of the joined table has such a part */

/* Of texts that a program makes, by code, plus one: the code in the joined table; 0: nobody has
 * looked yet. A worker's own. */
typedef struct {
  uint32_t *found;
  size_t count;
} made_texts;

typedef struct {
  zc_program *programs[ZC_CREW_MOST]; /* of each worker, or one for all */
  bool each;                          /* worker has his own */
  /* Of a column of texts; NULL: the dictionary is the same. */
  zc_translation *translation;
  made_texts *made; /* by worker */
  const zc_partner_part *part;
} own_key;

/* What a worker needs. */
typedef struct {
  zc_lane *lanes; /* by part of the key */
  uint64_t keys[ZC_LANE];
  uint32_t codes[ZC_LANE]; /* of a part, in the joined table */
  uint32_t first[ZC_LANE]; /* also what the last candidates are */
  uint8_t state[ZC_LANE], truths[ZC_LANE];
  uint16_t at[ZC_LANE]; /* rows of the batch that still have a candidate */
  uint32_t sure[ZC_LANE];
  uint32_t rows[1 + ZC_TABLE_PREV][ZC_LANE];
} bench;

struct zc_joining {
  const zc_join *join;
  const zc_table *table;            /* the joined one */
  const zc_packed_partners *packed; /* NULL: only `find` knows */
  int workers;
  own_key keys[ZC_KEYS];
  zc_program *when;
  bench *benches;
  /* Where the key is one column of texts of the first table, and its words are fewer than the
   * rows: by code, the first row that has it. NULL: otherwise. */
  const zc_column_vector *own;
  uint32_t *firsts;
};

/* ---- making ---------------------------------------------------------------------------- */

/* Texts that a program makes are its own, and come to be while it runs: each worker reads
 * only those that he has made. */
static bool makes_texts(const zc_program *program, const zc_node *root)
{
  zc_kind kind = zc_program_kind(program);
  return (kind == ZC_TEXT || kind == ZC_CODES) && root->op != ZC_OP_COLUMN;
}

static bool make_key(zc_joining *j, const zc_rule *rule, int k)
{
  own_key *key = &j->keys[k];
  const zc_node *root = j->join->from[k].root;
  key->part = j->packed == NULL ? NULL : &j->packed->parts[k];
  key->programs[0] = zc_program_new(rule, root, j->workers);
  if (key->programs[0] == NULL)
    return false;
  key->each = j->workers > 1 && makes_texts(key->programs[0], root);
  for (int i = 0; key->each && i < j->workers; i++) {
    zc_program_free(key->programs[i]);
    key->programs[i] = zc_program_new(rule, root, 1);
    if (key->programs[i] == NULL)
      return false;
  }
  key->made = calloc((size_t)j->workers, sizeof *key->made);
  if (key->made == NULL)
    return false;
  if (root->op != ZC_OP_COLUMN)
    return true;
  const zc_columns *columns = zc_columns_of(rule->tables[root->table]);
  if (columns == NULL)
    return false;
  zc_dictionary *own = columns->vectors[root->column].dictionary;
  zc_dictionary *other = key->part == NULL ? NULL : key->part->vector->dictionary;
  if (own == NULL || other == NULL || own == other || own->kind != other->kind)
    return true;
  key->translation = zc_translation_of(own, other);
  return key->translation != NULL;
}

static bool look_up_words(zc_joining *j, const zc_rule *rule, zc_crew *crew);

zc_joining *zc_joining_new(const zc_run *run, int join, zc_crew *crew)
{
  int workers = zc_crew_size(crew);
  const zc_rule *rule = run->rule;
  zc_joining *j = calloc(1, sizeof *j);
  if (j == NULL)
    return NULL;
  j->join = &rule->joins[join];
  j->table = rule->tables[j->join->table];
  j->packed = zc_partners_packed(j->join->partners);
  j->workers = workers;
  j->benches = calloc((size_t)workers, sizeof *j->benches);
  bool good = j->benches != NULL;
  for (int i = 0; good && i < workers; i++) {
    j->benches[i].lanes = calloc((size_t)j->join->count, sizeof(zc_lane));
    good = j->benches[i].lanes != NULL;
  }
  for (int k = 0; good && k < j->join->count; k++)
    good = make_key(j, rule, k);
  if (good && j->join->when.root != NULL) {
    j->when = zc_program_new(rule, j->join->when.root, workers);
    good = j->when != NULL;
  }
  if (good && look_up_words(j, rule, crew))
    return j;
  zc_joining_free(j);
  return NULL;
}

void zc_joining_free(zc_joining *j)
{
  if (j == NULL)
    return;
  for (int k = 0; k < j->join->count; k++) {
    own_key *key = &j->keys[k];
    for (int i = 0; i < j->workers; i++) {
      zc_program_free(key->programs[i]);
      if (key->made != NULL)
        free(key->made[i].found);
    }
    free(key->made);
  }
  for (int i = 0; j->benches != NULL && i < j->workers; i++)
    free(j->benches[i].lanes);
  zc_program_free(j->when);
  free(j->benches);
  free(j->firsts);
  free(j);
}

/* ---- keys ------------------------------------------------------------------------------ */

/* What stands in a lane's row instead of a value. */
static uint8_t state_of(const zc_lane *lane, size_t i)
{
  bool text = lane->kind == ZC_TEXT || lane->kind == ZC_CODES;
  int64_t value = lane->units[i];
  if ((lane->any_odd && lane->odd[i]) || value == ZC_UNREAD ||
      (text && value == ZC_CODE_UNREAD))
    return ODD;
  if (value == ZC_NONE || (text && value < ZC_CODE_FIRST))
    return BLANK;
  return lane->kind == ZC_NIL ? ODD : 0;
}

/* Makes room for codes that are new. False when out of memory. */
static bool extend(made_texts *t, const zc_dictionary *dictionary)
{
  if (dictionary->words.count <= t->count)
    return true;
  size_t count = dictionary->words.count + dictionary->words.count / 2;
  uint32_t *found = realloc(t->found, count * sizeof *found);
  if (found == NULL)
    return false;
  memset(found + t->count, 0, (count - t->count) * sizeof *found);
  *t = (made_texts){found, count};
  return true;
}

/* The code of a word in the joined table; ZC_CODE_NIL if it stands nowhere there. */
static uint32_t translate(const own_key *key, const zc_lane *lane, int64_t code)
{
  return zc_dictionary_find_word(key->part->vector->dictionary,
                                 zc_word_at(&lane->dictionary->words, (uint32_t)code));
}

/* Where a row is odd, its lane may hold anything. */
static bool is_word(const zc_lane *lane, size_t i)
{
  return lane->units[i] >= ZC_CODE_FIRST &&
         lane->units[i] < lane->dictionary->words.count;
}

/* The codes that a lane's texts have in the joined table, for those that are no blanks. False
 * when out of memory. */
static bool other_codes(own_key *key, int worker, const zc_lane *lane, bench *b,
                        size_t count)
{
  made_texts *made = &key->made[worker];
  zc_translation *translation = key->translation;
  if (lane->dictionary == key->part->vector->dictionary) {
    for (size_t i = 0; i < count; i++)
      b->codes[i] = is_word(lane, i) ? (uint32_t)lane->units[i] : ZC_CODE_NIL;
    return true;
  }
  if (translation != NULL && translation->from == lane->dictionary) {
    zc_translation_look(translation, lane->units, count);
    for (size_t i = 0; i < count; i++)
      b->codes[i] = is_word(lane, i) ? zc_translated(translation, lane->units[i])
                                     : ZC_CODE_NIL;
    return true;
  }
  if (!extend(made, lane->dictionary))
    return false;
  for (size_t i = 0; i < count; i++) {
    int64_t code = lane->units[i];
    b->codes[i] = ZC_CODE_NIL;
    if (!is_word(lane, i))
      continue;
    if (made->found[code] == 0)
      made->found[code] = translate(key, lane, code) + 1;
    b->codes[i] = made->found[code] - 1;
  }
  return true;
}

static bool part_of_value(const own_key *key, const zc_lane *lane, size_t i,
                          uint64_t *packed)
{
  int64_t value = lane->units[i];
  bool same = lane->kind != ZC_NUMBER ||
              (!lane->ratio && lane->scale == key->part->vector->scale) ||
              zc_partner_units(key->part, value, lane->ratio ? lane->divisors[i] : 1,
                               lane->scale, &value);
  return same && zc_partner_part_of(key->part, value, packed);
}

/* Adds the values of one part to the keys. */
static bool pack_part(own_key *key, int worker, const zc_lane *lane, bench *b,
                      size_t count)
{
  bool text = lane->kind == ZC_TEXT || lane->kind == ZC_CODES;
  bool alike = lane->kind == key->part->vector->kind;
  if (text && alike && !other_codes(key, worker, lane, b, count))
    return false;
  for (size_t i = 0; i < count; i++) {
    uint64_t packed = 0;
    uint8_t state = state_of(lane, i);
    if (state == 0 &&
        (!alike || !(text ? b->codes[i] >= ZC_CODE_FIRST &&
                                zc_partner_part_of(key->part, b->codes[i], &packed)
                          : part_of_value(key, lane, i, &packed))))
      state = ALONE;
    b->state[i] |= state;
    if (b->state[i] == 0)
      b->keys[i] = zc_partner_pack(b->keys[i], key->part->bits, packed);
  }
  return true;
}

static zc_scalar scalar_of(const zc_lane *lane, size_t i)
{
  switch (lane->kind) {
  case ZC_TEXT:
  case ZC_CODES:
    return zc_dictionary_scalar(lane->dictionary, (uint32_t)lane->units[i]);
  case ZC_BOOL:
    return zc_bool(lane->units[i] == 1);
  case ZC_DATE:
    return zc_date((int32_t)lane->units[i]);
  case ZC_MOMENT:
    return zc_moment(lane->units[i]);
  default:
    return (zc_scalar){.kind = ZC_NUMBER,
                       .scale = lane->scale,
                       .units = lane->units[i],
                       .divisor = lane->ratio ? lane->divisors[i] : 1};
  }
}

/* Where partners are no packed ones. */
static void find_each(const zc_joining *j, bench *b, size_t count)
{
  zc_scalar key[ZC_KEYS];
  for (size_t i = 0; i < count; i++) {
    b->state[i] = 0;
    b->first[i] = 0;
    for (int k = 0; k < j->join->count; k++)
      b->state[i] |= state_of(&b->lanes[k], i);
    if (b->state[i] != 0)
      continue;
    for (int k = 0; k < j->join->count; k++)
      key[k] = scalar_of(&b->lanes[k], i);
    b->first[i] = j->join->partners->find(j->join->partners, key);
  }
}

/* The first rows of the keys of a bench's lanes, which are packed. */
static bool find_packed(zc_joining *j, int worker, size_t count)
{
  bench *b = &j->benches[worker];
  memset(b->state, 0, count * sizeof *b->state);
  memset(b->keys, 0, count * sizeof *b->keys);
  for (int k = 0; k < j->join->count; k++)
    if (!pack_part(&j->keys[k], worker, &b->lanes[k], b, count))
      return false;
  for (size_t i = 0; i < count; i++)
    b->first[i] = b->state[i] == 0 ? zc_partner_first(j->packed, b->keys[i]) : 0;
  return true;
}

/* The column of texts that is the whole key; NULL: it is something else. */
static const zc_column_vector *only_texts(const zc_joining *j, const zc_rule *rule)
{
  const zc_node *root = j->join->from[0].root;
  if (j->packed == NULL || j->join->count != 1 || root->op != ZC_OP_COLUMN ||
      root->table != 0)
    return NULL;
  const zc_column_vector *own = &zc_columns_of(rule->tables[0])->vectors[root->column];
  bool texts = own->kind == ZC_TEXT || own->kind == ZC_CODES;
  return texts && own->kind == j->keys[0].part->vector->kind &&
                 own->dictionary->words.count <= rule->tables[0]->count
             ? own
             : NULL;
}

typedef struct {
  zc_joining *joining;
  const zc_column_vector *own;
  uint32_t *firsts;
  atomic_bool failed;
} looking_up;

static void look_up_part(void *context, size_t part, int worker)
{
  looking_up *l = context;
  bench *b = &l->joining->benches[worker];
  uint32_t words = l->own->dictionary->words.count;
  uint32_t first = ZC_CODE_FIRST + (uint32_t)part * ZC_LANE;
  size_t count = words - first < ZC_LANE ? words - first : ZC_LANE;
  zc_lane *lane = &b->lanes[0];
  *lane = (zc_lane){.kind = l->own->kind, .dictionary = l->own->dictionary};
  for (size_t i = 0; i < count; i++)
    lane->units[i] = (int64_t)(first + i);
  if (!find_packed(l->joining, worker, count))
    l->failed = true;
  else
    memcpy(l->firsts + first, b->first, count * sizeof *l->firsts);
}

/* Each word once, instead of in each row. */
static bool look_up_words(zc_joining *j, const zc_rule *rule, zc_crew *crew)
{
  looking_up l = {.joining = j, .own = only_texts(j, rule)};
  if (l.own == NULL)
    return true;
  uint32_t words = l.own->dictionary->words.count;
  l.firsts = calloc(words, sizeof *l.firsts);
  if (l.firsts == NULL)
    return false;
  zc_crew_run(crew, (words - ZC_CODE_FIRST + ZC_LANE - 1) / ZC_LANE, look_up_part, &l);
  j->own = l.own;
  j->firsts = l.firsts;
  return !l.failed;
}

/* The same from what was looked up. */
static void find_words(const zc_joining *j, bench *b, const zc_batch *batch)
{
  static const uint8_t special[ZC_CODE_FIRST] =
      {[ZC_CODE_BLANK] = BLANK, [ZC_CODE_UNREAD] = ODD, [ZC_CODE_NIL] = BLANK};
  const uint32_t *codes = j->own->codes + batch->first, *rows = batch->rows[0];
  for (size_t i = 0; i < batch->count; i++) {
    uint32_t code = rows == NULL ? codes[i] : j->own->codes[rows[i] - 1];
    b->first[i] = j->firsts[code];
    b->state[i] = code < ZC_CODE_FIRST ? special[code] : 0;
  }
}

/* What each row's key is, and the first row that has it. False when out of memory. */
static bool find_first(zc_joining *j, int worker, const zc_batch *batch)
{
  bench *b = &j->benches[worker];
  if (j->firsts != NULL) {
    find_words(j, b, batch);
    return true;
  }
  for (int k = 0; k < j->join->count; k++) {
    own_key *key = &j->keys[k];
    zc_program *program = key->programs[key->each ? worker : 0];
    if (!zc_program_values(program, key->each ? 0 : worker, batch, &b->lanes[k]))
      return false;
  }
  if (j->packed == NULL) {
    find_each(j, b, batch->count);
    return true;
  }
  return find_packed(j, worker, batch->count);
}

bool zc_joining_candidates(zc_joining *j, int worker, const zc_batch *batch,
                           uint32_t *first, uint8_t *blank)
{
  const bench *b = &j->benches[worker];
  if (!find_first(j, worker, batch))
    return false;
  for (size_t i = 0; i < batch->count; i++) {
    bool odd = (b->state[i] & ODD) != 0;
    first[i] = odd ? ZC_PARTNER_ODD : b->first[i];
    blank[i] = !odd && (b->state[i] & BLANK) != 0;
  }
  return true;
}

/* A cell as the plain executor has it. */
static zc_scalar cell_of(const zc_table *table, int column, size_t row)
{
  int slot = table->slot[column];
  if (table->cells != NULL)
    return table->cells[row * (size_t)table->width + (size_t)slot];
  const zc_columns *columns = table->kept;
  return zc_column_scalar(&columns->vectors[slot], row);
}

bool zc_joining_fits(const zc_joining *j, int worker, size_t i, uint32_t row)
{
  const bench *b = &j->benches[worker];
  const zc_join *join = j->join;
  for (int k = 0; k < join->count && join->count > 1; k++) {
    zc_scalar part = cell_of(j->table, join->to[k], row), own;
    if (zc_is_blank(&part))
      continue;
    own = scalar_of(&b->lanes[k], i);
    if (zc_scalar_compare(&part, &own) != 0)
      return false;
  }
  return true;
}

/* ---- the one partner ------------------------------------------------------------------- */

/* Of a row with a key and without a partner. */
static uint32_t none(const zc_join *join)
{
  bool lost = join->absence && join->lost > 0;
  bool open = join->match == ZC_MATCH_NONE && join->partners->open_count > 0;
  return lost || open ? ZC_PARTNER_ODD : ZC_PARTNER_NONE;
}

/* The rows of the batch at b->at, with those of all tables and the candidates. */
static zc_batch narrowed(const zc_join *join, const zc_batch *batch, bench *b,
                         size_t count)
{
  zc_batch narrow = *batch;
  narrow.count = count;
  for (int t = 0; count < batch->count && t <= ZC_TABLE_PREV; t++) {
    if (t == join->table || (t > 0 && batch->rows[t] == NULL))
      continue;
    for (size_t i = 0; i < count; i++)
      b->rows[t][i] = batch->rows[t] != NULL ? batch->rows[t][b->at[i]]
                                             : (uint32_t)(batch->first + b->at[i]) + 1;
    narrow.rows[t] = b->rows[t];
  }
  narrow.rows[join->table] = b->first;
  return narrow;
}

/* Tries the candidates, one of each row after the other. */
static bool try_candidates(zc_joining *j, int worker, const zc_batch *batch,
                           uint32_t *partner)
{
  const zc_join *join = j->join;
  bench *b = &j->benches[worker];
  size_t count = 0;
  for (size_t i = 0; i < batch->count; i++)
    if (b->first[i] != 0) {
      b->sure[i] = 0;
      b->at[count] = (uint16_t)i;
      b->first[count++] = b->first[i];
    }
  while (count > 0) {
    zc_batch narrow = narrowed(join, batch, b, count);
    if (!zc_program_truths(j->when, worker, &narrow, b->truths))
      return false;
    size_t left = 0;
    for (size_t k = 0; k < count; k++) {
      uint16_t i = b->at[k];
      uint32_t row = b->first[k], next = join->partners->next[row - 1];
      bool sure = b->truths[k] == ZC_TRUE;
      if ((sure && b->sure[i] != 0) || b->truths[k] > ZC_TRUE) {
        partner[i] = ZC_PARTNER_ODD;
        continue;
      }
      b->sure[i] = sure ? row : b->sure[i];
      if (next == 0) {
        partner[i] = b->sure[i] != 0 ? b->sure[i] : none(join);
        continue;
      }
      b->at[left] = i;
      b->first[left++] = next;
    }
    count = left;
  }
  return true;
}

bool zc_joining_find(zc_joining *j, int worker, const zc_batch *batch,
                     uint32_t *partner)
{
  const zc_join *join = j->join;
  bench *b = &j->benches[worker];
  uint32_t alone = none(join);
  if (!find_first(j, worker, batch))
    return false;
  for (size_t i = 0; i < batch->count; i++) {
    uint32_t first = b->first[i];
    if (b->state[i] & ODD)
      partner[i] = ZC_PARTNER_ODD;
    else if (b->state[i] & BLANK)
      partner[i] = join->match == ZC_MATCH_INNER ? ZC_PARTNER_ODD : ZC_PARTNER_NONE;
    else if (first == 0)
      partner[i] = alone;
    else
      partner[i] = join->partners->next[first - 1] == 0 ? first : ZC_PARTNER_ODD;
  }
  return join->when.root == NULL || try_candidates(j, worker, batch, partner);
}
