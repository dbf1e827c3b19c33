/* Files written whole or not at all: zc_file_write, zc_file_copy, zc_file_rename. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

#include "base/file.h"
#include "folder.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))
#define HASH_OF_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

/* From here on a file of ours cannot grow beyond `size` bytes, as on a full disk. */
static void limit_files(rlim_t size)
{
  signal(SIGXFSZ, SIG_IGN);
  struct rlimit limit = {size, size};
  cr_assert(setrlimit(RLIMIT_FSIZE, &limit) == 0);
}

static zc_code write_text(const folder *f, const char *path, const char *text)
{
  zc_err err;
  return zc_file_write(f->fd, path, text, strlen(text), 0644, &err);
}

Test(replace, a_written_file_holds_its_bytes_and_its_mode)
{
  folder f = folder_new();
  zc_err err;
  umask(022);
  cr_expect(eq(int, zc_file_write(f.fd, "a", "x\0y", 3, 0600, &err), ZC_OK));
  struct stat about;
  cr_assert(fstatat(f.fd, "a", &about, 0) == 0);
  cr_expect(eq(int, (int)about.st_size, 3));
  cr_expect(eq(int, (int)folder_mode(&f, "a"), 0600));
  cr_expect(eq(int, memcmp(folder_text(&f, "a"), "x\0y", 3), 0));
  cr_expect(eq(sz, folder_count(&f), 1));
  folder_free(&f);
}

Test(replace, an_existing_file_is_replaced_whole)
{
  folder f = folder_new();
  folder_put(&f, "a", "a long old text");
  cr_assert(fchmodat(f.fd, "a", 0400, 0) == 0);
  cr_expect(eq(int, write_text(&f, "a", "new"), ZC_OK));
  cr_expect(eq(str, folder_text(&f, "a"), (char *)"new"));
  cr_expect(eq(sz, folder_count(&f), 1));
  folder_free(&f);
}

/* Whoever reads goes on reading the old text to its end. */
Test(replace, a_reader_of_the_old_file_keeps_it)
{
  folder f = folder_new();
  char text[16] = "";
  folder_put(&f, "a", "old");
  int fd = openat(f.fd, "a", O_RDONLY);
  cr_expect(eq(int, write_text(&f, "a", "new"), ZC_OK));
  cr_expect(eq(int, (int)read(fd, text, sizeof text - 1), 3));
  cr_expect(eq(str, text, (char *)"old"));
  close(fd);
  folder_free(&f);
}

Test(replace, a_file_may_be_empty)
{
  folder f = folder_new();
  zc_err err;
  cr_expect(eq(int, zc_file_write(f.fd, "a", NULL, 0, 0644, &err), ZC_OK));
  cr_expect(eq(int, faccessat(f.fd, "a", R_OK, 0), 0));
  folder_free(&f);
}

Test(replace, a_failed_write_leaves_the_old_file_and_nothing_else)
{
  folder f = folder_new();
  size_t before = open_descriptors();
  zc_err err;
  char *text = malloc(100000);
  memset(text, 'x', 100000);
  folder_put(&f, "a", "old");
  limit_files(50000);
  cr_expect(eq(int, zc_file_write(f.fd, "a", text, 100000, 0644, &err), ZC_EIO));
  cr_expect(eq(str, (char *)zc_err_argument(&err, "path"), (char *)"a"));
  cr_expect(eq(str, folder_text(&f, "a"), (char *)"old"));
  cr_expect(eq(sz, folder_count(&f), 1));
  cr_expect(eq(sz, open_descriptors(), before));
  free(text);
  folder_free(&f);
}

Test(replace, a_failed_first_write_leaves_nothing)
{
  folder f = folder_new();
  limit_files(2);
  cr_expect(eq(int, write_text(&f, "a", "text"), ZC_EIO));
  cr_expect(eq(sz, folder_count(&f), 0));
  folder_free(&f);
}

Test(replace, a_folder_is_not_replaced_by_a_file)
{
  folder f = folder_new();
  folder_make(&f, "a");
  cr_expect(ne(int, write_text(&f, "a", "text"), ZC_OK));
  cr_expect(eq(sz, folder_count(&f), 1));
  folder_free(&f);
}

/* A link beneath the folder is replaced itself: what it leads to is not ours. */
Test(replace, a_link_is_replaced_and_not_followed)
{
  folder f = folder_new();
  folder_put(&f, "other", "old");
  cr_assert(symlinkat("other", f.fd, "a") == 0);
  cr_expect(eq(int, write_text(&f, "a", "new"), ZC_OK));
  cr_expect(eq(str, folder_text(&f, "other"), (char *)"old"));
  cr_expect(eq(str, folder_text(&f, "a"), (char *)"new"));
  folder_free(&f);
}

Test(replace, nothing_is_written_outside_the_folder)
{
  static const char *const paths[] = {"../a",   "in/../../a", "/tmp/zicha-must-not-be",
                                      "link/a", "",           "in/",
                                      "in//a",  "."};
  folder f = folder_new();
  folder_make(&f, "in");
  folder_make(&f, "outside");
  cr_assert(symlinkat("outside", f.fd, "in/link") == 0);
  folder in = f;
  in.fd = openat(f.fd, "in", O_RDONLY | O_DIRECTORY);
  for (size_t i = 0; i < COUNT(paths); i++)
    cr_expect(ne(int, write_text(&in, paths[i], "text"), ZC_OK), "«%s»", paths[i]);
  cr_expect(eq(sz, folder_count(&f), 2));
  cr_expect(eq(int, unlinkat(f.fd, "outside", AT_REMOVEDIR), 0));
  cr_expect(ne(int, access("/tmp/zicha-must-not-be", F_OK), 0));
  close(in.fd);
  folder_free(&f);
}

Test(replace, folders_on_the_way_are_made)
{
  folder f = folder_new();
  cr_expect(eq(int, write_text(&f, "a/b/c", "text"), ZC_OK));
  cr_expect(eq(str, folder_text(&f, "a/b/c"), (char *)"text"));
  folder_free(&f);
}

Test(replace, a_user_may_name_any_path)
{
  folder f = folder_new();
  zc_err err;
  folder_make(&f, "real");
  cr_assert(symlinkat("real", f.fd, "link") == 0);
  cr_assert(chdir(f.path) == 0);
  static const char *const paths[] = {"a", "./b", "link/c", "link/../d"};
  for (size_t i = 0; i < COUNT(paths); i++) {
    zc_code code = zc_file_write(AT_FDCWD, paths[i], "text", 4, 0644, &err);
    cr_expect(eq(int, code, ZC_OK), "%s", paths[i]);
    cr_expect(eq(str, folder_text(&f, paths[i]), (char *)"text"), "%s", paths[i]);
  }
  const char *whole = folder_path(&f, "e");
  cr_expect(eq(int, zc_file_write(AT_FDCWD, whole, "text", 4, 0644, &err), ZC_OK));
  cr_expect(eq(str, folder_text(&f, "e"), (char *)"text"));
  folder_free(&f);
}

Test(replace, a_users_path_must_name_a_file_in_a_folder)
{
  static const char *const paths[] = {"", "missing/a", "folder/", "file/a"};
  folder f = folder_new();
  folder_make(&f, "folder");
  folder_put(&f, "file", "");
  cr_assert(chdir(f.path) == 0);
  for (size_t i = 0; i < COUNT(paths); i++) {
    zc_err err;
    zc_code code = zc_file_write(AT_FDCWD, paths[i], "text", 4, 0644, &err);
    cr_expect(eq(int, code, ZC_EOPEN), "«%s»", paths[i]);
  }
  cr_expect(eq(sz, folder_count(&f), 2));
  folder_free(&f);
}

Test(replace, a_name_may_be_as_long_as_names_can_be)
{
  static const char *const letters[] = {"a", "药", "😀"};
  folder f = folder_new();
  for (size_t i = 0; i < COUNT(letters); i++) {
    char name[NAME_MAX + 2] = "";
    while (strlen(name) + strlen(letters[i]) <= NAME_MAX)
      strcat(name, letters[i]);
    cr_expect(eq(int, write_text(&f, name, "text"), ZC_OK), "%s", letters[i]);
    cr_expect(eq(str, folder_text(&f, name), (char *)"text"), "%s", letters[i]);
  }
  cr_expect(eq(sz, folder_count(&f), COUNT(letters)));
  folder_free(&f);
}

Test(replace, a_place_one_may_not_write_is_told_apart)
{
  folder f = folder_new();
  folder_put(&f, "a", "old");
  folder_as_nobody(&f);
  cr_assert(fchmod(f.fd, 0555) == 0);
  cr_expect(eq(int, write_text(&f, "a", "new"), ZC_EWRITE));
  cr_assert(fchmod(f.fd, 0755) == 0);
  folder_as_before();
  cr_expect(eq(str, folder_text(&f, "a"), (char *)"old"));
  cr_expect(eq(sz, folder_count(&f), 1));
  folder_free(&f);
}

Test(replace, what_a_killed_run_left_does_not_hinder)
{
  folder f = folder_new();
  char left[64];
  snprintf(left, sizeof left, ".a.%ld.new", (long)getpid());
  folder_put(&f, left, "half");
  cr_expect(eq(int, write_text(&f, "a", "text"), ZC_OK));
  cr_expect(eq(str, folder_text(&f, "a"), (char *)"text"));
  folder_free(&f);
}

/* A file to copy, opened. */
static int source(const folder *f, const char *text)
{
  folder_put(f, "from", text);
  int fd = openat(f->fd, "from", O_RDONLY);
  cr_assert(fd >= 0);
  return fd;
}

Test(replace, a_copy_has_the_bytes_the_hash_the_size_and_the_mode)
{
  folder f = folder_new();
  char digits[ZC_HASH_ROOM];
  size_t size = 0;
  zc_err err;
  int from = source(&f, "abc");
  umask(077);
  cr_assert(lseek(from, 2, SEEK_SET) == 2);
  cr_expect(eq(int, zc_file_copy(from, f.fd, "to/copy", 0400, 100, digits, &size, &err),
               ZC_OK));
  cr_expect(eq(str, folder_text(&f, "to/copy"), (char *)"abc"));
  cr_expect(eq(str, digits, (char *)HASH_OF_ABC));
  cr_expect(eq(sz, size, 3));
  cr_expect(eq(int, (int)folder_mode(&f, "to/copy"), 0400));
  close(from);
  folder_free(&f);
}

Test(replace, nobody_needs_to_ask_for_the_size_of_a_copy)
{
  folder f = folder_new();
  char digits[ZC_HASH_ROOM];
  zc_err err;
  int from = source(&f, "abc");
  cr_expect(
      eq(int, zc_file_copy(from, f.fd, "to", 0600, 3, digits, NULL, &err), ZC_OK));
  cr_expect(eq(str, digits, (char *)HASH_OF_ABC));
  close(from);
  folder_free(&f);
}

Test(replace, a_copy_of_several_chunks_is_the_same)
{
  folder f = folder_new();
  char *text = malloc(200001), digits[ZC_HASH_ROOM], again[ZC_HASH_ROOM];
  zc_buffer copy = {0};
  zc_err err;
  for (size_t i = 0; i < 200000; i++)
    text[i] = (char)('a' + i * 31 % 26);
  text[200000] = '\0';
  int from = source(&f, text);
  cr_expect(
      eq(int, zc_file_copy(from, f.fd, "to", 0600, 200000, digits, NULL, &err), ZC_OK));
  cr_expect(eq(int, zc_file_read_beneath(f.fd, "to", 300000, &copy, &err), ZC_OK));
  cr_expect(copy.size == 200000 && memcmp(copy.data, text, copy.size) == 0);
  cr_expect(eq(int, zc_hash_of(text, 200000, again, &err), ZC_OK));
  cr_expect(eq(str, digits, again));
  zc_buffer_free(&copy);
  close(from);
  free(text);
  folder_free(&f);
}

Test(replace, a_copy_over_the_limit_leaves_nothing)
{
  folder f = folder_new();
  size_t before = open_descriptors();
  char digits[ZC_HASH_ROOM];
  zc_err err;
  int from = source(&f, "abcd");
  cr_expect(
      eq(int, zc_file_copy(from, f.fd, "to", 0600, 3, digits, NULL, &err), ZC_EDATA));
  close(from);
  cr_expect(eq(sz, folder_count(&f), 1));
  cr_expect(eq(sz, open_descriptors(), before));
  folder_free(&f);
}

Test(replace, a_copy_that_cannot_be_written_leaves_the_old_one)
{
  folder f = folder_new();
  char digits[ZC_HASH_ROOM];
  zc_err err;
  int from = source(&f, "a longer text");
  folder_put(&f, "to", "old");
  limit_files(5);
  cr_expect(
      eq(int, zc_file_copy(from, f.fd, "to", 0600, 100, digits, NULL, &err), ZC_EIO));
  cr_expect(eq(str, folder_text(&f, "to"), (char *)"old"));
  cr_expect(eq(sz, folder_count(&f), 2));
  close(from);
  folder_free(&f);
}

Test(replace, a_copy_that_cannot_be_read_leaves_nothing)
{
  folder f = folder_new();
  char digits[ZC_HASH_ROOM];
  zc_err err;
  cr_expect(
      eq(int, zc_file_copy(f.fd, f.fd, "to", 0600, 100, digits, NULL, &err), ZC_EIO));
  cr_expect(eq(sz, folder_count(&f), 0));
  folder_free(&f);
}

Test(replace, a_copy_goes_nowhere_outside)
{
  folder f = folder_new();
  char digits[ZC_HASH_ROOM];
  zc_err err;
  int from = source(&f, "abc");
  cr_expect(eq(int, zc_file_copy(from, f.fd, "../to", 0600, 100, digits, NULL, &err),
               ZC_EOPEN));
  close(from);
  folder_free(&f);
}

Test(replace, a_renamed_file_is_under_its_new_name_only)
{
  folder f = folder_new();
  zc_err err;
  folder_put(&f, "a", "new");
  folder_put(&f, "b", "old");
  cr_expect(eq(int, zc_file_rename(f.fd, "a", "b", &err), ZC_OK));
  cr_expect(eq(str, folder_text(&f, "b"), (char *)"new"));
  cr_expect(eq(sz, folder_count(&f), 1));
  folder_free(&f);
}

Test(replace, a_rename_that_fails_changes_nothing)
{
  folder f = folder_new();
  zc_err err;
  folder_put(&f, "b", "old");
  cr_expect(ne(int, zc_file_rename(f.fd, "a", "b", &err), ZC_OK));
  cr_expect(eq(str, (char *)zc_err_argument(&err, "reason_term"),
               (char *)"it does not exist"));
  cr_expect(eq(str, folder_text(&f, "b"), (char *)"old"));
  cr_expect(eq(sz, folder_count(&f), 1));
  folder_free(&f);
}
