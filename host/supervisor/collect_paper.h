/* collect_paper.h: taking in what was written down of facilities without zicha. */
#ifndef ZC_SUPERVISOR_COLLECT_PAPER_H
#define ZC_SUPERVISOR_COLLECT_PAPER_H

#include "supervisor/office.h"

/* Takes in a list; all of its mistakes are told at once, and then nothing is (ZC_EDATA). A list that
 * was taken in before changes nothing. */
zc_code zc_collect_paper(zc_office *office, const char *file, const char *received,
                         zc_err *err);

#endif
