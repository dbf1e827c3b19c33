#include "vector/classify.h"

#include <string.h>

#include "base/utf8.h"

/* ---- any machine ------------------------------------------------------------------------ */

/* Goes on from `at` to the end of a block; whether there is something to look at. */
static bool look_at(const char *text, size_t size, size_t end, size_t *at)
{
  bool look = false;
  uint32_t c;
  while (*at < end) {
    if ((unsigned char)text[*at] >= 0x20 && (unsigned char)text[*at] < 0x7f) {
      ++*at;
      continue;
    }
    size_t length = zc_utf8_decode(text + *at, size - *at, &c);
    look |= length == 0 || zc_text_forbidden(c);
    *at += length == 0 ? 1 : length;
  }
  return look;
}

static void classify_plainly(const char *text, size_t size, zc_block *blocks,
                             size_t count)
{
  size_t looked = 0;
  for (size_t i = 0; i < count; i++) {
    zc_block block = {0};
    size_t first = i * ZC_BLOCK, end = first + ZC_BLOCK;
    for (size_t j = 0; j < ZC_BLOCK; j++) {
      char c = first + j < size ? text[first + j] : '\n';
      block.comma |= (uint64_t)(c == ',') << j;
      block.line |= (uint64_t)(c == '\n') << j;
      block.quote |= (uint64_t)(c == '"') << j;
    }
    block.look = look_at(text, size, end < size ? end : size, &looked);
    blocks[i] = block;
  }
}

/* ---- vectors ---------------------------------------------------------------------------- */

/* What two bytes that follow each other may not be: a bit is set where the high half of the
 * first one, its low half, and both halves of the second one have it. Characters of four
 * bytes are looked at in any case. */
enum {
  SHORT = 1,    /* a lead, and no continuation behind it */
  LONG = 2,     /* a continuation behind ASCII */
  OVERLONG = 4, /* C0 and C1 */
  CONTROL = 8,  /* C2 80 to 9F; D8 9C is among the others that this takes in */
  E0 = 16,      /* E0 80 to 9F: overlong */
  SURROGATE = 32,
  NO_TEXT = 64, /* EF B7, EF BB, EF BF: byte order marks and what is no character */
  THIRD = 128   /* two continuations: right only as the end of three bytes */
};
#define EVERY (SHORT | LONG | THIRD)
#define TRAILS (LONG | OVERLONG | CONTROL | E0 | THIRD)
#define ANY (255 & ~NO_TEXT)

static const unsigned char first_high[16] = {LONG,
                                             LONG,
                                             LONG,
                                             LONG,
                                             LONG,
                                             LONG,
                                             LONG,
                                             LONG,
                                             THIRD,
                                             THIRD,
                                             THIRD,
                                             THIRD,
                                             SHORT | OVERLONG | CONTROL,
                                             SHORT | CONTROL,
                                             SHORT | E0 | SURROGATE | NO_TEXT,
                                             SHORT};
static const unsigned char first_low[16] = {EVERY | OVERLONG | E0,
                                            EVERY | OVERLONG,
                                            EVERY | CONTROL,
                                            EVERY,
                                            EVERY,
                                            EVERY,
                                            EVERY,
                                            EVERY,
                                            EVERY | CONTROL,
                                            EVERY,
                                            EVERY,
                                            EVERY,
                                            EVERY,
                                            EVERY | SURROGATE,
                                            EVERY,
                                            EVERY | NO_TEXT};
static const unsigned char second_high[16] = {SHORT,
                                              SHORT,
                                              SHORT,
                                              SHORT,
                                              SHORT,
                                              SHORT,
                                              SHORT,
                                              SHORT,
                                              TRAILS,
                                              TRAILS,
                                              LONG | OVERLONG | SURROGATE | THIRD,
                                              LONG | OVERLONG | SURROGATE | THIRD |
                                                  NO_TEXT,
                                              SHORT,
                                              SHORT,
                                              SHORT,
                                              SHORT};
static const unsigned char second_low[16] = {ANY, ANY, ANY, ANY, ANY, ANY, ANY, 255,
                                             ANY, ANY, ANY, 255, ANY, ANY, ANY, 255};

#if defined(__x86_64__)
#include <immintrin.h>

/* Bytes that are asked for beforehand: the processor stops at pages. */
#define AHEAD 2048
#define WITH_AVX2 __attribute__((target("avx2")))

WITH_AVX2 static inline uint64_t equal(__m256i low, __m256i high, char c)
{
  __m256i all = _mm256_set1_epi8(c);
  uint32_t a = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, all));
  uint32_t b = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, all));
  return a | (uint64_t)b << 32;
}

WITH_AVX2 static inline __m256i table(const unsigned char *entries)
{
  return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)entries));
}

/* Controls other than tab and line end: bytes that are not 0 in what it gives. */
WITH_AVX2 static inline __m256i controls(__m256i bytes)
{
  const __m256i spaces = _mm256_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, 9, 10, -1,
                                          -1, 13, -1, -1, -1, -1, -1, -1, -1, -1, -1,
                                          -1, -1, 9, 10, -1, -1, 13, -1, -1);
  __m256i low = _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(0x1f)),
                                  bytes);
  __m256i space = _mm256_cmpeq_epi8(_mm256_shuffle_epi8(spaces, bytes), bytes);
  __m256i delete = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(0x7f));
  return _mm256_or_si256(_mm256_andnot_si256(space, low), delete);
}

WITH_AVX2 static inline __m256i between(__m256i bytes, unsigned char least,
                                        unsigned char most)
{
  __m256i above = _mm256_sub_epi8(bytes, _mm256_set1_epi8((char)least));
  __m256i room = _mm256_set1_epi8((char)(most - least));
  return _mm256_cmpeq_epi8(_mm256_min_epu8(above, room), above);
}

/* E2 80 8E, 8F, AA to AE, and E2 81 A6 to A9: marks of direction. */
WITH_AVX2 static __m256i directions(__m256i two_before, __m256i before, __m256i bytes)
{
  __m256i general = _mm256_or_si256(between(bytes, 0x8e, 0x8f),
                                    between(bytes, 0xaa, 0xae));
  __m256i second = _mm256_or_si256(
      _mm256_and_si256(general, _mm256_cmpeq_epi8(before, _mm256_set1_epi8(-0x80))),
      _mm256_and_si256(between(bytes, 0xa6, 0xa9),
                       _mm256_cmpeq_epi8(before, _mm256_set1_epi8(-0x7f))));
  return _mm256_and_si256(second,
                          _mm256_cmpeq_epi8(two_before, _mm256_set1_epi8(-0x1e)));
}

/* What is no UTF-8 or has to be looked at among bytes, those before them being known. */
WITH_AVX2 static inline __m256i wrong(__m256i earlier, __m256i bytes)
{
  const __m256i half = _mm256_set1_epi8(0x0f);
  __m256i middle = _mm256_permute2x128_si256(earlier, bytes, 0x21);
  __m256i before = _mm256_alignr_epi8(bytes, middle, 15);
  __m256i two_before = _mm256_alignr_epi8(bytes, middle, 14);
  __m256i bits = _mm256_and_si256(
      _mm256_and_si256(
          _mm256_shuffle_epi8(table(first_high),
                              _mm256_and_si256(_mm256_srli_epi16(before, 4), half)),
          _mm256_shuffle_epi8(table(first_low), _mm256_and_si256(before, half))),
      _mm256_and_si256(_mm256_shuffle_epi8(table(second_high),
                                           _mm256_and_si256(_mm256_srli_epi16(bytes, 4),
                                                            half)),
                       _mm256_shuffle_epi8(table(second_low),
                                           _mm256_and_si256(bytes, half))));
  /* Bit 7 is set exactly where a character of three bytes began two bytes before. */
  __m256i third = _mm256_and_si256(_mm256_subs_epu8(two_before,
                                                    _mm256_set1_epi8(0xe0 - 0x80)),
                                   _mm256_set1_epi8(-0x80));
  __m256i four = _mm256_subs_epu8(bytes, _mm256_set1_epi8(-0x11));
  __m256i found = _mm256_or_si256(_mm256_xor_si256(bits, third), four);
  __m256i e2 = _mm256_cmpeq_epi8(two_before, _mm256_set1_epi8(-0x1e));
  if (!_mm256_testz_si256(e2, e2))
    found = _mm256_or_si256(found, directions(two_before, before, bytes));
  return found;
}

WITH_AVX2 static void classify_avx2(const char *text, size_t size, zc_block *blocks,
                                    size_t count)
{
  __m256i earlier = _mm256_set1_epi8('\n');
  bool open = false; /* the last bytes of the block before are not ASCII */
  for (size_t i = 0; i < count; i++) {
    const char *at = text + i * ZC_BLOCK;
    char rest[ZC_BLOCK];
    if ((i + 1) * ZC_BLOCK > size) {
      size_t left = size > i * ZC_BLOCK ? size - i * ZC_BLOCK : 0;
      memset(rest, '\n', sizeof rest);
      memcpy(rest, at, left);
      at = rest;
    }
    __m256i low = _mm256_loadu_si256((const __m256i *)at);
    __m256i high = _mm256_loadu_si256((const __m256i *)(at + 32));
    _mm_prefetch(at + AHEAD, _MM_HINT_T0);
    __m256i found = _mm256_or_si256(controls(low), controls(high));
    uint32_t wide = (uint32_t)_mm256_movemask_epi8(high);
    if (open || (wide | (uint32_t)_mm256_movemask_epi8(low)) != 0)
      found = _mm256_or_si256(found,
                              _mm256_or_si256(wrong(earlier, low), wrong(low, high)));
    open = wide >> 29 != 0;
    earlier = high;
    blocks[i] = (zc_block){.comma = equal(low, high, ','),
                           .line = equal(low, high, '\n'),
                           .quote = equal(low, high, '"'),
                           .look = !_mm256_testz_si256(found, found)};
  }
}

#elif defined(__aarch64__)
#include <arm_neon.h>

/* One bit for each of 64 bytes that are 0 or 255. */
static inline uint64_t mask_of(const uint8x16_t part[4])
{
  const uint8x16_t bit = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  uint8x16_t low = vpaddq_u8(vandq_u8(part[0], bit), vandq_u8(part[1], bit));
  uint8x16_t high = vpaddq_u8(vandq_u8(part[2], bit), vandq_u8(part[3], bit));
  uint8x16_t all = vpaddq_u8(low, high);
  return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(all, all)), 0);
}

static inline uint64_t equal(const uint8x16_t bytes[4], uint8_t c)
{
  uint8x16_t part[4];
  for (int i = 0; i < 4; i++)
    part[i] = vceqq_u8(bytes[i], vdupq_n_u8(c));
  return mask_of(part);
}

/* Controls other than tab and line end: bytes that are not 0 in what it gives. */
static inline uint8x16_t controls(uint8x16_t bytes)
{
  uint8x16_t space = vorrq_u8(vorrq_u8(vceqq_u8(bytes, vdupq_n_u8('\t')),
                                       vceqq_u8(bytes, vdupq_n_u8('\n'))),
                              vceqq_u8(bytes, vdupq_n_u8('\r')));
  return vorrq_u8(vbicq_u8(vcltq_u8(bytes, vdupq_n_u8(0x20)), space),
                  vceqq_u8(bytes, vdupq_n_u8(0x7f)));
}

static inline uint8x16_t between(uint8x16_t bytes, uint8_t least, uint8_t most)
{
  return vandq_u8(vcgeq_u8(bytes, vdupq_n_u8(least)),
                  vcleq_u8(bytes, vdupq_n_u8(most)));
}

/* What is no UTF-8 or has to be looked at among bytes, those before them being known. */
static inline uint8x16_t wrong(uint8x16_t earlier, uint8x16_t bytes)
{
  uint8x16_t before = vextq_u8(earlier, bytes, 15);
  uint8x16_t two_before = vextq_u8(earlier, bytes, 14);
  uint8x16_t half = vdupq_n_u8(0x0f);
  uint8x16_t bits =
      vandq_u8(vandq_u8(vqtbl1q_u8(vld1q_u8(first_high), vshrq_n_u8(before, 4)),
                        vqtbl1q_u8(vld1q_u8(first_low), vandq_u8(before, half))),
               vandq_u8(vqtbl1q_u8(vld1q_u8(second_high), vshrq_n_u8(bytes, 4)),
                        vqtbl1q_u8(vld1q_u8(second_low), vandq_u8(bytes, half))));
  /* Bit 7 is set exactly where a character of three bytes began two bytes before. */
  uint8x16_t third = vandq_u8(vcgeq_u8(two_before, vdupq_n_u8(0xe0)), vdupq_n_u8(0x80));
  uint8x16_t found = vorrq_u8(veorq_u8(bits, third), vcgeq_u8(bytes, vdupq_n_u8(0xf0)));
  /* E2 80 8E, 8F, AA to AE, and E2 81 A6 to A9: marks of direction. */
  uint8x16_t general = vandq_u8(vorrq_u8(between(bytes, 0x8e, 0x8f),
                                         between(bytes, 0xaa, 0xae)),
                                vceqq_u8(before, vdupq_n_u8(0x80)));
  uint8x16_t isolates = vandq_u8(between(bytes, 0xa6, 0xa9),
                                 vceqq_u8(before, vdupq_n_u8(0x81)));
  return vorrq_u8(found, vandq_u8(vorrq_u8(general, isolates),
                                  vceqq_u8(two_before, vdupq_n_u8(0xe2))));
}

static void classify_neon(const char *text, size_t size, zc_block *blocks, size_t count)
{
  uint8x16_t earlier = vdupq_n_u8('\n');
  for (size_t i = 0; i < count; i++) {
    const char *at = text + i * ZC_BLOCK;
    char rest[ZC_BLOCK];
    if ((i + 1) * ZC_BLOCK > size) {
      size_t left = size > i * ZC_BLOCK ? size - i * ZC_BLOCK : 0;
      memset(rest, '\n', sizeof rest);
      memcpy(rest, at, left);
      at = rest;
    }
    uint8x16_t bytes[4], found = vdupq_n_u8(0);
    for (int j = 0; j < 4; j++) {
      bytes[j] = vld1q_u8((const uint8_t *)at + j * 16);
      found = vorrq_u8(found, vorrq_u8(controls(bytes[j]), wrong(earlier, bytes[j])));
      earlier = bytes[j];
    }
    blocks[i] = (zc_block){.comma = equal(bytes, ','),
                           .line = equal(bytes, '\n'),
                           .quote = equal(bytes, '"'),
                           .look = vmaxvq_u8(found) != 0};
  }
}
#endif

zc_classifier zc_classify_way(size_t number)
{
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) {
    if (number == 0)
      return classify_avx2;
    number--;
  }
#elif defined(__aarch64__)
  if (number == 0)
    return classify_neon;
  number--;
#endif
  return number == 0 ? classify_plainly : NULL;
}

void zc_classify(const char *text, size_t size, zc_block *blocks, size_t count)
{
  zc_classify_way(0)(text, size, blocks, count);
}
