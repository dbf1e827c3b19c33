/* status_office.h: what `status` tells in an office besides its own duties. */
#ifndef ZC_SUPERVISOR_STATUS_OFFICE_H
#define ZC_SUPERVISOR_STATUS_OFFICE_H

#include "facility/status.h"

/* What facilities owe, round by round: how many reports are expected, were received, are missing. */
extern const zc_status_more zc_status_of_office;

/* Learns what is new from plans and office.yaml, and decides about files that were left undecided. */
zc_code zc_status_learn(zc_cli *cli, zc_err *err);

#endif
