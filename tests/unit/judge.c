/* Rules in processes that break: exactly the guilty entry fails, and the run ends. */
#include "runner/judge.h"

#include "fake.h"
#include "runner/kept.h"

TestSuite(judge, .init = fake_begin, .fini = fake_end, .timeout = 60);

/* Scripts wait with `take` until the request has come, and keep it: whoever ends before
 * would make the sending fail. */
#define TAKE "take() { dd of=request bs=64k count=1 2>/dev/null; }\nulimit -c 0\n"

typedef struct {
  zc_code code;
  zc_err err;
  json_t *outcome;
} trial;

/* Runs a.one, a.two and b.one (files a and b) in fake evaluators. */
static trial judge_with(const char *script, bool need_full)
{
  char whole[1000];
  snprintf(whole, sizeof whole, "%s%s", TAKE, script);
  trial t = {0};
  zc_texts files = {0};
  zc_err err;
  json_t *request = json_pack("{s:s, s:[{s:s, s:s}, {s:s, s:s}, {s:s, s:s}]}", "job",
                              "rules", "runs", "key", "a.one", "rule", "a.one", "key",
                              "a.two", "rule", "a.two", "key", "b.one", "rule",
                              "b.one");
  cr_assert(eq(int, zc_texts_add(&files, "rules/a.lua", "--", 2, &err), ZC_OK));
  cr_assert(eq(int, zc_texts_add(&files, "rules/b.lua", "--", 2, &err), ZC_OK));
  zc_judgement judgement = {.program = fake_evaluator(whole),
                            .request = request,
                            .files = &files,
                            .need_full = need_full};
  t.code = zc_judge(&judgement, &t.outcome, &t.err);
  json_decref(request);
  zc_texts_free(&files);
  return t;
}

/* An argument of what a run's result says. */
static const char *argument(const trial *t, const char *run, const char *name)
{
  const json_t *result = json_object_get(json_object_get(t->outcome, "results"), run);
  const json_t *args = json_object_get(json_object_get(result, "error"), "args");
  return zc_text_or(zc_get_text(args, name), "");
}

/* What a run's result says: the text of its error, or its `answer`. */
static const char *told(const trial *t, const char *run)
{
  const json_t *result = json_object_get(json_object_get(t->outcome, "results"), run);
  const json_t *error = json_object_get(result, "error");
  return zc_text_or(zc_get_text(error == NULL ? result : error,
                                error == NULL ? "answer" : "text"),
                    "nothing");
}

#define same(a, b) eq(str, (char *)(a), (char *)(b))

/* The usual talk: both files are loaded, three runs are judged. */
static void write_good_frames(void)
{
  FRAMES("files", "{\"begin\":{\"file\":\"a\",\"rows\":0}}",
         "{\"file\":\"a\",\"rules\":[{\"id\":\"a.one\",\"line\":1},"
         "{\"id\":\"a.two\",\"line\":7}]}",
         "{\"begin\":{\"file\":\"b\",\"rows\":0}}", "{\"file\":\"b\",\"rules\":[]}");
  FRAMES("a1", "{\"begin\":{\"rows\":0,\"run\":\"a.one\"}}");
  FRAMES("a1done", "{\"result\":{\"answer\":\"1\"},\"run\":\"a.one\"}");
  FRAMES("a2", "{\"begin\":{\"rows\":0,\"run\":\"a.two\"}}");
  FRAMES("a2done", "{\"result\":{\"answer\":\"2\"},\"run\":\"a.two\"}");
  FRAMES("b1", "{\"begin\":{\"rows\":0,\"run\":\"b.one\"}}");
  FRAMES("b1done", "{\"result\":{\"answer\":\"3\"},\"run\":\"b.one\"}");
  FRAMES("done", "{\"done\":{\"described\":[],\"faults\":[],\"tables\":[]}}");
}

static void expect_all(const trial *t, const char *one, const char *two,
                       const char *three)
{
  cr_expect(eq(int, t->code, ZC_OK), "%s", t->err.text);
  cr_expect(same(told(t, "a.one"), one));
  cr_expect(same(told(t, "a.two"), two));
  cr_expect(same(told(t, "b.one"), three));
  cr_expect(no_children());
}

Test(judge, results_are_taken_as_they_come)
{
  write_good_frames();
  trial t = judge_with("cat hello; take; cat files a1 a1done a2 a2done b1 b1done done",
                       true);
  expect_all(&t, "1", "2", "3");
  cr_expect(same(zc_get_text(t.outcome, "isolation"), "full"));
  json_decref(t.outcome);
}

Test(judge, a_process_that_dies_costs_the_begun_run_and_no_other)
{
  static const struct {
    const char *death, *text, *signal;
  } rows[] = {
      {"kill -SEGV $$", "{at}stopped: the process ended (signal {signal})", "11"},
      {"kill -KILL $$", "{at}stopped: the process ended (signal {signal})", "9"},
      {"kill -SYS $$", "{at}stopped: a forbidden system call", NULL},
      {"exit 0", "{at}stopped: the process ended (signal {signal})", "0"},
      {"echo garbage", "{at}stopped: the process ended (signal {signal})", "0"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char script[400];
    write_good_frames();
    snprintf(script, sizeof script,
             "cat hello; take; cat files\n"
             "if [ -e first ]; then cat b1 b1done done; exit; fi\n"
             "touch first; cat a1 a1done a2; %s",
             rows[i].death);
    trial t = judge_with(script, true);
    expect_all(&t, "1", rows[i].text, "3");
    cr_expect(same(argument(&t, "a.two", "at"), "rules/a.lua:7: a.two: "));
    if (rows[i].signal != NULL)
      cr_expect(same(argument(&t, "a.two", "signal"), rows[i].signal), "row %zu", i);
    json_decref(t.outcome);
    fake_end();
    fake_begin();
  }
}

/* The ids of the hits that are kept of a run. */
static const char *kept_of(const trial *t, const char *run)
{
  static char room[200];
  json_t *rows = NULL;
  bool more;
  zc_err err;
  size_t index;
  const json_t *row;
  room[0] = '\0';
  cr_assert(
      eq(int,
         zc_kept_rows(json_object_get(t->outcome, "hits"), run, &rows, &more, &err),
         ZC_OK));
  json_array_foreach(rows, index, row) strcat(room, zc_get_text(row, "id"));
  json_decref(rows);
  return room;
}

Test(judge,
     hits_of_a_run_that_was_stopped_or_failed_or_that_nobody_asked_for_are_dropped)
{
  write_good_frames();
  FRAMES("hits1",
         "{\"first\":true,\"hits\":\"a.one\",\"rows\":\"[{\\\"id\\\":\\\"x\\\"}]\"}");
  FRAMES("hits2",
         "{\"first\":true,\"hits\":\"a.two\",\"rows\":\"[{\\\"id\\\":\\\"y\\\"}]\"}",
         "{\"first\":true,\"hits\":\"c.one\",\"rows\":\"[{\\\"id\\\":\\\"w\\\"}]\"}",
         "{\"begin\":{\"rows\":0,\"run\":\"a.two\"}}");
  FRAMES(
      "hits3",
      "{\"first\":true,\"hits\":\"b.one\",\"rows\":\"[{\\\"id\\\":\\\"z\\\"}]\"}",
      "{\"result\":{\"error\":{\"args\":{},\"text\":\"broken\"}},\"run\":\"b.one\"}");
  trial t = judge_with("cat hello; take; cat files\n"
                       "if [ -e first ]; then cat hits3 done; exit; fi\n"
                       "touch first; cat hits1 a1done hits2; kill -SEGV $$",
                       true);
  cr_expect(same(kept_of(&t, "a.one"), "x"));
  cr_expect(same(kept_of(&t, "a.two"), ""));
  cr_expect(same(kept_of(&t, "b.one"), ""));
  cr_expect(same(kept_of(&t, "c.one"), ""));
  json_decref(t.outcome);
}

/* Two seconds would be too many for foreign code. */
Test(judge, a_declared_run_has_more_time_than_foreign_code)
{
  write_good_frames();
  FRAMES("slow", "{\"begin\":{\"declared\":true,\"rows\":0,\"run\":\"a.two\"}}");
  trial t = judge_with("cat hello; take; cat files a1 a1done slow; sleep 2\n"
                       "cat a2done b1 b1done done",
                       true);
  expect_all(&t, "1", "2", "3");
  json_decref(t.outcome);
}

Test(judge, a_declared_run_that_does_not_end_is_stopped_by_the_clock)
{
  write_good_frames();
  FRAMES("slow", "{\"begin\":{\"declared\":true,\"rows\":0,\"run\":\"a.two\"}}");
  trial t = judge_with("cat hello; take; cat files\n"
                       "if [ -e first ]; then cat b1 b1done done; exit; fi\n"
                       "touch first; cat a1 a1done slow; exec sleep 60",
                       true);
  expect_all(&t, "1", "{at}stopped: longer than {seconds} seconds", "3");
  json_decref(t.outcome);
}

Test(judge, a_run_that_does_not_end_is_stopped_by_the_clock)
{
  write_good_frames();
  trial t = judge_with("cat hello; take; cat files\n"
                       "if [ -e first ]; then cat b1 b1done done; exit; fi\n"
                       "touch first; cat a1 a1done a2; exec sleep 60",
                       true);
  expect_all(&t, "1", "{at}stopped: longer than {seconds} seconds", "3");
  json_decref(t.outcome);
}

/* The new process is told what need not be done again. */
Test(judge, the_next_process_skips_what_is_decided)
{
  write_good_frames();
  trial t =
      judge_with("cat hello; take; cat files\n"
                 "if [ -e first ]; then head -c 300 >second & cat b1 b1done done; "
                 "wait; exit; fi\n"
                 "touch first; cat a1 a1done a2; kill -KILL $$",
                 true);
  char *request = fake_read("request");
  cr_expect(strstr(request, "\"skip\":{\"files\":[],\"runs\":[\"a.one\",\"a.two\"]}") !=
                NULL,
            "%s", request);
  free(request);
  json_decref(t.outcome);
}

Test(judge, a_file_that_breaks_while_it_is_loaded_costs_its_own_rules)
{
  write_good_frames();
  FRAMES("a", "{\"begin\":{\"file\":\"a\",\"rows\":0}}");
  FRAMES("b", "{\"begin\":{\"file\":\"b\",\"rows\":0}}",
         "{\"file\":\"b\",\"rules\":[]}");
  trial t = judge_with("cat hello; take\n"
                       "if [ -e first ]; then cat b b1 b1done done; exit; fi\n"
                       "touch first; cat a; kill -SEGV $$",
                       true);
  const char *text = "{at}stopped: the process ended (signal {signal})";
  expect_all(&t, text, text, "3");
  cr_expect(same(argument(&t, "a.one", "at"), "rules/a.lua: "));
  json_decref(t.outcome);
}

/* A process may leave the rest to a new one, if it has settled something. */
Test(judge, a_process_that_asks_for_another_one_gets_it)
{
  write_good_frames();
  FRAMES("again", "{\"again\":true}");
  trial t = judge_with("cat hello; take\n"
                       "if [ -e first ]; then cat b1 b1done done; exit; fi\n"
                       "touch first; cat files a1 a1done a2 a2done again",
                       true);
  expect_all(&t, "1", "2", "3");
  json_decref(t.outcome);
}

/* Of five rules of a file each of the first three takes its process down; the next
 * process would begin the fourth. */
static void stop_three_times(const char *file)
{
  char script[1000] = TAKE "cat hello; take\n", path[300];
  zc_texts files = {0};
  zc_err err;
  trial t;
  json_t *request = json_pack("{s:s}", "job", "rules"), *runs = json_array();
  write_good_frames();
  snprintf(path, sizeof path, "rules/%s.lua", file);
  cr_assert(eq(int, zc_texts_add(&files, path, "--", 2, &err), ZC_OK));
  for (int n = 1; n <= 5; n++) {
    char rule[300], frame[400], name[24];
    size_t used = strlen(script);
    snprintf(rule, sizeof rule, "%s.r%d", file, n);
    json_array_append_new(runs, json_pack("{s:s, s:s}", "key", rule, "rule", rule));
    snprintf(frame, sizeof frame, "{\"begin\":{\"rows\":0,\"run\":\"%s\"}}", rule);
    snprintf(name, sizeof name, "r%d", n);
    FRAMES(name, frame);
    if (n <= 3)
      snprintf(script + used, sizeof script - used,
               "if [ ! -e n%d ]; then touch n%d; cat r%d; kill -KILL $$; fi\n", n, n,
               n);
  }
  size_t used = strlen(script);
  snprintf(script + used, sizeof script - used, "cat b1 b1done done");
  json_array_append_new(runs, json_pack("{s:s, s:s}", "key", "b.one", "rule", "b.one"));
  json_object_set_new(request, "runs", runs);
  zc_judgement judgement = {.program = fake_evaluator(script),
                            .request = request,
                            .files = &files};
  t.code = zc_judge(&judgement, &t.outcome, &err);
  cr_assert(eq(int, t.code, ZC_OK));
  for (int n = 1; n <= 5; n++) {
    char rule[300];
    snprintf(rule, sizeof rule, "%s.r%d", file, n);
    cr_expect(
        same(told(&t, rule),
             n <= 3 ? "{at}stopped: the process ended (signal {signal})"
                    : "not run: other rules of this file were stopped {count} times"),
        "rule %d", n);
  }
  cr_expect(same(told(&t, "b.one"), "3"));
  char *last = fake_read("request"), skipped[400];
  snprintf(skipped, sizeof skipped, "\"skip\":{\"files\":[\"%s\"],", file);
  cr_expect(strstr(last, skipped) != NULL);
  free(last);
  json_decref(t.outcome);
  json_decref(request);
  zc_texts_free(&files);
}

Test(judge, a_file_that_was_stopped_three_times_gets_no_more)
{
  stop_three_times("a");
}

Test(judge, stops_are_counted_for_files_with_long_names_too)
{
  char name[200];
  memset(name, 'a', sizeof name - 1);
  name[sizeof name - 1] = '\0';
  stop_three_times(name);
}

Test(judge, stops_of_one_file_are_not_held_against_another)
{
  write_good_frames();
  trial t = judge_with("cat hello; take\n"
                       "if [ ! -e n1 ]; then touch n1; cat a1; kill -KILL $$; fi\n"
                       "if [ ! -e n2 ]; then touch n2; cat a2; kill -KILL $$; fi\n"
                       "cat b1 b1done done",
                       true);
  const char *stopped = "{at}stopped: the process ended (signal {signal})";
  expect_all(&t, stopped, stopped, "3");
  json_decref(t.outcome);
}

Test(judge, what_dies_while_nothing_foreign_runs_is_an_internal_error)
{
  static const struct {
    const char *script;
    zc_code code;
    const char *text;
  } rows[] = {
      {"cat hello; take", ZC_EINTERNAL, "the evaluator died (signal {signal})"},
      {"cat hello; take; cat files a1 a1done; kill -SEGV $$", ZC_EINTERNAL,
       "the evaluator died (signal {signal})"},
      {"cat hello; take; cat files a1 a1done; kill -BUS $$", ZC_EIO,
       "a table could not be read although it did not change (signal {signal}): look "
       "at "
       "the disk that it lies on"},
      {"cat hello; take; cat files a1 a1done; echo garbage", ZC_EINTERNAL,
       "the evaluator died (signal {signal})"},
      {"cat hello; take; cat fatal", ZC_EINTERNAL, "no memory"},
      {"cat fatal", ZC_EINTERNAL, NULL},
      {"exit 1", ZC_EINTERNAL, NULL},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    write_good_frames();
    FRAMES("fatal", "{\"fatal\":{\"args\":{},\"text\":\"no memory\"}}");
    trial t = judge_with(rows[i].script, true);
    cr_expect(eq(int, t.code, rows[i].code), "row %zu", i);
    cr_expect(eq(ptr, t.outcome, NULL), "row %zu", i);
    if (rows[i].text != NULL)
      cr_expect(same(t.err.text, rows[i].text), "row %zu", i);
    cr_expect(no_children(), "row %zu", i);
  }
}

Test(judge, below_full_isolation_nothing_runs_that_wants_it)
{
  write_good_frames();
  FRAMES("hello_process", "{\"hello\":\"process\"}");
  const char *script = "cat hello_process; dd of=input bs=64k count=1 2>/dev/null; "
                       "cat files a1 a1done a2 a2done b1 b1done done";
  trial t = judge_with(script, true);
  cr_expect(eq(int, t.code, ZC_ETRUST));
  cr_expect(eq(ptr, t.outcome, NULL));
  char *input = fake_read("input");
  cr_expect(eq(sz, strlen(input), 0), "the rules were sent");
  free(input);
  t = judge_with(script, false);
  expect_all(&t, "1", "2", "3");
  cr_expect(same(zc_get_text(t.outcome, "isolation"), "process"));
  json_decref(t.outcome);
}

/* A process that has fallen into wrong hands must not keep the host busy for ever. */
Test(judge, a_process_that_begins_what_nobody_asked_for_comes_to_an_end)
{
  static const char *const begins[] = {
      "{\"begin\":{\"rows\":0,\"run\":\"x.one\"}}",
      "{\"begin\":{\"file\":\"x\",\"rows\":0}}",
      "{\"begin\":{}}",
      "{\"begin\":5}",
      "{\"begin\":{\"rows\":0,\"run\":\"a.one\"}}",
      "{\"again\":true}",
      "{\"run\":\"x.one\",\"result\":{\"error\":{}}}",
  };
  for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
    FRAMES("begin", begins[i]);
    /* The thirtieth process talks sense, to end the test. */
    write_good_frames();
    trial t = judge_with("echo x >>count; cat hello; take\n"
                         "[ $(wc -l <count) -lt 30 ] || { cat done; exit; }\n"
                         "cat begin",
                         true);
    char *count = fake_read("count");
    cr_expect(lt(sz, strlen(count), 60), "row %zu", i);
    free(count);
    json_decref(t.outcome);
    cr_expect(no_children(), "row %zu", i);
    fake_end();
    fake_begin();
  }
}
