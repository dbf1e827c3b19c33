/* commands.h: the table of all commands, and those that serve every workspace. Each returns
 * the exit status. */
#ifndef ZC_COMMAND_COMMANDS_H
#define ZC_COMMAND_COMMANDS_H

#include "cli/plan.h"

int zc_command_init(zc_cli *cli);
int zc_command_plan_try(zc_cli *cli);
int zc_command_plan_use(zc_cli *cli);
int zc_command_plan_unuse(zc_cli *cli);
int zc_command_plan_list(zc_cli *cli);
int zc_command_key_new(zc_cli *cli);
int zc_command_key_show(zc_cli *cli);
int zc_command_verify(zc_cli *cli);
int zc_command_backup(zc_cli *cli);
int zc_command_restore(zc_cli *cli);
int zc_command_doctor(zc_cli *cli);
int zc_command_submit(zc_cli *cli);
int zc_command_status(zc_cli *cli);
int zc_command_upgrade(zc_cli *cli);

#endif
