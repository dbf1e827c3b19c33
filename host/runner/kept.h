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

#endif
