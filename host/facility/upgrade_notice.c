/* Whether a newer version of a plan is installed: going on with it and staying are decisions, and who has
 * taken neither is told. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/message.h"
#include "facility/upgrade.h"
#include "package/library.h"

/* Most computers have nothing installed, and a check has no time to look: *there is false then. What is
 * wrong with a library that the plan in use does not need is no reason to fail. */
static zc_code find_newest(const zc_home *home, const char *id, bool *there,
                           zc_installed *installed, zc_err *err)
{
  char path[PATH_MAX + 300];
  zc_library library;
  int size = snprintf(path, sizeof path, "%s/packages/%.255s", home->library, id);
  *there = *home->library != '\0' && size > 0 && access(path, F_OK) == 0;
  if (!*there)
    return ZC_OK;
  zc_code code = zc_library_open(home, false, &library, err);
  if (code == ZC_OK) {
    code = zc_library_find(&library, id, installed, err);
    zc_library_close(&library);
  }
  *there = code == ZC_OK;
  if (code == ZC_OK || code == ZC_EINTERNAL)
    return code;
  if (code != ZC_EOPEN)
    zc_print_warning(err);
  return ZC_OK;
}

/* The serial of ID@SERIAL; 0 of a plan that is shipped. */
static int64_t serial_of(const char *place)
{
  const char *at = strchr(place, '@');
  return at == NULL ? 0 : strtoll(at + 1, NULL, 10);
}

/* Whether somebody has decided to stay although this one is there. */
static zc_code is_decided(const zc_plan *plan, const char *id, const char *place,
                          bool *decided, zc_err *err)
{
  json_t *stay;
  zc_code code = zc_upgrade_last(plan->workspace->store, id, "stay", &stay, err);
  const char *about = zc_get_text(json_object_get(stay, "to"), "place");
  *decided = about != NULL && strcmp(about, place) == 0;
  json_decref(stay);
  return code;
}

zc_code zc_upgrade_notice(const zc_plan *plan, zc_err *err)
{
  const char *id = zc_get_text(plan->about, "id");
  const char *place = zc_workspace_place(plan->workspace, id);
  zc_installed newest = {0};
  bool there = false, decided = false;
  if (*place == '/')
    return ZC_OK;
  zc_code code = find_newest(plan->home, id, &there, &newest, err);
  if (code == ZC_OK && there && newest.manifest.serial > serial_of(place)) {
    code = is_decided(plan, id, newest.place, &decided, err);
    if (code == ZC_OK && !decided)
      zc_note(
          N_("version {version} of the plan {id} is installed: `zicha upgrade` tells "
             "what it changes, and notes the decision"),
          json_pack("{s:s, s:s}", "version", newest.manifest.version, "id", id));
  }
  zc_installed_free(&newest);
  return code;
}
