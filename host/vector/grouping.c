/* The population by the keys of `group`.
 *
 * The parts of each row's key become one number: as they come, if what is known of them
 * says that 64 bits hold them; otherwise their ranges are measured first. What does not fit
 * then is numbered before the next part is added. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "vector/run.h"

/* A part of the key, and between which numbers all its values lie. */
typedef struct {
  zc_program *program;
  int64_t least, most;
  int bits;
} part;

/* What a worker needs, and what it has seen. */
typedef struct {
  zc_lane lane;
  zc_batch_room room;
  int64_t least[ZC_KEYS], most[ZC_KEYS];
} bench;

typedef struct {
  zc_vector_run *judging;
  part parts[ZC_KEYS];
  int part_count;
  const uint32_t *rows; /* the population; NULL: all rows */
  uint32_t *kept;       /* the same, when it is without some of them */
  size_t count;
  int from, to;       /* the parts that a pass takes: from … to - 1 */
  uint64_t *keys;     /* where it packs them; NULL: it measures them */
  uint64_t *blank;    /* where it marks rows with a blank part; NULL: there are none */
  bench *benches;     /* by worker */
  atomic_bool odd;    /* a part cannot be packed */
  atomic_bool memory; /* there is none left */
} keying;

/* ---- passes over the rows -------------------------------------------------------------- */

static bool is_text(zc_kind kind)
{
  return kind == ZC_TEXT || kind == ZC_CODES;
}

/* Takes the values of one part; false when one of them is odd. */
static bool take_lane(keying *k, int p, bench *b, size_t at, size_t count)
{
  const zc_lane *lane = &b->lane;
  int64_t first = is_text(lane->kind) ? ZC_CODE_FIRST : ZC_UNREAD + 1;
  uint64_t span = (uint64_t)k->parts[p].most - (uint64_t)k->parts[p].least;
  uint64_t outside = 0;
  int bits = k->parts[p].bits & 63; /* 64: nothing stands before it */
  if (lane->ratio || lane->kind == ZC_NIL)
    return false;
  for (size_t i = 0; i < count; i++) {
    int64_t value = lane->units[i];
    if (lane->any_odd && lane->odd[i])
      return false;
    if (value < first) { /* blank, or unreadable */
      k->blank[(at + i) / 64] |= UINT64_C(1) << (at + i) % 64;
      continue;
    }
    if (k->keys == NULL) {
      b->least[p] = value < b->least[p] ? value : b->least[p];
      b->most[p] = value > b->most[p] ? value : b->most[p];
      continue;
    }
    uint64_t own = (uint64_t)value - (uint64_t)k->parts[p].least;
    outside |= own > span;
    k->keys[at + i] = p == k->from && k->from == 0 ? own
                                                   : k->keys[at + i] << bits | own;
  }
  return outside == 0;
}

static void take_rows(void *context, size_t number, int worker)
{
  keying *k = context;
  bench *b = &k->benches[worker];
  size_t end = (number + 1) * ZC_PART < k->count ? (number + 1) * ZC_PART : k->count;
  for (size_t at = number * ZC_PART; at < end; at += ZC_LANE) {
    size_t count = end - at < ZC_LANE ? end - at : ZC_LANE;
    zc_batch batch;
    if (atomic_load(&k->odd) || atomic_load(&k->memory))
      return;
    zc_vector_batch(k->judging, k->rows == NULL ? NULL : k->rows + at,
                    k->rows == NULL ? at : 0, count, NULL, &b->room, &batch);
    for (int p = k->from; p < k->to; p++) {
      if (!zc_program_values(k->parts[p].program, worker, &batch, &b->lane))
        atomic_store(&k->memory, true);
      else if (!take_lane(k, p, b, at, count))
        atomic_store(&k->odd, true);
    }
  }
}

/* Parts from … to - 1 of all rows; false when that cannot be, k->odd or k->memory. */
static bool pass(keying *k, int from, int to, uint64_t *keys)
{
  k->from = from;
  k->to = to;
  k->keys = keys;
  zc_crew_run(k->judging->crew, (k->count + ZC_PART - 1) / ZC_PART, take_rows, k);
  return !atomic_load(&k->odd) && !atomic_load(&k->memory);
}

static uint64_t *new_keys(keying *k)
{
  uint64_t *keys = malloc((k->count + 1) * sizeof *keys);
  if (keys == NULL)
    atomic_store(&k->memory, true);
  return keys;
}

/* Leaves out the rows with a blank part, here and in `keys`, if there are any yet. */
static bool leave_out(keying *k, uint64_t *keys)
{
  size_t blank = 0, left = 0;
  for (size_t i = 0; i < (k->count + 63) / 64; i++)
    blank += (size_t)__builtin_popcountll(k->blank[i]);
  if (blank == 0)
    return true;
  k->kept = malloc((k->count - blank + 1) * sizeof *k->kept);
  if (k->kept == NULL) {
    atomic_store(&k->memory, true);
    return false;
  }
  for (size_t i = 0; i < k->count; i++) {
    if (k->blank[i / 64] >> i % 64 & 1)
      continue;
    if (keys != NULL)
      keys[left] = keys[i];
    k->kept[left++] = k->rows == NULL ? (uint32_t)i : k->rows[i];
  }
  k->rows = k->kept;
  k->count = left;
  return true;
}

/* ---- ranges ---------------------------------------------------------------------------- */

static void set_range(part *p, int64_t least, int64_t most)
{
  bool any = least <= most;
  p->least = any ? least : 0;
  p->most = any ? most : 0;
  p->bits = zc_key_bits((uint64_t)p->most - (uint64_t)p->least);
}

/* What is known of an expression's values beforehand. */
static bool guess_range(const zc_rule *rule, const zc_node *root, part *p)
{
  zc_kind kind = zc_program_kind(p->program);
  set_range(p, ZC_UNREAD + 1, INT64_MAX);
  if (kind == ZC_BOOL) {
    set_range(p, 0, 1);
  } else if (root->op == ZC_OP_COLUMN && root->table != ZC_TABLE_PREV) {
    const zc_columns *columns = zc_columns_of(rule->tables[root->table]);
    if (columns == NULL)
      return false;
    const zc_column_vector *v = &columns->vectors[root->column];
    if (v->kind != ZC_NIL)
      set_range(p, v->least, v->most);
  } else if (is_text(kind)) {
    set_range(p, 0, UINT32_MAX);
  } else if (kind == ZC_DATE) {
    set_range(p, INT32_MIN, INT32_MAX);
  }
  return true;
}

static void measured_ranges(keying *k)
{
  for (int p = 0; p < k->part_count; p++) {
    int64_t least = INT64_MAX, most = INT64_MIN;
    for (int w = 0; w < k->judging->workers; w++) {
      const bench *b = &k->benches[w];
      least = b->least[p] < least ? b->least[p] : least;
      most = b->most[p] > most ? b->most[p] : most;
    }
    set_range(&k->parts[p], least, most);
  }
}

static int all_bits(const keying *k)
{
  int bits = 0;
  for (int p = 0; p < k->part_count; p++)
    bits += k->parts[p].bits;
  return bits;
}

/* ---- wide keys ------------------------------------------------------------------------- */

/* Puts the numbers of different keys in their place, and says how many bits they have. */
static bool number_keys(keying *k, uint64_t *keys, int *bits)
{
  zc_grouping g;
  if (!zc_grouping_of(NULL, keys, k->count, k->judging->crew, &g)) {
    atomic_store(&k->memory, true);
    return false;
  }
  for (size_t i = 0; i < g.total; i++)
    for (uint32_t at = g.start[i]; at < g.start[i + 1]; at++)
      keys[g.row[at]] = i;
  *bits = zc_key_bits(g.total);
  zc_grouping_free(&g);
  return true;
}

/* Adds a part that does not fit beside the others before it is numbered, too. */
static bool add_numbered(keying *k, int p, uint64_t *keys, int *bits)
{
  int own;
  uint64_t *values = new_keys(k);
  if (values != NULL)
    memset(values, 0, k->count * sizeof *values);
  bool good = values != NULL && pass(k, p, p + 1, values) &&
              number_keys(k, values, &own);
  for (size_t i = 0; good && i < k->count; i++)
    keys[i] = keys[i] << own | values[i];
  *bits += good ? own : 0;
  free(values);
  return good;
}

/* Packs all parts, in steps. */
static bool pack_wide(keying *k, uint64_t *keys)
{
  int bits = 0;
  for (int p = 0; p < k->part_count; p++) {
    int own = k->parts[p].bits;
    if (bits + own > 64 && !number_keys(k, keys, &bits))
      return false;
    if (bits + own > 64) {
      if (!add_numbered(k, p, keys, &bits))
        return false;
    } else {
      if (!pass(k, p, p + 1, keys))
        return false;
      bits += own;
    }
  }
  return true;
}

/* ---- all keys -------------------------------------------------------------------------- */

/* One number for each row that has a whole key; NULL when that cannot be. */
static uint64_t *pack_all(keying *k)
{
  bool fits = k->part_count == 1 || all_bits(k) <= 64;
  if (!fits) {
    if (!pass(k, 0, k->part_count, NULL) || !leave_out(k, NULL))
      return NULL;
    measured_ranges(k);
  }
  uint64_t *keys = new_keys(k);
  bool good = keys != NULL;
  if (good && !fits && all_bits(k) > 64)
    good = pack_wide(k, keys);
  else
    good = good && pass(k, 0, k->part_count, keys) && (!fits || leave_out(k, keys));
  if (good)
    return keys;
  free(keys);
  return NULL;
}

static bool begin_keying(keying *k)
{
  const zc_rule *rule = k->judging->run->rule;
  k->benches = calloc((size_t)k->judging->workers, sizeof *k->benches);
  k->blank = calloc(k->count / 64 + 1, sizeof *k->blank);
  if (k->benches == NULL || k->blank == NULL)
    return false;
  for (int w = 0; w < k->judging->workers; w++)
    for (int p = 0; p < k->part_count; p++) {
      k->benches[w].least[p] = INT64_MAX;
      k->benches[w].most[p] = INT64_MIN;
    }
  for (int p = 0; p < k->part_count; p++) {
    k->parts[p].program = zc_program_new(rule, rule->group[p].root,
                                         k->judging->workers);
    if (k->parts[p].program == NULL ||
        !guess_range(rule, rule->group[p].root, &k->parts[p]))
      return false;
  }
  return true;
}

static void end_keying(keying *k)
{
  for (int p = 0; p < k->part_count; p++)
    zc_program_free(k->parts[p].program);
  free(k->benches);
  free(k->blank);
  free(k->kept);
}

/* A rule without `group` has one group, unless there are no rows. */
static bool group_all(const zc_vector_run *j, zc_grouping *g)
{
  *g = (zc_grouping){.count = j->count, .total = j->count > 0};
  g->row = malloc((j->count + 1) * sizeof *g->row);
  g->start = calloc(2, sizeof *g->start);
  if (g->row == NULL || g->start == NULL) {
    zc_grouping_free(g);
    return false;
  }
  for (size_t i = 0; i < j->count; i++)
    g->row[i] = zc_vector_row(j, i);
  g->start[g->total] = (uint32_t)j->count;
  return true;
}

bool zc_vector_group_keys(zc_vector_run *judging, bool leave_lone,
                          zc_grouping *grouping, bool *taken)
{
  zc_crew *crew = judging->crew;
  keying k = {.judging = judging,
              .part_count = judging->run->rule->group_count,
              .rows = judging->rows,
              .count = judging->count};
  *grouping = (zc_grouping){0};
  *taken = true;
  if (k.part_count == 0)
    return group_all(judging, grouping);
  uint64_t *keys = begin_keying(&k) ? pack_all(&k) : NULL;
  *taken = !atomic_load(&k.odd) || atomic_load(&k.memory);
  bool good = keys != NULL &&
              zc_grouping_take(k.rows, keys, k.count, leave_lone, crew, grouping);
  if (good)
    judging->run->unjudged += (int64_t)(judging->count - k.count);
  end_keying(&k);
  return good || !*taken;
}

bool zc_vector_collect(zc_vector_run *judging, zc_groups *groups)
{
  zc_grouping grouping;
  bool taken;
  if (!zc_vector_group_keys(judging, false, &grouping, &taken)) {
    judging->run->memory = true;
    return true;
  }
  groups->row = grouping.row;
  groups->start = grouping.start;
  groups->count = grouping.count;
  groups->total = grouping.total;
  return taken;
}
