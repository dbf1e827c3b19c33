#include "vector/glance.h"

/* A cell without quotation marks, if it has them. */
static inline __attribute__((always_inline)) const char *
bare_at(const zc_cells *cells, uint32_t row, uint32_t *size)
{
  const char *text = zc_cell_at(cells, row, size);
  uint32_t mark = *text == '"';
  *size -= 2 * mark;
  return text + mark;
}

/* The same where there are none, nor carriage returns. */
static inline __attribute__((always_inline)) const char *
simple_at(const zc_cells *cells, uint32_t row, uint32_t *size)
{
  const uint32_t *ends = cells->ends + cells->rows[row];
  *size = ends[1] - ends[0] - 1;
  return cells->base + (uint32_t)(ends[0] + 1);
}

/* ---- any machine ------------------------------------------------------------------------ */

static void serials_plainly(const zc_cells *cells, const zc_serials *serials,
                            uint32_t *numbers)
{
  for (uint32_t i = 0; i < cells->count; i++) {
    uint32_t size;
    const char *text = bare_at(cells, i, &size);
    numbers[i] = zc_serial_of(serials, text, size);
  }
}

static uint32_t recent_plainly(const zc_cells *cells, const zc_recent *recent,
                               uint32_t *meanings, uint32_t *left)
{
  uint32_t left_count = 0;
  for (uint32_t i = 0; i < cells->count; i++) {
    uint32_t size;
    const char *text = zc_cell_at(cells, i, &size);
    zc_halves halves = zc_halves_of(text, size);
    const zc_recent *same = &recent[zc_recent_place(halves, size)];
    meanings[i] = same->meaning;
    left[left_count] = i;
    left_count += (same->halves.low != halves.low) |
                  (same->halves.high != halves.high) | (same->size != size);
  }
  return left_count;
}

static const int64_t powers[] = {1,      10,      100,      1000,      10000,
                                 100000, 1000000, 10000000, 100000000, 1000000000};

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* A number of so many decimals in units; false when they are finer. */
static inline __attribute__((always_inline)) bool scale_to(int64_t *number,
                                                           int decimals, int scale)
{
  if (decimals <= scale) {
    *number *= powers[scale - decimals];
    return true;
  }
  int64_t finer = powers[decimals - scale];
  if (*number % finer != 0)
    return false;
  *number /= finer;
  return true;
}

/* Up to eight digits with a point among them, in a column of so many decimals. */
static inline bool read_units(const char *text, uint32_t size, int scale,
                              int64_t *units)
{
  bool minus = *text == '-' && size > 0;
  text += minus;
  size -= minus;
  if (size - 1u >= 8u)
    return false;
  uint64_t v;
  memcpy(&v, text, sizeof v);
  /* The last character has the highest byte. */
  v = zc_half_number(v) << (64 - 8 * size);
  uint64_t points = v ^ EACH('.');
  points = (points - EACH(1)) & ~points & EACH(0x80);
  int fraction = 0;
  if (points != 0) {
    unsigned place = (unsigned)__builtin_ctzll(points) / 8;
    fraction = 7 - (int)place;
    if (fraction == 0 || place == 8 - size)
      return false;
    uint64_t before = (UINT64_C(1) << (8 * place)) - 1;
    v = (v & ~(before << 8 | 0xff)) | (v & before) << 8;
    size--;
  }
  v ^= EACH('0') << (64 - 8 * size);
  if (!zc_are_digits(v))
    return false;
  int64_t number = zc_of_digits(v);
  if (!scale_to(&number, fraction, scale))
    return false;
  *units = minus ? -number : number;
  return true;
}

static uint32_t numbers_plainly(const zc_cells *cells, int scale, int64_t *units,
                                uint32_t *left, zc_range *range)
{
  uint32_t left_count = 0;
  for (uint32_t i = 0; i < cells->count; i++) {
    uint32_t size;
    const char *text = bare_at(cells, i, &size);
    if (!read_units(text, size, scale, &units[i])) {
      left[left_count++] = i;
      continue;
    }
    range->least = units[i] < range->least ? units[i] : range->least;
    range->most = units[i] > range->most ? units[i] : range->most;
  }
  return left_count;
}

static const zc_glance plain = {serials_plainly, recent_plainly, numbers_plainly};

/* ---- vectors ---------------------------------------------------------------------------- */

#if defined(__x86_64__)
#include <immintrin.h>

#define WITH_AVX2 __attribute__((target("avx2,bmi,bmi2")))
#define INLINE inline __attribute__((always_inline))

/* Bytes less '0': 255 where there was a digit. */
WITH_AVX2 static INLINE __m128i are_digits(__m128i bytes)
{
  const __m128i nines = _mm_set1_epi8(9);
  return _mm_cmpeq_epi8(_mm_max_epu8(bytes, nines), nines);
}

/* The numbers that the first eight of them are, and the last eight: in the first 32 bits, and
 * in those behind them. */
WITH_AVX2 static INLINE __m128i of_digits(__m128i bytes)
{
  __m128i pairs = _mm_maddubs_epi16(bytes, _mm_set1_epi16(10 | 1 << 8));
  __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(100 | 1 << 16));
  return _mm_madd_epi16(_mm_packus_epi32(fours, fours),
                        _mm_set1_epi32(10000 | 1 << 16));
}

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
                                          bool simple)
{
  const __m128i own = _mm_loadu_si128((const __m128i *)&serials->own);
  const __m128i beginning = _mm_loadu_si128((const __m128i *)&serials->beginning);
  const __m128i order = order_of(serials);
  const __m128i zeros = _mm_set1_epi8('0');
  const uint32_t own_size = serials->size, base = serials->base;
  for (uint32_t i = 0; i < cells->count; i++) {
    uint32_t size;
    const char *text = simple ? simple_at(cells, i, &size) : bare_at(cells, i, &size);
    __m128i bytes = _mm_loadu_si128((const __m128i *)text);
    __m128i digits = _mm_shuffle_epi8(_mm_sub_epi8(bytes, zeros), order);
    __m128i good = _mm_and_si128(_mm_cmpeq_epi8(_mm_and_si128(bytes, own), beginning),
                                 are_digits(digits));
    __m128i number = of_digits(digits);
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
                                             bool simple)
{
  uint32_t left_count = 0;
  for (uint32_t i = 0; i < cells->count; i++) {
    uint32_t size;
    const char *text = simple ? simple_at(cells, i, &size)
                              : zc_cell_at(cells, i, &size);
    __m128i bytes = _mm_and_si128(_mm_loadu_si128((const __m128i *)text),
                                  _mm_loadu_si128(
                                      (const __m128i *)zc_kept_bytes(size)));
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

WITH_AVX2 static INLINE uint32_t read_figures(const zc_cells *cells, int scale,
                                              int64_t *units, uint32_t *left,
                                              zc_range *range, bool simple)
{
  const __m128i zeros = _mm_set1_epi8('0');
  const __m128i last = _mm_setr_epi8(-16, -15, -14, -13, -12, -11, -10, -9, -8, -7, -6,
                                     -5, -4, -3, -2, -1);
  const __m128i dash = _mm_set1_epi8('-'), dot = _mm_set1_epi8('.');
  const __m128i front = _mm_cvtsi32_si128(0xff);
  int64_t least = range->least, most = range->most;
  uint32_t left_count = 0;
  for (uint32_t i = 0; i < cells->count; i++) {
    uint32_t size;
    const char *text = simple ? simple_at(cells, i, &size) : bare_at(cells, i, &size);
    __m128i bytes = _mm_loadu_si128((const __m128i *)text);
    __m128i sign = _mm_and_si128(_mm_cmpeq_epi8(bytes, dash), front);
    uint32_t minus = (uint32_t)_mm_movemask_epi8(sign);
    uint32_t points = _bzhi_u32((uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, dot)),
                                size);
    uint32_t point = points != 0,
             place = _tzcnt_u32(points | UINT32_C(1) << (size & 31));
    uint32_t digit_count = size - point; /* a minus is one of them, and is 0 */
    int fraction = (int)(digit_count - place);
    /* Of sixteen bytes the last ones are the digits: those behind the point stand one byte
     * further away. */
    __m128i order = _mm_add_epi8(last, _mm_set1_epi8((char)digit_count));
    order = _mm_sub_epi8(order,
                         _mm_cmpgt_epi8(order, _mm_set1_epi8((char)(place - 1))));
    __m128i digits = _mm_andnot_si128(sign, _mm_sub_epi8(bytes, zeros));
    digits = _mm_shuffle_epi8(digits, order);
    bool shaped = digit_count - 1 < 8 && digit_count > minus &&
                  (point == 0 || (place > minus && fraction > 0));
    if (!shaped || _mm_movemask_epi8(are_digits(digits)) != 0xffff) {
      left[left_count++] = i;
      continue;
    }
    int64_t number = (int64_t)((uint64_t)_mm_cvtsi128_si64(of_digits(digits)) >> 32);
    if (!scale_to(&number, fraction, scale)) {
      left[left_count++] = i;
      continue;
    }
    number = minus ? -number : number;
    units[i] = number;
    least = number < least ? number : least;
    most = number > most ? number : most;
  }
  *range = (zc_range){least, most};
  return left_count;
}

WITH_AVX2 static uint32_t numbers_avx2(const zc_cells *cells, int scale, int64_t *units,
                                       uint32_t *left, zc_range *range)
{
  return cells->last || cells->quoted
             ? read_figures(cells, scale, units, left, range, false)
             : read_figures(cells, scale, units, left, range, true);
}

static const zc_glance avx2 = {serials_avx2, recent_avx2, numbers_avx2};
#endif

const zc_glance *zc_glance_way(size_t number)
{
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
      __builtin_cpu_supports("bmi2")) {
    if (number == 0)
      return &avx2;
    number--;
  }
#endif
  return number == 0 ? &plain : NULL;
}
