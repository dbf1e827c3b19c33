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
    free(files->paths[i]);
  free(files->paths);
  *files = (zc_found_files){0};
}

/* Takes the path. */
static zc_code add(zc_found_files *files, char *path, zc_err *err)
{
  if (path != NULL && files->count == files->room) {
    size_t room = files->room == 0 ? 64 : files->room * 2;
    char **grown = realloc(files->paths, room * sizeof *grown);
    if (grown == NULL) {
      free(path);
      return zc_fail_memory(err);
    }
    files->paths = grown;
    files->room = room;
  }
  if (path == NULL)
    return zc_fail_memory(err);
  files->paths[files->count++] = path;
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

static bool ends_with(const char *name, const char *end)
{
  size_t size = strlen(name), length = strlen(end);
  return size > length && strcmp(name + size - length, end) == 0;
}

static zc_code find_in(int at, const char *folder, int depth, zc_found_files *files,
                       zc_err *err);

static zc_code find_below(int at, const char *folder, const char *name, int depth,
                          zc_found_files *files, zc_err *err)
{
  char *path = join(folder, name);
  int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  zc_code code = path == NULL ? zc_fail_memory(err) : ZC_OK;
  if (code == ZC_OK && (fd < 0 || depth >= DEEPEST))
    files->strange++;
  else if (code == ZC_OK)
    code = find_in(fd, path, depth + 1, files, err);
  if (fd >= 0)
    close(fd);
  free(path);
  return code;
}

static zc_code find_in(int at, const char *folder, int depth, zc_found_files *files,
                       zc_err *err)
{
  zc_names names;
  zc_code code = zc_folder_names(at, ".", &names, err);
  if (code == ZC_EOPEN || code == ZC_EIO) {
    files->strange++;
    return ZC_OK;
  }
  for (size_t i = 0; code == ZC_OK && i < names.count; i++) {
    const char *name = names.names[i];
    if (names.kinds[i] == 'd')
      code = find_below(at, folder, name, depth, files, err);
    else if (names.kinds[i] != 'f')
      files->strange++;
    else if (ends_with(name, ZC_ZREP_SUFFIX) || ends_with(name, ".md"))
      code = add(files, join(folder, name), err);
    else if (!ends_with(name, ZC_SIGNATURE_SUFFIX))
      files->others++;
  }
  zc_names_free(&names);
  return code;
}

zc_code zc_files_find(const char *path, zc_found_files *files, zc_err *err)
{
  struct stat about;
  int fd;
  if (stat(path, &about) == 0 && !S_ISDIR(about.st_mode))
    return add(files, strdup(path), err);
  zc_code code = zc_folder_open(path, &fd, err);
  if (code != ZC_OK)
    return code;
  code = find_in(fd, path, 0, files, err);
  close(fd);
  return code;
}
