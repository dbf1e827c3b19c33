#include "vector/grouped.h"

#include <string.h>

/* ---- a batch at a time ------------------------------------------------------------------- */

size_t zc_grouping_parts(const zc_grouping *g)
{
  return g->count / ZC_PART + 1;
}

/* The first group that begins at this place among the members, or behind it. */
static size_t group_from(const zc_grouping *g, size_t place)
{
  size_t low = 0, high = g->total;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (g->start[middle] < place)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

void zc_grouping_part(const zc_grouping *g, size_t part, size_t *first, size_t *end)
{
  *first = group_from(g, part * ZC_PART);
  *end = group_from(g, (part + 1) * ZC_PART);
}

size_t zc_grouping_batch(const zc_grouping *g, size_t first, size_t end)
{
  size_t most = end - first < ZC_LANE ? end - first : ZC_LANE, count = 1;
  while (count < most && g->start[first + count + 1] - g->start[first] <= ZC_LANE)
    count++;
  return count;
}

void zc_grouped_firsts(const zc_grouping *g, size_t first, size_t count, uint32_t *rows)
{
  for (size_t i = 0; i < count; i++)
    rows[i] = g->row[g->start[first + i]];
}

/* ---- what is told ------------------------------------------------------------------------ */

void zc_grouped_mark(const zc_run *run, const uint32_t *rows, size_t count, bool hits)
{
  if (run->plain->marks == NULL)
    return;
  uint64_t *bits = hits ? run->plain->marks->hits : run->plain->marks->population;
  if (count < run->rule->tables[0]->count) {
    for (size_t i = 0; i < count; i++)
      bits[rows[i] / 64] |= (uint64_t)1 << (rows[i] % 64);
    return;
  }
  memset(bits, 0xff, count / 64 * sizeof *bits);
  if (count % 64 > 0)
    bits[count / 64] |= ((uint64_t)1 << (count % 64)) - 1;
}

bool zc_grouped_only_counts(const zc_run *run)
{
  const zc_wanted *wanted = run->plain->wanted;
  bool told = wanted == NULL || (wanted->left == 0 && wanted->more);
  return run->rule->amount.root == NULL && run->rule->level.root == NULL && told &&
         json_array_size(run->first) >= ZC_FIRST;
}

void zc_grouped_hit(zc_run *run, const uint32_t *rows, size_t count)
{
  if (!zc_grouped_only_counts(run)) {
    zc_run_hit_group(run, rows, count);
    return;
  }
  run->count++;
  run->rows += (int64_t)count;
  zc_grouped_mark(run, rows, count, true);
}
