#include "runner/engine.h"

#include <stdlib.h>

#define CLOCK_MS 10000

struct zc_engine {
  zc_worker *worker;
  bool loaded; /* its scripts have said that they are */
};

/* An {error: {text, args}} or {fatal: …} frame as an error. */
static zc_code fail_remote(const json_t *frame, zc_err *err)
{
  const json_t *message = json_object_get(frame, "error");
  if (message == NULL)
    message = json_object_get(frame, "fatal");
  return zc_fail_message(err, ZC_EINTERNAL, message);
}

/* Waits for {ok} and gives its value. */
static zc_code receive_ok(zc_engine *engine, json_t **result, zc_err *err)
{
  zc_arrival arrival;
  json_t *frame;
  zc_code code = zc_worker_receive(engine->worker, CLOCK_MS, &arrival, &frame, err);
  if (code != ZC_OK)
    return code;
  if (arrival == ZC_TIMEOUT)
    return zc_fail(err, ZC_EINTERNAL, "a script did not end within 10 seconds", NULL);
  if (arrival == ZC_DIED)
    return zc_fail(err, ZC_EINTERNAL, "the evaluator died (signal {signal})", "signal",
                   ZC_DIGITS(zc_worker_signal(engine->worker)), NULL);
  json_t *value = json_object_get(frame, "ok");
  if (value == NULL)
    code = fail_remote(frame, err);
  else
    *result = json_incref(value);
  json_decref(frame);
  return code;
}

zc_code zc_engine_start(const char *program, zc_engine **engine, zc_err *err)
{
  zc_engine *e = calloc(1, sizeof *e);
  *engine = NULL;
  if (e == NULL)
    return zc_fail_memory(err);
  zc_code code = zc_worker_start(program, NULL, 0, 0, &e->worker, err);
  if (code == ZC_OK)
    *engine = e;
  else
    free(e);
  return code;
}

zc_code zc_engine_load(zc_engine *engine, const char *job, const zc_texts *scripts,
                       const char *main, zc_err *err)
{
  json_t *first = json_object();
  int bad = json_object_set_new(first, "job", json_string(job));
  bad |= json_object_set_new(first, "main", json_string(main));
  zc_code code = bad != 0
                     ? zc_fail_memory(err)
                     : zc_worker_send(engine->worker, first, scripts, CLOCK_MS, err);
  json_decref(first);
  return code;
}

void zc_engine_end(zc_engine *engine)
{
  zc_worker_end(engine->worker);
}

void zc_engine_stop(zc_engine *engine)
{
  if (engine == NULL)
    return;
  zc_worker_stop(engine->worker);
  free(engine);
}

zc_code zc_engine_level(zc_engine *engine, bool *full, zc_err *err)
{
  return zc_worker_level(engine->worker, full, err);
}

static zc_code await_scripts(zc_engine *engine, zc_err *err)
{
  json_t *ready = NULL;
  if (engine->loaded)
    return ZC_OK;
  zc_code code = receive_ok(engine, &ready, err);
  json_decref(ready);
  engine->loaded = code == ZC_OK;
  return code;
}

zc_code zc_engine_ask(zc_engine *engine, const char *function, json_t *args,
                      zc_err *err)
{
  json_t *request = json_object();
  int bad = json_object_set_new(request, "call", json_string(function));
  bad |= json_object_set(request, "args", args);
  zc_code code = bad != 0
                     ? zc_fail_memory(err)
                     : zc_worker_send(engine->worker, request, NULL, CLOCK_MS, err);
  json_decref(request);
  return code;
}

zc_code zc_engine_answer(zc_engine *engine, json_t **result, zc_err *err)
{
  *result = NULL;
  zc_code code = await_scripts(engine, err);
  return code == ZC_OK ? receive_ok(engine, result, err) : code;
}

zc_code zc_engine_call(zc_engine *engine, const char *function, json_t *args,
                       json_t **result, zc_err *err)
{
  *result = NULL;
  zc_code code = zc_engine_ask(engine, function, args, err);
  return code == ZC_OK ? zc_engine_answer(engine, result, err) : code;
}
