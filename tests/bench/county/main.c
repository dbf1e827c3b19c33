/* bench-county: makes a county of facilities and what they submit, as an office gets it.
 *
 *   bench-county [OPTION…] FOLDER bench N             one round of N honest facilities
 *   bench-county [OPTION…] FOLDER county [N]          three rounds of 300, with planted ones
 *   bench-county [OPTION…] FOLDER hostile SEED COUNT  mutations of valid reports
 *
 *   --template REPORT.md  a report that zicha made (county.sh makes one)
 *   --plan PLAN.json      what `plan show --format json` prints of its plan
 *   --seed N (1)          the same seed, the same bytes
 *   --jobs N (2)          processes
 *
 * Written are FOLDER/mail/…, the files; roster.csv; and the answer key: key.ndjson, a line
 * for each facility and round, and files.ndjson, a line for each file (both none for bench). */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/write.h"
#include "county.h"

#define MOST_JOBS 32

typedef struct {
  const char *report, *plan, *folder, *mode;
  uint64_t seed;
  int jobs, count, hostile;
  uint64_t hostile_seed;
} settings;

static const char *const parts[] = {"roster.csv", "key.ndjson", "files.ndjson"};
#define PARTS 3

static void usage(void)
{
  fprintf(stderr, "bench-county --template REPORT.md [--plan PLAN.json] [--seed N] "
                  "[--jobs N] FOLDER bench N | county [N] | hostile SEED COUNT\n");
  exit(64);
}

static settings read_words(int count, char **words)
{
  settings s = {.seed = 1, .jobs = 2, .count = 300};
  int at = 1;
  for (; at + 1 < count && strncmp(words[at], "--", 2) == 0; at += 2) {
    const char *value = words[at + 1];
    if (strcmp(words[at], "--template") == 0)
      s.report = value;
    else if (strcmp(words[at], "--plan") == 0)
      s.plan = value;
    else if (strcmp(words[at], "--seed") == 0)
      s.seed = strtoull(value, NULL, 10);
    else if (strcmp(words[at], "--jobs") == 0)
      s.jobs = atoi(value);
    else
      usage();
  }
  if (at + 1 >= count || s.report == NULL)
    usage();
  s.folder = words[at];
  s.mode = words[at + 1];
  bool is_hostile = strcmp(s.mode, "hostile") == 0;
  if (is_hostile && at + 3 < count) {
    s.hostile_seed = strtoull(words[at + 2], NULL, 10);
    s.hostile = atoi(words[at + 3]);
    s.jobs = 1;
    s.count = s.hostile; /* each facility one, or they would be taken for repetitions */
  } else if (at + 2 < count) {
    s.count = atoi(words[at + 2]);
  }
  if (s.jobs < 1 || s.jobs > MOST_JOBS || s.count < 1 ||
      (is_hostile && s.hostile < 1) ||
      (!is_hostile && strcmp(s.mode, "bench") != 0 && strcmp(s.mode, "county") != 0))
    usage();
  return s;
}

static int open_part(int folder, const char *name, int job)
{
  char path[100];
  snprintf(path, sizeof path, "%s.%d", name, job);
  int fd = openat(folder, path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0)
    stop("cannot write into the folder");
  return fd;
}

/* The places from `first` to before `end`. */
static void work(const settings *s, const template *t, place *places, int folder,
                 int job)
{
  int first = (int)((int64_t)s->count * job / s->jobs);
  int end = (int)((int64_t)s->count * (job + 1) / s->jobs);
  zc_buffer roster = {0};
  zc_err err;
  int list = open_part(folder, parts[0], job);
  output out = {folder, open_part(folder, parts[1], job),
                open_part(folder, parts[2], job), strcmp(s->mode, "bench") == 0};
  for (int i = first; i < end; i++) {
    place_key(&places[i], "key");
    place_roster_line(&places[i], &roster);
    if (s->hostile == 0)
      place_report(t, &places[i], &out, out.plain ? 1 : ROUNDS);
  }
  if (s->hostile > 0)
    hostile(t, places, s->count, &out, s->hostile_seed, s->hostile);
  must(zc_write_all(list, parts[0], roster.data, roster.size, &err), &err);
  zc_buffer_free(&roster);
}

/* Joins what the jobs have written. */
static void join(const settings *s, int folder, const char *name, const char *head)
{
  zc_buffer all = {0};
  zc_err err;
  zc_buffer_text(&all, head);
  for (int job = 0; job < s->jobs; job++) {
    char path[100];
    snprintf(path, sizeof path, "%s.%d", name, job);
    must(zc_file_read_beneath(folder, path, (size_t)1 << 32, &all, &err), &err);
    unlinkat(folder, path, 0);
  }
  must(zc_buffer_check(&all, &err), &err);
  write_beneath(folder, name, all.data, all.size);
  zc_buffer_free(&all);
}

static void run(const settings *s, const template *t, place *places, int folder)
{
  int status;
  for (int job = 0; job < s->jobs; job++) {
    pid_t child = fork();
    if (child == 0) {
      work(s, t, places, folder, job);
      _exit(0);
    }
    if (child < 0)
      stop("cannot start a process");
  }
  for (int job = 0; job < s->jobs; job++)
    if (wait(&status) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
      stop("a process has failed");
}

int main(int count, char **words)
{
  settings s = read_words(count, words);
  static template t;
  template_load(&t, s.report, s.plan);
  place *places = calloc((size_t)s.count, sizeof *places);
  if (places == NULL)
    stop("out of memory");
  for (int i = 0; i < s.count; i++)
    place_make(&places[i], s.seed, i);
  if (strcmp(s.mode, "county") == 0)
    places_plant(places, s.count, s.seed);
  mkdir(s.folder, 0777);
  int folder = open(s.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0)
    stop("cannot open the folder");
  run(&s, &t, places, folder);
  join(&s, folder, parts[0], "\xEF\xBB\xBF" ROSTER_HEAD);
  join(&s, folder, parts[1], "");
  join(&s, folder, parts[2], "");
  free(places);
  json_decref(t.record);
  json_decref(t.plan);
  return 0;
}
