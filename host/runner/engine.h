/* engine.h: the engine's scripts, or a report layout, called from the host. */
#ifndef ZC_RUNNER_ENGINE_H
#define ZC_RUNNER_ENGINE_H

#include "runner/worker.h"

typedef struct zc_engine zc_engine;

/* Starts a process. Owned. */
zc_code zc_engine_start(const char *program, zc_engine **engine, zc_err *err);

/* Makes it one of the kind `job` ("plan", "paper") with these scripts; `main` is the one
 * whose functions are called. It loads while the caller goes on; what goes wrong then is
 * told by the first call. */
zc_code zc_engine_load(zc_engine *engine, const char *job, const zc_texts *scripts,
                       const char *main, zc_err *err);

/* Ends the process without waiting for its end, after the last call. */
void zc_engine_end(zc_engine *engine);

/* Ends, reaps and frees. NULL is fine. */
void zc_engine_stop(zc_engine *engine);
zc_code zc_engine_level(zc_engine *engine, bool *full, zc_err *err);

/* The two halves of zc_engine_call, for a caller who has something to do meanwhile. */
zc_code zc_engine_ask(zc_engine *engine, const char *function, json_t *args,
                      zc_err *err);
zc_code zc_engine_answer(zc_engine *engine, json_t **result, zc_err *err);

/* Calls a function of the main script. *result is owned. ZC_EINTERNAL with Lua's
 * message when it fails, or after 10 seconds; the engine cannot be used any more
 * then. `args` stays the caller's. */
zc_code zc_engine_call(zc_engine *engine, const char *function, json_t *args,
                       json_t **result, zc_err *err);

#endif
