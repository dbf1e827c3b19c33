/* workspace.h: the folder of a facility or an office, its database, and the plans in use
 * there. */
#ifndef ZC_CLI_WORKSPACE_H
#define ZC_CLI_WORKSPACE_H

#include "cli/option.h"
#include "store/store.h"

typedef struct {
  zc_cli *cli;
  int fd; /* its folder */
  zc_store *store;
  json_t *plans; /* in use: [{id, place}] */
  bool office;   /* office.yaml stands in it: an office's, that collects reports */
} zc_workspace;

/* Opens the workspace that the command line names. ZC_EUSAGE when the command is not for
 * such a workspace. */
zc_code zc_workspace_open(zc_cli *cli, zc_workspace *workspace, zc_err *err);
void zc_workspace_close(zc_workspace *workspace);

/* Whether the folder is an office's, before anything is opened. */
bool zc_is_office_folder(const zc_cli *cli);

/* ZC_EUSAGE, with where the command works, unless the workspace is an office's, or a
 * facility's. Commands of the groups "supervisor" and "facility" need not ask: opening the
 * workspace does. */
zc_code zc_office_only(const zc_workspace *workspace, zc_err *err);
zc_code zc_facility_only(const zc_workspace *workspace, zc_err *err);

/* The ids of the plans that the command is about: the one that --plan names, else all
 * in use. Owned: a list. ZC_EDATA when there is none. */
zc_code zc_workspace_plans(zc_workspace *workspace, json_t **ids, zc_err *err);
/* Exactly one: --plan, or the only one in use. Borrowed. */
zc_code zc_workspace_plan(zc_workspace *workspace, const char **id, zc_err *err);

/* Where a plan in use stands: a folder, or the id of a shipped one. NULL when it is not
 * in use. Borrowed. */
const char *zc_workspace_place(const zc_workspace *workspace, const char *id);

/* The name of the facility or office as its file has it; "" when it cannot be read. Owned. */
zc_code zc_facility_name(const zc_workspace *workspace, char **name, zc_err *err);

/* Whether all that --out FORMAT:PATH asks for can be given: `formats` ends with NULL. */
zc_code zc_check_outputs(const zc_cli *cli, const char *const *formats, zc_err *err);

/* What --format says, else "text"; and whether it is one of `formats`, which end with
 * NULL: ZC_EUSAGE otherwise. */
const char *zc_output_format(const zc_cli *cli);
zc_code zc_check_format(const zc_cli *cli, const char *const *formats, zc_err *err);

/* Prints a document for programs as canonical JSON with its schema's name. `document` is
 * released; NULL counts as out of memory. */
zc_code zc_print_document(json_t *document, const char *schema, zc_err *err);

/* Writes what --out FORMAT:PATH asks for. `texts` maps a format's name to its text.
 * Prints each path. ZC_EUSAGE for an unknown format. */
zc_code zc_write_outputs(const zc_cli *cli, const json_t *texts, zc_err *err);

/* Prints the error, if any, and gives the exit status. */
int zc_exit(zc_code code, const zc_err *err);

#endif
