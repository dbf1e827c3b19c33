/* values.h: the values of table columns for which an item is asked one by one. */
#ifndef ZC_CLI_VALUES_H
#define ZC_CLI_VALUES_H

#include "cli/handed.h"

/* Has the values read from these tables (as the store has them) and told to the engine. A
 * plan without such items costs nothing. */
zc_code zc_values_take(zc_plan *plan, const zc_opened_tables *opened,
                       const json_t *tables, zc_err *err);

/* The same from the tables of the plan's workspace. */
zc_code zc_values_of_workspace(zc_plan *plan, zc_err *err);

#endif
