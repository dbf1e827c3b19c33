#include "base/file.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "folder.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static zc_code open_beneath(const folder *f, const char *path)
{
  zc_err err;
  int fd;
  zc_code code = zc_file_open_beneath(f->fd, path, &fd, NULL, &err);
  cr_expect(eq(int, code == ZC_OK, fd >= 0), "%s", path);
  if (code == ZC_OK)
    close(fd);
  else
    cr_expect(eq(str, (char *)zc_err_argument(&err, "path"), (char *)path));
  return code;
}

/* A folder with a file and links of every kind. */
static folder with_links(void)
{
  folder f = folder_new();
  folder_make(&f, "in");
  folder_make(&f, "in/deep");
  folder_put(&f, "in/deep/file", "text");
  cr_assert(symlinkat("in", f.fd, "to_folder") == 0);
  cr_assert(symlinkat("in/deep/file", f.fd, "to_file") == 0);
  cr_assert(symlinkat("../in/deep", f.fd, "in/to_deep") == 0);
  cr_assert(symlinkat("/", f.fd, "to_root") == 0);
  cr_assert(symlinkat("nowhere", f.fd, "to_nothing") == 0);
  cr_assert(symlinkat("to_itself", f.fd, "to_itself") == 0);
  return f;
}

Test(file, a_file_beneath_a_folder_opens)
{
  folder f = with_links();
  struct stat about;
  zc_err err;
  int fd;
  cr_expect(
      eq(int, zc_file_open_beneath(f.fd, "in/deep/file", &fd, &about, &err), ZC_OK));
  cr_expect(eq(int, (int)about.st_size, 4));
  cr_expect(eq(int, fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC));
  cr_expect(eq(int, fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY));
  close(fd);
  folder_free(&f);
}

Test(file, names_that_only_look_like_dots_open)
{
  static const char *const names[] = {"..a", "a..",       "...", ".hidden",
                                      " ",   "处方.yaml", "-"};
  folder f = folder_new();
  for (size_t i = 0; i < COUNT(names); i++) {
    folder_put(&f, names[i], "text");
    cr_expect(eq(int, open_beneath(&f, names[i]), ZC_OK), "%s", names[i]);
  }
  folder_free(&f);
}

Test(file, no_name_leads_outside_its_folder)
{
  static const char *const paths[] = {"",
                                      ".",
                                      "..",
                                      "/",
                                      "//",
                                      "/etc/passwd",
                                      "../in/deep/file",
                                      "in/../in/deep/file",
                                      "in/./deep/file",
                                      "./in/deep/file",
                                      "in/deep/..",
                                      "in/deep/.",
                                      "in//deep/file",
                                      "in/deep/file/",
                                      "in/deep/",
                                      "/in/deep/file"};
  folder f = with_links();
  for (size_t i = 0; i < COUNT(paths); i++)
    cr_expect(eq(int, open_beneath(&f, paths[i]), ZC_EOPEN), "«%s»", paths[i]);
  folder_free(&f);
}

Test(file, no_component_may_be_a_link)
{
  static const char *const paths[] = {"to_file",         "to_folder/deep/file",
                                      "in/to_deep/file", "to_root/etc/passwd",
                                      "to_nothing",      "to_itself",
                                      "to_itself/file",  "to_nothing/file"};
  folder f = with_links();
  for (size_t i = 0; i < COUNT(paths); i++)
    cr_expect(eq(int, open_beneath(&f, paths[i]), ZC_EOPEN), "%s", paths[i]);
  folder_free(&f);
}

Test(file, a_name_longer_than_a_name_can_be_is_refused)
{
  char path[600];
  folder f = folder_new();
  for (size_t size = 254; size <= 257; size++) {
    memset(path, 'a', size);
    path[size] = '\0';
    if (size <= NAME_MAX)
      folder_put(&f, path, "text");
    cr_expect(eq(int, open_beneath(&f, path), size <= NAME_MAX ? ZC_OK : ZC_EOPEN),
              "%zu bytes", size);
  }
  folder_free(&f);
}

/* Everything that is no regular file; none of them may block. */
static folder with_devices(void)
{
  folder f = folder_new();
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  cr_assert(mkfifoat(f.fd, "pipe", 0666) == 0);
  folder_make(&f, "folder");
  cr_assert(chdir(f.path) == 0); /* a socket's path must be short */
  cr_assert(bind(fd, (struct sockaddr *)&address, sizeof address) == 0);
  close(fd);
  return f;
}

Test(file, only_regular_files_open_beneath_a_folder, .timeout = 10)
{
  static const char *const names[] = {"pipe", "folder", "socket"};
  folder f = with_devices(), devices = {.fd = open("/dev", O_RDONLY | O_DIRECTORY)};
  for (size_t i = 0; i < COUNT(names); i++)
    cr_expect(eq(int, open_beneath(&f, names[i]), ZC_EOPEN), "%s", names[i]);
  cr_expect(eq(int, open_beneath(&devices, "null"), ZC_EOPEN));
  cr_expect(eq(int, open_beneath(&devices, "zero"), ZC_EOPEN));
  close(devices.fd);
  folder_free(&f);
}

Test(file, only_regular_files_open_by_a_users_path, .timeout = 10)
{
  folder f = with_devices();
  const char *const paths[] = {folder_path(&f, "pipe"), folder_path(&f, "folder"),
                               folder_path(&f, "socket"), "/dev/null"};
  for (size_t i = 0; i < COUNT(paths); i++) {
    zc_err err;
    int fd;
    cr_expect(eq(int, zc_file_open(paths[i], &fd, NULL, &err), ZC_EOPEN), "%s",
              paths[i]);
    cr_expect(eq(int, fd, -1), "%s", paths[i]);
  }
  folder_free(&f);
}

Test(file, a_user_may_name_a_file_through_links)
{
  folder f = with_links();
  zc_err err;
  int fd;
  cr_expect(eq(int,
               zc_file_open(folder_path(&f, "to_folder/../to_file"), &fd, NULL, &err),
               ZC_OK));
  close(fd);
  folder_free(&f);
}

Test(file, a_missing_file_is_named_with_its_reason)
{
  folder f = folder_new();
  zc_err err;
  int fd;
  cr_expect(
      eq(int, zc_file_open_beneath(f.fd, "没有/文件", &fd, NULL, &err), ZC_EOPEN));
  cr_expect(eq(str, (char *)zc_err_argument(&err, "path"), (char *)"没有/文件"));
  cr_expect(eq(str, (char *)zc_err_argument(&err, "reason_term"),
               (char *)"it does not exist"));
  folder_free(&f);
}

Test(file, a_file_one_may_not_read_is_named_with_its_reason)
{
  folder f = folder_new();
  zc_err err;
  int fd;
  folder_put(&f, "secret", "text");
  cr_assert(fchmodat(f.fd, "secret", 0, 0) == 0);
  folder_as_nobody(&f);
  cr_expect(eq(int, zc_file_open_beneath(f.fd, "secret", &fd, NULL, &err), ZC_EOPEN));
  cr_expect(
      eq(str, (char *)zc_err_argument(&err, "reason_term"), (char *)"no permission"));
  folder_as_before();
  folder_free(&f);
}

Test(file, a_refused_open_keeps_no_descriptor)
{
  static const char *const paths[] = {"in/deep/none",
                                      "in/deep/../x",
                                      "to_folder/deep/file",
                                      "in/to_deep/x",
                                      "in/deep",
                                      "in/deep/file/x"};
  folder f = with_links();
  size_t before = open_descriptors();
  for (size_t i = 0; i < COUNT(paths); i++) {
    zc_err err;
    int fd;
    cr_expect(eq(int, open_beneath(&f, paths[i]), ZC_EOPEN), "%s", paths[i]);
    if (strcmp(paths[i], "in/deep") != 0) { /* which is a folder, and would open */
      zc_code code = zc_folder_open_beneath(f.fd, paths[i], false, &fd, &err);
      cr_expect(eq(int, code, ZC_EOPEN), "%s", paths[i]);
    }
  }
  cr_expect(eq(sz, open_descriptors(), before));
  folder_free(&f);
}

Test(file, a_folder_opens_beneath_a_folder)
{
  folder f = with_links();
  zc_err err;
  int fd;
  cr_expect(eq(int, zc_folder_open_beneath(f.fd, "in/deep", false, &fd, &err), ZC_OK));
  cr_expect(eq(int, faccessat(fd, "file", R_OK, 0), 0));
  close(fd);
  folder_free(&f);
}

Test(file, no_folder_opens_through_a_link_or_outside)
{
  static const char *const paths[] = {"to_folder", "in/to_deep", "to_root/etc",
                                      "..",        "in/..",      "/",
                                      "",          "in/",        "in/deep/file",
                                      "to_nothing"};
  for (int make = 0; make < 2; make++) {
    folder f = with_links();
    for (size_t i = 0; i < COUNT(paths); i++) {
      zc_err err;
      int fd = 0;
      zc_code code = zc_folder_open_beneath(f.fd, paths[i], make != 0, &fd, &err);
      cr_expect(ne(int, code, ZC_OK), "«%s», make %d", paths[i], make);
      cr_expect(eq(int, fd, -1), "«%s», make %d", paths[i], make);
    }
    folder_free(&f);
  }
}

Test(file, missing_folders_are_made_on_request_only)
{
  folder f = folder_new();
  zc_err err;
  int fd;
  umask(027);
  cr_expect(eq(int, zc_folder_open_beneath(f.fd, "a/b/c", false, &fd, &err), ZC_EOPEN));
  cr_expect(eq(sz, folder_count(&f), 0));
  cr_expect(eq(int, zc_folder_open_beneath(f.fd, "a/b/c", true, &fd, &err), ZC_OK));
  close(fd);
  cr_expect(eq(int, (int)folder_mode(&f, "a"), 0750));
  cr_expect(eq(int, (int)folder_mode(&f, "a/b/c"), 0750));
  cr_expect(eq(int, zc_folder_open_beneath(f.fd, "a/b/c", true, &fd, &err), ZC_OK));
  close(fd);
  folder_free(&f);
}

Test(file, a_folder_that_cannot_be_made_is_a_failed_write)
{
  folder f = folder_new();
  zc_err err;
  int fd;
  folder_as_nobody(&f);
  cr_assert(fchmod(f.fd, 0555) == 0);
  cr_expect(eq(int, zc_folder_open_beneath(f.fd, "a", true, &fd, &err), ZC_EWRITE));
  cr_expect(eq(int, zc_folder_open_beneath(f.fd, "a/b", true, &fd, &err), ZC_EWRITE));
  cr_assert(fchmod(f.fd, 0755) == 0);
  folder_as_before();
  folder_free(&f);
}

Test(file, a_user_may_name_a_folder_but_no_file)
{
  folder f = with_links();
  zc_err err;
  int fd;
  cr_expect(eq(int, zc_folder_open(folder_path(&f, "to_folder"), &fd, &err), ZC_OK));
  close(fd);
  cr_expect(
      eq(int, zc_folder_open(folder_path(&f, "in/deep/file"), &fd, &err), ZC_EOPEN));
  cr_expect(eq(int, fd, -1));
  folder_free(&f);
}

/* A text of `size` bytes in a file. */
static void put_size(const folder *f, const char *name, size_t size)
{
  FILE *file = fopen(folder_path(f, name), "w");
  cr_assert(file != NULL);
  for (size_t i = 0; i < size; i++)
    putc((int)(i * 31 >> 4 & 0xff), file);
  fclose(file);
}

Test(file, a_loaded_file_is_whole_and_ends_with_nul)
{
  static const size_t sizes[] = {0, 1, 65535, 65536, 65537, 300000};
  folder f = folder_new();
  for (size_t i = 0; i < COUNT(sizes); i++) {
    zc_buffer out = {0};
    zc_err err;
    put_size(&f, "file", sizes[i]);
    zc_buffer_text(&out, "before");
    cr_expect(eq(int, zc_file_read_beneath(f.fd, "file", 1 << 20, &out, &err), ZC_OK));
    cr_assert(eq(sz, out.size, 6 + sizes[i]));
    size_t wrong = memcmp(out.data, "before", 6) != 0;
    for (size_t at = 0; at < sizes[i]; at++)
      wrong += (unsigned char)out.data[6 + at] != (at * 31 >> 4 & 0xff);
    cr_expect(eq(sz, wrong, 0), "%zu bytes", sizes[i]);
    cr_expect(eq(chr, out.data[out.size], '\0'), "%zu bytes", sizes[i]);
    zc_buffer_free(&out);
  }
  folder_free(&f);
}

Test(file, a_file_over_its_limit_is_refused)
{
  static const struct {
    size_t size, limit;
    zc_code code;
  } rows[] = {{10, 10, ZC_OK},          {11, 10, ZC_EDATA},    {0, 0, ZC_OK},
              {1, 0, ZC_EDATA},         {70000, 70000, ZC_OK}, {70001, 70000, ZC_EDATA},
              {200000, 65536, ZC_EDATA}};
  folder f = folder_new();
  for (size_t i = 0; i < COUNT(rows); i++) {
    zc_buffer out = {0};
    zc_err err;
    put_size(&f, "file", rows[i].size);
    zc_code code = zc_file_read(folder_path(&f, "file"), rows[i].limit, &out, &err);
    cr_expect(eq(int, code, rows[i].code), "row %zu", i);
    if (code == ZC_EDATA)
      cr_expect(eq(str, (char *)zc_err_argument(&err, "limit"),
                   (char *)ZC_DIGITS(rows[i].limit)));
    zc_buffer_free(&out);
  }
  folder_free(&f);
}

Test(file, names_are_sorted_by_bytes_with_their_kinds)
{
  static const struct {
    const char *name;
    char kind;
  } sorted[] = {{"-", 'f'},   {".hidden", 'f'}, {"10", 'd'},   {"9", 'd'},
                {"B", 'f'},   {"a", 'd'},       {"a b", 'f'},  {"a-b", 'f'},
                {"a.b", 'f'}, {"link", '?'},    {"pipe", '?'}, {"é", 'f'},
                {"中", 'f'},  {"乙", 'd'},      {"😀", 'f'}};
  folder f = folder_new();
  for (size_t i = COUNT(sorted); i-- > 0;)
    if (sorted[i].kind == 'f')
      folder_put(&f, sorted[i].name, "");
    else if (sorted[i].kind == 'd')
      folder_make(&f, sorted[i].name);
  cr_assert(symlinkat("a", f.fd, "link") == 0);
  cr_assert(mkfifoat(f.fd, "pipe", 0600) == 0);
  zc_names names;
  zc_err err;
  cr_expect(eq(int, zc_folder_names(f.fd, ".", &names, &err), ZC_OK));
  cr_assert(eq(sz, names.count, COUNT(sorted)));
  for (size_t i = 0; i < COUNT(sorted); i++) {
    cr_expect(eq(str, names.names[i], (char *)sorted[i].name), "entry %zu", i);
    cr_expect(eq(chr, names.kinds[i], sorted[i].kind), "%s", sorted[i].name);
  }
  zc_names_free(&names);
  folder_free(&f);
}

Test(file, an_empty_folder_has_no_names)
{
  folder f = folder_new();
  zc_names names;
  zc_err err;
  cr_expect(eq(int, zc_folder_names(f.fd, ".", &names, &err), ZC_OK));
  cr_expect(eq(sz, names.count, 0));
  zc_names_free(&names);
  zc_names_free(&names);
  folder_free(&f);
}

Test(file, many_names_are_all_there)
{
  enum { MANY = 1000 };
  folder f = folder_new();
  char name[16];
  for (int i = 0; i < MANY; i++) {
    snprintf(name, sizeof name, "f%04d", (i * 7919) % MANY);
    folder_put(&f, name, "");
  }
  zc_names names;
  zc_err err;
  cr_expect(eq(int, zc_folder_names(AT_FDCWD, f.path, &names, &err), ZC_OK));
  cr_assert(eq(sz, names.count, MANY));
  for (int i = 0; i < MANY; i++) {
    snprintf(name, sizeof name, "f%04d", i);
    if (strcmp(names.names[i], name) != 0)
      cr_fatal("name %d is %s", i, names.names[i]);
  }
  zc_names_free(&names);
  folder_free(&f);
}

Test(file, the_names_of_what_is_no_folder_are_refused)
{
  folder f = folder_new();
  size_t before = open_descriptors();
  folder_put(&f, "file", "");
  static const char *const paths[] = {"file", "nothing"};
  for (size_t i = 0; i < COUNT(paths); i++) {
    zc_names names;
    zc_err err;
    cr_expect(eq(int, zc_folder_names(f.fd, paths[i], &names, &err), ZC_EOPEN));
    cr_expect(eq(sz, names.count, 0));
    cr_expect(eq(ptr, names.names, NULL));
  }
  cr_expect(eq(sz, open_descriptors(), before));
  folder_free(&f);
}

Test(file, the_hash_of_a_file_is_of_the_whole_file)
{
  folder f = folder_new();
  char digits[ZC_HASH_ROOM];
  zc_err err;
  int fd;
  folder_put(&f, "file", "abc");
  cr_assert(eq(int, zc_file_open_beneath(f.fd, "file", &fd, NULL, &err), ZC_OK));
  for (int offset = 0; offset < 5; offset++) {
    cr_assert(lseek(fd, offset, SEEK_SET) == offset);
    cr_expect(eq(int, zc_file_hash(fd, "file", digits, &err), ZC_OK));
    cr_expect(
        eq(str, digits,
           (char *)"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
  }
  close(fd);
  folder_free(&f);
}

Test(file, what_cannot_be_read_has_no_hash)
{
  folder f = folder_new();
  char digits[ZC_HASH_ROOM];
  zc_err err;
  cr_expect(eq(int, zc_file_hash(f.fd, "a folder", digits, &err), ZC_EIO));
  cr_expect(eq(str, (char *)zc_err_argument(&err, "path"), (char *)"a folder"));
  folder_free(&f);
}

Test(file, a_created_file_never_replaces_another)
{
  folder f = folder_new();
  zc_err err;
  cr_assert(eq(int, zc_file_create(f.fd, "new", "one", 3, 0600, &err), ZC_OK));
  struct stat about;
  cr_assert(fstatat(f.fd, "new", &about, 0) == 0);
  cr_expect(eq(int, about.st_mode & 0777, 0600));
  cr_expect(eq(int, zc_file_create(f.fd, "new", "two", 3, 0600, &err), ZC_EWRITE));
  cr_expect(eq(str, folder_text(&f, "new"), (char *)"one"));
  cr_assert(symlinkat("nowhere", f.fd, "link") == 0);
  cr_expect(eq(int, zc_file_create(f.fd, "link", "two", 3, 0600, &err), ZC_EWRITE));
  cr_expect(eq(sz, folder_count(&f), 2));
  folder_free(&f);
}
