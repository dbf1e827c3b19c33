/* scalar.h: one value as expressions see it, and exact arithmetic.
 *
 * Numbers are decimals: a whole number of units of 10^-scale. A quotient stays an
 * exact ratio until it is compared or rounded: with doubles 0.27/9 > 0.03 is true
 * and accuses a hospital. Both executors share these functions. */
#ifndef ZC_TABLE_SCALAR_H
#define ZC_TABLE_SCALAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

typedef enum {
  ZC_NIL, /* missing; as a truth value: unknown */
  ZC_BOOL,
  ZC_NUMBER,
  ZC_TEXT,
  ZC_DATE,   /* a day, base/date.h */
  ZC_MOMENT, /* seconds, base/date.h */
  ZC_CODES,  /* a list in one cell: the cell's text */
  ZC_LIST,   /* entries of a list parameter */
  ZC_MAP     /* keys and values of a map parameter, in turn */
} zc_kind;

typedef struct zc_scalar zc_scalar;

struct zc_scalar {
  uint8_t kind;
  int8_t scale;  /* ZC_NUMBER */
  uint32_t size; /* ZC_TEXT, ZC_CODES: bytes; ZC_LIST: entries; ZC_MAP: pairs × 2 */
  union {
    int64_t units; /* ZC_NUMBER; ZC_DATE: day; ZC_MOMENT: second */
    bool truth;
    const char *text;         /* borrowed, not NUL-terminated */
    const zc_scalar *entries; /* borrowed */
  };
  int64_t divisor; /* ZC_NUMBER: units / divisor; 1 for a decimal, never below */
};

/* Largest scale of a number; a product beyond it overflows. */
#define ZC_SCALE_MAX 18

zc_scalar zc_nil(void);

/* Missing, too, but not blank: a cell that does not read as its type. Nobody knows what it
 * should say, so asking whether it is blank has no answer, and nothing stands in for it. */
zc_scalar zc_unreadable(void);
bool zc_is_unreadable(zc_scalar value);

/* What comes of two values of which one is missing: unreadable if either of them is. */
zc_scalar zc_missing(zc_scalar a, zc_scalar b);

/* The day of a ZC_DATE or a ZC_MOMENT. */
int32_t zc_day_of(zc_scalar value);

zc_scalar zc_bool(bool truth);
zc_scalar zc_integer(int64_t number);
zc_scalar zc_decimal(int64_t units, int scale);
zc_scalar zc_text(const char *text, size_t size);
zc_scalar zc_date(int32_t day);
zc_scalar zc_moment(int64_t second);

/* Reads an optional sign, digits and an optional fraction, nothing else. False
 * for anything else and for more than 18 digits. */
bool zc_number_parse(const char *text, size_t size, zc_scalar *number);

/* Sums, products and quotients of two numbers. False on overflow. A quotient by
 * zero is nil. */
bool zc_number_add(zc_scalar a, zc_scalar b, zc_scalar *sum);
bool zc_number_subtract(zc_scalar a, zc_scalar b, zc_scalar *difference);
bool zc_number_multiply(zc_scalar a, zc_scalar b, zc_scalar *product);
bool zc_number_divide(zc_scalar a, zc_scalar b, zc_scalar *quotient);

/* -1, 0 or 1; exact for every pair (ratios are cross-multiplied in 128 bits). */
int zc_number_compare(zc_scalar a, zc_scalar b);

/* To `scale` decimals, half away from zero, or down. False on overflow. */
bool zc_number_round(zc_scalar a, int scale, zc_scalar *rounded);
bool zc_number_floor(zc_scalar a, zc_scalar *whole);

/* Order of two values of one kind; texts by bytes. Nil is below everything. */
int zc_scalar_compare(const zc_scalar *a, const zc_scalar *b);

/* The next code of a ZC_CODES value, trimmed, and without empty ones. *at starts
 * as 0; false at the end. */
bool zc_codes_next(const zc_scalar *codes, size_t *at, zc_scalar *code);

/* Appends what people read: numbers with their decimals (a ratio with two), 是/否,
 * ISO dates; nil as "—". */
void zc_scalar_print(const zc_scalar *value, zc_buffer *out);

#endif
