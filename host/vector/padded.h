/* padded.h: texts whose beginning is two numbers.
 *
 * Behind a cell more bytes of its file can be read: so a text of up to 16 bytes is loaded at
 * once, compared by two numbers, and hashed without a loop. */
#ifndef ZC_VECTOR_PADDED_H
#define ZC_VECTOR_PADDED_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Bytes of a short text, at most; so many can be read behind any cell. */
#define ZC_SHORT 16

/* As they stand in memory. */
typedef struct {
  uint64_t low, high;
} zc_halves;

/* The number that has the first byte lowest. */
static inline uint64_t zc_half_number(uint64_t half)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  half = __builtin_bswap64(half);
#endif
  return half;
}

typedef struct {
  const char *text; /* of a word that is longer than ZC_SHORT */
  uint32_t size, hash;
  zc_halves halves; /* of its first ZC_SHORT bytes */
} zc_word;

/* A mask of ZC_SHORT bytes that keeps the first `size` of them, at most all. */
static inline const unsigned char *zc_kept_bytes(uint32_t size)
{
  static const unsigned char kept[2 * ZC_SHORT] = {255, 255, 255, 255, 255, 255,
                                                   255, 255, 255, 255, 255, 255,
                                                   255, 255, 255, 255};
  return kept + ZC_SHORT - (size < ZC_SHORT ? size : ZC_SHORT);
}

/* The first bytes of a text, as many as it has up to ZC_SHORT, and zeros behind them. */
static inline zc_halves zc_halves_of(const char *text, uint32_t size)
{
  const unsigned char *kept = zc_kept_bytes(size);
  zc_halves halves, mask;
  memcpy(&halves, text, sizeof halves);
  memcpy(&mask, kept, sizeof mask);
  halves.low &= mask.low;
  halves.high &= mask.high;
  return halves;
}

/* Eight bytes, each less '0': whether all were digits. */
static inline bool zc_are_digits(uint64_t eight)
{
  return (((eight + UINT64_C(0x7676767676767676)) | eight) &
          UINT64_C(0x8080808080808080)) == 0;
}

/* The number that they are; the first one is the lowest byte. */
static inline uint32_t zc_of_digits(uint64_t eight)
{
  eight = eight * 2561 >> 8 & UINT64_C(0x00ff00ff00ff00ff);
  eight = eight * 6553601 >> 16 & UINT64_C(0x0000ffff0000ffff);
  return (uint32_t)(eight * UINT64_C(42949672960001) >> 32);
}

static inline uint64_t zc_halves_mix(uint64_t a, uint64_t b)
{
  unsigned __int128 product = (unsigned __int128)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint32_t zc_halves_hash(zc_halves halves, uint32_t size)
{
  uint64_t hash = zc_halves_mix(halves.low ^ UINT64_C(0xa0761d6478bd642f),
                                halves.high ^ UINT64_C(0xe7037ed1a0b428db) ^ size);
  return (uint32_t)(hash ^ hash >> 32);
}

/* As memcmp of both texts, with zeros behind them. */
static inline int zc_halves_compare(zc_halves a, zc_halves b)
{
  uint64_t x = __builtin_bswap64(zc_half_number(a.low)),
           y = __builtin_bswap64(zc_half_number(b.low));
  if (x == y) {
    x = __builtin_bswap64(zc_half_number(a.high));
    y = __builtin_bswap64(zc_half_number(b.high));
  }
  return (x > y) - (x < y);
}

/* Whether a byte of a number is the byte `c`. */
static inline bool zc_has_byte(uint64_t eight, unsigned char c)
{
  uint64_t x = eight ^ UINT64_C(0x0101010101010101) * c;
  return ((x - UINT64_C(0x0101010101010101)) & ~x & UINT64_C(0x8080808080808080)) != 0;
}

#endif
