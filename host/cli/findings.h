/* findings.h: what lint finds in a package, for whoever lists it and whoever refuses to go on with
 * it. A finding is a fault (value/fault.h) that may have a code. */
#ifndef ZC_CLI_FINDINGS_H
#define ZC_CLI_FINDINGS_H

#include <stdio.h>

#include "cli/plan.h"

#define ZC_FINDING_CODE 48

/* All findings of a package, its faults among them, by place; with `performance` also rules that are
 * judged row by row in Lua. *accepted counts what its author stands by. *about (owned) is what the engine says of the plan, with the `parents` that have
 * findings of their own, its `folder`, its `sha256` and, where it extends another, its `layers`
 * ([{label, folder, sha256}], the root first); NULL when it is too faulty to be opened, which is
 * ZC_OK. */
zc_code zc_plan_lint(zc_cli *cli, const char *name, bool performance, json_t *findings,
                     json_int_t *accepted, json_t **about, zc_err *err);

/* "error", "warning" or "note". */
const char *zc_finding_severity(const json_t *finding);

/* A finding without a code of its own is called by the first words of its message. */
void zc_finding_code(const json_t *finding, char room[ZC_FINDING_CODE]);

/* Its `text` or `hint`, translated and filled. Owned; NULL when it has none. */
char *zc_finding_text(const json_t *finding, const char *member);

/* Prints it with its place and what to do. */
void zc_finding_print(const json_t *finding, FILE *out);

#endif
