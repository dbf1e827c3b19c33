/* commands.h: the commands of whoever publishes plans and of whoever takes them, and their options.
 * Each returns the exit status. */
#ifndef ZC_PUBLISHER_COMMANDS_H
#define ZC_PUBLISHER_COMMANDS_H

#include "cli/option.h"

int zc_command_plan_pack(zc_cli *cli);
int zc_command_plan_sign(zc_cli *cli);
int zc_command_plan_verify(zc_cli *cli);
int zc_command_plan_install(zc_cli *cli);
int zc_command_plan_publish(zc_cli *cli);
int zc_command_plan_fetch(zc_cli *cli);
int zc_command_key_trust(zc_cli *cli);
int zc_command_key_list(zc_cli *cli);
int zc_command_key_rotate(zc_cli *cli);

extern const zc_option zc_plan_publish_options[];
extern const zc_option zc_key_trust_options[];
extern const zc_option zc_key_rotate_options[];

/* For plan list --installed. */
int zc_plan_list_installed(zc_cli *cli);

#endif
