#include "vector/unite.h"

#include <stdlib.h>

#include "vector/counting.h"
#include "vector/run.h"

/* The rows that one of the rules has marked, ascending. NULL when out of memory. */
static uint32_t *marked(const zc_ran *ran, size_t count, bool hits, size_t *found)
{
  size_t rows = ran[0].rule->tables[0]->count, total = 0, words = rows / 64 + 1;
  uint64_t *bits = calloc(words, sizeof *bits);
  for (size_t n = 0; bits != NULL && n < count; n++)
    for (size_t i = 0; i < words; i++)
      bits[i] |= (hits ? ran[n].marks->hits : ran[n].marks->population)[i];
  for (size_t i = 0; bits != NULL && i < words; i++)
    total += (size_t)__builtin_popcountll(bits[i]);
  uint32_t *list = bits == NULL ? NULL : malloc((total + 1) * sizeof *list);
  *found = 0;
  for (size_t i = 0; list != NULL && i < words; i++)
    for (uint64_t word = bits[i]; word != 0; word &= word - 1)
      list[(*found)++] = (uint32_t)(i * 64 + (size_t)__builtin_ctzll(word));
  free(bits);
  return list;
}

/* How many values of the count column the rows have. */
static bool count_values(const zc_rule *rule, const uint32_t *rows, size_t count,
                         int64_t *units)
{
  int64_t none;
  zc_counting *counting = zc_counting_new(rule->tables[0], rule->count_column, 1);
  bool good = counting != NULL;
  for (size_t i = 0; good && i < count; i++)
    good = zc_counting_add(counting, 0, rows[i], false);
  good = good && zc_counting_result(counting, units, &none);
  zc_counting_free(counting);
  return good;
}

/* How many groups the rows make. The rule was judged: none of them has a blank key. */
static bool count_groups(const zc_engine *engine, zc_plain *plain, zc_rule *rule,
                         uint32_t *rows, size_t count, int64_t *units, bool *taken)
{
  zc_run run;
  zc_vector_run judging = {0};
  zc_grouping grouping = {0};
  bool good = zc_run_open(&run, plain, rule) &&
              zc_vector_begin(engine, &run, &judging) && zc_vector_list(&judging);
  if (good) {
    free(judging.rows);
    judging.rows = rows;
    judging.count = count;
    good = zc_vector_group_keys(&judging, false, &grouping, taken);
    judging.rows = NULL;
  }
  *units = (int64_t)grouping.total;
  zc_grouping_free(&grouping);
  zc_vector_end(&judging);
  zc_run_close(&run);
  return good;
}

bool zc_vector_unite(const zc_engine *engine, zc_plain *plain, const zc_ran *ran,
                     size_t count, bool hits, int64_t *rows, int64_t *units,
                     bool *memory)
{
  zc_rule *rule = ran[0].rule;
  size_t found;
  bool taken = true;
  uint32_t *list = marked(ran, count, hits, &found);
  *memory = list != NULL;
  *rows = *units = (int64_t)found;
  if (*memory && zc_counts_groups(rule))
    *memory = count_groups(engine, plain, rule, list, found, units, &taken);
  else if (*memory && rule->count_column >= 0)
    *memory = count_values(rule, list, found, units);
  free(list);
  return taken;
}
