/* worker.h: one evaluator process, and frames to and from it with a clock. */
#ifndef ZC_RUNNER_WORKER_H
#define ZC_RUNNER_WORKER_H

#include "runner/handed.h"
#include "value/json.h"
#include "value/texts.h"

typedef struct zc_worker zc_worker;

typedef enum {
  ZC_REPLY,   /* a frame came */
  ZC_TIMEOUT, /* none came in time */
  ZC_DIED     /* the process ended, or sent what is no frame */
} zc_arrival;

/* Starts the program. Owned. ZC_EINSTALL when it does not start. `threads` is how many read
 * and judge the tables; 0: as many as it thinks fit. Its greeting is awaited
 * by the calls below: ZC_EINTERNAL when it could not lock itself down. */
zc_code zc_worker_start(const char *program, const zc_handed *tables, size_t count,
                        int threads, zc_worker **worker, zc_err *err);

/* Ends the process without waiting for its end; only zc_worker_stop may follow. */
void zc_worker_end(zc_worker *worker);

/* Ends and reaps the process. NULL is fine. */
void zc_worker_stop(zc_worker *worker);

/* Whether the process is fully locked down. */
zc_code zc_worker_level(zc_worker *worker, bool *full, zc_err *err);

/* Sends a frame and, if `texts` is not NULL, source texts after it; waits at most
 * `milliseconds` for the process to take them. What is not for every level of isolation
 * is sent after zc_worker_level. A process that no longer reads is ended, which is no failure
 * here: the next receiving gives its last words, or ZC_DIED. */
zc_code zc_worker_send(zc_worker *worker, const json_t *frame, const zc_texts *texts,
                       int64_t milliseconds, zc_err *err);

/* Waits for a frame. *frame is owned, NULL unless ZC_REPLY. ZC_OK unless something
 * on this side failed. */
zc_code zc_worker_receive(zc_worker *worker, int64_t milliseconds, zc_arrival *arrival,
                          json_t **frame, zc_err *err);

/* The signal that ended the process (0: none), after ZC_DIED. */
int zc_worker_signal(zc_worker *worker);

#endif
