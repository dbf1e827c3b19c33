/* plan verify: the checks of an installation, without installing. */
#include <string.h>

#include "cli/message.h"
#include "cli/workspace.h"
#include "publisher/commands.h"
#include "publisher/package_file.h"

/* By one key that the user names, instead of those that this computer trusts. */
static zc_code verify_by_key(const char *path, zc_package_file *file, zc_err *err)
{
  zc_public_key key;
  zc_signature signature;
  zc_code code = zc_key_read_public(path, &key, err);
  if (code == ZC_OK)
    code = zc_zpk_signature(file->path, &file->zpk, &signature, err);
  if (code == ZC_OK)
    code = zc_zpk_check_signature(file->path, &file->zpk, &signature, &key, err);
  if (code == ZC_OK)
    code = zc_package_file_check(file, &signature, err);
  if (code == ZC_OK) {
    char id[ZC_KEY_ID_ROOM];
    zc_key_id_text(key.id, id);
    zc_say_line(N_("{path} is whole, and signed by the key {id}"),
                json_pack("{s:o, s:s}", "path",
                          zc_json_lossy(file->path, strlen(file->path)), "id", id));
    zc_package_file_tell(file);
  }
  return code;
}

int zc_command_plan_verify(zc_cli *cli)
{
  zc_err err = {0};
  zc_package_file file = {0};
  const char *key = zc_option_value(cli, "key");
  zc_code code = key == NULL ? zc_fail(&err, ZC_EUSAGE,
                                       "give --key KEY.pub: the key that should have "
                                       "signed the package",
                                       NULL)
                             : ZC_OK;
  if (code == ZC_OK)
    code = zc_package_file_open(cli->arguments[0], &file, &err);
  if (code == ZC_OK)
    code = verify_by_key(key, &file, &err);
  zc_package_file_free(&file);
  return zc_exit(code, &err);
}
