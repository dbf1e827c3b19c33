#include "facility/evidence.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

#define EVIDENCE_LIMIT ((size_t)1 << 30)
#define DRAFT "evidence/incoming-" /* and the process */

static const char *last_part(const char *file)
{
  const char *slash = strrchr(file, '/');
  return slash == NULL ? file : slash + 1;
}

json_t *zc_evidence_name(const char *file)
{
  const char *name = last_part(file);
  return zc_json_lossy(name, strlen(name));
}

/* ---- opening ---------------------------------------------------------------------- */

static zc_code fail_open(const char *file, int number, zc_err *err)
{
  return zc_fail_system(err, ZC_EOPEN, number, "cannot open {path}: {reason_term}",
                        "path", file, NULL);
}

/* The real path of the folder that holds a file. Owned. */
static zc_code folder_of(const char *file, char **folder, zc_err *err)
{
  size_t size = (size_t)(last_part(file) - file);
  char *named = size == 0 ? strdup(".") : strndup(file, size);
  *folder = named == NULL ? NULL : realpath(named, NULL);
  int number = errno;
  free(named);
  return *folder != NULL ? ZC_OK : fail_open(file, number, err);
}

/* Says in the user's words what cannot be attached at all. */
static zc_code check_kind(const char *file, zc_err *err)
{
  struct stat about;
  if (lstat(file, &about) != 0)
    return fail_open(file, errno, err);
  if (S_ISLNK(about.st_mode))
    return zc_fail(err, ZC_EOPEN, "{file} is a link: name the file that it leads to",
                   "file", file, NULL);
  if (!S_ISREG(about.st_mode) || *last_part(file) == '\0')
    return zc_fail(err, ZC_EOPEN, "{path} is not a regular file", "path", file, NULL);
  return ZC_OK;
}

/* The rest of a path beneath `root`; NULL when it lies elsewhere. */
static const char *beneath(const char *folder, const char *root)
{
  size_t size = strlen(root);
  if (strcmp(root, "/") == 0)
    return folder + 1;
  if (strncmp(folder, root, size) != 0 || (folder[size] != '/' && folder[size] != '\0'))
    return NULL;
  return folder + size + (folder[size] == '/');
}

static zc_code open_inside(const zc_workspace *workspace, const char *rest,
                           const char *file, int *fd, zc_err *err)
{
  zc_buffer path = {0};
  zc_buffer_print(&path, "%s%s%s", rest, *rest == '\0' ? "" : "/", last_part(file));
  zc_code code = zc_buffer_check(&path, err);
  if (code == ZC_OK)
    code = zc_file_open_beneath(workspace->fd, path.data, fd, NULL, err);
  zc_buffer_free(&path);
  return code;
}

static zc_code open_outside(const char *folder, const char *file, int *fd, zc_err *err)
{
  int at;
  zc_code code = zc_folder_open(folder, &at, err);
  if (code != ZC_OK)
    return code;
  code = zc_file_open_beneath(at, last_part(file), fd, NULL, err);
  close(at);
  return code;
}

zc_code zc_evidence_open(const zc_workspace *workspace, const char *file, bool copy,
                         int *fd, zc_err *err)
{
  char *folder = NULL, *root = NULL;
  *fd = -1;
  zc_code code = check_kind(file, err);
  if (code == ZC_OK)
    code = folder_of(file, &folder, err);
  if (code == ZC_OK && (root = realpath(workspace->cli->folder, NULL)) == NULL)
    code = fail_open(workspace->cli->folder, errno, err);
  if (code == ZC_OK) {
    const char *rest = beneath(folder, root);
    if (rest != NULL)
      code = open_inside(workspace, rest, file, fd, err);
    else if (copy)
      code = open_outside(folder, file, fd, err);
    else
      code = zc_fail(err, ZC_EUSAGE,
                     "{file} lies outside the workspace {folder}: copy it in there, or "
                     "attach it with --copy",
                     "file", file, "folder", workspace->cli->folder, NULL);
  }
  free(folder);
  free(root);
  return code;
}

/* ---- keeping ---------------------------------------------------------------------- */

static void place_of(const char *digits, char folder[64], char place[160])
{
  snprintf(folder, 64, "evidence/sha256/%.2s", digits);
  snprintf(place, 160, "%s/%s", folder, digits);
}

static zc_code check_size(int fd, const char *file, struct stat *about, zc_err *err)
{
  if (fstat(fd, about) != 0)
    return fail_open(file, errno, err);
  if (about->st_size == 0)
    return zc_fail(err, ZC_EDATA, "{file} is empty: nothing was attached", "file", file,
                   NULL);
  if ((size_t)about->st_size > EVIDENCE_LIMIT)
    return zc_fail(err, ZC_EDATA, "{path} is larger than {limit} bytes", "path", file,
                   "limit", ZC_DIGITS(EVIDENCE_LIMIT), NULL);
  return ZC_OK;
}

/* A copy of what somebody is still writing, or has just taken away, proves nothing. */
static zc_code check_unchanged(int fd, const char *file, const struct stat *before,
                               zc_err *err)
{
  struct stat now;
  char then_text[ZC_FINGERPRINT_ROOM], now_text[ZC_FINGERPRINT_ROOM];
  if (fstat(fd, &now) != 0)
    return fail_open(file, errno, err);
  zc_file_fingerprint(before, then_text);
  zc_file_fingerprint(&now, now_text);
  if (strcmp(then_text, now_text) == 0)
    return ZC_OK;
  return zc_fail(err, ZC_EIO,
                 "{file} was changed or removed while it was copied: nothing was "
                 "attached; attach it again when it stays as it is",
                 "file", file, NULL);
}

bool zc_evidence_is_draft(const char *path)
{
  size_t size = strlen(DRAFT);
  return strncmp(path, DRAFT, size) == 0 && path[size] != '\0' &&
         path[size + strspn(path + size, "0123456789")] == '\0';
}

zc_code zc_evidence_keep(const zc_workspace *workspace, int fd, const char *file,
                         zc_evidence *evidence, zc_err *err)
{
  char draft[64], folder[64], place[160];
  struct stat before;
  int at;
  *evidence = (zc_evidence){0};
  zc_code code = check_size(fd, file, &before, err);
  if (code != ZC_OK)
    return code;
  snprintf(draft, sizeof draft, DRAFT "%ld", (long)getpid());
  code = zc_file_copy(fd, workspace->fd, draft, 0400, EVIDENCE_LIMIT, evidence->digits,
                      &evidence->size, err);
  if (code != ZC_OK) {
    unlinkat(workspace->fd, draft, 0); /* it may have got its name already */
    return code;
  }
  place_of(evidence->digits, folder, place);
  code = check_unchanged(fd, file, &before, err);
  if (code == ZC_OK)
    code = zc_folder_open_beneath(workspace->fd, folder, true, &at, err);
  if (code == ZC_OK) {
    close(at);
    code = zc_file_rename(workspace->fd, draft, place, err);
  }
  if (code != ZC_OK)
    unlinkat(workspace->fd, draft, 0);
  return code;
}

zc_code zc_evidence_keep_text(const zc_workspace *workspace, const zc_buffer *text,
                              const char *digits, zc_err *err)
{
  char folder[64], place[160];
  place_of(digits, folder, place);
  if (faccessat(workspace->fd, place, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
    return ZC_OK;
  return zc_file_write(workspace->fd, place, text->data, text->size, 0400, err);
}
