/* worker.h: one evaluator process, and frames to and from it with a clock. */
#ifndef ZC_RUNNER_WORKER_H
#define ZC_RUNNER_WORKER_H

#include "value/json.h"

typedef struct zc_worker zc_worker;

/* A table that the process gets: its name and an open descriptor (borrowed). */
typedef struct {
  const char *id;
  int fd;
} zc_handed;

typedef enum {
  ZC_REPLY,   /* a frame came */
  ZC_TIMEOUT, /* none came in time */
  ZC_DIED     /* the process ended, or sent what is no frame */
} zc_arrival;

/* Starts the program and waits for its greeting. Owned. ZC_EINSTALL when it does not
 * start, ZC_EINTERNAL when it dies before it greets. */
zc_code zc_worker_start(const char *program, const zc_handed *tables, size_t count,
                        zc_worker **worker, zc_err *err);

/* Kills and reaps the process. NULL is fine. */
void zc_worker_stop(zc_worker *worker);

/* True if the process is fully locked down. */
bool zc_worker_is_full(const zc_worker *worker);

/* Sends a frame; waits at most `milliseconds` for the process to take it. */
zc_code zc_worker_send(zc_worker *worker, const json_t *frame, int64_t milliseconds,
                       zc_err *err);

/* Waits for a frame. *frame is owned, NULL unless ZC_REPLY. ZC_OK unless something
 * on this side failed. */
zc_code zc_worker_receive(zc_worker *worker, int64_t milliseconds, zc_arrival *arrival,
                          json_t **frame, zc_err *err);

/* The signal that ended the process (0: none), after ZC_DIED. */
int zc_worker_signal(zc_worker *worker);

#endif
