/* engine.h: the engine's scripts, or a report layout, called from the host. */
#ifndef ZC_RUNNER_ENGINE_H
#define ZC_RUNNER_ENGINE_H

#include "runner/worker.h"

typedef struct zc_engine zc_engine;

/* Starts a process of the kind `job` ("plan", "paper") with scripts: a list of {name,
 * path, text}; `main` is the one whose functions are called. Owned. ZC_EINTERNAL with
 * what the script said when it does not load. */
zc_code zc_engine_start(const char *program, const char *job, const json_t *scripts,
                        const char *main, zc_engine **engine, zc_err *err);
void zc_engine_stop(zc_engine *engine);
bool zc_engine_is_full(const zc_engine *engine);

/* Calls a function of the main script. *result is owned. ZC_EINTERNAL with Lua's
 * message when it fails, or after 10 seconds; the engine cannot be used any more
 * then. `args` stays the caller's. */
zc_code zc_engine_call(zc_engine *engine, const char *function, json_t *args,
                       json_t **result, zc_err *err);

#endif
