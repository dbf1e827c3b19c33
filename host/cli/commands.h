/* commands.h: the functions of the command table, one file a family. Each returns the
 * exit status. */
#ifndef ZC_CLI_COMMANDS_H
#define ZC_CLI_COMMANDS_H

#include "cli/plan.h"

int zc_command_init(zc_cli *cli);
int zc_command_plan_use(zc_cli *cli);
int zc_command_plan_unuse(zc_cli *cli);
int zc_command_plan_list(zc_cli *cli);
int zc_command_plan_new(zc_cli *cli);
int zc_command_plan_lint(zc_cli *cli);
int zc_command_plan_show(zc_cli *cli);
int zc_command_plan_paper(zc_cli *cli);
int zc_command_plan_explain(zc_cli *cli);
int zc_command_plan_diff(zc_cli *cli);
int zc_command_plan_rules(zc_cli *cli);
int zc_command_plan_try(zc_cli *cli);
int zc_command_plan_test(zc_cli *cli);
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
int zc_command_submit(zc_cli *cli);
int zc_command_receipt_import(zc_cli *cli);
int zc_command_status(zc_cli *cli);
int zc_command_calendar(zc_cli *cli);
int zc_command_key_new(zc_cli *cli);
int zc_command_key_show(zc_cli *cli);
int zc_command_verify(zc_cli *cli);
int zc_command_backup(zc_cli *cli);
int zc_command_restore(zc_cli *cli);
int zc_command_doctor(zc_cli *cli);
int zc_command_roster_import(zc_cli *cli);
int zc_command_roster_list(zc_cli *cli);
int zc_command_roster_show(zc_cli *cli);
int zc_command_roster_trust(zc_cli *cli);
int zc_command_collect(zc_cli *cli);
int zc_command_collect_list(zc_cli *cli);
int zc_command_collect_allow(zc_cli *cli);
int zc_command_compare(zc_cli *cli);
int zc_command_signals(zc_cli *cli);
int zc_command_ranking(zc_cli *cli);
int zc_command_sample(zc_cli *cli);
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
int zc_command_case_add(zc_cli *cli);
int zc_command_case_close(zc_cli *cli);
int zc_command_case_import(zc_cli *cli);
int zc_command_case_list(zc_cli *cli);
int zc_command_register_list(zc_cli *cli);
int zc_command_register_show(zc_cli *cli);
int zc_command_register_import(zc_cli *cli);

/* Options of commands that offices have (case_options.c). */
extern const zc_option zc_office_import_options[], zc_inspect_list_options[],
    zc_inspect_sheet_options[], zc_case_add_options[], zc_case_close_options[],
    zc_case_list_options[], zc_register_list_options[];

/* Options of commands that watch reports (watch_options.c). */
extern const zc_option zc_signals_options[], zc_ranking_options[], zc_sample_options[],
    zc_score_options[];

/* Options of commands that offices have (office_options.c). */
extern const zc_option zc_roster_import_options[], zc_roster_list_options[],
    zc_roster_trust_options[], zc_collect_options[], zc_collect_list_options[],
    zc_collect_allow_options[], zc_collect_receipts_options[],
    zc_collect_urge_options[], zc_collect_paper_form_options[], zc_compare_options[],
    zc_statistics_options[], zc_statistics_set_options[], zc_summary_options[];

/* Appends a report.yaml with what a layout wants: the values, the rest still to be filled
 * in. */
zc_code zc_report_template(zc_plan *plan, const char *layout, const json_t *values,
                           zc_buffer *out, zc_err *err);

/* Prints a paper of an open plan: "text", "form", "schedule", "duties" or "statistics". */
zc_code zc_plan_print_paper(zc_plan *plan, const char *kind, zc_err *err);

/* Calls an engine function that tells times: it gets the business date, the shipped
 * calendar of working days, and the members of `more` (may be NULL). *result is owned. */
zc_code zc_plan_call_dated(zc_plan *plan, const char *function, const json_t *more,
                           json_t **result, zc_err *err);

/* What a receipt's state is called; one that is not known, as it is. Borrowed. */
const char *zc_receipt_title(const char *state);

/* What a certainty and a status are called. */
const char *zc_certainty_title(const char *word);
const char *zc_status_title(const char *status);

#endif
