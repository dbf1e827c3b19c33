/* The line on a terminal that tells how far something has come: cli/meter.h. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <fcntl.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/utf8.h"
#include "cli/message.h"
#include "cli/meter.h"

/* A terminal of so many columns in place of standard error; what it shows can be read from
 * the result. */
static int terminal(unsigned short columns)
{
  struct winsize window = {.ws_row = 24, .ws_col = columns};
  struct termios raw;
  int master, slave;
  cr_assert(openpty(&master, &slave, NULL, NULL, &window) == 0);
  cr_assert(tcgetattr(slave, &raw) == 0);
  cfmakeraw(&raw);
  cr_assert(tcsetattr(slave, TCSANOW, &raw) == 0);
  cr_assert(dup2(slave, STDERR_FILENO) >= 0);
  close(slave);
  cr_assert(fcntl(master, F_SETFL, O_NONBLOCK) == 0);
  return master;
}

static void read_all(int fd, char *room, size_t size)
{
  ssize_t got = read(fd, room, size - 1);
  room[got < 0 ? 0 : got] = '\0';
}

static void wait_ms(long milliseconds)
{
  struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  nanosleep(&time, NULL);
}

/* Tells it how far the work has come, as if it had begun so long ago. */
static void tell_after(zc_meter *meter, int64_t milliseconds, uint64_t bytes,
                       uint64_t rows)
{
  meter->begun -= milliseconds;
  meter->drawn -= milliseconds;
  zc_watch_tell(zc_meter_watch(meter), bytes, rows);
}

static int64_t clock_ms(void)
{
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static size_t drawn(const char *text)
{
  size_t count = 0;
  for (; (text = strchr(text, '\r')) != NULL; text++)
    count++;
  return count;
}

Test(meter, it_tells_rows_share_and_rate)
{
  char room[4096];
  int fd = terminal(100);
  zc_meter meter;
  zc_meter_begin(&meter, "Lines", "reading", 20594000000);
  /* So long that some seconds more say the same. */
  tell_after(&meter, 1000000, 20400000000, 777);
  read_all(fd, room, sizeof room);
  cr_expect(
      eq(str, room, (char *)"\rLines: reading, 777 rows, 99%, 20 MB/s, 10 s left"));
  zc_meter_end(&meter);
}

Test(meter, without_rows_it_tells_none)
{
  char room[4096];
  int fd = terminal(100);
  zc_meter meter;
  zc_meter_begin(&meter, "Lines", "copying", 1000000000);
  tell_after(&meter, 130, 1000000, 0);
  read_all(fd, room, sizeof room);
  cr_expect(strstr(room, "\rLines: copying, 0%, ") == room, "%s", room);
  cr_expect(strstr(room, " min ") != NULL, "%s", room);
  zc_meter_end(&meter);
}

Test(meter, what_takes_no_time_shows_nothing)
{
  char room[4096];
  int fd = terminal(80);
  int64_t began;
  do { /* once more where the machine let it take time */
    zc_meter meter;
    began = clock_ms();
    zc_meter_begin(&meter, "Lines", "reading", 100);
    zc_watch_tell(zc_meter_watch(&meter), 50, 5);
    zc_watch_tell(zc_meter_watch(&meter), 100, 10);
    zc_meter_end(&meter);
    read_all(fd, room, sizeof room);
  } while (clock_ms() - began > 90);
  cr_expect(eq(str, room, (char *)""));
}

Test(meter, it_is_written_ten_times_a_second_at_most)
{
  char room[65536];
  int fd = terminal(80);
  zc_meter meter;
  int64_t began = clock_ms();
  zc_meter_begin(&meter, "Lines", "reading", 1000);
  for (uint64_t i = 0; i < 45; i++) {
    wait_ms(10);
    zc_watch_tell(zc_meter_watch(&meter), i, i);
  }
  size_t most = (size_t)((clock_ms() - began) / 100 + 1);
  read_all(fd, room, sizeof room);
  cr_expect(drawn(room) >= 1 && drawn(room) <= most, "%zu of %zu", drawn(room), most);
  zc_meter_end(&meter);
}

Test(meter, it_is_cleared_as_wide_as_it_was)
{
  char room[4096];
  int fd = terminal(200);
  zc_meter meter;
  zc_meter_begin(&meter, "一个标题", "reading", 1000000);
  tell_after(&meter, 130, 500000, 5);
  read_all(fd, room, sizeof room);
  int width = zc_text_width(room + 1, strlen(room + 1));
  zc_meter_end(&meter);
  read_all(fd, room, sizeof room);
  cr_assert(eq(sz, strlen(room), (size_t)width + 2));
  cr_expect(room[0] == '\r' && room[width + 1] == '\r');
  cr_expect(eq(sz, strspn(room + 1, " "), (size_t)width));
}

Test(meter, a_narrow_terminal_cuts_it_between_characters)
{
  for (unsigned short columns = 1; columns < 30; columns++) {
    char room[4096];
    size_t bad;
    int fd = terminal(columns);
    zc_meter meter;
    zc_meter_begin(&meter, "处方明细处方明细", "reading", 1000000);
    tell_after(&meter, 105, 500000, 5);
    read_all(fd, room, sizeof room);
    cr_assert(room[0] == '\r');
    cr_expect(zc_utf8_valid(room, strlen(room), &bad));
    int width = zc_text_width(room + 1, strlen(room + 1));
    cr_expect(width < columns && width >= columns - 2, "%d of %d", width, (int)columns);
    zc_meter_end(&meter);
    close(fd);
  }
}

Test(meter, a_file_that_grew_is_not_more_than_whole)
{
  char room[4096];
  int fd = terminal(100);
  zc_meter meter;
  zc_meter_begin(&meter, "Lines", "reading", 1000);
  tell_after(&meter, 130, 5000, 3);
  read_all(fd, room, sizeof room);
  cr_expect(strstr(room, " 100%, ") != NULL, "%s", room);
  zc_meter_end(&meter);
}

Test(meter, nobody_watches_where_standard_error_is_no_terminal)
{
  zc_meter meter;
  int ends[2];
  char room[16];
  cr_assert(pipe2(ends, O_NONBLOCK) == 0);
  cr_assert(dup2(ends[1], STDERR_FILENO) >= 0);
  zc_meter_begin(&meter, "Lines", "reading", 1000);
  cr_expect(zc_meter_watch(&meter) == NULL);
  tell_after(&meter, 130, 500, 3);
  zc_meter_end(&meter);
  cr_expect(read(ends[0], room, sizeof room) < 0);
}

Test(meter, of_a_judging_it_tells_how_many_rules_are_done)
{
  char room[4096];
  int fd = terminal(100);
  zc_meter meter;
  zc_meter_begin_judging(&meter, 12);
  tell_after(&meter, 130, 3, 0);
  read_all(fd, room, sizeof room);
  cr_expect(eq(str, room, (char *)"\rjudging: 3 of 12 rules, 25%"));
  zc_meter_end(&meter);
}
