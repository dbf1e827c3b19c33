/* Rows by their keys.
 *
 * Rows of the same key that stand side by side are a run, and go together. Runs are dealt out
 * to partitions by the hashes of their keys (or, where these lie close together, by their
 * upper bits), so that each partition's table stays in a cache, whatever the order of the
 * rows. A partition numbers its own groups; where a group's first row stands among all first
 * rows is its number among all groups. */
#include "vector/keys.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_LEAST 16384 /* rows that one part of a task goes through, at least */
#define CHUNKS 64         /* and so many parts, at most */
#define PARTITION 16384   /* rows of a partition, about … */
#define PARTITION_BITS 9  /* … unless that would be more than 512 of them */
#define AHEAD 32u         /* groups whose places are asked for beforehand */
#define ROOM_LEAST 1024   /* slots of a worker's table */

/* A run on its way to its group. Once its partition has been numbered, `low` is the group's
 * number there, and the first members' `high` are the positions of the groups' first rows,
 * and then the groups' numbers among all. */
typedef struct {
  uint32_t low, high; /* of the hash, or of the key */
  uint32_t position;  /* of its first row in `keys` */
} member;

/* What one worker looks groups up with. */
typedef struct {
  uint32_t *slots; /* number + 1; 0: empty */
  size_t room;     /* of slots */
  int down;        /* from a hash to its slot */
  uint64_t *hashes;
  uint32_t *cursors; /* by number: how many rows, or where the next one goes */
  size_t most;       /* room of both */
} finder;

typedef struct {
  uint64_t least, most;
  uint32_t steps;  /* runs that begin here */
  bool descending; /* somewhere */
} chunk;

typedef struct {
  const uint32_t *rows;
  const uint64_t *keys;
  size_t count, size; /* of all rows, of a chunk */
  size_t chunk_count, partitions;
  bool direct;
  int bits;       /* of partitions, at most */
  int shift;      /* what is above is the partition */
  uint64_t least; /* of the keys */
  chunk chunks[CHUNKS];
  uint64_t *heads; /* a bit for each position where a run begins, and one behind all */
  uint32_t *at;    /* by chunk and partition: how many runs, then where they go */
  uint32_t *begin; /* by partition, and one more */
  uint32_t *left;  /* by partition: runs, without those that were left out */
  uint32_t *found; /* by partition: groups, without those that were left out */
  uint32_t *lone;  /* by partition: rows that were left out */
  bool leave_lone; /* rows that are alone in their groups are to be left out */
  member *members;
  _Atomic uint64_t *firsts; /* a bit for each position: a group's first one */
  uint32_t *before;         /* by word of these: how many stand before it */
  finder finders[ZC_CREW_MOST];
  zc_grouping *grouping;
  atomic_bool failed;
} sorting;

static size_t end_of(const sorting *s, size_t part)
{
  return part + 1 == s->chunk_count ? s->count : (part + 1) * s->size;
}

static uint32_t row_at(const sorting *s, size_t position)
{
  return s->rows == NULL ? (uint32_t)position : s->rows[position];
}

/* ---- rows that stand in order already -------------------------------------------------- */

static void measure(void *context, size_t part, int worker)
{
  (void)worker;
  sorting *s = context;
  const uint64_t *keys = s->keys;
  size_t begin = part * s->size, end = end_of(s, part);
  uint64_t before = begin == 0 ? ~keys[0] : keys[begin - 1];
  chunk own = {keys[begin], keys[begin], 0, begin > 0 && keys[begin] < before};
  for (size_t at = begin; at < end; at += 64) {
    uint64_t heads = 0;
    for (size_t i = at; i < end && i < at + 64; i++) {
      heads |= (uint64_t)(keys[i] != before) << (i - at);
      own.descending |= i > begin && keys[i] < before;
      own.least = keys[i] < own.least ? keys[i] : own.least;
      own.most = keys[i] > own.most ? keys[i] : own.most;
      before = keys[i];
    }
    s->heads[at / 64] = heads;
    own.steps += (uint32_t)__builtin_popcountll(heads);
  }
  s->chunks[part] = own;
}

/* Rows of the run that begins at this position. */
static inline uint32_t run_at(const sorting *s, uint32_t position)
{
  uint32_t at = position + 1;
  uint64_t heads = s->heads[at / 64] >> at % 64;
  while (heads == 0) {
    at = (at / 64 + 1) * 64;
    heads = s->heads[at / 64];
  }
  return at + (uint32_t)__builtin_ctzll(heads) - position;
}

/* The groups are what stands side by side. */
static void take_steps(void *context, size_t part, int worker)
{
  (void)worker;
  sorting *s = context;
  uint32_t *start = s->grouping->start + s->at[part];
  size_t begin = part * s->size, end = end_of(s, part);
  for (size_t i = begin; i < end; i++)
    s->grouping->row[i] = row_at(s, i);
  for (size_t word = begin / 64; word * 64 < end; word++)
    for (uint64_t heads = s->heads[word]; heads != 0; heads &= heads - 1)
      *start++ = (uint32_t)(word * 64) + (uint32_t)__builtin_ctzll(heads);
}

static bool take_in_order(sorting *s, zc_crew *crew)
{
  zc_grouping *g = s->grouping;
  s->at = calloc(s->chunk_count, sizeof *s->at);
  for (size_t i = 0; s->at != NULL && i < s->chunk_count; i++) {
    s->at[i] = (uint32_t)g->total;
    g->total += s->chunks[i].steps;
  }
  g->start = malloc((g->total + 1) * sizeof *g->start);
  g->row = malloc(s->count * sizeof *g->row);
  if (s->at == NULL || g->start == NULL || g->row == NULL)
    return false;
  zc_crew_run(crew, s->chunk_count, take_steps, s);
  g->start[g->total] = (uint32_t)s->count;
  return true;
}

/* ---- partitions ------------------------------------------------------------------------ */

/* Different for different keys. */
static inline uint64_t spread(const sorting *s, uint64_t key)
{
  if (s->direct)
    return key - s->least;
  key ^= key >> 32;
  return key * UINT64_C(0x9e3779b97f4a7c15);
}

static inline size_t partition_of(const sorting *s, uint64_t hash)
{
  return s->partitions == 1 ? 0 : hash >> s->shift;
}

static void plan(sorting *s)
{
  uint64_t span = 0, most = 0;
  s->least = UINT64_MAX;
  for (size_t i = 0; i < s->chunk_count; i++) {
    s->least = s->chunks[i].least < s->least ? s->chunks[i].least : s->least;
    most = s->chunks[i].most > most ? s->chunks[i].most : most;
  }
  span = most - s->least;
  s->direct = span / 4 <= s->count;
  while (s->bits < PARTITION_BITS && s->count >> s->bits > PARTITION)
    s->bits++;
  s->shift = s->direct ? zc_key_bits(span) - s->bits : 64 - s->bits;
  s->shift = s->shift < 0 ? 0 : s->shift;
  s->partitions = s->direct ? (size_t)(span >> s->shift) + 1 : (size_t)1 << s->bits;
}

static void count_chunk(void *context, size_t part, int worker)
{
  (void)worker;
  sorting *s = context;
  uint32_t *at = s->at + part * s->partitions;
  for (size_t word = part * s->size / 64; word * 64 < end_of(s, part); word++)
    for (uint64_t heads = s->heads[word]; heads != 0; heads &= heads - 1) {
      size_t i = word * 64 + (size_t)__builtin_ctzll(heads);
      at[partition_of(s, spread(s, s->keys[i]))]++;
    }
}

static void deal_chunk(void *context, size_t part, int worker)
{
  (void)worker;
  sorting *s = context;
  uint32_t *at = s->at + part * s->partitions;
  for (size_t word = part * s->size / 64; word * 64 < end_of(s, part); word++)
    for (uint64_t heads = s->heads[word]; heads != 0; heads &= heads - 1) {
      size_t i = word * 64 + (size_t)__builtin_ctzll(heads);
      uint64_t hash = spread(s, s->keys[i]);
      s->members[at[partition_of(s, hash)]++] =
          (member){(uint32_t)hash, (uint32_t)(hash >> 32), (uint32_t)i};
    }
}

/* Brings each partition's runs together, in their order. False when out of memory. */
static bool deal(sorting *s, zc_crew *crew)
{
  size_t runs = 0;
  for (size_t i = 0; i < s->chunk_count; i++)
    runs += s->chunks[i].steps;
  s->at = calloc(s->chunk_count * s->partitions, sizeof *s->at);
  s->begin = calloc(s->partitions + 1, sizeof *s->begin);
  s->left = calloc(s->partitions, sizeof *s->left);
  s->found = calloc(s->partitions, sizeof *s->found);
  s->lone = calloc(s->partitions, sizeof *s->lone);
  s->members = malloc(runs * sizeof *s->members);
  if (s->at == NULL || s->begin == NULL || s->left == NULL || s->found == NULL ||
      s->lone == NULL || s->members == NULL)
    return false;
  zc_crew_run(crew, s->chunk_count, count_chunk, s);
  uint32_t sum = 0;
  for (size_t p = 0; p < s->partitions; p++) {
    s->begin[p] = sum;
    for (size_t c = 0; c < s->chunk_count; c++) {
      uint32_t many = s->at[c * s->partitions + p];
      s->at[c * s->partitions + p] = sum;
      sum += many;
    }
    s->left[p] = sum - s->begin[p];
  }
  s->begin[s->partitions] = sum;
  zc_crew_run(crew, s->chunk_count, deal_chunk, s);
  s->heads[s->count / 64] |= UINT64_C(1) << s->count % 64;
  return true;
}

/* ---- the groups of a partition --------------------------------------------------------- */

/* Room for so many groups, and for slots twice as many. */
static bool make_room(finder *f, size_t groups)
{
  if (groups <= f->most)
    return true;
  size_t most = f->most == 0 ? ROOM_LEAST / 2 : f->most;
  while (most < groups)
    most *= 2;
  uint64_t *hashes = realloc(f->hashes, most * sizeof *hashes);
  if (hashes != NULL)
    f->hashes = hashes;
  uint32_t *cursors = realloc(f->cursors, most * sizeof *cursors);
  if (cursors != NULL)
    f->cursors = cursors;
  if (hashes == NULL || cursors == NULL)
    return false;
  f->most = most;
  return true;
}

static bool make_slots(finder *f, size_t room)
{
  if (room <= f->room)
    return true;
  free(f->slots);
  f->slots = malloc(room * sizeof *f->slots);
  f->room = f->slots == NULL ? 0 : room;
  return f->slots != NULL;
}

/* The slot of a hash is in its bits below those of the partition. */
static inline size_t slot_of(const sorting *s, const finder *f, uint64_t hash)
{
  return (hash << s->bits) >> f->down;
}

/* Puts the groups that there are into so many slots. */
static bool spread_out(const sorting *s, finder *f, uint32_t groups, size_t room)
{
  if (!make_slots(f, room) || !make_room(f, room / 2))
    return false;
  memset(f->slots, 0, room * sizeof *f->slots);
  f->down = 64 - zc_key_bits(room - 1);
  for (uint32_t i = 0; i < groups; i++) {
    size_t slot = slot_of(s, f, f->hashes[i]);
    while (f->slots[slot] != 0)
      slot = (slot + 1) & (room - 1);
    f->slots[slot] = i + 1;
  }
  return true;
}

/* A member of a group that was seen before, or of the next one. */
static inline void join_group(const sorting *s, finder *f, member *first, member *m,
                              uint32_t number, uint32_t *groups)
{
  if (number == *groups) {
    first[number].high = m->position;
    f->cursors[(*groups)++] = 0;
  }
  f->cursors[number] += run_at(s, m->position);
  m->low = number;
}

/* Numbers the groups of a partition by hashing; false when out of memory. */
static bool number_hashed(sorting *s, finder *f, size_t part)
{
  member *first = s->members + s->begin[part], *end = s->members + s->begin[part + 1];
  uint32_t groups = 0;
  size_t room = ROOM_LEAST;
  /* As many as there were before, but no more than this partition can need. */
  while (room < f->room && room / 2 < (size_t)(end - first))
    room *= 2;
  if (!spread_out(s, f, 0, room))
    return false;
  for (member *m = first; m < end; m++) {
    uint64_t hash = (uint64_t)m->high << 32 | m->low;
    size_t slot = slot_of(s, f, hash);
    while (f->slots[slot] != 0 && f->hashes[f->slots[slot] - 1] != hash)
      slot = (slot + 1) & (room - 1);
    if (f->slots[slot] == 0) {
      f->hashes[groups] = hash;
      f->slots[slot] = groups + 1;
    }
    join_group(s, f, first, m, f->slots[slot] - 1, &groups);
    if (groups == room / 2) {
      room *= 2;
      if (!spread_out(s, f, groups, room))
        return false;
    }
  }
  s->found[part] = groups;
  return true;
}

/* The same where the key says where to look. */
static bool number_direct(sorting *s, finder *f, size_t part)
{
  member *first = s->members + s->begin[part], *end = s->members + s->begin[part + 1];
  size_t room = (size_t)1 << s->shift, count = (size_t)(end - first);
  uint32_t groups = 0;
  if (!make_slots(f, room) || !make_room(f, count < room ? count : room))
    return false;
  memset(f->slots, 0, room * sizeof *f->slots);
  for (member *m = first; m < end; m++) {
    uint32_t *slot = &f->slots[((uint64_t)m->high << 32 | m->low) & (room - 1)];
    if (*slot == 0)
      *slot = groups + 1;
    join_group(s, f, first, m, *slot - 1, &groups);
  }
  s->found[part] = groups;
  return true;
}

/* Leaves out the groups of one row; those behind them move up, and so do their members. The
 * cursors become the new numbers plus one, or 0. A member that is left out is written over by
 * the next one, or stays behind those that are left. */
static void leave_out_lone(sorting *s, finder *f, size_t part)
{
  member *first = s->members + s->begin[part], *to = first;
  uint32_t groups = 0;
  for (uint32_t i = 0; i < s->found[part]; i++) {
    first[groups].high = first[i].high;
    f->cursors[i] = f->cursors[i] > 1 ? ++groups : 0;
  }
  for (const member *m = first; m < first + s->left[part]; m++) {
    uint32_t number = f->cursors[m->low];
    to->low = number - 1;
    to->position = m->position;
    to += number > 0;
  }
  s->lone[part] = s->found[part] - groups;
  s->found[part] = groups;
  s->left[part] = (uint32_t)(to - first);
}

static void mark_firsts(sorting *s, size_t part)
{
  const member *first = s->members + s->begin[part];
  for (uint32_t i = 0; i < s->found[part]; i++)
    atomic_fetch_or_explicit(&s->firsts[first[i].high / 64],
                             UINT64_C(1) << first[i].high % 64, memory_order_relaxed);
}

static void number_groups(void *context, size_t part, int worker)
{
  sorting *s = context;
  finder *f = &s->finders[worker];
  if (s->begin[part] == s->begin[part + 1] || atomic_load(&s->failed))
    return;
  if (!(s->direct ? number_direct : number_hashed)(s, f, part)) {
    atomic_store(&s->failed, true);
    return;
  }
  if (s->leave_lone)
    leave_out_lone(s, f, part);
  mark_firsts(s, part);
}

/* ---- all groups ------------------------------------------------------------------------ */

/* The number of the group whose first row has this position. */
static inline uint32_t rank_of(const sorting *s, uint32_t position)
{
  uint64_t word = atomic_load_explicit(&s->firsts[position / 64], memory_order_relaxed);
  uint64_t below = word & ((UINT64_C(1) << position % 64) - 1);
  return s->before[position / 64] + (uint32_t)__builtin_popcountll(below);
}

static void rank_groups(sorting *s)
{
  uint32_t sum = 0;
  for (size_t i = 0; i <= s->count / 64; i++) {
    s->before[i] = sum;
    sum += (uint32_t)__builtin_popcountll(s->firsts[i]);
  }
  s->grouping->total = sum;
}

/* Says of each group how many rows it has, where the next one's beginning will stand. */
static void size_groups(void *context, size_t part, int worker)
{
  sorting *s = context;
  uint32_t groups = s->found[part], *sizes = s->finders[worker].cursors;
  member *first = s->members + s->begin[part], *end = first + s->left[part];
  if (first == end)
    return;
  memset(sizes, 0, groups * sizeof *sizes);
  for (uint32_t i = 0; i < groups; i++) {
    first[i].high = rank_of(s, first[i].high);
    __builtin_prefetch(&s->grouping->start[first[i].high + 1], 1);
  }
  for (const member *m = first; m < end; m++)
    sizes[m->low] += run_at(s, m->position);
  for (uint32_t i = 0; i < groups; i++)
    s->grouping->start[first[i].high + 1] = sizes[i];
}

static void place_rows(void *context, size_t part, int worker)
{
  sorting *s = context;
  uint32_t groups = s->found[part], *cursors = s->finders[worker].cursors;
  member *first = s->members + s->begin[part], *end = first + s->left[part];
  const uint32_t *start = s->grouping->start;
  uint32_t *row = s->grouping->row;
  /* Groups lie far from each other in both: what is needed next is asked for in time. */
  for (uint32_t i = 0; i < groups; i++) {
    if (i + AHEAD < groups)
      __builtin_prefetch(&start[first[i + AHEAD].high]);
    cursors[i] = start[first[i].high];
    __builtin_prefetch(&row[cursors[i]], 1);
  }
  for (const member *m = first; m < end; m++)
    for (uint32_t i = m->position, behind = i + run_at(s, i); i < behind; i++)
      row[cursors[m->low]++] = row_at(s, i);
}

/* Any worker may come upon any partition in the next task. */
static bool share_room(sorting *s, int workers)
{
  size_t most = 0;
  for (size_t p = 0; p < s->partitions; p++)
    most = s->found[p] > most ? s->found[p] : most;
  for (int i = 0; i < workers; i++)
    if (!make_room(&s->finders[i], most))
      return false;
  return true;
}

static bool take_groups(sorting *s, zc_crew *crew)
{
  zc_grouping *g = s->grouping;
  s->firsts = calloc(s->count / 64 + 1, sizeof *s->firsts);
  s->before = calloc(s->count / 64 + 1, sizeof *s->before);
  if (s->firsts == NULL || s->before == NULL)
    return false;
  zc_crew_run(crew, s->partitions, number_groups, s);
  if (atomic_load(&s->failed) || !share_room(s, zc_crew_size(crew)))
    return false;
  rank_groups(s);
  for (size_t p = 0; p < s->partitions; p++)
    g->lone += s->lone[p];
  g->count = s->count - g->lone;
  g->start = malloc((g->total + 1) * sizeof *g->start);
  g->row = malloc((g->count + 1) * sizeof *g->row);
  if (g->start == NULL || g->row == NULL)
    return false;
  zc_crew_run(crew, s->partitions, size_groups, s);
  g->start[0] = 0;
  for (size_t i = 0; i < g->total; i++)
    g->start[i + 1] += g->start[i];
  zc_crew_run(crew, s->partitions, place_rows, s);
  return true;
}

/* ---- interface ------------------------------------------------------------------------- */

static bool is_in_order(const sorting *s)
{
  for (size_t i = 0; i < s->chunk_count; i++)
    if (s->chunks[i].descending)
      return false;
  return true;
}

static void end_sorting(sorting *s)
{
  for (int i = 0; i < ZC_CREW_MOST; i++) {
    free(s->finders[i].slots);
    free(s->finders[i].hashes);
    free(s->finders[i].cursors);
  }
  free(s->heads);
  free(s->at);
  free(s->begin);
  free(s->left);
  free(s->found);
  free(s->lone);
  free(s->members);
  free((void *)s->firsts);
  free(s->before);
}

/* `owned`: the keys, when they are to be freed as soon as nobody needs them. */
static bool group_keys(sorting *s, uint64_t *owned, zc_crew *crew)
{
  s->chunk_count = s->count / CHUNK_LEAST + 1;
  if (s->chunk_count > CHUNKS)
    s->chunk_count = CHUNKS;
  s->size = s->count / s->chunk_count / 64 * 64;
  s->heads = calloc(s->count / 64 + 1, sizeof *s->heads);
  if (s->heads == NULL) {
    free(owned);
    return false;
  }
  zc_crew_run(crew, s->chunk_count, measure, s);
  if (is_in_order(s)) {
    bool good = take_in_order(s, crew);
    free(owned);
    return good;
  }
  plan(s);
  bool good = deal(s, crew);
  free(owned);
  return good && take_groups(s, crew);
}

static bool group(const uint32_t *rows, const uint64_t *keys, uint64_t *owned,
                  size_t count, bool leave_lone, zc_crew *crew, zc_grouping *grouping)
{
  *grouping = (zc_grouping){.count = count};
  if (count == 0) {
    free(owned);
    grouping->row = calloc(1, sizeof *grouping->row);
    grouping->start = calloc(1, sizeof *grouping->start);
    if (grouping->row != NULL && grouping->start != NULL)
      return true;
    zc_grouping_free(grouping);
    return false;
  }
  sorting s = {.rows = rows,
               .keys = keys,
               .count = count,
               .leave_lone = leave_lone,
               .grouping = grouping};
  bool good = group_keys(&s, owned, crew);
  end_sorting(&s);
  if (!good)
    zc_grouping_free(grouping);
  return good;
}

bool zc_grouping_of(const uint32_t *rows, const uint64_t *keys, size_t count,
                    zc_crew *crew, zc_grouping *grouping)
{
  return group(rows, keys, NULL, count, false, crew, grouping);
}

bool zc_grouping_take(const uint32_t *rows, uint64_t *keys, size_t count,
                      bool leave_lone, zc_crew *crew, zc_grouping *grouping)
{
  return group(rows, keys, keys, count, leave_lone, crew, grouping);
}

void zc_grouping_free(zc_grouping *grouping)
{
  free(grouping->row);
  free(grouping->start);
  *grouping = (zc_grouping){0};
}
