/* loops_each.h: the loops themselves, to be compiled more than once: whoever includes this
 * says under which name (ZC_LOOPS). */
#ifndef ZC_VECTOR_LOOPS_EACH_H
#define ZC_VECTOR_LOOPS_EACH_H

#include "vector/loops.h"

extern const zc_loops ZC_LOOPS;

static uint8_t truth_of_special(int64_t x)
{
  return (uint8_t)((uint64_t)x - (uint64_t)ZC_NONE + ZC_TRUTH_NONE);
}

static int64_t special_of(int64_t x, int64_t y)
{
  x = x <= ZC_ODD ? x : ZC_NONE;
  y = y <= ZC_ODD ? y : ZC_NONE;
  return x > y ? x : y;
}

static void within(const int64_t *x, int64_t low, int64_t high, bool turned,
                   uint8_t *restrict out, size_t count)
{
  uint8_t turn = turned;
  for (size_t i = 0; i < count; i++) {
    uint8_t in = (uint8_t)((x[i] >= low) & (x[i] <= high)) ^ turn;
    out[i] = x[i] <= ZC_ODD ? truth_of_special(x[i]) : in;
  }
}

static void within_small(const int32_t *x, int32_t low, int32_t high, bool turned,
                         uint8_t *restrict out, size_t count)
{
  uint8_t turn = turned;
  for (size_t i = 0; i < count; i++) {
    uint8_t in = (uint8_t)((x[i] >= low) & (x[i] <= high)) ^ turn;
    uint8_t special = (uint8_t)((uint32_t)x[i] - (uint32_t)ZC_SMALL_NONE +
                                ZC_TRUTH_NONE);
    out[i] = x[i] <= ZC_SMALL_UNREAD ? special : in;
  }
}

static void is_code(const uint32_t *x, uint32_t code, bool turned, uint8_t blank,
                    uint8_t *restrict out, size_t count)
{
  uint8_t turn = turned;
  for (size_t i = 0; i < count; i++) {
    uint8_t in = (uint8_t)(x[i] == code) ^ turn;
    uint8_t special = x[i] == ZC_CODE_BLANK ? blank : (uint8_t)(4 - x[i]);
    out[i] = x[i] < ZC_CODE_FIRST ? special : in;
  }
}

static void equal(const int64_t *x, const int64_t *y, bool turned,
                  uint8_t *restrict out, size_t count)
{
  uint8_t turn = turned;
  for (size_t i = 0; i < count; i++) {
    uint8_t in = (uint8_t)(x[i] == y[i]) ^ turn;
    bool special = (x[i] <= ZC_ODD) | (y[i] <= ZC_ODD);
    out[i] = special ? truth_of_special(special_of(x[i], y[i])) : in;
  }
}

static void less(const int64_t *x, const int64_t *y, bool or_equal,
                 uint8_t *restrict out, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    uint8_t in = (uint8_t)((x[i] < y[i]) | (((x[i] == y[i]) & or_equal)));
    bool special = (x[i] <= ZC_ODD) | (y[i] <= ZC_ODD);
    out[i] = special ? truth_of_special(special_of(x[i], y[i])) : in;
  }
}

/* Kleene's, with unreadable above missing and odd above both. */
static void both(const uint8_t *x, const uint8_t *y, uint8_t deciding,
                 uint8_t *restrict out, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    uint8_t larger = x[i] > y[i] ? x[i] : y[i];
    bool decided = (x[i] == deciding) | (y[i] == deciding);
    out[i] = decided ? deciding : larger;
  }
}

static void add(const int64_t *x, const int64_t *y, int64_t *restrict out, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    int64_t sum = (int64_t)((uint64_t)x[i] + (uint64_t)y[i]);
    bool special = (x[i] <= ZC_ODD) | (y[i] <= ZC_ODD);
    bool over = (((x[i] ^ sum) & (y[i] ^ sum)) < 0) | (sum <= ZC_ODD);
    sum = over ? ZC_ODD : sum;
    out[i] = special ? special_of(x[i], y[i]) : sum;
  }
}

static void subtract(const int64_t *x, const int64_t *y, int64_t *restrict out,
                     size_t count)
{
  for (size_t i = 0; i < count; i++) {
    int64_t rest = (int64_t)((uint64_t)x[i] - (uint64_t)y[i]);
    bool special = (x[i] <= ZC_ODD) | (y[i] <= ZC_ODD);
    bool over = (((x[i] ^ y[i]) & (x[i] ^ rest)) < 0) | (rest <= ZC_ODD);
    rest = over ? ZC_ODD : rest;
    out[i] = special ? special_of(x[i], y[i]) : rest;
  }
}

static void widen(const int32_t *small, int64_t *restrict out, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    int64_t special = (int64_t)small[i] - ZC_SMALL_NONE + ZC_NONE;
    out[i] = small[i] <= ZC_SMALL_UNREAD ? special : small[i];
  }
}

static void widen_codes(const uint32_t *codes, int64_t *restrict out, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    int64_t special = codes[i] == ZC_CODE_UNREAD ? ZC_UNREAD : ZC_NONE;
    bool is_special = (codes[i] == ZC_CODE_UNREAD) | (codes[i] == ZC_CODE_NIL);
    out[i] = is_special ? special : (int64_t)codes[i];
  }
}

const zc_loops ZC_LOOPS = {within, within_small, is_code,  equal, less,
                           both,   add,          subtract, widen, widen_codes};

#endif
