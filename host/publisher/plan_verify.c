/* plan verify: the checks of an installation, without installing. */
#include <string.h>

#include "cli/message.h"
#include "cli/validity.h"
#include "cli/workspace.h"
#include "package/library.h"
#include "publisher/commands.h"
#include "publisher/package_file.h"

/* What both ways say at their end. `holder` may be NULL. */
static void tell(const zc_package_file *file, const unsigned char key[ZC_KEY_ID],
                 const char *holder)
{
  char id[ZC_KEY_ID_ROOM];
  json_t *args = json_pack("{s:o, s:s}", "path",
                           zc_json_lossy(file->path, strlen(file->path)), "holder",
                           zc_text_or(holder, ""));
  zc_key_id_text(key, id);
  json_object_set_new(args, "id", json_string(id));
  zc_say_line(holder != NULL
                  ? N_("{path} can be installed; signed by {holder}, key {id}")
                  : N_("{path} is whole, and signed by the key {id}"),
              args);
  zc_package_file_tell(file);
}

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
  if (code == ZC_OK)
    tell(file, key.id, NULL);
  return code;
}

/* By the keys that this computer trusts, and with what is installed on it. */
static zc_code verify_by_library(const zc_cli *cli, zc_package_file *file, zc_err *err)
{
  zc_library library;
  const zc_root_key *key;
  zc_code code = zc_library_open(&cli->home, false, &library, err);
  if (code != ZC_OK)
    return code;
  code = zc_library_check(&library, file->path, zc_text_or(file->data.data, ""),
                          file->data.size, cli->today, &file->zpk, &file->manifest,
                          &key, err);
  if (code == ZC_OK)
    tell(file, key->key.id, key->name);
  zc_library_close(&library);
  return code;
}

int zc_command_plan_verify(zc_cli *cli)
{
  zc_err err = {0};
  zc_package_file file;
  const char *key = zc_option_value(cli, "key");
  zc_code code = zc_package_file_open(cli->arguments[0], &file, &err);
  if (code == ZC_OK)
    code = key != NULL ? verify_by_key(key, &file, &err)
                       : verify_by_library(cli, &file, &err);
  if (code == ZC_OK)
    zc_validity_warn_of(&file.manifest, cli->today);
  zc_package_file_free(&file);
  return zc_exit(code, &err);
}
