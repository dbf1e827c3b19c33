/* The loops for a processor with vectors of 256 bits, if there is one. */
#include "vector/loops.h"

extern const zc_loops zc_loops_plain;

#ifdef ZC_WIDE
extern const zc_loops zc_loops_wide;
#define ZC_LOOPS zc_loops_wide
#include "vector/loops_each.h"
#endif

const zc_loops *zc_loops_here(void)
{
#ifdef ZC_WIDE
  if (__builtin_cpu_supports("avx2"))
    return &zc_loops_wide;
#endif
  return &zc_loops_plain;
}
