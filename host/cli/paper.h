/* paper.h: report layouts: from a plan's data to documents on paper and screen. */
#ifndef ZC_CLI_PAPER_H
#define ZC_CLI_PAPER_H

#include "cli/plan.h"

typedef struct {
  json_t *tree;  /* what document/ prints */
  json_t *holes; /* titles of what nobody has filled in */
} zc_paper;

/* A layout of the plan's own that fails, in whatever it is asked for, is replaced by the
 * shipped one from then on; its error is printed. ZC_ETRUST where it may not run for
 * want of isolation. */

/* Has a layout build its document from `args`. */
zc_code zc_paper_build(zc_plan *plan, const char *layout, json_t *args, zc_paper *paper,
                       zc_err *err);
void zc_paper_free(zc_paper *paper);

/* The prose that a layout wants of report.yaml: [{key, title, kind, help}], each text
 * a single line. Owned. */
zc_code zc_paper_needs(zc_plan *plan, const char *layout, json_t **fields, zc_err *err);

/* ZC_EINTERNAL when the plan's own layouts have failed: for the exit status of what was
 * printed without them. */
zc_code zc_paper_check(const zc_plan *plan, zc_err *err);

/* Reads report.yaml for a layout: {key: value}; an absent file is an empty one. Faults
 * are printed. Owned. */
zc_code zc_paper_prose(zc_plan *plan, const char *layout, json_t **values, zc_err *err);

/* Prints a document in the format of --format (markdown, html, json: `data`) and writes
 * what --out asks for. */
zc_code zc_paper_print(zc_plan *plan, const char *layout, json_t *args,
                       const json_t *data, zc_err *err);

#endif
