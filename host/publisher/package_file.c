#include "publisher/package_file.h"

#include "base/file.h"
#include "cli/message.h"

zc_code zc_package_file_open(const char *path, zc_package_file *file, zc_err *err)
{
  *file = (zc_package_file){.path = path};
  zc_code code = zc_file_read(path, ZC_ZPK_FILE, &file->data, err);
  return code == ZC_OK ? zc_zpk_read(path, zc_text_or(file->data.data, ""),
                                     file->data.size, &file->zpk, err)
                       : code;
}

void zc_package_file_free(zc_package_file *file)
{
  zc_buffer_free(&file->data);
  zc_manifest_free(&file->manifest);
}

zc_code zc_package_file_check(zc_package_file *file, const zc_signature *signature,
                              zc_err *err)
{
  zc_code code = zc_zpk_manifest(file->path, &file->zpk, signature, &file->manifest,
                                 err);
  return code == ZC_OK
             ? zc_zpk_check_files(file->path, &file->zpk, &file->manifest, err)
             : code;
}

void zc_package_file_tell(const zc_package_file *file)
{
  const zc_manifest *m = &file->manifest;
  zc_say_line(N_("package: {name}, version {version}, serial {serial}"),
              json_pack("{s:s, s:s, s:I}", "name", m->name, "version", m->version,
                        "serial", (json_int_t)m->serial));
  zc_say_line(N_("issuer: {issuer}, for {region}"),
              json_pack("{s:s, s:s}", "issuer", m->issuer, "region", m->region));
  zc_say_line(N_("holds from {from} until {expires}; wants zicha {version} or "
                 "newer"),
              json_pack("{s:s, s:s, s:s}", "from", m->not_before, "expires", m->expires,
                        "version", m->minimum_zicha));
  if (m->parent[0] != '\0')
    zc_say_line(N_("extends {name}, as it is with the SHA-256 {hash}"),
                json_pack("{s:s, s:s}", "name", m->parent, "hash", m->parent_sha256));
  zc_say_line(N_("{count} files, {bytes} bytes; SHA-256 of the plan {hash}"),
              json_pack("{s:I, s:I, s:s}", "count", (json_int_t)m->count, "bytes",
                        (json_int_t)file->data.size, "hash", m->sha256));
}
