/* amount.h: counts and amounts as foreign reports tell them: never below zero, never so large that
 * a hundred thousand of them overflow, and perhaps unknown. */
#ifndef ZC_OFFICE_AMOUNT_H
#define ZC_OFFICE_AMOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZC_AMOUNT_MOST INT64_C(1000000000000) /* of one report */

/* 120.50 in hundredths; ZC_UNKNOWN for what is none, or more than ZC_AMOUNT_MOST. */
int64_t zc_amount_read(const char *text);

/* The sum; what is unknown adds nothing, and is unknown only together with another such. Stays at
 * the largest number rather than going over. */
int64_t zc_amount_add(int64_t a, int64_t b);

/* The number, 0 for one that is unknown. */
int64_t zc_amount_known(int64_t number);

/* Room for a share or an amount as text. */
#define ZC_FIGURE_ROOM 32

/* A share as papers print it: one decimal, rounded half up, a whole one without it (100%); «—» for a
 * denominator of 0 or one that is unknown, never 0% or 100%. Returns `room`. */
const char *zc_rate_text(char room[ZC_FIGURE_ROOM], int64_t part, int64_t whole);

/* The same in tenths of a per cent; -1 where there is no share. */
int64_t zc_rate_tenths(int64_t part, int64_t whole);

/* Hundredths of a yuan in 万元, rounded half up to so many decimals, from two to six, which is exact;
 * «—» where it is unknown. */
#define ZC_WAN_PLACES 2
const char *zc_wan_text(char room[ZC_FIGURE_ROOM], int64_t cents, int places);

/* The fewest decimals, from `places` on, with which amounts add up to the sums of their groups, and these
 * to the total behind them, as they are printed (domain d-0). `group_of` has the group of each row. What
 * is unknown is nothing. */
int zc_wan_fit(int places, const int64_t *rows, const int *group_of, size_t count,
               const int64_t *groups, size_t group_count);

/* Whether a text is a decimal of at most thirty characters, as measures are. */
bool zc_decimal_is(const char *text);

#endif
