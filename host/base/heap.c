#include "base/heap.h"

#include <limits.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define LARGE ((size_t)1 << 20) /* larger allocations are mappings of their own */
#define PAGE ((size_t)2 << 20)  /* of the large kind */
#define SMALL_PAGE ((size_t)4 << 10)
#define REST ((size_t)192 << 10) /* more than a young heap has left */
#define HEAD ((size_t)256 << 10) /* where the allocator notes things as it grows */

void zc_heap_warm(size_t pages)
{
#ifdef ZC_SANITIZED
  (void)pages; /* its allocator is another one */
#else
  /* A large page must be whole and untouched, so the heap goes on a little below one. */
  uintptr_t end = (uintptr_t)sbrk(0);
  uintptr_t first = (end + HEAD + PAGE - 1) / PAGE * PAGE;
  if (sbrk((intptr_t)(first - HEAD - end)) == (void *)-1)
    return;
  mallopt(M_MMAP_THRESHOLD, (int)LARGE);
  mallopt(M_TRIM_THRESHOLD, (int)(64 * LARGE));
  mallopt(M_TOP_PAD, (int)(pages * PAGE + HEAD));
  void *volatile grown = malloc(REST);
  if ((uintptr_t)sbrk(0) >= first + pages * PAGE)
    madvise((void *)first, pages * PAGE, MADV_HUGEPAGE);
  free(grown);
  mallopt(M_TOP_PAD, (int)LARGE);
#endif
}

void *zc_heap_zeros(size_t count, size_t size)
{
  volatile char *zeros = calloc(count, size);
  for (size_t at = 0; zeros != NULL && at < count * size; at += SMALL_PAGE)
    zeros[at] = 0;
  return (void *)(uintptr_t)zeros;
}

void zc_heap_keep(void)
{
#ifndef ZC_SANITIZED
  malloc_trim(0); /* else what has been free for a while is taken first */
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TOP_PAD, (int)(16 * LARGE));
  mallopt(M_TRIM_THRESHOLD, INT_MAX);
#endif
}
