/* status: what a facility, or an office, has to do now. */
#include "cli/plan.h"
#include "command/commands.h"
#include "facility/status.h"
#include "supervisor/status_office.h"

int zc_command_status(zc_cli *cli)
{
  zc_err err;
  zc_code code = ZC_OK;
  if (!zc_is_office_folder(cli))
    return zc_status(cli, NULL);
  code = zc_status_learn(cli, &err);
  return code == ZC_OK ? zc_status(cli, &zc_status_of_office) : zc_exit(code, &err);
}
