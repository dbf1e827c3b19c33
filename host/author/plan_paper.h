/* plan_paper.h: the papers of a plan itself. */
#ifndef ZC_AUTHOR_PLAN_PAPER_H
#define ZC_AUTHOR_PLAN_PAPER_H

#include "cli/plan.h"

/* Prints a paper of an open plan: "text", "form", "schedule", "duties" or "statistics". */
zc_code zc_plan_print_paper(zc_plan *plan, const char *kind, zc_err *err);

#endif
