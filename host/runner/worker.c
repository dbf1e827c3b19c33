#include "runner/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "value/frame.h"

#define GREETING_MS 20000
#define PIPE_SIZE (1 << 20)

struct zc_worker {
  pid_t process;
  int to, from;
  bool greeted, full, reaped;
  int status;
  zc_buffer input; /* bytes received and not yet returned */
};

static int64_t now(void)
{
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void close_pair(int pair[2])
{
  for (int i = 0; i < 2; i++)
    if (pair[i] >= 0)
      close(pair[i]);
}

/* --threads N if somebody says how many, and --table NAME=FD for each table. Owned strings in
 * an owned list. */
static char **make_words(const char *program, const zc_handed *tables, size_t count,
                         int threads)
{
  char **words = calloc(2 * count + 4, sizeof *words);
  size_t at = 0;
  bool good = words != NULL && (words[at++] = strdup(program)) != NULL;
  if (good && threads > 0 && count > 0) {
    words[at++] = strdup("--threads");
    words[at++] = strdup(ZC_DIGITS(threads));
    good = words[at - 1] != NULL && words[at - 2] != NULL;
  }
  for (size_t i = 0; good && i < count; i++) {
    zc_buffer text = {0};
    zc_buffer_print(&text, "%s=%d", tables[i].id, tables[i].fd);
    words[at++] = strdup("--table");
    words[at++] = zc_buffer_take(&text);
    good = words[at - 1] != NULL && words[at - 2] != NULL;
  }
  if (good)
    return words;
  for (size_t i = 0; words != NULL && i < at; i++)
    free(words[i]);
  free(words);
  return NULL;
}

static void free_words(char **words)
{
  for (char **word = words; word != NULL && *word != NULL; word++)
    free(*word);
  free(words);
}

/* An empty environment, standard error shared, everything else closed but the pipes
 * and the tables. */
static int spawn(zc_worker *worker, char **words, int in, int out,
                 const zc_handed *tables, size_t count)
{
  static char *const environment[] = {NULL};
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, all;
  /* What the host itself was started with is not for the evaluator. */
  close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  int error = posix_spawn_file_actions_init(&actions);
  if (error != 0)
    return error;
  error = posix_spawnattr_init(&attributes);
  if (error != 0) {
    posix_spawn_file_actions_destroy(&actions);
    return error;
  }
  sigemptyset(&none);
  sigemptyset(&all);
  sigaddset(&all, SIGPIPE);
  sigaddset(&all, SIGINT);
  error = posix_spawnattr_setflags(&attributes,
                                   POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  if (error == 0)
    error = posix_spawnattr_setsigdefault(&attributes, &all);
  if (error == 0)
    error = posix_spawnattr_setsigmask(&attributes, &none);
  if (error == 0)
    error = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  if (error == 0)
    error = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  /* A descriptor onto itself: it only loses its close-on-exec. */
  for (size_t i = 0; error == 0 && i < count; i++)
    error = posix_spawn_file_actions_adddup2(&actions, tables[i].fd, tables[i].fd);
  if (error == 0)
    error = posix_spawn(&worker->process, words[0], &actions, &attributes, words,
                        environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

static zc_code receive(zc_worker *worker, int64_t milliseconds, zc_arrival *arrival,
                       json_t **frame, zc_err *err);

/* The greeting is awaited when it is needed, so that processes start while the host
 * does something else. */
static zc_code greet(zc_worker *worker, zc_err *err)
{
  zc_arrival arrival;
  json_t *frame;
  if (worker->greeted)
    return ZC_OK;
  zc_code code = receive(worker, GREETING_MS, &arrival, &frame, err);
  if (code != ZC_OK)
    return code;
  const char *level = zc_get_text(frame, "hello");
  worker->full = level != NULL && strcmp(level, "full") == 0;
  worker->greeted = worker->full || (level != NULL && strcmp(level, "process") == 0);
  json_decref(frame);
  if (worker->greeted)
    return ZC_OK;
  return zc_fail(err, ZC_EINTERNAL,
                 "the evaluator could not lock itself down (signal {signal}); run "
                 "`zicha doctor`",
                 "signal", ZC_DIGITS(zc_worker_signal(worker)), NULL);
}

zc_code zc_worker_start(const char *program, const zc_handed *tables, size_t count,
                        int threads, zc_worker **worker, zc_err *err)
{
  int in[2] = {-1, -1}, out[2] = {-1, -1};
  char **words = make_words(program, tables, count, threads);
  zc_worker *w = calloc(1, sizeof *w);
  zc_code code = ZC_OK;
  *worker = NULL;
  if (words == NULL || w == NULL)
    code = zc_fail_memory(err);
  else if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0 ||
           fcntl(in[1], F_SETFL, O_NONBLOCK) != 0 ||
           fcntl(out[0], F_SETFL, O_NONBLOCK) != 0)
    code = zc_fail_system(err, ZC_EINTERNAL, errno, "cannot make a pipe: {reason_term}",
                          NULL);
  int error = code == ZC_OK ? spawn(w, words, in[0], out[1], tables, count) : 0;
  if (error != 0)
    code = zc_fail_system(err, ZC_EINSTALL, error, "cannot start {path}: {reason_term}",
                          "path", program, NULL);
  free_words(words);
  if (code != ZC_OK) {
    close_pair(in);
    close_pair(out);
    free(w);
    return code;
  }
  close(in[0]);
  close(out[1]);
  /* Room for all scripts, so that the host need not wait for the process to start. It
   * is only a wish: the system may allow less. */
  fcntl(in[1], F_SETPIPE_SZ, PIPE_SIZE);
  w->to = in[1];
  w->from = out[0];
  *worker = w;
  return ZC_OK;
}

static void reap(zc_worker *worker)
{
  while (!worker->reaped) {
    if (waitpid(worker->process, &worker->status, 0) == worker->process)
      worker->reaped = true;
    else if (errno != EINTR)
      break;
  }
}

void zc_worker_end(zc_worker *worker)
{
  if (!worker->reaped)
    kill(worker->process, SIGKILL);
}

void zc_worker_stop(zc_worker *worker)
{
  if (worker == NULL)
    return;
  zc_worker_end(worker);
  reap(worker);
  close(worker->to);
  close(worker->from);
  zc_buffer_free(&worker->input);
  free(worker);
}

zc_code zc_worker_level(zc_worker *worker, bool *full, zc_err *err)
{
  zc_code code = greet(worker, err);
  *full = worker->full;
  return code;
}

int zc_worker_signal(zc_worker *worker)
{
  /* It has closed its pipe, or misbehaved: either way it is over. */
  if (!worker->reaped) {
    struct timespec moment = {0, 20000000};
    for (int i = 0; i < 50 && !worker->reaped; i++) {
      if (waitpid(worker->process, &worker->status, WNOHANG) == worker->process)
        worker->reaped = true;
      else
        nanosleep(&moment, NULL);
    }
    if (!worker->reaped)
      kill(worker->process, SIGKILL);
    reap(worker);
  }
  return WIFSIGNALED(worker->status) ? WTERMSIG(worker->status) : 0;
}

/* 1 when ready, 0 when the time is over, -1 on failure. */
static int wait_for(int fd, short events, int64_t until)
{
  for (;;) {
    int64_t left = until - now();
    struct pollfd poll_one = {.fd = fd, .events = events};
    int ready = poll(&poll_one, 1, left < 0 ? 0 : left > 60000 ? 60000 : (int)left);
    if (ready > 0)
      return 1;
    if (ready < 0 && errno != EINTR)
      return -1;
    if (now() >= until)
      return 0;
  }
}

zc_code zc_worker_send(zc_worker *worker, const json_t *frame, const zc_texts *texts,
                       int64_t milliseconds, zc_err *err)
{
  int64_t until = now() + milliseconds;
  zc_buffer out = {0};
  zc_code code = zc_frame_pack(frame, &out, err);
  if (code == ZC_OK && texts != NULL)
    code = zc_frame_pack_texts(texts, &out, err);
  for (size_t at = 0; code == ZC_OK && at < out.size;) {
    ssize_t put = write(worker->to, out.data + at, out.size - at);
    if (put > 0)
      at += (size_t)put;
    else if (put < 0 && errno == EAGAIN && wait_for(worker->to, POLLOUT, until) == 1)
      continue;
    else if (put < 0 && errno == EINTR)
      continue;
    else if (put < 0 && errno == EPIPE) {
      /* Why it has gone may stand in what it sent; nobody waits for one that only closed its ears. */
      zc_worker_end(worker);
      break;
    } else
      code = zc_fail(err, ZC_EINTERNAL, "the evaluator does not take its input", NULL);
  }
  zc_buffer_free(&out);
  return code;
}

/* A whole frame at the start of the input, removed from it. False: not yet. *broken:
 * it never will be; *code: memory ran out on this side, for which nobody there is to
 * blame. */
static bool take_frame(zc_worker *worker, json_t **frame, bool *broken, zc_code *code,
                       zc_err *err)
{
  size_t length;
  if (worker->input.size < ZC_FRAME_HEAD)
    return false;
  if (!zc_frame_length((const unsigned char *)worker->input.data, ZC_FRAME_LIMIT,
                       &length)) {
    *broken = true;
    return false;
  }
  size_t whole = ZC_FRAME_HEAD + length;
  if (worker->input.size < whole)
    return false;
  zc_code parsed = zc_json_parse(worker->input.data + ZC_FRAME_HEAD, length, frame,
                                 err);
  if (parsed != ZC_OK || !json_is_object(*frame)) {
    json_decref(*frame);
    *frame = NULL;
    *broken = true;
    *code = parsed == ZC_EINTERNAL ? parsed : ZC_OK;
    return false;
  }
  memmove(worker->input.data, worker->input.data + whole, worker->input.size - whole);
  worker->input.size -= whole;
  return true;
}

static zc_code receive(zc_worker *worker, int64_t milliseconds, zc_arrival *arrival,
                       json_t **frame, zc_err *err)
{
  int64_t until = now() + milliseconds;
  bool broken = false;
  zc_code code = ZC_OK;
  *frame = NULL;
  for (;;) {
    if (take_frame(worker, frame, &broken, &code, err)) {
      *arrival = ZC_REPLY;
      return ZC_OK;
    }
    if (broken) {
      *arrival = ZC_DIED;
      return code;
    }
    char *room = zc_buffer_reserve(&worker->input, 65536);
    if (room == NULL)
      return zc_fail_memory(err);
    ssize_t got = read(worker->from, room, 65536);
    if (got > 0) {
      worker->input.size += (size_t)got;
      continue;
    }
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0 && errno == EAGAIN) {
      int ready = wait_for(worker->from, POLLIN, until);
      if (ready == 1)
        continue;
      *arrival = ready == 0 ? ZC_TIMEOUT : ZC_DIED;
      return ZC_OK;
    }
    *arrival = ZC_DIED;
    return ZC_OK;
  }
}

zc_code zc_worker_receive(zc_worker *worker, int64_t milliseconds, zc_arrival *arrival,
                          json_t **frame, zc_err *err)
{
  zc_code code = greet(worker, err);
  *frame = NULL;
  return code == ZC_OK ? receive(worker, milliseconds, arrival, frame, err) : code;
}
