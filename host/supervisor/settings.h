/* settings.h: what was changed in office.yaml, or in the rounds that plans tell, since files were decided
 * last. Such a change reaches back: it is an event, and it is told. */
#ifndef ZC_SUPERVISOR_SETTINGS_H
#define ZC_SUPERVISOR_SETTINGS_H

#include "supervisor/office.h"

/* From the basis that was to the one that is, both as canonical JSON. What is different is written as
 * an event, *changes being [{plan, round, field, from, to}] (owned). Plans that are in one of them
 * only are left out: whoever takes one into use or out of it, knows. */
zc_code zc_settings_compare(zc_office *office, const char *was, const char *is,
                            json_t **changes, zc_err *err);

/* Warns of them, and of how many files are something else by that. NULL: none. */
void zc_settings_tell(const json_t *changes, size_t files);

#endif
