/* verify_checklists.h: the checklists that an office reads reports by. */
#ifndef ZC_COMMAND_VERIFY_CHECKLISTS_H
#define ZC_COMMAND_VERIFY_CHECKLISTS_H

#include "command/verify.h"

/* The checklists of the plans whose packages are at hand, as these make them: {hash: {plan, version, body}}.
 * Owned. A package that is gone or damaged is none; what is wrong with it `check` tells. */
zc_code zc_checklists_made(zc_workspace *workspace, json_t **made, zc_err *err);

/* Tells kept ones that are others than what was made, or, where the package is not at hand, than what
 * the events tell, and those by which files were read and that are not kept any more; notes those of which
 * neither is known. *readable: all of them are there and can be read. */
zc_code zc_verify_checklists(zc_verifying *verifying, const json_t *made,
                             bool *readable, zc_err *err);

/* Puts what was made in the place of what is kept; within a transaction. ZC_EDATA when one by which files
 * were read is then still missing. */
zc_code zc_mend_checklists(zc_store *store, const json_t *made, zc_err *err);

#endif
