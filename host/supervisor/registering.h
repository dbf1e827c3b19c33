/* registering.h: what the commands of an office's registers have in common. */
#ifndef ZC_SUPERVISOR_REGISTERING_H
#define ZC_SUPERVISOR_REGISTERING_H

#include "cli/plan.h"
#include "supervisor/office.h"

#define ZC_REGISTER_OF_CASES "cases" /* what `case` keeps */

/* What a command does with an office, a plan of it and the plan's registers: [{id, title, by, by_title,
 * dataset}]. */
typedef zc_code zc_register_work(zc_office *office, zc_plan *plan,
                                 const json_t *registers, zc_err *err);

/* Opens these, works, and closes them; returns the exit status. */
int zc_register_command(zc_cli *cli, zc_register_work *work);

/* The register of this id. Borrowed. ZC_EUSAGE with the known ones. */
zc_code zc_register_find(const json_t *registers, const char *id, const json_t **found,
                         zc_err *err);

/* Lets the engine know the table that a register's rows are of; "" is none. */
zc_code zc_register_table(zc_plan *plan, const char *dataset, zc_err *err);

#endif
