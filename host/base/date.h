/* date.h: days of the Gregorian calendar. A day is a count from 1970-01-01, so
 * that differences are subtractions; a moment is seconds from that midnight, in
 * local time without a zone, as exports write it. Nothing here reads a clock. */
#ifndef ZC_BASE_DATE_H
#define ZC_BASE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  int year, month, day;
} zc_civil;

/* Years 1 to 9999. */
bool zc_civil_valid(zc_civil civil);
int32_t zc_day_from_civil(zc_civil civil);
zc_civil zc_day_to_civil(int32_t day);

/* 1 = Monday … 7 = Sunday. */
int zc_day_weekday(int32_t day);

/* Reads strict ISO, 2023-05-01; false for anything else. */
bool zc_day_parse(const char *text, size_t size, int32_t *day);

/* Writes 2023-05-01 into `room` (at least 11 bytes) and returns it. */
const char *zc_day_text(int32_t day, char *room);

#endif
