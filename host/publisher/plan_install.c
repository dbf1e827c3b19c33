/* plan install: packages into the library of this computer's user. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cli/message.h"
#include "cli/validity.h"
#include "cli/workspace.h"
#include "package/library.h"
#include "publisher/commands.h"

static json_t *named(const zc_installed *installed)
{
  return json_pack("{s:s, s:s, s:s, s:s, s:s}", "place", installed->place, "issuer",
                   installed->manifest.issuer, "region", installed->manifest.region,
                   "signer", installed->signer, "day", installed->manifest.expires);
}

/* Whether what is installed already is as it was installed, parents and all: who installs a file
 * again wants it mended, and is told how. */
static zc_code check_there(const zc_library *library, const zc_installed *installed,
                           zc_err *err)
{
  zc_package package = {0};
  json_t *faults = json_array();
  zc_code code = faults == NULL
                     ? zc_fail_memory(err)
                     : zc_package_read_layers(library->home, installed->folder, false,
                                              NULL, faults, &package, err);
  if (code == ZC_EDATA || code == ZC_EOPEN)
    code = zc_fail(err, ZC_EDATA,
                   "the installed plan {id} is damaged; remove the folder {path} and "
                   "install its file again",
                   "id", installed->place, "path", installed->folder, NULL);
  zc_package_free(&package);
  json_decref(faults);
  return code;
}

static zc_code tell(const zc_library *library, const zc_manifest *manifest,
                    const char *today, bool fresh, zc_err *err)
{
  char name[ZC_MANIFEST_WORD + 24];
  zc_installed installed;
  snprintf(name, sizeof name, "%s@%lld", manifest->name, (long long)manifest->serial);
  zc_code code = zc_library_find(library, name, &installed, err);
  if (code == ZC_OK && !fresh)
    code = check_there(library, &installed, err);
  if (code != ZC_OK) {
    zc_installed_free(&installed);
    return code;
  }
  zc_say_line(fresh ? N_("installed: {place} of {issuer} for {region}, signed by "
                         "{signer}, holds until {day}; use it with `zicha plan use "
                         "{place}`")
                    : N_("installed already: {place} of {issuer} for {region}"),
              named(&installed));
  zc_validity_warn_of(manifest, today);
  zc_installed_free(&installed);
  return ZC_OK;
}

static zc_code install(zc_library *library, const char *file, const char *today,
                       zc_err *err)
{
  zc_buffer data = {0};
  zc_manifest manifest = {0};
  bool fresh = false;
  zc_code code = zc_file_read(file, ZC_ZPK_FILE, &data, err);
  if (code == ZC_OK)
    code = zc_library_install(library, file, zc_text_or(data.data, ""), data.size,
                              today, &manifest, &fresh, err);
  if (code == ZC_OK)
    code = tell(library, &manifest, today, fresh, err);
  zc_manifest_free(&manifest);
  zc_buffer_free(&data);
  return code;
}

/* Each file by itself: what can be installed is, and the first failure is the status. */
int zc_command_plan_install(zc_cli *cli)
{
  zc_library library;
  zc_err err;
  zc_code first = ZC_OK, code = zc_library_open(&cli->home, true, &library, &err);
  if (code != ZC_OK)
    return zc_exit(code, &err);
  for (int i = 0; i < cli->argument_count; i++) {
    code = install(&library, cli->arguments[i], cli->today, &err);
    fflush(stdout);
    zc_exit(code, &err);
    if (first == ZC_OK)
      first = code;
  }
  zc_library_close(&library);
  return (int)first;
}
