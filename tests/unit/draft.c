/* Copies in the making: zc_draft_copy, zc_draft_open, zc_draft_flush, zc_draft_commit_as. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

#include "base/file.h"
#include "folder.h"

typedef struct {
  uint64_t calls, last;
} seen;

static void note(void *context, uint64_t bytes, uint64_t rows)
{
  seen *s = context;
  cr_expect(bytes >= s->last && rows == 0);
  s->calls++;
  s->last = bytes;
}

static int source(const folder *f, const char *text)
{
  folder_put(f, "from", text);
  int fd = openat(f->fd, "from", O_RDONLY);
  cr_assert(fd >= 0);
  return fd;
}

static zc_draft *begin(const folder *f, const char *path)
{
  zc_draft *draft;
  zc_err err;
  cr_assert(eq(int, zc_draft_begin(f->fd, path, 0400, &draft, &err), ZC_OK));
  return draft;
}

Test(draft, a_copy_is_committed_under_another_name_with_its_bytes_and_mode)
{
  folder f = folder_new();
  zc_err err;
  seen s = {0};
  zc_watch watch = {note, &s};
  int from = source(&f, "abc");
  cr_assert(lseek(from, 2, SEEK_SET) == 2);
  zc_draft *draft = begin(&f, "to/name");
  cr_expect(eq(int, zc_draft_copy(draft, from, "from", 3, &watch, &err), ZC_OK));
  cr_expect(eq(int, zc_draft_flush(draft, &err), ZC_OK));
  cr_expect(eq(int, zc_draft_commit_as(draft, "other", &err), ZC_OK));
  cr_expect(eq(str, folder_text(&f, "to/other"), (char *)"abc"));
  cr_expect(eq(int, (int)folder_mode(&f, "to/other"), 0400));
  cr_expect(faccessat(f.fd, "to/name", F_OK, 0) != 0);
  cr_expect(eq(u64, s.last, 3));
  close(from);
  folder_free(&f);
}

Test(draft, what_is_copied_can_be_read_before_it_has_its_name)
{
  folder f = folder_new();
  zc_err err;
  char text[8] = "";
  int fd, from = source(&f, "abc");
  zc_draft *draft = begin(&f, "to");
  cr_expect(eq(int, zc_draft_copy(draft, from, "from", 100, NULL, &err), ZC_OK));
  cr_assert(eq(int, zc_draft_open(draft, &fd, &err), ZC_OK));
  cr_expect(faccessat(f.fd, "to", F_OK, 0) != 0);
  cr_expect(eq(int, (int)read(fd, text, sizeof text), 3));
  cr_expect(eq(str, text, (char *)"abc"));
  cr_expect(write(fd, "x", 1) < 0);
  close(fd);
  zc_draft_drop(draft);
  cr_expect(eq(sz, folder_count(&f), 1));
  close(from);
  folder_free(&f);
}

Test(draft, an_empty_file_has_an_empty_copy)
{
  folder f = folder_new();
  zc_err err;
  int from = source(&f, "");
  zc_draft *draft = begin(&f, "to");
  cr_expect(eq(int, zc_draft_copy(draft, from, "from", 0, NULL, &err), ZC_OK));
  cr_expect(eq(int, zc_draft_commit(draft, &err), ZC_OK));
  cr_expect(eq(str, folder_text(&f, "to"), (char *)""));
  close(from);
  folder_free(&f);
}

/* The files of /proc say that they are empty, and are not: the system's copy ends at once. */
Test(draft, a_file_that_hides_its_size_is_copied_whole)
{
  folder f = folder_new();
  zc_err err;
  zc_buffer copy = {0}, whole = {0};
  int from = open("/proc/cpuinfo", O_RDONLY);
  cr_assert(from >= 0);
  zc_draft *draft = begin(&f, "to");
  cr_expect(eq(int, zc_draft_copy(draft, from, "from", 1 << 30, NULL, &err), ZC_OK));
  cr_expect(eq(int, zc_draft_commit(draft, &err), ZC_OK));
  cr_expect(eq(int, zc_file_read_beneath(f.fd, "to", 1 << 30, &copy, &err), ZC_OK));
  cr_expect(eq(int, zc_file_load(from, "cpuinfo", 1 << 30, &whole, &err), ZC_OK));
  cr_expect(copy.size > 0 && strncmp(copy.data, whole.data, 30) == 0);
  zc_buffer_free(&copy);
  zc_buffer_free(&whole);
  close(from);
  folder_free(&f);
}

Test(draft, a_copy_of_more_than_one_piece_is_the_same_and_is_told_of_each)
{
  enum { SIZE = 70000001 };
  folder f = folder_new();
  zc_err err;
  seen s = {0};
  zc_watch watch = {note, &s};
  char *text = malloc(SIZE), digits[ZC_HASH_ROOM], again[ZC_HASH_ROOM];
  int fd, from = source(&f, "");
  for (size_t i = 0; i < SIZE; i++)
    text[i] = (char)(i * 2654435761u >> 13);
  cr_assert(eq(int, zc_file_write(f.fd, "from", text, SIZE, 0600, &err), ZC_OK));
  close(from);
  from = openat(f.fd, "from", O_RDONLY);
  zc_draft *draft = begin(&f, "to");
  cr_expect(eq(int, zc_draft_copy(draft, from, "from", SIZE, &watch, &err), ZC_OK));
  cr_expect(s.calls >= 3 && s.last == SIZE);
  cr_assert(eq(int, zc_draft_open(draft, &fd, &err), ZC_OK));
  s = (seen){0};
  cr_expect(eq(int, zc_file_hash_watched(fd, "to", &watch, digits, &err), ZC_OK));
  cr_expect(s.calls >= 3 && s.last == SIZE);
  cr_expect(eq(int, zc_hash_of(text, SIZE, again, &err), ZC_OK));
  cr_expect(eq(str, digits, again));
  zc_draft_drop(draft);
  close(fd);
  close(from);
  free(text);
  folder_free(&f);
}

Test(draft, a_copy_over_the_limit_is_refused_by_the_name_of_its_source)
{
  folder f = folder_new();
  size_t before = open_descriptors();
  zc_err err;
  int from = source(&f, "abcd");
  zc_draft *draft = begin(&f, "to");
  cr_expect(eq(int, zc_draft_copy(draft, from, "the source", 3, NULL, &err), ZC_EDATA));
  cr_expect(eq(str, (char *)zc_err_argument(&err, "path"), (char *)"the source"));
  cr_expect(eq(int, zc_draft_commit(draft, &err), ZC_EIO));
  cr_expect(eq(sz, folder_count(&f), 1));
  close(from);
  cr_expect(eq(sz, open_descriptors(), before));
  folder_free(&f);
}

Test(draft, a_copy_that_cannot_be_written_leaves_the_old_one)
{
  folder f = folder_new();
  zc_err err;
  int from = source(&f, "a longer text");
  folder_put(&f, "to", "old");
  zc_draft *draft = begin(&f, "to");
  signal(SIGXFSZ, SIG_IGN);
  struct rlimit limit = {5, 5};
  cr_assert(setrlimit(RLIMIT_FSIZE, &limit) == 0);
  cr_expect(eq(int, zc_draft_copy(draft, from, "from", 100, NULL, &err), ZC_EIO));
  zc_draft_drop(draft);
  cr_expect(eq(str, folder_text(&f, "to"), (char *)"old"));
  cr_expect(eq(sz, folder_count(&f), 2));
  close(from);
  folder_free(&f);
}

Test(draft, what_cannot_be_read_is_not_copied)
{
  folder f = folder_new();
  zc_err err;
  zc_draft *draft = begin(&f, "to");
  cr_expect(eq(int, zc_draft_copy(draft, f.fd, "folder", 100, NULL, &err), ZC_EIO));
  zc_draft_drop(draft);
  cr_expect(eq(sz, folder_count(&f), 0));
  folder_free(&f);
}

Test(draft, a_commit_goes_into_no_other_folder)
{
  folder f = folder_new();
  size_t before = open_descriptors();
  zc_err err;
  static const char *const names[] = {"", "../up", "a/b", "/tmp/x"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    cr_expect(eq(int, zc_draft_commit_as(begin(&f, "to"), names[i], &err), ZC_EOPEN));
  cr_expect(eq(sz, folder_count(&f), 0));
  cr_expect(eq(sz, open_descriptors(), before));
  folder_free(&f);
}

/* What was flushed and then written to is flushed again: nothing can be seen of that here,
 * but both orders leave the whole file. */
Test(draft, it_may_be_written_to_after_a_flush)
{
  folder f = folder_new();
  zc_err err;
  zc_draft *draft = begin(&f, "to");
  cr_expect(eq(int, zc_draft_add(draft, "a", 1, &err), ZC_OK));
  cr_expect(eq(int, zc_draft_flush(draft, &err), ZC_OK));
  cr_expect(eq(int, zc_draft_add(draft, "b", 1, &err), ZC_OK));
  cr_expect(eq(int, zc_draft_commit(draft, &err), ZC_OK));
  cr_expect(eq(str, folder_text(&f, "to"), (char *)"ab"));
  folder_free(&f);
}
