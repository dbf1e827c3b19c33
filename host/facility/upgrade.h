/* upgrade.h: going from one version of a plan to another (docs/upgrade.md): what it would make of the
 * answers, documents and problems of a workspace, and doing it. */
#ifndef ZC_FACILITY_UPGRADE_H
#define ZC_FACILITY_UPGRADE_H

#include "cli/plan.h"
#include "store/upgrade.h"

/* Both versions are open, and everything was read that decides. */
typedef struct {
  zc_workspace *workspace;
  const char *id;
  zc_plan old, next;
  json_t *from, *to; /* {version, sha256, place} */
  json_t *seen;      /* where everything ended before it was read */
  zc_head head;
  json_t *answers; /* that count: {item: answer} */
  json_t *sorted;  /* what the engine makes of them (upgrade.lua) */
} zc_upgrading;

/* Whether there is anything to go on to. */
bool zc_upgrade_is_due(const zc_upgrading *upgrading);

/* Goes on with the next version, or notes that the one in use stays. */
zc_code zc_upgrade_apply(zc_upgrading *upgrading, zc_err *err);
zc_code zc_upgrade_stay(zc_upgrading *upgrading, zc_err *err);

/* One line on standard error when a newer version than the one in use is installed and nobody has decided
 * about it. */
zc_code zc_upgrade_notice(const zc_plan *plan, zc_err *err);

/* Prints what was found, and what was done: "upgrade", "stay", or NULL for nothing. */
zc_code zc_upgrade_print(const zc_upgrading *upgrading, const char *decision,
                         zc_err *err);

/* The command, with all its options but --parent; returns the exit status. */
int zc_upgrade_workspace(zc_cli *cli);

#endif
