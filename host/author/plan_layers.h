/* plan_layers.h: whose the layers of a plan are. */
#ifndef ZC_AUTHOR_PLAN_LAYERS_H
#define ZC_AUTHOR_PLAN_LAYERS_H

#include "cli/plan.h"

/* Prints a line for each layer, the root first: shipped with zicha, or who signed it, or that nobody
 * did. */
zc_code zc_plan_layers_print(const zc_plan *plan, zc_err *err);

#endif
