/* The folder inbox/: what lies there and nothing knows. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/message.h"
#include "cli/verify.h"

static zc_code note(zc_verifying *v, const char *path, const char *text, zc_err *err)
{
  zc_err what;
  zc_fail(&what, ZC_EDATA, text, NULL);
  return zc_verify_note(v, "file", path, &what, err);
}

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
