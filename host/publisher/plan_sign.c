/* plan sign: puts a signature into a package file, made here or on a computer that stays offline. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/message.h"
#include "cli/secret.h"
#include "cli/workspace.h"
#include "publisher/commands.h"
#include "publisher/package_file.h"

/* ---- the signature ------------------------------------------------------------------------ */

static zc_code sign_here(const zc_package_file *file, const char *path,
                         zc_buffer *signature, unsigned char id[ZC_KEY_ID], zc_err *err)
{
  unsigned char digest[ZC_BLAKE2B];
  zc_secret_key key;
  zc_buffer comment = {0};
  zc_code code = zc_secret_open(path, &key, NULL, err);
  if (code != ZC_OK)
    return code;
  memcpy(id, key.shown.id, ZC_KEY_ID);
  zc_blake2b_of(file->zpk.manifest.data, file->zpk.manifest.size, digest,
                sizeof digest);
  zc_manifest_comment(&file->manifest, &comment);
  code = zc_buffer_check(&comment, err);
  if (code == ZC_OK)
    code = zc_signature_make(digest, &key, comment.data, signature, err);
  zc_key_forget(&key);
  zc_buffer_free(&comment);
  return code;
}

/* Made elsewhere: only a good one is put in, with the comment that zicha itself writes where
 * nobody signs. */
static zc_code take_made(const zc_package_file *file, const char *path,
                         const char *key_path, zc_buffer *signature,
                         unsigned char id[ZC_KEY_ID], zc_err *err)
{
  zc_public_key key;
  zc_signature parsed;
  zc_manifest again = {0};
  zc_buffer text = {0};
  zc_code code = zc_key_read_public(key_path, &key, err);
  if (code == ZC_OK)
    code = zc_file_read(path, ZC_SIGNATURE_FILE, &text, err);
  if (code == ZC_OK)
    code = zc_signature_parse(path, zc_text_or(text.data, ""), text.size, &parsed, err);
  if (code == ZC_OK)
    code = zc_zpk_check_signature(file->path, &file->zpk, &parsed, &key, err);
  if (code == ZC_OK)
    code = zc_zpk_manifest(path, &file->zpk, &parsed, &again, err);
  if (code == ZC_OK) {
    zc_signature_print(&parsed, signature);
    memcpy(id, key.id, ZC_KEY_ID);
    code = zc_buffer_check(signature, err);
  }
  zc_buffer_free(&text);
  zc_manifest_free(&again);
  return code;
}

/* ---- the file ----------------------------------------------------------------------------- */

static zc_code write_signed(const zc_package_file *file, const zc_buffer *signature,
                            zc_err *err)
{
  zc_buffer out = {0};
  zc_code code = zc_zpk_resign(&file->zpk, signature, &out, err);
  if (code == ZC_OK)
    code = zc_file_write(AT_FDCWD, file->path, out.data, out.size, 0666, err);
  zc_buffer_free(&out);
  return code;
}

static zc_code sign(const zc_cli *cli, const zc_package_file *file, zc_err *err)
{
  zc_buffer signature = {0};
  unsigned char id[ZC_KEY_ID];
  char id_text[ZC_KEY_ID_ROOM];
  const char *made = zc_option_value(cli, "signature");
  const char *key = zc_option_value(cli, "key");
  zc_code code = made == NULL ? sign_here(file, key, &signature, id, err)
                              : take_made(file, made, key, &signature, id, err);
  if (code == ZC_OK)
    code = write_signed(file, &signature, err);
  if (code == ZC_OK) {
    zc_key_id_text(id, id_text);
    if (!zc_zpk_is_unsigned(&file->zpk))
      zc_note(N_("the signature that was there is replaced"), NULL);
    zc_say_line(N_("signed {path} by the key {id}"),
                json_pack("{s:o, s:s}", "path",
                          zc_json_lossy(file->path, strlen(file->path)), "id",
                          id_text));
    zc_package_file_tell(file);
  }
  zc_buffer_free(&signature);
  return code;
}

/* For a computer that stays offline and has no zicha: the bytes to sign, and how. */
static zc_code write_manifest(const zc_package_file *file, const char *path,
                              zc_err *err)
{
  zc_buffer comment = {0};
  zc_manifest_comment(&file->manifest, &comment);
  zc_code code = zc_buffer_check(&comment, err);
  if (code == ZC_OK)
    code = zc_file_write(AT_FDCWD, path, file->zpk.manifest.data,
                         file->zpk.manifest.size, 0666, err);
  if (code == ZC_OK) {
    zc_say_line(N_("wrote {path}; where the key is: minisign -S -s KEY -m {path} -t "
                   "'{comment}'"),
                json_pack("{s:o, s:s}", "path", zc_json_lossy(path, strlen(path)),
                          "comment", comment.data));
    zc_say_line(N_("then here: zicha plan sign {file} --signature {path}.minisig --key "
                   "KEY.pub"),
                json_pack("{s:o, s:o}", "path", zc_json_lossy(path, strlen(path)),
                          "file", zc_json_lossy(file->path, strlen(file->path))));
  }
  zc_buffer_free(&comment);
  return code;
}

static zc_code check_options(const zc_cli *cli, zc_err *err)
{
  bool manifest = zc_option_value(cli, "manifest") != NULL;
  bool key = zc_option_value(cli, "key") != NULL;
  if (manifest == key || (manifest && zc_option_value(cli, "signature") != NULL))
    return zc_fail(err, ZC_EUSAGE,
                   "give --key KEY to sign; --manifest OUT to sign elsewhere; or "
                   "--signature FILE --key KEY.pub to take such a signature",
                   NULL);
  return ZC_OK;
}

int zc_command_plan_sign(zc_cli *cli)
{
  zc_err err = {0};
  zc_package_file file = {0};
  const char *manifest = zc_option_value(cli, "manifest");
  zc_code code = check_options(cli, &err);
  if (code == ZC_OK)
    code = zc_package_file_open(cli->arguments[0], &file, &err);
  if (code == ZC_OK)
    code = zc_package_file_check(&file, NULL, &err);
  if (code == ZC_OK)
    code = manifest != NULL ? write_manifest(&file, manifest, &err)
                            : sign(cli, &file, &err);
  zc_package_file_free(&file);
  return zc_exit(code, &err);
}
