/* partners.h: the rows of a joined table by packed keys, for joining.c. */
#ifndef ZC_VECTOR_PARTNERS_H
#define ZC_VECTOR_PARTNERS_H

#include "vector/joining.h"

/* A key column: a value is there if it lies in the column's range, and is packed as what it
 * is above the least one. */
typedef struct {
  const zc_column_vector *vector;
  int64_t least, most;
  int bits;
} zc_partner_part;

typedef struct {
  zc_partners shared;
  zc_kept kept; /* with the columns of the joined table */
  int users;    /* those columns are one of them */
  int count;
  int to[ZC_KEYS]; /* columns */
  zc_partner_part parts[ZC_KEYS];
  bool direct;     /* slots by key; otherwise by hash */
  uint32_t *slots; /* the first row with the key, plus one; 0: none */
  size_t room;     /* of slots, a power of two if they are by hash */
  uint64_t *keys;  /* by row, if slots are by hash */
} zc_packed_partners;

/* The partners as such, or NULL where they are the plain executor's. */
const zc_packed_partners *zc_partners_packed(const zc_partners *partners);

/* Units of 10^-scale, divided by `divisor`, as units of the column: false when no cell of it
 * can be that. */
bool zc_partner_units(const zc_partner_part *part, int64_t units, int64_t divisor,
                      int scale, int64_t *same);

/* Whether a cell of the column can have this value (a code, a day, units); *packed is its
 * part of the key. */
static inline bool zc_partner_part_of(const zc_partner_part *part, int64_t value,
                                      uint64_t *packed)
{
  *packed = (uint64_t)value - (uint64_t)part->least;
  return value >= part->least && value <= part->most;
}

/* The key with one part more. */
static inline uint64_t zc_partner_pack(uint64_t key, int bits, uint64_t packed)
{
  return bits == 64 ? packed : key << bits | packed;
}

static inline size_t zc_partner_slot(const zc_packed_partners *p, uint64_t key)
{
  key = (key ^ key >> 32) * UINT64_C(0x9e3779b97f4a7c15);
  return (key ^ key >> 32) & (p->room - 1);
}

/* The first row with a packed key, plus one; 0: none. */
static inline uint32_t zc_partner_first(const zc_packed_partners *p, uint64_t key)
{
  if (p->direct)
    return p->slots[key];
  size_t slot = zc_partner_slot(p, key);
  while (p->slots[slot] != 0 && p->keys[p->slots[slot] - 1] != key)
    slot = (slot + 1) & (p->room - 1);
  return p->slots[slot];
}

#endif
