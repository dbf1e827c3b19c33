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

/* ZC_EINTERNAL when the plan's own layouts have failed: for the exit status of what was
 * printed without them. */
zc_code zc_paper_check(const zc_plan *plan, zc_err *err);

/* Reads report.yaml for a layout: {key: value}; an absent file is an empty one. Faults
 * are printed. Owned. */
zc_code zc_paper_prose(zc_plan *plan, const char *layout, json_t **values, zc_err *err);

/* Appends a report.yaml with what a layout wants: the values, the rest still to be filled
 * in. */
zc_code zc_report_template(zc_plan *plan, const char *layout, const json_t *values,
                           zc_buffer *out, zc_err *err);

/* Prints such a report.yaml; `layout` is its name. For zc_plan_with_one. */
zc_code zc_paper_template(zc_plan *plan, void *layout, zc_err *err);

/* Warns of places that are blank, by their titles. */
void zc_paper_warn_of_holes(const zc_paper *paper);

/* Prints a document in the format of --format (markdown, html, json: `data`) and writes
 * what --out asks for. */
zc_code zc_paper_print(zc_plan *plan, const char *layout, json_t *args,
                       const json_t *data, zc_err *err);

#endif
