/* Rows in groups by packed keys, against the obvious way. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>

#include "chance.h"
#include "vector/keys.h"

/* One key and where it came first. */
typedef struct {
  uint64_t key;
  uint32_t position, first;
} entry;

static int by_key(const void *a, const void *b)
{
  const entry *x = a, *y = b;
  if (x->key != y->key)
    return x->key < y->key ? -1 : 1;
  return (x->position > y->position) - (x->position < y->position);
}

static int by_first(const void *a, const void *b)
{
  const entry *x = a, *y = b;
  if (x->first != y->first)
    return x->first < y->first ? -1 : 1;
  return (x->position > y->position) - (x->position < y->position);
}

/* All rows in the order in which groups have them. */
static entry *sorted(const uint64_t *keys, size_t count)
{
  entry *entries = calloc(count + 1, sizeof *entries);
  for (size_t i = 0; i < count; i++)
    entries[i] = (entry){keys[i], (uint32_t)i, 0};
  qsort(entries, count, sizeof *entries, by_key);
  for (size_t i = 0; i < count; i++)
    entries[i].first = i > 0 && entries[i].key == entries[i - 1].key
                           ? entries[i - 1].first
                           : entries[i].position;
  qsort(entries, count, sizeof *entries, by_first);
  return entries;
}

/* What is wrong with a grouping; NULL if nothing. */
static const char *wrong_with(const zc_grouping *g, const uint32_t *rows,
                              const uint64_t *keys, size_t count)
{
  entry *entries = sorted(keys, count);
  const char *wrong = g->count == count ? NULL : "members are missing";
  size_t group = 0;
  for (size_t i = 0; i < count && wrong == NULL; i++) {
    uint32_t row = rows == NULL ? entries[i].position : rows[entries[i].position];
    if (g->row[i] != row)
      wrong = "a row stands elsewhere";
    if (i > 0 && entries[i].first == entries[i - 1].first)
      continue;
    if (group >= g->total || g->start[group] != i)
      wrong = "a group begins elsewhere";
    group++;
  }
  if (wrong == NULL && (g->total != group || g->start[group] != count))
    wrong = "there are more groups";
  free(entries);
  return wrong;
}

typedef enum {
  MANY_CODES,
  FEW_CODES,
  PAIRS, /* two parts that lie far apart in the number */
  WHOLE_WORDS,
  ENDS,
  GIANT, /* most rows are in one group; the others have one each */
  ONE,
  BACKWARDS,
  IN_ORDER,
  NEARLY_IN_ORDER, /* the last row belongs to the first group */
  RUNS,            /* rows of a group stand side by side, and come again later */
  LONE,            /* most rows have a group of their own */
  HIGH_BITS,       /* what a hash could lose */
  KINDS
} kind;

static uint64_t key_of(kind k, uint64_t *state, size_t i, size_t count)
{
  static const uint64_t ends[] = {0, UINT64_MAX, 1, UINT64_C(1) << 63, 5};
  uint64_t chance = next_random(state);
  switch (k) {
  case MANY_CODES:
    return chance % (count / 2 + 1) + 3;
  case FEW_CODES:
    return chance % 7;
  case PAIRS:
    return (chance % (count / 3 + 1)) << 40 | next_random(state) % 3;
  case WHOLE_WORDS:
    return chance;
  case ENDS:
    return ends[chance % 5];
  case GIANT:
    return chance % 10 > 0 ? 99 : (uint64_t)i << 33;
  case ONE:
    return UINT64_C(1) << 50;
  case BACKWARDS:
    return (count - i) * 1000003;
  case IN_ORDER:
    return i / 3 * 17;
  case NEARLY_IN_ORDER:
    return i + 1 == count ? 0 : (uint64_t)i / 2;
  case RUNS:
    return (i / (1 + i / 700 % 150) * 2654435761u) % (count / 2 + 1);
  case LONE:
    return chance % 64 == 0 ? chance % 977 : chance;
  default:
    return (chance % (count + 1)) << 44;
  }
}

static void group_all_ways(kind k, size_t count, uint64_t seed, zc_crew *crew)
{
  uint64_t state = seed;
  uint64_t *keys = calloc(count + 1, sizeof *keys);
  uint32_t *rows = calloc(count + 1, sizeof *rows);
  for (size_t i = 0; i < count; i++) {
    keys[i] = key_of(k, &state, i, count);
    rows[i] = (uint32_t)i * 2 + 1;
  }
  for (int named = 0; named < 2; named++) {
    zc_grouping g;
    cr_assert(zc_grouping_of(named ? rows : NULL, keys, count, crew, &g));
    const char *wrong = wrong_with(&g, named ? rows : NULL, keys, count);
    cr_expect(eq(ptr, (void *)wrong, NULL), "%zu rows, seed %d, %d workers: %s", count,
              (int)seed, zc_crew_size(crew), wrong);
    zc_grouping_free(&g);
  }
  free(rows);
  free(keys);
}

static void group_every_kind(size_t count, int workers, uint64_t seeds)
{
  zc_crew *crew = NULL;
  zc_err err;
  cr_assert(eq(int, zc_crew_new(workers, &crew, &err), ZC_OK));
  for (kind k = 0; k < KINDS; k++)
    for (uint64_t seed = 1; seed <= seeds; seed++)
      group_all_ways(k, count, seed * 7919, crew);
  zc_crew_free(crew);
}

Test(keys, no_row_makes_no_group)
{
  group_every_kind(0, 1, 1);
  group_every_kind(0, 3, 1);
}

Test(keys, one_row_makes_one_group)
{
  group_every_kind(1, 1, 1);
  group_every_kind(1, 3, 1);
}

Test(keys, small_tables_are_grouped_as_the_obvious_way_does)
{
  for (size_t count = 2; count < 200; count += 13)
    group_every_kind(count, 1, 3);
}

Test(keys, tables_of_several_parts_are_grouped_as_the_obvious_way_does)
{
  for (int workers = 1; workers <= 4; workers++)
    group_every_kind(100003, workers, 1);
}

Test(keys, large_tables_are_grouped_as_the_obvious_way_does)
{
  group_every_kind(700001, 2, 1);
}

Test(keys, without_a_crew_the_caller_does_all)
{
  group_all_ways(PAIRS, 40000, 5, NULL);
}

Test(keys, keys_that_are_handed_over_give_the_same_groups)
{
  uint64_t state = 11;
  size_t count = 50000;
  for (kind k = 0; k < KINDS; k++) {
    uint64_t *keys = calloc(count, sizeof *keys), *copy = calloc(count, sizeof *keys);
    zc_grouping g;
    for (size_t i = 0; i < count; i++)
      keys[i] = copy[i] = key_of(k, &state, i, count);
    cr_assert(zc_grouping_take(NULL, keys, count, false, NULL, &g));
    cr_expect(eq(ptr, (void *)wrong_with(&g, NULL, copy, count), NULL));
    zc_grouping_free(&g);
    free(copy);
  }
  zc_grouping g;
  cr_assert(zc_grouping_take(NULL, calloc(1, 8), 0, false, NULL, &g));
  zc_grouping_free(&g);
}

/* Groups of one row that a grouping has. */
static size_t lone_of(const zc_grouping *g)
{
  size_t lone = 0;
  for (size_t i = 0; i < g->total; i++)
    lone += g->start[i + 1] - g->start[i] == 1;
  return lone;
}

/* Whether `some` has the groups of `all` that have more than one row. */
static bool are_shared_groups(const zc_grouping *some, const zc_grouping *all)
{
  size_t group = 0;
  for (size_t i = 0; i < all->total; i++) {
    uint32_t size = all->start[i + 1] - all->start[i];
    if (size == 1)
      continue;
    if (group == some->total || some->start[group + 1] - some->start[group] != size ||
        memcmp(some->row + some->start[group], all->row + all->start[i],
               size * sizeof *all->row) != 0)
      return false;
    group++;
  }
  return group == some->total && some->start[group] == some->count;
}

Test(keys, rows_that_are_alone_in_their_groups_can_be_left_out)
{
  size_t left_out = 0;
  for (int workers = 1; workers <= 3; workers++) {
    zc_crew *crew = NULL;
    zc_err err;
    cr_assert(eq(int, zc_crew_new(workers, &crew, &err), ZC_OK));
    for (size_t count = 1; count < 200000; count = count * 3 + 1)
      for (kind k = 0; k < KINDS; k++) {
        uint64_t state = count + k;
        uint64_t *keys = calloc(count, sizeof *keys);
        uint32_t *named = k % 2 == 0 ? NULL : calloc(count, sizeof *named);
        bool in_order = true;
        zc_grouping all, some;
        for (size_t i = 0; i < count; i++) {
          keys[i] = key_of(k, &state, i, count);
          in_order &= i == 0 || keys[i - 1] <= keys[i];
          if (named != NULL)
            named[i] = (uint32_t)i * 3 + 2;
        }
        cr_assert(zc_grouping_of(named, keys, count, crew, &all));
        cr_assert(zc_grouping_take(named, keys, count, true, crew, &some));
        cr_expect(eq(sz, some.count + some.lone, count));
        if (in_order && some.lone == 0) {
          cr_expect(eq(sz, some.total, all.total));
        } else {
          cr_expect(eq(sz, some.lone, lone_of(&all)));
          cr_expect(are_shared_groups(&some, &all), "%zu rows of kind %d", count,
                    (int)k);
        }
        left_out += some.lone;
        zc_grouping_free(&all);
        zc_grouping_free(&some);
        free(named);
      }
    zc_crew_free(crew);
  }
  cr_expect(gt(sz, left_out, 100000), "it is done where that saves something");
}

Test(keys, numbers_have_the_bits_that_they_need)
{
  cr_expect(eq(int, zc_key_bits(0), 0));
  cr_expect(eq(int, zc_key_bits(1), 1));
  cr_expect(eq(int, zc_key_bits(2), 2));
  cr_expect(eq(int, zc_key_bits(255), 8));
  cr_expect(eq(int, zc_key_bits(256), 9));
  cr_expect(eq(int, zc_key_bits(UINT64_MAX), 64));
}
