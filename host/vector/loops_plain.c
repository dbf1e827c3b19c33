/* The loops for any processor. */
#define ZC_LOOPS zc_loops_plain
#include "vector/loops_each.h"
