/* commands.h: the commands that make package files of plans, sign and check them. Each returns the
 * exit status. */
#ifndef ZC_PUBLISHER_COMMANDS_H
#define ZC_PUBLISHER_COMMANDS_H

#include "cli/option.h"

int zc_command_plan_pack(zc_cli *cli);
int zc_command_plan_sign(zc_cli *cli);
int zc_command_plan_verify(zc_cli *cli);

#endif
