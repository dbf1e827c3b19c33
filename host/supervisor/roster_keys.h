/* roster_keys.h: keys of a roster's list that are not trusted by it: those that came after a facility's
 * first row, and those that two facilities have. */
#ifndef ZC_SUPERVISOR_ROSTER_KEYS_H
#define ZC_SUPERVISOR_ROSTER_KEYS_H

#include "supervisor/office.h"

/* Appends to `others` the rows whose key will not be trusted: the facility has one, or had a row
 * before. Before the list is written. */
zc_code zc_roster_other_keys(const zc_office *office, const json_t *rows,
                             json_t *others, zc_err *err);

/* Warns of them, with how each can be trusted. */
void zc_roster_warn_of_keys(const json_t *others);

/* Warns of keys that two facilities have, by the list and by what is trusted: one key signs for one. */
zc_code zc_roster_warn_of_shared(const zc_office *office, const json_t *rows,
                                 zc_err *err);

#endif
