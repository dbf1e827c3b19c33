/* Several exports become columns: side by side, as far as no thread then waits for another. */
#include <stdlib.h>

#include "vector/load.h"

typedef struct {
  zc_loading **of; /* the largest first */
  size_t count;
  zc_gb18030 *converter;
} loadings;

/* Tables of equal size stay as they were handed over. */
static int by_size(const void *a, const void *b)
{
  const zc_loading *one = *(zc_loading *const *)a, *other = *(zc_loading *const *)b;
  size_t size = one->table->size, others = other->table->size;
  return size != others ? (size < others) - (size > others)
                        : (one > other) - (one < other);
}

static void load(zc_loading *l, zc_crew *crew, zc_gb18030 *converter)
{
  l->code = zc_columns_load(l->table, crew, converter, l->faults, &l->err);
}

static void task(void *context, size_t number, int worker)
{
  loadings *all = context;
  (void)worker;
  load(all->of[number], NULL, all->converter);
}

/* When the last thread is done, in bytes, if each takes the next table whenever it is. */
static size_t last_done(const loadings *all, size_t from, size_t workers)
{
  size_t busy[ZC_CREW_MOST] = {0}, last = 0;
  for (size_t i = from; i < all->count; i++) {
    size_t first = 0;
    for (size_t w = 1; w < workers; w++)
      if (busy[w] < busy[first])
        first = w;
    busy[first] += all->of[i]->table->size;
    if (busy[first] > last)
      last = busy[first];
  }
  return last;
}

/* How many of the largest are shared by all threads, one after the other. This costs a fifth more,
 * for parts have to be put together: the others are loaded side by side if threads wait less. */
static size_t count_shared(const loadings *all, size_t workers)
{
  size_t left = 0, shared = 0;
  for (size_t i = 0; i < all->count; i++)
    left += all->of[i]->table->size;
  for (; shared < all->count; shared++) {
    if (last_done(all, shared, workers) <= left / workers + left / workers / 5)
      break;
    left -= all->of[shared]->table->size;
  }
  return shared;
}

void zc_columns_load_several(zc_loading *several, size_t count, zc_crew *crew,
                             zc_gb18030 *converter)
{
  loadings all = {calloc(count + 1, sizeof *all.of), count, converter};
  size_t shared = count;
  for (size_t i = 0; all.of != NULL && i < count; i++)
    all.of[i] = &several[i];
  if (all.of != NULL) {
    qsort(all.of, count, sizeof *all.of, by_size);
    shared = count_shared(&all, (size_t)zc_crew_size(crew));
  }
  for (size_t i = 0; i < shared; i++)
    load(all.of == NULL ? &several[i] : all.of[i], crew, converter);
  if (all.of != NULL) {
    all.of += shared;
    zc_crew_run(crew, count - shared, task, &all);
    all.of -= shared;
  }
  free(all.of);
}
