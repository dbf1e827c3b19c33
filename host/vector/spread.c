#include "vector/spread.h"

#define INLINE inline __attribute__((always_inline))

static INLINE uint32_t *write_all(uint64_t bits, uint32_t base, uint32_t *out)
{
  int count = __builtin_popcountll(bits);
  for (int i = 0; i < count; i += 4)
    for (int j = 0; j < 4; j++) {
      out[i + j] = base + (uint32_t)__builtin_ctzll(bits | UINT64_C(1) << 63);
      bits &= bits - 1;
    }
  return out + count;
}

/* The same where there is one or none, as a rule. */
static INLINE uint32_t *write_few(uint64_t bits, uint32_t base, uint32_t *out)
{
  *out = base + (uint32_t)__builtin_ctzll(bits | UINT64_C(1) << 63);
  if (__builtin_expect((bits & (bits - 1)) != 0, 0))
    return write_all(bits, base, out);
  return out + (bits != 0);
}

static INLINE void spread(const zc_block *blocks, size_t count, uint32_t offset,
                          zc_places *places)
{
  zc_places at = *places;
  for (size_t i = 0; i < count; i++, offset += ZC_BLOCK) {
    at.commas = write_all(blocks[i].comma, offset, at.commas);
    at.lines = write_few(blocks[i].line, offset, at.lines);
  }
  *places = at;
}

static void spread_plainly(const zc_block *blocks, size_t count, uint32_t offset,
                           zc_places *places)
{
  spread(blocks, count, offset, places);
}

#if defined(__x86_64__)
#include <immintrin.h>

/* Counting and finding bits by one instruction each. */
__attribute__((target("popcnt,bmi"))) static void
spread_by_bits(const zc_block *blocks, size_t count, uint32_t offset, zc_places *places)
{
  spread(blocks, count, offset, places);
}

#define WITH_AVX512 __attribute__((target("avx512bw,avx512vbmi2,popcnt,bmi")))

/* Sixteen places of a block at once. */
WITH_AVX512 static void spread_avx512(const zc_block *blocks, size_t count,
                                      uint32_t offset, zc_places *places)
{
  unsigned char order[ZC_BLOCK];
  for (unsigned char i = 0; i < ZC_BLOCK; i++)
    order[i] = i;
  const __m512i all = _mm512_loadu_si512(order);
  zc_places at = *places;
  for (size_t i = 0; i < count; i++, offset += ZC_BLOCK) {
    uint64_t commas = blocks[i].comma;
    if (__builtin_popcountll(commas) > 16) {
      at.commas = write_all(commas, offset, at.commas);
    } else {
      __m128i own = _mm512_castsi512_si128(_mm512_maskz_compress_epi8(commas, all));
      _mm512_storeu_si512(at.commas, _mm512_add_epi32(_mm512_cvtepu8_epi32(own),
                                                      _mm512_set1_epi32((int)offset)));
      at.commas += __builtin_popcountll(commas);
    }
    at.lines = write_few(blocks[i].line, offset, at.lines);
  }
  *places = at;
}
#endif

zc_spreader zc_spread_way(size_t number)
{
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi2")) {
    if (number == 0)
      return spread_avx512;
    number--;
  }
  if (__builtin_cpu_supports("popcnt") && __builtin_cpu_supports("bmi")) {
    if (number == 0)
      return spread_by_bits;
    number--;
  }
#endif
  return number == 0 ? spread_plainly : NULL;
}
