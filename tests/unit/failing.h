/* failing.h: allocations that fail when a test wants it. The linker hands those of all our code to the
 * functions below (tests/CMakeLists.txt), so a program of tests has them once. */
#ifndef TEST_FAILING_H
#define TEST_FAILING_H

#include <stdbool.h>
#include <stdlib.h>

static long left = -1; /* allocations until one fails; -1: none does */
static bool ever_after, failed;

static bool runs_out(void)
{
  if (left < 0)
    return false;
  if (left > 0) {
    left--;
    return false;
  }
  left = ever_after ? 0 : -1;
  failed = true;
  return true;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);

void *__wrap_malloc(size_t size)
{
  return runs_out() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
  return runs_out() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
  return runs_out() ? NULL : __real_realloc(old, size);
}

#endif
