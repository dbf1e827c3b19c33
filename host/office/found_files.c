/* Which files there are to be read. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "office/reading.h"

#define DEEPEST 16

void zc_files_free(zc_found_files *files)
{
  for (size_t i = 0; i < files->count; i++)
    free(files->files[i].path);
  free(files->files);
  *files = (zc_found_files){0};
}

/* Takes the path. */
static zc_code add(zc_found_files *files, char *path, size_t root, zc_err *err)
{
  if (path != NULL && files->count == files->room) {
    size_t room = files->room == 0 ? 64 : files->room * 2;
    zc_found_file *grown = realloc(files->files, room * sizeof *grown);
    if (grown == NULL) {
      free(path);
      return zc_fail_memory(err);
    }
    files->files = grown;
    files->room = room;
  }
  if (path == NULL)
    return zc_fail_memory(err);
  files->files[files->count++] = (zc_found_file){path, root};
  return ZC_OK;
}

static char *join(const char *folder, const char *name)
{
  zc_buffer path = {0};
  size_t size = strlen(folder);
  zc_buffer_print(&path, "%s%s%s", folder,
                  size > 0 && folder[size - 1] == '/' ? "" : "/", name);
  return zc_buffer_take(&path);
}

typedef struct {
  zc_found_files *files;
  size_t root;       /* bytes of every path */
  struct stat inbox; /* the office's own */
  bool has_inbox;
} finding;

static bool is_inbox(const finding *f, int fd)
{
  struct stat about;
  return f->has_inbox && fstat(fd, &about) == 0 && about.st_dev == f->inbox.st_dev &&
         about.st_ino == f->inbox.st_ino;
}

static zc_code find_in(finding *f, int at, const char *folder, int depth, zc_err *err);

static zc_code find_below(finding *f, int at, const char *folder, const char *name,
                          int depth, zc_err *err)
{
  char *path = join(folder, name);
  int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  zc_code code = path == NULL ? zc_fail_memory(err) : ZC_OK;
  if (code == ZC_OK && (fd < 0 || depth >= DEEPEST))
    f->files->strange++;
  else if (code == ZC_OK && is_inbox(f, fd))
    f->files->own++;
  else if (code == ZC_OK)
    code = find_in(f, fd, path, depth + 1, err);
  if (fd >= 0)
    close(fd);
  free(path);
  return code;
}

static zc_code find_in(finding *f, int at, const char *folder, int depth, zc_err *err)
{
  zc_names names;
  zc_code code = zc_folder_names(at, ".", &names, err);
  if (code == ZC_EOPEN || code == ZC_EIO) {
    f->files->strange++;
    return ZC_OK;
  }
  for (size_t i = 0; code == ZC_OK && i < names.count; i++) {
    const char *name = names.names[i];
    if (names.kinds[i] == 'd')
      code = find_below(f, at, folder, name, depth, err);
    else if (names.kinds[i] != 'f')
      f->files->strange++;
    else if (zc_name_ends(name, ZC_ZREP_SUFFIX) || zc_name_ends(name, ".md"))
      code = add(f->files, join(folder, name), f->root, err);
    else if (!zc_name_ends(name, ZC_SIGNATURE_SUFFIX))
      f->files->others++;
  }
  zc_names_free(&names);
  return code;
}

/* Whether a folder is the office's inbox, or somewhere in it. */
static bool is_in_inbox(const finding *f, int fd)
{
  bool found = is_inbox(f, fd);
  int at = dup(fd);
  for (int depth = 0; !found && at >= 0 && depth < DEEPEST; depth++) {
    int above = openat(at, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    close(at);
    at = above;
    found = at >= 0 && is_inbox(f, at);
  }
  if (at >= 0)
    close(at);
  return found;
}

zc_code zc_files_find(const char *path, int inbox, zc_found_files *files, zc_err *err)
{
  struct stat about;
  int fd;
  size_t size = strlen(path);
  finding f = {.files = files,
               .root = size + (size > 0 && path[size - 1] == '/' ? 0 : 1)};
  f.has_inbox = inbox >= 0 && fstat(inbox, &f.inbox) == 0;
  if (stat(path, &about) == 0 && !S_ISDIR(about.st_mode))
    return add(files, strdup(path), 0, err);
  zc_code code = zc_folder_open(path, &fd, err);
  if (code != ZC_OK)
    return code;
  if (is_in_inbox(&f, fd))
    files->own++;
  else
    code = find_in(&f, fd, path, 0, err);
  close(fd);
  return code;
}
