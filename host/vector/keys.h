/* keys.h: tuples of values as one number each, and rows by such numbers.
 *
 * The parts of a key (codes, days, units) are packed into 64 bits without loss wherever
 * their ranges allow it; wider keys are numbered in steps. So equal numbers are equal keys,
 * and nothing has to be confirmed. Hashing only says where to look. */
#ifndef ZC_VECTOR_KEYS_H
#define ZC_VECTOR_KEYS_H

#include "base/crew.h"
#include "vector/program.h"

/* Rows in groups. Groups are numbered by their first rows in the order of the file, and each
 * group's rows stand together, in the order of the file. */
typedef struct {
  uint32_t *row;   /* of all members, group by group */
  uint32_t *start; /* by group, and one more: where its rows begin in `row` */
  size_t count;    /* of members */
  size_t total;    /* of groups */
  size_t lone;     /* rows that were left out, because each has a group of its own */
} zc_grouping;

/* Bits of numbers from 0 to `most`. */
static inline int zc_key_bits(uint64_t most)
{
  return most == 0 ? 0 : 64 - __builtin_clzll(most);
}

/* Groups `count` rows (numbers, ascending; NULL: 0, 1, …) by packed keys, one a row. False
 * when out of memory. */
bool zc_grouping_of(const uint32_t *rows, const uint64_t *keys, size_t count,
                    zc_crew *crew, zc_grouping *grouping);

/* The same with keys that it frees when it needs them no more, also when it fails. It may
 * leave rows out that are alone in their groups, if `leave_lone` is set. */
bool zc_grouping_take(const uint32_t *rows, uint64_t *keys, size_t count,
                      bool leave_lone, zc_crew *crew, zc_grouping *grouping);
void zc_grouping_free(zc_grouping *grouping);

#endif
