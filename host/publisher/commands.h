/* commands.h: the commands that make package files of plans, sign, check and install them. Each returns
 * the exit status. */
#ifndef ZC_PUBLISHER_COMMANDS_H
#define ZC_PUBLISHER_COMMANDS_H

#include "cli/option.h"

int zc_command_plan_pack(zc_cli *cli);
int zc_command_plan_sign(zc_cli *cli);
int zc_command_plan_verify(zc_cli *cli);
int zc_command_plan_install(zc_cli *cli);

/* For plan list --installed. */
int zc_plan_list_installed(zc_cli *cli);

#endif
