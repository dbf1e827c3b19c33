/* submit_office.h: an office's report on its facilities (office/1) to the office above it. */
#ifndef ZC_SUPERVISOR_SUBMIT_OFFICE_H
#define ZC_SUPERVISOR_SUBMIT_OFFICE_H

#include "cli/paper_sources.h"
#include "office/view.h"
#include "supervisor/office.h"

/* What `submit` does in an office's workspace. The exit status. */
int zc_submit_office(zc_cli *cli);

/* The record office/1 of a plan and round (docs/json.md), without its run. Owned. */
zc_code zc_office_report(zc_office *office, const zc_view *view, const json_t *round,
                         json_t **record, zc_err *err);

/* Rows of a report upward, as papers name them. */
extern const zc_paper_rows zc_upward_paper_rows;

#endif
