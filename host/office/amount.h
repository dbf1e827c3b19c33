/* amount.h: counts and amounts as foreign reports tell them: never below zero, never so large that
 * a hundred thousand of them overflow, and perhaps unknown. */
#ifndef ZC_OFFICE_AMOUNT_H
#define ZC_OFFICE_AMOUNT_H

#include <stdbool.h>
#include <stdint.h>

#define ZC_AMOUNT_MOST INT64_C(1000000000000) /* of one report */

/* 120.50 in hundredths; ZC_UNKNOWN for what is none, or more than ZC_AMOUNT_MOST. */
int64_t zc_amount_read(const char *text);

/* The sum; what is unknown adds nothing, and is unknown only together with another such. Stays at
 * the largest number rather than going over. */
int64_t zc_amount_add(int64_t a, int64_t b);

/* The number, 0 for one that is unknown. */
int64_t zc_amount_known(int64_t number);

/* Whether a text is a decimal of at most thirty characters, as measures are. */
bool zc_decimal_is(const char *text);

#endif
