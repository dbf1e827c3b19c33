/* BLAKE2b after RFC 7693, without a key and in one piece. libcrypto 3.0 has only the one
 * with 64 bytes, and the checksum in a secret key file has 32: it is another function, as
 * the length goes into it. Everything else is hashed by libcrypto. */
#include <assert.h>
#include <string.h>

#include "base/crypto.h"

#define BLOCK 128

static const uint64_t start[8] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b,
                                  0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
                                  0x510e527fade682d1, 0x9b05688c2b3e6c1f,
                                  0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};

static const unsigned char order[10][16] =
    {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
     {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
     {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
     {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
     {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
     {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
     {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
     {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
     {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
     {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0}};

static uint64_t turned(uint64_t word, unsigned bits)
{
  return word >> bits | word << (64 - bits);
}

static uint64_t word_at(const unsigned char *bytes)
{
  uint64_t word = 0;
  for (unsigned i = 0; i < 8; i++)
    word |= (uint64_t)bytes[i] << 8 * i;
  return word;
}

static void mix(uint64_t v[16], int a, int b, int c, int d, uint64_t x, uint64_t y)
{
  v[a] += v[b] + x;
  v[d] = turned(v[d] ^ v[a], 32);
  v[c] += v[d];
  v[b] = turned(v[b] ^ v[c], 24);
  v[a] += v[b] + y;
  v[d] = turned(v[d] ^ v[a], 16);
  v[c] += v[d];
  v[b] = turned(v[b] ^ v[c], 63);
}

/* `hashed` counts the bytes up to the end of this block. */
static void compress(uint64_t h[8], const unsigned char block[BLOCK], uint64_t hashed,
                     bool last)
{
  uint64_t v[16], m[16];
  for (int i = 0; i < 16; i++)
    m[i] = word_at(block + 8 * i);
  for (int i = 0; i < 8; i++) {
    v[i] = h[i];
    v[i + 8] = start[i];
  }
  v[12] ^= hashed;
  v[14] = last ? ~v[14] : v[14];
  for (int round = 0; round < 12; round++) {
    const unsigned char *s = order[round % 10];
    for (int i = 0; i < 4; i++)
      mix(v, i, i + 4, i + 8, i + 12, m[s[2 * i]], m[s[2 * i + 1]]);
    for (int i = 0; i < 4; i++)
      mix(v, i, (i + 1) % 4 + 4, (i + 2) % 4 + 8, (i + 3) % 4 + 12, m[s[8 + 2 * i]],
          m[s[9 + 2 * i]]);
  }
  for (int i = 0; i < 8; i++)
    h[i] ^= v[i] ^ v[i + 8];
  zc_forget(v, sizeof v);
  zc_forget(m, sizeof m);
}

void zc_blake2b_short(const void *data, size_t size, unsigned char *digest, size_t room)
{
  const unsigned char *bytes = data;
  unsigned char block[BLOCK] = {0};
  uint64_t h[8];
  size_t at = 0;
  assert(room >= 1 && room <= ZC_BLAKE2B);
  memcpy(h, start, sizeof h);
  h[0] ^= 0x01010000 ^ room;
  for (; size - at > BLOCK; at += BLOCK)
    compress(h, bytes + at, at + BLOCK, false);
  if (size > at)
    memcpy(block, bytes + at, size - at);
  compress(h, block, size, true);
  zc_forget(block, sizeof block);
  for (size_t i = 0; i < room; i++)
    digest[i] = (unsigned char)(h[i / 8] >> 8 * (i % 8));
}
