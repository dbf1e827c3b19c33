/* kept.h: all hits of many runs, kept as the texts in which they came: as values they would
 * take ten times the memory.
 *
 * A kept map is {runs: {key: {chunks: [[process, text], …], more}}, names: [[number, …], …],
 * bytes}: `names` has for each process the patients' numbers that its hits leave open. */
#ifndef ZC_RUNNER_KEPT_H
#define ZC_RUNNER_KEPT_H

#include "value/json.h"

/* Most hits that are kept of one run of an ordinary check … */
#define ZC_KEPT_MOST 100000
/* … and most bytes of all its hits. */
#define ZC_KEPT_BYTES ((json_int_t)512 << 20)

/* An empty one; NULL when out of memory. */
json_t *zc_kept_new(void);

/* Takes a frame {hits: key, rows: text, first, more} in; `most` bytes are kept of all. Non-zero when
 * out of memory. */
int zc_kept_take(json_t *kept, const json_t *frame, json_int_t most);

/* The process that sent hits tells its names, {patients: [number]}; another process follows,
 * or none. Non-zero when out of memory. */
int zc_kept_name(json_t *kept, json_t *numbers);
int zc_kept_next(json_t *kept);

/* What a run has told, that failed. */
void zc_kept_forget(json_t *kept, const char *key);

/* The hits of a run: [{id, table, line, show, keys: [[title, text]], level, split: [text]}],
 * owned, perhaps empty. *more: there were others, which are not kept. */
zc_code zc_kept_rows(const json_t *kept, const char *key, json_t **rows, bool *more,
                     zc_err *err);

/* The name of a patient whom a hit has as a whole number, by the numbers that its process has
 * told. */
void zc_kept_patient(const json_t *numbers, json_int_t place, zc_buffer *out);

/* Canonical JSON; borrowed. */
typedef struct {
  const char *text;
  size_t size; /* 0: there is none */
} zc_piece;

/* A hit, taken apart; `id` goes without quotation marks, `split` is a list of texts. */
typedef struct {
  zc_piece id, keys, level, line, show, split, table;
} zc_kept_hit;

/* What a caller does with one of many; anything but ZC_OK ends the reading. The pieces are
 * borrowed until the next one. */
typedef zc_code zc_kept_visit(void *context, const zc_kept_hit *hit, zc_err *err);

/* The same hits one after the other, as texts. ZC_EINTERNAL for what is no list of hits. */
zc_code zc_kept_each(const json_t *kept, const char *key, zc_kept_visit *visit,
                     void *context, bool *more, zc_err *err);

/* One of a hit's split values, "" when there is none. Borrowed from the hit. */
zc_piece zc_kept_split(const zc_kept_hit *hit, size_t place);

#endif
