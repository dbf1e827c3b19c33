#include "vector/glance.h"

/* ---- any machine ------------------------------------------------------------------------ */

static void serials_plainly(const zc_cells *cells, const zc_serials *serials,
                            uint32_t *numbers)
{
  for (uint32_t i = 0; i < cells->count; i++) {
    uint32_t size;
    const char *text = zc_cell_at(cells, i, &size);
    uint32_t mark = *text == '"';
    numbers[i] = zc_serial_of(serials, text + mark, size - 2 * mark);
  }
}

static uint32_t recent_plainly(const zc_cells *cells, const zc_recent *recent,
                               uint32_t *meanings, uint32_t *left)
{
  uint32_t left_count = 0;
  for (uint32_t i = 0; i < cells->count; i++) {
    uint32_t size;
    const char *text = zc_cell_at(cells, i, &size);
    zc_halves halves = zc_halves_of(text, size < ZC_SHORT ? size : ZC_SHORT);
    const zc_recent *same = &recent[zc_recent_place(halves, size)];
    meanings[i] = same->meaning;
    left[left_count] = i;
    left_count += (same->halves.low != halves.low) |
                  (same->halves.high != halves.high) | (same->size != size);
  }
  return left_count;
}

static const zc_glance plain = {serials_plainly, recent_plainly};

/* ---- vectors ---------------------------------------------------------------------------- */

#if defined(__x86_64__)
#include <immintrin.h>

#define WITH_AVX2 __attribute__((target("avx2,bmi,bmi2")))
#define INLINE inline __attribute__((always_inline))

/* The digits of a serial at the beginning of a vector, and zeros behind them. */
WITH_AVX2 static INLINE __m128i order_of(const zc_serials *serials)
{
  char order[16];
  memset(order, -1, sizeof order);
  for (uint32_t i = 0; i < 8; i++)
    if ((serials->digits >> 8 * i & 0xff) != 0)
      order[i] = (char)(serials->size + i - 8);
  return _mm_loadu_si128((const __m128i *)order);
}

WITH_AVX2 static INLINE void read_serials(const zc_cells *cells,
                                          const zc_serials *serials, uint32_t *numbers,
                                          bool bare)
{
  const __m128i own = _mm_loadu_si128((const __m128i *)&serials->own);
  const __m128i beginning = _mm_loadu_si128((const __m128i *)&serials->beginning);
  const __m128i order = order_of(serials);
  const __m128i zeros = _mm_set1_epi8('0'), nines = _mm_set1_epi8(9);
  const __m128i tens = _mm_set1_epi16(10 | 1 << 8),
                hundreds = _mm_set1_epi32(100 | 1 << 16);
  const __m128i myriads = _mm_set1_epi32(10000 | 1 << 16);
  const uint32_t own_size = serials->size, base = serials->base;
  for (uint32_t i = 0; i < cells->count; i++) {
    const char *text;
    uint32_t size;
    if (bare) {
      const uint32_t *ends = cells->ends + cells->rows[i];
      text = cells->base + (uint32_t)(ends[0] + 1);
      size = ends[1] - ends[0] - 1;
    } else {
      text = zc_cell_at(cells, i, &size);
      uint32_t mark = *text == '"';
      text += mark;
      size -= 2 * mark;
    }
    __m128i bytes = _mm_loadu_si128((const __m128i *)text);
    __m128i digits = _mm_shuffle_epi8(_mm_sub_epi8(bytes, zeros), order);
    __m128i good = _mm_and_si128(_mm_cmpeq_epi8(_mm_and_si128(bytes, own), beginning),
                                 _mm_cmpeq_epi8(_mm_max_epu8(digits, nines), nines));
    __m128i number = _mm_madd_epi16(_mm_maddubs_epi16(digits, tens), hundreds);
    number = _mm_madd_epi16(_mm_packus_epi32(number, number), myriads);
    bool is_serial = (_mm_movemask_epi8(good) == 0xffff) & (size == own_size);
    numbers[i] = is_serial ? (uint32_t)_mm_cvtsi128_si32(number) - base : UINT32_MAX;
  }
}

WITH_AVX2 static void serials_avx2(const zc_cells *cells, const zc_serials *serials,
                                   uint32_t *numbers)
{
  if (cells->last || cells->quoted)
    read_serials(cells, serials, numbers, false);
  else
    read_serials(cells, serials, numbers, true);
}

WITH_AVX2 static INLINE uint32_t find_recent(const zc_cells *cells,
                                             const zc_recent *recent,
                                             uint32_t *meanings, uint32_t *left,
                                             bool bare)
{
  static const unsigned char kept[2 * ZC_SHORT] = {255, 255, 255, 255, 255, 255,
                                                   255, 255, 255, 255, 255, 255,
                                                   255, 255, 255, 255};
  uint32_t left_count = 0;
  for (uint32_t i = 0; i < cells->count; i++) {
    const char *text;
    uint32_t size;
    if (bare) {
      const uint32_t *ends = cells->ends + cells->rows[i];
      text = cells->base + (uint32_t)(ends[0] + 1);
      size = ends[1] - ends[0] - 1;
    } else {
      text = zc_cell_at(cells, i, &size);
    }
    const unsigned char *mask = kept + ZC_SHORT - (size < ZC_SHORT ? size : ZC_SHORT);
    __m128i bytes = _mm_and_si128(_mm_loadu_si128((const __m128i *)text),
                                  _mm_loadu_si128((const __m128i *)mask));
    zc_halves halves = {(uint64_t)_mm_cvtsi128_si64(bytes),
                        (uint64_t)_mm_extract_epi64(bytes, 1)};
    const zc_recent *same = &recent[zc_recent_place(halves, size)];
    __m128i equal = _mm_cmpeq_epi8(bytes,
                                   _mm_loadu_si128((const __m128i *)&same->halves));
    meanings[i] = same->meaning;
    left[left_count] = i;
    left_count += (_mm_movemask_epi8(equal) != 0xffff) | (same->size != size);
  }
  return left_count;
}

WITH_AVX2 static uint32_t recent_avx2(const zc_cells *cells, const zc_recent *recent,
                                      uint32_t *meanings, uint32_t *left)
{
  return cells->last ? find_recent(cells, recent, meanings, left, false)
                     : find_recent(cells, recent, meanings, left, true);
}

static const zc_glance avx2 = {serials_avx2, recent_avx2};
#endif

const zc_glance *zc_glance_way(size_t number)
{
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2")) {
    if (number == 0)
      return &avx2;
    number--;
  }
#endif
  return number == 0 ? &plain : NULL;
}
