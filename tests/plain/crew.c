/* Hammers a crew: many runs of few and of many parts, each part done once, by one worker at a
 * time, and what tasks wrote is seen. A program without a framework, for ThreadSanitizer and
 * valgrind as well. Prints TAP; crew [RUNS]. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crew.h"

#define MOST_PARTS 300

typedef struct {
  unsigned done[MOST_PARTS];        /* by part */
  unsigned long sums[ZC_CREW_MOST]; /* by worker, without any lock */
  int busy[ZC_CREW_MOST];           /* tasks of a worker that run now: one at most */
  int size, bad[ZC_CREW_MOST];
} work;

static void task(void *context, size_t part, int worker)
{
  work *w = context;
  if (worker < 0 || worker >= w->size)
    abort();
  w->bad[worker] += ++w->busy[worker] != 1;
  w->done[part]++;
  w->sums[worker] += part;
  void *memory = malloc(part % 7 == 0 ? 200000 : part + 1);
  w->bad[worker] += memory == NULL;
  free(memory);
  w->busy[worker]--;
}

/* Non-zero when a part was left out, done twice, or added wrongly. */
static int run_once(zc_crew *crew, size_t parts)
{
  work w = {.size = zc_crew_size(crew)};
  unsigned long sum = 0;
  int bad = 0;
  zc_crew_run(crew, parts, task, &w);
  for (size_t part = 0; part < MOST_PARTS; part++)
    bad |= w.done[part] != (part < parts);
  for (int worker = 0; worker < w.size; worker++) {
    sum += w.sums[worker];
    bad |= w.bad[worker] != 0;
  }
  return bad | (sum != parts * (parts - (parts > 0)) / 2);
}

/* So many runs by a crew of this size; 0: without a crew. */
static int hammer(int size, long runs)
{
  zc_crew *crew = NULL;
  zc_err err;
  int bad = size > 0 && zc_crew_new(size, &crew, &err) != ZC_OK;
  bad |= zc_crew_size(crew) < 1 || zc_crew_size(crew) > (size > 0 ? size : 1);
  for (long run = 0; run < runs; run++)
    bad |= run_once(crew,
                    (size_t)(run * 13 + run / 7) % (run % 50 == 0 ? MOST_PARTS : 9));
  zc_crew_free(crew);
  return bad;
}

/* Crews that are begun and ended, with work and without. */
static int begin_and_end(long runs)
{
  int bad = 0;
  for (long run = 0; run < runs; run++)
    bad |= hammer((int)(run % 9), run % 3);
  return bad;
}

int main(int count, char **words)
{
  static const int sizes[] = {0, 1, 2, 3, 8, ZC_CREW_MOST};
  long runs = count > 1 ? strtol(words[1], NULL, 10) : 2000;
  size_t tests = sizeof sizes / sizeof *sizes;
  int failed = 0;
  printf("1..%zu\n", tests + 1);
  for (size_t i = 0; i < tests; i++) {
    int bad = hammer(sizes[i], runs);
    printf("%sok %zu - a crew of %d does each part once\n", bad ? "not " : "", i + 1,
           sizes[i]);
    failed |= bad;
  }
  int bad = begin_and_end(runs / 20);
  printf("%sok %zu - crews begin and end\n", bad ? "not " : "", tests + 1);
  return failed | bad;
}
