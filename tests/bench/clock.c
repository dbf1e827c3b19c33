/* clock: runs commands in turn, ten of A, ten of B, ten of A …, and prints for each the
 * median wall time, the median CPU time and the peak memory, as one JSON object. Blocks,
 * because a short command right behind a long one pays for the caches that it left; in
 * turn, because machines get slower and faster.
 *
 *   clock RUNS[/BLOCK] NAME COMMAND ARG … -- NAME COMMAND ARG …
 *
 * BLOCK is another number than ten: long commands leave the caches alike, so that one of each
 * in turn is fairer to them.
 * An argument @DAY becomes another day at every run of every command, so that nothing is
 * answered from what an earlier run has kept. Standard output is thrown away. A command may end with
 * any status below 3; any other is an error. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST_RUNS 1000
#define MOST_COMMANDS 16
#define BLOCK 10

typedef struct {
  const char *name;
  char **words;
  double wall[MOST_RUNS], cpu[MOST_RUNS];
  long peak;
} command;

static double seconds(struct timeval time)
{
  return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static double now(void)
{
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void execute(char **words, int run)
{
  char day[32];
  int null = open("/dev/null", O_RDWR);
  snprintf(day, sizeof day, "%04d-%02d-%02d", 1900 + run % 200, 1 + run / 200 % 12,
           1 + run / 2400 % 28);
  for (char **word = words; *word != NULL; word++)
    if (strcmp(*word, "@DAY") == 0)
      *word = day;
  dup2(null, STDIN_FILENO);
  dup2(null, STDOUT_FILENO);
  execvp(words[0], words);
  perror(words[0]);
  _exit(127);
}

static void run_once(command *c, int run, int slot)
{
  struct rusage usage;
  int status;
  double start = now();
  pid_t child = fork();
  if (child == 0)
    execute(c->words, run);
  wait4(child, &status, 0, &usage);
  double wall = now() - start;
  if (!WIFEXITED(status) || WEXITSTATUS(status) > 2) {
    fprintf(stderr, "%s failed\n", c->name);
    exit(1);
  }
  if (slot < 0)
    return;
  c->wall[slot] = wall;
  c->cpu[slot] = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  if (usage.ru_maxrss > c->peak)
    c->peak = usage.ru_maxrss;
}

static int ascending(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *values, int count)
{
  qsort(values, (size_t)count, sizeof *values, ascending);
  return count % 2 ? values[count / 2]
                   : (values[count / 2 - 1] + values[count / 2]) / 2;
}

int main(int argc, char **argv)
{
  static command commands[MOST_COMMANDS];
  int count = 0, runs = argc > 1 ? atoi(argv[1]) : 0, block = BLOCK;
  if (argc > 1 && strchr(argv[1], '/') != NULL)
    block = atoi(strchr(argv[1], '/') + 1);
  for (int i = 2; i < argc; count++) {
    if (count == MOST_COMMANDS) {
      fprintf(stderr, "clock: more than %d commands\n", MOST_COMMANDS);
      return 64;
    }
    commands[count].name = argv[i++];
    commands[count].words = &argv[i];
    while (i < argc && strcmp(argv[i], "--") != 0)
      i++;
    if (i < argc)
      argv[i++] = NULL;
  }
  if (runs < 1 || runs > MOST_RUNS || block < 1 || count == 0) {
    fprintf(stderr,
            "usage: clock RUNS[/BLOCK] NAME COMMAND ARG… [-- NAME COMMAND ARG…]\n");
    return 64;
  }
  srand((unsigned)getpid());
  int first = rand() % 60000;
  for (int c = 0; c < count; c++) /* one to warm up */
    run_once(&commands[c], first + c, -1);
  for (int begin = 0; begin < runs; begin += block)
    for (int c = 0; c < count; c++)
      for (int run = begin; run < begin + block && run < runs; run++)
        run_once(&commands[c], first + (run + 1) * count + c, run);
  printf("{");
  for (int c = 0; c < count; c++)
    printf("%s\"%s\":{\"wall_s\":%.6f,\"cpu_s\":%.6f,\"peak_kib\":%ld}", c ? "," : "",
           commands[c].name, median(commands[c].wall, runs),
           median(commands[c].cpu, runs), commands[c].peak);
  printf("}\n");
  return 0;
}
