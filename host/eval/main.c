/* zicha-eval: reads frames on standard input, computes, writes frames on standard
 * output. It locks itself down before the first byte: see lock.h. It takes nothing
 * but --table NAME=FD and --threads N arguments and looks at no environment. */
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/heap.h"
#include "base/write.h"
#include "eval/job.h"
#include "eval/lock.h"
#include "value/frame.h"

#define MOST 8 /* threads, where nobody says how many */
/* Bytes that are read while a thread begins, or later. */
#define WORTH ((size_t)1 << 20)
/* Bytes of tables whose arrays are so large that their memory is worth keeping. */
#define LARGE ((size_t)16 << 20)

bool zc_inputs_find(const zc_inputs *inputs, const char *id, zc_mapped *mapped)
{
  for (size_t i = 0; i < inputs->table_count; i++)
    if (strcmp(inputs->tables[i].id, id) == 0) {
      *mapped = inputs->tables[i];
      return true;
    }
  return false;
}

#define REPLY_ROOM ((size_t)1 << 16)

/* Replies wait here until somebody must see them: every write wakes the host up. */
static zc_buffer waiting;

zc_code zc_reply_flush(zc_err *err)
{
  zc_code code = zc_write_all(STDOUT_FILENO, "pipe", waiting.data, waiting.size, err);
  waiting.size = 0;
  return code;
}

zc_code zc_reply(const json_t *frame, zc_err *err)
{
  zc_code code = zc_frame_pack(frame, &waiting, err);
  return code == ZC_OK && waiting.size > REPLY_ROOM ? zc_reply_flush(err) : code;
}

zc_code zc_reply_text(const char *text, size_t size, zc_err *err)
{
  zc_code code = zc_frame_pack_text(text, size, &waiting, err);
  return code == ZC_OK && waiting.size > REPLY_ROOM ? zc_reply_flush(err) : code;
}

zc_code zc_reply_with(const char *name, json_t *value, zc_err *err)
{
  json_t *frame = json_object();
  if (json_object_set_new(frame, name, value) != 0) {
    json_decref(frame);
    return zc_fail_memory(err);
  }
  zc_code code = zc_reply(frame, err);
  json_decref(frame);
  return code;
}

zc_code zc_job_breach(const zc_inputs *inputs, const json_t *first, zc_err *err)
{
  bool known = zc_lock_breach(zc_text_of(first, "name"), inputs->crew);
  return zc_reply_with("breached", json_boolean(known), err);
}

static zc_code fail_usage(zc_err *err)
{
  return zc_fail(err, ZC_EUSAGE, "usage: zicha-eval [--threads N] [--table NAME=FD]…",
                 NULL);
}

/* Maps one NAME=FD. */
static zc_code map_table(char *argument, zc_inputs *inputs, size_t *total, zc_err *err)
{
  char *equals = strchr(argument, '='), *end = NULL;
  long fd = equals == NULL ? -1 : strtol(equals + 1, &end, 10);
  size_t taken = 0;
  if (fd < 3 || *end != '\0' || inputs->table_count == ZC_EVAL_TABLES)
    return fail_usage(err);
  *equals = '\0';
  zc_mapped *table = &inputs->tables[inputs->table_count++];
  table->id = argument;
  zc_code code = zc_map_file((int)fd, table, &taken, err);
  close((int)fd);
  *total += taken;
  return code;
}

/* One for each processor that may be used, where tables are large enough to be worth it. */
static int threads_for(size_t total)
{
  cpu_set_t own;
  if (total < WORTH)
    return 1;
  int count = sched_getaffinity(0, sizeof own, &own) == 0 ? CPU_COUNT(&own) : MOST;
  return count < 1 ? 1 : count > MOST ? MOST : count;
}

static zc_code read_threads(const char *word, int *threads, zc_err *err)
{
  char *end;
  long number = strtol(word, &end, 10);
  if (end == word || *end != '\0' || number < 1 || number > ZC_CREW_MOST)
    return fail_usage(err);
  *threads = (int)number;
  return ZC_OK;
}

static zc_code begin(int count, char **words, zc_inputs *inputs, bool *full,
                     zc_err *err)
{
  size_t total = 0;
  int threads = 0; /* not said */
  zc_code code = zc_lock_prepare(count > 1, &inputs->converter, err);
  for (int i = 1; code == ZC_OK && i < count; i += 2) {
    if (i + 1 == count)
      return fail_usage(err);
    if (strcmp(words[i], "--threads") == 0)
      code = read_threads(words[i + 1], &threads, err);
    else if (strcmp(words[i], "--table") == 0)
      code = map_table(words[i + 1], inputs, &total, err);
    else
      return fail_usage(err);
  }
  /* Only tables are shared work. */
  if (threads == 0 || inputs->table_count == 0)
    threads = threads_for(total);
  if (code == ZC_OK)
    code = zc_lock(total, threads, &inputs->crew, full, err);
  return code == ZC_OK ? zc_lock_test(inputs->converter, inputs->crew, err) : code;
}

static zc_code say_hello(bool full, zc_err *err)
{
  zc_code code = zc_reply_with("hello", json_string(full ? "full" : "process"), err);
  return code == ZC_OK ? zc_reply_flush(err) : code;
}

static zc_code work(const zc_inputs *inputs, zc_err *err)
{
  static const struct {
    const char *name;
    zc_code (*run)(const zc_inputs *inputs, const json_t *first, zc_err *err);
    size_t heap; /* large pages that a small one needs */
  } jobs[] = {{"plan", zc_job_scripts, 3},
              {"paper", zc_job_scripts, 1},
              {"rules", zc_job_rules, 1},
              {"import", zc_job_import, 0},
              {"breach", zc_job_breach, 0}};
  json_t *first;
  zc_code code = zc_frame_read(STDIN_FILENO, &first, err);
  if (code != ZC_OK || first == NULL)
    return code;
  const char *name = zc_text_of(first, "job");
  size_t mapped = 0;
  for (size_t i = 0; i < inputs->table_count; i++)
    mapped += inputs->tables[i].size;
  for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++)
    if (strcmp(jobs[i].name, name) == 0) {
      if (jobs[i].run == zc_job_rules && mapped > LARGE)
        zc_heap_keep();
      else if (jobs[i].heap > 0)
        zc_heap_warm(jobs[i].heap);
      return jobs[i].run(inputs, first, err);
    }
  return zc_fail(err, ZC_EUSAGE, "an unknown job", NULL);
}

int main(int count, char **words)
{
  static zc_inputs inputs; /* as large as its table of tables */
  bool full = false;
  zc_err err;
  zc_code code = begin(count, words, &inputs, &full, &err);
  if (code == ZC_OK)
    code = say_hello(full, &err);
  if (code == ZC_OK)
    code = work(&inputs, &err);
  zc_err ignored;
  if (code != ZC_OK) {
    json_t *message = zc_message_of(&err);
    if (message != NULL)
      zc_reply_with("fatal", message, &ignored);
  }
  zc_reply_flush(&ignored);
  /* Foreign state is never torn down. */
  _exit(code);
}
