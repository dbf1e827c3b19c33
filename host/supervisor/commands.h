/* commands.h: the commands of an office's workspace and their options. Each returns the exit
 * status. */
#ifndef ZC_SUPERVISOR_COMMANDS_H
#define ZC_SUPERVISOR_COMMANDS_H

#include "cli/plan.h"

int zc_command_roster_import(zc_cli *cli);
int zc_command_roster_list(zc_cli *cli);
int zc_command_roster_show(zc_cli *cli);
int zc_command_roster_trust(zc_cli *cli);
int zc_command_collect(zc_cli *cli);
int zc_command_collect_list(zc_cli *cli);
int zc_command_collect_allow(zc_cli *cli);
int zc_command_collect_received(zc_cli *cli);
int zc_command_compare(zc_cli *cli);
int zc_command_signals(zc_cli *cli);
int zc_command_ranking(zc_cli *cli);
int zc_command_sample(zc_cli *cli);
int zc_command_sample_list(zc_cli *cli);
int zc_command_score(zc_cli *cli);
int zc_command_credit_list(zc_cli *cli);
int zc_command_collect_receipts(zc_cli *cli);
int zc_command_collect_urge(zc_cli *cli);
int zc_command_collect_paper_form(zc_cli *cli);
int zc_command_statistics(zc_cli *cli);
int zc_command_statistics_set(zc_cli *cli);
int zc_command_summary(zc_cli *cli);
int zc_command_circular(zc_cli *cli);
int zc_command_inspect_import(zc_cli *cli);
int zc_command_inspect_list(zc_cli *cli);
int zc_command_inspect_sheet(zc_cli *cli);
int zc_command_inspect_void(zc_cli *cli);
int zc_command_case_void(zc_cli *cli);
int zc_command_case_add(zc_cli *cli);
int zc_command_case_close(zc_cli *cli);
int zc_command_case_import(zc_cli *cli);
int zc_command_case_list(zc_cli *cli);
int zc_command_register_list(zc_cli *cli);
int zc_command_register_show(zc_cli *cli);
int zc_command_register_import(zc_cli *cli);
int zc_command_register_void(zc_cli *cli);

/* Options of commands that offices have (case_options.c). */
extern const zc_option zc_office_import_options[], zc_again_import_options[],
    zc_inspect_void_options[], zc_case_void_options[], zc_inspect_list_options[],
    zc_inspect_sheet_options[], zc_case_add_options[], zc_case_close_options[],
    zc_case_list_options[], zc_register_list_options[],
    zc_register_show_options[], zc_register_void_options[];

/* Options of commands that watch reports (watch_options.c). */
extern const zc_option zc_signals_options[], zc_ranking_options[], zc_sample_options[],
    zc_score_options[], zc_sample_list_options[];

/* Options of commands that offices have (office_options.c). */
extern const zc_option zc_roster_import_options[], zc_roster_list_options[],
    zc_roster_show_options[], zc_roster_trust_options[], zc_collect_options[],
    zc_collect_list_options[], zc_collect_allow_options[],
    zc_collect_received_options[],
    zc_collect_receipts_options[], zc_collect_urge_options[],
    zc_collect_paper_form_options[], zc_compare_options[], zc_statistics_options[],
    zc_statistics_set_options[], zc_summary_options[];

#endif
