/* The rows of a joined table by packed keys. */
#include "vector/partners.h"

#include <stdlib.h>
#include <string.h>

#include "vector/keys.h"

#define DIRECT_LEAST 1024 /* keys that lie so close together need no hashing … */
#define DIRECT_TIMES 4    /* … or so many times the rows */
#define STEP 256u         /* rows whose slots are fetched at the same time */

/* ---- finding --------------------------------------------------------------------------- */

bool zc_partner_units(const zc_partner_part *part, int64_t units, int64_t divisor,
                      int scale, int64_t *same)
{
  __int128 over = units, under = divisor;
  for (int i = 0; i < part->vector->scale; i++)
    over *= 10;
  for (int i = 0; i < scale; i++)
    under *= 10;
  __int128 whole = over / under;
  *same = (int64_t)whole;
  return over % under == 0 && whole >= part->least && whole <= part->most;
}

static bool value_of(const zc_partner_part *part, const zc_scalar *key, int64_t *value)
{
  if (key->kind != part->vector->kind)
    return false;
  switch (key->kind) {
  case ZC_NUMBER:
    return zc_partner_units(part, key->units, key->divisor, key->scale, value);
  case ZC_BOOL:
    *value = key->truth;
    return true;
  case ZC_TEXT:
  case ZC_CODES:
    *value = zc_dictionary_find(part->vector->dictionary, key->text, key->size);
    return *value >= ZC_CODE_FIRST;
  default:
    *value = key->units;
    return true;
  }
}

static uint32_t find(const zc_partners *partners, const zc_scalar *key)
{
  const zc_packed_partners *p = (const zc_packed_partners *)partners;
  uint64_t packed = 0, own;
  for (int k = 0; k < p->count; k++) {
    int64_t value;
    if (!value_of(&p->parts[k], &key[k], &value) ||
        !zc_partner_part_of(&p->parts[k], value, &own))
      return 0;
    packed = zc_partner_pack(packed, p->parts[k].bits, own);
  }
  return zc_partner_first(p, packed);
}

/* ---- making ---------------------------------------------------------------------------- */

static void free_packed(zc_packed_partners *p)
{
  free(p->slots);
  free(p->keys);
  free(p->shared.next);
  free(p->shared.open);
  free(p);
}

static void let_go(zc_packed_partners *p)
{
  if (--p->users == 0)
    free_packed(p);
}

static void release(zc_partners *partners)
{
  let_go((zc_packed_partners *)partners);
}

static void forget(zc_kept *kept)
{
  let_go((zc_packed_partners *)((char *)kept - offsetof(zc_packed_partners, kept)));
}

const zc_packed_partners *zc_partners_packed(const zc_partners *partners)
{
  return partners->find == find ? (const zc_packed_partners *)partners : NULL;
}

/* The value of a cell; false when it is blank. */
static bool cell_value(const zc_column_vector *v, size_t row, int64_t *value)
{
  switch (v->kind) {
  case ZC_BOOL:
    *value = v->truths[row];
    return v->truths[row] < ZC_TRUTH_NONE;
  case ZC_TEXT:
  case ZC_CODES:
    *value = v->codes[row];
    return v->codes[row] >= ZC_CODE_FIRST;
  default:
    *value = zc_column_unit(v, row);
    return *value > ZC_UNREAD;
  }
}

static bool key_of_row(const zc_packed_partners *p, size_t row, uint64_t *key)
{
  uint64_t packed = 0, own;
  for (int k = 0; k < p->count; k++) {
    int64_t value;
    if (!cell_value(p->parts[k].vector, row, &value))
      return false;
    zc_partner_part_of(&p->parts[k], value, &own);
    packed = zc_partner_pack(packed, p->parts[k].bits, own);
  }
  *key = packed;
  return true;
}

/* Puts a row before the others with its key, of which the first is told: its number plus one;
 * 0: there is none. */
static uint32_t put_row(zc_packed_partners *p, size_t row, uint64_t key)
{
  size_t slot = p->direct ? key : zc_partner_slot(p, key);
  while (!p->direct && p->slots[slot] != 0 && p->keys[p->slots[slot] - 1] != key)
    slot = (slot + 1) & (p->room - 1);
  if (!p->direct)
    p->keys[row] = key;
  uint32_t behind = p->slots[slot];
  p->slots[slot] = (uint32_t)row + 1;
  return behind;
}

/* Asks for what put_row reads of these keys, so that the delays overlap. */
static void fetch_slots(const zc_packed_partners *p, const uint64_t *keys, size_t count)
{
  size_t slots[STEP];
  for (size_t i = 0; i < count; i++) {
    slots[i] = p->direct ? keys[i] : zc_partner_slot(p, keys[i]);
    __builtin_prefetch(&p->slots[slots[i]], 1);
  }
  for (size_t i = 0; i < count && !p->direct; i++)
    if (p->slots[slots[i]] != 0)
      __builtin_prefetch(&p->keys[p->slots[slots[i]] - 1]);
}

/* Puts `count` rows from `first` on, the last one first. How many have no key. */
static size_t put_rows(zc_packed_partners *p, size_t first, size_t count)
{
  uint64_t keys[STEP] = {0};
  uint32_t behind[STEP] = {0}, any = 0;
  bool known[STEP];
  size_t blank = 0;
  for (size_t i = 0; i < count; i++)
    known[i] = key_of_row(p, first + i, &keys[i]);
  fetch_slots(p, keys, count);
  for (size_t i = count; i > 0; i--)
    if (known[i - 1])
      any |= behind[i - 1] = put_row(p, first + i - 1, keys[i - 1]);
    else
      blank++;
  /* Most keys have one row: the pages of `next` stay untouched. */
  if (any != 0)
    memcpy(p->shared.next + first, behind, count * sizeof *behind);
  return blank;
}

/* The rows of which nobody knows whose they are: so many, from row `first` on. */
static void note_open(zc_packed_partners *p, size_t first, size_t count)
{
  zc_partners *shared = &p->shared;
  size_t most = count < ZC_OPEN_ROWS ? count : ZC_OPEN_ROWS;
  uint64_t key;
  for (size_t i = first; shared->open_count < most; i++)
    if (!key_of_row(p, i, &key))
      shared->open[shared->open_count++] = (uint32_t)i + 1;
  shared->beyond = (int64_t)(count - most);
}

/* From the last row to the first, so that each chain ascends. */
static void fill(zc_packed_partners *p, size_t count)
{
  size_t blank = 0, first_blank = 0;
  for (size_t end = count; end > 0;) {
    size_t first = (end - 1) / STEP * STEP, found = put_rows(p, first, end - first);
    blank += found;
    first_blank = found > 0 ? first : first_blank;
    end = first;
  }
  note_open(p, first_blank, blank);
}

static bool make_room(zc_packed_partners *p, size_t count, uint64_t span)
{
  p->direct = span < DIRECT_LEAST || span / DIRECT_TIMES < count;
  p->room = p->direct ? (size_t)span + 1 : 16;
  while (!p->direct && p->room < count + count / 2)
    p->room *= 2;
  p->slots = calloc(p->room, sizeof *p->slots);
  p->keys = p->direct ? NULL : malloc((count + 1) * sizeof *p->keys);
  p->shared.next = calloc(count + 1, sizeof *p->shared.next);
  p->shared.open = calloc(ZC_OPEN_ROWS, sizeof *p->shared.open);
  return p->slots != NULL && (p->direct || p->keys != NULL) && p->shared.next != NULL &&
         p->shared.open != NULL;
}

static zc_partner_part part_of(const zc_column_vector *v)
{
  zc_partner_part part = {v, v->least, v->most, 0};
  if (v->kind == ZC_BOOL) {
    part.least = 0;
    part.most = 1;
  }
  if (part.least <= part.most)
    part.bits = zc_key_bits((uint64_t)part.most - (uint64_t)part.least);
  return part;
}

/* NULL when out of memory, or, if *packs is false then, when the keys cannot be packed. */
static zc_packed_partners *make(const zc_columns *columns, const zc_table *table,
                                const zc_join *join, bool *packs)
{
  zc_packed_partners *p = calloc(1, sizeof *p);
  if (p == NULL)
    return NULL;
  p->shared.find = find;
  p->shared.release = release;
  p->kept.forget = forget;
  p->users = 1;
  p->count = join->count;
  int bits = 0;
  for (int k = 0; k < join->count; k++) {
    zc_partner_part *part = &p->parts[k];
    p->to[k] = join->to[k];
    *part = part_of(&columns->vectors[table->slot[join->to[k]]]);
    *packs &= part->vector->kind != ZC_NIL;
    bits += part->bits;
  }
  *packs &= bits <= 64;
  uint64_t span = bits == 0 || !*packs ? 0 : UINT64_MAX >> (64 - bits);
  /* A single key need not fill its bits. */
  if (*packs && p->count == 1 && bits > 0)
    span = (uint64_t)p->parts[0].most - (uint64_t)p->parts[0].least;
  if (*packs && make_room(p, table->count, span)) {
    fill(p, table->count);
    return p;
  }
  free_packed(p);
  return NULL;
}

static zc_packed_partners *kept_before(const zc_columns *columns, const zc_join *join)
{
  for (zc_kept *kept = columns->kept; kept != NULL; kept = kept->next) {
    if (kept->forget != forget)
      continue;
    zc_packed_partners *p = (zc_packed_partners *)((char *)kept -
                                                   offsetof(zc_packed_partners, kept));
    bool same = p->count == join->count;
    for (int k = 0; k < join->count && same; k++)
      same = p->to[k] == join->to[k];
    if (same)
      return p;
  }
  return NULL;
}

zc_partners *zc_vector_partners(const zc_engine *engine, zc_run *run,
                                const zc_join *join)
{
  (void)engine;
  zc_table *table = run->rule->tables[join->table];
  const zc_columns *columns = zc_columns_of(table);
  if (columns == NULL)
    return NULL;
  zc_packed_partners *p = kept_before(columns, join);
  bool packs = true;
  if (p == NULL) {
    p = make(columns, table, join, &packs);
    if (p != NULL)
      zc_columns_keep(table, &p->kept);
  }
  if (p == NULL)
    return packs ? NULL : zc_partners_plain(run, join);
  p->users++;
  return &p->shared;
}
