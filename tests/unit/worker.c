/* The host's side of one evaluator process, and what it makes of processes that break the
 * agreement. */
#include "runner/worker.h"

#include <fcntl.h>
#include <time.h>

#include "fake.h"
#include "runner/engine.h"

TestSuite(worker, .init = fake_begin, .fini = fake_end, .timeout = 60);

#define WAIT_MS 300

static zc_worker *start_fake(const char *script)
{
  zc_worker *worker;
  zc_err err;
  cr_assert(eq(int, zc_worker_start(fake_evaluator(script), NULL, 0, 0, &worker, &err),
               ZC_OK));
  return worker;
}

static zc_arrival receive(zc_worker *worker, json_t **frame)
{
  zc_err err;
  zc_arrival arrival;
  cr_assert(eq(int, zc_worker_receive(worker, WAIT_MS, &arrival, frame, &err), ZC_OK),
            "%s", err.text);
  return arrival;
}

/* ---- arrivals ------------------------------------------------------------------ */

Test(worker, frames_arrive_in_order_and_then_the_end)
{
  json_t *frame;
  FRAMES("frames", "{\"n\":1}", "{\"n\":2}", "{\"n\":3}");
  zc_worker *worker = start_fake("cat hello frames");
  for (int n = 1; n <= 3; n++) {
    cr_expect(eq(int, receive(worker, &frame), ZC_REPLY));
    cr_expect(eq(int, (int)zc_get_integer(frame, "n", 0), n));
    json_decref(frame);
  }
  cr_expect(eq(int, receive(worker, &frame), ZC_DIED));
  cr_expect(eq(ptr, frame, NULL));
  cr_expect(eq(int, zc_worker_signal(worker), 0));
  zc_worker_stop(worker);
}

Test(worker, a_frame_that_comes_in_pieces_is_whole)
{
  json_t *frame;
  FRAMES("frame", "{\"text\":\"一个整体\"}");
  zc_worker *worker = start_fake("cat hello; for n in 0 1 2 3 4 5 6 7 8 9; do "
                                 "dd if=frame bs=3 skip=$n count=1 2>/dev/null; done");
  cr_expect(eq(int, receive(worker, &frame), ZC_REPLY));
  cr_expect(
      eq(str, (char *)zc_text_or(zc_get_text(frame, "text"), ""), (char *)"一个整体"));
  json_decref(frame);
  zc_worker_stop(worker);
}

/* What no evaluator of ours sends; each is the end of the process, at once. */
Test(worker, what_is_no_frame_counts_as_the_end_of_the_process)
{
  static const struct {
    const char *bytes;
    size_t size;
  } rows[] = {
      {"garbage that is no frame", 24},    /* a length of 1.6 GB */
      {"\xff\xff\xff\xff{}", 6},           /* the longest length */
      {"\x01\x00\x00\x10{}", 6},           /* one byte over the limit */
      {"\x00\x00\x00\x00", 4},             /* nothing */
      {"\x02\x00\x00\x00[]", 6},           /* no map */
      {"\x04\x00\x00\x00null", 8},         /* */
      {"\x03\x00\x00\x00{}\n{}", 8},       /* then again too short */
      {"\x07\x00\x00\x00{\"a\":1", 11},    /* half a value */
      {"\x09\x00\x00\x00{\"a\":1.5}", 13}, /* a real */
      {"\x0a\x00\x00\x00{\"a\":null}", 14},
      {"\x0d\x00\x00\x00{\"a\":1,\"a\":2}", 17}, /* a key twice */
      {"\x09\x00\x00\x00{\"a\":\"\xff\"}", 13},
      {"\x02\x00\x00", 3},            /* half a head, then the end */
      {"\x20\x00\x00\x00{\"a\":", 9}, /* half a frame, then the end */
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    json_t *frame;
    zc_arrival arrival = ZC_REPLY;
    fake_write("bytes", rows[i].bytes, rows[i].size);
    zc_worker *worker = start_fake("cat hello bytes");
    /* The seventh sends one good frame first. */
    for (int n = 0; n < 2 && arrival == ZC_REPLY; n++) {
      arrival = receive(worker, &frame);
      json_decref(frame);
    }
    cr_expect(eq(int, arrival, ZC_DIED), "row %zu", i);
    zc_worker_stop(worker);
  }
}

Test(worker, whoever_sends_garbage_and_lives_on_is_killed)
{
  json_t *frame;
  zc_worker *worker = start_fake("cat hello; echo garbage; exec sleep 60");
  cr_expect(eq(int, receive(worker, &frame), ZC_DIED));
  cr_expect(eq(int, zc_worker_signal(worker), SIGKILL));
  zc_worker_stop(worker);
  cr_expect(no_children());
}

Test(worker, half_a_frame_and_silence_is_a_timeout)
{
  static const char *const scripts[] = {
      "cat hello; exec sleep 60",
      "cat hello; printf '\\020\\000'; exec sleep 60",
      "cat hello; printf '\\020\\000\\000\\000{\"a\":'; exec sleep 60",
      "cat hello; printf '\\000\\000\\000\\020{\"a\":'; exec sleep 60",
  };
  for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
    json_t *frame;
    zc_worker *worker = start_fake(scripts[i]);
    cr_expect(eq(int, receive(worker, &frame), ZC_TIMEOUT), "row %zu", i);
    cr_expect(eq(ptr, frame, NULL), "row %zu", i);
    zc_worker_stop(worker);
  }
  cr_expect(no_children());
}

/* A drop now and then does not wind the clock up again. */
Test(worker, a_frame_that_drips_in_is_a_timeout)
{
  json_t *frame;
  zc_worker *worker = start_fake("cat hello; printf '\\000\\020\\000\\000'; "
                                 "while printf x; do sleep 0.05; done");
  cr_expect(eq(int, receive(worker, &frame), ZC_TIMEOUT));
  zc_worker_stop(worker);
}

Test(worker, the_signal_that_ended_a_process_is_told)
{
  static const int signals[] = {SIGSEGV, SIGBUS, SIGSYS, SIGABRT, SIGKILL, SIGTERM};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
    char script[100];
    json_t *frame;
    snprintf(script, sizeof script,
             "ulimit -c 0; cat hello; kill -%d $$; exec sleep 60", signals[i]);
    zc_worker *worker = start_fake(script);
    cr_expect(eq(int, receive(worker, &frame), ZC_DIED), "signal %d", signals[i]);
    cr_expect(eq(int, zc_worker_signal(worker), signals[i]));
    cr_expect(eq(int, zc_worker_signal(worker), signals[i]), "asked again");
    zc_worker_stop(worker);
  }
  cr_expect(no_children());
}

/* ---- greeting ------------------------------------------------------------------ */

Test(worker, the_greeting_tells_the_level)
{
  static const struct {
    const char *greeting;
    zc_code code;
    bool full;
  } rows[] = {
      {"{\"hello\":\"full\"}", ZC_OK, true},
      {"{\"hello\":\"process\"}", ZC_OK, false},
      {"{\"hello\":\"none\"}", ZC_EINTERNAL, false},
      {"{\"hello\":true}", ZC_EINTERNAL, false},
      {"{\"level\":\"full\"}", ZC_EINTERNAL, false},
      {"{\"fatal\":{\"args\":{},\"text\":\"no\"}}", ZC_EINTERNAL, false},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    zc_err err;
    bool full = !rows[i].full;
    FRAMES("greeting", rows[i].greeting);
    zc_worker *worker = start_fake("cat greeting");
    cr_expect(eq(int, zc_worker_level(worker, &full, &err), rows[i].code), "row %zu",
              i);
    cr_expect(eq(int, full, rows[i].full), "row %zu", i);
    zc_worker_stop(worker);
  }
}

Test(worker, a_process_that_does_not_greet_is_a_failure_that_names_doctor)
{
  static const char *const scripts[] = {
      "exit 0",        "exit 70",
      "echo garbage",  "printf '\\020\\000\\000\\000{\"hello\":'",
      "kill -SEGV $$", "exec >&-; exec sleep 60",
  };
  for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
    zc_err err;
    zc_arrival arrival;
    json_t *frame;
    bool full;
    zc_worker *worker = start_fake(scripts[i]);
    cr_expect(eq(int, zc_worker_receive(worker, WAIT_MS, &arrival, &frame, &err),
                 ZC_EINTERNAL),
              "row %zu", i);
    cr_expect(strstr(err.text, "zicha doctor") != NULL, "row %zu: %s", i, err.text);
    cr_expect(eq(ptr, frame, NULL), "row %zu", i);
    cr_expect(eq(int, zc_worker_level(worker, &full, &err), ZC_EINTERNAL), "row %zu",
              i);
    zc_worker_stop(worker);
  }
  cr_expect(no_children());
}

Test(worker, a_program_that_cannot_be_started_is_something_to_install)
{
  static const char *const programs[] = {"/nowhere/zicha-eval", "/tmp", "/dev/null"};
  int before = open_descriptors();
  for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
    zc_err err;
    zc_worker *worker;
    cr_expect(eq(int, zc_worker_start(programs[i], NULL, 0, 0, &worker, &err),
                 ZC_EINSTALL),
              "%s", programs[i]);
    cr_expect(eq(ptr, worker, NULL));
    cr_expect(eq(str, (char *)zc_text_or(zc_err_argument(&err, "path"), ""),
                 (char *)programs[i]));
  }
  cr_expect(eq(int, open_descriptors(), before));
  cr_expect(no_children());
}

/* ---- sending ------------------------------------------------------------------- */

static zc_code send_large(zc_worker *worker, zc_err *err)
{
  size_t size = (size_t)4 << 20;
  char *text = malloc(size);
  memset(text, 'x', size);
  json_t *frame = json_object();
  json_object_set_new(frame, "text", json_stringn(text, size));
  zc_code code = zc_worker_send(worker, frame, NULL, WAIT_MS, err);
  json_decref(frame);
  free(text);
  return code;
}

Test(worker, a_process_that_takes_nothing_is_a_failure_in_time)
{
  static const char *const scripts[] = {
      "cat hello; exec sleep 60",
      "cat hello; head -c 100 >/dev/null; exec sleep 60",
  };
  for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
    zc_err err;
    zc_worker *worker = start_fake(scripts[i]);
    cr_expect(eq(int, send_large(worker, &err), ZC_EINTERNAL), "row %zu", i);
    cr_expect(eq(str, err.text, (char *)"the evaluator does not take its input"),
              "row %zu", i);
    zc_worker_stop(worker);
  }
  cr_expect(no_children());
}

/* Waits until the process has ended, and leaves it to be reaped. */
static void await_end(void)
{
  siginfo_t info;
  cr_assert(eq(int, waitid(P_ALL, 0, &info, WEXITED | WNOWAIT), 0));
}

static void await_file(const char *name)
{
  char path[200];
  struct timespec moment = {0, 5000000};
  snprintf(path, sizeof path, "%s/%s", fake_folder, name);
  for (int i = 0; i < 4000 && access(path, F_OK) != 0; i++)
    nanosleep(&moment, NULL);
  cr_assert(eq(int, access(path, F_OK), 0));
}

Test(worker, of_a_process_that_has_ended_receiving_tells_and_not_sending)
{
  static const char *const scripts[] =
      {"cat hello", "cat hello; kill -KILL $$",
       "cat hello; exec <&-; : >closed; exec sleep 60"};
  for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
    zc_err err;
    zc_worker *worker = start_fake(scripts[i]);
    json_t *frame;
    if (i < 2)
      await_end();
    else /* it lives, and only does not listen */
      await_file("closed");
    cr_expect(eq(int, send_large(worker, &err), ZC_OK), "row %zu", i);
    cr_expect(eq(int, receive(worker, &frame), ZC_DIED), "row %zu", i);
    zc_worker_stop(worker);
  }
}

Test(worker, what_was_sent_arrives_as_frames_and_texts)
{
  zc_err err;
  zc_texts texts = {0};
  json_t *frame, *first = json_pack("{s:s}", "job", "rules");
  cr_assert(eq(int, zc_texts_add(&texts, "rules/a.lua", "return 1", 8, &err), ZC_OK));
  FRAMES("frames", "{\"done\":true}");
  zc_worker *worker = start_fake("cat hello; head -c 50 >input; cat frames");
  cr_expect(eq(int, zc_worker_send(worker, first, &texts, WAIT_MS, &err), ZC_OK));
  cr_expect(eq(int, receive(worker, &frame), ZC_REPLY));
  char *input = fake_read("input");
  cr_expect(eq(str, input,
               (char *)"\x0f...{\"job\":\"rules\"}\x0b...rules/a.lua"
                       "\x08...return 1...."));
  free(input);
  json_decref(frame);
  json_decref(first);
  zc_texts_free(&texts);
  zc_worker_stop(worker);
}

/* ---- what the process is given -------------------------------------------------- */

Test(worker, a_process_gets_its_pipes_and_tables_and_nothing_else)
{
  zc_err err;
  zc_worker *worker;
  json_t *frame;
  int source = open("/dev/null", O_RDONLY | O_CLOEXEC);
  int table = fcntl(source, F_DUPFD_CLOEXEC, 60),
      other = fcntl(source, F_DUPFD_CLOEXEC, 70);
  zc_handed handed = {.id = "visits", .fd = table};
  setenv("SECRET", "of the host", 1);
  const char *program = fake_evaluator(
      "echo \"$*\" >words; tr '\\0' ' ' </proc/$$/environ >environment\n"
      "for fd in /proc/$$/fd/*; do echo -n \"${fd##*/} \"; done >descriptors\n"
      "cat hello frames");
  FRAMES("frames", "{\"done\":true}");
  cr_assert(eq(int, zc_worker_start(program, &handed, 1, 3, &worker, &err), ZC_OK));
  cr_expect(eq(int, receive(worker, &frame), ZC_REPLY));
  char *words = fake_read("words"), *environment = fake_read("environment"),
       *descriptors = fake_read("descriptors"), expected[100];
  snprintf(expected, sizeof expected, "--threads 3 --table visits=%d\n", table);
  cr_expect(eq(str, words, expected));
  cr_expect(eq(sz, strlen(environment), 0), "%s", environment);
  snprintf(expected, sizeof expected, " %d ", other);
  cr_expect(not(strstr(descriptors, expected) != NULL), "%s", descriptors);
  snprintf(expected, sizeof expected, " %d ", table);
  cr_expect(strstr(descriptors, expected) != NULL, "no%sin %s", expected, descriptors);
  free(words);
  free(environment);
  free(descriptors);
  json_decref(frame);
  zc_worker_stop(worker);
  close(source);
  close(table);
  close(other);
}

/* Descriptors that the host itself was started with are not marked as its own. */
Test(worker, what_the_host_inherited_is_not_passed_on)
{
  json_t *frame;
  int inherited = open("/dev/null", O_RDONLY);
  cr_assert(eq(int, dup2(inherited, 77), 77));
  FRAMES("open", "{\"hello\":\"full\"}", "{\"open\":true}");
  FRAMES("closed", "{\"hello\":\"full\"}", "{\"open\":false}");
  zc_worker *worker = start_fake("if [ -e /proc/$$/fd/77 ]; then cat open; else "
                                 "cat closed; fi");
  cr_expect(eq(int, receive(worker, &frame), ZC_REPLY));
  cr_expect(not(zc_get_flag(frame, "open")));
  json_decref(frame);
  zc_worker_stop(worker);
  close(77);
  close(inherited);
}

Test(worker, nothing_is_left_of_processes_that_were_stopped)
{
  static const char *const scripts[] = {
      "cat hello; exec sleep 60",
      "exit 0",
      "kill -KILL $$",
      "trap '' TERM INT HUP; cat hello; exec sleep 60",
      "cat hello; echo garbage",
  };
  int before = open_descriptors();
  for (int round = 0; round < 3; round++)
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
      zc_err err;
      zc_arrival arrival;
      json_t *frame;
      zc_worker *worker = start_fake(scripts[i]);
      if (round > 0)
        zc_worker_receive(worker, round == 1 ? 0 : 50, &arrival, &frame, &err);
      if (round > 0)
        json_decref(frame);
      zc_worker_stop(worker);
      cr_expect(eq(int, open_descriptors(), before), "row %zu", i);
      cr_expect(no_children(), "row %zu", i);
    }
  zc_worker_stop(NULL);
}

/* ---- engine -------------------------------------------------------------------- */

Test(worker, an_engine_that_ended_before_it_was_asked_still_tells_its_reason)
{
  zc_err err;
  zc_engine *engine;
  zc_texts none = {0};
  json_t *args = json_object(), *result = NULL;
  FRAMES("frame", "{\"fatal\":{\"args\":{},\"text\":\"no memory\"}}");
  cr_assert(eq(int, zc_engine_start(fake_evaluator("cat hello frame"), &engine, &err),
               ZC_OK));
  await_end();
  cr_expect(eq(int, zc_engine_load(engine, "plan", &none, "main", &err), ZC_OK));
  cr_expect(eq(int, zc_engine_call(engine, "open", args, &result, &err), ZC_EINTERNAL));
  cr_expect(eq(str, err.text, (char *)"no memory"));
  zc_engine_stop(engine);
  json_decref(args);
}

Test(worker, an_engine_that_breaks_is_an_internal_error_with_its_reason)
{
  static const struct {
    const char *script, *frame, *text;
  } rows[] = {
      {"cat hello frame", "{\"error\":{\"args\":{\"n\":3},\"text\":\"line {n}\"}}",
       "line {n}"},
      {"cat hello frame", "{\"fatal\":{\"args\":{},\"text\":\"no memory\"}}",
       "no memory"},
      {"cat hello frame", "{\"strange\":5}", "?"},
      {"cat hello frame", "{\"error\":5}", "?"},
      {"cat hello", "{}", NULL},
      {"cat hello; echo garbage", "{}", NULL},
      {"cat hello; kill -SEGV $$", "{}", NULL},
      {"exit 3", "{}", NULL},
  };
  zc_texts none = {0};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    zc_err err;
    zc_engine *engine;
    json_t *args = json_object(), *result = NULL;
    FRAMES("frame", rows[i].frame);
    zc_code code = zc_engine_start(fake_evaluator(rows[i].script), &engine, &err);
    if (code == ZC_OK) {
      code = zc_engine_load(engine, "plan", &none, "main", &err);
      if (code == ZC_OK)
        code = zc_engine_call(engine, "open", args, &result, &err);
      cr_expect(eq(ptr, result, NULL), "row %zu", i);
      zc_engine_stop(engine);
    }
    cr_expect(eq(int, code, ZC_EINTERNAL), "row %zu", i);
    if (rows[i].text != NULL)
      cr_expect(eq(str, err.text, (char *)rows[i].text), "row %zu", i);
    if (i == 0)
      cr_expect(eq(str, (char *)zc_err_argument(&err, "n"), (char *)"3"));
    json_decref(args);
  }
  cr_expect(no_children());
}
