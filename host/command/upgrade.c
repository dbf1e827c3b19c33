/* upgrade: of the plan in use, or, for a plan of one's own, what a new version of its parent means. */
#include <stdlib.h>
#include <string.h>

#include "author/plan_view.h"
#include "cli/message.h"
#include "command/commands.h"
#include "facility/upgrade.h"

/* The folder of the plan that this one extends. Owned. */
static zc_code read_parent(const zc_home *home, const char *id, const char *folder,
                           char **parent, zc_err *err)
{
  zc_package package = {0};
  json_t *faults = json_array();
  zc_code code = faults == NULL ? zc_fail_memory(err)
                                : zc_package_read_layers(home, folder, false, NULL,
                                                         faults, &package, err);
  size_t count = json_array_size(package.parents);
  zc_print_layered(faults, folder, package.parents);
  if (code == ZC_OK && count == 0)
    code = zc_fail(err, ZC_EUSAGE, "the plan {id} extends no other one", "id", id,
                   NULL);
  if (code == ZC_OK)
    *parent = strdup(zc_text_of(json_array_get(package.parents, count - 1), "folder"));
  if (code == ZC_OK && *parent == NULL)
    code = zc_fail_memory(err);
  zc_package_free(&package);
  json_decref(faults);
  return code;
}

/* The folder of the plan in use, and that of its parent. Both owned. */
static zc_code find_parent(zc_workspace *workspace, char **own, char **parent,
                           zc_err *err)
{
  const char *id;
  zc_code code = zc_workspace_plan(workspace, &id, err);
  if (code != ZC_OK)
    return code;
  const char *place = zc_workspace_place(workspace, id);
  if (*place != '/')
    return zc_fail(
        err, ZC_EUSAGE,
        "the plan {id} was published with its parent: its office goes on with a "
        "new one, and `zicha upgrade` with what the office publishes then",
        "id", id, NULL);
  *own = strdup(place);
  return *own == NULL ? zc_fail_memory(err)
                      : read_parent(&workspace->cli->home, id, place, parent, err);
}

/* Parent as it is in use, parent as it is to be, and the plan between them; nothing is written. */
static zc_code compare(zc_cli *cli, const char *newer, bool *clean, zc_err *err)
{
  zc_workspace workspace;
  zc_plan plan;
  char *own = NULL, *parent = NULL;
  zc_code code = zc_workspace_open(cli, &workspace, err);
  if (code == ZC_OK)
    code = find_parent(&workspace, &own, &parent, err);
  zc_workspace_close(&workspace);
  if (code == ZC_OK)
    code = zc_plan_open_package(cli, parent, &plan, err);
  if (code == ZC_OK) {
    code = zc_plan_three_way(&plan, newer, own, clean, err);
    zc_plan_close(&plan);
  }
  free(own);
  free(parent);
  return code;
}

int zc_command_upgrade(zc_cli *cli)
{
  static const char *const others[] = {"to", "apply", "stay", "reason"};
  const char *newer = zc_option_value(cli, "parent");
  bool clean = false;
  zc_err err;
  if (newer == NULL)
    return zc_upgrade_workspace(cli);
  zc_code code = zc_view_check_format(cli, &err);
  for (size_t i = 0; code == ZC_OK && i < sizeof others / sizeof *others; i++)
    if (zc_option_value(cli, others[i]) != NULL)
      code =
          zc_fail(&err, ZC_EUSAGE,
                  "--parent only compares: mend the plan, and then go on with `zicha "
                  "upgrade --to`",
                  NULL);
  if (code == ZC_OK)
    code = compare(cli, newer, &clean, &err);
  return code == ZC_OK ? !clean : zc_exit(code, &err);
}
