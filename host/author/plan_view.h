/* plan_view.h: what the commands that show plans have in common. */
#ifndef ZC_AUTHOR_PLAN_VIEW_H
#define ZC_AUTHOR_PLAN_VIEW_H

#include "cli/plan.h"

/* Whether a format is one of those that layouts make. */
bool zc_view_is_paper(const char *format);

/* Whether JSON is wanted, by --format or by --out. */
bool zc_view_wants_json(const zc_cli *cli);

/* ZC_EUSAGE for a --format that is neither text nor json. */
zc_code zc_view_check_format(const zc_cli *cli, zc_err *err);

/* The same with markdown and html besides. */
zc_code zc_view_check_paper_format(const zc_cli *cli, zc_err *err);

/* Prints a document for programs, or writes it where --out says. `document` is released. */
zc_code zc_view_print_json(const zc_cli *cli, json_t *document, const char *schema,
                           zc_err *err);

/* Ends the line of a change: whether it asks for more or less, where that can be told. */
void zc_view_print_direction(const json_t *difference);

/* Prints a change as a line: what is new, gone or another one, with both values. */
void zc_view_print_difference(const json_t *difference);

/* A package beside the plan that is open: its files, with its parents. */
typedef struct {
  char *folder;
  zc_package package;
} zc_beside;

/* Reads it by folder or id, with what its rules read. Faults are printed. It is the caller's, to
 * be freed even then. */
zc_code zc_beside_open(zc_plan *plan, const char *name, zc_beside *beside, zc_err *err);
void zc_beside_free(zc_beside *beside);

/* Prints the faults that the engine has found in it; ZC_EDATA when there are errors. */
zc_code zc_beside_check(const zc_beside *beside, json_t *faults, zc_err *err);

/* plan diff OLD NEW --child PACKAGE, with OLD open (plan_three_way.c). *clean: nothing is to be
 * decided. */
zc_code zc_plan_three_way(zc_plan *plan, const char *newer, const char *child,
                          bool *clean, zc_err *err);

#endif
