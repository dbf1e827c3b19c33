/* validity.h: how long the packages of a plan hold, and whose they are: for a plan that comes from the
 * library of installed packages, or extends one from there. */
#ifndef ZC_CLI_VALIDITY_H
#define ZC_CLI_VALIDITY_H

#include "cli/plan.h"
#include "package/library.h"

/* Warns when a package is over, or will be soon. */
void zc_validity_warn_of(const zc_manifest *manifest, const char *today);

/* Warns of layers that are over, or will be within ZC_EXPIRY_WARNING days, and of those whose key is
 * trusted no more, on standard error. */
void zc_validity_warn(const zc_plan *plan);

/* Whether somebody vouches for all of a plan: it is shipped with zicha, or signed by keys that are
 * trusted today. Others' rules and layouts only run where they are fully locked up. */
bool zc_validity_trusted(const zc_plan *plan);

/* What a record says of the layers' validity, the root first: [{serial, expires}], {} for those that
 * are not installed. Owned; NULL when out of memory. */
json_t *zc_validity_record(const zc_plan *plan);

/* Puts 规则已过期 at the top of a document for each layer that was over on the day `today`, with its
 * name, serial and last day, whatever the layout. */
zc_code zc_validity_stamp(const zc_plan *plan, const char *today, json_t *tree,
                          zc_err *err);

#endif
