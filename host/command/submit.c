/* submit: a facility's report on itself, or an office's on its facilities. */
#include "cli/plan.h"
#include "command/commands.h"
#include "facility/submit.h"
#include "supervisor/submit_office.h"

int zc_command_submit(zc_cli *cli)
{
  zc_err err;
  if (zc_option_value(cli, "out") == NULL)
    return zc_exit(zc_fail(&err, ZC_EUSAGE,
                           "say which file to write: --out FACILITY-DATE.zrep", NULL),
                   &err);
  return zc_is_office_folder(cli) ? zc_submit_office(cli) : zc_submit_facility(cli);
}
