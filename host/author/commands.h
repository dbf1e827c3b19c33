/* commands.h: the commands that make, check and show plans. Each returns the exit status. */
#ifndef ZC_AUTHOR_COMMANDS_H
#define ZC_AUTHOR_COMMANDS_H

#include "cli/plan.h"

int zc_command_plan_new(zc_cli *cli);
int zc_command_plan_lint(zc_cli *cli);
int zc_command_plan_show(zc_cli *cli);
int zc_command_plan_paper(zc_cli *cli);
int zc_command_plan_explain(zc_cli *cli);
int zc_command_plan_diff(zc_cli *cli);
int zc_command_plan_rules(zc_cli *cli);
int zc_command_plan_test(zc_cli *cli);

#endif
