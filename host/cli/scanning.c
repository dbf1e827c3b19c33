#include "cli/scanning.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/message.h"
#include "cli/meter.h"
#include "runner/worker.h"

#define SEND_MS 30000
#define READ_MS (30 * 60 * 1000) /* without a word of how far it has come */

struct zc_scanning {
  zc_worker *worker;
  const char *file;
  const zc_watch *watch;
  json_t *reply; /* once it is there */
  bool ended;    /* nothing more will come */
};

/* An import job over one file; `first` is its first frame, and is released. */
static zc_code start(const zc_cli *cli, const char *name, int fd, const char *file,
                     json_t *first, const zc_watch *watch, zc_scanning **scanning,
                     zc_err *err)
{
  zc_handed table = {.id = name, .fd = fd};
  zc_scanning *s = calloc(1, sizeof *s);
  int bad = json_object_set_new(first, "job", json_string("import"));
  bad |= json_object_set_new(first, "file", zc_json_lossy(file, strlen(file)));
  if (watch != NULL)
    bad |= json_object_set_new(first, "tell", json_true());
  *scanning = NULL;
  zc_code code = s == NULL || bad != 0 ? zc_fail_memory(err) : ZC_OK;
  if (code == ZC_OK) {
    *s = (zc_scanning){.file = file, .watch = watch};
    code = zc_worker_start(cli->home.evaluator, &table, 1, cli->threads, &s->worker,
                           err);
  }
  if (code == ZC_OK)
    code = zc_worker_send(s->worker, first, NULL, SEND_MS, err);
  json_decref(first);
  if (code == ZC_OK)
    *scanning = s;
  else
    zc_scanning_stop(s);
  return code;
}

/* Takes one frame; *came is false when there was none in time. */
static zc_code receive(zc_scanning *s, int64_t milliseconds, bool *came, zc_err *err)
{
  zc_arrival arrival;
  json_t *frame = NULL;
  zc_code code = zc_worker_receive(s->worker, milliseconds, &arrival, &frame, err);
  *came = code == ZC_OK && arrival == ZC_REPLY;
  if (code != ZC_OK)
    return code;
  s->ended = arrival == ZC_DIED;
  if (arrival != ZC_REPLY)
    return ZC_OK;
  const json_t *progress = json_object_get(frame, "progress");
  if (progress == NULL) {
    s->reply = frame;
    s->ended = true;
    return ZC_OK;
  }
  json_int_t bytes = zc_get_integer(progress, "bytes", 0);
  json_int_t rows = zc_get_integer(progress, "rows", 0);
  if (bytes >= 0 && rows >= 0)
    zc_watch_tell(s->watch, (uint64_t)bytes, (uint64_t)rows);
  json_decref(frame);
  return ZC_OK;
}

zc_code zc_scanning_look(zc_scanning *s, zc_err *err)
{
  bool came = true;
  zc_code code = ZC_OK;
  while (code == ZC_OK && came && !s->ended)
    code = receive(s, 0, &came, err);
  return code;
}

zc_code zc_scanning_finish(zc_scanning *s, json_t **reply, zc_err *err)
{
  bool came = true;
  zc_code code = ZC_OK;
  while (code == ZC_OK && came && !s->ended)
    code = receive(s, READ_MS, &came, err);
  int number = code == ZC_OK && s->reply == NULL && s->ended
                   ? zc_worker_signal(s->worker)
                   : 0;
  if (number == SIGBUS)
    code = zc_fail(err, ZC_EDATA,
                   "{file} became shorter while it was read, or its disk failed; try "
                   "again when nobody writes there",
                   "file", s->file, NULL);
  else if (code == ZC_OK && json_object_get(s->reply, "fatal") != NULL)
    code = zc_fail_message(err, ZC_EINTERNAL, json_object_get(s->reply, "fatal"));
  else if (code == ZC_OK && s->reply == NULL)
    code = zc_fail(err, ZC_EDATA, "{file} could not be read (signal {signal})", "file",
                   s->file, "signal", ZC_DIGITS(number), NULL);
  *reply = NULL;
  if (code == ZC_OK) {
    *reply = s->reply;
    s->reply = NULL;
  }
  zc_scanning_stop(s);
  return code;
}

void zc_scanning_stop(zc_scanning *s)
{
  if (s == NULL)
    return;
  zc_worker_stop(s->worker);
  json_decref(s->reply);
  free(s);
}

zc_code zc_scanning_start(const zc_cli *cli, json_t *dataset, int fd, const char *file,
                          json_t *options, const char *today, const zc_watch *watch,
                          zc_scanning **scanning, zc_err *err)
{
  json_t *first = json_pack("{s:O, s:O*, s:s}", "dataset", dataset, "options", options,
                            "today", today);
  *scanning = NULL;
  return first == NULL ? zc_fail_memory(err)
                       : start(cli, zc_get_text(dataset, "id"), fd, file, first, watch,
                               scanning, err);
}

zc_code zc_table_scan(const zc_cli *cli, json_t *dataset, int fd, const char *file,
                      json_t *options, const char *today, json_t **reply, zc_err *err)
{
  zc_scanning *scanning;
  zc_meter meter;
  struct stat about;
  uint64_t total = fstat(fd, &about) == 0 ? (uint64_t)about.st_size : 0;
  *reply = NULL;
  zc_meter_begin(&meter, zc_get_text(dataset, "title"), N_("reading"), total);
  zc_code code = zc_scanning_start(cli, dataset, fd, file, options, today,
                                   zc_meter_watch(&meter), &scanning, err);
  if (code == ZC_OK)
    code = zc_scanning_finish(scanning, reply, err);
  zc_meter_end(&meter);
  return code;
}

zc_code zc_table_match(const zc_cli *cli, json_t *datasets, int fd, const char *file,
                       json_t **reply, zc_err *err)
{
  zc_scanning *scanning;
  json_t *first = json_pack("{s:O}", "datasets", datasets);
  *reply = NULL;
  zc_code code = first == NULL
                     ? zc_fail_memory(err)
                     : start(cli, "export", fd, file, first, NULL, &scanning, err);
  return code == ZC_OK ? zc_scanning_finish(scanning, reply, err) : code;
}
