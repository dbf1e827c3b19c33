/* inject: a library to preload that lets calls into the system fail, as they do on full
 * disks, broken disks and machines out of memory. For builds without sanitizers.
 *
 *   ZC_FAULT_PROCESS  only programs of this name: zicha, zicha-eval
 *   ZC_FAULT_KIND     which calls: a name of `kinds` below
 *   ZC_FAULT_AT       the n-th of them fails; 0: none, they are only counted
 *   ZC_FAULT_LASTING  if set, all from the n-th on
 *   ZC_FAULT_COUNT    a file of 16 bytes: calls seen and calls failed (two 64-bit
 *                     numbers), added up over all processes
 *
 * Nothing here calls the system after the first instruction of main: the evaluator, once
 * locked down, would be killed for it. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PUBLIC __attribute__((visibility("default")))

typedef enum {
  NOTHING,
  MEMORY,
  MAP,
  READ,
  WRITE,
  SYNC,
  RENAME,
  OPEN,
  SPAWN,
  SHORT,
  TORN,
  INTERRUPT,
  KILL
} kind;

static const struct {
  const char *name;
  kind kind;
  int error;
} kinds[] = {{"memory", MEMORY, ENOMEM},
             {"map", MAP, ENOMEM},
             {"read", READ, EIO},
             {"write", WRITE, ENOSPC}, /* a pipe breaks instead */
             {"sync", SYNC, EIO},
             {"rename", RENAME, EIO},
             {"open", OPEN, EMFILE},
             {"spawn", SPAWN, EAGAIN},
             {"short", SHORT, 0}, /* reads and writes do half of what they could */
             {"torn", TORN, EIO},   /* half of a write is in the file, then the disk fails */
             {"interrupt", INTERRUPT, EINTR},
             {"kill", KILL, 0}}; /* before a change of files, the process is killed */

static kind chosen = NOTHING;
static int error_number;
static uint64_t at;
static bool lasting, evaluator;
static struct {
  _Atomic uint64_t calls, failed;
} * counts;

/* ---- the calls themselves --------------------------------------------------------------
 */

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

static ssize_t (*real_read)(int, void *, size_t);
static ssize_t (*real_pread)(int, void *, size_t, off_t);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_copy)(int, off_t *, int, off_t *, size_t, unsigned);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_syncfs)(int);
static int (*real_rename)(const char *, const char *);
static int (*real_renameat)(int, const char *, int, const char *);
static int (*real_open)(const char *, int, ...);
static int (*real_openat)(int, const char *, int, ...);
static int (*real_mkdirat)(int, const char *, mode_t);
static void *(*real_mmap)(void *, size_t, int, int, int, off_t);
static int (*real_pipe2)(int[2], int);
static int (*real_posix_spawn)(pid_t *, const char *,
                               const posix_spawn_file_actions_t *,
                               const posix_spawnattr_t *, char *const[], char *const[]);

static bool finding;

static void find_calls(void)
{
  static const struct {
    const char *name;
    void *to;
  } calls[] = {{"read", &real_read},       {"pread", &real_pread},
               {"write", &real_write},     {"pwrite", &real_pwrite},
               {"copy_file_range", &real_copy}, {"fsync", &real_fsync},     {"fdatasync", &real_fdatasync},
               {"syncfs", &real_syncfs},   {"rename", &real_rename},   {"renameat", &real_renameat},
               {"open", &real_open},       {"openat", &real_openat},
               {"mkdirat", &real_mkdirat}, {"mmap", &real_mmap},
               {"pipe2", &real_pipe2},     {"posix_spawn", &real_posix_spawn}};
  finding = true;
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
    void *found = dlsym(RTLD_NEXT, calls[i].name);
    if (found == NULL)
      abort();
    memcpy(calls[i].to, &found, sizeof found);
  }
  finding = false;
}

/* True if this call, one of `own`, is to fail; errno is set. */
static bool fails(kind own)
{
  if (real_posix_spawn == NULL && !finding) /* constructors of others come first */
    find_calls();
  if (chosen != own)
    return false;
  uint64_t number = atomic_fetch_add(&counts->calls, 1) + 1;
  if (at == 0 || number < at || (number > at && !lasting))
    return false;
  atomic_fetch_add(&counts->failed, 1);
  errno = error_number;
  return true;
}

__attribute__((constructor)) static void begin(void)
{
  const char *process = getenv("ZC_FAULT_PROCESS"), *name = getenv("ZC_FAULT_KIND");
  const char *number = getenv("ZC_FAULT_AT"), *count = getenv("ZC_FAULT_COUNT");
  if (real_posix_spawn == NULL)
    find_calls();
  if (process == NULL || name == NULL || number == NULL || count == NULL ||
      strcmp(process, program_invocation_short_name) != 0)
    return;
  evaluator = strcmp(process, "zicha-eval") == 0;
  int fd = real_open(count, O_RDWR | O_CLOEXEC);
  void *mapped = fd < 0 ? MAP_FAILED
                        : real_mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE,
                                    MAP_SHARED, fd, 0);
  if (mapped == MAP_FAILED)
    abort(); /* a test without its library would pass for nothing */
  close(fd);
  counts = mapped;
  at = strtoull(number, NULL, 10);
  lasting = getenv("ZC_FAULT_LASTING") != NULL;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (strcmp(kinds[i].name, name) == 0) {
      error_number = kinds[i].error;
      chosen = kinds[i].kind;
      return;
    }
  abort();
}

/* ---- memory ----------------------------------------------------------------------------
 */

PUBLIC void *malloc(size_t size)
{
  return fails(MEMORY) ? NULL : __libc_malloc(size);
}

PUBLIC void *calloc(size_t count, size_t size)
{
  return fails(MEMORY) ? NULL : __libc_calloc(count, size);
}

PUBLIC void *realloc(void *old, size_t size)
{
  return fails(MEMORY) ? NULL : __libc_realloc(old, size);
}

PUBLIC void *mmap(void *where, size_t size, int rights, int flags, int fd, off_t from)
{
  if (fails(MAP))
    return MAP_FAILED;
  return real_mmap(where, size, rights, flags, fd, from);
}

PUBLIC void *mmap64(void *where, size_t size, int rights, int flags, int fd, off_t from)
{
  return mmap(where, size, rights, flags, fd, from);
}

/* ---- reading and writing ---------------------------------------------------------------
 */

/* How much of `size` a call may do. */
static size_t allowed(size_t size)
{
  return size > 1 && fails(SHORT) ? size / 2 : size;
}

/* A step of what stays on the disk. */
static void step(void)
{
  if (fails(KILL))
    kill(getpid(), SIGKILL);
}

static bool refuses_write(int fd)
{
  step();
  if (!fails(WRITE))
    return false;
  struct stat about;
  if (evaluator || fstat(fd, &about) != 0 || !S_ISREG(about.st_mode))
    errno = EPIPE;
  else
    errno = error_number;
  return true;
}

PUBLIC ssize_t read(int fd, void *to, size_t size)
{
  if (fails(READ) || fails(INTERRUPT))
    return -1;
  return real_read(fd, to, allowed(size));
}

PUBLIC ssize_t pread(int fd, void *to, size_t size, off_t from)
{
  if (fails(READ) || fails(INTERRUPT))
    return -1;
  return real_pread(fd, to, allowed(size), from);
}

PUBLIC ssize_t pread64(int fd, void *to, size_t size, off_t from)
{
  return pread(fd, to, size, from);
}

/* Only of files: a pipe has no disk. */
static bool tears(int fd)
{
  struct stat about;
  return chosen == TORN && fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && fails(TORN);
}

PUBLIC ssize_t write(int fd, const void *from, size_t size)
{
  if (refuses_write(fd) || fails(INTERRUPT))
    return -1;
  if (tears(fd)) {
    real_write(fd, from, size / 2);
    errno = EIO;
    return -1;
  }
  return real_write(fd, from, allowed(size));
}

PUBLIC ssize_t pwrite(int fd, const void *from, size_t size, off_t to)
{
  if (refuses_write(fd) || fails(INTERRUPT))
    return -1;
  if (tears(fd)) {
    real_pwrite(fd, from, size / 2, to);
    errno = EIO;
    return -1;
  }
  return real_pwrite(fd, from, allowed(size), to);
}

PUBLIC ssize_t pwrite64(int fd, const void *from, size_t size, off_t to)
{
  return pwrite(fd, from, size, to);
}

PUBLIC ssize_t copy_file_range(int from, off_t *at_from, int to, off_t *at_to,
                               size_t size, unsigned flags)
{
  if (refuses_write(to) || fails(READ) || fails(INTERRUPT))
    return -1;
  if (tears(to)) {
    real_copy(from, at_from, to, at_to, size / 2, flags);
    errno = EIO;
    return -1;
  }
  return real_copy(from, at_from, to, at_to, allowed(size), flags);
}

PUBLIC ssize_t copy_file_range64(int from, off_t *at_from, int to, off_t *at_to,
                                 size_t size, unsigned flags)
{
  return copy_file_range(from, at_from, to, at_to, size, flags);
}

PUBLIC int fsync(int fd)
{
  step();
  return fails(SYNC) ? -1 : real_fsync(fd);
}

PUBLIC int fdatasync(int fd)
{
  return fails(SYNC) ? -1 : real_fdatasync(fd);
}

PUBLIC int syncfs(int fd)
{
  step();
  return fails(SYNC) ? -1 : real_syncfs(fd);
}

/* ---- names -----------------------------------------------------------------------------
 */

PUBLIC int rename(const char *from, const char *to)
{
  return fails(RENAME) ? -1 : real_rename(from, to);
}

PUBLIC int renameat(int at_from, const char *from, int at_to, const char *to)
{
  step();
  return fails(RENAME) ? -1 : real_renameat(at_from, from, at_to, to);
}

PUBLIC int open(const char *path, int flags, ...)
{
  va_list more;
  va_start(more, flags);
  mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  return fails(OPEN) ? -1 : real_open(path, flags, mode);
}

PUBLIC int open64(const char *path, int flags, ...)
{
  va_list more;
  va_start(more, flags);
  mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  return open(path, flags, mode);
}

PUBLIC int openat(int folder, const char *path, int flags, ...)
{
  va_list more;
  va_start(more, flags);
  mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  if ((flags & O_CREAT) != 0)
    step();
  return fails(OPEN) ? -1 : real_openat(folder, path, flags, mode);
}

PUBLIC int mkdirat(int folder, const char *path, mode_t mode)
{
  step();
  return fails(OPEN) ? -1 : real_mkdirat(folder, path, mode);
}

/* ---- processes -------------------------------------------------------------------------
 */

PUBLIC int pipe2(int ends[2], int flags)
{
  return fails(SPAWN) ? -1 : real_pipe2(ends, flags);
}

PUBLIC int posix_spawn(pid_t *process, const char *path,
                       const posix_spawn_file_actions_t *actions,
                       const posix_spawnattr_t *attributes, char *const words[],
                       char *const environment[])
{
  if (fails(SPAWN))
    return error_number;
  return real_posix_spawn(process, path, actions, attributes, words, environment);
}
