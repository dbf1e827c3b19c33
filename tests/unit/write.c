#include "base/write.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

/* Much more than a pipe holds. */
enum { SIZE = 1 << 20 };

static unsigned char byte_at(size_t i)
{
  return (unsigned char)(i * 31 >> 3);
}

/* A process that reads `fd` in small pieces and exits with 0 if all of it came. */
static pid_t slow_reader(const int ends[2])
{
  pid_t child = fork();
  if (child != 0)
    return child;
  close(ends[1]);
  size_t at = 0;
  unsigned char piece[777];
  for (;;) {
    ssize_t got = read(ends[0], piece, sizeof piece);
    if (got <= 0)
      _exit(got == 0 && at == SIZE ? 0 : 1);
    for (ssize_t i = 0; i < got; i++)
      if (piece[i] != byte_at(at++))
        _exit(2);
  }
}

/* Writes SIZE bytes through a pipe; what its reader says. */
static int pump_through_a_pipe(void)
{
  int ends[2], status = -1;
  zc_err err;
  cr_assert(pipe(ends) == 0);
  unsigned char *data = malloc(SIZE);
  for (size_t i = 0; i < SIZE; i++)
    data[i] = byte_at(i);
  pid_t child = slow_reader(ends);
  close(ends[0]);
  cr_expect(eq(int, zc_write_all(ends[1], "pipe", data, SIZE, &err), ZC_OK));
  close(ends[1]);
  while (waitpid(child, &status, 0) < 0 && errno == EINTR)
    ;
  free(data);
  return status;
}

Test(write, all_bytes_go_through_a_pipe_that_is_read_slowly, .timeout = 60)
{
  cr_expect(eq(int, pump_through_a_pipe(), 0));
}

static volatile sig_atomic_t alarms;

static void count_alarm(int number)
{
  (void)number;
  alarms++;
}

Test(write, signals_lose_no_bytes, .timeout = 60)
{
  struct sigaction action = {.sa_handler = count_alarm}; /* no SA_RESTART */
  struct itimerval often = {{0, 200}, {0, 200}}, never = {{0, 0}, {0, 0}};
  sigaction(SIGALRM, &action, NULL);
  setitimer(ITIMER_REAL, &often, NULL);
  int status = pump_through_a_pipe();
  while (alarms == 0)
    ;
  setitimer(ITIMER_REAL, &never, NULL);
  cr_expect(eq(int, status, 0));
}

Test(write, nothing_to_write_is_no_failure)
{
  zc_err err;
  cr_expect(eq(int, zc_write_all(-1, "a", NULL, 0, &err), ZC_OK));
}

Test(write, a_full_disk_is_told_with_its_remedy)
{
  zc_err err;
  int fd = open("/dev/full", O_WRONLY);
  cr_assert(fd >= 0);
  cr_expect(eq(int, zc_write_all(fd, "报告.md", "text", 4, &err), ZC_EIO));
  close(fd);
  cr_expect(ne(ptr, strstr(err.text, "the disk is full"), NULL), "%s", err.text);
  cr_expect(eq(str, (char *)zc_err_argument(&err, "path"), (char *)"报告.md"));
}

Test(write, a_closed_descriptor_is_told_with_its_reason)
{
  zc_err err;
  cr_expect(eq(int, zc_write_all(-1, "a", "text", 4, &err), ZC_EIO));
  cr_expect(eq(str, (char *)zc_err_argument(&err, "reason_term"), strerror(EBADF)));
}

Test(write, reasons_that_want_different_remedies_are_told_apart)
{
  static const struct {
    int number;
    zc_code code;
    const char *words;
  } rows[] = {
      {ENOSPC, ZC_EIO, "the disk is full"},   {EDQUOT, ZC_EIO, "the disk is full"},
      {EROFS, ZC_EWRITE, "no permission"},    {EACCES, ZC_EWRITE, "no permission"},
      {EPERM, ZC_EWRITE, "no permission"},    {EIO, ZC_EIO, "cannot write"},
      {ENAMETOOLONG, ZC_EIO, "cannot write"}, {EFBIG, ZC_EIO, "cannot write"},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    zc_err err;
    errno = rows[i].number;
    cr_expect(eq(int, zc_fail_write(&err, "a"), rows[i].code), "row %zu", i);
    cr_expect(ne(ptr, strstr(err.text, rows[i].words), NULL), "row %zu: %s", i,
              err.text);
    cr_expect(eq(str, (char *)zc_err_argument(&err, "path"), (char *)"a"), "row %zu",
              i);
  }
}
