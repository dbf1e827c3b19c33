/* status.h: what `status` tells of each plan. */
#ifndef ZC_FACILITY_STATUS_H
#define ZC_FACILITY_STATUS_H

#include "cli/plan.h"

/* What a kind of workspace tells besides: adds it to what is told of a plan, and prints it. */
typedef struct {
  zc_code (*add)(zc_plan *plan, json_t *told, zc_err *err);
  void (*print)(const json_t *told);
} zc_status_more;

/* The command; `more` may be NULL. The exit status. */
int zc_status(zc_cli *cli, const zc_status_more *more);

#endif
