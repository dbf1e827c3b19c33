#include "eval/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <lauxlib.h>
#include <malloc.h>
#include <pthread.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "eval/state.h"

#define ADDRESS_SPACE ((size_t)1 << 30)
#define THREAD_SPACE ((size_t)64 << 20) /* what the allocator reserves for one */
#define TABLE_TIMES 3                   /* a table, and what is made of it */
#define CPU_SECONDS 900

static int by_byte(const void *a, const void *b)
{
  return *(const unsigned char *)a - *(const unsigned char *)b;
}

/* The C library asks how much memory there is when it sorts more than 1 KiB for the first
 * time, which the filter forbids. */
static void sort_once(void)
{
  unsigned char bytes[2048];
  for (size_t i = 0; i < sizeof bytes; i++)
    bytes[i] = (unsigned char)(i * 7);
  qsort(bytes, sizeof bytes, 1, by_byte);
}

zc_code zc_lock_prepare(bool tables, zc_gb18030 **converter, zc_err *err)
{
  sort_once();
  json_object_seed(0); /* opens /dev/urandom, now rather than later */
  *converter = tables ? zc_gb18030_new() : NULL;
  void *first = malloc(1); /* glibc sets its heap up at the first call */
  if (first == NULL)
    return zc_fail_memory(err);
  free(first);
  return ZC_OK;
}

static zc_code limit(int resource, rlim_t value, zc_err *err)
{
  struct rlimit both = {value, value}, now;
  if (getrlimit(resource, &now) == 0 && now.rlim_max < value)
    both.rlim_cur = both.rlim_max = now.rlim_max;
  if (setrlimit(resource, &both) == 0)
    return ZC_OK;
  return zc_fail_system(err, ZC_EINTERNAL, errno,
                        "a resource limit failed: {reason_term}", NULL);
}

#ifndef ZC_SANITIZED
/* The filter: computing, talking over open pipes, ending. Memory may be asked for,
 * but never with the right to execute it. 0 when it is in force. */
static int filter_calls(void)
{
  static const int plain[] =
      {SCMP_SYS(read),         SCMP_SYS(write),       SCMP_SYS(brk),
       SCMP_SYS(munmap),       SCMP_SYS(mremap),      SCMP_SYS(madvise),
       SCMP_SYS(futex),        SCMP_SYS(sched_yield), SCMP_SYS(rt_sigprocmask),
       SCMP_SYS(rt_sigreturn), SCMP_SYS(exit),        SCMP_SYS(exit_group)};
  /* Where nothing can be begun it tells what is missing: memory, or the system's leave. */
  errno = 0;
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
  if (filter == NULL)
    return errno == ENOMEM ? -ENOMEM : -EPERM;
  int result = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
  for (size_t i = 0; result == 0 && i < sizeof plain / sizeof *plain; i++)
    result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, plain[i], 0);
  if (result == 0)
    result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
                              SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                              SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS,
                                      MAP_ANONYMOUS));
  if (result == 0)
    result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                              SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  if (result == 0)
    result = seccomp_load(filter);
  seccomp_release(filter);
  return result;
}
#endif

/* Threads begin before the filter is in force: it would kill them as they do. */
static zc_code start_crew(int threads, zc_crew **crew, zc_err *err)
{
  *crew = NULL;
  /* Otherwise the C library counts the processors once several threads have asked it for
   * memory, which the filter forbids. What one has given back is there for all. */
  mallopt(M_ARENA_MAX, 1);
  return threads > 1 ? zc_crew_new(threads, crew, err) : ZC_OK;
}

#ifndef ZC_SANITIZED
static zc_code limit_space(size_t mapped, int threads, zc_err *err)
{
  size_t space = ADDRESS_SPACE + (size_t)(threads - 1) * THREAD_SPACE;
  if (mapped > (SIZE_MAX / 2 - space) / TABLE_TIMES)
    return zc_fail_memory(err);
  return limit(RLIMIT_AS, (rlim_t)(mapped * TABLE_TIMES + space), err);
}
#endif

zc_code zc_lock(size_t mapped, int threads, zc_crew **crew, bool *full, zc_err *err)
{
  *full = false;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return zc_fail_system(err, ZC_EINTERNAL, errno,
                          "a process limit failed: {reason_term}", NULL);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  zc_code code = limit(RLIMIT_CORE, 0, err);
  if (code == ZC_OK)
    code = limit(RLIMIT_FSIZE, 0, err);
  if (code == ZC_OK)
    code = limit(RLIMIT_CPU, (rlim_t)CPU_SECONDS * (rlim_t)threads, err);
#ifdef ZC_SANITIZED
  (void)mapped;
  return code == ZC_OK ? start_crew(threads, crew, err) : code;
#else
  if (code == ZC_OK)
    code = limit_space(mapped, threads, err);
  if (code == ZC_OK)
    code = start_crew(threads, crew, err);
  if (code == ZC_OK)
    code = limit(RLIMIT_NOFILE, 0, err);
  if (code == ZC_OK)
    code = limit(RLIMIT_NPROC, 0, err);
  if (code != ZC_OK)
    return code;
  int result = filter_calls();
  *full = result == 0;
  /* A system that cannot isolate is one thing, memory that has run out another. */
  return result == -ENOMEM ? zc_fail_memory(err) : ZC_OK;
#endif
}

/* ---- trying ---------------------------------------------------------------------- */

/* Takes memory that is a mapping of its own, lets it grow, and gives it back. */
static bool use_memory(void)
{
  size_t size = (size_t)4 << 20;
  char *small = malloc(1000), *large = malloc(size);
  bool good = small != NULL && large != NULL;
  if (good) {
    large[0] = large[size - 1] = 1;
    char *larger = realloc(large, size * 2);
    good = larger != NULL;
    large = good ? larger : large;
  }
  free(small);
  free(large);
  return good;
}

/* A task that each of a crew does once: whoever has come waits for the others. */
typedef struct {
  pthread_mutex_t lock;
  pthread_cond_t all;
  int size, come, failed;
  bool opening; /* all open a file, the caller only where he is alone */
} meeting;

static void meet(void *context, size_t part, int worker)
{
  meeting *m = context;
  (void)part;
  bool good = use_memory();
  pthread_mutex_lock(&m->lock);
  m->failed += !good;
  if (++m->come == m->size)
    pthread_cond_broadcast(&m->all);
  while (m->come < m->size)
    pthread_cond_wait(&m->all, &m->lock);
  pthread_mutex_unlock(&m->lock);
  if (m->opening && (worker > 0 || m->size == 1))
    open("/dev/null", O_RDONLY | O_CLOEXEC);
}

/* False when one of them got no memory. */
static bool meet_all(zc_crew *crew, bool opening)
{
  meeting m = {.size = zc_crew_size(crew), .opening = opening};
  pthread_mutex_init(&m.lock, NULL);
  pthread_cond_init(&m.all, NULL);
  zc_crew_run(crew, (size_t)m.size, meet, &m);
  pthread_cond_destroy(&m.all);
  pthread_mutex_destroy(&m.lock);
  return m.failed == 0;
}

zc_code zc_lock_test(zc_gb18030 *converter, zc_crew *crew, zc_err *err)
{
  if (!meet_all(crew, false))
    return zc_fail_memory(err);
  sort_once();
  zc_budget budget = {.cap = ZC_LUA_MEMORY};
  lua_State *L = zc_state_new(&budget);
  if (L == NULL)
    return zc_fail_memory(err);
  static const char script[] =
      "local t = {} for i = 1, 9 do t[i] = i .. 'x' end return #t";
  zc_code code = zc_state_load(L, "=test", script, sizeof script - 1, err);
  if (code == ZC_OK)
    code = zc_state_call(L, 0, 1, 10000, err);
  lua_close(L); /* only our own script ran in it */
  zc_buffer text = {0};
  size_t bad;
  if (code == ZC_OK && converter != NULL)
    code = zc_gb18030_decode(converter, "\xd2\xa9", 2, &text, &bad, err);
  zc_buffer_free(&text);
  return code;
}

bool zc_lock_breach(const char *name, zc_crew *crew)
{
  if (strcmp(name, "open") == 0)
    return open("/dev/null", O_RDONLY | O_CLOEXEC) != -2;
  if (strcmp(name, "socket") == 0)
    return socket(AF_INET, SOCK_STREAM, 0) != -2;
  if (strcmp(name, "fork") == 0) {
    pid_t child = fork();
    if (child == 0)
      _exit(0);
    return true;
  }
  if (strcmp(name, "exec") == 0)
    return execl("/bin/true", "true", (char *)NULL) != -2;
  if (strcmp(name, "kill") == 0)
    return kill(getpid(), 0) != -2;
  if (strcmp(name, "map") == 0)
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                0) != NULL;
  if (strcmp(name, "thread") == 0) {
    meet_all(crew, true);
    return true;
  }
  return false;
}
