/* commands.h: the commands of a facility's workspace, one file a family. Each returns the exit
 * status. */
#ifndef ZC_FACILITY_COMMANDS_H
#define ZC_FACILITY_COMMANDS_H

#include "cli/plan.h"

int zc_command_needs(zc_cli *cli);
int zc_command_template(zc_cli *cli);
int zc_command_import(zc_cli *cli);
int zc_command_import_auto(zc_cli *cli);
int zc_command_table_list(zc_cli *cli);
int zc_command_table_show(zc_cli *cli);
int zc_command_table_check(zc_cli *cli);
int zc_command_form(zc_cli *cli);
int zc_command_answer(zc_cli *cli);
int zc_command_attach(zc_cli *cli);
int zc_command_check(zc_cli *cli);
int zc_command_problem_list(zc_cli *cli);
int zc_command_problem_show(zc_cli *cli);
int zc_command_problem_step(zc_cli *cli);
int zc_command_problem_rows(zc_cli *cli);
int zc_command_rows_import(zc_cli *cli);
int zc_command_problem_add(zc_cli *cli);
int zc_command_problem_import(zc_cli *cli);
int zc_command_report(zc_cli *cli);
int zc_command_receipt_import(zc_cli *cli);
int zc_command_calendar(zc_cli *cli);

#endif
