#include "runner/judge.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "runner/kept.h"
#include "value/fault.h"

#define ENTRY_MS 1000
#define ROWS_PER_MS 500           /* 2 µs a row */
#define DECLARED_MS 5000          /* our own forms are bounded, and slow at worst */
#define DECLARED_ROWS_PER_MS 20   /* 50 µs a row */
#define QUIET_MS (15 * 60 * 1000) /* reading tables, and small declared rules */
#define SEND_MS 30000
#define FILE_KILLS 3 /* a file that needed so many gets no more */

typedef struct {
  const zc_judgement *given;
  json_t *results, *unions, *files, *kills, *measures, *hits;
  json_t *united;  /* keys of runs that are added up with others */
  json_int_t most; /* bytes of hits */
  json_t *done;
  int64_t skipped;  /* files and runs that the last process was spared; -1: none yet */
  zc_worker *ahead; /* not used yet */
  bool full;
  bool interrupted; /* a process ended early, or memory ran out */
  zc_err *err;
} state;

typedef enum { ENDED, AGAIN, FAILED } verdict;

static json_t *failure(const char *place, const char *text, const char *name,
                       const char *value)
{
  json_t *result = json_object(), *error = json_object(), *args = json_object();
  int bad = json_object_set_new(error, "text", json_string(text));
  if (place != NULL)
    bad |= json_object_set_new(args, "at", zc_json_lossy(place, strlen(place)));
  if (name != NULL)
    bad |= json_object_set_new(args, name, json_string(value));
  bad |= json_object_set_new(error, "args", args);
  bad |= json_object_set_new(result, "error", error);
  if (bad == 0)
    return result;
  json_decref(result);
  return NULL;
}

/* Why the begun entry is over. */
static json_t *guilt(const char *place, zc_arrival arrival, int64_t milliseconds,
                     int number)
{
  char seconds[24];
  snprintf(seconds, sizeof seconds, "%lld.%lld", (long long)(milliseconds / 1000),
           (long long)(milliseconds / 100 % 10));
  if (arrival == ZC_TIMEOUT)
    return failure(place, N_("{at}stopped: longer than {seconds} seconds"), "seconds",
                   seconds);
  if (number == SIGSYS)
    return failure(place, N_("{at}stopped: a forbidden system call"), NULL, NULL);
  return failure(place, N_("{at}stopped: the process ended (signal {signal})"),
                 "signal", ZC_DIGITS(number));
}

static bool rule_in_file(const char *rule, const char *file)
{
  size_t size = strlen(file);
  return strncmp(rule, file, size) == 0 && rule[size] == '.';
}

/* Gives every run of a file that has no result yet this one. */
static int fail_file(state *s, const char *file, json_t *result)
{
  size_t index;
  const json_t *run;
  int bad = 0;
  json_array_foreach(json_object_get(s->given->request, "runs"), index, run)
  {
    const char *rule = zc_text_of(run, "rule");
    const char *key = zc_text_of(run, "key");
    if (rule_in_file(rule, file) && json_object_get(s->results, key) == NULL)
      bad |= json_object_set(s->results, key, result);
  }
  return bad;
}

/* The rule of a run, by the run's key; NULL when nobody asked for it. Borrowed. */
static const char *rule_of_run(const state *s, const char *key)
{
  size_t index;
  const json_t *run;
  json_array_foreach(json_object_get(s->given->request, "runs"), index, run)
  {
    const char *found = zc_get_text(run, "key");
    if (found != NULL && strcmp(found, key) == 0)
      return zc_get_text(run, "rule");
  }
  return NULL;
}

/* The file that declares a rule, without `.lua`. Owned. */
static char *file_of_rule(const char *rule)
{
  return strndup(rule, strcspn(rule, "."));
}

/* "rules/rx.lua:12: rx.over_days: ", or as much of it as is known. Owned. */
static char *place_of(const state *s, const char *file, const char *rule)
{
  const zc_text_file *source = zc_texts_find(s->given->files, file);
  size_t index;
  const json_t *declared;
  zc_buffer place = {0};
  zc_buffer_text(&place, source == NULL ? file : source->path);
  json_array_foreach(json_object_get(json_object_get(s->files, file), "rules"), index,
                     declared)
  {
    const char *id = zc_get_text(declared, "id");
    if (rule != NULL && id != NULL && strcmp(id, rule) == 0)
      zc_buffer_print(&place, ":%d", (int)zc_get_integer(declared, "line", 0));
  }
  zc_buffer_text(&place, ": ");
  if (rule != NULL)
    zc_buffer_print(&place, "%s: ", rule);
  return zc_buffer_take(&place);
}

static int count_kill(state *s, const char *file)
{
  json_int_t count = zc_get_integer(s->kills, file, 0) + 1;
  int bad = json_object_set_new(s->kills, file, json_integer(count));
  if (count >= FILE_KILLS) {
    json_t *result =
        failure(NULL,
                N_("not run: other rules of this file were stopped {count} times"),
                "count", ZC_DIGITS(count));
    bad |= result == NULL || fail_file(s, file, result);
    bad |= json_object_set(s->files, file, result);
    json_decref(result);
  }
  return bad;
}

/* Marks exactly the begun entry. What nobody asked for marks nothing. */
static int convict(state *s, const json_t *begun, zc_arrival arrival, int64_t clock,
                   int number)
{
  s->interrupted = true;
  const char *run = zc_get_text(begun, "run");
  const char *rule = run == NULL ? NULL : rule_of_run(s, run);
  const char *begun_file = zc_get_text(begun, "file");
  if (rule == NULL && begun_file == NULL)
    return 0;
  char *file = rule != NULL ? file_of_rule(rule) : strdup(begun_file);
  char *place = file == NULL ? NULL : place_of(s, file, rule);
  json_t *result = place == NULL ? NULL : guilt(place, arrival, clock, number);
  int bad = result == NULL;
  if (bad == 0 && rule != NULL)
    zc_kept_forget(s->hits, run);
  if (bad == 0 && rule != NULL)
    bad = json_object_set(s->results, run, result) |
          (zc_get_flag(begun, "declared") ? 0 : count_kill(s, file));
  else if (bad == 0)
    bad = fail_file(s, file, result) | json_object_set(s->files, file, result);
  json_decref(result);
  free(place);
  free(file);
  return bad;
}

/* The first frame, with what need not be done again. *count is how much that is. */
static json_t *request_with_skip(const state *s, size_t *count)
{
  json_t *request = json_copy(s->given->request), *skip = json_object();
  json_t *files = json_array(), *runs = json_array();
  size_t index;
  const json_t *run;
  int bad = request == NULL;
  for (size_t i = 0; i < s->given->files->count; i++) {
    const char *name = s->given->files->files[i].name;
    if (json_object_get(json_object_get(s->files, name), "error") != NULL)
      bad |= json_array_append_new(files, json_string(name));
  }
  /* What is added up must be seen by one process; only the guilty stay out. */
  json_array_foreach(json_object_get(request, "runs"), index, run)
  {
    const char *key = zc_text_of(run, "key");
    const json_t *result = json_object_get(s->results, key);
    if (result != NULL && (json_object_get(result, "error") != NULL ||
                           json_object_get(s->united, key) == NULL))
      bad |= json_array_append_new(runs, json_string(key));
  }
  *count = json_array_size(files) + json_array_size(runs);
  bad |= json_object_set_new(skip, "files", files);
  bad |= json_object_set_new(skip, "runs", runs);
  bad |= json_object_set_new(request, "skip", skip);
  if (bad == 0)
    return request;
  json_decref(request);
  return NULL;
}

static bool lacked_memory(const json_t *result)
{
  const char *text = zc_get_text(json_object_get(result, "error"), "text");
  return text != NULL && strcmp(text, ZC_MEMORY_TEXT) == 0;
}

/* Takes one frame in. *begun is what runs now, NULL when nothing announced does. */
static int take(state *s, const json_t *frame, json_t **begun)
{
  const char *run = zc_get_text(frame, "run"), *file = zc_get_text(frame, "file");
  const char *item = zc_get_text(frame, "union");
  json_t *begin = json_object_get(frame, "begin");
  s->interrupted |= lacked_memory(frame) ||
                    lacked_memory(json_object_get(frame, "result"));
  json_decref(*begun);
  *begun = NULL;
  if (begin != NULL) {
    *begun = json_incref(begin);
    return 0;
  }
  if (run != NULL) {
    if (json_object_get(json_object_get(frame, "result"), "error") != NULL)
      zc_kept_forget(s->hits, run);
    return json_object_set(s->results, run, json_object_get(frame, "result"));
  }
  if (item != NULL)
    return json_object_set(s->unions, item, json_object_get(frame, "result"));
  const char *measure = zc_get_text(frame, "measure"),
             *hits = zc_get_text(frame, "hits");
  if (measure != NULL)
    return json_object_set(s->measures, measure, json_object_get(frame, "result"));
  if (hits != NULL)
    return rule_of_run(s, hits) == NULL ? 0 : zc_kept_take(s->hits, frame, s->most);
  if (json_object_get(frame, "patients") != NULL)
    return zc_kept_name(s->hits, json_object_get(frame, "patients"));
  if (file != NULL) {
    int bad = json_object_set(s->files, file, (json_t *)frame);
    /* A file that fails to load fails all its rules, with its own words. */
    if (json_object_get(frame, "error") != NULL)
      bad |= fail_file(s, file, (json_t *)frame);
    return bad;
  }
  s->done = json_incref(json_object_get(frame, "done"));
  return 0;
}

static int64_t clock_for(const state *s, const json_t *begun)
{
  if (begun == NULL)
    return QUIET_MS;
  int64_t rows = zc_get_integer(begun, "rows", 0);
  if (rows > s->given->rows)
    rows = s->given->rows;
  return zc_get_flag(begun, "declared") ? DECLARED_MS + rows / DECLARED_ROWS_PER_MS
                                        : ENTRY_MS + rows / ROWS_PER_MS;
}

/* The process is over and foreign code was not to blame: a table may be, that was written to
 * while it was read. */
static verdict blame(state *s, zc_worker *worker, zc_arrival arrival, json_t *frame)
{
  int number = arrival == ZC_DIED ? zc_worker_signal(worker) : 0;
  if (zc_handed_compare(s->given->tables, s->given->table_count, s->err) != ZC_OK)
    return FAILED;
  const json_t *fatal = json_object_get(frame, "fatal");
  if (fatal != NULL) {
    zc_fail_message(s->err, ZC_EINTERNAL, fatal);
  } else if (number == SIGBUS) {
    zc_fail(s->err, ZC_EIO,
            "a table could not be read although it did not change (signal {signal}): "
            "look at the disk that it lies on",
            "signal", ZC_DIGITS(number), NULL);
  } else if (arrival == ZC_TIMEOUT) {
    zc_fail(s->err, ZC_EINTERNAL, "the evaluator did not finish within 15 minutes",
            NULL);
  } else {
    zc_fail(s->err, ZC_EINTERNAL, "the evaluator died (signal {signal})", "signal",
            ZC_DIGITS(number), NULL);
  }
  return FAILED;
}

/* Whether a file that became shorter ended the process, whatever had been begun. */
static bool table_ended(const state *s, zc_worker *worker, zc_arrival arrival)
{
  zc_err ignored;
  return arrival == ZC_DIED && zc_worker_signal(worker) == SIGBUS &&
         zc_handed_compare(s->given->tables, s->given->table_count, &ignored) != ZC_OK;
}

static verdict listen(state *s, zc_worker *worker)
{
  json_t *begun = NULL;
  verdict result = AGAIN;
  while (result == AGAIN && s->done == NULL) {
    zc_arrival arrival;
    json_t *frame;
    int64_t clock = clock_for(s, begun);
    int bad = 0;
    if (zc_worker_receive(worker, clock, &arrival, &frame, s->err) != ZC_OK) {
      result = FAILED;
      break;
    }
    bool fatal = frame != NULL && json_object_get(frame, "fatal") != NULL;
    if (arrival == ZC_REPLY && zc_get_flag(frame, "again")) {
      json_decref(frame);
      break;
    }
    if (arrival == ZC_REPLY && !fatal) {
      bad = take(s, frame, &begun);
      zc_watch_tell(s->given->watch, json_object_size(s->results), 0);
    } else if (begun != NULL && !table_ended(s, worker, arrival)) {
      int number = arrival == ZC_DIED ? zc_worker_signal(worker) : 0;
      bad = convict(s, begun, arrival, clock, number);
      json_decref(frame);
      json_decref(begun);
      if (bad != 0)
        zc_fail_memory(s->err);
      return bad != 0 ? FAILED : AGAIN;
    } else {
      result = blame(s, worker, arrival, frame);
    }
    if (bad != 0) {
      zc_fail_memory(s->err);
      result = FAILED;
    }
    json_decref(frame);
  }
  json_decref(begun);
  return s->done != NULL && result == AGAIN ? ENDED : result;
}

zc_code zc_fail_isolation(zc_err *err)
{
  return zc_fail(
      err, ZC_ETRUST,
      "this system cannot isolate rules fully, and the package is neither shipped "
      "with zicha nor signed by a trusted key; if you trust whoever wrote it, use "
      "--isolation process or ZICHA_ISOLATION=process",
      NULL);
}

static verdict run_process(state *s)
{
  zc_worker *worker = s->ahead;
  verdict result = FAILED;
  size_t skipped = 0;
  json_t *request = request_with_skip(s, &skipped);
  zc_code code = ZC_OK;
  s->ahead = NULL;
  /* Each process settles something that the next one need not do: none gets rid of the
   * host by beginning for ever what nobody asked for. */
  if (request != NULL && (int64_t)skipped <= s->skipped)
    code = zc_fail(s->err, ZC_EINTERNAL, "the evaluator ends again and again", NULL);
  s->skipped = (int64_t)skipped;
  if (code == ZC_OK && worker == NULL)
    code = zc_worker_start(s->given->program, s->given->tables, s->given->table_count,
                           s->given->threads, &worker, s->err);
  if (code == ZC_OK)
    code = zc_worker_level(worker, &s->full, s->err);
  if (code == ZC_OK && !s->full && s->given->need_full)
    zc_fail_isolation(s->err);
  else if (code == ZC_OK && request == NULL)
    zc_fail_memory(s->err);
  else if (code == ZC_OK &&
           zc_worker_send(worker, request, s->given->files, SEND_MS, s->err) == ZC_OK)
    result = listen(s, worker);
  json_decref(request);
  zc_worker_stop(worker);
  return result;
}

/* Keys of the runs that unions name. */
static json_t *find_united(const json_t *request)
{
  json_t *united = json_object();
  size_t index, inner;
  const json_t *entry, *key;
  int bad = united == NULL;
  json_array_foreach(json_object_get(request, "unions"), index, entry)
  {
    json_array_foreach(json_object_get(entry, "runs"), inner, key)
    {
      const char *text = json_string_value(key);
      bad |= json_object_set_new(united, zc_text_or(text, ""), json_true());
    }
  }
  if (bad == 0)
    return united;
  json_decref(united);
  return NULL;
}

zc_code zc_judge(const zc_judgement *judgement, json_t **outcome, zc_err *err)
{
  state s = {.given = judgement,
             .results = json_object(),
             .unions = json_object(),
             .united = find_united(judgement->request),
             .files = json_object(),
             .kills = json_object(),
             .measures = json_object(),
             .hits = zc_kept_new(),
             .most = json_object_get(judgement->request, "hits_most") == NULL
                         ? INT64_MAX
                         : ZC_KEPT_BYTES,
             .skipped = -1,
             .ahead = judgement->first,
             .err = err};
  verdict result = AGAIN;
  *outcome = NULL;
  while (result == AGAIN) {
    result = run_process(&s);
    if (result == AGAIN && zc_kept_next(s.hits) != 0) {
      zc_fail_memory(err);
      result = FAILED;
    }
  }
  if (result == ENDED) {
    json_t *out = json_object();
    int bad = json_object_update(out, s.done);
    bad |= json_object_set(out, "results", s.results);
    bad |= json_object_set(out, "unions", s.unions);
    bad |= json_object_set(out, "files", s.files);
    bad |= json_object_set(out, "measures", s.measures);
    bad |= json_object_set(out, "hits", s.hits);
    bad |= json_object_set_new(out, "interrupted", json_boolean(s.interrupted));
    bad |= json_object_set_new(out, "isolation",
                               json_string(s.full ? "full" : "process"));
    if (bad == 0) {
      *outcome = out;
    } else {
      json_decref(out);
      zc_fail_memory(err);
    }
  }
  json_decref(s.results);
  json_decref(s.unions);
  json_decref(s.united);
  json_decref(s.files);
  json_decref(s.kills);
  json_decref(s.measures);
  json_decref(s.hits);
  json_decref(s.done);
  return *outcome != NULL ? ZC_OK : err->code;
}
