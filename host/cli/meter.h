/* meter.h: how far a long piece of work has come, as one line on a terminal. */
#ifndef ZC_CLI_METER_H
#define ZC_CLI_METER_H

#include <stdbool.h>

#include "base/watch.h"

/* The line is written to standard error, over itself, at most ten times a second and not in
 * the first tenth, and is gone at the end. Nothing is written where that is no terminal. */
typedef struct {
  const char *title, *doing; /* NULL: runs are judged */
  uint64_t total;
  int64_t begun, drawn; /* milliseconds */
  int width;            /* columns that the line takes now */
  bool shown;           /* there is a terminal */
  zc_watch watch;
} zc_meter;

/* `doing` (a message: what is done) to `title`, which has `total` bytes; both stay the
 * caller's until zc_meter_end. */
void zc_meter_begin(zc_meter *meter, const char *title, const char *doing,
                    uint64_t total);

/* The same for a judging of so many runs of rules: of these, not of bytes, the watch is told. */
void zc_meter_begin_judging(zc_meter *meter, uint64_t runs);

/* What moves the meter, as long as it lives; NULL when nobody sees it. */
const zc_watch *zc_meter_watch(zc_meter *meter);

/* Removes the line. */
void zc_meter_end(zc_meter *meter);

#endif
