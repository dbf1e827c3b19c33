/* The folder inbox/: what should lie there as it came, and what lies there and nothing knows. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/message.h"
#include "command/verify.h"
#include "office/inbox.h"
#include "store/collected.h"

static zc_code note(zc_verifying *v, const char *path, const char *text, zc_err *err)
{
  zc_err what;
  zc_fail(&what, ZC_EDATA, text, NULL);
  return zc_verify_note(v, "file", path, &what, err);
}

/* ---- what should be there ---------------------------------------------------------------- */

zc_code zc_verify_lost(zc_verifying *v, const char *path, const zc_err *why,
                       zc_err *err)
{
  zc_err what;
  zc_fail(
      &what, ZC_EDATA,
      why->code == ZC_EOPEN
          ? N_("it is gone, or cannot be opened: collect it again, or put it back "
               "from a backup")
          : N_("it is another file than it was: collect the right one again, or put "
               "it back from a backup"),
      NULL);
  v->lost++;
  return zc_verify_fault(v, "file", path, 0, &what, err);
}

/* A list of what was written down on paper. */
static zc_code check_list(int inbox, const char *digest, const char *path, zc_err *err)
{
  char digits[ZC_HASH_ROOM];
  int fd;
  zc_code code = zc_file_open_beneath(inbox, path, &fd, NULL, err);
  if (code != ZC_OK)
    return code;
  code = zc_file_hash(fd, path, digits, err);
  close(fd);
  return code != ZC_OK || strcmp(digits, digest) == 0
             ? code
             : zc_fail(err, ZC_EDATA, "{path} is another file than it was", "path",
                       path, NULL);
}

static zc_code check_arrived(zc_verifying *v, int inbox, const char *digest, bool list,
                             zc_err *err)
{
  char path[ZC_INBOX_PATH + 8] = "inbox/", *own = path + strlen(path);
  zc_err why;
  zc_inbox_path(digest, list ? "paper" : "md", own);
  if (!list && faccessat(inbox, own, F_OK, AT_SYMLINK_NOFOLLOW) != 0)
    zc_inbox_path(digest, "zrep", own);
  errno = 0;
  zc_code code = list ? check_list(inbox, digest, own, &why)
                      : zc_inbox_check(inbox, digest, &why);
  if (code == ZC_OK)
    return ZC_OK;
  if (code == ZC_EINTERNAL || zc_verify_is_trouble(errno))
    return *err = why, code;
  return zc_verify_lost(v, path, &why, err);
}

/* What could not be read when it came was never put there. */
static zc_code check_all(zc_verifying *v, int inbox, zc_err *err)
{
  json_t *files = NULL, *all = NULL, *unreadable;
  const char *digest;
  zc_store *store = v->workspace->store;
  zc_code code = zc_collected_files(store, false, &files, err);
  if (code == ZC_OK)
    code = zc_collected_files(store, true, &all, err);
  json_object_foreach(all, digest, unreadable)
  {
    bool list = json_object_get(files, digest) == NULL;
    if (code == ZC_OK && json_integer_value(unreadable) == 0)
      code = check_arrived(v, inbox, digest, list, err);
  }
  json_decref(files);
  json_decref(all);
  return code;
}

zc_code zc_verify_arrived(zc_verifying *v, zc_err *err)
{
  zc_err ignored;
  int inbox = -1;
  if (faccessat(v->workspace->fd, "office.yaml", F_OK, 0) != 0)
    return ZC_OK;
  if (zc_folder_open_beneath(v->workspace->fd, "inbox", false, &inbox, &ignored) !=
      ZC_OK)
    inbox = -1; /* then every file is gone */
  zc_code code = check_all(v, inbox, err);
  if (inbox >= 0)
    close(inbox);
  return code;
}

/* ---- what lies there ----------------------------------------------------------------------- */

/* A file of the inbox is called HASH.zrep, HASH.md (perhaps with .minisig behind it) or HASH.csv. */
static zc_code look_at(zc_verifying *v, const char *path, const char *name,
                       const json_t *known, zc_err *err)
{
  char digits[65] = "";
  if (zc_draft_is_left(name))
    return note(v, path,
                N_("a draft of a command that was interrupted; it can be deleted"),
                err);
  if (strlen(name) > 64 && name[64] == '.')
    memcpy(digits, name, 64);
  if (json_object_get(known, digits) != NULL) {
    v->files++;
    return ZC_OK;
  }
  return note(
      v, path,
      N_("nothing here knows this file: a command that was interrupted may have "
         "left it; collect takes it in again"),
      err);
}

static zc_code look_into(zc_verifying *v, const char *folder, int depth,
                         const json_t *known, zc_err *err)
{
  zc_names names;
  int fd;
  zc_code code = zc_folder_open_beneath(v->workspace->fd, folder, false, &fd, err);
  if (code != ZC_OK)
    return code;
  code = zc_folder_names(fd, ".", &names, err);
  close(fd);
  if (code != ZC_OK)
    return code;
  for (size_t i = 0; code == ZC_OK && i < names.count; i++) {
    zc_buffer path = {0};
    zc_buffer_print(&path, "%s/%s", folder, names.names[i]);
    code = zc_buffer_check(&path, err);
    if (code == ZC_OK && names.kinds[i] == 'd' && depth < 4)
      code = look_into(v, path.data, depth + 1, known, err);
    else if (code == ZC_OK && names.kinds[i] == 'f')
      code = look_at(v, path.data, names.names[i], known, err);
    else if (code == ZC_OK)
      code = note(v, path.data, N_("it is no plain file, or cannot be opened"), err);
    zc_buffer_free(&path);
  }
  zc_names_free(&names);
  return code;
}

zc_code zc_verify_inbox(zc_verifying *verifying, const json_t *known, zc_err *err)
{
  if (faccessat(verifying->workspace->fd, "inbox", F_OK, AT_SYMLINK_NOFOLLOW) != 0)
    return ZC_OK;
  return look_into(verifying, "inbox", 0, known, err);
}
